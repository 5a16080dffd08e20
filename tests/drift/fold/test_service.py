"""Carrying sums on beside those who scan."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from scanner.db.engine import Database
from scanner.drift.budget import store as budgets
from scanner.drift.fold import service as folding
from scanner.drift.fold.service import AT_ONCE, work_out, write
from scanner.drift.journal import closing
from scanner.errors import Overloaded
from tests.support.year import Year


@pytest.fixture
def year(database: Database) -> Year:
    made = Year(database)
    made.at(2)
    made.move("MUG", 100, "SUPPLIER", "A-01-1")
    made.at(5, month=10)
    return made


def value(year: Year) -> int:
    return sum(year.read(budgets.values_now).values())


def test_what_others_added_meanwhile_is_worked_out_anew(year: Year) -> None:
    last = (10**9, 10**9)
    with year.database.read() as session:
        stale = work_out(session, last, year.now, AT_ONCE)
    year.fold()
    assert not year.do(write, stale) and value(year) == 100 * 42_517


def test_what_was_worked_out_before_a_month_was_closed_is_worked_out_anew(year: Year) -> None:
    year.fold()
    year.move("MUG", 1, "A-01-1", "ADJUSTMENT", "theft", days_ago=20)
    with year.database.read() as session:
        stale = work_out(session, (10**9, 10**9), year.now, AT_ONCE)
    year.do(closing.close, "2026-09", year.fay, year.now)
    assert not year.do(write, stale)


def test_two_who_carry_them_on_at_once_add_each_row_once(year: Year) -> None:
    for _ in range(30):
        year.move("MUG", 1, "A-01-1", "CUSTOMER")
    threads = [threading.Thread(target=year.fold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    year.fold()
    assert value(year) == 70 * 42_517


def test_a_slip_of_the_keyboard_does_not_stop_them(year: Year) -> None:
    year.cost("LAMP", 9_999_999_999_9999)
    year.move("LAMP", 999_999_999, "SUPPLIER", "A-01-1")
    year.move("LAMP", 999_999_999, "A-01-1", "CUSTOMER")
    year.move("LAMP", 999_999_999, "CUSTOMER", "PACK")
    year.move("LAMP", 999_999_999, "PACK", "CUSTOMER")
    year.fold()
    assert value(year) == 100 * 42_517


@pytest.mark.postgres
def test_nobody_waits_for_them_and_nothing_is_left_out_that_is_under_way(year: Year) -> None:
    if year.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    with year.database.engine.connect() as slow:  # has a number, and has not ended
        slow.execute(text("SELECT txid_current()"))
        year.move("MUG", 10, "A-01-1", "CUSTOMER")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(folding, "LOOKS", 2)
            assert not folding.catch_up(year.database, year.now)
            assert folding.fresh(year.database, year.now)  # but for a little
            with pytest.raises(Overloaded, match="still being added up"):
                folding.complete(year.database, year.now)
        year.move("MUG", 10, "A-01-1", "CUSTOMER")  # at once
        slow.rollback()
    year.fold()
    assert value(year) == 80 * 42_517
