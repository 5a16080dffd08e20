"""What the device keeps of places and items, to show what scans do that are not sent yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import VIRTUAL, LocationKind
from scanner.catalogue.tables import Barcode, Item, Location, Stock
from scanner.db.sql import run, table_of
from scanner.moves import MOVES
from scanner.people.rules import OperatorView, Right
from scanner.scans import carts

_item, _code, _stock, _location = (table_of(model) for model in (Item, Barcode, Stock, Location))
MOST_ITEMS, MOST_PLACES = 500, 3_000


def known(session: Session, operator: OperatorView, source: str, hidden: frozenset[int]) -> dict[str, Any]:
    """`{"task", "lines", "places", "hand"}` for the device; a line is `[id, name, None, 0, {code: units}]`.

    The items are those that stand at the dock, at the place `source` and in the person's hand. No number of the record is in it,
    and no item of a place that is hidden from that person.
    """
    dock, cart = catalogue.standard_places(session)[LocationKind.DOCK], carts.find_cart(session, operator.id)
    place = catalogue.find_location(session, source) if source else None
    told = [dock, *([place] if place and operator.may(Right.SEE_STOCK) else [])]
    at = [each.id for each in told if each.id not in hidden]
    at += [cart.id] if cart is not None else []
    lines: dict[int, list[Any]] = {}
    standing = select(_stock.c.item_id).where(_stock.c.location_id.in_(at), _stock.c.units > 0).distinct().limit(MOST_ITEMS)
    items = select(_item.c.id, _item.c.sku, _item.c.name, _code.c.code, _code.c.units).join_from(
        _item, _code, _item.c.id == _code.c.item_id, isouter=True
    )
    for row in run(session, items.where(_item.c.id.in_(standing))):
        of_item = lines.setdefault(row.id, [row.id, row.name, None, 0, {row.sku: 1}])[4]
        if row.code is not None:
            of_item[row.code] = row.units
    places = (
        select(_location.c.code).where(_location.c.kind.not_in(sorted(VIRTUAL))).order_by(_location.c.code).limit(MOST_PLACES)
    )
    return {
        "task": MOVES,
        "lines": list(lines.values()),
        "places": list(run(session, places.limit(MOST_PLACES)).scalars()),
        "hand": True,
    }
