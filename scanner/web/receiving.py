"""The receiver's pages: choose a receipt, scan it, link codes, finish."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.domain.errors import BadRequest, DomainError, NotFound
from scanner.domain.people import Right
from scanner.domain.scans import TaskState
from scanner.services import history, receiving, scanning, signin
from scanner.web import guesses
from scanner.web.context import accepts_bytes, htmx, now, read, see_other, transact
from scanner.web.device import device_id
from scanner.web.photos import known_readings, only_one
from scanner.web.scan_fields import parse_scan, whole_number
from scanner.web.session import requires, signed_in
from scanner.web.signals import signal_of

blueprint = Blueprint("receiving", __name__, url_prefix="/receiving")


@blueprint.get("")
@requires(Right.RECEIVE)
def index() -> str:
    """Open receipts, what is due first."""
    return render_template("receiving/index.html", receipts=read(receiving.receipts, now().date()), opening=None)


@blueprint.post("/open", endpoint="open")
@requires(Right.SEE_TASKS)
def open_by_code() -> Response | str:
    """Go to the receipt that a code names, else say why not; somebody's badge is a hand-over here, too."""
    code = request.form.get("code", "")
    if read(signin.is_badge, code):
        read(signin.refuse_after_misses, guesses.person(), now())
        return redirect(url_for("auth.sign_in"), 307)
    try:
        opening = read(receiving.open_receipt, code, now().date())
    except BadRequest as problem:
        opening = receiving.Opening(None, [], problem.message)
    if opening.reference:
        if opening.message:
            flash(opening.message, "kept")
        return see_other(url_for(".task", reference=opening.reference))
    if not opening.choices:
        read(signin.refuse_after_misses, guesses.person(), now())
        transact(signin.note_miss, guesses.person(), now())
    receipts = opening.choices or read(receiving.receipts, now().date())
    return render_template("receiving/index.html", receipts=receipts, opening=opening)


@blueprint.get("/open")
def opened_before() -> Response:
    """Where a browser lands that loads the answer to a form again."""
    return redirect(url_for(".index"))


@blueprint.get("/<path:reference>")
@requires(Right.RECEIVE)
def task(reference: str) -> str:
    """The page to scan on; once finished, what came of it."""
    page = read(receiving.receipt_page, reference, signed_in().id, device_id())
    if page.task.state == TaskState.FINISHED:
        return render_template("finish/done.html", page=page, back_order=page.task.back_order)
    orders = [*read(receiving.receipts, now().date()), page.task]  # its own, too: one may come back to it while offline
    labels = {label: order.reference for order in orders for label in (order.reference, order.asn) if label}
    return render_template("scan/index.html", page=page, signal=signal_of(page.last), labels=labels)


@blueprint.get("/<path:reference>/finish")
@requires(Right.RECEIVE)
def finish(reference: str) -> str:
    """What would be short, before anybody confirms it."""
    short = read(receiving.shortages, reference)
    unknown = read(receiving.unknown_codes, reference)
    return render_template("finish/index.html", reference=reference, shortages=short, unknown=unknown)


@blueprint.post("/<path:reference>/finish")
@requires(Right.RECEIVE)
def finish_now(reference: str) -> Response:
    """Finish; what is short needs `confirm`."""
    confirm, back_order = request.form.get("confirm") == "1", request.form.get("back_order") == "1"
    done = transact(receiving.finish, reference, signed_in(), device_id(), now(), confirm=confirm, back_order=back_order)
    return see_other(url_for(".finish" if done.needs_confirm else ".task", reference=reference))


@blueprint.get("/<path:reference>/link")
@requires(Right.LINK_CODES)
def link(reference: str) -> str:
    """Find the item that an unknown code stands for."""
    query = request.args.get("q", "")[:100]
    found = read(receiving.find_items, query)
    if htmx:
        return render_template("link/_found.html", found=found, q=query)
    seq = whole_number(request.args.get("seq"), "seq")
    waiting = read(receiving.unknown_codes, reference)
    by_now = [each.item for each in waiting if each.seq == seq and each.item]
    return render_template(
        "link/index.html", reference=reference, seq=seq, code=_unknown_code(reference, seq), found=found or by_now, q=query,
        others=[each for each in waiting if each.seq != seq],
    )  # fmt: skip


@blueprint.post("/<path:reference>/link")
@requires(Right.LINK_CODES)
def link_now(reference: str) -> Response:
    """Link the code of an unknown scan to an item; what was scanned of it counts at once."""
    seq = whole_number(request.form.get("seq"), "seq")
    linked = transact(
        receiving.link_code, _unknown_code(reference, seq), request.form.get("sku", ""),
        whole_number(request.form.get("units"), "units"), signed_in(), device_id(), now(),
    )  # fmt: skip
    counted = len(linked.results)
    flash(f"Linked to {linked.item.name}. {counted} earlier scan{'' if counted == 1 else 's'} counted.", "good")
    return see_other(url_for(".task", reference=reference))


@blueprint.route("/<path:reference>/photo", methods=["GET", "POST"])
@accepts_bytes("photo_bytes")
@requires(Right.RECEIVE)
def photo(reference: str) -> Response | str:
    """Photos without JavaScript: read one, tick what counts, record it."""
    if request.method == "POST" and "pick" in request.form:
        for pick in request.form.getlist("pick"):
            _record_pick(reference, pick)
        return see_other(url_for(".task", reference=reference))
    problem = readings = None
    if request.method == "POST":
        problem, readings = known_readings(reference)
    return render_template(
        "photo/index.html", reference=reference, readings=readings, problem=problem, only=only_one(readings or [])
    )


def _record_pick(reference: str, pick: str) -> None:
    scan_id, _, code = pick.partition("|")
    read_at = request.form.get("scanned_at")  # of the form, so that the form sent twice is the same scan twice
    fields = {"id": scan_id, "task": reference, "code": code, "source": "photo", "scanned_at": read_at}
    try:
        scan = parse_scan(fields, signed_in().id, device_id())
        result = guesses.record(guesses.person(), scanning.record_scan, scan, now())
    except DomainError as problem:
        flash(problem.message, "bad")
    else:
        flash(result.message, "good" if result.outcome == "accepted" else "bad")


def _unknown_code(reference: str, seq: int) -> str:
    scan = read(history.scan_page, seq).scan
    if scan.task != reference:
        raise NotFound(f"There is no scan {seq} on {reference}.")
    return scan.code
