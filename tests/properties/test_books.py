"""Whatever a year brings, its journals together say what the inventory's value changed by, to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from scanner.catalogue.locations import NO_INVENTORY
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.reports.adjustments import inventory_value
from scanner.db.engine import Database
from scanner.db.sql import run, table_of
from scanner.drift.budget import store as budgets
from scanner.drift.flows import Account
from scanner.drift.fold import service as folding
from scanner.drift.journal import closing, months
from scanner.drift.journal.dialects import Dialect, rows
from scanner.drift.journal.rules import cents_of
from scanner.drift.periods import Period, period_of
from scanner.drift.tables import DriftEntry, SaleDay, ValueDay
from scanner.errors import DomainError
from scanner.scans.tables import Movement
from tests.support.kept import empty_warehouse
from tests.support.kept_sums import check
from tests.support.year import Year

WAYS = [
    ("SUPPLIER", "DOCK", ""), ("DOCK", "A-01-1", ""), ("DOCK", "B-01-1", ""), ("A-01-1", "CART", ""), ("CART", "A-02-1", ""),
    ("CART", "PACK", ""), ("A-01-1", "PACK", ""), ("PACK", "A-02-1", ""), ("PACK", "CUSTOMER", ""), ("B-01-1", "CUSTOMER", ""),
    ("CUSTOMER", "PACK", ""), ("CUSTOMER", "RETURNS", ""), ("RETURNS", "A-01-1", ""), ("RETURNS", "DAMAGED", ""),
    ("A-01-1", "ADJUSTMENT", "theft"), ("ADJUSTMENT", "B-01-1", "receiving miscount"), ("A-02-1", "ADJUSTMENT", "misplaced"),
    ("ADJUSTMENT", "A-02-1", "misplaced"), ("DOCK", "ADJUSTMENT", "supplier shipped otherwise"), ("A-01-1", "DAMAGED", ""),
    ("CART", "DAMAGED", ""), ("DAMAGED", "SCRAP", ""), ("B-01-1", "VENDOR", ""), ("ADJUSTMENT", "A-01-1", "import"),
    ("ADJUSTMENT", "B-01-1", "opening stock"), ("A-01-1", "ADJUSTMENT", "items merged"), ("SCRAP", "A-01-1", ""),
    ("RETURNS", "CUSTOMER", ""), ("PACK", "CART", ""), ("CART", "B-01-1", ""),
]  # fmt: skip
SKUS = ("MUG", "LAMP", "FREE")


def live(year: Year, draw: Random, steps: int) -> None:
    """A year of anything: some of it late, with months closed now and then, and sums that are carried on at any time."""
    for _ in range(steps):
        year.after(days=draw.choice([0, 0.1, 1, 3, 9]))
        what = draw.random()
        if what < 0.75:
            source, target, cause = draw.choice(WAYS)
            late = draw.choice([0, 0, 0, 0, 2, 20, 70])
            year.move(draw.choice(SKUS), draw.randint(1, 40), source, target, cause, days_ago=late)
        elif what < 0.85:
            year.cost(draw.choice(SKUS), draw.choice([0, 1, 33_333, 70_007, 1_234_567]))
        elif what < 0.92:
            year.fold()
        elif what < 0.95:
            year.put_in_section(draw.choice(["A-01-1", "A-02-1", "B-01-1"]), draw.choice(["A-01", "B-01", ""]))
        else:
            close(year, draw)


def close(year: Year, draw: Random) -> None:
    year.fold()
    month = period_of(year.now.astimezone().date())
    for _ in range(draw.randint(1, 3)):
        month = month.before
    try:
        year.do(closing.close, str(month), year.fay, year.now)
    except DomainError as refused:
        assert "is closed" in str(refused) or "nothing to close" in str(refused)


def months_of(year: Year) -> Iterable[Period]:
    with year.database.read() as session:
        month = budgets.first_month(session)
    last = period_of(year.now.astimezone().date())
    while month is not None and month <= last:
        yield month
        month = month.after


def journal_rows(year: Year, dialect: Dialect) -> list[dict[str, str]]:
    """The rows of the journals of all months."""
    found = []
    for month in months_of(year):
        journal = year.read(months.journal_of, month, year.now.astimezone().date())
        found += rows(journal.entries, dialect, str(month), journal.codes)
    return found


def inventory_in(found: list[dict[str, str]], dialect: Dialect) -> tuple[Decimal, Decimal]:
    """The sum of the inventory account, and of all accounts."""
    account, amount = {
        Dialect.PLAIN: ("account", lambda row: Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)),
        Dialect.XERO: ("AccountCode", lambda row: Decimal(row["Amount"])),
        Dialect.QUICKBOOKS: ("Account", lambda row: Decimal(row["Debit"] or 0) - Decimal(row["Credit"] or 0)),
    }[dialect]
    total = sum((amount(row) for row in found), Decimal())
    return sum((amount(row) for row in found if row[account] == Account.INVENTORY), Decimal()), total


def check_books(year: Year) -> None:
    worth = Decimal(cents_of(year.read(inventory_value))) / 100
    for dialect in Dialect:
        inventory, total = inventory_in(journal_rows(year, dialect), dialect)
        assert (inventory, total) == (worth, 0), dialect


def check_sums(year: Year) -> None:
    """The sums are those of the whole record."""
    year.database.transact(check)
    item, location, stock = (table_of(model) for model in (Item, Location, Stock))
    by_section = (
        select(location.c.section, func.sum(stock.c.units * item.c.unit_cost_e4))
        .join_from(stock, item, stock.c.item_id == item.c.id)
        .join(location, stock.c.location_id == location.c.id)
        .where(location.c.kind.not_in(list(NO_INVENTORY)))
        .group_by(location.c.section)
    )
    with year.database.read() as session:
        worth = {section: int(value) for section, value in run(session, by_section) if value}
        assert {section: value for section, value in budgets.values_now(session).items() if value} == worth
        entry, movement, sale = (table_of(model) for model in (DriftEntry, Movement, SaleDay))
        ends = [location.alias(), location.alias()]
        adjusted = (
            select(movement.c.seq)
            .join(ends[0], movement.c.source_id == ends[0].c.id)
            .join(ends[1], movement.c.target_id == ends[1].c.id)
            .where((ends[0].c.kind == "adjustment") | (ends[1].c.kind == "adjustment"))
            .where(movement.c.cause.not_in(["import", "opening stock", "items merged", "supplier shipped otherwise"]))
        )
        counted = select(entry.c.seq).where(entry.c.line.in_(["drift", "misplaced"]))
        assert set(run(session, counted).scalars()) == set(run(session, adjusted).scalars())
        sold = Counter({row.item_id: row.units for row in run(session, _sold(sale))})
        gone = Counter[int]()
        for row in run(session, select(movement)):
            kinds = {place_id: code for code, place_id in year.places.items()}
            if kinds[row.target_id] == "CUSTOMER" and kinds[row.source_id] != "RETURNS":
                gone[row.item_id] += row.units
            elif kinds[row.source_id] == "CUSTOMER" and kinds[row.target_id] == "PACK":
                gone[row.item_id] -= row.units
        assert +sold == +gone


def _sold(sale):
    return select(sale.c.item_id, func.sum(sale.c.units).label("units")).group_by(sale.c.item_id)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 3, 1000]))
def test_the_journals_of_a_year_say_what_the_inventory_changed_by(seed: int, at_once: int) -> None:
    year = Year(empty_warehouse())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "AT_ONCE", at_once)
        live(year, Random(seed), 60)
        year.fold()
    check_sums(year)
    check_books(year)
    year.database.dispose()


@pytest.mark.parametrize("seed", range(3))
def test_they_do_on_each_database(database: Database, seed: int) -> None:
    year = Year(database)
    live(year, Random(seed), 60)
    year.fold()
    check_sums(year)
    check_books(year)


def test_each_day_that_is_over_has_its_value(sqlite_database: Database) -> None:
    year = Year(sqlite_database)
    live(year, Random(7), 60)
    year.fold()
    days = table_of(ValueDay)
    with year.database.read() as session:
        found = list(run(session, select(days.c.day).distinct().order_by(days.c.day)).scalars())
    assert found == [found[0] + timedelta(days=nth) for nth in range(len(found))]
    assert found[-1] == year.now.astimezone().date() - timedelta(days=1)
