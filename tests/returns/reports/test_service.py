"""What reports count: grades that stand, once each, with what damage cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.errors import BadRequest
from scanner.returns.reports import service as returns_reports
from tests.support import returned
from tests.support.warehouse import LAMP, NOW, Warehouse

DAY = timedelta(days=1)


@pytest.fixture
def graded(warehouse: Warehouse) -> Warehouse:
    """Two mugs restocked, one damaged; three lamps scrapped a week before, of which one was damaged first."""
    warehouse.scan(LAMP)  # it came from Acme
    returned.announce(warehouse, "RMA-1", [("MUG-B", 3), ("LAMP", 3)])
    mugs = returned.come(warehouse, "RMA-1", "MUG-B", 3)
    returned.grade(warehouse, "RMA-1", "MUG-B", "restock", 2, arrival=mugs)
    returned.grade(warehouse, "RMA-1", "MUG-B", "damaged", 1, arrival=mugs, reason="BROKEN")
    before = NOW - 7 * DAY
    lamps = returned.come(warehouse, "RMA-1", "LAMP", 3, now=before)
    returned.grade(warehouse, "RMA-1", "LAMP", "scrap", 2, arrival=lamps, reason="DOA", now=before)
    first = returned.grade(warehouse, "RMA-1", "LAMP", "damaged", 1, arrival=lamps, reason="BROKEN", now=before)
    returned.grade(warehouse, "RMA-1", "LAMP", "scrap", 1, arrival=lamps, reason="DOA", now=before, replaces=first, at="damaged")
    return warehouse


def report(warehouse: Warehouse, days: int = 30) -> returns_reports.Report:
    with warehouse.database.read() as session:
        return returns_reports.report(session, NOW - days * DAY, NOW + DAY)


def named(groups: list[returns_reports.GradeGroup]) -> dict[str, tuple[int, int, int, int]]:
    return {group.key: (group.sellable, group.other, group.lost, group.lost_e4) for group in groups}


def test_counts_what_stands_and_what_it_cost(graded: Warehouse) -> None:
    total = report(graded).total
    assert (total.units, total.sellable, total.other, total.lost) == (6, 2, 0, 4)
    assert total.lost_e4 == 42_500 + 3 * 180_000


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("grade", {"restock": (2, 0, 0, 0), "damaged": (0, 0, 1, 42_500), "scrap": (0, 0, 3, 540_000)}),
        ("reason", {"": (2, 0, 0, 0), "Broken": (0, 0, 1, 42_500), "Does not work": (0, 0, 3, 540_000)}),
        ("item", {"MUG-B": (2, 0, 1, 42_500), "LAMP": (0, 0, 3, 540_000)}),
        ("supplier", {"Acme": (0, 0, 3, 540_000), "not known": (2, 0, 1, 42_500)}),
    ],
)
def test_groups_it(graded: Warehouse, by: str, groups: dict[str, tuple[int, int, int, int]]) -> None:
    assert named(report(graded).groups[by]) == groups


def test_puts_first_what_cost_most(graded: Warehouse) -> None:
    assert [group.key for group in report(graded).groups["item"]] == ["LAMP", "MUG-B"]


def test_has_every_week_those_without_anything_too(graded: Warehouse) -> None:
    weeks = report(graded).groups["week"]
    assert [week.units for week in weeks][-2:] == [3, 3] and len(weeks) == 6 and weeks[0].units == 0
    assert weeks[-1].key == "2026-11-23"


def test_has_the_scans_behind_a_bar(graded: Warehouse) -> None:
    with graded.database.read() as session:
        rows = returns_reports.behind(session, NOW - 30 * DAY, NOW + DAY, "reason", "Does not work")
    assert [(row.sku, row.units, row.operator, row.reference) for row in rows] == [
        ("LAMP", 1, "Theo", "RMA-1"), ("LAMP", 2, "Theo", "RMA-1"),
    ]  # fmt: skip


@pytest.mark.parametrize("by", [*returns_reports.BY])
def test_bars_and_what_is_behind_them_agree(graded: Warehouse, by: str) -> None:
    for group in report(graded).groups[by]:
        with graded.database.read() as session:
            rows = returns_reports.behind(session, NOW - 30 * DAY, NOW + DAY, by, group.key)
        assert sum(row.units for row in rows) == group.units and sum(row.lost_e4 for row in rows) == group.lost_e4


def test_leaves_out_what_was_undone_and_what_is_older(graded: Warehouse) -> None:
    assert report(graded, days=3).total.units == 3
    mugs = returned.come(graded, "RMA-1", "MUG-B")
    returned.undo(graded, "RMA-1", returned.grade(graded, "RMA-1", "MUG-B", "scrap", arrival=mugs), "MUG-B")
    assert report(graded).total.units == 6


def test_groups_by_nothing_else(graded: Warehouse) -> None:
    with graded.database.read() as session, pytest.raises(BadRequest):
        returns_reports.behind(session, NOW, NOW, "customer", "Jo")
