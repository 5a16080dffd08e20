"""Days and months of the house's calendar; a month is what is budgeted, booked and closed."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from scanner.words import day

_PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month of the house's calendar."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days it has."""
        return _days_in(self.year, self.month)

    @property
    def after(self) -> Period:
        """The next month."""
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def before(self) -> Period:
        """The month before."""
        return Period(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def gone(self, today: date) -> int:
        """How many of its days have begun: all of a month that is over."""
        return min(max((today - self.first).days + 1, 0), self.days)


@lru_cache  # a page asks for it some thousand times
def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def day_of(moment: datetime) -> date:
    """The day of a moment."""
    return moment.astimezone().date()


def begin_of(day_of_it: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day_of_it, time()).astimezone(UTC)


def period_of(day_of_it: date) -> Period:
    """The month of a day."""
    return Period(day_of_it.year, day_of_it.month)


def period_named(text: str) -> Period:
    """`2026-11` -> a month. Raises ValueError in words for anything else."""
    found = _PERIOD.fullmatch(text.strip())
    if not found or not 2000 <= int(found[1]) <= 2999:
        raise ValueError("a month such as 2026-11")
    return Period(int(found[1]), int(found[2]))


def check_begun(period: Period, today: date) -> None:
    """Raises ValueError in words for a month that has not begun."""
    if period.first > today:
        raise ValueError(f"a month that has begun: {period} begins on {day(period.first)}")
