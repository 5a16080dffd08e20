"""Statements on orders as the desk lists them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true, update
from sqlmodel import Session

from scanner.db.columns import whole
from scanner.db.sql import fetch, run, settle, table_of
from scanner.orders.intake.counted import state_is
from scanner.orders.intake.store import OrderRow, order, order_columns, order_line, task
from scanner.orders.office.rules import Show
from scanner.orders.planning.store import DUE_FIRST, lacking_tasks
from scanner.orders.scanned import OrderState
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line

_line = table_of(Line)
_to_do = and_(task.c.state == TaskState.OPEN.value, order.c.cancelled_at.is_(None), order.c.shipped_at.is_(None))
_newest_first = (task.c.id.desc(),)


class Progress(NamedTuple):
    """Units picked of those wanted, as who picks counts them: of a kit its parts. `unknown`: units of SKUs that no item has."""

    picked: int
    wanted: int
    unknown: int


NOTHING: Final = Progress(0, 0, 0)


class _Far(NamedTuple):
    task_id: int
    picked: int
    wanted: int


class _Unknown(NamedTuple):
    task_id: int
    units: int


def progress(session: Session, task_ids: Collection[int]) -> dict[int, Progress]:
    """Task id -> how far these orders are."""
    settle(session)
    met = func.sum(case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected))
    lines = (
        select(_line.c.task_id, whole(met).label("picked"), whole(func.sum(_line.c.expected)).label("wanted"))
        .where(_line.c.task_id.in_(list(task_ids)))
        .group_by(_line.c.task_id)
    )
    nobody = (
        select(order_line.c.task_id, whole(func.sum(order_line.c.ordered - order_line.c.cancelled)).label("units"))
        .where(order_line.c.task_id.in_(list(task_ids)), order_line.c.item_id.is_(None))
        .group_by(order_line.c.task_id)
    )
    unknown = {row.task_id: row.units for row in fetch(session, _Unknown, nobody)}
    far = {row.task_id: row for row in fetch(session, _Far, lines)}
    return {
        each: Progress(far[each].picked if each in far else 0, far[each].wanted if each in far else 0, unknown.get(each, 0))
        for each in task_ids
    }


def listed(
    session: Session, show: Show, now: datetime, *, limit: int, offset: int, told: bool = True, packs: bool = True
) -> list[OrderRow]:  # fmt: skip
    """Orders, those to do by when they are due, the others by number, the newest first.

    `told`: whether what shelves lack by the record has a part in it. `packs`: as in `counted.views`.
    """
    done = show in (Show.SHIPPED, Show.CANCELLED, Show.ALL)
    wanted: Select[Any] = (
        select(*order_columns)
        .join_from(order, task, order.c.task_id == task.c.id)
        .where(_shown(show, now, told=told, packs=packs))
    )
    return fetch(session, OrderRow, wanted.order_by(*(_newest_first if done else DUE_FIRST)).limit(limit).offset(offset))


def _shown(show: Show, now: datetime, *, told: bool, packs: bool) -> ColumnElement[bool]:
    if show is Show.ALL:
        return true()
    if show in (Show.SHIPPED, Show.CANCELLED):
        return state_is(OrderState(show))
    if show is Show.LATE:
        return and_(_to_do, order.c.due_at < now)
    if show is Show.LACKING:
        waits = select(order_line.c.task_id).where(order_line.c.item_id.is_(None), order_line.c.ordered > order_line.c.cancelled)
        return and_(_to_do, or_(task.c.id.in_(lacking_tasks()), task.c.id.in_(waits)) if told else task.c.id.in_(waits))
    return _to_do if show is Show.TO_DO else and_(_to_do, state_is(OrderState(show), packs=packs))


def choose(session: Session, task_id: int, choice: str) -> None:
    """Note what becomes of an order that is short."""
    run(session, update(order).where(order.c.task_id == task_id).values(choice=choice))
