"""The spine: one scan against a task's expected quantity, for every workflow.

A workflow adds its facts and its rules (`Workflow`). What is alike for all is here: the same scan twice, the scan that
confirms the one held before it, undo, and carrying a decision out in one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import Place, can_be_entered
from scanner.codes.commands import Command
from scanner.codes.reading import Code, clean, parse_code
from scanner.counting import facts as counting_facts
from scanner.counting.pulls import service as pulls
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import FOLLOWS_COUNT, DiscrepancyState
from scanner.errors import BadgeScanned, BadRequest, Conflict, NotAllowed, NotFound
from scanner.people import store as people
from scanner.people.rules import RIGHT_TO_SCAN, OperatorView
from scanner.picking import facts as picking_facts
from scanner.receiving import facts as receiving_facts
from scanner.returns import facts as returns_facts
from scanner.scans import ledger, tasks
from scanner.scans.decision import (
    MAX_QUANTITY,
    Count,
    Decision,
    ItemName,
    LineCount,
    Move,
    Outcome,
    Reason,
    ScanRequest,
    ScanResult,
    TaskKind,
    TaskState,
)
from scanner.scans.workflow import Attempt, Judgement, Workflow

WORKFLOWS: dict[str, Workflow] = {
    TaskKind.RECEIVING: receiving_facts.WORKFLOW,
    TaskKind.PICK: picking_facts.WORKFLOW,
    TaskKind.RETURN: returns_facts.WORKFLOW,
    TaskKind.COUNT: counting_facts.WORKFLOW,
}


def record_scan(
    session: Session, request: ScanRequest, now: datetime, by: OperatorView | None = None, links: int | None = None
) -> ScanResult:
    """Record one scan, whatever comes of it, and answer it.

    The same request again gets the same answer, marked replayed. `by` is whose right to scan is checked, where it was not
    before. `links` names the earlier scan of an unknown code that this one counts. Raises NotFound (no such task), Conflict
    (the id was used for something else), BadRequest (nothing that could be recorded), BadgeScanned (somebody's badge: no
    scan at all).
    """
    code = _readable(request)
    task = tasks.lock_task(session, request.task) or picking_facts.standing_task(session, request.task, now)
    if task is None:
        raise NotFound(f"There is no task {request.task}.", "task")
    workflow = _workflow(task, by)
    if links is None:  # what is linked counts as the scan of who was there
        workflow.admit(session, task, request.operator_id)
    before = ledger.last_scan(session, task.id, request.operator_id, request.device)
    attempt = replace(_attempt(session, request, code, before if links is None else None, now), links=links)
    if attempt.code.command is Command.UNDO:
        waits = before is not None and before.outcome == Outcome.HELD
        return _put_aside(session, task, attempt, before.handles) if waits else _undo(session, task, attempt, workflow)
    if attempt.code.command is Command.CONFIRM:
        decision = Decision(Outcome.REFUSED, Reason.UNEXPECTED, "Nothing waits to be confirmed.")
        return _carry_out(session, task, attempt, Judgement(decision, here=attempt.here))
    judgement = workflow.decide(session, task, attempt)
    if judgement.decision.reason is Reason.UNKNOWN and people.find_badge(session, request.code.strip()):
        raise BadgeScanned("A badge signs a person in; it is no scan.", "code")
    return _carry_out(session, task, attempt, judgement, links=links)


def _workflow(task: Row[Any], by: OperatorView | None) -> Workflow:
    if by is not None and not by.may(right := RIGHT_TO_SCAN[TaskKind(task.kind)]):
        raise NotAllowed(f"{by.name} may not {right}.")
    return WORKFLOWS[task.kind]


def _readable(request: ScanRequest) -> Code:
    if not 1 <= request.quantity <= MAX_QUANTITY:
        raise BadRequest(f"Expected a quantity from 1 to {MAX_QUANTITY:,}, got {request.quantity}.", "quantity")
    clean(request.task)
    return parse_code(request.code)


def _attempt(session: Session, request: ScanRequest, code: Code, before: Row[Any] | None, now: datetime) -> Attempt:
    """Read the scan in the light of the one before it by the same person on the same device."""
    here = _asked_location(session, request.location) if request.location is not None else _location_of(before)
    if before is not None and before.outcome == Outcome.HELD:
        held = parse_code(before.code)
        if code.command is Command.CONFIRM or _same_label(code, held):
            return Attempt(request, held, before.quantity, here, now, confirmed=True, confirms=before.seq)
    return Attempt(request, code, request.quantity, here, now, confirmed=request.confirm)


def _same_label(one: Code, other: Code) -> bool:
    """Whether two scans read the same label: another lot, date, serial or count is other goods."""
    return (one.keys, one.lot, one.expiry, one.serial, one.count) == (
        other.keys, other.lot, other.expiry, other.serial, other.count
    )  # fmt: skip


def _location_of(before: Row[Any] | None) -> Place | None:
    if before is None or before.location_id is None:
        return None
    return Place(before.location_id, before.location_code, before.location_kind)


def _asked_location(session: Session, code: str) -> Place:
    place = catalog.find_location(session, code)
    if place is None or not can_be_entered(place.kind):
        raise BadRequest(f"Expected the code of a location where goods can be put, got {code!r}.", "location")
    return place


def _carry_out(
    session: Session,
    task: Row[Any],
    attempt: Attempt,
    judgement: Judgement,
    *,
    undone: Row[Any] | None = None,
    links: int | None = None,
) -> ScanResult:
    """Append the scan with its tallies, movements, discrepancies and marks, and move their counters.

    The append is the first write of all: where the id is taken already, what was decided is dropped, and the scan of
    that id is answered as it was.
    """
    decision, request = judgement.decision, attempt.request
    about = {"undoes": undone.seq if undone else None, "links": links}
    seq = ledger.append_scan(session, _row(task.id, attempt, judgement) | about)
    if seq is None:
        return _replay(session, request, task)
    if undone is not None:
        _take_back(session, undone.seq, request.operator_id, attempt.now)
    counts = decision.counts + _on_new_lines(session, task.id, decision)
    ledger.count(session, seq, counts)
    if counts and decision.reason in WORKFLOWS[task.kind].stands_on:
        _note_standing(session, task, counts, seq, request.operator_id, attempt.now)
    ledger.move(session, decision.moves, attempt.happened_at, request.operator_id, seq)
    ledger.remember(session, seq, decision.marks)
    for opened in decision.opened:
        discrepancies.open_discrepancy(session, task.id, opened, seq, request.operator_id, attempt.now)
    if decision.finishes:
        tasks.close_task(session, task.id, attempt.now, request.operator_id)
    if decision.back_order:
        tasks.add_back_order(session, task.id, attempt.now)
    if judgement.also is not None:
        judgement.also(session, seq)
    pulls.note(session, task.kind, decision, seq, attempt.happened_at, attempt.now)
    return ScanResult(
        request.id, seq, task.reference, decision.outcome, decision.reason, decision.message, decision.units,
        judgement.item, decision.line, judgement.here.code if judgement.here else None, decision.opens,
        kind=TaskKind(task.kind),
    )  # fmt: skip


def _on_new_lines(session: Session, task_id: int, decision: Decision) -> tuple[Count, ...]:
    return tuple(Count(tasks.extra_line(session, task_id, new), new.units) for new in decision.new_lines)


def _note_standing(
    session: Session, task: Row[Any], counts: tuple[Count, ...], seq: int, operator_id: int, now: datetime
) -> None:
    """Have the discrepancies say what differs now, whoever's scan it was that made it so."""
    for item_id in tasks.items_of_lines(session, [count.line_id for count in counts]):
        for standing in WORKFLOWS[task.kind].standing(session, task.id, item_id):
            discrepancies.keep_at(session, standing.task_id or task.id, standing, seq, operator_id, now)


