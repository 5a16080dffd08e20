"""What was picked for orders and has not gone yet. It stands at one place; what is there beyond it is to be put away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import case, func, literal_column, select
from sqlmodel import Session

from scanner.catalogue.store import units_at
from scanner.db.columns import whole
from scanner.db.sql import run, settle, table_of
from scanner.scans.decision import TaskState
from scanner.scans.request import Source
from scanner.scans.tables import Line, Movement, Scan, Task

ORDER: Final = "order"
"""The kind of the tasks whose goods stand there."""
_line, _task, _scan, _movement = (table_of(model) for model in (Line, Task, Scan, Movement))
_open = (_task.c.kind == ORDER, _task.c.state == TaskState.OPEN.value)
_assumed = _scan.c.source == literal_column(f"'{Source.ASSUMED.value}'")
"""A literal, so that SQLite uses the partial index."""


def spare_at(session: Session, place_id: int, item_ids: Collection[int]) -> dict[int, int]:
    """Item id -> units at the place of picked goods that no open order has there; never less than 0."""
    wanted = picked_for_orders(session, item_ids)
    return {each: max(units_at(session, place_id, each) - wanted.get(each, 0), 0) for each in item_ids}


def picked_for_orders(session: Session, item_ids: Collection[int] | None = None) -> dict[int, int]:
    """Item id -> units that open orders have there: what they want of what they picked, less what a shop sent without a scan."""
    settle(session)
    met = func.sum(case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected))
    picked = (
        select(_line.c.item_id, whole(met).label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .where(*_open, _line.c.scanned > 0)
        .group_by(_line.c.item_id)
    )
    gone = (
        select(_movement.c.item_id, whole(func.sum(_movement.c.units)).label("units"))
        .join_from(_task, _scan, _scan.c.task_id == _task.c.id)
        .join(_movement, _movement.c.scan_seq == _scan.c.seq)
        .where(*_open, _assumed)
        .group_by(_movement.c.item_id)
    )
    if item_ids is not None:
        picked, gone = picked.where(_line.c.item_id.in_(list(item_ids))), gone.where(_movement.c.item_id.in_(list(item_ids)))
    left = {row.item_id: row.units for row in run(session, gone)}
    return {row.item_id: row.units - left.get(row.item_id, 0) for row in run(session, picked)}
