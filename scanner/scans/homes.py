"""Where items live: the shelf that has most of it, else the one where it was put last. Who is blind hears of the latter alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.people import store as people
from scanner.people.rules import OperatorView, Right
from scanner.scans.tables import Movement
from scanner.scans.workflow import Attempt, Workflows

_location, _stock, _movement = (table_of(model) for model in (Location, Stock, Movement))
AT_ONCE = 500
"""Most items that one statement asks for."""


class _Shelf(NamedTuple):
    item_id: int
    id: int
    code: str
    kind: str


_MOST_STOCK = (
    select(_stock.c.item_id, _location.c.id, _location.c.code, _location.c.kind)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .where(_stock.c.item_id.in_(bindparam("items", expanding=True)))
    .where(_stock.c.units > 0, _location.c.kind == LocationKind.SHELF.value)
    .order_by(_stock.c.units, _location.c.code.desc())  # the shelf that is home comes last
)
_LAST_SHELF = (
    select(_location.c.id, _location.c.code, _location.c.kind)
    .join_from(_movement, _location, _movement.c.target_id == _location.c.id)
    .where(_movement.c.item_id == bindparam("item"), _location.c.kind == LocationKind.SHELF.value)
    .order_by(_movement.c.seq.desc())
    .limit(1)
)
_PUT_LAST = _LAST_SHELF.where(_movement.c.scan_seq.is_not(None), _movement.c.cause == "")
"""The shelf where somebody last put an item: neither the record's numbers nor what a count changed in them have a part in it."""


def is_blind(person: OperatorView | None, hidden: Collection[int]) -> bool:
    """Whether a person is kept from what the record has. `hidden`: ids of the places whose record is kept from the person.

    One hidden place is enough: what the other shelves have of an item tells of that one.
    """
    return bool(hidden) or person is None or not person.may(Right.SEE_STOCK)


def is_blind_now(session: Session, person: OperatorView, workflows: Workflows) -> bool:
    """Whether a person is kept from what the record has, as counts stand now."""
    return is_blind(person, workflows.hidden_places(session, person))


def is_blind_at(session: Session, attempt: Attempt) -> bool:
    """Whether who made a scan is kept from what the record has."""
    return is_blind(people.person(session, attempt.request.operator_id), attempt.hidden_places())


def homes_for(
    session: Session, item_ids: Iterable[int], person: OperatorView | None, hidden: Collection[int]
) -> dict[int, Place]:  # fmt: skip
    """The home shelf of each item, as far as it is told that person: who is blind hears where somebody put it last."""
    return _last(session, item_ids, _PUT_LAST) if is_blind(person, hidden) else homes(session, item_ids)


def home(session: Session, item_id: int) -> Place | None:
    """The home of an item: the shelf with most of it, else the one where it was put last."""
    return homes(session, [item_id]).get(item_id)


def homes(session: Session, item_ids: Iterable[int]) -> dict[int, Place]:
    """The home shelf of each item. Items without one are left out."""
    wanted, found = sorted(set(item_ids)), dict[int, Place]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = fetch(session, _Shelf, _MOST_STOCK, {"items": wanted[start : start + AT_ONCE]})
        found |= {row.item_id: Place(row.id, row.code, row.kind) for row in rows}
    return found | _last(session, (item_id for item_id in wanted if item_id not in found), _LAST_SHELF)


def _last(session: Session, item_ids: Iterable[int], statement: Select[Any]) -> dict[int, Place]:
    rows = ((item_id, run(session, statement, {"item": item_id}).one_or_none()) for item_id in sorted(set(item_ids)))
    return {item_id: Place(row.id, row.code, row.kind) for item_id, row in rows if row}
