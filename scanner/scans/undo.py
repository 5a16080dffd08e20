"""Undo: a scan that takes back the last counted scan of a person."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.scans import ledger
from scanner.scans.decision import Count, Decision, Move, TaskState, accept, refuse
from scanner.scans.ledger import LastScan, StoredScan
from scanner.scans.result import LineCount, Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt, Workflow, Workflows


def undo(
    session: Session, task: TaskRow, attempt: Attempt, workflows: Workflows, before: LastScan | None
) -> tuple[Decision, int | None]:
    """The decision about an undo, and the scan that it takes back; None where there is none.

    A held scan is put aside. It counted nothing, so nothing is taken back.
    """
    if before is not None and before.outcome == Outcome.HELD:
        aside = accept(Reason.UNDONE, "Put aside: nothing was counted.")
        return replace(aside, here=attempt.here, handles=before.handles), None
    request = attempt.request
    undone = ledger.undoable_scan(session, task.id, request.operator_id, request.device)
    problem = _cannot_undo(session, task, undone, workflows)
    if problem or undone is None:
        return replace(refuse(Reason.UNDONE, problem), here=attempt.here), None
    workflow = workflows[task.kind]
    decision = workflow.undo(session, task, attempt, undone) or _as_usual(session, task, attempt, undone, workflow)
    return decision, undone.seq if decision.outcome is Outcome.ACCEPTED else None


def _cannot_undo(session: Session, task: TaskRow, undone: StoredScan | None, workflows: Workflows) -> str:
    """Why nothing can be taken back; empty where it can."""
    if task.state != TaskState.OPEN:
        return f"{task.reference} is finished: nothing of it can be taken back here."
    if undone is None:
        return "There is nothing of yours to take back."
    reasons = (follower.keeps(session, undone.seq) for follower in workflows.followers if follower.keeps is not None)
    return next((reason for reason in reasons if reason), "")


def _as_usual(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan, workflow: Workflow) -> Decision:
    """The counts and moves of the scan, reversed."""
    names = catalogue.names_of(session, undone.item_id, None)
    counts = tuple(Count(tally.line_id, -tally.units) for tally in ledger.tallies_of(session, undone.seq))
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=Reason.UNDONE,
        message=f"Taken back: {names.name or 'the carton'}, {undone.units:,} fewer.",
        units=-undone.units,
        item_id=undone.item_id,
        item=item_name(names.sku, names.name),
        line=_line_without(session, workflow, task.id, undone.item_id, counts),
        here=attempt.here,
        counts=counts,
        moves=tuple(Move(m.item_id, m.units, m.target_id, m.source_id) for m in ledger.moves_of(session, undone.seq)),
    )


def _line_without(
    session: Session, workflow: Workflow, task_id: int, item_id: int | None, counts: tuple[Count, ...]
) -> LineCount | None:
    so_far = workflow.so_far(session, task_id, item_id) if item_id else None
    return replace(so_far, scanned=so_far.scanned + sum(count.units for count in counts)) if so_far else None
