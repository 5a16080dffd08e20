"""What goes missing of what is shipped, section by section, by the counts of twelve months; and so what is missing now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from scanner.drift.budget import store
from scanner.drift.budget.rules import expected_loss_e4, prior_e4, shrink_ppm
from scanner.drift.budget.store import Moved
from scanner.drift.periods import Period

WINDOW = 12
QUARTER = 3
"""Months."""
SETTLING_DAYS = 14
"""So long after a section was counted what is settled in it is taken for what that count found: recounts take days. What comes
later was found by a count of some of its places. Nothing says how much was shipped from these, so it says nothing of ρ."""


@dataclass(frozen=True, slots=True)
class Shrink:
    """A section's ρ in millionths, what was shipped of it since its last count, and the day of that; None where it has none.

    `found_since_e4`: what was found missing since by counts of single places.
    """

    ppm: int
    shipped_since_e4: int
    counted_on: date | None
    found_since_e4: int = 0

    @property
    def expected_e4(self) -> int:
        """What a count would find missing today, beside what was found already."""
        return max(expected_loss_e4(self.ppm, self.shipped_since_e4) - max(self.found_since_e4, 0), 0)


NO_SHRINK = Shrink(shrink_ppm(0, 0, 0), 0, None)


def moved(session: Session, first: Period, last: Period) -> dict[str, Moved]:
    """What was shipped and what shrank in the months from one to another, by section."""
    return {row.section: row for row in store.moved(session, first, last)}


def shrink(session: Session, period: Period, today: date, worth: Mapping[str, int] | None = None) -> dict[str, Shrink]:
    """The shrink of each section as it stands at the end of a month, or today where that is not over.

    `worth`: what each section is worth then, for who has read that already.
    """
    last = min(period.last, today)
    worth = store.values_at(session, last, today) if worth is None else worth
    first = _months_before(period, WINDOW - 1)
    begun = store.first_month(session)
    months = max(_months_between(max(begun, first), period), QUARTER) if begun else QUARTER
    counts = store.last_counts(session, last)
    everywhere = dict.fromkeys(store.sections(session), first.first)
    after = {section: max(first.first, day + timedelta(days=1)) for section, day in counts.items()}
    settled = {section: day + timedelta(days=SETTLING_DAYS + 1) for section, day in counts.items()}
    since = store.shipped_since(session, everywhere | after, last)
    found = store.found_since(session, everywhere | settled, first, last)
    whole = moved(session, first, period)
    return {
        section: _shrink(
            whole.get(section, Moved(section)),
            since.get(section, 0),
            found.get(section, 0),
            counts.get(section),
            months,
            worth.get(section, 0),
        )
        for section in whole.keys() | since.keys() | counts.keys()
    }


def _shrink(whole: Moved, since_e4: int, found_e4: int, counted_on: date | None, months: int, value_e4: int) -> Shrink:
    """What was shipped between the counts is all up to the last one, nothing where there was none; ρ is of what these found."""
    between = whole.shipped_e4 - since_e4 if counted_on else 0
    prior = prior_e4(whole.shipped_e4 * QUARTER // months, value_e4)
    return Shrink(shrink_ppm(whole.shrink_e4 - found_e4, between, prior), since_e4, counted_on, found_e4)


def _months_before(period: Period, number: int) -> Period:
    for _ in range(number):
        period = period.before
    return period


def _months_between(first: Period, last: Period) -> int:
    """How many months from one to another, both among them."""
    return (last.year - first.year) * 12 + last.month - first.month + 1
