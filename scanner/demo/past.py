"""What the demo warehouse sold since its shelves were filled: movements from a shelf to the customer, as of their days.

An earlier system shipped them, so they have no orders. The shelves were filled with so many units more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.db import bulk
from scanner.db.sql import table_of
from scanner.demo.goods import Good
from scanner.demo.scanning import person
from scanner.scans import ledger
from scanner.scans.decision import Move

SEED = 1126
OPEN_DAYS = 55
"""Mondays to Fridays before today."""
CHANCES = {"A": 0.3, "B": 0.05, "C": 0.01}
"""That an item of a class is sold on a day."""
MOST_UNITS = 3
BUSY, BUSY_CHANCE, BUSY_UNITS = ("MUG-B", "TEE-M", "TOWEL-BK", "NOTE5-BK", "SOCK-BK-M", "KEY-GN"), 0.9, 7
"""What sells best, so that some of it is to be ordered."""
STOPPED, STOPPED_DAYS, STOPPED_CHANCE = "CUSH-GN", 20, 0.7
"""An item that was sold on most days, and on none for so many: the shelf has nothing of it, though the record says so."""
_item, _location = table_of(Item), table_of(Location)


@dataclass(frozen=True, slots=True)
class Sale:
    """Units of an item that were taken from its shelf, so many open days ago."""

    days: int
    place: str
    sku: str
    units: int


def sales(stocked: Sequence[tuple[str, Good]]) -> Iterator[Sale]:
    """What was sold of goods on shelves (shelf, item), the oldest first; the same each time."""
    random = Random(SEED)
    for days in range(OPEN_DAYS, 0, -1):
        for place, good in stocked:
            units = random.randint(1, BUSY_UNITS if good.sku in BUSY else MOST_UNITS)
            if random.random() < _chance(good, days):
                yield Sale(days, place, good.sku, units)


def _chance(good: Good, days: int) -> float:
    """That an item is sold on the day so many open days ago."""
    if good.sku == STOPPED:
        return 0.0 if days <= STOPPED_DAYS else STOPPED_CHANCE
    return BUSY_CHANCE if good.sku in BUSY else CHANCES[good.abc]


class Past:
    """The sales as they are booked, from the oldest on, with the counts between them."""

    def __init__(self, session: Session, sold: Sequence[Sale], now: datetime) -> None:
        self._session, self._left = session, list(reversed(sold))
        self._days = _open_days(now)
        self._pia = person(session, "BADGE-PIA").id
        self._items = bulk.rows_by(session, _item.c.sku, {sale.sku for sale in sold}, _item.c.id)
        self._places = bulk.rows_by(session, _location.c.code, {sale.place for sale in sold}, _location.c.id)
        self._customer = catalogue.standard_places(session)[LocationKind.CUSTOMER].id

    def until(self, at: datetime) -> None:
        """Book what was sold up to a moment, day by day."""
        while self._left and (sold_at := self._days[self._left[-1].days - 1]) <= at:
            day, moves = self._left[-1].days, list[Move]()
            while self._left and self._left[-1].days == day:
                moves.append(self._move(self._left.pop()))
            ledger.move(self._session, moves, at=sold_at, operator_id=self._pia)

    def _move(self, sale: Sale) -> Move:
        return Move(self._items[sale.sku].id, sale.units, self._places[sale.place].id, self._customer)


def _open_days(now: datetime) -> list[datetime]:
    """The open days before now, the last one first."""
    found = list[datetime]()
    while len(found) < OPEN_DAYS:
        now -= timedelta(days=1)
        if now.astimezone().weekday() < 5:
            found.append(now)
    return found
