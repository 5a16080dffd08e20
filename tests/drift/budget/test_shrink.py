"""What goes missing of what is shipped, by counts of whole sections and of single places."""

from __future__ import annotations

from datetime import date

import pytest

from scanner.db.engine import Database
from scanner.drift.budget import shrink
from scanner.drift.budget.shrink import Shrink
from scanner.drift.journal import months
from scanner.drift.journal.store import ReserveRow
from scanner.drift.periods import Period
from tests.support.year import Year

SEPTEMBER, LAST = Period(2026, 9), date(2026, 9, 30)


@pytest.fixture
def year(database: Database) -> Year:
    """1,000 mugs at 4.00, of which 100 were sold."""
    made = Year(database)
    made.cost("MUG", 40_000)
    made.at(1)
    made.move("MUG", 1000, "SUPPLIER", "A-01-1")
    made.at(5)
    made.move("MUG", 100, "A-01-1", "CUSTOMER")
    return made


def seen(year: Year) -> Shrink:
    year.at(30)
    year.fold()
    found: Shrink = year.read(shrink.shrink, SEPTEMBER, LAST)["A-01"]
    return found


def booked(year: Year) -> ReserveRow:
    (month,) = year.read(lambda session: list(months.open_months(session, SEPTEMBER, LAST)))
    (row,) = month.reserves
    return row


def test_what_a_count_of_one_place_finds_says_nothing_of_the_others(year: Year) -> None:
    """156 mugs (624.00) were stolen from one place; the section was never counted as a whole. The loss is booked once."""
    year.at(20)
    year.move("MUG", 156, "A-01-1", "ADJUSTMENT", "theft")
    found, row = seen(year), booked(year)
    assert (found.ppm, found.shipped_since_e4, found.found_since_e4, found.expected_e4) == (10_000, 4_000_000, 6_240_000, 0)
    assert row.accrual_e4 + row.true_up_e4 == 6_240_000 and row.reserve_e4 == 0


def test_what_was_found_already_is_no_longer_expected(year: Year) -> None:
    year.at(20)
    year.move("MUG", 1, "A-01-1", "ADJUSTMENT", "theft")
    assert seen(year).expected_e4 == 0
    assert booked(year).accrual_e4 + booked(year).true_up_e4 == 40_000


@pytest.mark.parametrize(("settled_on", "found_since_e4"), [(8, 0), (22, 0), (23, 400_000)])
def test_what_is_settled_within_two_weeks_was_found_by_the_count(year: Year, settled_on: int, found_since_e4: int) -> None:
    """Counted on the 8th. 10 mugs (40.00) of 400.00 shipped before: with K at a quarter of what is there, ρ is far over 1 %."""
    year.at(8)
    year.count("A-01")
    year.at(settled_on)
    year.move("MUG", 10, "A-01-1", "ADJUSTMENT", "theft")
    found = seen(year)
    assert found.found_since_e4 == found_since_e4 and (found.ppm > 30_000) is not bool(found_since_e4)


def test_more_found_of_an_item_lets_nobody_expect_less_than_nothing(year: Year) -> None:
    year.at(20)
    year.move("MUG", 3, "ADJUSTMENT", "A-01-1", "return not logged")
    found = seen(year)
    assert found.found_since_e4 == -120_000 and found.expected_e4 == 40_000
