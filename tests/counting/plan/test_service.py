"""The counting plan, on both databases: A weekly, B monthly, C quarterly, never counted at once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import update

from scanner.catalogue.tables import Item, Location
from scanner.counting import service as counting
from scanner.counting.plan import policy as plan_policy
from scanner.counting.plan import service as plan
from scanner.counting.pulls import service as pulls
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.errors import BadRequest, NotAllowed, NotFound
from tests.support.counted import add_count
from tests.support.warehouse import LAMP, NOW, Warehouse

TODAY = NOW.astimezone().date()
LOCATIONS = b"code,section\nA-01-1,A-01\nA-01-2,A-01\nB-07-1,B-07\nB-07-2,B-07\n"


@pytest.fixture
def stocked(warehouse):
    """Mugs (class A) and lamps in A-01, T-shirts (class C) in B-07."""
    bring(warehouse, "locations", LOCATIONS)
    bring(warehouse, "stock", b"location,sku,units\nA-01-1,MUG-B,20\nA-01-1,LAMP,2\nB-07-1,TEE-M,4\n")
    warehouse.database.transact(lambda session: run(session, update(Item).where(Item.sku == "MUG-B").values(abc_class="A")))
    return warehouse


def bring(warehouse: Warehouse, kind: str, text: bytes) -> None:
    warehouse.database.transact(import_csv, kind, BytesIO(text), None, NOW)


def page(warehouse, days=0):
    with warehouse.database.read() as session:
        found = plan.plan(session, TODAY + timedelta(days=days))
        assert plan.count_due(session, TODAY + timedelta(days=days)) == found.due
        return found


def section(warehouse, code="A-01", days=0):
    return next(row for row in page(warehouse, days).sections if row.code == code)


def due_ones(warehouse, days=0):
    return [row.code for row in page(warehouse, days).sections if row.due]


def for_counters(warehouse):
    with warehouse.database.read() as session:
        return [(row.section, row.short_pick) for row in counting.sections(session, warehouse.operators["Carla"])]


def count_all(warehouse, at=NOW):
    add_count(warehouse, f"C-A{at:%j}", {"A-01-1": {"MUG-B": (20, 20), "LAMP": (2, 2)}, "A-01-2": {}}, at)
    add_count(warehouse, f"C-B{at:%j}", {"B-07-1": {"TEE-M": (4, 4)}, "B-07-2": {}}, at)


class TestDue:
    def test_a_section_that_was_never_counted_is_due(self, stocked):
        row = section(stocked)
        assert (row.due, row.due_on, row.last_count, row.places, row.uncounted) == (True, None, None, 2, 2)

    def test_a_section_is_of_the_highest_class_of_what_lies_in_it(self, stocked):
        assert (section(stocked).abc_class, section(stocked, "B-07").abc_class) == ("A", "C")

    def test_what_is_gone_from_a_section_does_not_make_its_class(self, stocked):
        bring(stocked, "stock", b"location,sku,units\nA-01-1,MUG-B,0\n")
        assert section(stocked).abc_class == "C"

    def test_a_is_weekly_and_c_quarterly(self, stocked):
        count_all(stocked)
        assert (section(stocked).due_on, section(stocked).last_count) == (TODAY + timedelta(days=7), TODAY)
        assert section(stocked, "B-07").due_on == TODAY + timedelta(days=91)
        assert due_ones(stocked) == []
        assert due_ones(stocked, days=7) == ["A-01"]
        assert due_ones(stocked, days=91) == ["A-01", "B-07"]

    def test_a_place_that_was_left_out_is_still_due(self, stocked):
        add_count(stocked, "C-1", {"A-01-1": {}})
        row = section(stocked)
        assert (row.due, row.uncounted, row.last_count) == (True, 1, TODAY)

    @pytest.mark.parametrize(
        "more", [{"state": "open"}, {"visits": "abandoned"}, {"recount": True}],
        ids=["a count that goes on", "a visit that somebody took over", "a recount looks at some items only"],
    )  # fmt: skip
    def test_what_is_no_whole_count_does_not_put_it_off(self, stocked, more):
        first = add_count(stocked, "C-0", {"B-07-1": {}})
        if more.pop("recount", None):
            more["recount_of"] = first
        add_count(stocked, "C-1", {"A-01-1": {}, "A-01-2": {}}, **more)
        assert section(stocked).last_count is None

    def test_an_open_count_is_named(self, stocked):
        add_count(stocked, "C-9", {"A-01-1": {}}, state="open")
        assert (section(stocked).count, section(stocked, "B-07").count) == ("C-9", None)

    def test_minutes_of_today(self, stocked):
        found = page(stocked)
        assert (found.due, [row.lines for row in found.sections]) == (2, [2, 1])
        assert found.minutes == 2

    def test_shelves_without_a_section_are_named(self, stocked):
        bring(stocked, "locations", b"code\nLOOSE\n")
        assert (page(stocked).without_section, page(stocked).some_without) == (1, ("LOOSE",))


class TestPulledForward:
    def test_a_short_pick_makes_it_due_at_once(self, stocked):
        count_all(stocked, NOW - timedelta(days=1))
        stocked.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1")
        row = section(stocked)
        assert (row.due, row.due_on) == (True, TODAY)
        assert [(pull.cause, pull.location, pull.sku) for pull in row.pulls] == [("short pick", "A-01-1", "LAMP")]

    def test_the_next_count_of_the_place_answers_it(self, stocked):
        count_all(stocked, NOW - timedelta(days=1))
        stocked.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1")
        stocked.database.transact(pulls.answer, add_count(stocked, "C-5", {"A-01-1": {}}, NOW + timedelta(minutes=5)))
        assert section(stocked).pulls == ()

    def test_what_could_not_be_picked_comes_first_in_the_plan_and_for_who_counts(self, stocked):
        assert for_counters(stocked) == [("A-01", False), ("B-07", False)]
        stocked.scan(LAMP, by="Carla", task="SHORT-PICKS", location="B-07-1")
        assert due_ones(stocked) == ["B-07", "A-01"]
        assert for_counters(stocked) == [("B-07", True), ("A-01", False)]

    def test_for_who_counts_it_is_over_once_it_is_counted(self, stocked):
        stocked.scan(LAMP, by="Carla", task="SHORT-PICKS", location="B-07-1")
        task = add_count(stocked, "C-5", {"B-07-1": {}}, NOW + timedelta(minutes=5))
        stocked.database.transact(pulls.answer, task)
        assert for_counters(stocked) == [("A-01", False), ("B-07", False)]


def test_what_a_counter_learns_holds_nothing_of_the_record(stocked):
    stocked.scan(LAMP, by="Carla", task="SHORT-PICKS", location="B-07-1")
    count_all(stocked, NOW - timedelta(days=8))
    before = for_counters(stocked)
    bring(stocked, "stock", b"location,sku,units\nA-01-1,MUG-B,0\nA-01-1,LAMP,0\nA-01-2,TEE-M,9\nB-07-1,MUG-B,5\n")
    assert for_counters(stocked) == before


class TestPolicy:
    def test_intervals_can_be_changed(self, stocked):
        count_all(stocked)
        change(stocked, "A", every_days=1)
        assert section(stocked).due_on == TODAY + timedelta(days=1)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("every_days", 0), ("every_days", -7), ("every_days", 10**9), ("tolerance_units", -1), ("tolerance_bp", 10_001),
         ("tolerance_bp", -1), ("tolerance_value_e4", -1), ("tolerance_value_e4", 10**15)],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, stocked, field, value):
        with pytest.raises(BadRequest):
            change(stocked, "A", **{field: value})

    def test_a_class_that_there_is_not_is_refused(self, stocked):
        with pytest.raises(BadRequest):
            change(stocked, "D")

    def test_only_who_plans_may_change_it(self, stocked):
        with pytest.raises(NotAllowed):
            change(stocked, "A", by="Carla")

    def test_the_approval_limit_and_the_time_a_line(self, stocked):
        sam = stocked.operators["Sam"]
        stocked.database.transact(plan_policy.change_limits, sam, approval_value_e4=2_500_000, seconds_a_line=60)
        assert page(stocked).policy.approval == 250
        assert section(stocked).minutes == 2

    def test_a_section_gets_an_owner_and_loses_it(self, stocked):
        sam = stocked.operators["Sam"]
        stocked.database.transact(plan_policy.set_owner, "A-01", " Olga ", sam)
        assert section(stocked).owner == "Olga"
        stocked.database.transact(plan_policy.set_owner, "A-01", "", sam)
        assert section(stocked).owner == ""

    def test_a_section_that_there_is_not_has_no_owner(self, stocked):
        with pytest.raises(NotFound):
            stocked.database.transact(plan_policy.set_owner, "Z-99", "Olga", stocked.operators["Sam"])

    def test_a_shelf_is_put_in_a_section(self, stocked):
        bring(stocked, "locations", b"code\nLOOSE\n")
        stocked.database.transact(plan_policy.put_in_section, "LOOSE", "A-09", stocked.operators["Sam"])
        assert section(stocked, "A-09").places == 1
        assert page(stocked).without_section == 0

    @pytest.mark.parametrize("code", ["CUSTOMER", "NOWHERE"])
    def test_what_is_no_place_is_put_nowhere(self, stocked, code):
        with pytest.raises(NotFound):
            stocked.database.transact(plan_policy.put_in_section, code, "A-09", stocked.operators["Sam"])


def change(warehouse, abc_class, by="Sam", **said):
    values = {"every_days": 7, "tolerance_units": 0, "tolerance_bp": 0, "tolerance_value_e4": 0} | said
    warehouse.database.transact(plan_policy.change_class, abc_class, warehouse.operators[by], **values)


def test_a_virtual_place_is_in_no_plan(stocked):
    def misfile(session):
        run(session, update(Location).where(Location.code == "CUSTOMER").values(section="X-01"))

    stocked.database.transact(misfile)
    assert [row.code for row in page(stocked).sections] == ["A-01", "B-07"]


@pytest.mark.parametrize("again", [True, False], ids=["counted again", "not counted again"])
def test_a_count_of_a_clock_that_was_ahead_takes_no_section_out_of_the_plan(stocked, again):
    """A day that has not come yet is no day on which somebody counted: a section waits as if that count had not been."""
    count_all(stocked, NOW + timedelta(days=360))
    if again:
        count_all(stocked, NOW)
    assert section(stocked).last_count == (TODAY if again else None)
    assert section(stocked).due is not again
    assert "A-01" in due_ones(stocked, days=8)
