"""Closing a month, on each database: in order, once, and whoever else wants to at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from scanner.db.engine import Database
from scanner.db.sql import run, table_of
from scanner.drift.budget import service as budgets
from scanner.drift.flows import Journal
from scanner.drift.journal import closing, months, store
from scanner.drift.journal.closing import ClosedNow
from scanner.drift.periods import Period
from scanner.drift.tables import ClosedPeriod, JournalRow, Reserve
from scanner.errors import Conflict, NotAllowed
from scanner.people.rules import OperatorView
from scanner.webhooks import store as webhooks
from scanner.webhooks.tables import Delivery
from tests.support.year import Year

SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, month) for month in (9, 10, 11))
TODAY = date(2026, 11, 20)


@pytest.fixture
def year(database: Database) -> Year:
    made = Year(database)
    made.at(2)
    made.move("MUG", 100, "SUPPLIER", "A-01-1")
    made.at(5, month=10)
    made.move("MUG", 7, "A-01-1", "ADJUSTMENT", "theft")
    made.at(20, month=11)
    made.fold()
    return made


def close(year: Year, month: str) -> ClosedNow:
    closed: ClosedNow = year.do(closing.close, month, year.fay, year.now)
    return closed


def counted(year: Year, month: Period) -> list[tuple[int, date | None]]:
    found = year.read(months.journal_of, month, TODAY)
    return [(entry.cents, entry.late) for entry in found.entries if entry.journal is Journal.COUNT]


def test_months_before_it_are_closed_with_it(year: Year) -> None:
    closed = close(year, "2026-10")
    assert closed.periods == ("2026-09", "2026-10")
    assert closed.message == "2026-10 is closed, and so is 2026-09 before it."


def test_what_comes_late_is_booked_in_the_first_open_month(year: Year) -> None:
    close(year, "2026-10")
    before = year.read(months.journal_of, OCTOBER, TODAY)
    year.move("MUG", 2, "A-01-1", "ADJUSTMENT", "theft", days_ago=31)
    year.fold()
    assert year.read(months.journal_of, OCTOBER, TODAY) == before
    assert counted(year, NOVEMBER) == [(850, date(2026, 10, 20))]


def test_what_comes_late_into_an_open_month_is_not_late(year: Year) -> None:
    close(year, "2026-09")
    year.move("MUG", 2, "A-01-1", "ADJUSTMENT", "theft", days_ago=31)
    year.fold()
    assert counted(year, OCTOBER) == [(3827, None)]


def test_a_closed_month_keeps_its_accounts_names_and_its_budget(year: Year) -> None:
    close(year, "2026-10")
    kept = year.read(store.closed, OCTOBER)
    assert kept.by == "Fay" and kept.budget_e4 > 0 and kept.value_after_e4 == 93 * 42_517


def test_nobody_closes_a_month_twice(year: Year) -> None:
    close(year, "2026-10")
    with pytest.raises(Conflict, match=r"^2026-10 is closed: Fay closed it on 20 Nov 2026\.$"):
        close(year, "2026-10")


def test_two_at_once_close_it_once(year: Year) -> None:
    def attempt(_: int) -> str:
        try:
            return close(year, "2026-10").message
        except Conflict as refused:
            return refused.message

    with ThreadPoolExecutor(4) as threads:
        said = sorted(threads.map(attempt, range(4)))
    assert said[0] == "2026-10 is closed, and so is 2026-09 before it."
    assert set(said[1:]) == {"2026-10 is closed: Fay closed it on 20 Nov 2026."}
    assert [month.period for month in year.read(store.all_closed)] == ["2026-10", "2026-09"]


def test_a_month_that_goes_on_is_not_closed(year: Year) -> None:
    with pytest.raises(Conflict, match=r"^2026-11 goes on until 30 Nov 2026\. Close it after that day\.$"):
        close(year, "2026-11")


def test_who_has_no_right_closes_nothing(year: Year) -> None:
    with pytest.raises(NotAllowed, match="Rosa may not close months"):
        year.do(closing.close, "2026-10", OperatorView(1, "Rosa", frozenset({"receiver"})), year.now)


def test_other_systems_are_told_of_each_month(year: Year) -> None:
    year.do(webhooks.add_webhook, "https://shop.example/hook", "secret", year.now)
    close(year, "2026-10")
    delivery = table_of(Delivery)
    with year.database.read() as session:
        told = list(run(session, select(delivery).order_by(delivery.c.id)))
    assert [row.event for row in told] == ["period.closed", "period.closed"]
    assert '"period": "2026-10"' in told[1].payload and '"closed_by": "Fay"' in told[1].payload


@pytest.mark.parametrize("model", [ClosedPeriod, JournalRow, Reserve])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_refuses_to_change_a_closed_month(year: Year, model: type, change: str) -> None:
    close(year, "2026-10")
    table = table_of(model)
    column = "rate_bp" if model is ClosedPeriod else "section"
    statement = delete(table) if change == "delete" else update(table).values({column: table.c[column]})
    with pytest.raises((DatabaseError, AssertionError), match="append-only"):
        year.do(lambda session: run(session, statement))


@pytest.mark.parametrize("month", ["2026-08", "2024-01", "2000-01"])
def test_what_is_before_the_first_month_cannot_be_closed(year: Year, month: str) -> None:
    with pytest.raises(Conflict, match=rf"^There is nothing to close in {month}: the first month that is open is 2026-09\.$"):
        close(year, month)


def test_nor_what_is_before_a_closed_one(year: Year) -> None:
    close(year, "2026-09")
    with pytest.raises(Conflict, match="the first month that is open is 2026-10"):
        close(year, "2026-08")


def test_an_empty_warehouse_has_nothing_to_close(sqlite_database: Database) -> None:
    empty = Year(sqlite_database)
    empty.at(20, month=11)
    with pytest.raises(Conflict, match="the first month that is open is 2026-11"):
        close(empty, "2026-10")


def test_a_closed_month_keeps_its_rates(year: Year) -> None:
    year.do(budgets.set_rate, "A-01", 300, year.fay, year.now)
    close(year, "2026-10")
    before = year.read(budgets.page, OCTOBER, TODAY)
    year.do(budgets.set_rate, "", 100, year.fay, year.now)
    year.do(budgets.set_rate, "A-01", None, year.fay, year.now)
    after = year.read(budgets.page, OCTOBER, TODAY)
    assert after.house == before.house and after.sections == before.sections and after.has_own_rates
    assert year.read(budgets.page, NOVEMBER, TODAY).house.rate_bp == 100


def test_what_is_lost_outside_of_sections_reaches_the_expense_at_once(year: Year) -> None:
    year.move("MUG", 10, "SUPPLIER", "DOCK")
    year.move("MUG", 4, "DOCK", "ADJUSTMENT", "theft")
    year.at(2, month=12)
    year.fold()
    close(year, "2026-11")
    kept = {row.section: row for row in year.read(store.reserves, NOVEMBER, NOVEMBER)}
    in_whole_cents = 170_100  # as the journal is
    assert (kept[""].found_e4, kept[""].true_up_e4, kept[""].reserve_e4) == (4 * 42_517, in_whole_cents, 32)
