"""Finishing a count, and what must be confirmed before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scanner.codes.commands import Command
from scanner.counting import KIND, blind
from scanner.counting.facts import preview
from scanner.counting.rules import before_finishing, still_to_do
from scanner.counting.service import task_for
from scanner.errors import Conflict
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.record import answer_all, record_scan
from scanner.scans.result import Outcome
from scanner.scans.waiting import held_lines
from scanner.scans.workflow import Finish, TaskRequest, Workflows


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a count cannot simply be finished."""

    words: tuple[str, ...]  # what must be confirmed
    to_do: tuple[str, ...]  # locations that nobody counted
    places: int  # locations of the count
    refused: str  # why it cannot be finished at all; else empty
    waits: bool  # goods wait for an answer: taken in, or left out


def finish(session: Session, asked: TaskRequest, workflows: Workflows) -> Finish:
    """Finish a count. Locations that nobody counted must be confirmed; they stay due. Nothing tells what varies.

    A count that is finished already is answered so, and nothing is done.
    """
    asked.operator.demand(workflows[KIND].right)
    locked = tasks.lock_task(session, asked.reference)
    task = task_for(session, asked.reference, asked.operator)
    if locked is None or task.state == TaskState.FINISHED:
        return Finish(reference=task.reference, state=task.state)
    decision, scan = preview(session, task, asked.scan(Command.DONE), asked.now)
    if decision.outcome is Outcome.REFUSED:
        raise Conflict(decision.message)
    to_do, waits = still_to_do(scan), held_lines(session, task.id)
    own = held_lines(session, task.id, asked.operator.id) if blind.own_only(asked.operator) else waits
    if decision.outcome is Outcome.HELD and (not asked.confirm or (waits and asked.held is None)):
        lacking = ". ".join(before_finishing(scan))
        return Finish(
            reference=task.reference, state=task.state, needs_confirm=True, lacking=lacking, uncounted=to_do, held=own,
            waits=bool(waits),
        )  # fmt: skip
    if waits:
        answer_all(session, locked, asked.answer, asked.now, workflows)
    result = record_scan(session, asked.scan(Command.DONE, confirm=True), asked.now, workflows)
    if result.outcome is not Outcome.ACCEPTED:
        raise Conflict(result.message)
    return Finish(reference=task.reference, state=TaskState.FINISHED, uncounted=to_do)


def lacking(session: Session, asked: TaskRequest) -> Lacking:
    """What a person must know before finishing a count."""
    task = task_for(session, asked.reference, asked.operator)
    decision, scan = preview(session, task, asked.scan(Command.DONE), asked.now)
    refused = decision.message if decision.outcome is Outcome.REFUSED else ""
    return Lacking(before_finishing(scan), still_to_do(scan), scan.places, refused, bool(scan.waiting))
