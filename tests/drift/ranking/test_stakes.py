"""The plan of a day: what counts of sections are worth by the record, and which of them fit into its minutes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from scanner.counting.plan import service as plans
from scanner.counting.plan import store as plan_store
from scanner.counting.tables import SectionStake
from scanner.db.engine import Database
from scanner.db.sql import run, table_of
from scanner.drift.ranking import stakes
from scanner.drift.ranking.stakes import usual_of
from scanner.drift.ranking.store import ClassRow
from scanner.drift.tables import OpenDay, Supply
from tests.support.year import Year


@pytest.fixture
def year(database: Database) -> Year:
    made = Year(database)
    made.at(1)
    made.move("MUG", 50, "SUPPLIER", "A-01-1")
    made.move("LAMP", 50, "SUPPLIER", "B-01-1")
    made.at(20)
    made.fold()
    return made


def at_stake(year: Year) -> tuple[Counter[str], Counter[str]]:
    found: tuple[Counter[str], Counter[str]] = year.read(stakes.at_stake, year.now.date())
    return found


def planned(year: Year) -> dict[str, str]:
    day = year.now.date()
    stakes.plan_day(year.database, day, year.now)
    return {row.section: row.why for row in year.read(plan_store.planned, day, day)}


def give(year: Year, model: Any, **values: Any) -> None:
    year.do(lambda session: run(session, insert(table_of(model)), values))


def test_dear_goods_are_worth_more(year: Year) -> None:
    values, _ = at_stake(year)
    assert values["B-01"] > values["A-01"] > 0


def test_where_much_moved_more_is_at_stake(year: Year) -> None:
    before = at_stake(year)[0]["A-01"]
    for _ in range(30):
        year.move("MUG", 1, "A-01-1", "CUSTOMER")
    year.fold()
    assert at_stake(year)[0]["A-01"] > before


def test_a_low_record_that_nobody_sells_from_is_worth_its_sales(year: Year) -> None:
    assert not at_stake(year)[1]["A-01"]
    year.move("MUG", 48, "A-01-1", "CUSTOMER")
    supply = {
        "item_id": year.items["MUG"], "day": year.now.date(), "sold_a_day": 2.0, "sold_deviation": 1.0, "lead_days": 7.0,
        "lead_deviation": 0.0, "lead_measured": 0, "lost_a_day": 0.0, "lost_variance": 0.0, "sale_days": 9, "streak": 8,
        "is_due": False,
    }  # fmt: skip
    give(year, Supply, **supply)
    for nth in range(10):
        give(year, OpenDay, day=year.now.date() - timedelta(days=nth + 1), units=5)
    assert at_stake(year)[1]["A-01"] > 0


def test_the_day_is_planned_and_says_why(year: Year) -> None:
    found = planned(year)
    assert set(found.values()) <= {"due", "random"} and {"A-01", "A-02", "B-01"} == set(found)  # none was ever counted
    page = year.read(plans.plan, year.now.date())
    assert {row.code: row.why for row in page.sections} == {
        code: {"due": "due", "random": "drawn at random"}[why] for code, why in found.items()
    }
    kept = table_of(SectionStake)
    with year.database.read() as session:
        assert {row.section for row in run(session, select(kept))} == {"A-01", "B-01"}


def test_a_day_is_planned_anew_without_leaving_what_was_planned(year: Year) -> None:
    first = planned(year)
    assert planned(year) == first


def test_no_minutes_plan_nothing(year: Year) -> None:
    year.do(plan_store.change_policy, minutes_a_day=0)
    assert planned(year) == {}


@pytest.mark.parametrize(
    ("counted", "expected", "why"),
    [
        (ClassRow("A", 19, 19, 99), (0.1, 2.0), "too few counts say nothing"),
        (ClassRow("A", 40, 10, 35), (0.25, 3.5), "the class's own counts"),
        (ClassRow("A", 40, 0, 0), (0.0, 2.0), "nothing was ever wrong"),
        (ClassRow("A", 40, 10, 5), (0.25, 1.0), "a wrong record is off by one at least"),
    ],
)
def test_how_a_class_goes_wrong(counted: ClassRow, expected: tuple[float, float], why: str) -> None:
    usual = usual_of(counted, 30)
    assert (usual.wrong_a_count, usual.units_off) == expected, why
    assert usual.days_between == 30.0
