"""What goes missing of what is shipped, section by section, by the counts of twelve months; and so what is missing now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from scanner.drift.budget import store
from scanner.drift.budget.rules import expected_loss_e4, shrink_ppm
from scanner.drift.budget.store import FlowSum
from scanner.drift.flows import Account, Flow, accounts_of, is_shipped
from scanner.drift.periods import Period

WINDOW = 12
QUARTER = 3
"""Months."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was shipped of a section, and its net shrink by counts: ten-thousandths at the cost when it was booked."""

    shipped_e4: int = 0
    shrink_e4: int = 0


@dataclass(frozen=True, slots=True)
class Shrink:
    """A section's ρ in millionths, what was shipped of it since its last count, and the day of that; None where it has none."""

    ppm: int
    shipped_since_e4: int
    counted_on: date | None

    @property
    def expected_e4(self) -> int:
        """What a count would find missing today."""
        return expected_loss_e4(self.ppm, self.shipped_since_e4)


NO_SHRINK = Shrink(shrink_ppm(0, 0, 0), 0, None)


def moved(flows: Iterable[FlowSum]) -> dict[str, Moved]:
    """What was shipped and what shrank, by section."""
    shipped, shrunk = Counter[str](), Counter[str]()
    for each in flows:
        shipped[each.section] += each.value_e4 * is_shipped(each.source_kind, each.target_kind)
        accounts = accounts_of(Flow(each.source_kind, each.target_kind, value_e4=each.value_e4, cause=each.cause))
        if accounts and Account.RESERVE in accounts[:2]:
            shrunk[each.section] += each.value_e4 * ((accounts[0] is Account.RESERVE) - (accounts[1] is Account.RESERVE))
    return {section: Moved(shipped[section], shrunk[section]) for section in shipped.keys() | shrunk.keys()}


def shrink(session: Session, period: Period, today: date) -> dict[str, Shrink]:
    """The shrink of each section as it stands at the end of a month, or today where that is not over."""
    last = min(period.last, today)
    first = _months_before(period, WINDOW - 1)
    begun = store.first_month(session)
    counts = {section: day_of(at) for section, at in store.last_counts(session, end_of(last)).items()}
    since = store.shipped_after(session, counts, first.first, last)
    whole = moved(store.flows(session, first, period))
    months = max(_months_between(max(begun, first), period), QUARTER) if begun else QUARTER
    return {
        section: Shrink(
            shrink_ppm(
                whole.get(section, Moved()).shrink_e4,
                _between(whole.get(section, Moved()), since.get(section, 0), section in counts),
                whole.get(section, Moved()).shipped_e4 * QUARTER // months,
            ),
            since.get(section, 0),
            counts.get(section),
        )
        for section in whole.keys() | since.keys() | counts.keys()
    }


def _between(whole: Moved, since_e4: int, is_counted: bool) -> int:
    """What was shipped between the counts: all up to the last one; nothing where there was none."""
    return whole.shipped_e4 - since_e4 if is_counted else 0


def _months_before(period: Period, number: int) -> Period:
    for _ in range(number):
        period = period.before
    return period


def _months_between(first: Period, last: Period) -> int:
    """How many months from one to another, both among them."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def end_of(day: date) -> datetime:
    """When a day of the house's calendar ends."""
    return datetime.combine(day + timedelta(days=1), time()).astimezone()


def day_of(moment: datetime) -> date:
    """The day of the house's calendar."""
    return moment.astimezone().date()
