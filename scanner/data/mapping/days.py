"""Dates as people write them: what stands first in them, by what a whole column says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from scanner.data.mapping.rules import DAY_FIRST, MONTH_FIRST

_TIME = r"(?:[ T]00:00(?::00)?)?"
_DOTTED = re.compile(rf"([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{{4}}){_TIME}")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([/.])([01]?[0-9])\2([0-3]?[0-9]){_TIME}")
_EITHER = re.compile(rf"([0-3]?[0-9])([/-])([0-3]?[0-9])\2([0-9]{{4}}){_TIME}")
MOST_MONTHS = 12


@dataclass(slots=True)
class Order:
    """What the cells of a column say so far. `seen`: the first that can be two days."""

    day_first: bool = False
    month_first: bool = False
    seen: str = ""

    @property
    def told(self) -> str:
        """What stands first, without doubt; nothing where no cell tells, or two contradict each other."""
        return "" if self.day_first == self.month_first else DAY_FIRST if self.day_first else MONTH_FIRST

    @property
    def is_asked(self) -> bool:
        """Whether only a person can say it."""
        return bool(self.seen) and not self.told

    def hear(self, cell: str) -> None:
        """Take in a cell."""
        if said := _EITHER.fullmatch(cell.strip()):
            first, second = int(said[1]), int(said[3])
            self.day_first |= first > MOST_MONTHS >= second
            self.month_first |= second > MOST_MONTHS >= first
            if not self.seen and first != second and max(first, second) <= MOST_MONTHS:
                self.seen = cell.strip()


def order_of(cells: Iterable[str]) -> Order:
    """What a column says."""
    found = Order()
    for cell in cells:
        found.hear(cell)
    return found


def written(cell: str, order: str) -> str:
    """A date as ISO 8601 has it, where it is one; anything else as it came. With dots the day stands first everywhere."""
    said = cell.strip()
    if dotted := _DOTTED.fullmatch(said):
        return _iso(dotted[3], dotted[2], dotted[1]) or cell
    if year := _YEAR_FIRST.fullmatch(said):
        return _iso(year[1], year[3], year[4]) or cell
    either = _EITHER.fullmatch(said)
    if either and (order or either[1].zfill(2) == either[3].zfill(2)):
        first, second = either[1], either[3]
        day, month = (second, first) if order == MONTH_FIRST else (first, second)
        return _iso(either[4], month, day) or cell
    return cell


def in_words(cell: str, order: str) -> str:
    """Which day a cell is, if that stands first: `1 December 2026`."""
    day = date.fromisoformat(written(cell, order))
    return f"{day.day} {day:%B %Y}"


def _iso(year: str, month: str, day: str) -> str:
    with suppress(ValueError):
        return date(int(year), int(month), int(day)).isoformat()
    return ""
