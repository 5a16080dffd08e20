"""Pages of discrepancies: the list, each one with what is behind it, and settling it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, render_template, url_for
from werkzeug.wrappers import Response

from scanner.discrepancies import service
from scanner.discrepancies.contract import STATES, DiscrepancyList, HandOn, Settlement
from scanner.discrepancies.rules import Cause
from scanner.discrepancies.service import Settlers
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry, Group
from scanner.web.context import now, read, see_other, transact
from scanner.web.contract import form, query

blueprint = Blueprint("discrepancies", __name__, url_prefix="/discrepancies")
ENTRY = Entry(
    endpoint="discrepancies.index",
    title="Discrepancies",
    words="What differs, who owns it, why",
    right=Right.SEE_DISCREPANCIES,
    group=Group.OFF,
    also=("count_decisions",),
)

PAGE = 100


@blueprint.get("")
@requires()
def index() -> str:
    """Discrepancies of one state, by number."""
    asked = query(DiscrepancyList)
    rows = read(service.shown, signed_in(), workflows(), state=asked.state, limit=PAGE, after=asked.after)
    return render_template(
        "discrepancies/index.html", discrepancies=rows, state=asked.state, states=STATES,
        after=rows[-1].id if len(rows) == PAGE else None,
    )  # fmt: skip


@blueprint.get("/<int:discrepancy_id>")
@requires()
def one(discrepancy_id: int) -> str:
    """One discrepancy, with the scans and movements behind it."""
    page = read(service.one_shown, discrepancy_id, signed_in(), workflows(), _settlers())
    settler = _settlers().get(page.head.kind)
    return render_template(
        "discrepancies/one.html",
        row=page.head,
        events=page.events,
        scans=page.scans,
        movements=page.movements,
        causes=list(Cause),
        choice=read(settler.choose, discrepancy_id, signed_in(), now()) if settler else None,
        choice_template=settler.template if settler else "",
        has_sign=settler is not None and settler.signed,
    )


@blueprint.post("/<int:discrepancy_id>/settle")
@requires()
def settle(discrepancy_id: int) -> Response:
    """Settle with a cause and a note."""
    said = form(Settlement)
    transact(
        service.settle, discrepancy_id, cause=said.cause, note=said.note, operator=signed_in(), now=now(), settlers=_settlers()
    )
    flash("Settled.", "good")
    return see_other(url_for(".one", discrepancy_id=discrepancy_id))


@blueprint.post("/<int:discrepancy_id>/assign")
@requires()
def assign(discrepancy_id: int) -> Response:
    """Hand it to another owner."""
    said = form(HandOn)
    transact(service.assign, discrepancy_id, owner=said.owner, operator=signed_in(), note=said.note, now=now())
    flash(f"Handed to {said.owner.strip()}.", "good")
    return see_other(url_for(".one", discrepancy_id=discrepancy_id))


def _settlers() -> Settlers:
    """How discrepancies of each kind are settled in this app."""
    found: Settlers = current_app.extensions["settlers"]
    return found
