"""What the device keeps of places and items, to show what scans do that are not sent yet."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.moves import MOVES, store
from scanner.people.rules import OperatorView, Right
from scanner.scans import carts

MOST_ITEMS = 500


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
    for row in store.codes_at(session, at, MOST_ITEMS):
        codes = lines.setdefault(row.item_id, [row.item_id, row.name, None, 0, {row.sku: 1}])[4]
        if row.code is not None:
            codes[row.code] = row.units
    places = catalogue.place_codes(session, catalogue.MOST_PLACES)
    return {"task": MOVES, "lines": list(lines.values()), "places": places, "hand": True}
