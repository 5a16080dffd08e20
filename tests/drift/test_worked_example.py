"""The example of `docs/drift.md`: a mug from its receipt to the budget, each figure worked out by hand there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scanner.db.engine import Database
from scanner.drift.budget import service as budgets
from scanner.drift.budget import shrink
from scanner.drift.flows import Account
from scanner.drift.journal import closing, months
from scanner.drift.periods import Period
from tests.support.year import Year

PAGE = Path(__file__).resolve().parents[2] / "docs" / "drift.md"
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


@pytest.fixture
def year(database: Database) -> Year:
    made = Year(database)
    made.cost("MUG", 40_000)
    made.at(1)
    made.move("MUG", 1000, "SUPPLIER", "A-01-1")
    made.at(15)
    made.move("MUG", 300, "A-01-1", "CUSTOMER")
    made.at(25)
    made.count("A-01")
    made.move("MUG", 6, "A-01-1", "ADJUSTMENT", "theft")
    made.at(28)
    made.cost("MUG", 41_000)
    made.at(1, month=10)
    made.fold()
    return made


def said(figure: str) -> bool:
    """Whether the page has a figure."""
    return bool(re.search(rf"(?<![0-9.]){re.escape(figure)}(?![0-9])", PAGE.read_text(encoding="utf-8")))


def test_the_budget_of_september(year: Year) -> None:
    budget = year.read(budgets.whole, SEPTEMBER, date(2026, 10, 1))
    assert (budget.inventory_e4, budget.budget_e4) == (33_621_400, 55_268)
    assert (budget.used.gross_e4, budget.left_e4) == (240_000, -184_732)
    assert said("3,362.14") and said("5.53") and said("24.00") and said("18.47")


def test_what_september_sets_aside(year: Year) -> None:
    (month,) = year.read(lambda session: list(months.open_months(session, SEPTEMBER, date(2026, 10, 1))))
    (row,) = month.reserves
    assert (row.shrink_ppm, row.accrual_e4, row.found_e4, row.true_up_e4, row.reserve_e4) == (15_000, 180_000, 240_000, 60_000, 0)
    assert said("1.5 %") and said("18.00") and said("6.00")


def test_the_journal_of_september(year: Year) -> None:
    year.do(closing.close, "2026-09", year.fay, year.now)
    found = year.read(months.journal_of, SEPTEMBER, date(2026, 10, 1))
    assert [(entry.debit, entry.credit, entry.cents) for entry in found.entries] == [
        (Account.INVENTORY, Account.RECEIVED, 400_000),
        (Account.SHIPPED, Account.INVENTORY, 120_000),
        (Account.RESERVE, Account.INVENTORY, 2_400),
        (Account.INVENTORY, Account.REVALUED, 6_940),
        (Account.SHRINK, Account.RESERVE, 1_800),
        (Account.SHRINK, Account.RESERVE, 600),
    ]
    assert all(map(said, ("4,000.00", "1,200.00", "69.40", "2,845.40")))


def test_what_is_missing_in_october(year: Year) -> None:
    year.at(20, month=10)
    year.move("MUG", 200, "A-01-1", "CUSTOMER")
    year.at(31, month=10)
    year.fold()
    found = year.read(shrink.shrink, OCTOBER, date(2026, 10, 31))["A-01"]
    assert (found.ppm, found.shipped_since_e4, found.expected_e4) == (13_727, 8_200_000, 112_561)
    assert said("820.00") and said("1.3727 %") and said("11.26")
