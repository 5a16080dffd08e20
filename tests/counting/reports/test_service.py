"""Results of counting, on both databases: never net, first counts alone, every number with what is behind it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.counting.reports import service as count_reports
from scanner.counting.reports.service import Asked
from scanner.data.imports import import_csv
from scanner.errors import BadRequest
from scanner.scans import ledger
from scanner.scans.decision import Move
from tests.support.counted import add_count
from tests.support.warehouse import LAMP, NOW

WEEK = timedelta(weeks=1)


@pytest.fixture
def counted(warehouse):
    """Last week Carla found 4 mugs too many and 4 too few; this week Sam found all lamps."""
    warehouse.database.transact(import_csv, "locations", BytesIO(b"code,section\nB-07-1,B-07\n"), None, NOW)
    warehouse.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-1,MUG-B,1000\n"), None, NOW)
    wrong = {"A-01-1": {"MUG-B": (14, 10)}, "A-01-2": {"MUG-B": (6, 10)}}
    first = add_count(warehouse, "C-1", wrong, NOW - WEEK, by="Carla", scanned=60)
    add_count(warehouse, "C-2", wrong, NOW - WEEK, by="Sam", round=2, recount_of=first)
    add_count(warehouse, "C-3", {"B-07-1": {"LAMP": (2, 2), "TEE-M": (1, 1)}}, NOW, by="Sam", scanned=30)
    return warehouse


def report(warehouse, now=NOW, **asked):
    with warehouse.database.read() as session:
        return count_reports.report(session, Asked(**asked), now)


def lines(warehouse, **more):
    asked = {"week": None, "differing": False, "before": None, "limit": 100} | more
    with warehouse.database.read() as session:
        rows = count_reports.lines(session, asked.pop("asked", Asked()), NOW, **asked)
    return [(row.location, row.sku, row.variance, row.operator) for row in rows]


def adjust(warehouse, sku, units, cause, at=NOW):
    def book(session):
        adjustment = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
        place = catalogue.find_location(session, "A-01-1").id
        ends = (adjustment, place) if units > 0 else (place, adjustment)
        move = Move(warehouse.items[sku], abs(units), *ends)
        ledger.move(session, (move,), at=at, operator_id=warehouse.operators["Sam"].id, cause=cause)

    warehouse.database.transact(book)


def test_records_that_matched_exactly_and_never_net(counted):
    total = report(counted).total
    assert (total.counted, total.matched, total.ira) == (4, 2, 50)
    assert (total.plus_units, total.minus_units, total.units, total.value) == (4, 4, 8, Decimal("34.00"))


def test_a_recount_does_not_measure_the_record_twice(counted):
    assert [(group.label, group.counted) for group in report(counted).counters] == [("Carla", 2), ("Sam", 2)]


def test_by_week_section_class_and_counter(counted):
    found = report(counted, weeks=3)
    assert [(week.key, week.ira) for week in found.weeks] == [("2026-11-09", None), ("2026-11-16", 0), ("2026-11-23", 100)]
    assert [(group.label, group.ira) for group in found.sections] == [("A-01", 0), ("B-07", 100)]
    assert [(group.label, group.ira) for group in found.classes] == [("Class C", 50)]


def test_one_section_or_counter_or_class_alone(counted):
    assert report(counted, section="B-07").total.counted == 2
    assert report(counted, operator_id=counted.operators["Carla"].id).total.ira == 0
    assert report(counted, abc_class="A").total.counted == 0


def test_a_week_is_of_whole_days_of_the_house(counted):
    assert report(counted, weeks=1).total.counted == 2


def test_the_records_behind_a_number(counted):
    assert len(lines(counted)) == 4
    assert lines(counted, differing=True) == [("A-01-2", "MUG-B", -4, "Carla"), ("A-01-1", "MUG-B", 4, "Carla")]
    week = report(counted, weeks=2).weeks[1]
    assert week.key == "2026-11-23"
    assert [line[1] for line in lines(counted, asked=Asked(section="B-07"))] == ["TEE-M", "LAMP"]


def test_the_records_behind_a_number_come_page_by_page(counted):
    with counted.database.read() as session:
        first = count_reports.lines(session, Asked(), NOW, week=None, differing=False, before=None, limit=3)
        rest = count_reports.lines(session, Asked(), NOW, week=None, differing=False, before=first[-1].id, limit=3)
    assert (len(first), len(rest)) == (3, 1)


def test_adjustments_by_cause_are_never_net(counted):
    adjust(counted, "MUG-B", 4, "misplaced")
    adjust(counted, "MUG-B", -4, "misplaced")
    adjust(counted, "LAMP", -1, "unknown")
    found = report(counted)
    assert [(each.cause, each.times, each.units, each.value) for each in found.causes] == [
        ("misplaced", 2, 8, Decimal("34.00")), ("unknown", 1, 1, Decimal("18.00")),
    ]  # fmt: skip


def test_a_cost_that_changes_leaves_what_was_adjusted_before(counted):
    adjust(counted, "LAMP", -1, "unknown")
    counted.database.transact(import_csv, "items", BytesIO(b"sku,unit_cost\nLAMP,99\n"), None, NOW)
    assert [(each.cause, each.value) for each in report(counted).causes] == [("unknown", Decimal("18.00"))]
    with counted.database.read() as session:
        (line,) = count_reports.adjustments(session, 13, NOW, cause=None, before=None, limit=9)
    assert line.value == Decimal("18.00")


def test_stock_that_was_brought_in_is_no_adjustment(counted):
    assert report(counted).causes == ()


def test_the_movements_behind_a_cause(counted):
    adjust(counted, "MUG-B", -4, "misplaced")
    adjust(counted, "LAMP", 1, "")
    with counted.database.read() as session:
        found = count_reports.adjustments(session, 13, NOW, cause="misplaced", before=None, limit=10)
        bare = count_reports.adjustments(session, 13, NOW, cause="no cause", before=None, limit=10)
    assert [(row.sku, row.units, row.location, row.operator) for row in found] == [("MUG-B", -4, "A-01-1", "Sam")]
    assert [(row.sku, row.units) for row in bare] == [("LAMP", 1)]


def test_drift_against_its_budget(counted):
    assert report(counted).drift.budget == "within"
    adjust(counted, "MUG-B", -24, "unknown")
    drift = report(counted).drift
    assert (drift.adjusted, drift.inventory, drift.percent, drift.budget) == (
        Decimal("102.00"), Decimal("4148.00"), Decimal("10.56"), "over",
    )  # fmt: skip


@pytest.mark.parametrize("place", ["DAMAGED", "VENDOR", "SCRAP"])
def test_what_is_no_inventory_makes_no_drift_smaller(counted, place):
    before = report(counted).drift.inventory
    counted.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\n{place},MUG-B,100\n".encode()), None, NOW)
    assert report(counted).drift.inventory == before


def test_drift_of_nothing_is_not_known(warehouse):
    found = report(warehouse)
    assert (found.drift.budget, found.total.ira, found.causes, found.pace) == ("unknown", None, (), ())


def test_time_a_line_is_the_middle_of_the_visits(counted):
    add_count(counted, "C-9", {"A-01-1": {"MUG-B": (1, 1)}}, NOW, by="Carla", scanned=86_400)
    assert [(pace.operator, pace.seconds, pace.visits) for pace in report(counted).pace] == [("Carla", 60, 3), ("Sam", 15, 1)]


def test_short_picks_are_told(counted):
    counted.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1")
    assert report(counted).short_picks.times == 0
    counted.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-1,LAMP,5\n"), None, NOW)
    counted.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1")
    assert (report(counted).short_picks.times, report(counted).short_picks.value) == (1, Decimal("18.00"))


@pytest.mark.parametrize("weeks", [0, 54, 10**9])
def test_weeks_that_are_none(counted, weeks):
    with pytest.raises(BadRequest):
        report(counted, weeks=weeks)
