"""Undo: a scan that takes back what a person did last on a task."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.scans import held, ledger
from scanner.scans.answering import asks, question_aside
from scanner.scans.decision import Count, Decision, Fate, Move, TaskState, accept, refuse
from scanner.scans.held import Waiting
from scanner.scans.ledger import LastScan, StoredScan
from scanner.scans.result import LineCount, Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt, Workflow, Workflows
from scanner.words import units_wait


def undo(
    session: Session, task: TaskRow, attempt: Attempt, workflows: Workflows, before: LastScan | None
) -> tuple[Decision, int | None]:
    """The decision about an undo, and the scan that it takes back; None where there is none.

    What came last is taken back: a question, a held scan, an answer, or a scan that counted.
    """
    if before is not None and asks(before):
        return question_aside(attempt, before), None
    request, workflow = attempt.request, workflows[task.kind]
    undone = ledger.undoable_scan(session, task.id, request.operator_id, request.device)
    undone = workflow.gave(session, task, attempt, undone.seq if undone else 0) or undone
    waiting = held.waiting_of(session, task.id, request)
    left = held.last_left(session, task.id, request)
    last = max(undone.seq if undone else 0, waiting[-1].seq if waiting else 0, left or 0)
    if task.state == TaskState.OPEN and last:
        if waiting and waiting[-1].seq == last:
            return _put_aside(session, task, attempt, waiting, workflow), last
        if left == last:
            problem = _kept(session, left, workflows)
            return (
                (replace(refuse(Reason.UNDONE, problem), here=attempt.here), None)
                if problem
                else (_not_left(session, attempt, left), last)
            )
    problem = _cannot_undo(session, task, undone, workflow, workflows)
    if problem or undone is None:
        return replace(refuse(Reason.UNDONE, problem), here=attempt.here), None
    decision = workflow.undo(session, task, attempt, undone) or as_usual(session, task, attempt, undone, workflow)
    if decision.outcome is not Outcome.ACCEPTED:
        return decision, None
    return _asking_again(session, decision, undone), undone.seq


def _put_aside(session: Session, task: TaskRow, attempt: Attempt, waiting: list[Waiting], workflow: Workflow) -> Decision:
    """Put the last held scan aside, as if it had not been made."""
    last = waiting[-1]
    left = sum(each.units for each in waiting if each.together == last.together) - last.units
    rest = f" {units_wait(left)} still." if left else ""
    words = f"{last.name or 'The carton'}: {last.units:,} put aside, not counted.{rest}"
    in_hand = workflow.put_aside(session, task, attempt, last.item_id) if last.item_id else None
    return replace(
        accept(Reason.UNDONE, words), here=attempt.here, item_id=last.item_id, item=item_name(last.sku, last.name),
        answers=(last.seq,), answer=Fate.ASIDE, handles=in_hand,
    )  # fmt: skip


def _not_left(session: Session, attempt: Attempt, left: int) -> Decision:
    """Take back that goods were left out: they wait again."""
    units = sum(units for _, units in held.answered_by(session, left))
    words = f"Taken back: {units_wait(units)} for an answer again."
    return replace(accept(Reason.UNDONE, words), here=attempt.here, asks_again=left)


def _asking_again(session: Session, decision: Decision, undone: StoredScan) -> Decision:
    """The decision that takes back a yes: what it took in waits again."""
    if undone.confirms is None or not held.answered_by(session, undone.seq):
        return decision
    return replace(decision, message=f"{decision.message} It waits for an answer again.", asks_again=undone.seq)


def _cannot_undo(
    session: Session, task: TaskRow, undone: StoredScan | None, workflow: Workflow, workflows: Workflows
) -> str:  # fmt: skip
    """Why nothing can be taken back; empty where it can."""
    if task.state != TaskState.OPEN:
        return f"{task.reference} is finished: nothing of it can be taken back. {workflow.once_finished}"
    if undone is None:
        return "There is nothing of yours to take back."
    return _kept(session, undone.seq, workflows)


def _kept(session: Session, seq: int, workflows: Workflows) -> str:
    """Why what followed from a scan stays; empty where it can be taken back."""
    reasons = (follower.keeps(session, seq) for follower in workflows.followers if follower.keeps is not None)
    return next((reason for reason in reasons if reason), "")


def as_usual(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan, workflow: Workflow) -> Decision:
    """The decision that reverses the counts and moves of a scan."""
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
