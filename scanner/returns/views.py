"""The returns clerk's pages: choose a return or begin one without paper, scan and grade it, finish."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.codes.commands import GRADE_CODES
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.returns import page as returns_page
from scanner.returns import service as returns
from scanner.scans.decision import ScanResult, TaskState
from scanner.scans.opening.service import Opening
from scanner.scans.pages import Face
from scanner.scans.signals import signal_of
from scanner.web.context import htmx, now, read, see_other, transact, wants_json
from scanner.web.device import device_id

blueprint = Blueprint("returns", __name__, url_prefix="/returns")


@blueprint.get("")
@requires(Right.RETURN)
def index() -> str:
    """Open returns, those with goods that wait for a grade first."""
    return _index(None)


@blueprint.post("/unannounced")
@requires(Right.RETURN)
def start() -> Response:
    """Begin a return that came without paper."""
    reference = transact(returns.start_unannounced, signed_in(), now())
    if wants_json():
        return jsonify(reference=reference), 201  # type: ignore[return-value]
    response = see_other(url_for(".task", reference=reference))
    if htmx:
        response.headers["HX-Redirect"] = response.location
    return response


@blueprint.get("/<path:reference>")
@requires(Right.RETURN)
def task(reference: str) -> str:
    """The page to scan and grade on; once finished what came of it, or with `again` the page to grade anew on."""
    page = read(returns_page.return_page, reference, signed_in().id, device_id())
    if page.task.state == TaskState.FINISHED and "again" not in request.args:
        return render_template("returns/done.html", page=page, grade_codes=GRADE_CODES)
    signal = signal_of(page.last)
    labels = returns.labels(read(returns.returns), page.task.reference, page.task.order)
    return render_template("returns/task.html", page=page, signal=signal, labels=labels, grade_codes=GRADE_CODES)


@blueprint.post("/<path:reference>/finish")
@requires(Right.RETURN)
def finish(reference: str) -> Response:
    """Finish; what did not come, or lacks its reason, needs `confirm`."""
    confirm = request.form.get("confirm") == "1"
    transact(returns.finish, reference, signed_in(), device_id(), now(), confirm=confirm)
    return see_other(url_for(".task", reference=reference))


def _index(opening: Opening | None) -> str:
    return render_template("returns/index.html", returns=read(returns.returns), opening=opening)


def _reply(results: list[ScanResult]) -> str:
    """The last scan's panel, the progress, the grades for what is in hand, and every line that the scans touched."""
    touched, last = read(returns_page.after_scans, results), results[-1]
    return render_template(
        "returns/_reply.html", result=last, signal=signal_of(last), task=touched.task, progress=touched.progress,
        lines=touched.lines, hand=touched.hand, reasons=touched.reasons, grade_codes=GRADE_CODES,
    )  # fmt: skip


FACE = Face("returns.task", "returns.finish", _reply, _index, returns.open_return)
