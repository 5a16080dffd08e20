"""What comes of each scan on a count, one fact a test, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.counting import service as counting
from scanner.counting.page import count_page
from scanner.errors import Conflict, NotAllowed, NotFound
from scanner.scans import programs, tasks
from scanner.scans.decision import Fate
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.scans.verify import verify
from scanner.scans.workflow import TaskRequest
from scanner.workflows import WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.counting_floor import Floor
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse, finish_task, link_code


@pytest.fixture
def floor(warehouse: Warehouse) -> Floor:
    return Floor(warehouse)


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse: Warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def page(floor: Floor, task: str, by: str = "Carla"):
    with floor.database.read() as session:
        return count_page(session, task, floor.warehouse.operators[by], f"handheld-{by}")


def states(floor: Floor, task: str, by: str = "Carla") -> dict[str, str]:
    return {place.code: place.state for place in page(floor, task, by).places}


class TestStarting:
    def test_a_count_has_a_number_of_its_own(self, floor):
        assert floor.start() == "C-000001"

    def test_numbers_that_other_tasks_have_are_passed_over(self, floor):
        floor.warehouse.add_receipt("C-000001", [])
        floor.warehouse.add_return("C-000002", [])
        assert floor.start() == "C-000003"
        floor.finish("C-000003")
        assert floor.start() == "C-000004"

    def test_so_is_the_number_of_a_recount(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        task = floor.start()
        floor.warehouse.add_receipt(f"{task}-R1", [])
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        assert floor.open_tasks() == [f"{task}-R2"]

    def test_a_section_has_one_open_count(self, floor):
        assert floor.start() == floor.start(by="Cem")

    def test_eight_who_start_it_at_once_get_the_same_one(self, floor):
        carla = floor.warehouse.operators["Carla"]
        assert set(at_once(lambda _: floor.database.transact(counting.start, "A-01", carla, NOW))) == {"C-000001"}

    def test_a_section_that_is_none_is_refused(self, floor):
        with pytest.raises(NotFound):
            floor.start(section="Z-99")

    def test_a_shelf_leads_to_the_open_count_of_its_section(self, floor):
        task = floor.start()
        with floor.database.read() as session:
            assert counting.open_count(session, "A-01-2", floor.warehouse.operators["Carla"]).reference == task

    def test_a_shelf_of_a_section_that_nobody_counts_says_what_could_be_started(self, floor):
        with floor.database.read() as session:
            opening = counting.open_count(session, "A-01-2", floor.warehouse.operators["Carla"])
        assert (opening.reference, opening.starts) == (None, "A-01")

    def test_a_section_that_was_counted_in_part_is_due_still_and_says_how_far(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        with floor.database.read() as session:
            (row,) = (each for each in counting.sections(session, floor.warehouse.operators["Cem"]) if each.section == "A-01")
        assert (row.done, row.places, row.left) == (1, 3, True)

    def test_a_section_that_was_counted_whole_has_nothing_left(self, floor):
        task = floor.start()
        for shelf in ("A-01-1", "A-01-2", "A-01-3"):
            floor.walk(task, shelf, "CMD-EMPTY")
        floor.finish(task)
        with floor.database.read() as session:
            (row,) = (each for each in counting.sections(session, floor.warehouse.operators["Cem"]) if each.section == "A-01")
        assert (row.done, row.left) == (3, False)


class TestShelves:
    def test_a_label_opens_a_visit(self, floor):
        task = floor.start()
        result = floor.scan("A-01-1", task)
        assert (result.outcome, result.reason, result.location) == (Outcome.ACCEPTED, Reason.LOCATED, "A-01-1")
        assert states(floor, task)["A-01-1"] == "being counted"

    def test_the_next_label_ends_the_visit_before(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "A-01-2")
        assert states(floor, task) == {"A-01-1": "done", "A-01-2": "being counted", "A-01-3": "to do"}

    def test_a_shelf_of_which_nothing_was_said_stays_to_do(self, floor):
        task = floor.start()
        *_, last = floor.walk(task, "A-01-1", "A-01-2")
        assert states(floor, task)["A-01-1"] == "to do"
        assert "A-01-1 stays to do" in last.message

    def test_the_next_shelf_is_the_next_on_the_walk(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-2", MUG)
        assert page(floor, task).next.code == "A-01-3"

    def test_at_the_end_of_the_walk_it_goes_on_from_the_start(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-3", MUG)
        assert page(floor, task).next.code == "A-01-1"

    def test_a_shelf_of_another_section_is_refused_and_what_follows_counts_nowhere(self, floor):
        task = floor.start()
        *_, refused, goods = floor.walk(task, "A-01-1", MUG, "DOCK", MUG)
        assert (refused.outcome, goods.outcome) == (Outcome.REFUSED, Outcome.REFUSED)
        assert [line.scanned for line in counted(floor, task)] == [1]

    def test_a_shelf_that_was_counted_is_held_before_it_is_counted_anew(self, floor):
        task = floor.start()
        *_, held = floor.walk(task, "A-01-1", MUG, "A-01-2", TEE, "A-01-1")
        assert held.outcome is Outcome.HELD
        assert floor.scan("A-01-1", task).outcome is Outcome.HELD  # the same label again is no yes
        floor.walk(task, "CMD-CONFIRM", MUG, MUG)
        assert [(line.sku, line.scanned) for line in page(floor, task).here.lines] == [("MUG-B", 2)]

    def test_goods_after_a_held_label_count_nowhere(self, floor):
        task = floor.start()
        *_, held, goods = floor.walk(task, "A-01-1", MUG, "A-01-2", TEE, "A-01-1", LAMP)
        assert (held.outcome, goods.outcome) == (Outcome.HELD, Outcome.REFUSED)

    def test_the_same_label_again_goes_on(self, floor):
        task = floor.start()
        *_, again, goods = floor.walk(task, "A-01-1", MUG, "A-01-1", MUG)
        assert again.outcome is Outcome.ACCEPTED
        assert goods.line == LineCount(None, 2)


def counted(floor: Floor, task: str, by: str = "Carla"):
    with floor.database.read() as session:
        return tasks.lines_of(session, tasks.get_task(session, task).id)


class TestGoods:
    def test_goods_before_any_shelf_are_refused(self, floor):
        assert floor.scan(MUG, floor.start()).outcome is Outcome.REFUSED

    def test_an_item_says_how_many_are_counted_here_and_nothing_else(self, floor):
        task = floor.start()
        floor.put("A-01-1", "MUG-B", 7)
        *_, result = floor.walk(task, "A-01-1", MUG, MUG)
        assert (result.line, result.message) == (LineCount(None, 2), "Mug, blue: 2 at A-01-1.")

    def test_a_case_counts_the_case_and_a_quantity_multiplies(self, floor):
        task = floor.start()
        floor.scan("A-01-1", task)
        assert floor.scan(MUG_CASE, task, quantity=3).line == LineCount(None, 36)

    def test_the_same_item_at_two_shelves_is_two_lines(self, floor):
        task = floor.start()
        *_, result = floor.walk(task, "A-01-1", MUG, MUG, "A-01-2", MUG)
        assert result.line == LineCount(None, 1)

    def test_a_kit_counts_its_parts(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", "SET")
        assert {(line.sku, line.scanned) for line in page(floor, task).here.lines} == {("MUG-B", 2), ("LAMP", 1)}

    def test_a_serial_counts_once(self, floor):
        task = floor.start()
        serial = "]C1010950110153001021SN7"
        *_, again = floor.walk(task, "A-01-1", serial, serial)
        assert (again.outcome, again.reason) == (Outcome.REFUSED, Reason.DUPLICATE)

    def test_a_serial_that_was_taken_back_counts_again(self, floor):
        task = floor.start()
        serial = "]C1010950110153001021SN7"
        *_, again = floor.walk(task, "A-01-1", serial, "CMD-UNDO", serial)
        assert again.outcome is Outcome.ACCEPTED

    def test_an_unknown_code_is_refused_and_counts_at_its_shelf_once_linked(self, floor):
        task = floor.start()
        *_, unknown, _ = floor.walk(task, "A-01-1", "NEW-1", "A-01-2")
        assert unknown.reason is Reason.UNKNOWN
        floor.database.transact(
            link_code, "NEW-1", "LAMP", 1, floor.warehouse.operators["Sam"], "desk", floor.tick()
        )  # fmt: skip
        lines = counted(floor, task)
        assert [(line.sku, line.scanned) for line in lines] == []  # nothing else was counted there: it is still to do

    def test_a_linked_code_counts_at_the_shelf_where_it_was_scanned(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "NEW-1", "A-01-2", TEE)
        floor.database.transact(
            link_code, "NEW-1", "LAMP", 1, floor.warehouse.operators["Sam"], "desk", floor.tick()
        )  # fmt: skip
        floor.finish(task)
        assert ("A-01-1", "LAMP", 1, 0, "within") in floor.results()

    def test_it_counts_there_though_the_person_took_another_device(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", "NEW-CODE")
        floor.scan("A-01-1", task, device="spare")
        sam = floor.warehouse.operators["Sam"]
        linked = floor.database.transact(link_code, "NEW-CODE", "MUG-B", 2, sam, "desk", floor.tick())
        assert [result.reason for result in linked.results] == [Reason.COUNTED]

    def test_a_program_may_name_the_shelf_with_the_goods(self, floor):
        task = floor.start()
        first = floor.scan(MUG, task, location="A-01-1")
        second = floor.scan(MUG, task, location="A-01-1")
        assert (first.line, second.line, second.location) == (LineCount(None, 1), LineCount(None, 2), "A-01-1")

    def test_a_shelf_named_with_goods_where_somebody_else_counts_is_held(self, floor):
        task = floor.start()
        floor.scan("A-01-1", task, by="Cem")
        assert floor.scan(MUG, task, location="A-01-1").outcome is Outcome.HELD


class TestNothingHere:
    def test_nothing_here_counts_the_shelf(self, floor):
        task = floor.start()
        *_, said = floor.walk(task, "A-01-1", "CMD-EMPTY")
        floor.scan("A-01-2", task)
        assert (said.outcome, said.reason) == (Outcome.ACCEPTED, Reason.EMPTY)
        assert states(floor, task)["A-01-1"] == "done"

    def test_it_is_refused_where_something_was_counted(self, floor):
        task = floor.start()
        assert floor.walk(task, "A-01-1", MUG, "CMD-EMPTY")[-1].outcome is Outcome.REFUSED

    def test_goods_found_after_all_take_it_back(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", "CMD-EMPTY", MUG, "CMD-UNDO", "A-01-2")
        assert states(floor, task)["A-01-1"] == "to do"

    def test_it_can_be_undone(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", "CMD-EMPTY", "CMD-UNDO", "A-01-2")
        assert states(floor, task)["A-01-1"] == "to do"


class TestUndo:
    def test_undo_takes_the_last_scan_back(self, floor):
        task = floor.start()
        *_, undone = floor.walk(task, "A-01-1", MUG, MUG_CASE, "CMD-UNDO")
        assert (undone.line, undone.units) == (LineCount(None, 1), -12)

    def test_at_the_next_shelf_it_takes_back_at_the_shelf_before_and_says_so(self, floor):
        task = floor.start()
        *_, undone = floor.walk(task, "A-01-1", MUG, "A-01-2", "CMD-UNDO")
        assert "A-01-1" in undone.message
        assert states(floor, task)["A-01-1"] == "to do"


class TestTwoHandhelds:
    def test_each_sees_where_the_other_is(self, floor):
        task = floor.start()
        floor.scan("A-01-1", task, by="Cem")
        floor.scan("A-01-2", task)
        assert [(place.code, place.who) for place in page(floor, task).places if place.who] == [
            ("A-01-1", "Cem"),
            ("A-01-2", "Carla"),
        ]

    def test_a_shelf_where_somebody_is_waits_for_a_yes(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, by="Cem")
        held = floor.scan("A-01-1", task)
        assert held.outcome is Outcome.HELD
        assert "Cem is at A-01-1" in held.message
        floor.walk(task, "CMD-CONFIRM", TEE)
        assert floor.scan(MUG, task, by="Cem").outcome is Outcome.REFUSED
        assert [line.sku for line in page(floor, task).here.lines] == ["TEE-M"]

    def test_who_lost_a_shelf_is_told_to_whom(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.walk(task, "A-01-1", "CMD-CONFIRM", by="Cem")
        for code in (MUG, "CMD-EMPTY"):
            result = floor.scan(code, task)
            assert (result.outcome, result.message[:22]) == (Outcome.REFUSED, "Cem took over A-01-1: ")

    def test_of_two_who_race_for_a_shelf_one_gets_it(self, floor):
        task = floor.start()
        names = ["Carla", "Cem"]
        results = at_once(lambda n: floor.warehouse.scan("A-01-1", names[n % 2], task, f"h-{n % 2}"), 2)
        assert sorted(result.outcome for result in results) == ["accepted", "held"]

    def test_finishing_while_somebody_counts_is_held_and_keeps_what_one_counted(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, by="Cem")
        floor.walk(task, "A-01-3", "CMD-EMPTY")
        *_, held = floor.walk(task, "A-01-2", TEE, "CMD-DONE")
        assert held.outcome is Outcome.HELD
        assert "Cem is still at A-01-1: what Cem counted there so far does not count" in held.message
        done = floor.scan("CMD-DONE", task, by="Cem")
        assert (done.outcome, done.reason) == (Outcome.ACCEPTED, Reason.COMPLETE)

    def test_one_may_go_on_at_the_shelf_after_a_held_end(self, floor):
        task = floor.start()
        *_, goods = floor.walk(task, "A-01-2", TEE, "CMD-DONE", TEE)
        assert goods.line == LineCount(None, 2)

    def test_a_person_goes_on_with_another_handheld(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.scan("A-01-1", task, device="spare")
        assert floor.scan(MUG, task, device="spare").line == LineCount(None, 2)


class TestPauses:
    def test_a_count_goes_on_after_a_day(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.tick(26 * 3600)
        assert page(floor, task).here.code == "A-01-1"
        assert floor.scan(MUG, task).line == LineCount(None, 2)

    def test_what_moved_in_the_night_is_no_variance_of_what_was_counted_before(self, floor):
        floor.put("A-01-1", "MUG-B", 2)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, MUG)
        floor.tick(20 * 3600)
        floor.put("A-01-1", "MUG-B", -1)
        floor.put("A-01-1", "TEE-M", 5)
        floor.walk(task, "A-01-2", "CMD-EMPTY", "A-01-3", "CMD-EMPTY", "CMD-DONE")
        assert floor.results() == [("A-01-1", "MUG-B", 2, 2, "matched")]


class TestFinishing:
    def test_all_locations_counted_is_complete(self, floor):
        task = floor.start()
        *_, done = floor.walk(task, "A-01-1", MUG, "A-01-2", "CMD-EMPTY", "A-01-3", TEE, "CMD-DONE")
        assert (done.outcome, done.reason) == (Outcome.ACCEPTED, Reason.COMPLETE)

    def test_locations_that_nobody_counted_are_named_first(self, floor):
        task = floor.start()
        *_, held = floor.walk(task, "A-01-1", MUG, "CMD-DONE")
        assert (held.outcome, held.reason) == (Outcome.HELD, Reason.SHORT)
        assert "Not counted: A-01-2, A-01-3" in held.message
        assert floor.scan("CMD-CONFIRM", task).outcome is Outcome.ACCEPTED

    def test_the_words_are_the_same_whatever_the_record_says(self, floor):
        task = floor.start()
        floor.put("A-01-2", "LAMP", 9)
        *_, held = floor.walk(task, "A-01-1", MUG, "CMD-DONE")
        assert "Not counted: A-01-2, A-01-3" in held.message

    def test_a_program_that_asks_twice_without_saying_yes_finishes_nothing(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        first, second = floor.finish(task, confirm=False), floor.finish(task, confirm=False)
        assert (first.needs_confirm, second.needs_confirm) == (True, True)
        assert first.uncounted == ("A-01-2", "A-01-3")

    def test_finishing_eight_times_at_once_takes_effect_once(self, floor):
        floor.put("A-01-1", "LAMP", 3)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        carla, now = floor.warehouse.operators["Carla"], floor.tick()
        done = at_once(lambda n: floor.database.transact(finish_task, task, carla, f"h-{n}", now, confirm=True))
        assert {each.state for each in done} == {"finished"}
        assert len(floor.results()) == 2
        assert floor.open_tasks() == [f"{task}-R1"]

    def test_scans_after_the_end_are_refused(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        assert floor.scan(MUG, task).outcome is Outcome.REFUSED

    def test_scans_that_waited_offline_count_when_they_were_made(self, floor):
        floor.put("A-01-1", "MUG-B", 2)
        task = floor.start()
        floor.tick(3600)
        floor.put("A-01-1", "MUG-B", -1)
        floor.scan("A-01-1", task, waited=1800)
        floor.scan(MUG, task, quantity=2, waited=1790)
        floor.finish(task)
        assert floor.results() == [("A-01-1", "MUG-B", 2, 2, "matched")]


class TestRecounts:
    @pytest.fixture
    def recount(self, floor):
        floor.put("A-01-1", "MUG-B", 9)
        floor.put("A-01-2", "LAMP", 3)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "A-01-2", "CMD-EMPTY")
        floor.finish(task)
        return f"{task}-R1"

    def test_it_asks_for_the_lines_outside_tolerance(self, floor, recount):
        places = page(floor, recount, "Cem").places
        assert [(place.code, [item.sku for item in place.asked]) for place in places] == [
            ("A-01-1", ["MUG-B"]),
            ("A-01-2", ["LAMP"]),
        ]

    def test_it_is_not_there_for_who_counted(self, floor, recount):
        with floor.database.read() as session:
            assert counting.counts(session, floor.warehouse.operators["Carla"]) == []
        with pytest.raises(NotFound):
            page(floor, recount, "Carla")
        with pytest.raises(NotFound, match=f"There is no task {recount}"):
            floor.scan("A-01-1", recount)

    def test_a_supervisor_who_counted_is_told_why(self, floor):
        floor.put("A-01-1", "MUG-B", 9)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, by="Sam")
        floor.finish(task, by="Sam")
        with pytest.raises(NotAllowed, match="another person"):
            floor.scan("A-01-1", f"{task}-R1", by="Sam")

    def test_who_counted_may_still_link_a_code_that_was_found_there(self, floor):
        floor.put("A-01-1", "MUG-B", 50)
        task = floor.start(by="Sam")
        floor.walk(task, "A-01-1", MUG, by="Sam")
        floor.finish(task, by="Sam")
        recount = f"{task}-R1"
        floor.walk(recount, "A-01-1", "NEW-CODE", by="Cem")
        floor.warehouse.scan("NEW-CODE")
        linked = floor.database.transact(
            link_code, "NEW-CODE", "MUG-B", 1, floor.warehouse.operators["Sam"], "desk", floor.tick()
        )
        assert len(linked.results) == 2
        assert [line.scanned for line in page(floor, recount, "Cem").here.lines] == [1]

    def test_what_it_does_not_ask_for_is_refused(self, floor, recount):
        *_, refused = floor.walk(recount, "A-01-1", TEE, by="Cem")
        assert refused.outcome is Outcome.REFUSED

    def test_it_ends_only_once_all_of_it_is_counted(self, floor, recount):
        *_, refused = floor.walk(recount, "A-01-1", MUG, "CMD-DONE", by="Cem")
        assert refused.outcome is Outcome.REFUSED
        with pytest.raises(Conflict):
            floor.finish(recount, by="Cem")

    def test_none_of_it_is_said_by_a_scan(self, floor, recount):
        *_, none, done = floor.walk(recount, "A-01-1", MUG, "A-01-2", "CMD-EMPTY", "CMD-DONE", by="Cem")
        assert none.message == "No Desk lamp at A-01-2."
        assert done.outcome is Outcome.ACCEPTED

    def test_leaving_a_shelf_with_an_asked_item_untouched_waits_for_a_yes(self, floor):
        floor.put("A-01-1", "MUG-B", 9)
        floor.put("A-01-1", "LAMP", 3)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        *_, held = floor.walk(f"{task}-R1", "A-01-1", MUG, "CMD-DONE", by="Cem")
        assert (held.outcome, "no Desk lamp at A-01-1" in held.message) == (Outcome.HELD, True)
        assert floor.scan("CMD-CONFIRM", f"{task}-R1", by="Cem").outcome is Outcome.ACCEPTED


class TestWhatWaits:
    """A large quantity, or a label that cannot be read whole, waits for an answer in a count as well."""

    def test_it_is_counted_at_the_shelf_where_it_was_scanned(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        assert floor.scan(MUG, task, quantity=2_000).outcome is Outcome.HELD
        assert "2,000 wait for an answer at A-01-1" in floor.scan("A-01-2", task).message
        assert floor.scan("CMD-CONFIRM", task).line.scanned == 2_001
        assert floor.scan("A-01-2", task).outcome is Outcome.ACCEPTED

    def test_one_serial_number_waits_once(self, floor):
        task = floor.start()
        torn = "]C1010950110153000317269931\x1d21S1"
        *_, held, again = floor.walk(task, "A-01-1", torn, torn)
        assert (held.outcome, again.reason) == (Outcome.HELD, Reason.DUPLICATE)

    @pytest.mark.parametrize(("answer", "counted_units"), [(Fate.TAKEN, 2_001), (Fate.LEFT, 1)])
    def test_finishing_takes_it_in_or_leaves_it_out(self, floor, answer, counted_units):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.scan(MUG, task, quantity=2_000)
        carla = floor.warehouse.operators["Carla"]
        asked = TaskRequest(reference=task, operator=carla, device="handheld-Carla", now=floor.tick(), confirm=True)
        first = floor.database.transact(programs.finish, asked, WORKFLOWS)
        assert (first.needs_confirm, first.waits) == (True, True)
        done = floor.database.transact(programs.finish, replace(asked, held=answer), WORKFLOWS)
        assert (done.state, [line.scanned for line in counted(floor, task)]) == ("finished", [counted_units])
