"""Records one scan on a task of any kind, in one transaction.

Repeated requests, answers to what waits, and undo are alike for all kinds. What else comes of a scan is decided by the workflow
of its task.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import MADE_HERE, Place, can_be_entered
from scanner.catalogue.store import find_content
from scanner.codes.commands import Command
from scanner.codes.reading import Code, clean, parse_code
from scanner.codes.typed import stored
from scanner.db.engine import repeatable
from scanner.errors import BadgeScanned, BadRequest, Conflict, NotAllowed, NotFound
from scanner.people import store as people
from scanner.people.rules import OperatorView
from scanner.scans import ahead, answering, below, held, ledger, tasks
from scanner.scans.decision import Count, Decision, Doubt, Fate, KeptAt, refuse
from scanner.scans.goods import TooMany
from scanner.scans.held import Waiting
from scanner.scans.labels import doubted, of_another_task, of_last_item
from scanner.scans.ledger import LastScan, StoredScan
from scanner.scans.request import MAX_QUANTITY, ScanRequest
from scanner.scans.result import LineCount, Outcome, Reason, ScanResult, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.undo import undo
from scanner.scans.workflow import Attempt, Recorded, Workflow, Workflows


@repeatable(ahead.SCAN)
def record_scan(
    session: Session, request: ScanRequest, now: datetime, workflows: Workflows, *, by: OperatorView | None = None,
    links: int | None = None,
) -> ScanResult:  # fmt: skip
    """Record one scan, counted or not, and answer it. The same request again gets the same answer, marked replayed.

    `by`: whose right is checked; None where the use case did so. `links`: the earlier scan of an unknown code that this one
    counts. Raises NotFound (no such task), NotAllowed, Conflict (the id is that of another scan), BadRequest, BadgeScanned.
    """
    code = _readable(request)
    ahead.scan(session, request)
    task = tasks.lock_task(session, request.task) or workflows.endless_task(session, request.task, now)
    if task is None:
        raise NotFound(f"There is no task {request.task}.", "task")
    if request.relayed and tasks.opened_at(session, task.id) > request.relayed.made_at:
        _demand_endless(session, request, now, workflows)
    workflow = workflows[task.kind]
    if by is not None:
        by.demand(workflow.right)
    if links is None:  # a linked scan counts as that of the person who scanned it
        workflow.admit(session, task, request.operator_id)
    before = ledger.last_scan(session, task.id, request.operator_id, request.device)
    attempt = _attempt(session, task.id, request, code, before if links is None else None, now, workflow)
    attempt = replace(attempt, links=links, hidden_places=partial(_hidden_places, session, request, workflows))
    asked = before is not None and attempt.code.command in ANSWERS and answering.asks(before)
    if asked and before is not None and ledger.find_scan(session, str(request.id)) is None:
        attempt = _answer_question(session, task, attempt, before, workflows)
    attempt, decision, undone = _decide(session, task, attempt, workflow=workflow, workflows=workflows, before=before)
    if decision.reason is Reason.UNKNOWN and (badge := people.find_badge(session, attempt.code.text)):
        own = badge.operator.id == request.operator_id
        raise BadgeScanned("A badge signs a person in; it is not a scan.", "code", own=own)
    return _carry_out(session, task, attempt, decision, workflows, undone=undone)


def record_correction(session: Session, task: TaskRow, request: ScanRequest, decision: Decision, now: datetime) -> int:
    """Append a scan that the server makes and has decided itself: it corrects counts, and moves nothing. Gives its number.

    The task must be held, and the request have an id of its own.
    """
    attempt = Attempt(request=request, code=_readable(request), quantity=request.quantity, here=None, now=now)
    seq = ledger.append_scan(session, _row(task.id, attempt, decision, None))
    assert seq is not None, "The id of a correction is new."
    ledger.count(session, seq, decision.counts)
    return seq


def answer_all(
    session: Session, task: TaskRow, request: ScanRequest, now: datetime, workflows: Workflows, *, before: int | None = None
) -> None:
    """Say yes or no to all that waits on a task, whoever scanned it: a scan for each item and person, as `request` says.

    `before`: only to what was scanned before that scan, which asked about it. Goods are judged as their holder's.
    """
    workflow = workflows[task.kind]
    waiting = [each for each in held.waiting_on(session, task.id) if before is None or each.seq < before]
    for group in held.groups(waiting, by_place=not workflow.brings_goods):
        answer, last = replace(request, id=uuid4()), group[-1]
        holder = replace(answer, operator_id=last.operator_id, device=last.device)
        attempt = Attempt(
            request=holder, code=parse_code(request.code), quantity=1, here=last.place, now=now,
            hidden_places=partial(_hidden_places, session, holder, workflows),
        )  # fmt: skip
        attempt, decision = _answer_goods(session, task, attempt, group, workflow)
        _carry_out(session, task, replace(attempt, request=answer), decision, workflows, undone=None)


ANSWERS = frozenset({Command.CONFIRM, Command.LEAVE})


def _answer_question(session: Session, task: TaskRow, attempt: Attempt, before: LastScan, workflows: Workflows) -> Attempt:
    """The answer to the question of the last scan. One to finishing is about all that waited then, too.

    A no where nothing waits answers the question itself: it stays a no.
    """
    if before.reason == Reason.SHORT and held.waiting_on(session, task.id):
        answer_all(session, task, attempt.request, attempt.now, workflows, before=before.seq)
    elif attempt.code.command is Command.LEAVE:
        return attempt
    return answering.answering(attempt, before)


def _decide(
    session: Session, task: TaskRow, attempt: Attempt, *, workflow: Workflow, workflows: Workflows, before: LastScan | None
) -> tuple[Attempt, Decision, int | None]:
    """The scan as it was understood, the decision about it, and the scan that it takes back, if any."""
    command = attempt.code.command
    if command is Command.UNDO:
        return attempt, *undo(session, task, attempt, workflows, before)
    if command is Command.LEAVE and before is not None and answering.asks(before):
        return attempt, answering.question_aside(attempt, before), None
    if command in ANSWERS:
        waiting = held.waiting_of(session, task.id, attempt.request)
        if not waiting and workflow.finish is None:  # no finish will ask: so that nothing is stranded on another device
            waiting = [each for each in held.waiting_on(session, task.id) if each.operator_id == attempt.request.operator_id]
        groups = held.groups(waiting, by_place=not workflow.brings_goods)
        if not groups:
            return attempt, answering.nothing_waits(attempt), None
        return *_answer_goods(session, task, attempt, groups[-1], workflow), None
    if attempt.code.of_last and not find_content(session, attempt.code.keys):
        return attempt, *of_last_item(session, task, attempt, workflow, before)
    try:
        decision = _decide_goods(session, task, attempt, workflow)
    except TooMany as error:
        if attempt.quantity > 1:
            raise
        return attempt, replace(refuse(Reason.UNEXPECTED, f"{error} Nothing was counted."), here=attempt.here), None
    return attempt, of_another_task(session, task, attempt, decision, workflows, before), None


def _decide_goods(session: Session, task: TaskRow, attempt: Attempt, workflow: Workflow) -> Decision:
    """What the workflow decides, with the yes that the person gave to such goods before, and with the doubts of all kinds."""
    decision = workflow.decide(session, task, attempt)
    if _is_agreed(session, task, attempt, decision):
        decision = workflow.decide(session, task, replace(attempt, confirmed=True))
    doubtful = doubted(session, task, attempt, decision)
    return decision if doubtful is not decision and _is_agreed(session, task, attempt, doubtful) else doubtful


def _answer_goods(
    session: Session, task: TaskRow, attempt: Attempt, group: tuple[Waiting, ...], workflow: Workflow
) -> tuple[Attempt, Decision]:
    """Take in the held goods of one item, or leave them out."""
    if attempt.code.command is Command.LEAVE:
        return attempt, answering.leave_out(session, task, attempt, group, workflow)
    return answering.decide_yes(session, task, attempt, group, workflow)


def _is_agreed(session: Session, task: TaskRow, attempt: Attempt, decision: Decision) -> bool:
    """Whether the person said yes to such goods already: further ones count at once. Each large quantity is asked for anew."""
    if decision.doubt in (None, Doubt.LARGE) or decision.item_id is None:
        return False
    return held.agreed(session, task.id, decision.item_id, decision.doubt, attempt.request)


def _demand_endless(session: Session, request: ScanRequest, now: datetime, workflows: Workflows) -> None:
    """Refuse what another person sends, made before its task was there. Only a task that never ends is there from the start."""
    if workflows.endless_task(session, request.task, now) is None:
        raise NotAllowed(f"{request.task} was opened after that person worked on this device.", "operator")


def _readable(request: ScanRequest) -> Code:
    if not 1 <= request.quantity <= MAX_QUANTITY:
        raise BadRequest(f"Expected a quantity from 1 to {MAX_QUANTITY:,}, got {request.quantity}.", "quantity")
    clean(request.task)
    return ahead.read_code(request.code)


def _attempt(
    session: Session, task_id: int, request: ScanRequest, code: Code, before: LastScan | None, now: datetime, workflow: Workflow
) -> Attempt:
    """The scan, at the place where the one before it left the person, if that holds still. A linked scan stands by itself."""
    here = before.place if before is not None else None
    if before is not None and workflow.place_ended(
        session, task_id, request.operator_id, request.device, before, request.happened_at(now)
    ):
        here = None
    if request.location is not None:
        here = _asked_location(session, request.location, workflow)
    return Attempt(request=request, code=code, quantity=request.quantity, here=here, now=now, confirmed=request.confirm)


def _asked_location(session: Session, code: str, workflow: Workflow) -> Place:
    place = catalogue.find_location(session, code)
    if place is None or not can_be_entered(place.kind) or place.kind in MADE_HERE - workflow.places:
        raise BadRequest(f"Expected the code of a location where goods can be put, got {code!r}.", "location")
    return place


def _carry_out(
    session: Session, task: TaskRow, attempt: Attempt, decision: Decision, workflows: Workflows, *, undone: int | None
) -> ScanResult:
    """Append the scan, and do what was decided.

    The append comes before all other writes. Where the id is taken, nothing more is done, and the stored scan is answered.
    """
    request = attempt.request
    decision = below.noted(session, decision, lambda: _hidden_places(session, request, workflows))
    seq = ledger.append_scan(session, _row(task.id, attempt, decision, undone))
    if seq is None:
        return _replay(session, request, task)
    ahead.keep(session, request, task.id, decision.item_id)
    recorded = Recorded(seq=seq, task=task, attempt=attempt, decision=decision)
    if undone is not None:
        _take_back(session, undone, recorded, workflows)
    _keep_answers(session, recorded)
    _count(session, recorded, workflows)
    ledger.move(session, decision.moves, at=attempt.happened_at, operator_id=request.operator_id, scan_seq=seq)
    ledger.remember(session, decision.marks_of or seq, decision.marks)
    if decision.finishes:
        tasks.close_task(session, task.id, attempt.now, request.operator_id)
    if decision.back_order:
        tasks.add_back_order(session, task.id, attempt.now)
    for effect in decision.effects:
        workflows.carry_out(session, effect, recorded)
    for follower in workflows.followers:
        if follower.after is not None:
            follower.after(session, recorded)
    return _result(session, recorded)


def _keep_answers(session: Session, recorded: Recorded) -> None:
    """Note that the scan waits for an answer, what it answers, or that what was answered waits again."""
    decision, attempt, seq = recorded.decision, recorded.attempt, recorded.seq
    if decision.outcome is Outcome.HELD and decision.doubt:
        held.hold(
            session, seq=seq, task_id=recorded.task.id, request=attempt.request, item_id=decision.item_id,
            doubt=decision.doubt, units=decision.units,
        )  # fmt: skip
    if decision.answers:
        held.answer(session, decision.answers, decision.answer, seq)
    if decision.aside:
        held.answer(session, decision.aside, Fate.ASIDE, seq)
    if decision.asks_again is not None:
        held.ask_again(session, decision.asks_again)


def _hidden_places(session: Session, request: ScanRequest, workflows: Workflows) -> frozenset[int]:
    """Ids of the locations whose record is hidden from who scans."""
    return workflows.hidden_places(session, people.person(session, request.operator_id))


def _take_back(session: Session, undone: int, recorded: Recorded, workflows: Workflows) -> None:
    """Let the SSCC or serial of a scan come in again, and take back what followed from it."""
    ledger.forget(session, undone)
    for follower in workflows.followers:
        if follower.takes_back is not None:
            follower.takes_back(session, undone, recorded)


def _count(session: Session, recorded: Recorded, workflows: Workflows) -> None:
    """Change the counters of the lines, and bring the discrepancies that follow from them up to date."""
    decision, task, workflow = recorded.decision, recorded.task, workflows[recorded.task.kind]
    added = tuple(Count(tasks.extra_line(session, task.id, new), new.units) for new in decision.new_lines)
    counts = decision.counts + added
    ledger.count(session, recorded.seq, counts)
    if not counts or decision.reason not in workflow.differences_after:
        return
    for item_id in tasks.items_of_lines(session, [count.line_id for count in counts]):
        for difference in workflow.differences(session, task.id, item_id):
            workflows.carry_out(session, KeptAt(difference), recorded)


def _row(task_id: int, attempt: Attempt, decision: Decision, undone: int | None) -> dict[str, Any]:
    """The row of the scan."""
    request, code, line = attempt.request, attempt.code, decision.line
    return {
        "id": str(request.id), "task_id": task_id, "operator_id": request.operator_id, "device": request.device,
        "code": stored(request.code.strip(" \t\r\n")), "key": stored(code.key), "source": request.source,
        "quantity": attempt.quantity,
        "scanned_at": request.scanned_at, "received_at": attempt.now, "happened_at": attempt.happened_at,
        "outcome": decision.outcome, "reason": decision.reason, "message": decision.message,
        "item_id": decision.item_id, "units": decision.units,
        "expected": line.expected if line else None, "counted": line.scanned if line else None,
        "location_id": decision.here.id if decision.here else None,
        "lot": code.lot, "expiry": code.expiry, "serial": code.serial, "opens": decision.opens,
        "confirms": attempt.confirms, "undoes": undone, "links": attempt.links, "handles": decision.handles,
        "fingerprint": request.fingerprint(),
    }  # fmt: skip


def _result(session: Session, recorded: Recorded) -> ScanResult:
    decision, task = recorded.decision, recorded.task
    item = decision.item
    if item is None and decision.item_id is not None:
        names = catalogue.names_of(session, decision.item_id, None)
        item = item_name(names.sku, names.name)
    return ScanResult(
        id=recorded.attempt.request.id, seq=recorded.seq, task=task.reference, kind=task.kind, outcome=decision.outcome,
        reason=decision.reason, message=decision.message, units=decision.units, item=item, line=decision.line,
        location=decision.here.code if decision.here else None, opens=decision.opens, waiting=decision.waits,
    )  # fmt: skip


def _replay(session: Session, request: ScanRequest, task: TaskRow) -> ScanResult:
    """The answer that this scan got the first time."""
    stored = ledger.find_scan(session, str(request.id))
    assert stored is not None
    if stored.fingerprint != request.fingerprint():
        raise Conflict(f"The id {request.id} was used for another scan. Nothing was changed.", "id")
    return replace(result_of(session, stored, task.reference, task.kind), replayed=True)


def result_of(session: Session, stored: StoredScan, reference: str, kind: str) -> ScanResult:
    """The answer to a recorded scan."""
    names = catalogue.names_of(session, stored.item_id, stored.location_id)
    waits = stored.outcome == Outcome.HELD and stored.reason not in answering.QUESTIONS
    return ScanResult(
        id=UUID(stored.id), seq=stored.seq, task=reference, kind=kind, outcome=Outcome(stored.outcome),
        reason=Reason(stored.reason), message=stored.message, units=stored.units,
        item=item_name(names.sku, names.name),
        line=LineCount(stored.expected, stored.counted) if stored.counted is not None else None,
        location=names.location, opens=stored.opens, waiting=_waits_with(session, stored) if waits else 0,
    )  # fmt: skip


def _waits_with(session: Session, stored: StoredScan) -> int:
    """Units that wait for the same yes as a held scan; 0 once it is answered."""
    waiting = held.waiting_on(session, stored.task_id)
    this = next((each for each in waiting if each.seq == stored.seq), None)
    return sum(each.units for each in waiting if this and (each.together, each.doubt) == (this.together, this.doubt))


def last_result(
    session: Session, task_id: int, reference: str, kind: str, operator_id: int, device: str
) -> ScanResult | None:  # fmt: skip
    """The last answer that a person got on a device, to a code that was linked as well.

    None where that was of a code nobody knew, and somebody has since said what it is: it asks for nothing any more.
    """
    stored = ledger.last_answer(session, task_id, operator_id, device)
    if stored is None or (stored.reason == Reason.UNKNOWN and not ledger.is_unlinked(session, task_id, stored.key)):
        return None
    return result_of(session, stored, reference, kind)
