"""Pages for linking an unknown code to its item."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response

from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.history import service as history
from scanner.scans.history.contract import ItemSearch
from scanner.scans.linking import service as linking
from scanner.scans.linking.contract import LinkCode, UnknownCodeQuery
from scanner.scans.linking.service import Link
from scanner.scans.pages import task_url, workflows
from scanner.web.context import htmx, now, read, see_other, transact
from scanner.web.contract import form, query
from scanner.web.device import device_id

blueprint = Blueprint("links", __name__, url_prefix="/tasks")


@blueprint.get("/<path:reference>/link")
@requires(Right.LINK_CODES)
def link(reference: str) -> str:
    """Find the item that an unknown code stands for."""
    words = query(ItemSearch).q
    found = read(history.find_items, words)
    if htmx:
        return render_block("scans/linking/index.html", "found", found=found, q=words)
    seq = query(UnknownCodeQuery).seq
    waiting = read(linking.unknown_codes, reference)
    by_now = [each.item for each in waiting if each.seq == seq and each.item]
    return render_template(
        "scans/linking/index.html",
        reference=reference, seq=seq, code=read(linking.code_of, reference, seq), found=found or by_now, q=words,
        others=[each for each in waiting if each.seq != seq],
    )  # fmt: skip


@blueprint.post("/<path:reference>/link")
@requires()
def link_now(reference: str) -> Response:
    """Link the code of a scan to an item, and count its earlier scans."""
    said = form(LinkCode)
    link = Link(sku=said.sku, units=said.units, operator=signed_in(), device=device_id(), now=now())
    linked = transact(linking.link_scan, reference, said.seq, link, workflows())
    counted = len(linked.results)
    due = f" {', '.join(linked.again)} is due to be counted again." if linked.again else ""
    flash(f"Linked to {linked.item.name}. {counted} earlier scan{'' if counted == 1 else 's'} counted.{due}", "good")
    return see_other(task_url(read(history.kind_of, reference, workflows()), reference))
