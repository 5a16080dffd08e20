"""Gathers what the rules of receiving need to know of a scan, and asks them."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind, Place
from scanner.codes.commands import FINISHING
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.receiving import KIND, rules
from scanner.scans import ledger, tasks
from scanner.scans.answering import what_waits
from scanner.scans.attempts import brought_by, with_waiting
from scanner.scans.decision import Decision, Opened, TaskState
from scanner.scans.goods import Goods, ShortFact, over_of
from scanner.scans.result import Reason
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt

DIFFERENCES_AFTER = frozenset({Reason.OVER, Reason.EXPIRED, Reason.UNDONE})
"""Reasons of scans that can change how much is over."""


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Judge one scan against a receipt."""
    places = catalogue.standard_places(session)
    brought = brought_by(session, task.id, attempt)
    code, ends = brought.code, attempt.code.command in FINISHING
    label: Place | None = None
    labelled: tuple[str, ...] = ()
    if not brought.goods and not code.command:
        label = catalogue.find_location(session, code.keys[-1])
        labelled = () if label else tasks.open_tasks_labelled(session, KIND, code.keys[-1])
    return rules.decide(
        rules.ReceiptScan(
            task=task.reference,
            is_open=task.state == TaskState.OPEN,
            code=code,
            here=attempt.here or places[LocationKind.DOCK],
            supplier=places[LocationKind.SUPPLIER],
            quarantine=places[LocationKind.QUARANTINE],
            goods=_on_their_lines(session, task.id, attempt, brought.goods),
            label=label,
            labelled=labelled,
            marks=brought.marks,
            seen=brought.seen,
            waits=brought.waits,
            times=brought.times,
            confirmed=attempt.confirmed,
            short=_short(session, task.id) if ends else (),
            unlinked=ledger.count_unlinked(session, task.id) if ends else 0,
            waiting=what_waits(session, task.id) if ends else "",
        )
    )


def over(session: Session, task_id: int, item_id: int) -> tuple[Opened, ...]:
    """Units of an item on a receipt beyond what was ordered."""
    lines = tasks.lines_for_item(session, task_id, item_id)
    return (Opened(kind=DiscrepancyKind.OVER, item_id=item_id, units=over_of(lines)),)


def _on_their_lines(session: Session, task_id: int, attempt: Attempt, goods: tuple[Goods, ...]) -> tuple[Goods, ...]:
    """The goods on their lines. What waits already is only asked for where a yes may be needed."""
    goods = tuple(replace(each, lines=tasks.lines_for_item(session, task_id, each.item_id)) for each in goods)
    doubtful = any(each.over or each.expired or not each.lines for each in goods)
    return with_waiting(session, task_id, attempt, goods) if doubtful and not attempt.confirmed else goods


def _short(session: Session, task_id: int) -> tuple[ShortFact, ...]:
    return tuple(
        ShortFact(row.item_id, row.name, row.expected, row.scanned) for row in tasks.short_items(session, task_id)
    )  # fmt: skip
