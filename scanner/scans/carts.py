"""What a person has in hand: a cart is a location, made when the person first takes something."""

from __future__ import annotations

from itertools import chain, count
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import Prepared, fetch, fetch_one, run, settle, table_of
from scanner.people.tables import Operator
from scanner.scans.meanings import owners_of
from scanner.scans.tables import HandCart

_cart, _location, _stock, _item, _operator = (table_of(model) for model in (HandCart, Location, Stock, Item, Operator))


class InHand(NamedTuple):
    """Units of an item in somebody's hands."""

    item_id: int
    sku: str
    name: str
    units: int


class Holder(NamedTuple):
    """Whose cart a location is."""

    operator_id: int
    name: str


class _Place(NamedTuple):
    id: int
    code: str
    kind: str


_OF_PERSON = (
    select(_location.c.id, _location.c.code, _location.c.kind)
    .join_from(_cart, _location, _cart.c.location_id == _location.c.id)
    .where(_cart.c.operator_id == bindparam("operator"))
)
_HOLDER = (
    select(_operator.c.id.label("operator_id"), _operator.c.name)
    .join_from(_cart, _operator, _cart.c.operator_id == _operator.c.id)
    .where(_cart.c.location_id == bindparam("location"))
)
_IN_HAND = (
    select(_stock.c.item_id, _item.c.sku, _item.c.name, _stock.c.units)
    .join_from(_stock, _item, _stock.c.item_id == _item.c.id)
    .where(_stock.c.location_id == bindparam("location"), _stock.c.units > 0)
    .order_by(_item.c.name, _item.c.sku)
)
_UNITS = Prepared(
    select(func.coalesce(func.sum(_stock.c.units), 0).label("units"))
    .join_from(_cart, _stock, _cart.c.location_id == _stock.c.location_id)
    .where(_cart.c.operator_id == bindparam("operator"), _stock.c.units > 0)
)


def find_cart(session: Session, operator_id: int) -> Place | None:
    """The cart of a person; None for one who has never taken anything."""
    found = fetch_one(session, _Place, _OF_PERSON, {"operator": operator_id})
    return Place(*found) if found else None


def cart_of(session: Session, operator_id: int) -> Place:
    """The cart of a person, made at need."""
    found = find_cart(session, operator_id)
    if found is not None:
        return found
    name = run(session, select(_operator.c.name).where(_operator.c.id == operator_id).with_for_update()).scalar_one()
    found = find_cart(session, operator_id)  # two first scans at the same time wait for each other
    if found is not None:
        return found
    code, kind = _free_code(session, f"CART-{operator_id}"), LocationKind.CART.value
    row = {"code": code, "name": f"Cart of {name}"[:200], "kind": kind, "section": "", "position": 0}
    made = int(run(session, insert(_location).returning(_location.c.id), row).scalar_one())
    run(session, insert(_cart), {"operator_id": operator_id, "location_id": made})
    return Place(made, code, kind)


def _free_code(session: Session, code: str) -> str:
    """A code that means nothing yet: the warehouse may have had this one for something else."""
    return next(each for each in chain((code,), (f"{code}-{number}" for number in count(2))) if not owners_of(session, [each]))


def holder_of(session: Session, location_id: int) -> Holder | None:
    """Whose cart a location is; None where it is not a cart."""
    return fetch_one(session, Holder, _HOLDER, {"location": location_id})


def units_in_hand(session: Session, operator_id: int) -> int:
    """How many units a person has in hand."""
    found = _UNITS.row(session, operator=operator_id)
    return int(found[0]) if found else 0


def in_hand(session: Session, location_id: int) -> list[InHand]:
    """What is on a cart, by name."""
    settle(session)
    return fetch(session, InHand, _IN_HAND, {"location": location_id})
