"""What people have in hand of a cart, by the record.

A hand is one place for all that a person carries. What was taken with MOVES, from the dock or out of quarantine, is no goods of
the cart, and must not get into a tote. What a colleague takes over stays goods of the cart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Stock
from scanner.db.sql import fetch, settle, table_of
from scanner.orders.carts.scanned import Holding
from scanner.people.tables import Operator
from scanner.scans.tables import HandCart, Movement, Scan

_scan, _movement, _hand, _stock, _item, _operator = (
    table_of(model) for model in (Scan, Movement, HandCart, Stock, Item, Operator)
)  # fmt: skip


class Step(NamedTuple):
    """Units of one item from place to place. `own`: by a scan of the cart. `into_hand`: the target is somebody's hand."""

    source_id: int
    target_id: int
    units: int
    own: bool
    into_hand: bool


class _Taken(NamedTuple):
    item_id: int
    since: int


class _There(NamedTuple):
    operator_id: int
    holder: str
    place_id: int
    item_id: int
    name: str
    units: int


class _Moved(NamedTuple):
    item_id: int
    source_id: int
    target_id: int
    units: int
    into_hand: bool
    task_id: int | None
    scan_seq: int | None
    undoes: int | None


_hands = select(_hand.c.location_id)
_TAKEN = (
    select(_movement.c.item_id, func.min(_movement.c.seq).label("since"))
    .join_from(_scan, _movement, _movement.c.scan_seq == _scan.c.seq)
    .where(_scan.c.task_id == bindparam("cart"), _movement.c.target_id.in_(_hands))
    .group_by(_movement.c.item_id)
)
_THERE = (
    select(
        _hand.c.operator_id, _operator.c.name.label("holder"), _hand.c.location_id.label("place_id"), _stock.c.item_id,
        _item.c.name, _stock.c.units,
    )
    .join_from(_hand, _stock, _stock.c.location_id == _hand.c.location_id)
    .join(_item, _item.c.id == _stock.c.item_id)
    .join(_operator, _operator.c.id == _hand.c.operator_id)
    .where(_stock.c.item_id.in_(bindparam("items", expanding=True)), _stock.c.units > 0)
    .order_by(_operator.c.name, _item.c.name, _item.c.id, _hand.c.operator_id)
)  # fmt: skip
_MOVED = (
    select(
        _movement.c.item_id, _movement.c.source_id, _movement.c.target_id, _movement.c.units,
        _movement.c.target_id.in_(_hands).label("into_hand"), _scan.c.task_id, _movement.c.scan_seq, _scan.c.undoes,
    )
    .join_from(_movement, _scan, _movement.c.scan_seq == _scan.c.seq, isouter=True)
    .where(_movement.c.item_id.in_(bindparam("items", expanding=True)), _movement.c.seq >= bindparam("since"))
    .where(or_(_movement.c.source_id.in_(_hands), _movement.c.target_id.in_(_hands)))
    .order_by(_movement.c.seq)
)  # fmt: skip


def still_held(there: Mapping[int, int], steps: Sequence[Step]) -> Counter[int]:
    """By hand the units of an item that are goods of the cart. Pure.

    `there`: by hand the units in it now. `steps`: what moved since the cart first took some, by any scan.

    What goes out otherwise is of the other goods, as long as there are some. Goods of the cart that went out so are gone, what
    comes in later does not stand for them; but in the hand of who took them over they are goods of the cart still.
    """
    units = Counter(there)
    for step in steps:
        units[step.source_id] += step.units
        units[step.target_id] -= step.units
    held = Counter[int]()
    for step in steps:
        others = units[step.source_id] - held[step.source_id]
        went = min(step.units if step.own else max(step.units - others, 0), held[step.source_id])
        held[step.source_id] -= went
        if step.into_hand:
            held[step.target_id] += step.units if step.own else went
        units[step.source_id] -= step.units
        units[step.target_id] += step.units
    return held


def holdings(session: Session, cart_id: int) -> tuple[Holding, ...]:
    """What is in each hand of what scans of the cart took."""
    settle(session)
    taken = {row.item_id: row.since for row in fetch(session, _Taken, _TAKEN, {"cart": cart_id})}
    there = fetch(session, _There, _THERE, {"items": list(taken)}) if taken else []
    if not there:
        return ()
    items = {row.item_id for row in there}
    steps = _steps(session, cart_id, items, min(taken[item_id] for item_id in items))
    held = {item_id: still_held(_by_hand(there, item_id), steps[item_id]) for item_id in items}
    found = (Holding(row.operator_id, row.holder, row.item_id, row.name, held[row.item_id][row.place_id]) for row in there)
    return tuple(each for each in found if each.units)


def _by_hand(there: Iterable[_There], item_id: int) -> dict[int, int]:
    return {row.place_id: row.units for row in there if row.item_id == item_id}


def _steps(session: Session, cart_id: int, items: Iterable[int], since: int) -> dict[int, list[Step]]:
    """By item what moved. What another task moved and took back again never was."""
    rows = fetch(session, _Moved, _MOVED, {"items": list(items), "since": since})
    undone = {row.undoes for row in rows} & {row.scan_seq for row in rows} - {None}
    steps: dict[int, list[Step]] = defaultdict(list)
    for row in rows:
        own = row.task_id == cart_id
        if own or not (row.scan_seq in undone or row.undoes in undone):
            steps[row.item_id].append(Step(row.source_id, row.target_id, row.units, own, row.into_hand))
    return steps