def _row(task_id: int, attempt: Attempt, judgement: Judgement) -> dict[str, Any]:
    """The scan as the record keeps it."""
    request, code, decision = attempt.request, attempt.code, judgement.decision
    return {
        "id": str(request.id), "task_id": task_id, "operator_id": request.operator_id, "device": request.device,
        "code": clean(request.code), "key": code.key, "source": request.source, "quantity": attempt.quantity,
        "scanned_at": request.scanned_at, "received_at": attempt.now, "happened_at": attempt.happened_at,
        "outcome": decision.outcome, "reason": decision.reason, "message": decision.message,
        "item_id": judgement.item_id, "units": decision.units,
        "expected": decision.line.expected if decision.line else None,
        "counted": decision.line.scanned if decision.line else None,
        "location_id": judgement.here.id if judgement.here else None,
        "lot": code.lot, "expiry": code.expiry, "serial": code.serial, "opens": decision.opens,
        "confirms": attempt.confirms, "handles": judgement.handles, "fingerprint": request.fingerprint(),
    }  # fmt: skip


def _replay(session: Session, request: ScanRequest, task: Row[Any]) -> ScanResult:
    """The answer that this very scan got the first time."""
    stored = ledger.find_scan(session, str(request.id))
    assert stored is not None
    if stored.fingerprint != request.fingerprint():
        raise Conflict(f"The id {request.id} was used for another scan. Nothing was changed.", "id")
    return replace(result_of(session, stored, task), replayed=True)


