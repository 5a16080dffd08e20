"""Where items live: the shelf that has most of it, else the one where it was put last."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import run, table_of
from scanner.scans.tables import Movement

_location, _stock, _movement = (table_of(model) for model in (Location, Stock, Movement))
_MOST_STOCK = (
    select(_location.c.id, _location.c.code, _location.c.kind)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .where(_stock.c.item_id == bindparam("item"), _stock.c.units > 0, _location.c.kind == LocationKind.SHELF.value)
    .order_by(_stock.c.units.desc(), _location.c.code)
    .limit(1)
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
    for statement in (_MOST_STOCK, _LAST_SHELF):
        if row := run(session, statement, {"item": item_id}).one_or_none():
            return Place(row.id, row.code, row.kind)
    return None


def homes(session: Session, item_ids: Iterable[int]) -> dict[int, Place]:
    """The home shelf of each item. Items without one are left out."""
    found = ((item_id, home(session, item_id)) for item_id in sorted(set(item_ids)))
    return {item_id: place for item_id, place in found if place is not None}
