"""Statements on what orders need and where it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE
from scanner.catalogue.tables import Location, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.orders import KIND
from scanner.orders.planning.rules import Need, Shelf
from scanner.orders.tables import Order
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_line, _task, _order, _stock, _location, _discrepancy = (
    table_of(model) for model in (Line, Task, Order, Stock, Location, Discrepancy)
)
_open = (_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
_order_of_service = (_order.c.due_at.is_(None), _order.c.due_at, _order.c.placed_at, _task.c.id, _line.c.position)


class _NeedRow(NamedTuple):
    task_id: int
    line_id: int
    item_id: int
    units: int


class _ShelfRow(NamedTuple):
    location_id: int
    code: str
    section: str
    position: int
    item_id: int
    units: int


class Elsewhere(NamedTuple):
    """Units of an item at a place where they cannot be picked. `kind` is the place's."""

    item_id: int
    kind: str
    units: int


def needs(session: Session, task_ids: Collection[int] | None = None) -> list[Need]:
    """What open orders still need, in the order in which they are served: due first. `task_ids`: of these alone."""
    units = _line.c.expected - _line.c.scanned
    wanted = (
        select(_task.c.id.label("task_id"), _line.c.id.label("line_id"), _line.c.item_id, units.label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .join(_order, _order.c.task_id == _task.c.id)
        .where(*_open, units > 0)
        .order_by(*_order_of_service)
    )
    if task_ids is not None:
        wanted = wanted.where(_task.c.id.in_(list(task_ids)))
    return [Need(*row) for row in fetch(session, _NeedRow, wanted)]


def shelves(session: Session, item_ids: Collection[int], at: int | None = None) -> list[Shelf]:
    """Where these items can be picked by the record. Not where a picker did not find them, until somebody has counted there.

    `at`: the place where a picker stands who does not find them either. What is short there already is left out.
    """
    missed = (
        select(func.sum(_discrepancy.c.units))
        .where(
            _discrepancy.c.item_id == _stock.c.item_id,
            _discrepancy.c.location_id == _stock.c.location_id,
            _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value,
            _discrepancy.c.state == DiscrepancyState.OPEN.value,
        )
        .scalar_subquery()
    )
    units = whole(_stock.c.units - func.coalesce(missed, 0))
    columns = (_location.c.id.label("location_id"), _location.c.code, _location.c.section, _location.c.position)
    wanted = (
        select(*columns, _stock.c.item_id, units.label("units"))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(
            _stock.c.item_id.in_(list(item_ids)), _location.c.kind.in_(list(SELLABLE)), units > 0,
            missed.is_(None) | (_location.c.id == at),
        )
    )  # fmt: skip
    return [
        Shelf(row.location_id, row.code, (row.section, row.position, row.code), row.item_id, row.units)
        for row in fetch(session, _ShelfRow, wanted)
    ]


def elsewhere(session: Session, item_ids: Collection[int]) -> list[Elsewhere]:
    """Units of these items in the house that cannot be picked where they are, by kind of place."""
    units = func.sum(case((_stock.c.units > 0, _stock.c.units), else_=0))
    wanted = (
        select(_stock.c.item_id, _location.c.kind, whole(units).label("units"))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id.in_(list(item_ids)), _location.c.kind.not_in(list(SELLABLE)), _stock.c.units > 0)
        .group_by(_stock.c.item_id, _location.c.kind)
    )
    return fetch(session, Elsewhere, wanted)
