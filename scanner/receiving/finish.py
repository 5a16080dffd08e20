"""Finishing a receipt: what is short is confirmed and noted, and stays on order where wanted."""

from __future__ import annotations

from sqlmodel import Session

from scanner.codes.commands import Command
from scanner.errors import Conflict, NotFound
from scanner.receiving import KIND
from scanner.scans import ledger, tasks
from scanner.scans.decision import TaskState
from scanner.scans.record import answer_all, record_scan
from scanner.scans.result import Outcome
from scanner.scans.waiting import held_lines
from scanner.scans.workflow import Finish, Shortage, TaskRequest, Workflows


def finish(session: Session, asked: TaskRequest, workflows: Workflows) -> Finish:
    """Finish a receipt. What is short must be confirmed; it becomes discrepancies, and a back order where wanted.

    What waits for an answer is taken in or left out, as `asked` says; where it says neither, nothing is done.
    A receipt that is finished already is only answered.
    """
    asked.operator.demand(workflows[KIND].right)
    task = tasks.lock_task(session, asked.reference)
    if task is None or task.kind != KIND:
        raise NotFound(f"There is no receipt {asked.reference}.")
    short = shortages_of(session, task.id)
    if task.state == TaskState.FINISHED:
        return Finish(reference=task.reference, state=task.state, short=short, back_order=tasks.back_order_of(session, task.id))
    unlinked, waits = ledger.count_unlinked(session, task.id), held_lines(session, task.id)
    if ((short or unlinked or waits) and not asked.confirm) or (waits and asked.held is None):
        return Finish(
            reference=task.reference, state=task.state, short=short, needs_confirm=True, unlinked=unlinked, held=waits,
            waits=bool(waits),
        )  # fmt: skip
    answer_all(session, task, asked.answer, asked.now, workflows)
    short = shortages_of(session, task.id)
    done = asked.scan(Command.BACK_ORDER if asked.back_order else Command.DONE, confirm=True)
    result = record_scan(session, done, asked.now, workflows)
    if result.outcome is not Outcome.ACCEPTED:
        raise Conflict(result.message)
    return Finish(
        reference=task.reference, state=TaskState.FINISHED, short=short, unlinked=unlinked,
        back_order=tasks.back_order_of(session, task.id),
    )  # fmt: skip


def shortages_of(session: Session, task_id: int) -> list[Shortage]:
    """Items of which less came than was ordered, summed over the lines of the receipt."""
    return [Shortage(row.sku, row.name, row.expected, row.scanned) for row in tasks.short_items(session, task_id)]
