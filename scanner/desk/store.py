"""Statements that count what waits in all rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.orders.tables import Order
from scanner.scans.decision import TaskState
from scanner.scans.tables import Task

_task, _order, _stock, _location = (table_of(model) for model in (Task, Order, Stock, Location))


class Waiting(NamedTuple):
    """Open tasks of a kind: how many, how many are due by today, and how many were due before."""

    kind: str
    tasks: int
    due: int
    late: int


class Orders(NamedTuple):
    """Open orders: how many, and how many are late."""

    orders: int
    late: int


def open_tasks(session: Session, kinds: tuple[str, ...], today: date) -> dict[str, Waiting]:
    """Kind -> its open tasks."""
    wanted = (
        select(
            _task.c.kind,
            func.count().label("tasks"),
            whole(func.sum(case((_task.c.due_on <= today, 1), else_=0))).label("due"),
            whole(func.sum(case((_task.c.due_on < today, 1), else_=0))).label("late"),
        )
        .where(_task.c.kind.in_(kinds), _task.c.state == TaskState.OPEN.value)
        .group_by(_task.c.kind)
    )
    return {row.kind: row for row in fetch(session, Waiting, wanted)}


def open_orders(session: Session, now: datetime) -> Orders:
    """The orders that are to do."""
    late = func.coalesce(whole(func.sum(case((_order.c.due_at < now, 1), else_=0))), 0)
    wanted = (
        select(func.count().label("orders"), late.label("late"))
        .join_from(_order, _task, _order.c.task_id == _task.c.id)
        .where(_task.c.state == TaskState.OPEN.value, _order.c.cancelled_at.is_(None), _order.c.shipped_at.is_(None))
    )
    found = fetch_one(session, Orders, wanted)
    assert found is not None
    return found


def units_on_benches(session: Session) -> int:
    """Units that wait for a grade, by the record."""
    wanted = (
        select(func.coalesce(func.sum(_stock.c.units), 0))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_location.c.kind == LocationKind.BENCH.value, _stock.c.units > 0)
    )
    return int(run(session, wanted).scalar_one())
