"""When a person last counted a place or an item, and what a place is called."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue.tables import Location, Stock
from scanner.counting.tables import CountResult, Visit
from scanner.db.sql import fetch_one, table_of

_visit, _result, _location, _stock = (table_of(model) for model in (Visit, CountResult, Location, Stock))


class Counted(NamedTuple):
    """A place, and when it was counted, or an item there."""

    location: str
    at: datetime


class PlaceRow(NamedTuple):
    """What a location is called, and its section, empty where it is in none."""

    name: str
    section: str


_COUNT_OF_PLACE = (
    select(_location.c.code.label("location"), _visit.c.closed_at.label("at"))
    .join_from(_visit, _location, _visit.c.location_id == _location.c.id)
    .where(_visit.c.location_id == bindparam("location"), _visit.c.state == "closed")
    .order_by(_visit.c.closed_at.desc())
    .limit(1)
)
# By the places that have or had it: the index of the results begins with the place.
_COUNT_OF_ITEM = (
    select(_location.c.code.label("location"), _result.c.counted_at.label("at"))
    .join_from(_result, _location, _result.c.location_id == _location.c.id)
    .join(_stock, (_stock.c.location_id == _result.c.location_id) & (_stock.c.item_id == _result.c.item_id))
    .where(_result.c.item_id == bindparam("item"))
    .order_by(_result.c.counted_at.desc(), _result.c.id.desc())
    .limit(1)
)
_PLACE = select(_location.c.name, _location.c.section).where(_location.c.id == bindparam("location"))


def count_of_place(session: Session, location_id: int) -> Counted | None:
    """The last count of a location. An abandoned visit is none."""
    return fetch_one(session, Counted, _COUNT_OF_PLACE, {"location": location_id})


def count_of_item(session: Session, item_id: int) -> Counted | None:
    """The last count of an item, and where that was."""
    return fetch_one(session, Counted, _COUNT_OF_ITEM, {"item": item_id})


def place(session: Session, location_id: int) -> PlaceRow:
    """Name and section of a location."""
    found = fetch_one(session, PlaceRow, _PLACE, {"location": location_id})
    assert found is not None
    return found
