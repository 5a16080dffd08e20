"""From what was counted to what is settled: recounts by others, agreement, adjustments, decisions; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from sqlalchemy import select, update

from scanner.catalogue.tables import Location
from scanner.counting.plan import store as plan
from scanner.counting.reports import adjustments
from scanner.counting.reports import store as reports
from scanner.counting.variances import decisions
from scanner.db.sql import run
from scanner.discrepancies import service as services
from scanner.discrepancies.rules import Cause
from scanner.errors import BadRequest, Conflict, NotAllowed
from scanner.scans.history import service as history
from scanner.scans.tables import Movement
from scanner.scans.verify import verify
from scanner.workflows import SETTLERS, WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.counting_floor import Floor
from tests.support.warehouse import LAMP, MUG, Warehouse, finish_task


@pytest.fixture
def floor(warehouse: Warehouse) -> Floor:
    return Floor(warehouse)


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse: Warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def count(floor: Floor, shelves: dict[str, list[tuple[str, int]]], by: str = "Carla", task: str | None = None) -> str:
    """Count shelves, each with what is found (code, units); gives the task."""
    task = task or floor.start(by)
    for shelf, found in shelves.items():
        floor.scan(shelf, task, by)
        for code, units in found:
            floor.scan(code, task, by, quantity=units)
        if not found:
            floor.scan("CMD-EMPTY", task, by)
    floor.finish(task, by)
    return task


def settle(floor: Floor, sku: str, cause: Cause = Cause.UNKNOWN, by: str = "Sam") -> None:
    number, operator = floor.variance_id(sku), floor.warehouse.operators[by]
    floor.database.transact(decisions.settle, number, cause, operator, floor.tick())


class TestFirstCounts:
    def test_what_matches_is_done(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        count(floor, {"A-01-1": [(MUG, 5)]})
        assert floor.results() == [("A-01-1", "MUG-B", 5, 5, "matched")]
        assert floor.variances(None) == []

    def test_what_is_within_tolerance_is_adjusted_at_once(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        count(floor, {"A-01-1": [(MUG, 4)]})
        assert floor.results() == [("A-01-1", "MUG-B", 4, 5, "within")]
        assert floor.on_hand("A-01-1", "MUG-B") == 4

    def test_what_is_outside_changes_nothing_and_is_counted_again(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        task = count(floor, {"A-01-1": [(MUG, 40)]})
        assert floor.variances() == [("MUG-B", -10)]
        assert floor.on_hand("A-01-1", "MUG-B") == 50
        assert floor.open_tasks() == [f"{task}-R1"]

    def test_what_a_supervisor_must_approve_is_outside_whatever_the_class_tolerates(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        floor.approval(1)
        count(floor, {"A-01-1": [(MUG, 4)]})
        assert floor.results()[0][-1] == "outside"
        assert floor.on_hand("A-01-1", "MUG-B") == 5

    def test_an_a_item_tolerates_nothing(self, floor):
        floor.set("MUG-B", abc_class="A")
        floor.put("A-01-1", "MUG-B", 50)
        count(floor, {"A-01-1": [(MUG, 49)]})
        assert floor.results()[0][-1] == "outside"

    def test_what_is_on_record_and_was_not_found_is_never_simply_zero(self, floor):
        floor.put("A-01-1", "LAMP", 1)
        count(floor, {"A-01-1": [(MUG, 1)]})
        assert ("A-01-1", "LAMP", 0, 1, "outside") in floor.results()
        assert floor.on_hand("A-01-1", "LAMP") == 1

    def test_nor_is_a_shelf_that_was_said_to_be_empty(self, floor):
        floor.put("A-01-1", "LAMP", 1)
        count(floor, {"A-01-1": []})
        assert floor.on_hand("A-01-1", "LAMP") == 1
        assert floor.variances() == [("LAMP", -1)]

    def test_what_nobody_came_to_has_no_result(self, floor):
        floor.put("A-01-2", "LAMP", 9)
        count(floor, {"A-01-1": [(MUG, 1)]})
        assert [row[0] for row in floor.results()] == ["A-01-1"]

    def test_what_was_taken_back_is_no_count(self, floor):
        floor.put("A-01-1", "LAMP", 9)
        task = floor.start()
        floor.walk(task, "A-01-1", LAMP, "A-01-2", MUG, "CMD-UNDO", "CMD-UNDO")
        floor.finish(task)
        assert floor.results() == []

    def test_what_has_no_record_here_is_logged(self, floor):
        floor.put("A-01-2", "LAMP", 1)
        count(floor, {"A-01-1": [(LAMP, 9)]})
        assert floor.variances() == [("LAMP", 9)]

    def test_variances_belong_to_the_owner_of_the_section(self, floor):
        floor.database.transact(plan.set_owner, "A-01", "Olga")
        floor.put("A-01-2", "LAMP", 1)
        count(floor, {"A-01-1": [(LAMP, 9)]})
        with floor.database.read() as session:
            assert [row.owner for row in services.discrepancies(session)] == ["Olga"]

    def test_those_of_two_counters_are_two_recounts(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        floor.put("A-01-2", "LAMP", 50)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "A-01-3", "CMD-EMPTY", "CMD-DONE")
        floor.walk(task, "A-01-2", LAMP, by="Cem")
        floor.finish(task, by="Cem")
        assert floor.open_tasks() == [f"{task}-R1", f"{task}-R2"]


class TestOpeningStock:
    """Goods that never moved, on a shelf where nothing ever was: what is counted is what the shop begins with."""

    def test_is_booked_at_once_by_one_person_whatever_it_is_worth(self, floor):
        floor.approval(0)
        task = count(floor, {"A-01-1": [(LAMP, 900), (MUG, 5)], "A-01-2": [(LAMP, 7)]})
        assert [floor.on_hand(*each) for each in (("A-01-1", "LAMP"), ("A-01-1", "MUG-B"), ("A-01-2", "LAMP"))] == [900, 5, 7]
        assert floor.variances(None) == [] and floor.open_tasks() == []
        with floor.database.read() as session:
            moved = [(row.cause, row.units) for row in session.execute(select(Movement.__table__))]
            assert services.discrepancies(session, None) == []
        assert sorted(moved) == [("opening stock", 5), ("opening stock", 7), ("opening stock", 900)]
        assert floor.results()[0] == ("A-01-1", "MUG-B", 5, 0, "within") and task.startswith("C-")

    def test_says_nothing_of_how_right_the_record_is_and_is_no_adjustment(self, floor):
        task = count(floor, {"A-01-1": [(LAMP, 9)]})
        since, until = floor.now - timedelta(days=1), floor.now + timedelta(days=1)
        with floor.database.read() as session:
            assert reports.sums(session, reports.RecordFilter(since, until)) == []
            assert adjustments.adjusted(session, since, until) == []
        assert floor.open_tasks() == [] and task

    def test_is_counted_by_the_usual_rules_from_then_on(self, floor):
        count(floor, {"A-01-1": [(LAMP, 9)]})
        again = count(floor, {"A-01-1": [(LAMP, 4)]})
        assert floor.variances() == [("LAMP", -5)] and floor.open_tasks() == [f"{again}-R1"]

    def test_is_the_same_on_each_shelf_on_which_the_item_stands(self, floor):
        for place, units in (("A-01-1", 9), ("A-01-2", 4)):
            count(floor, {place: [(LAMP, units)]})
        assert (floor.on_hand("A-01-1", "LAMP"), floor.on_hand("A-01-2", "LAMP")) == (9, 4)
        assert floor.variances(None) == [] and floor.open_tasks() == []

    def test_is_none_two_weeks_later(self, floor):
        """Goods that were carried to an empty shelf without a scan would be there twice."""
        count(floor, {"A-01-1": [(LAMP, 9)]})
        floor.tick(timedelta(days=60).total_seconds())
        task = count(floor, {"A-01-2": [(LAMP, 9)]})
        assert floor.variances() == [("LAMP", 9)] and floor.open_tasks() == [f"{task}-R1"]
        assert floor.on_hand("A-01-2", "LAMP") == 0

    def test_is_none_on_another_shelf_once_the_item_moved(self, floor):
        count(floor, {"A-01-1": [(LAMP, 9)]})
        floor.put("A-01-1", "LAMP", -2)
        count(floor, {"A-01-2": [(LAMP, 4)]})
        assert floor.variances() == [("LAMP", 4)]

    def test_is_none_where_the_item_moved_anywhere(self, floor):
        floor.warehouse.scan(LAMP)
        count(floor, {"A-01-1": [(LAMP, 9), (MUG, 5)]})
        assert floor.variances() == [("LAMP", 9)] and floor.on_hand("A-01-1", "MUG-B") == 5

    def test_is_none_on_a_shelf_where_anything_was_even_if_it_is_gone(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        floor.put("A-01-1", "MUG-B", -5)
        count(floor, {"A-01-1": [(LAMP, 9)]})
        assert floor.variances() == [("LAMP", 9)]

    def test_is_none_where_goods_came_while_it_was_counted(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", LAMP)
        floor.put("A-01-1", "LAMP", 3)
        floor.scan(LAMP, task)
        floor.finish(task)
        assert [sku for sku, _ in floor.variances()] == ["LAMP"]

    def test_is_booked_once_where_two_count_the_shelf_one_after_the_other(self, floor):
        count(floor, {"A-01-1": [(LAMP, 9)]})
        count(floor, {"A-01-1": [(LAMP, 9)]}, by="Cem")
        assert floor.on_hand("A-01-1", "LAMP") == 9 and floor.variances() == []


class TestStockThatMoves:
    def test_a_receipt_after_the_count_is_no_variance(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        task = floor.start()
        floor.walk(task, "A-01-1", *[MUG] * 5)
        floor.put("A-01-1", "MUG-B", 7)
        floor.finish(task)
        assert floor.results() == [("A-01-1", "MUG-B", 5, 5, "matched")]

    def test_a_pick_that_waited_offline_counts_when_it_was_made(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        picked_at = floor.tick()
        task = floor.start()
        floor.walk(task, "A-01-1", *[MUG] * 4)
        floor.put("A-01-1", "MUG-B", -1, at=picked_at)
        floor.finish(task)
        assert floor.results() == [("A-01-1", "MUG-B", 4, 4, "matched")]

    def test_what_moves_between_two_scans_of_a_line_is_counted_again(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, MUG, MUG)
        floor.put("A-01-1", "MUG-B", -1)
        floor.walk(task, MUG)
        floor.finish(task)
        assert floor.results() == [("A-01-1", "MUG-B", 4, 4, "outside")]
        assert floor.open_tasks() == [f"{task}-R1"]

    def test_what_is_put_there_once_the_counter_has_left_is_not_missing(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "A-01-2")
        floor.put("A-01-1", "LAMP", 3)
        floor.finish(task)
        assert [row[1] for row in floor.results()] == ["MUG-B"]

    def test_an_adjustment_is_not_taken_for_goods_that_moved(self, floor):
        """A count that waited offline while the record was put right sees the record as it is right."""
        floor.put("A-01-1", "MUG-B", 50)
        first = count(floor, {"A-01-1": [(MUG, 40)]})
        before = floor.tick()
        floor.tick(600)
        count(floor, {"A-01-1": [(MUG, 40)]}, by="Cem", task=f"{first}-R1")
        assert floor.on_hand("A-01-1", "MUG-B") == 40
        task = floor.start()
        waited = int((floor.now - before).total_seconds())
        floor.scan("A-01-1", task, waited=waited)
        floor.scan(MUG, task, waited=waited, quantity=40)
        floor.finish(task)
        assert floor.results()[-1] == ("A-01-1", "MUG-B", 40, 40, "matched")


class TestRecounts:
    def test_two_counts_with_the_same_variance_settle_it(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Cem", task=f"{task}-R1")
        assert floor.on_hand("A-01-1", "MUG-B") == 9
        assert floor.variances("settled") == [("MUG-B", -3)]
        assert floor.open_tasks() == []

    def test_variances_are_compared_and_not_counts(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        floor.put("A-01-1", "MUG-B", -4)
        count(floor, {"A-01-1": [(MUG, 5)]}, by="Cem", task=f"{task}-R1")
        assert floor.on_hand("A-01-1", "MUG-B") == 5
        assert floor.variances("settled") == [("MUG-B", -3)]

    def test_another_variance_is_counted_once_more(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        count(floor, {"A-01-1": [(MUG, 12)]}, by="Cem", task=f"{task}-R1")
        assert floor.open_tasks() == [f"{task}-R2"]
        count(floor, {"A-01-1": [(MUG, 12)]}, by="Carla", task=f"{task}-R2")
        assert floor.variances("withdrawn") == [("MUG-B", 0)]
        assert floor.on_hand("A-01-1", "MUG-B") == 12

    def test_a_line_that_moved_while_it_was_counted_again_settles_nothing(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        floor.walk(f"{task}-R1", "A-01-1", MUG, by="Cem")
        floor.put("A-01-1", "MUG-B", -1)
        floor.scan(MUG, f"{task}-R1", by="Cem", quantity=7)
        floor.finish(f"{task}-R1", by="Cem")
        assert floor.variances() == [("MUG-B", -3)]
        assert floor.open_tasks() == [f"{task}-R2"]

    def test_a_new_count_of_the_section_stands_for_the_recount(self, floor):
        """Carla started it: the recount is hidden from her, since she counted. Anybody else is led to the recount."""
        floor.put("A-01-1", "MUG-B", 12)
        count(floor, {"A-01-1": [(MUG, 9)]})
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Cem", task=floor.start("Carla"))
        assert floor.variances("settled") == [("MUG-B", -3)]
        assert floor.on_hand("A-01-1", "MUG-B") == 9
        assert floor.open_tasks() == []

    def test_the_same_person_twice_settles_nothing(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        count(floor, {"A-01-1": [(MUG, 9)]})
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        assert floor.variances() == [("MUG-B", -3)]
        assert floor.open_tasks() == [f"{task}-R1"]

    def test_the_adjustment_has_a_cause_and_opens_to_the_scan_that_ended_the_count(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Cem", task=f"{task}-R1")
        with floor.database.read() as session:
            last = history.movements(session, WORKFLOWS, floor.warehouse.operators["Sam"], 0, 100)[-1]
        assert (last.target, last.units, last.task) == ("ADJUSTMENT", 3, f"{task}-R1")
        assert last.cause in set(Cause)


def test_behind_a_variance_are_the_scans_that_counted_it_in_each_count_and_at_no_other_shelf(floor):
    floor.put("A-01-1", "MUG-B", 50)
    task = floor.start()
    floor.walk(task, "A-01-2", MUG, "A-01-1")
    first = floor.scan("SET", task)
    floor.finish(task)
    floor.walk(f"{task}-R1", "A-01-1", by="Cem")
    second = floor.scan(MUG, f"{task}-R1", by="Cem")
    number = next(n for n in (1, 2, 3) if at_place(floor, n) == ("A-01-1", "MUG-B"))
    floor.finish(f"{task}-R1", by="Cem")
    with floor.database.read() as session:
        page = services.discrepancy(session, number, SETTLERS)
    assert [scan.seq for scan in page.scans] == [second.seq, first.seq]


def at_place(floor, number):
    with floor.database.read() as session:
        row = services.discrepancy(session, number, SETTLERS).head
    return row.location, row.sku


class TestShortPicks:
    @pytest.fixture
    def missed(self, floor):
        """Five mugs on record; a picker finds two too few."""
        floor.put("A-01-1", "MUG-B", 5)
        floor.scan("A-01-1", "SHORT-PICKS", device="picker")
        floor.scan(MUG, "SHORT-PICKS", device="picker", quantity=2)

    def short_picks(self, floor, state):
        with floor.database.read() as session:
            return [row.cause for row in services.discrepancies(session, state) if row.kind == "short pick"]

    def test_a_count_that_matches_takes_them_back(self, floor, missed):
        count(floor, {"A-01-1": [(MUG, 5)]})
        assert (self.short_picks(floor, "open"), self.short_picks(floor, "withdrawn")) == ([], [""])

    def test_one_within_tolerance_settles_them(self, floor, missed):
        count(floor, {"A-01-1": [(MUG, 4)]})
        assert (self.short_picks(floor, "open"), len(self.short_picks(floor, "settled"))) == ([], 1)

    def test_what_is_counted_again_leaves_them_open_until_it_is_settled(self, floor, missed):
        task = count(floor, {"A-01-1": [(MUG, 1)]})
        assert len(self.short_picks(floor, "open")) == 1
        count(floor, {"A-01-1": [(MUG, 1)]}, by="Cem", task=f"{task}-R1")
        assert (self.short_picks(floor, "open"), len(self.short_picks(floor, "settled"))) == ([], 1)

    def test_a_supervisors_decision_settles_them_with_its_cause(self, floor, missed):
        floor.approval(1)
        task = count(floor, {"A-01-1": [(MUG, 1)]})
        count(floor, {"A-01-1": [(MUG, 1)]}, by="Cem", task=f"{task}-R1")
        settle(floor, "MUG-B", Cause.THEFT)
        assert self.short_picks(floor, "settled") == ["theft"]

    def test_one_reported_after_the_look_stays_open(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        task = floor.start()
        floor.walk(task, "A-01-1", *[MUG] * 5)
        floor.scan("A-01-1", "SHORT-PICKS", device="picker")
        floor.scan(MUG, "SHORT-PICKS", device="picker")
        floor.finish(task)
        assert len(self.short_picks(floor, "open")) == 1


class TestAtOnce:
    """Somebody else is at the same shelf's record in the same moment: on PostgreSQL both are in the middle of it."""

    def during(self, floor, slow, other):
        """Have `other` happen while `slow` has done its work and is not committed yet."""
        done = Event()

        def linger(session):
            try:
                slow(session)
            finally:
                done.set()  # who waits is let go even where this fails
            sleep(0.1 if floor.database.is_sqlite else 0.5)  # SQLite has the other wait before it reads anything

        def meanwhile():
            done.wait()
            floor.database.transact(other)

        with ThreadPoolExecutor(2) as pool:
            for each in [pool.submit(floor.database.transact, linger), pool.submit(meanwhile)]:
                each.result()

    def finishing(self, floor, task, by):
        operator = floor.warehouse.operators[by]
        return lambda session: finish_task(session, task, operator, f"handheld-{by}", floor.now, confirm=True)

    def test_two_counts_of_a_shelf_adjust_it_once(self, floor):
        floor.put("A-01-1", "MUG-B", 5)
        first = floor.start()
        floor.walk(first, "A-01-1", *[MUG] * 4)
        moved = update(Location).where(Location.code == "A-01-1").values(section="B-01")
        floor.database.transact(lambda session: run(session, moved))
        second = floor.start(by="Cem", section="B-01")
        floor.walk(second, "A-01-1", *[MUG] * 4, by="Cem")
        self.during(floor, self.finishing(floor, first, "Carla"), self.finishing(floor, second, "Cem"))
        assert floor.on_hand("A-01-1", "MUG-B") == 4
        assert [(on_hand, verdict) for *_, on_hand, verdict in floor.results()] == [(5, "within"), (4, "matched")]

    def test_a_recount_and_a_new_count_settle_it_once(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        floor.approval(10_000)
        task = count(floor, {"A-01-1": [(MUG, 40)]})
        new = floor.start(by="Carla")
        for by, each in (("Cem", f"{task}-R1"), ("Sia", new)):
            floor.walk(each, "A-01-1", by=by)
            floor.scan(MUG, each, by, quantity=40)
        self.during(floor, self.finishing(floor, f"{task}-R1", "Cem"), self.finishing(floor, new, "Sia"))
        assert (floor.on_hand("A-01-1", "MUG-B"), floor.variances(), floor.open_tasks()) == (40, [], [])

    def test_a_count_that_ends_while_a_supervisor_decides_finds_it_decided(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        floor.approval(1)
        task = count(floor, {"A-01-1": [(MUG, 40)]})
        count(floor, {"A-01-1": [(MUG, 40)]}, by="Cem", task=f"{task}-R1")
        new = floor.start(by="Sia")
        floor.walk(new, "A-01-1", by="Sia")
        floor.scan(MUG, new, "Sia", quantity=40)
        number, sam = floor.variance_id("MUG-B"), floor.warehouse.operators["Sam"]
        self.during(
            floor,
            lambda session: decisions.settle(session, number, Cause.UNKNOWN, sam, floor.now),
            self.finishing(floor, new, "Sia"),
        )
        assert (floor.on_hand("A-01-1", "MUG-B"), floor.variances()) == (40, [])
        assert floor.results()[-1] == ("A-01-1", "MUG-B", 40, 40, "matched")


class TestDecisions:
    @pytest.fixture
    def agreed(self, floor):
        """Twelve mugs on record, nine there, as two people found; above the limit."""
        floor.approval(10)
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]})
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Cem", task=f"{task}-R1")
        return task

    def test_above_the_limit_a_supervisor_decides(self, floor, agreed):
        assert floor.variances() == [("MUG-B", -3)]
        assert floor.on_hand("A-01-1", "MUG-B") == 12
        settle(floor, "MUG-B", Cause.THEFT)
        assert floor.on_hand("A-01-1", "MUG-B") == 9
        assert floor.variances("settled") == [("MUG-B", -3)]

    def test_settling_as_any_discrepancy_adjusts_the_record(self, floor, agreed):
        sam = floor.warehouse.operators["Sam"]
        floor.database.transact(
            services.settle,
            floor.variance_id("MUG-B"),
            cause=Cause.THEFT,
            note="seen",
            operator=sam,
            now=floor.tick(),
            settlers=SETTLERS,
        )
        assert floor.on_hand("A-01-1", "MUG-B") == 9

    def test_what_moved_since_changes_nothing_about_the_variance(self, floor, agreed):
        floor.put("A-01-1", "MUG-B", -2)
        settle(floor, "MUG-B")
        assert floor.on_hand("A-01-1", "MUG-B") == 7

    def test_eight_who_approve_at_once_adjust_once(self, floor, agreed):
        number, sam, now = floor.variance_id("MUG-B"), floor.warehouse.operators["Sam"], floor.tick()
        at_once(lambda _: floor.database.transact(decisions.settle, number, Cause.THEFT, sam, now))
        assert floor.on_hand("A-01-1", "MUG-B") == 9

    def test_a_counter_decides_nothing(self, floor, agreed):
        with pytest.raises(NotAllowed, match="may not settle discrepancies"):
            settle(floor, "MUG-B", by="Carla")

    def test_a_supervisor_who_counted_does_not_decide(self, floor):
        floor.approval(10)
        floor.put("A-01-1", "MUG-B", 12)
        task = count(floor, {"A-01-1": [(MUG, 9)]}, by="Sam")
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Cem", task=f"{task}-R1")
        with pytest.raises(NotAllowed, match="Sam counted this"):
            settle(floor, "MUG-B", by="Sam")
        settle(floor, "MUG-B", by="Sia")
        assert floor.on_hand("A-01-1", "MUG-B") == 9

    def test_nobody_decides_before_two_counts_agree(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        count(floor, {"A-01-1": [(MUG, 9)]})
        with pytest.raises(Conflict, match="being counted again"):
            settle(floor, "MUG-B")

    def test_it_can_be_counted_again_by_another_person(self, floor, agreed):
        sam, number = floor.warehouse.operators["Sam"], floor.variance_id("MUG-B")
        reference = floor.database.transact(decisions.count_again, number, sam, floor.tick())
        assert reference == f"{agreed}-R2"
        count(floor, {"A-01-1": [(MUG, 9)]}, by="Carla", task=reference)
        settle(floor, "MUG-B")
        assert floor.on_hand("A-01-1", "MUG-B") == 9

    def test_counting_it_again_twice_is_one_recount(self, floor, agreed):
        sam, number = floor.warehouse.operators["Sam"], floor.variance_id("MUG-B")
        for _ in range(2):
            floor.database.transact(decisions.count_again, number, sam, floor.tick())
        assert floor.open_tasks() == [f"{agreed}-R2"]


class TestMisplaced:
    @pytest.fixture
    def pair(self, floor):
        """Twelve mugs belong on A-01-1; four of them lie on A-01-2."""
        floor.put("A-01-1", "MUG-B", 12)
        there = {"A-01-1": [(MUG, 8)], "A-01-2": [(MUG, 4)], "A-01-3": []}
        task = count(floor, there)
        count(floor, {"A-01-1": [(MUG, 8)], "A-01-2": [(MUG, 4)]}, by="Cem", task=f"{task}-R1")
        return [floor.variance_id("MUG-B", nth) for nth in (0, 1)]

    def move(self, floor, one, other, by="Sam"):
        floor.database.transact(decisions.move_misplaced, one, other, floor.warehouse.operators[by], floor.tick())

    def test_an_opposite_pair_waits_for_a_person_though_two_counts_agree(self, floor, pair):
        assert sorted(floor.variances()) == [("MUG-B", -4), ("MUG-B", 4)]

    def test_one_move_settles_both(self, floor, pair):
        self.move(floor, *pair)
        assert (floor.on_hand("A-01-1", "MUG-B"), floor.on_hand("A-01-2", "MUG-B")) == (8, 4)
        assert floor.on_hand("ADJUSTMENT", "MUG-B") == 0
        assert floor.variances() == []

    def test_moving_it_twice_moves_it_once(self, floor, pair):
        self.move(floor, *pair)
        self.move(floor, *reversed(pair))
        assert floor.on_hand("A-01-2", "MUG-B") == 4

    def test_who_counted_does_not_move_it(self, floor, pair):
        with pytest.raises(NotAllowed):
            self.move(floor, *pair, by="Cem")

    def test_two_that_are_no_pair_are_refused(self, floor, pair):
        with pytest.raises(BadRequest):
            self.move(floor, pair[0], pair[0])

    def test_what_one_has_more_stays_open(self, floor):
        floor.put("A-01-1", "MUG-B", 12)
        found = {"A-01-1": [(MUG, 6)], "A-01-2": [(MUG, 4)]}
        task = count(floor, found)
        count(floor, found, by="Cem", task=f"{task}-R1")
        self.move(floor, *[floor.variance_id("MUG-B", nth) for nth in (0, 1)])
        assert floor.variances() == [("MUG-B", -2)]
        assert (floor.on_hand("A-01-1", "MUG-B"), floor.on_hand("A-01-2", "MUG-B")) == (8, 4)