def result_of(session: Session, stored: Row[Any], task: Row[Any]) -> ScanResult:
    """A recorded scan of a task (reference, kind) as it was answered."""
    names = catalog.names_of(session, stored.item_id, stored.location_id)
    line = LineCount(stored.expected, stored.counted) if stored.counted is not None else None
    return ScanResult(
        UUID(stored.id), stored.seq, task.reference, Outcome(stored.outcome), Reason(stored.reason), stored.message, stored.units,
        ItemName(names.sku, names.name) if names.sku else None, line, names.location, stored.opens, kind=TaskKind(task.kind),
    )  # fmt: skip


def _put_aside(session: Session, task: Row[Any], attempt: Attempt, handles: int | None) -> ScanResult:
    """Undo of a scan that waits for a yes: the answer is no, and nothing was counted."""
    decision = Decision(Outcome.ACCEPTED, Reason.UNDONE, "Put aside: nothing was counted.")
    return _carry_out(session, task, attempt, Judgement(decision, here=attempt.here, handles=handles))


def _undo(session: Session, task: Row[Any], attempt: Attempt, workflow: Workflow) -> ScanResult:
    """Take the person's last counted scan back by a correcting one: what it counted, moved and opened, the other way."""
    request = attempt.request
    undone = ledger.undoable_scan(session, task.id, request.operator_id, request.device)
    changes = discrepancies.changes_by_scan(session, undone.seq) if undone else []
    if problem := _cannot_undo(task, undone, changes):
        decision = Decision(Outcome.REFUSED, Reason.UNDONE, problem)
        return _carry_out(session, task, attempt, Judgement(decision, here=attempt.here))
    assert undone is not None
    judgement = workflow.undo(session, task, attempt, undone) or _as_usual(session, task, attempt, undone, workflow)
    takes_back = judgement.decision.outcome is Outcome.ACCEPTED
    return _carry_out(session, task, attempt, judgement, undone=undone if takes_back else None)


def _as_usual(session: Session, task: Row[Any], attempt: Attempt, undone: Row[Any], workflow: Workflow) -> Judgement:
    """What the scan counted and moved, the other way."""
    names = catalog.names_of(session, undone.item_id, None)
    counts = tuple(Count(tally.line_id, -tally.units) for tally in ledger.tallies_of(session, undone.seq))
    decision = Decision(
        Outcome.ACCEPTED,
        Reason.UNDONE,
        f"Taken back: {names.name or 'the carton'}, {undone.units:,} fewer.",
        -undone.units,
        _line_without(session, workflow, task.id, undone.item_id, counts),
        counts,
        tuple(Move(m.item_id, m.units, m.target_id, m.source_id) for m in ledger.moves_of(session, undone.seq)),
    )
    item = ItemName(names.sku, names.name) if names.sku else None
    return Judgement(decision, undone.item_id, item, attempt.here)


def _take_back(session: Session, undone: int, operator_id: int, now: datetime) -> None:
    """What a scan added to discrepancies is taken off them, and its SSCC or serial may come in again."""
    for change in discrepancies.changes_by_scan(session, undone):
        if change.kind in FOLLOWS_COUNT:
            continue
        discrepancies.take_back(session, change.discrepancy_id, change.units, undone, operator_id, now)
    ledger.forget(session, undone)
    pulls.drop(session, undone)


def _cannot_undo(task: Row[Any], undone: Row[Any] | None, changes: list[Row[Any]]) -> str | None:
    if task.state != TaskState.OPEN:
        return f"{task.reference} is finished: nothing of it can be taken back here."
    if undone is None:
        return "There is nothing of yours to take back."
    if any(change.state == DiscrepancyState.SETTLED for change in changes):
        return "The discrepancy of the last scan is settled: it cannot be taken back."
    return None


def _line_without(
    session: Session, workflow: Workflow, task_id: int, item_id: int | None, counts: tuple[Count, ...]
) -> LineCount | None:
    so_far = workflow.so_far(session, task_id, item_id) if item_id else None
    return replace(so_far, scanned=so_far.scanned + sum(count.units for count in counts)) if so_far else None
