"""Kinds of locations. A unit can be sold only where the kind of its location says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.codes.dispositions import Disposition


class LocationKind(StrEnum):
    """What a location is for. The last three are virtual: sources and sinks of stock."""

    SHELF = "shelf"
    DOCK = "dock"
    BENCH = "bench"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    DAMAGED = "damaged"
    VENDOR = "vendor"
    SCRAP = "scrap"
    PACKING = "packing"  # what was picked for orders and has not gone yet
    CART = "cart"  # what a person has in hand
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    ADJUSTMENT = "adjustment"


MADE_HERE = frozenset({LocationKind.PACKING, LocationKind.CART})
"""Kinds that no file brings in: one place for picked goods, and a cart for each person."""
SELLABLE = frozenset({LocationKind.SHELF})
VIRTUAL = frozenset({LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.ADJUSTMENT})
NO_INVENTORY = VIRTUAL | {LocationKind.DAMAGED, LocationKind.VENDOR, LocationKind.SCRAP}
"""Kinds of places whose goods are not in the inventory's value: they are elsewhere in the books."""
STANDARD = (
    "DOCK",
    "RETURNS",
    "REFURBISH",
    "QUARANTINE",
    "DAMAGED",
    "VENDOR",
    "SCRAP",
    "SUPPLIER",
    "CUSTOMER",
    "ADJUSTMENT",
)
"""Locations that every warehouse has, one of each kind but shelves. Their code and kind never change. The place of picked goods
is one more, known by its kind, since a warehouse may have had its code for something else.
"""
PLACES: dict[Disposition, LocationKind] = {
    Disposition.RESTOCK: LocationKind.SHELF,
    Disposition.REFURBISH: LocationKind.REFURBISH,
    Disposition.QUARANTINE: LocationKind.QUARANTINE,
    Disposition.DAMAGED: LocationKind.DAMAGED,
    Disposition.VENDOR: LocationKind.VENDOR,
    Disposition.SCRAP: LocationKind.SCRAP,
}
"""Where goods go by disposition. Only goods on a shelf can be sold."""
BY_PLACE: dict[str, Disposition] = {kind: disposition for disposition, kind in PLACES.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A location: its id, and the code that its label says."""

    id: int
    code: str
    kind: str


NO_SHELVES = VIRTUAL | MADE_HERE
"""Kinds of places that nobody counts, plans or labels among the shelves."""


def can_be_put_to(kind: str) -> bool:
    """Whether goods that come in can be put there: to nobody's hands, and not among what was picked."""
    return kind not in NO_SHELVES


def can_be_entered(kind: str) -> bool:
    """Whether a person can put goods there by scanning its label."""
    return kind not in VIRTUAL
