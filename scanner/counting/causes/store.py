"""What is known of one item in the days before a count: reads for the proposal of a cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location, Stock
from scanner.counting.causes.rules import RETURN
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Scan, Task

_movement, _scan, _task, _location, _discrepancy, _line, _stock = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Movement, Scan, Task, Location, Discrepancy, Line, Stock)
)
_source, _target = _location.alias("source"), _location.alias("target")
MOST = 200
"""Movements looked at: of a fast item the last ones say enough."""


def moved_since(session: Session, item_id: int, since: datetime) -> list[Row[Any]]:
    """The item's last movements, the newest first: (units, source_id, target_id, source, target, task, task_kind, in_kit)."""
    in_kit = (_scan.c.item_id.is_not(None) & (_scan.c.item_id != _movement.c.item_id)).label("in_kit")
    wanted = (
        select(
            _movement.c.units, _movement.c.source_id, _movement.c.target_id, _source.c.kind.label("source"),
            _target.c.kind.label("target"), _task.c.reference.label("task"), _task.c.kind.label("task_kind"), in_kit,
        )
        .join_from(_movement, _source, _movement.c.source_id == _source.c.id)
        .join(_target, _movement.c.target_id == _target.c.id)
        .join(_scan, _movement.c.scan_seq == _scan.c.seq)
        .join(_task, _scan.c.task_id == _task.c.id)
        .where(_movement.c.item_id == item_id, _movement.c.at >= since)
        .order_by(_movement.c.at.desc(), _movement.c.seq.desc())
        .limit(MOST)
    )  # fmt: skip
    return list(run(session, wanted))


def differed_since(session: Session, item_id: int, since: datetime) -> list[Row[Any]]:
    """What was noted to differ of the item beside counts, and not taken back: (kind, units, location_id, task)."""
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
    return list(run(session, wanted))


def open_opposites(session: Session, item_id: int, location_id: int, variance: int) -> list[Row[Any]]:
    """Open variances (id, units, location) of the item at other places of the same section, of the other sign."""
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
    return list(run(session, wanted))


def awaited_returns(session: Session, item_id: int) -> list[str]:
    """References of announced returns that are open, and none of whose units of the item have come."""
    wanted = (
        select(_task.c.reference)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(
            _line.c.item_id == item_id,
            _task.c.kind == RETURN,
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
    """Units of the item that are at a dock, by the record."""
    wanted = (
        select(func.coalesce(func.sum(_stock.c.units), 0))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == item_id, _location.c.kind == LocationKind.DOCK.value, _stock.c.units > 0)
    )
    return int(run(session, wanted).scalar_one())
