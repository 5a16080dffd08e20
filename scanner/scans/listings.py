"""Tasks and stock, a page at a time, for programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.store import standing_for
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import fetch, table_of
from scanner.people.rules import OperatorView
from scanner.scans.tables import Line, Task
from scanner.scans.tasks import WholeTask

_task, _line, _item, _location, _stock = (table_of(model) for model in (Task, Line, Item, Location, Stock))


class ListedLine(NamedTuple):
    """One line of a task, in units. `expected` is None where it is hidden."""

    task_id: int
    sku: str
    name: str
    location: str | None
    expected: int | None
    scanned: int


class StockAt(NamedTuple):
    """Units of an item at a location."""

    location: str
    kind: str
    sku: str
    name: str
    units: int


def tasks(
    session: Session, *, kind: str | None, state: str | None, limit: int, offset: int, hidden: Collection[int] = ()
) -> list[WholeTask]:
    """Tasks without the `hidden` ones: open ones first, then the newest."""
    wanted = select(*(_task.c[name] for name in WholeTask._fields)).where(_task.c.id.not_in(list(hidden)))
    wanted = wanted.order_by(_task.c.state.desc(), _task.c.id.desc()).limit(limit).offset(offset)
    for column, value in ((_task.c.kind, kind), (_task.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    return fetch(session, WholeTask, wanted)


def lines(session: Session, task_ids: list[int], _person: OperatorView | None) -> list[ListedLine]:
    """Lines of these tasks, by task and position."""
    wanted = (
        select(_line.c.task_id, _item.c.sku, _item.c.name, _location.c.code.label("location"), _line.c.expected, _line.c.scanned)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .join(_location, _line.c.location_id == _location.c.id, isouter=True)
        .where(_line.c.task_id.in_(task_ids))
        .order_by(_line.c.task_id, _line.c.position)
    )
    return fetch(session, ListedLine, wanted)


def stock_at(
    session: Session, *, sku: str | None, place: str | None, limit: int, offset: int, hidden: Collection[int] = ()
) -> list[StockAt]:
    """Stock at real locations without the `hidden` ones, and without zeros."""
    wanted = (
        select(_location.c.code.label("location"), _location.c.kind, _item.c.sku, _item.c.name, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(_item, _stock.c.item_id == _item.c.id)
        .where(_stock.c.units != 0, _location.c.kind.not_in(list(VIRTUAL)), _location.c.id.not_in(list(hidden)))
        .order_by(_item.c.sku, _location.c.code)
        .limit(limit)
        .offset(offset)
    )
    if sku is not None:
        wanted = wanted.where(_item.c.id == standing_for(sku))
    if place is not None:
        wanted = wanted.where(_location.c.code == place)
    return fetch(session, StockAt, wanted)
