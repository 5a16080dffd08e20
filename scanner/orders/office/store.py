"""Statements on orders as the desk lists them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true, update
from sqlmodel import Session

from scanner.db.sql import fetch, run
from scanner.orders.intake.counted import state_is
from scanner.orders.intake.store import OrderRow, order, order_columns, order_line, task
from scanner.orders.office.rules import Show
from scanner.orders.planning.store import DUE_FIRST, lacking_tasks
from scanner.orders.scanned import OrderState
from scanner.scans.decision import TaskState

_to_do = and_(task.c.state == TaskState.OPEN.value, order.c.cancelled_at.is_(None), order.c.shipped_at.is_(None))
_newest_first = (task.c.id.desc(),)


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
