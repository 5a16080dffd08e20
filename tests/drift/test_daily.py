"""The day's work on drift: once a day, by one process, and whatever fails."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from scanner.db.alone import alone
from scanner.db.engine import Database
from scanner.drift import daily, store
from scanner.drift.daily import Work
from scanner.settings import Settings
from tests.support.year import Year

SETTINGS = Settings("", secret_key="of no use", digest_at="off")


@pytest.fixture
def year(database: Database) -> Year:
    made = Year(database)
    made.at(2)
    made.move("MUG", 100, "SUPPLIER", "A-01-1")
    return made


def done(year: Year) -> frozenset[str]:
    found: frozenset[str] = year.read(store.done, year.now.astimezone().date())
    return found


def test_all_of_it_is_done_once_a_day(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[date] = []
    works = (Work("one", lambda database, today, now: times.append(today)),)
    monkeypatch.setattr(daily, "WORKS", works)
    for _ in range(3):
        daily.do_all(year.database, SETTINGS, year.now)
    year.after(days=1)
    daily.do_all(year.database, SETTINGS, year.now)
    assert [day.day for day in times] == [2, 3]


def test_the_real_work_leaves_nothing_undone(year: Year) -> None:
    assert year.read(daily.is_due, year.now)
    daily.do_all(year.database, SETTINGS, year.now)
    assert done(year) == {"supply", "signals", "plan"} and not year.read(daily.is_due, year.now)


def test_what_fails_keeps_nothing_else_from_being_done(
    year: Year, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("of no use")

    def nothing(database: Database, today: date, now: datetime) -> None:
        """Does nothing."""

    monkeypatch.setattr(daily, "WORKS", (Work("first", fail), Work("second", nothing)))
    with pytest.raises(ValueError, match="of no use"):
        daily.do_all(year.database, SETTINGS, year.now)
    assert done(year) == {"second"} and "a part of the day's work on drift failed" in caplog.text


def test_one_process_at_a_time_does_it(year: Year) -> None:
    with alone(year.database, "daily") as is_ours, alone(year.database, "imports") as another:
        assert is_ours and another
        daily.do_all(year.database, SETTINGS, year.now)
        assert done(year) == frozenset()
