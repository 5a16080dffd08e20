"""Pages for linking an unknown code to its item."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response

from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.scans.history import service as history
from scanner.scans.history.contract import ItemSearch
from scanner.scans.linking import service as linking
from scanner.scans.linking.contract import DismissCode, LinkCode, UnknownCodeQuery
from scanner.scans.linking.service import Link, Linked, Share
from scanner.scans.pages import task_url, workflows
from scanner.scans.result import Outcome
from scanner.web.context import htmx, now, read, see_other, transact
from scanner.web.contract import form, query
from scanner.web.device import device_id
from scanner.words import plural, units_wait

blueprint = Blueprint("links", __name__, url_prefix="/tasks")


@blueprint.get("/<ref:reference>/link")
@requires(Right.LINK_CODES)
def link(reference: str) -> str:
    """Find the item that an unknown code stands for."""
    words = query(ItemSearch).q
    found = read(history.find_items, words) if words.strip() else read(linking.open_items, reference)
    if htmx:
        return render_block("scans/linking/index.html", "found", found=found, q=words, reference=reference)
    seq = query(UnknownCodeQuery).seq
    waiting = read(linking.unknown_codes, reference)
    by_now = [each.item for each in waiting if each.seq == seq and each.item]
    return render_template(
        "scans/linking/index.html",
        reference=reference, seq=seq, code=read(linking.code_of, reference, seq), found=list(dict.fromkeys([*by_now, *found])),
        q=words,
        others=[each for each in waiting if each.seq != seq],
        earlier=read(linking.earlier_scans, reference, seq, signed_in(), workflows()),
    )  # fmt: skip


@blueprint.post("/<ref:reference>/link")
@requires()
def link_now(reference: str) -> Response:
    """Link the code of a scan to an item, and count its earlier scans."""
    said = form(LinkCode)
    shares = tuple(Share(*each) for each in zip(said.tasks, said.shown, said.counts, strict=False))
    link = Link(sku=said.sku, units=said.units, operator=signed_in(), device=device_id(), now=now(), shares=shares)
    linked = limits.give_meaning(link.operator, linking.link_scan, reference, said.seq, link, workflows())
    flash(_said_of(linked), "good")
    flash(linked.item.sku, "label")  # goods whose own code was unknown may need one of ours
    return _back_to(reference)


@blueprint.post("/<ref:reference>/dismiss")
@requires()
def dismiss(reference: str) -> Response:
    """Dismiss an unknown code: it was misread, or is no goods."""
    said = form(DismissCode)
    scans = transact(linking.dismiss_code, reference, said.seq, said.reason, by=signed_in(), now=now(), workflows=workflows())
    flash(f"Dismissed: {plural(scans, 'scan')} of it count{'s' if scans == 1 else ''} for nothing.", "good")
    return _back_to(reference)


def _back_to(reference: str) -> Response:
    return see_other(task_url(read(history.kind_of, reference, workflows()), reference))


def _said_of(linked: Linked) -> str:
    """What came of linking, in words."""
    counted = [result for result in linked.results if result.outcome is Outcome.ACCEPTED]
    waits = sum(result.units for result in linked.results if result.outcome is Outcome.HELD)
    refused = len(linked.results) - len(counted) - sum(result.outcome is Outcome.HELD for result in linked.results)
    parts = [f"Linked to {linked.item.name}", f"{plural(len(counted), 'earlier scan')} counted"]
    parts += [f"{units_wait(waits)} for an answer"] if waits else []
    parts += [f"{refused} refused"] if refused else []
    parts += [f"{linked.dismissed} left out as scanned again"] if linked.dismissed else []
    parts += [f"{', '.join(linked.again)} is due to be counted again"] if linked.again else []
    return ". ".join(parts) + "."
