"""Where items live: the shelf that has most of it, else the one where it was put last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.scans.tables import Movement

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


def home(session: Session, item_id: int) -> Place | None:
    """The home of an item: the shelf with most of it, else the one where it was put last."""
    return homes(session, [item_id]).get(item_id)


def homes(session: Session, item_ids: Iterable[int]) -> dict[int, Place]:
    """The home shelf of each item. Items without one are left out."""
    wanted, found = sorted(set(item_ids)), dict[int, Place]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = fetch(session, _Shelf, _MOST_STOCK, {"items": wanted[start : start + AT_ONCE]})
        found |= {row.item_id: Place(row.id, row.code, row.kind) for row in rows}
    for item_id in wanted:
        if item_id not in found and (row := run(session, _LAST_SHELF, {"item": item_id}).one_or_none()):
            found[item_id] = Place(row.id, row.code, row.kind)
    return found
