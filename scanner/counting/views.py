"""The counter's pages: choose a count, walk its shelves, finish. Nothing here knows what the record says."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from scanner.counting import KIND
from scanner.counting import finish as counting_finish
from scanner.counting import service as counting
from scanner.counting.contract import CountBegunAnswer, CountFinishedAnswer, SectionForm
from scanner.counting.page import CountPage, count_page
from scanner.counting.panel import panel_of
from scanner.counting.plan import service as plan
from scanner.errors import NotAllowed
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.choices import Opening
from scanner.scans.contract import FinishForm
from scanner.scans.decision import Fate, TaskState
from scanner.scans.pages import own_waiting_on, workflows
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.scans.workflow import TaskRequest
from scanner.web.answers import saved
from scanner.web.context import htmx, now, read, see_other, today, transact
from scanner.web.contract import form_or_json
from scanner.web.device import device_id

blueprint = Blueprint("counting", __name__, url_prefix="/counting")


@blueprint.get("")
@requires(Right.COUNT)
def index() -> str:
    """Open counts that one may count, and sections to start on."""
    return _index(None)


@blueprint.post("/start")
@requires()
def start() -> Response:
    """Start the count of a section, or go on with the one that is open."""
    section = form_or_json(SectionForm).section
    begun = transact(counting.come_to, section, signed_in(), now())
    answer = CountBegunAnswer(message=begun.message, reference=begun.reference)
    return saved(answer, url_for(".task", reference=begun.reference))


@blueprint.get("/<ref:reference>")
@requires(Right.COUNT)
def task(reference: str) -> str:
    """The page to scan on; once finished, which shelves were counted."""
    page = _page(reference)
    if page.task.state == TaskState.FINISHED:
        return render_template("counting/done.html", page=page)
    if page.barred:
        raise NotAllowed(f"{signed_in().name} counted this: another person counts it again.")
    panel = panel_of(page.last, page.next.code if page.next else "")
    return render_template(
        "counting/scan.html", page=page, panel=panel, labels={reference: reference}, waiting=own_waiting_on(reference)
    )


@blueprint.get("/<ref:reference>/places")
@requires(Right.COUNT)
def places(reference: str) -> str:
    """The shelves of a count and who is where, for a page that looks again every few seconds."""
    return render_template("counting/_places.html", page=_page(reference))


@blueprint.get("/<ref:reference>/finish")
@requires(Right.COUNT)
def finish(reference: str) -> str | Response:
    """Finish a count. What is not counted is shown first, to be confirmed. Then back to the page of the count."""
    if read(counting.task_for, reference, signed_in()).state == TaskState.FINISHED:
        return see_other(url_for(".task", reference=reference))
    lacking = read(counting_finish.lacking, _asked(reference))
    return render_template("counting/finish.html", reference=reference, lacking=lacking)


@blueprint.post("/<ref:reference>/finish")
@requires()
def finish_now(reference: str) -> Response:
    """Finish; what nobody counted needs `confirm`."""
    said = form_or_json(FinishForm)
    done = transact(counting_finish.finish, _asked(reference, confirm=said.confirm, what=said.held), workflows())
    if done.needs_confirm and not (htmx or request.is_json):
        return see_other(url_for(".finish", reference=reference))
    message = f"{done.lacking}. Confirm to finish anyway." if done.needs_confirm else f"{reference} is finished."
    target = url_for(".finish" if done.needs_confirm else ".task", reference=reference)
    answer = CountFinishedAnswer(message=message, reference=reference, state=done.state, uncounted=list(done.uncounted))
    return saved(answer, target)


def _asked(reference: str, *, confirm: bool = False, what: Fate | None = None) -> TaskRequest:
    return TaskRequest(reference=reference, operator=signed_in(), device=device_id(), now=now(), confirm=confirm, held=what)


def _arrive(opening: Opening, code: str) -> Opening:
    """Open the count of a scanned shelf's section, or start it. The person is at that shelf."""
    reference = opening.reference
    if not reference and opening.starts and signed_in().may(Right.START_COUNTS):
        begun = transact(counting.come_to, opening.starts, signed_in(), now())
        reference = begun.reference
        flash(begun.message, "good")
    if reference:
        transact(counting.arrive, _asked(reference), code, workflows())
    return Opening(kind=KIND, reference=reference) if reference else opening


def _page(reference: str) -> CountPage:
    return read(count_page, reference, signed_in(), device_id())


def _index(opening: Opening | None) -> str:
    counts, sections = (read(listed, signed_in()) for listed in (counting.counts, counting.sections))
    due = read(plan.due_for, signed_in(), today())
    return render_template("counting/index.html", counts=counts, sections=sections, due=due, opening=opening)


def _reply(results: list[ScanResult]) -> str:
    """The last scan's panel, where to walk, and what was counted at the shelf in hand."""
    last = results[-1]
    waiting = own_waiting_on(last.task)
    return render_template("counting/_reply.html", panel=panel_of(last), page=_page(last.task), waiting=waiting)


PAGE = TaskPage(
    title="Counting",
    words="Scan the shelf, then what is on it",
    tasks="Counts",
    index="counting.index",
    task="counting.task",
    finish="counting.finish",
    reply=_reply,
    choose=_index,
    opens_by="a shelf to count",
    arrive=_arrive,
)
