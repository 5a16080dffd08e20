"""Statements on goods that came for announced returns, under any number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.db.sql import Prepared, fetch, run, table_of
from scanner.returns import KIND
from scanner.returns.matching.rules import Came, Part, beyond
from scanner.returns.tables import TaskEvent
from scanner.scans import tasks
from scanner.scans.tables import Line, Scan, Tally, Task

MATCHED = "matched"
"""The event of a return that was matched."""

_task, _line, _item, _tally, _scan, _event = (table_of(model) for model in (Task, Line, Item, Tally, Scan, TaskEvent))
_root = case((_task.c.announced, _task.c.reference), else_=_task.c.matched_to)


class PartRow(NamedTuple):
    """A line of an announced return (`root`) or of one matched to it, in units."""

    root: str
    id: int
    task_id: int
    item_id: int
    sku: str
    name: str
    expected: int
    scanned: int


_PARTS = (
    select(
        _root.label("root"), _line.c.id, _line.c.task_id, _line.c.item_id, _item.c.sku, _item.c.name,
        case((_task.c.announced, _line.c.expected), else_=0).label("expected"), _line.c.scanned,
    )
    .join_from(_line, _task, _line.c.task_id == _task.c.id)
    .join(_item, _line.c.item_id == _item.c.id)
    .where(_task.c.kind == KIND)
    .order_by(~_task.c.announced, _task.c.id, _line.c.position)
)  # fmt: skip
_matched_at = (
    select(func.max(_event.c.at))
    .where(_event.c.task_id == _task.c.id, _event.c.action == MATCHED, ~_task.c.announced)
    .correlate(_task)
    .scalar_subquery()
)
_announced = _task.alias("announced_return")
_ELSEWHERE = Prepared(
    select(func.coalesce(func.sum(_line.c.scanned), 0).label("units"))
    .join_from(_announced, _task, _task.c.matched_to == _announced.c.reference)
    .join(_line, _line.c.task_id == _task.c.id)
    .where(_announced.c.id == bindparam("task"), _line.c.item_id == bindparam("item"))
)
_HEAD = Prepared(select(_task.c.announced, _task.c.reference, _task.c.matched_to).where(_task.c.id == bindparam("task")))
_arrival = func.coalesce(_scan.c.undoes, _scan.c.seq)


class AnnouncedReturn(NamedTuple):
    """An announced return, locked until the transaction ends."""

    id: int
    reference: str
    state: str


def announced_return_of(session: Session, task_id: int) -> AnnouncedReturn | None:
    """Lock the announced return that these goods belong to: the return itself, or the one it is matched to. None without one.

    The lock lets goods under several numbers come one after another.
    """
    head = _HEAD.row(session, task=task_id)
    assert head is not None
    reference = head.reference if head.announced else head.matched_to
    held = tasks.lock_task(session, reference) if reference else None
    return AnnouncedReturn(held.id, held.reference, held.state) if held else None


def elsewhere(session: Session, task_id: int, item_id: int) -> int:
    """Units of an item that came for an announced return under other numbers."""
    row = _ELSEWHERE.row(session, task=task_id, item=item_id)
    return int(row.units) if row else 0


def all_elsewhere(session: Session, task_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Units that came under other numbers, by (return, item). Items without any are left out."""
    wanted = (
        select(_announced.c.id, _line.c.item_id, func.sum(_line.c.scanned).label("units"))
        .join_from(_announced, _task, _task.c.matched_to == _announced.c.reference)
        .join(_line, _line.c.task_id == _task.c.id)
        .where(_announced.c.id.in_(list(task_ids)))
        .group_by(_announced.c.id, _line.c.item_id)
    )
    return {(row.id, row.item_id): int(row.units) for row in run(session, wanted) if row.units}


def came(session: Session, references: Collection[str], item_id: int | None = None) -> dict[tuple[str, int], Came]:
    """Items of these announced returns, by (reference, item), in the order of their lines."""
    wanted = _PARTS.where(
        or_(_task.c.reference.in_(list(references)) & _task.c.announced, _task.c.matched_to.in_(list(references)))
    )
    if item_id is not None:
        wanted = wanted.where(_line.c.item_id == item_id)
    found: dict[tuple[str, int], Came] = {}
    for row in fetch(session, PartRow, wanted):
        key = (row.root, row.item_id)
        known = found.get(key) or Came(row.item_id, row.sku, row.name)
        part = Part(row.id, row.task_id, row.expected, row.scanned)
        found[key] = replace(known, parts=(*known.parts, part))
    return {key: replace(each, beyond=_beyond(session, each)) for key, each in found.items()}


def _beyond(session: Session, each: Came) -> dict[int, int]:
    """Unannounced units by return. Arrivals are read only where several returns brought some."""
    over = each.arrived - each.announced
    if over <= 0:
        return {}
    brought = {part.task_id for part in each.parts if part.scanned}
    if len(brought) == 1:
        return {brought.pop(): over}
    return beyond(each.announced, [(row.task_id, row.units) for row in _arrivals(session, each)])


class JoinedArrival(NamedTuple):
    """Units that one scan brought. `matched_at` is None on the announced return itself."""

    task_id: int
    seq: int
    units: int
    scanned_at: datetime
    matched_at: datetime | None

    @property
    def joined(self) -> tuple[datetime, bool, int]:
        """The sort key: when the units were scanned, or matched where that was later."""
        if self.matched_at is not None and self.matched_at >= self.scanned_at:
            return self.matched_at, True, self.seq
        return self.scanned_at, False, self.seq


def _arrivals(session: Session, each: Came) -> list[JoinedArrival]:
    """The arrivals of an item, in the order in which they came for the announced return."""
    wanted = (
        select(
            _line.c.task_id, _arrival.label("seq"), func.sum(_tally.c.units).label("units"),
            func.min(_scan.c.received_at).label("scanned_at"), _matched_at.label("matched_at"),
        )
        .join_from(_tally, _line, _tally.c.line_id == _line.c.id)
        .join(_scan, and_(_tally.c.scan_seq == _scan.c.seq, _scan.c.task_id == _line.c.task_id))
        .join(_task, _line.c.task_id == _task.c.id)
        .where(_line.c.id.in_([part.line_id for part in each.parts]))
        .group_by(_line.c.task_id, _task.c.id, _task.c.announced, _arrival)
        .having(func.sum(_tally.c.units) > 0)
    )  # fmt: skip
    return sorted(fetch(session, JoinedArrival, wanted), key=lambda arrival: arrival.joined)
