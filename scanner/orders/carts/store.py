"""Statements on carts of orders and their totes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, and_, case, exists, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.codes.commands import Command
from scanner.db.columns import whole
from scanner.db.sql import fetch, fetch_one, run, settle, table_of
from scanner.orders import CART, KIND
from scanner.orders.carts.scanned import Wanted
from scanner.orders.scanned import Choice
from scanner.orders.tables import Order, OrderLine, Tote
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.request import ScanRequest
from scanner.scans.result import Outcome, Reason
from scanner.scans.tables import Line, Scan, Tally, Task

_tote, _task, _line, _item, _sold, _scan, _tally, _order = (
    table_of(model) for model in (Tote, Task, Line, Item, OrderLine, Scan, Tally, Order)
)  # fmt: skip
_cart, _undoing = _task.alias("cart"), _scan.alias("undoing")
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
    cancelled_at: datetime | None

    @property
    def over(self) -> str:
        """How it ended: shipped or cancelled; empty while it is open."""
        if self.state == TaskState.OPEN:
            return ""
        return "cancelled" if self.cancelled_at else "shipped"


class PickedBefore(NamedTuple):
    """Units of an item that an order had before it came on a cart."""

    order_id: int
    item_id: int
    name: str
    units: int


class TakenOff(NamedTuple):
    """Units of an item that came off an order again, and the last scan that took some off."""

    order_id: int
    item_id: int
    name: str
    units: int
    seq: int


class ToteUse(NamedTuple):
    """The cart and the order that a tote was used for."""

    cart_id: int
    order_id: int


class LabelScanned(NamedTuple):
    """A scan of the label of a place or a tote."""

    seq: int
    key: str


class CartRow(NamedTuple):
    """An open cart in a list."""

    reference: str
    created_at: datetime
    orders: int


def orders_on(session: Session, cart_id: int) -> list[OnCart]:
    """The orders of a cart, in the order of their totes."""
    wanted = (
        select(_task.c.id.label("order_id"), _task.c.reference, _task.c.partner.label("customer"), _task.c.state,
               _tote.c.position, _tote.c.label, _wants_unknown.label("unknown"), _order.c.cancelled_at)
        .join_from(_tote, _task, _tote.c.order_id == _task.c.id)
        .join(_order, _order.c.task_id == _task.c.id)
        .where(_tote.c.cart_id == cart_id)
        .order_by(_tote.c.position)
    )  # fmt: skip
    return fetch(session, OnCart, wanted)


def wants(session: Session, order_ids: Collection[int]) -> list[Wanted]:
    """The lines of those of these orders that are open."""
    settle(session)
    return fetch(session, Wanted, _lines(order_ids).where(_task.c.state == TaskState.OPEN.value))


def lines_of(session: Session, order_ids: Collection[int]) -> list[Wanted]:
    """The lines of these orders."""
    settle(session)
    return fetch(session, Wanted, _lines(order_ids))


def _lines(order_ids: Collection[int]) -> Select[Any]:
    return (
        select(_line.c.task_id.label("order_id"), _line.c.id.label("line_id"), _line.c.item_id, _item.c.sku, _item.c.name,
               _line.c.expected, _line.c.scanned)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_item, _line.c.item_id == _item.c.id)
        .where(_line.c.task_id.in_(list(order_ids)))
        .order_by(_line.c.task_id, _line.c.position)
    )  # fmt: skip


def _brought(cart_id: int) -> Subquery:
    """By line the units that scans of a cart put into its tote."""
    units = whole(func.sum(_tally.c.units)).label("units")
    wanted = select(_tally.c.line_id, units).join_from(_scan, _tally, _tally.c.scan_seq == _scan.c.seq)
    return wanted.where(_scan.c.task_id == cart_id).group_by(_tally.c.line_id).subquery()


def picked_before(session: Session, cart_id: int, order_ids: Collection[int]) -> list[PickedBefore]:
    """What open orders have that no scan of this cart brought."""
    settle(session)
    cart = _brought(cart_id)
    units = whole(func.sum(_line.c.scanned - func.coalesce(cart.c.units, 0)))
    wanted = (
        select(_line.c.task_id.label("order_id"), _line.c.item_id, _item.c.name, units.label("units"))
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_item, _line.c.item_id == _item.c.id)
        .join(cart, cart.c.line_id == _line.c.id, isouter=True)
        .where(_line.c.task_id.in_(list(order_ids)), _task.c.state == TaskState.OPEN.value)
        .group_by(_line.c.task_id, _line.c.item_id, _item.c.id, _item.c.name)
        .having(units > 0)
        .order_by(_line.c.task_id, _item.c.name, _item.c.id)
    )
    return fetch(session, PickedBefore, wanted)


def totes_before(session: Session, cart_id: int, order_ids: Collection[int]) -> dict[int, str]:
    """Order id -> the label of the tote that it had on an earlier cart."""
    wanted = (
        select(_tote.c.order_id, _tote.c.label)
        .where(_tote.c.order_id.in_(list(order_ids)), _tote.c.cart_id < cart_id, _tote.c.label.is_not(None))
        .order_by(_tote.c.cart_id)
    )
    return {row.order_id: row.label for row in run(session, wanted)}


def taken_off(session: Session, cart_id: int, order_ids: Collection[int]) -> list[TakenOff]:
    """What was taken off these orders after this cart brought it, since their shops want less."""
    settle(session)
    cart = _brought(cart_id)
    brought = (
        select(_line.c.task_id, _line.c.item_id, func.sum(cart.c.units).label("units"))
        .join_from(cart, _line, cart.c.line_id == _line.c.id)
        .group_by(_line.c.task_id, _line.c.item_id)
        .subquery()
    )
    began = select(func.min(_scan.c.seq)).where(_scan.c.task_id == cart_id).scalar_subquery()
    off = func.sum(-_scan.c.units)
    units = whole(case((off < func.max(brought.c.units), off), else_=func.max(brought.c.units)))
    wanted = (
        select(_scan.c.task_id.label("order_id"), _scan.c.item_id, _item.c.name, units.label("units"),
               func.max(_scan.c.seq).label("seq"))
        .join_from(_scan, brought, (brought.c.task_id == _scan.c.task_id) & (brought.c.item_id == _scan.c.item_id))
        .join(_item, _scan.c.item_id == _item.c.id)
        .where(_scan.c.task_id.in_(list(order_ids)), _scan.c.key == Command.RELEASE.value, _scan.c.units < 0, _scan.c.seq > began)
        .group_by(_scan.c.task_id, _scan.c.item_id, _item.c.name)
        .order_by(_scan.c.task_id, _item.c.name, _scan.c.item_id)
    )  # fmt: skip
    return fetch(session, TakenOff, wanted)


def last_scanned_at(session: Session, cart_id: int, operator_id: int) -> datetime | None:
    """When the last scan of a person on a cart came in; None where there is none."""
    wanted = (
        select(_scan.c.received_at)
        .where(_scan.c.task_id == cart_id, _scan.c.operator_id == operator_id)
        .order_by(_scan.c.seq.desc())
        .limit(1)
    )
    found: datetime | None = run(session, wanted).scalar_one_or_none()
    return found


def user_of(session: Session, label: str) -> str | None:
    """The open order whose tote has this label; None for a free one. One that came empty off its cart is free."""
    settle(session)
    on_its_way, has_goods = (
        _cart.c.state == TaskState.OPEN.value,
        exists().where(_line.c.task_id == _task.c.id, _line.c.scanned > 0),
    )
    wanted = (
        select(_task.c.reference)
        .join_from(_tote, _task, _tote.c.order_id == _task.c.id)
        .join(_cart, _tote.c.cart_id == _cart.c.id)
        .where(_tote.c.label == label, _task.c.state == TaskState.OPEN.value, on_its_way | has_goods)
        .order_by(_tote.c.cart_id.desc())
        .limit(1)
    )
    found: str | None = run(session, wanted).scalar_one_or_none()
    return found


def last_use_of(session: Session, label: str) -> ToteUse | None:
    """What a tote was used for last; None for one that never was."""
    wanted = select(_tote.c.cart_id, _tote.c.order_id).where(_tote.c.label == label).order_by(_tote.c.cart_id.desc()).limit(1)
    return fetch_one(session, ToteUse, wanted)


def give_tote(session: Session, cart_id: int, order_id: int, label: str) -> None:
    """Note the label of an order's tote. No order that may be picked again has it any more; one that is shipped keeps it."""
    shipped = select(_order.c.task_id).where(_order.c.shipped_at.is_not(None))
    others = and_(_tote.c.label == label, _tote.c.order_id != order_id, _tote.c.order_id.not_in(shipped))
    run(session, update(_tote).where(others).values(label=None))
    at = and_(_tote.c.cart_id == cart_id, _tote.c.order_id == order_id)
    run(session, update(_tote).where(at).values(label=label))


