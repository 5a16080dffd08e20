"""Statements on carts of orders and their totes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import and_, exists, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.db.sql import fetch, run, settle, table_of
from scanner.orders import CART
from scanner.orders.carts.scanned import Wanted
from scanner.orders.tables import OrderLine, Tote
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_tote, _task, _line, _item, _sold = (table_of(model) for model in (Tote, Task, Line, Item, OrderLine))
_cart = _task.alias("cart")
_wants_unknown = exists().where(_sold.c.task_id == _task.c.id, _sold.c.item_id.is_(None), _sold.c.ordered > _sold.c.cancelled)


class OnCart(NamedTuple):
    """An order on a cart. `label`: that of its tote, once one was scanned. `unknown`: it wants an item that nobody knows, too."""

    order_id: int
    reference: str
    customer: str
    state: str
    position: int
    label: str | None
    unknown: bool


class CartRow(NamedTuple):
    """An open cart in a list."""

    reference: str
    created_at: datetime
    orders: int


def orders_on(session: Session, cart_id: int) -> list[OnCart]:
    """The orders of a cart, in the order of their totes."""
    wanted = (
        select(_task.c.id.label("order_id"), _task.c.reference, _task.c.partner.label("customer"), _task.c.state,
               _tote.c.position, _tote.c.label, _wants_unknown.label("unknown"))
        .join_from(_tote, _task, _tote.c.order_id == _task.c.id)
        .where(_tote.c.cart_id == cart_id)
        .order_by(_tote.c.position)
    )  # fmt: skip
    return fetch(session, OnCart, wanted)


def wants(session: Session, order_ids: Collection[int]) -> list[Wanted]:
    """The lines of open orders."""
    settle(session)
    wanted = (
        select(_line.c.task_id.label("order_id"), _line.c.id.label("line_id"), _line.c.item_id, _item.c.sku, _item.c.name,
               _line.c.expected, _line.c.scanned)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_item, _line.c.item_id == _item.c.id)
        .where(_line.c.task_id.in_(list(order_ids)), _task.c.state == TaskState.OPEN.value)
        .order_by(_line.c.task_id, _line.c.position)
    )  # fmt: skip
    return fetch(session, Wanted, wanted)


def user_of(session: Session, label: str) -> str | None:
    """The open order whose tote has this label, on whatever cart; None for a free one."""
    wanted = (
        select(_task.c.reference)
        .join_from(_tote, _task, _tote.c.order_id == _task.c.id)
        .where(_tote.c.label == label, _task.c.state == TaskState.OPEN.value)
        .order_by(_tote.c.cart_id.desc())
        .limit(1)
    )
    found: str | None = run(session, wanted).scalar_one_or_none()
    return found


def give_tote(session: Session, cart_id: int, order_id: int, label: str) -> None:
    """Note the label of an order's tote."""
    at = and_(_tote.c.cart_id == cart_id, _tote.c.order_id == order_id)
    run(session, update(_tote).where(at).values(label=label))


def on_open_carts(session: Session) -> set[int]:
    """Ids of the orders that are on an open cart."""
    wanted = select(_tote.c.order_id).join(_cart, _tote.c.cart_id == _cart.c.id).where(_cart.c.state == TaskState.OPEN.value)
    return set(run(session, wanted).scalars())


def add_cart(session: Session, order_ids: Iterable[int], now: datetime) -> str:
    """A new cart with a tote for each order; gives its reference."""
    number = int(run(session, select(func.count()).where(_task.c.kind == CART)).scalar_one()) + 1
    reference = tasks.free_reference(session, (f"PICK-{each}" for each in count(number)))
    cart_id = tasks.add_task(
        session, {"reference": reference, "kind": CART, "state": TaskState.OPEN.value, "created_at": now}, []
    )  # fmt: skip
    rows = [{"cart_id": cart_id, "order_id": order, "position": at, "label": None} for at, order in enumerate(order_ids, 1)]
    run(session, insert(_tote), rows)
    return reference


def open_carts(session: Session) -> list[CartRow]:
    """Open carts, the newest first."""
    wanted = (
        select(_task.c.reference, _task.c.created_at, func.count(_tote.c.order_id).label("orders"))
        .join_from(_task, _tote, _tote.c.cart_id == _task.c.id)
        .where(_task.c.kind == CART, _task.c.state == TaskState.OPEN.value)
        .group_by(_task.c.id, _task.c.reference, _task.c.created_at)
        .order_by(_task.c.id.desc())
    )
    return fetch(session, CartRow, wanted)
