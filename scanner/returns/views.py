"""Pages of the returns bench: choose a return or begin one without paper, scan and grade, finish."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.codes.commands import GRADE_CODES
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.returns import page as returns_page
from scanner.returns import service as returns
from scanner.returns.contract import BegunAnswer, GradeAgain
from scanner.returns.office.pages import office_page, office_page_of_label
from scanner.returns.panel import panel_of
from scanner.scans.choices import Opening
from scanner.scans.contract import FinishForm
from scanner.scans.decision import TaskState
from scanner.scans.pages import hidden_places, waiting_on, workflows
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.scans.workflow import TaskRequest
from scanner.web.context import htmx, now, read, see_other, transact, wants_json
from scanner.web.contract import form, query
from scanner.web.device import device_id

blueprint = Blueprint("returns", __name__, url_prefix="/returns")


@blueprint.get("")
@requires(Right.RETURN)
def index() -> str:
    """Open returns, those with goods that wait for a grade first."""
    return _index(None)


@blueprint.post("/unannounced")
@requires()
def start() -> Response:
    """Begin a return without paper."""
    reference = transact(returns.start_unannounced, signed_in(), now())
    if wants_json():
        return BegunAnswer(reference=reference).response(201)
    response = see_other(url_for(".task", reference=reference))
    if htmx:
        response.headers["HX-Redirect"] = response.location
    return response


@blueprint.get("/<ref:reference>")
@requires(Right.RETURN)
def task(reference: str) -> str:
    """The page to scan and grade on. Of a finished return: its result, or with `again` the page to grade again."""
    page = read(returns_page.return_page, reference, signed_in(), device_id(), hidden_places())
    if page.task.state == TaskState.FINISHED and not query(GradeAgain).again:
        return render_template("returns/done.html", page=page, grade_codes=GRADE_CODES)
    panel = panel_of(page.last, page.task.state)
    labels = returns.labels(read(returns.returns)[: returns.MOST_KNOWN], page.task.reference, page.task.order)
    return render_template(
        "returns/task.html", page=page, panel=panel, labels=labels, grade_codes=GRADE_CODES, waiting=waiting_on(reference)
    )


@blueprint.post("/<ref:reference>/finish")
@requires()
def finish(reference: str) -> Response:
    """Finish. What did not come, and grades without a reason, need `confirm`."""
    said = form(FinishForm)
    asked = TaskRequest(
        reference=reference, operator=signed_in(), device=device_id(), now=now(), confirm=said.confirm, held=said.held
    )
    transact(returns.finish, asked, workflows())
    return see_other(url_for(".task", reference=reference))


def _index(opening: Opening | None) -> str:
    return render_template("returns/index.html", returns=read(returns.returns), opening=opening)


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, the progress, the grades to choose from, and the changed lines."""
    touched = read(returns_page.after_scans, results, signed_in(), hidden_places())
    return render_template(
        "returns/_reply.html", waiting=waiting_on(results[-1].task),
        panel=panel_of(results[-1], touched.task.state), task=touched.task, progress=touched.progress,
        lines=touched.lines, hand=touched.hand, reasons=touched.reasons, grade_codes=GRADE_CODES,
    )  # fmt: skip


def _live(reference: str, lines: Collection[int]) -> str:
    """The progress, what waits for a yes, and the lines that others changed. What is in hand stays as it is."""
    changed = read(returns_page.changed_lines, reference, lines)
    return render_template(
        "returns/_live.html", task=changed.task, progress=changed.progress, lines=changed.lines, task_reference=reference,
        waiting=waiting_on(reference),
    )  # fmt: skip


def _go(code: str) -> str | None:
    """Begin a return without paper for the command that says so; lead the office from a label to its page."""
    if returns.is_no_paper(code) and signed_in().may(Right.RETURN):
        return url_for("returns.task", reference=transact(returns.start_unannounced, signed_in(), now()))
    return office_page_of_label(code)


def _photo_reply(reference: str, scan_seq: int) -> str:
    """The line with its photos."""
    lines = read(returns_page.line_of, reference, scan_seq)
    return render_template("returns/_reply.html", lines=lines, task=read(returns_page.head_of, reference))


PAGE = TaskPage(
    title="Returns",
    words="Grade what came back: two scans an item",
    tasks="Returns",
    index="returns.index",
    task="returns.task",
    finish="returns.finish",
    reply=_reply,
    live=_live,
    choose=_index,
    opens_by="the number of a return or its order",
    go=_go,
    elsewhere=office_page,
    photo_reply=_photo_reply,
)
