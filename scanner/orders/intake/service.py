"""Taking in a version of an order, and reading orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from scanner.db.sql import fetch
from scanner.errors import NotFound
from scanner.orders.intake import store
from scanner.orders.intake.counted import OrderView, state_is, views
from scanner.orders.intake.rules import GivenOrder
from scanner.orders.intake.store import OrderRow, order, order_columns, task
from scanner.orders.intake.taking import take_all
from scanner.orders.scanned import OrderState
from scanner.people.rules import OperatorView, Right
from scanner.scans import meanings

KNOWN_AS_TASK = ("tasks",)


@dataclass(frozen=True, slots=True)
class Put:
    """The order as it is now. `taken`: its number means something else here than a task, so its task has another one."""

    order: OrderView
    is_new: bool
    taken: bool = False


def put(session: Session, given: GivenOrder, operator: OperatorView, now: datetime, *, packs: bool = True) -> Put:
    """Take in a version of an order. The same or an older one changes nothing.

    Raises BadRequest with the field, and Conflict where it is shipped and would change.
    """
    operator.demand(Right.TAKE_ORDERS)
    meanings.hold_codes(session)
    (taken,) = take_all(session, [given], operator.id, now)
    told = taken.is_new and means_something_else(session, given.reference)
    return Put(order_view(session, given.channel, given.reference, packs=packs), taken.is_new, told)


def means_something_else(session: Session, reference: str) -> bool:
    """Whether the number of an order means something else here than a task."""
    return bool(meanings.owners_of(session, {reference}, but=KNOWN_AS_TASK))


def one(session: Session, channel: str, reference: str, operator: OperatorView, *, packs: bool = True) -> OrderView:
    """An order of a shop. Raises NotFound. `packs`: as in `counted.views`."""
    operator.demand(Right.SEE_ORDERS)
    return order_view(session, channel, reference, packs=packs)


def order_view(session: Session, channel: str, reference: str, *, packs: bool = True) -> OrderView:
    """An order of a shop, for whoever is known to have the right. Raises NotFound."""
    found = store.orders(session, [(channel, reference)])
    if not found:
        raise NotFound(f"There is no order {reference} of {channel}.", "reference")
    return views(session, list(found.values()), packs=packs)[0]


def listed(
    session: Session, operator: OperatorView, *, state: OrderState | None = None, after: int = 0, limit: int = 100,
    packs: bool = True,
) -> list[OrderView]:  # fmt: skip
    """Orders by number, from `after` on."""
    operator.demand(Right.SEE_ORDERS)
    wanted = select(*order_columns).join_from(order, task, order.c.task_id == task.c.id).where(order.c.task_id > after)
    if state is not None:
        wanted = wanted.where(state_is(state, packs=packs))
    return views(session, fetch(session, OrderRow, wanted.order_by(order.c.task_id).limit(limit)), packs=packs)
