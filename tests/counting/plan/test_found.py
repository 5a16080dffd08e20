"""What the ways of choosing sections find."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scanner.counting.plan.found import ways_of
from scanner.counting.plan.store import FinishedCount, FirstLooks, PlannedRow, VisitTime

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def planned(section: str = "A-01", why: str = "value", day: date = DAY) -> PlannedRow:
    return PlannedRow(day, section, why, 10)


def finished(task: int, section: str = "A-01", at: datetime = NOON) -> FinishedCount:
    return FinishedCount(task, section, at)


def visit(task: int, minutes: int) -> VisitTime:
    return VisitTime(task, NOON, NOON + timedelta(minutes=minutes))


def test_wrong_records_an_hour_by_the_time_at_the_shelves() -> None:
    (way,) = ways_of([planned()], [finished(1)], [FirstLooks(1, 20, 3)], [visit(1, 20), visit(1, 10)])
    assert (way.why, way.sections, way.counted, way.wrong, way.an_hour, way.right_percent) == ("value", 1, 20, 3, 6.0, 85.0)


def test_each_way_stands_for_itself() -> None:
    found = ways_of(
        [planned(), planned("B-01", "random")], [finished(1), finished(2, "B-01")],
        [FirstLooks(1, 10, 4), FirstLooks(2, 10, 1)], [visit(1, 60), visit(2, 60)],
    )  # fmt: skip
    assert [(way.why, way.an_hour, way.right_percent) for way in found] == [("value", 4.0, 60.0), ("random", 1.0, 90.0)]


@pytest.mark.parametrize(
    ("at", "counts", "why"),
    [
        (NOON + timedelta(days=1), True, "a count that was finished the next day"),
        (NOON + timedelta(days=2), False, "one that came later is of another plan"),
        (NOON - timedelta(days=1), False, "one that came before"),
    ],
)
def test_a_count_is_of_the_plan_of_its_day_or_of_the_day_before(at: datetime, counts: bool, why: str) -> None:
    assert bool(ways_of([planned()], [finished(1, at=at)], [], [])) is counts, why


def test_a_count_is_of_one_plan_only() -> None:
    rows = [planned(day=DAY - timedelta(days=1)), planned(why="random")]
    assert [way.why for way in ways_of(rows, [finished(1)], [], [])] == ["value"]


def test_without_time_or_records_no_rate_is_told() -> None:
    (way,) = ways_of([planned()], [finished(1)], [], [])
    assert way.an_hour is None and way.right_percent is None
