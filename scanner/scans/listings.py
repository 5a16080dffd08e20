"""Tasks and stock in pages, as programs read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.tables import Visit
from scanner.db.sql import run, table_of
from scanner.scans.tables import Line, Task

_task, item, line, location, stock, visit = (table_of(model) for model in (Task, Item, Line, Location, Stock, Visit))


def tasks(
    session: Session, kind: str | None, state: str | None, limit: int, offset: int, hidden: Collection[int] = ()
) -> list[Row[Any]]:
    """Whole rows of tasks but the `hidden` ones: the open ones first, of these the newest."""
    wanted = select(_task).where(_task.c.id.not_in(list(hidden)))
    wanted = wanted.order_by(_task.c.state.desc(), _task.c.id.desc()).limit(limit).offset(offset)
    for column, value in ((_task.c.kind, kind), (_task.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    return list(run(session, wanted))


def task(session: Session, reference: str) -> Row[Any] | None:
    """The whole row of one task."""
    return run(session, select(_task).where(_task.c.reference == reference)).one_or_none()


def lines(session: Session, task_ids: Collection[int], counter: int | None = None) -> list[Row[Any]]:
    """Lines of these tasks (task_id, sku, name, location, expected, scanned), by task and position.

    Of a count those of visits that stand; where a `counter` is named, of that person's.
    """
    wanted = (
        select(line.c.task_id, item.c.sku, item.c.name, location.c.code.label("location"), line.c.expected, line.c.scanned)
        .join_from(line, item, line.c.item_id == item.c.id)
        .join(location, line.c.location_id == location.c.id, isouter=True)
        .join(visit, line.c.visit_id == visit.c.id, isouter=True)
        .where(line.c.task_id.in_(list(task_ids)), visit.c.id.is_(None) | (visit.c.state != "abandoned"))
        .order_by(line.c.task_id, line.c.position)
    )
    if counter is not None:
        wanted = wanted.where(visit.c.id.is_(None) | (visit.c.operator_id == counter))
    return list(run(session, wanted))


def stock_at(
    session: Session, sku: str | None, place: str | None, limit: int, offset: int, hidden: Collection[int] = ()
) -> list[Row[Any]]:
    """Stock (location, kind, sku, name, units) at real locations but the `hidden` ones, without zeros."""
    wanted = (
        select(location.c.code.label("location"), location.c.kind, item.c.sku, item.c.name, stock.c.units)
        .join_from(stock, location, stock.c.location_id == location.c.id)
        .join(item, stock.c.item_id == item.c.id)
        .where(stock.c.units != 0, location.c.kind.not_in(list(VIRTUAL)), location.c.id.not_in(list(hidden)))
        .order_by(item.c.sku, location.c.code)
        .limit(limit)
        .offset(offset)
    )
    for column, value in ((item.c.sku, sku), (location.c.code, place)):
        if value is not None:
            wanted = wanted.where(column == value)
    return list(run(session, wanted))
