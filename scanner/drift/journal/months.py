"""What a month brought, as its journal says it: what is closed as it was closed, what is open as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from scanner.drift.budget import shrink as shrinks
from scanner.drift.budget import store as budgets
from scanner.drift.budget.rules import expected_loss_e4
from scanner.drift.budget.shrink import NO_SHRINK, Shrink
from scanner.drift.budget.store import Moved
from scanner.drift.flows import Account
from scanner.drift.journal import accounts, store
from scanner.drift.journal.rules import CENT_E4, Booked, Entry, Signed, cents_of, change_of_inventory_e4, journal
from scanner.drift.journal.store import ReserveRow
from scanner.drift.periods import Period, period_named


@dataclass(frozen=True, slots=True)
class Month:
    """What a month brought, what the inventory was worth before and after it, and what was set aside by section."""

    period: Period
    booked: Booked
    before_e4: int
    after_e4: int
    reserves: tuple[ReserveRow, ...]

    @property
    def entries(self) -> list[Entry]:
        """Its journal."""
        return journal(self.period.last, self.booked, self.before_e4)


@dataclass(frozen=True, slots=True)
class JournalOf:
    """A journal, what its accounts are called, and whether it stays as it is."""

    entries: list[Entry]
    codes: Mapping[Account, str]
    is_closed: bool


def journal_of(session: Session, period: Period, today: date) -> JournalOf:
    """The journal of a month. That of one that is open is as it stands now."""
    if store.closed(session, period):
        return JournalOf(*store.entries(session, period), True)
    *_, month = open_months(session, period, today)
    return JournalOf(month.entries, accounts.codes(session), False)


def first_open(session: Session, today: date) -> Period:
    """The first month that can be closed next."""
    last = store.last_closed(session)
    if last:
        return period_named(last.period).after
    return budgets.first_month(session) or Period(today.year, today.month)


def up_to(session: Session, until: Period, today: date) -> list[Period]:
    """The open months up to one that is to be closed; none where that cannot be."""
    found, period = [], first_open(session, today)
    while period <= until:
        found.append(period)
        period = period.after
    return found


def open_months(session: Session, until: Period, today: date) -> Iterator[Month]:
    """The months from the first open one to another that is open, too, each on top of the one before."""
    last = store.last_closed(session)
    value = last.value_after_e4 if last else 0
    kept = store.reserves(session, period_named(last.period), period_named(last.period)) if last else []
    reserve = {row.section: row.reserve_e4 for row in kept}
    period = min(first_open(session, today), until)
    while period <= until:
        month = _month(session, period, value, reserve, today)
        value, reserve = month.after_e4, {row.section: row.reserve_e4 for row in month.reserves}
        yield month
        period = period.after


def _month(session: Session, period: Period, value_e4: int, reserve: Mapping[str, int], today: date) -> Month:
    flows, changes = store.flows(session, period), store.cost_changes(session, period)
    moved = shrinks.moved(session, period, period)
    found = shrinks.shrink(session, period, today)
    rows = [
        set_aside(period, moved.get(section, Moved(section)), found.get(section, NO_SHRINK), reserve.get(section, 0))
        for section in sorted(moved.keys() | reserve.keys() | {each for each in found if _is_counted(found[each], period)})
    ]
    accruals = [Signed(row.section, row.accrual_e4) for row in rows]
    true_ups = [Signed(row.section, row.true_up_e4) for row in rows]
    booked = Booked(flows, changes, accruals, true_ups)
    return Month(period, booked, value_e4, value_e4 + change_of_inventory_e4(booked), tuple(rows))


def set_aside(period: Period, moved: Moved, found: Shrink, before_e4: int) -> ReserveRow:
    """What a month sets aside for a section: its accrual and, where it was counted or counts posted something, the true-up.

    After a count the reserve is what was lost since then, by ρ. The difference is the true-up. What is in no section is never
    counted as a whole, so its reserve is set right every month.
    """
    accrual = _whole_cents(expected_loss_e4(found.ppm, moved.shipped_e4))
    left = before_e4 + accrual - moved.shrink_e4
    is_verified = _is_counted(found, period) or moved.shrink_e4 or not moved.section
    true_up = _whole_cents(found.expected_e4 - left) if is_verified else 0
    return ReserveRow(str(period), moved.section, moved.shipped_e4, found.ppm, accrual, moved.shrink_e4, true_up, left + true_up)


def _whole_cents(amount_e4: int) -> int:
    """As the journal has it, so that its reserve is that of the page."""
    return cents_of(amount_e4) * CENT_E4


def _is_counted(found: Shrink, period: Period) -> bool:
    return found.counted_on is not None and period.first <= found.counted_on <= period.last


SHOWN_OPEN = 3
"""So many open months are worked out for a page; with more of them, somebody has to close some first."""
SHOWN_CLOSED = 12


@dataclass(frozen=True, slots=True)
class Book:
    """What a month set aside for shrink (booked), what counts found (verified), and what is left of the reserve."""

    period: str
    shipped_e4: int
    accrual_e4: int
    found_e4: int
    true_up_e4: int
    reserve_e4: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Books:
    """Booked against verified, the latest month first. `left_out`: months that are open, and too many to work out."""

    rows: tuple[Book, ...]
    left_out: int


def books(session: Session, period: Period, today: date) -> Books:
    """Booked against verified up to a month."""
    first = first_open(session, today)
    last_kept = min(period, first.before)
    earliest = last_kept
    for _ in range(SHOWN_CLOSED - 1):
        earliest = earliest.before
    by_month: dict[str, list[ReserveRow]] = {}
    for row in store.reserves(session, earliest, last_kept):
        by_month.setdefault(row.period, []).append(row)
    rows = [_book(month, kept, is_closed=True) for month, kept in by_month.items()]
    number = max((period.year - first.year) * 12 + period.month - first.month + 1, 0)
    if 0 < number <= SHOWN_OPEN:
        rows += [_book(str(month.period), month.reserves, is_closed=False) for month in open_months(session, period, today)]
    return Books(tuple(reversed(rows)), number if number > SHOWN_OPEN else 0)


def _book(period: str, rows: Sequence[ReserveRow], *, is_closed: bool) -> Book:
    def total(name: str) -> int:
        return sum(getattr(row, name) for row in rows)

    return Book(
        period, total("shipped_e4"), total("accrual_e4"), total("found_e4"), total("true_up_e4"), total("reserve_e4"), is_closed
    )
