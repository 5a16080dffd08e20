"""What people have in hand of a cart, by the record.

A hand is one place for all that a person carries. What was taken with MOVES, from the dock or out of quarantine, is no goods of
the cart, and must not get into a tote.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, settle, table_of
from scanner.orders.carts.scanned import Holding
from scanner.people.tables import Operator
from scanner.scans.tables import HandCart, Movement, Scan

_scan, _movement, _hand, _stock, _item, _operator = (
    table_of(model) for model in (Scan, Movement, HandCart, Stock, Item, Operator)
)  # fmt: skip


class _Taken(NamedTuple):
    operator_id: int
    holder: str
    item_id: int
    name: str
    place: int
    since: int
    taken: int
    there: int


class _Change(NamedTuple):
    seq: int
    units: int


_change = case((_movement.c.target_id == _hand.c.location_id, _movement.c.units), else_=-_movement.c.units)
_taken = whole(func.sum(_change))
_TAKEN = (
    select(
        _hand.c.operator_id, _operator.c.name.label("holder"), _movement.c.item_id, _item.c.name,
        _hand.c.location_id.label("place"), func.min(_movement.c.seq).label("since"), _taken.label("taken"),
        _stock.c.units.label("there"),
    )
    .join_from(_scan, _movement, _movement.c.scan_seq == _scan.c.seq)
    .join(_hand, _hand.c.location_id.in_([_movement.c.source_id, _movement.c.target_id]))
    .join(_stock, (_stock.c.location_id == _hand.c.location_id) & (_stock.c.item_id == _movement.c.item_id))
    .join(_item, _item.c.id == _movement.c.item_id)
    .join(_operator, _operator.c.id == _hand.c.operator_id)
    .where(_scan.c.task_id == bindparam("cart"), _stock.c.units > 0)
    .group_by(_hand.c.operator_id, _hand.c.location_id, _operator.c.name, _movement.c.item_id, _item.c.name, _stock.c.units)
    .having(_taken > 0)
    .order_by(_operator.c.name, _item.c.name, _movement.c.item_id, _hand.c.operator_id)
)  # fmt: skip
_into_hand = case((_movement.c.target_id == bindparam("place"), _movement.c.units), else_=-_movement.c.units)
_ELSE = (
    select(_movement.c.seq, _into_hand.label("units"))
    .join_from(_movement, _scan, _movement.c.scan_seq == _scan.c.seq, isouter=True)
    .where(_movement.c.item_id == bindparam("item"), _movement.c.seq > bindparam("since"))
    .where(or_(_movement.c.source_id == bindparam("place"), _movement.c.target_id == bindparam("place")))
    .where(or_(_scan.c.task_id.is_(None), _scan.c.task_id != bindparam("cart")))
    .order_by(_movement.c.seq)
)


def still_held(taken: int, there: int, changes: Sequence[int]) -> int:
    """Units of what a cart took that are still in a hand. Pure.

    `there`: units in that hand now. `changes`: what else went into it (negative: out of it) since the cart first took some.

    What goes out otherwise is of the other goods, as long as there are some. Goods of the cart that went out so are gone: what
    comes in later does not stand for them.
    """
    before = there - taken - sum(changes)
    return max(taken + min(0, *accumulate(changes, initial=before)), 0)


def holdings(session: Session, cart_id: int) -> tuple[Holding, ...]:
    """What was taken into each hand by scans of the cart, less what went out of it again."""
    settle(session)
    rows = fetch(session, _Taken, _TAKEN, {"cart": cart_id})
    held = (Holding(row.operator_id, row.holder, row.item_id, row.name, _held(session, cart_id, row)) for row in rows)
    return tuple(each for each in held if each.units)


def _held(session: Session, cart_id: int, row: _Taken) -> int:
    where = {"place": row.place, "item": row.item_id, "since": row.since, "cart": cart_id}
    return still_held(row.taken, row.there, [change.units for change in fetch(session, _Change, _ELSE, where)])
