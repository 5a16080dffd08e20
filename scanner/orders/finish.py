"""Shipping an order: what is missing is confirmed, and stays as an order of its own where wanted."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

from scanner.codes.commands import Command
from scanner.errors import Conflict, NotFound
from scanner.orders import KIND, facts, store
from scanner.orders.packing import doubts, why_barred, why_over
from scanner.orders.scanned import OrderState, Parcel
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.record import answer_all, record_scan
from scanner.scans.result import Outcome
from scanner.scans.waiting import held_lines
from scanner.scans.workflow import Finish, Shortage, TaskRequest, Workflows

NO_MORE: Final = "Of what waits no more is taken than is wanted, the others are put back"


def finish(session: Session, asked: TaskRequest, workflows: Workflows, *, packs: bool = True) -> Finish:
    """Ship an order. What waits for an answer is taken or left out, as `asked` says; where it says neither, nothing is done.

    An order that is shipped already is only answered, as a receipt is that is finished. Raises Conflict for what no yes helps
    against, as an open parcel, and for an order that was cancelled.
    """
    asked.operator.demand(workflows[KIND].right)
    task = tasks.lock_task(session, asked.reference)
    if task is None or task.kind != KIND:
        raise NotFound(f"There is no order {asked.reference}.")
    if (ended := store.order_of(session, task.id).ended) is OrderState.CANCELLED:
        raise Conflict(why_over(task.reference, ended))
    parcel = facts.parcel_of(session, task.id, packs=packs)
    if task.state == TaskState.FINISHED:
        back_order = tasks.back_order_of(session, task.id)
        return Finish(reference=task.reference, state=task.state, short=shortages_of(parcel), back_order=back_order)
    if barred := why_barred(parcel):
        raise Conflict(barred)
    lacking, waits = doubts(parcel), held_lines(session, task.id)
    if (lacking and not asked.confirm) or (waits and asked.held is None):
        return Finish(
            reference=task.reference, state=task.state, short=shortages_of(parcel), needs_confirm=True, held=waits,
            waits=bool(waits), lacking=". ".join([*lacking, *([NO_MORE] if waits else [])]),
        )  # fmt: skip
    answer_all(session, task, asked.answer, asked.now, workflows)
    said = asked.scan(Command.BACK_ORDER if asked.back_order else Command.SHIP, confirm=True)
    result = record_scan(session, said, asked.now, workflows)
    if result.outcome is not Outcome.ACCEPTED:
        raise Conflict(result.message)
    return Finish(
        reference=task.reference, state=TaskState.FINISHED, short=shortages_of(facts.parcel_of(session, task.id, packs=packs)),
        back_order=tasks.back_order_of(session, task.id),
    )  # fmt: skip


def shortages_of(parcel: Parcel) -> list[Shortage]:
    """What does not go: of each line that is not picked in full, and all of what nobody knows."""
    short = [Shortage(line.sku, line.name, line.wanted, line.met) for line in parcel.lines if line.missing]
    return short + [Shortage(sku, sku, units, 0) for sku, units in parcel.unknown]