def take_tote(session: Session, cart_id: int, order_id: int) -> None:
    """Note that an order has no tote on a cart."""
    run(session, update(_tote).where(_tote.c.cart_id == cart_id, _tote.c.order_id == order_id).values(label=None))


def labels_scanned(session: Session, cart_id: int, request: ScanRequest, after: int) -> list[LabelScanned]:
    """The labels that a person scanned on a device after a scan of the cart, and that were not taken back; the newest first."""
    wanted = (
        select(_scan.c.seq, _scan.c.key)
        .where(
            _scan.c.task_id == cart_id, _scan.c.operator_id == request.operator_id, _scan.c.device == request.device,
            _scan.c.seq > after, _scan.c.outcome == Outcome.ACCEPTED.value, _scan.c.reason == Reason.LOCATED.value,
            ~exists().where(_undoing.c.undoes == _scan.c.seq),
        )
        .order_by(_scan.c.seq.desc())
    )  # fmt: skip
    return fetch(session, LabelScanned, wanted)


def has_brought(session: Session, cart_id: int, order_id: int) -> bool:
    """Whether scans of a cart put anything into the tote of an order."""
    settle(session)
    cart = _brought(cart_id)
    wanted = select(_line.c.id).join_from(cart, _line, cart.c.line_id == _line.c.id)
    return run(session, wanted.where(_line.c.task_id == order_id, cart.c.units > 0).limit(1)).first() is not None


def on_open_carts(session: Session) -> set[int]:
    """Ids of the orders that are on an open cart."""
    wanted = select(_tote.c.order_id).join(_cart, _tote.c.cart_id == _cart.c.id).where(_cart.c.state == TaskState.OPEN.value)
    return set(run(session, wanted).scalars())


def waiting_for_the_rest(session: Session) -> set[int]:
    """Ids of the orders that go whole or not at all, as the supervisor chose."""
    wanted = select(_order.c.task_id).join(_task, _order.c.task_id == _task.c.id)
    open_ones = (_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
    return set(run(session, wanted.where(*open_ones, _order.c.choice == Choice.WAIT.value)).scalars())


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
