"""What is off, how far everybody is, and what is behind any number."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.counting.variances import decisions as count_decisions
from scanner.discrepancies import service
from scanner.discrepancies.rules import Cause
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.receiving import service as receiving
from scanner.scans.evidence import service as evidence
from scanner.scans.fields import whole_number
from scanner.scans.history import service as history
from scanner.web.context import htmx, now, read, see_other, transact

blueprint = Blueprint("supervisor", __name__)

PAGE = 100
STATES = ("open", "settled", "withdrawn")


@blueprint.get("/progress")
@requires(Right.SEE_PROGRESS)
def progress() -> str:
    """All open receipts; the fragment asks for itself anew every few seconds."""
    receipts = read(receiving.receipts, now().date())
    open_discrepancies, value = read(service.open_total)
    return render_template(
        "receiving/_progress_of_all.html" if htmx else "receiving/progress.html",
        receipts=receipts,
        to_come=sum(receipt.expected - receipt.scanned for receipt in receipts),
        late=sum(receipt.overdue for receipt in receipts),
        open_discrepancies=open_discrepancies,
        value=value,
    )


@blueprint.get("/discrepancies")
@requires(Right.SEE_DISCREPANCIES)
def discrepancies() -> str:
    """Discrepancies of one state, by number."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    after = whole_number(request.args.get("after", 0), "after")
    rows = read(service.discrepancies, state, limit=PAGE, after=after, by=signed_in())
    return render_template(
        "discrepancies/index.html", discrepancies=rows, state=state, states=STATES,
        after=rows[-1].id if len(rows) == PAGE else None,
    )  # fmt: skip


@blueprint.get("/discrepancies/<int:discrepancy_id>")
@requires(Right.SEE_DISCREPANCIES)
def discrepancy(discrepancy_id: int) -> str:
    """One discrepancy with all that is behind it."""
    page = read(service.discrepancy, discrepancy_id, signed_in())
    return render_template(
        "discrepancies/one.html",
        row=page.head,
        events=page.events,
        scans=page.scans,
        movements=page.movements,
        causes=list(Cause),
        choice=read(count_decisions.choice, discrepancy_id, signed_in(), now()),
    )


@blueprint.post("/discrepancies/<int:discrepancy_id>/settle")
@requires(Right.SETTLE)
def settle(discrepancy_id: int) -> Response:
    """Settle with a cause and a note."""
    cause, note = request.form.get("cause", ""), request.form.get("note", "")
    transact(service.settle, discrepancy_id, cause, note, signed_in(), now())
    flash("Settled.", "good")
    return see_other(url_for(".discrepancy", discrepancy_id=discrepancy_id))


@blueprint.post("/discrepancies/<int:discrepancy_id>/assign")
@requires(Right.SETTLE)
def assign(discrepancy_id: int) -> Response:
    """Hand it to another owner."""
    owner, note = request.form.get("owner", ""), request.form.get("note", "")
    transact(service.assign, discrepancy_id, owner, signed_in(), note, now())
    flash(f"Handed to {owner.strip()}.", "good")
    return see_other(url_for(".discrepancy", discrepancy_id=discrepancy_id))


@blueprint.get("/scans/<int:seq>")
@requires(Right.SEE_STOCK)
def scan(seq: int) -> str:
    """One scan: who, when, with what, and what followed from it."""
    page = read(history.scan_page, seq, signed_in())
    photos = read(evidence.of_scan, seq)
    return render_template("scans/history/scan.html", scan=page.scan, about=page.about, movements=page.movements, photos=photos)
