"""The recent history of an item, from which a cause is proposed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Scan, Task

_movement = table_of(Movement)
_scan = table_of(Scan)
_task = table_of(Task)
_location = table_of(Location)
_discrepancy = table_of(Discrepancy)
_line = table_of(Line)
_stock = table_of(Stock)
_source, _target = _location.alias("source"), _location.alias("target")
_RETURN = "return"  # the kind of task on which goods of a customer are awaited
MOST = 200
"""Movements and discrepancies that are looked at: of a fast item the last ones say enough."""


class ItemMoved(NamedTuple):
    """A movement of the item on a task; `source` and `target` are kinds of locations."""

    units: int
    source_id: int
    target_id: int
    source: str
    target: str
    task: str
    in_kit: bool  # it moved as a part of a kit


class ItemDiffered(NamedTuple):
    """A discrepancy of the item; it has no location where it is about a task."""

    kind: str
    units: int
    location_id: int | None
    task: str


class OpenVariance(NamedTuple):
    """An open variance, its signed units, and the code of its location."""

    id: int
    units: int
    location: str


def moved_since(session: Session, item_id: int, since: datetime) -> list[ItemMoved]:
    """The item's last movements, the newest first."""
    in_kit = (_scan.c.item_id.is_not(None) & (_scan.c.item_id != _movement.c.item_id)).label("in_kit")
    wanted = (
        select(
            _movement.c.units,
            _movement.c.source_id,
            _movement.c.target_id,
            _source.c.kind.label("source"),
            _target.c.kind.label("target"),
            _task.c.reference.label("task"),
            in_kit,
        )
        .join_from(_movement, _source, _movement.c.source_id == _source.c.id)
        .join(_target, _movement.c.target_id == _target.c.id)
        .join(_scan, _movement.c.scan_seq == _scan.c.seq)
        .join(_task, _scan.c.task_id == _task.c.id)
        .where(_movement.c.item_id == item_id, _movement.c.at >= since)
        .order_by(_movement.c.seq.desc())
        .limit(MOST)
    )
    return fetch(session, ItemMoved, wanted)


def differed_since(session: Session, item_id: int, since: datetime) -> list[ItemDiffered]:
    """The item's discrepancies that are no variances and were not withdrawn, the newest first."""
    wanted = (
        select(_discrepancy.c.kind, _discrepancy.c.units, _discrepancy.c.location_id, _task.c.reference.label("task"))
        .join_from(_discrepancy, _task, _discrepancy.c.task_id == _task.c.id)
        .where(
            _discrepancy.c.item_id == item_id,
            _discrepancy.c.opened_at >= since,
            _discrepancy.c.kind != DiscrepancyKind.VARIANCE.value,
            _discrepancy.c.state != DiscrepancyState.WITHDRAWN.value,
        )
        .order_by(_discrepancy.c.id.desc())
        .limit(MOST)
    )
    return fetch(session, ItemDiffered, wanted)


def open_opposites(session: Session, item_id: int, location_id: int, variance: int) -> list[OpenVariance]:
    """Open variances of the item, of the other sign, at other places of the same section."""
    here = select(_location.c.section).where(_location.c.id == location_id).scalar_subquery()
    other = _discrepancy.c.units < 0 if variance > 0 else _discrepancy.c.units > 0
    wanted = (
        select(_discrepancy.c.id, _discrepancy.c.units, _location.c.code.label("location"))
        .join_from(_discrepancy, _location, _discrepancy.c.location_id == _location.c.id)
        .where(
            _discrepancy.c.item_id == item_id,
            _discrepancy.c.kind == DiscrepancyKind.VARIANCE.value,
            _discrepancy.c.state == DiscrepancyState.OPEN.value,
            _location.c.section == here,
            _location.c.section != "",
            _location.c.id != location_id,
            other,
        )
    )
    return fetch(session, OpenVariance, wanted)


def awaited_returns(session: Session, item_id: int) -> list[str]:
    """References of the first open, announced returns of which no unit of the item has come."""
    wanted = (
        select(_task.c.reference)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(
            _line.c.item_id == item_id,
            _task.c.kind == _RETURN,
            _task.c.state == TaskState.OPEN.value,
            _task.c.announced,
        )
        .group_by(_task.c.reference)
        .having(func.sum(_line.c.scanned) == 0)
        .order_by(_task.c.reference)
        .limit(5)
    )
    return list(run(session, wanted).scalars())


def units_at_docks(session: Session, item_id: int) -> int:
    """Units of the item that the record has at docks."""
    wanted = (
        select(func.coalesce(func.sum(_stock.c.units), 0))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == item_id, _location.c.kind == LocationKind.DOCK.value, _stock.c.units > 0)
    )
    return int(run(session, wanted).scalar_one())
