"""What comes of each scan on a return, one fact a test, on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest

from scanner.discrepancies.service import discrepancies, settle
from scanner.errors import BadgeScanned, BadRequest, Conflict
from scanner.people.rules import OperatorView
from scanner.reasons import service as return_reasons
from scanner.returns import grades
from scanner.returns import page as returns_page
from scanner.returns import service as returns
from scanner.scans import tasks
from scanner.scans.panel import without_name
from scanner.scans.photos import codes as photo_codes
from scanner.scans.result import LineCount, Outcome, Reason, ScanResult
from scanner.scans.verify import verify
from scanner.workflows import SETTLERS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse, finish_task, link_code

PLACES = {
    "refurbish": "REFURBISH", "quarantine": "QUARANTINE", "damaged": "DAMAGED", "return to vendor": "VENDOR", "scrap": "SCRAP",
}  # fmt: skip
CODES = {
    "refurbish": "CMD-REFURBISH", "quarantine": "CMD-QUARANTINE", "damaged": "CMD-DAMAGED", "return to vendor": "CMD-VENDOR",
    "scrap": "CMD-SCRAP",
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse: Warehouse):
    """After every test, whatever happened in it: counters equal the fold, and stock sums to zero."""
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []
    totals: dict[str, int] = {}
    for (_, sku), units in warehouse.stock().items():
        totals[sku] = totals.get(sku, 0) + units
    assert not any(totals.values())


@pytest.fixture(autouse=True)
def rma(warehouse: Warehouse) -> None:
    """RMA-1: two mugs, a lamp, a set of two mugs and a lamp."""
    warehouse.add_return("RMA-1", [("MUG-B", 2), ("LAMP", 1), ("SET", 1)], "SO-1")


@pytest.fixture
def theo(warehouse: Warehouse):
    """Theo's scans at the bench."""

    def scan(*codes: str, task: str = "RMA-1", **more) -> ScanResult:
        return [warehouse.scan(code, by="Theo", task=task, device="bench-1", **more) for code in codes][-1]

    return scan


def standing(warehouse: Warehouse, reference: str = "RMA-1") -> list[tuple[str, int, str, str | None, str]]:
    """(sku, units, disposition, reason, where) of the grades that stand."""
    with warehouse.database.read() as session:
        rows = grades.standing(session, tasks.get_task(session, reference).id)
    return [(row.sku, row.units, row.disposition, row.reason_code, row.location) for row in rows]


def open_ones(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    with warehouse.database.read() as session:
        return [(row.kind, row.sku, row.units) for row in discrepancies(session)]


def operator(warehouse: Warehouse, name: str = "Theo") -> OperatorView:
    return warehouse.operators[name]


class TestGrades:
    def test_nothing_is_sellable_before_it_is_graded(self, warehouse, theo):
        theo(MUG)
        assert warehouse.stock() == {("RETURNS", "MUG-B"): 1, ("CUSTOMER", "MUG-B"): -1}

    @pytest.mark.parametrize("disposition", PLACES)
    def test_each_grade_moves_the_goods_to_its_place(self, warehouse, theo, disposition):
        theo(MUG, CODES[disposition])
        assert standing(warehouse) == [("MUG-B", 1, disposition, None, PLACES[disposition])]
        assert warehouse.stock() == {(PLACES[disposition], "MUG-B"): 1, ("CUSTOMER", "MUG-B"): -1}

    def test_restock_goes_to_the_shelf_with_most_of_it(self, warehouse, theo):
        warehouse.scan("A-01-1")
        warehouse.scan(MUG)
        warehouse.scan("A-01-2")
        warehouse.scan(MUG, quantity=5)
        assert theo(MUG, "CMD-RESTOCK").location == "A-01-2"

    def test_restock_goes_to_the_shelf_it_was_last_at_when_none_is_left(self, warehouse, theo):
        warehouse.scan("A-01-2")
        warehouse.scan(MUG)
        warehouse.scan("CMD-UNDO")
        assert theo(MUG, "CMD-RESTOCK").location == "A-01-2"

    def test_without_a_known_shelf_the_grade_waits_for_its_label(self, warehouse, theo):
        assert theo(MUG, "CMD-RESTOCK").outcome is Outcome.HELD
        assert theo("CMD-CONFIRM").outcome is Outcome.HELD  # a yes does not say where
        assert theo("A-01-1").location == "A-01-1"
        assert standing(warehouse) == [("MUG-B", 1, "restock", None, "A-01-1")]

    def test_a_held_restock_put_aside_leaves_the_goods_in_hand(self, warehouse, theo):
        theo(MUG, "CMD-RESTOCK", "CMD-UNDO", "CMD-SCRAP")
        assert standing(warehouse) == [("MUG-B", 1, "scrap", None, "SCRAP")]

    def test_a_shelfs_label_after_the_grade_mends_where_it_went(self, warehouse, theo):
        theo(MUG, "A-01-1", "A-01-2")
        assert standing(warehouse) == [("MUG-B", 1, "restock", None, "A-01-2")]
        assert warehouse.stock()["A-01-2", "MUG-B"] == 1

    def test_a_reason_scanned_after_the_grade_is_kept_with_it(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED", "CMD-REASON-DOA")
        assert standing(warehouse) == [("MUG-B", 1, "damaged", "DOA", "DAMAGED")]

    def test_a_second_grade_is_another_movement_and_the_first_stays_in_the_record(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED-DOA", "CMD-SCRAP-DOA")
        assert standing(warehouse) == [("MUG-B", 1, "scrap", "DOA", "SCRAP")]
        with warehouse.database.read() as session:
            page = returns_page.return_page(session, "RMA-1", operator(warehouse), "bench-1", frozenset())
            assert [row.disposition for row in page.lines[0].grades] == ["scrap"]
            assert len(session.connection().exec_driver_sql("SELECT * FROM grade").all()) == 2

    def test_a_case_is_graded_by_numbers(self, warehouse, theo):
        warehouse.add_return("RMA-12", [("MUG-B", 12)])
        theo(MUG_CASE, task="RMA-12")
        theo("CMD-SCRAP-BROKEN", task="RMA-12", quantity=2)
        theo("A-01-1", task="RMA-12")
        assert standing(warehouse, "RMA-12") == [
            ("MUG-B", 2, "scrap", "BROKEN", "SCRAP"), ("MUG-B", 10, "restock", None, "A-01-1"),
        ]  # fmt: skip

    def test_a_grade_after_goods_that_were_not_taken_in_is_not_for_the_ones_before(self, warehouse, theo):
        theo(LAMP, LAMP)  # the second is held: one was announced
        assert theo("CMD-SCRAP").outcome is Outcome.REFUSED
        assert standing(warehouse) == []

    def test_a_refused_grade_keeps_the_goods_in_hand(self, warehouse, theo):
        theo(MUG, "CMD-REASON-DOA", "CMD-DAMAGED-NOPE", "CMD-CONFIRM", "CMD-SCRAP")
        assert standing(warehouse) == [("MUG-B", 1, "scrap", None, "SCRAP")]

    def test_a_tap_on_a_line_takes_the_goods_that_wait_in_hand(self, warehouse, theo):
        theo(MUG, LAMP, "CMD-QUARANTINE")
        with warehouse.database.read() as session:
            line = tasks.lines_of(session, tasks.get_task(session, "RMA-1").id)[0].id
        theo(f"CMD-LINE-{line}", "CMD-REFURBISH")
        assert ("MUG-B", 1, "refurbish", None, "REFURBISH") in standing(warehouse)

    def test_a_line_of_another_return_is_nothing_here(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("MUG-B", 1)])
        theo(MUG, task="RMA-2")
        with warehouse.database.read() as session:
            line = tasks.lines_of(session, tasks.get_task(session, "RMA-2").id)[0].id
            arrival = grades.arrived(session, tasks.get_task(session, "RMA-2").id)[0].arrival_seq
        assert theo(f"CMD-LINE-{line}").outcome is Outcome.REFUSED
        assert theo(f"CMD-ARRIVAL-{arrival}").outcome is Outcome.REFUSED

    def test_goods_past_their_date_are_graded_otherwise(self, warehouse, theo):
        theo("]C101095011015300031720010110OLD")
        assert theo("A-01-1").reason is Reason.EXPIRED
        assert theo("CMD-SCRAP-EXPIRED").outcome is Outcome.ACCEPTED

    def test_a_linked_code_arrives_late_and_waits_for_its_grade(self, warehouse, theo):
        theo("STRANGE")
        warehouse.database.transact(link_code, "STRANGE", "LAMP", 1, operator(warehouse), "bench-1", NOW)
        with warehouse.database.read() as session:
            page = returns_page.return_page(session, "RMA-1", operator(warehouse), "bench-1", frozenset())
        assert page.progress.waiting == 1
        assert page.hand is None


class TestCommands:
    @pytest.mark.parametrize("code", ["CMD-SCRAP", "CMD-REASON-DOA", "CMD-QTY-3"])
    def test_no_command_can_be_linked_to_an_item(self, warehouse, code):
        with pytest.raises(BadRequest):
            warehouse.database.transact(link_code, code, "LAMP", 1, operator(warehouse), "bench-1", NOW)

    @pytest.mark.parametrize(("code", "words"), [("CMD-SCRAP-DOA", "Grade: scrap"), ("CMD-REASON-DOA", "Reason: DOA")])
    def test_a_photo_of_a_grade_says_what_it_is(self, warehouse, code, words):
        with warehouse.database.read() as session:
            assert photo_codes.meaning(session, SimpleNamespace(text=code, aim="")) == words


class TestAPartOfAKit:
    def test_that_was_announced_is_known_as_one(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("SET", 1)], "SO-2")
        assert "a part of Gift set, which was announced" in theo(MUG, task="RMA-2").message
        theo("CMD-UNDO", "SET", task="RMA-2")
        assert theo(MUG, task="RMA-2").reason is Reason.LOCATED, "in hand with its kit, it is chosen"

    def test_without_its_kit_is_taken_in_by_a_yes(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("SET", 1)], "SO-2")
        assert theo(MUG, "CMD-CONFIRM", task="RMA-2").outcome is Outcome.ACCEPTED


class TestUndo:
    def test_a_grade_taken_back_leaves_the_goods_at_the_bench_and_in_hand(self, warehouse, theo):
        theo(MUG, "CMD-SCRAP", "CMD-UNDO")
        assert warehouse.stock() == {("RETURNS", "MUG-B"): 1, ("CUSTOMER", "MUG-B"): -1}
        theo("CMD-REFURBISH")
        assert standing(warehouse) == [("MUG-B", 1, "refurbish", None, "REFURBISH")]

    def test_a_second_grade_taken_back_lets_the_first_stand_again(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED-DOA", "CMD-SCRAP", "CMD-UNDO")
        assert standing(warehouse) == [("MUG-B", 1, "damaged", "DOA", "DAMAGED")]

    def test_a_reason_taken_back_leaves_the_grade(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED", "CMD-REASON-DOA", "CMD-UNDO")
        assert standing(warehouse) == [("MUG-B", 1, "damaged", None, "DAMAGED")]

    def test_a_shelf_taken_back_says_where_the_goods_are_and_that_their_grade_stays(self, warehouse, theo):
        undone = theo(MUG, "A-01-1", "A-01-2", "CMD-UNDO")
        assert undone.message == "Mug, blue: back to A-01-1, still graded restock."
        assert (undone.units, undone.line) == (0, None)
        assert standing(warehouse) == [("MUG-B", 1, "restock", None, "A-01-1")]
        assert theo("CMD-UNDO").message == "Mug, blue: grade restock taken back."
        assert standing(warehouse) == []

    def test_a_second_grade_taken_back_says_which_one_stands_again(self, warehouse, theo):
        undone = theo(MUG, "A-01-1", "DAMAGED", "CMD-REASON-DOA", "CMD-UNDO")
        assert (undone.message, undone.units) == ("Mug, blue: the reason is taken back, still graded damaged.", 0)
        assert theo("CMD-UNDO").message == "Mug, blue: grade damaged taken back, it is graded restock again."

    def test_an_arrival_taken_back_was_never_here(self, warehouse, theo):
        theo(MUG, "CMD-UNDO")
        assert warehouse.stock() == {}
        assert theo("CMD-SCRAP").outcome is Outcome.REFUSED

    def test_an_arrival_that_somebody_else_graded_is_not_taken_back(self, warehouse, theo):
        theo(MUG)
        with warehouse.database.read() as session:
            arrival = grades.arrived(session, tasks.get_task(session, "RMA-1").id)[0].arrival_seq
        for code in (f"CMD-ARRIVAL-{arrival}", "CMD-SCRAP"):
            warehouse.scan(code, by="Sam", task="RMA-1", device="bench-2")
        refused = theo("CMD-UNDO")
        assert (refused.outcome, refused.reason) == (Outcome.REFUSED, Reason.UNDONE)
        assert "Sam has graded it since" in refused.message
        assert warehouse.lines("RMA-1")[0] == ("MUG-B", 1)

    def test_what_was_more_than_announced_is_withdrawn_with_it(self, warehouse, theo):
        theo(LAMP, LAMP, "CMD-CONFIRM")
        assert open_ones(warehouse) == [("extra", "LAMP", 1)]
        theo("CMD-UNDO")
        assert open_ones(warehouse) == []

    def test_a_missing_part_that_turns_up_is_no_discrepancy_any_more(self, warehouse, theo):
        theo("SET", MUG, "CMD-MISSING")
        assert open_ones(warehouse) == [("missing part", "MUG-B", 1)]
        theo("CMD-UNDO")
        assert open_ones(warehouse) == []
        assert warehouse.stock()["RETURNS", "MUG-B"] == 2


class TestUnknownShelves:
    def test_a_code_of_no_shelf_where_one_is_asked_for_keeps_the_goods_in_hand(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED-DOA", "CMD-RESTOCK")
        for _ in range(2):
            refused = theo("NOSHELF-9")
            assert (refused.outcome, refused.reason) == (Outcome.REFUSED, Reason.UNKNOWN)
            assert "No shelf and no item has the code NOSHELF-9. Mug, blue is still in hand" in refused.message
        assert theo("A-01-1").location == "A-01-1"
        assert standing(warehouse) == [("MUG-B", 1, "restock", None, "A-01-1")]
        assert "not linked" not in theo("CMD-DONE").message
        warehouse.database.transact(link_code, "NOSHELF-9", "LAMP", 1, operator(warehouse, "Sam"), "bench-1", NOW)
        assert warehouse.lines("RMA-1")[1] == ("LAMP", 0)

    @pytest.mark.parametrize("code", ["04006381333931", "]C10109501101530997"])
    def test_goods_that_nobody_knows_are_in_hand_instead(self, warehouse, theo, code):
        theo(MUG, "CMD-RESTOCK", code)
        assert theo("A-01-1").outcome is Outcome.REFUSED
        theo("CMD-ARRIVAL-1", "CMD-SCRAP-DOA", MUG, "CMD-SCRAP-DOA")
        assert "1 unknown code not linked" in theo("CMD-DONE").message

    def test_nobodys_badge_is_kept_as_a_shelf(self, warehouse, theo):
        theo(MUG, "CMD-RESTOCK")
        with pytest.raises(BadgeScanned):
            theo("BADGE-SAM")
        assert theo("A-01-1").location == "A-01-1"


class TestWords:
    """The item's name stands above the message in large letters: what is left without it is still a sentence."""

    def test_every_message_goes_on_after_the_name_as_a_sentence(self, warehouse, theo):
        un = warehouse.database.transact(returns.start_unannounced, operator(warehouse), NOW)
        old = "]C101095011015300031720010110OLD"
        bench = (
            MUG, "CMD-REASON-DOA", "CMD-RESTOCK", "CMD-UNDO", "A-01-1", "A-01-2", "CMD-UNDO", "CMD-REASON-DOA", "CMD-DAMAGED",
            "CMD-DAMAGED", "CMD-REASON-DOA", "CMD-REASON-DOA", "CMD-UNDO", "A-01-1", "CMD-SCRAP", old, "A-01-1", LAMP, MUG, TEE,
            TEE, "CMD-MISSING", LAMP, LAMP, LAMP, "SET", LAMP, "CMD-MISSING", MUG, MUG, "CMD-UNDO", "SET", "SET", "CMD-DONE",
        )  # fmt: skip
        results = [theo(code) for code in bench] + [theo(code, task=un) for code in (LAMP, MUG, LAMP, "SET", MUG, old)]
        results += [theo(TEE, disposition="scrap", confirm=True), theo(TEE, disposition="restock", confirm=True)]
        results += [theo(old, disposition="restock"), theo("SET", confirm=True), theo("CMD-SCRAP", quantity=2)]
        for result in results:
            shown = without_name(result.message, result.item)
            assert re.match(r"[A-Z0-9][^:]", shown), result.message
            if result.item and result.message.startswith(result.item.name):
                assert result.message.startswith(f"{result.item.name}: "), result.message


class TestScannedAgain:
    """The same code again is another unit. Where it was one that came before, undo takes that in hand."""

    def test_one_too_many_waits_and_undo_takes_in_hand_what_came_before(self, warehouse, theo):
        theo(LAMP, TEE, "CMD-CONFIRM", "CMD-SCRAP-OTHER")
        again = theo(LAMP)
        assert (again.outcome, again.reason, again.waiting) == (Outcome.HELD, Reason.OVER, 1)
        assert "Was it here before? Undo, then grade it" in again.message
        theo("CMD-UNDO", "CMD-REFURBISH")
        assert ("LAMP", 1, "refurbish", None, "REFURBISH") in standing(warehouse)
        assert "Undo" not in theo(LAMP).message  # nothing of it waits for a grade now

    def test_several_are_graded_one_by_one_in_the_order_in_which_they_came(self, warehouse, theo):
        theo(MUG, MUG, "CMD-SCRAP-DOA", MUG, "CMD-UNDO", "CMD-REFURBISH")
        assert [row[2] for row in standing(warehouse)] == ["scrap", "refurbish"]
        assert warehouse.lines("RMA-1")[0] == ("MUG-B", 2)

    def test_a_grade_waits_for_the_yes_and_drops_nothing(self, warehouse, theo):
        refused = theo(LAMP, LAMP, "CMD-SCRAP-DOA")
        assert (refused.outcome, "Desk lamp waits for an answer" in refused.message) == (Outcome.REFUSED, True)
        assert theo("CMD-CONFIRM").line == LineCount(1, 2)
        assert theo("CMD-SCRAP-DOA").units == 1

    def test_one_yes_brings_all_that_waits_in_hand_together(self, warehouse, theo):
        theo(LAMP, "CMD-SCRAP-DOA", LAMP, LAMP, LAMP)
        assert theo("CMD-CONFIRM").units == 3
        assert theo("CMD-SCRAP-DOA").units == 3

    def test_what_is_in_the_hand_of_somebody_else_is_theirs(self, warehouse, theo):
        theo(LAMP)
        assert warehouse.scan(LAMP, by="Sam", task="RMA-1", device="bench-2").reason is Reason.OVER

    def test_another_date_or_more_units_are_other_goods(self, warehouse, theo):
        theo(LAMP, MUG, MUG, "CMD-REFURBISH")
        assert theo("]C101095011015300101728010110NEW").reason is Reason.OVER
        theo("CMD-UNDO")
        assert theo(MUG_CASE).reason is Reason.OVER

    def test_a_serial_is_taken_in_hand_itself(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("LAMP", 3)])
        one, other = (f"]C1010950110153001021SN{number}" for number in (1, 2))
        theo(one, other, "CMD-SCRAP-DOA", task="RMA-2")
        assert theo(one, task="RMA-2").reason is Reason.LOCATED
        assert theo(one, task="RMA-2").reason is Reason.DUPLICATE
        assert theo(other, task="RMA-2").reason is Reason.DUPLICATE
        assert theo("]C1010950110153001021SN3", task="RMA-2").reason is Reason.COMPLETE

    def test_a_kit_comes_back_in_hand_whole(self, warehouse, theo):
        theo("SET", LAMP, "CMD-SCRAP-DOA", TEE, TEE)
        theo("SET", "CMD-UNDO", "CMD-REFURBISH")
        assert ("MUG-B", 2, "refurbish", None, "REFURBISH") in standing(warehouse)

    def test_what_a_program_takes_in_is_one_more(self, warehouse, theo):
        theo(LAMP, MUG)
        assert theo(LAMP, disposition="scrap").reason is Reason.OVER
        assert theo(LAMP, confirm=True).line == LineCount(1, 2)

    def test_without_paper_each_counts_and_says_how_many_wait(self, warehouse, theo):
        un = warehouse.database.transact(returns.start_unannounced, operator(warehouse), NOW)
        assert theo(LAMP, task=un).message == "Desk lamp: now its grade."
        assert theo(MUG, LAMP, task=un).message == "Desk lamp: 2 of it wait for a grade. Now its grade."
        assert warehouse.lines(un) == [("LAMP", 2), ("MUG-B", 1)]


class TestDiscrepancies:
    def test_an_over_return_is_held_until_confirmed(self, warehouse, theo):
        assert theo(LAMP, LAMP).outcome is Outcome.HELD
        assert open_ones(warehouse) == []
        assert theo("CMD-CONFIRM").line == LineCount(1, 2)
        assert open_ones(warehouse) == [("extra", "LAMP", 1)]

    def test_another_item_brings_a_line_and_a_discrepancy(self, warehouse, theo):
        assert theo(TEE, "CMD-CONFIRM").reason is Reason.UNEXPECTED
        assert open_ones(warehouse) == [("other item", "TEE-M", 1)]
        assert theo("CMD-SCRAP-OTHER").outcome is Outcome.ACCEPTED
        theo(TEE)  # more of it needs no second yes
        assert warehouse.lines("RMA-1")[-1] == ("TEE-M", 2)
        assert open_ones(warehouse) == [("other item", "TEE-M", 2)]

    def test_a_serial_comes_back_once_on_a_return_but_again_another_time(self, warehouse, theo):
        serial = "]C1010950110153001021SN7"
        theo(serial)
        assert theo(serial).reason is Reason.DUPLICATE
        warehouse.add_return("RMA-9", [("LAMP", 1)])
        assert theo(serial, task="RMA-9").outcome is Outcome.ACCEPTED

    def test_a_kit_short_of_a_part_is_a_discrepancy_of_that_part(self, warehouse, theo):
        theo("SET", "CMD-MISSING", LAMP, "CMD-REFURBISH")
        assert open_ones(warehouse) == [("missing part", "LAMP", 1)]
        assert warehouse.stock() == {("REFURBISH", "MUG-B"): 2, ("CUSTOMER", "MUG-B"): -2}


class TestFinishing:
    def finish(self, warehouse, **more):
        theo = operator(warehouse)
        return warehouse.database.transact(finish_task, "RMA-1", theo, "api-1", NOW, **{"confirm": False} | more)

    def test_what_waits_for_a_grade_keeps_a_return_open(self, warehouse, theo):
        theo(MUG)
        assert theo("CMD-DONE").outcome is Outcome.REFUSED
        with pytest.raises(Conflict, match="1 unit waits for a grade"):
            self.finish(warehouse, confirm=True)

    def test_what_did_not_come_is_confirmed_and_noted(self, warehouse, theo):
        theo(MUG, "CMD-REFURBISH", "CMD-DONE")
        done = theo("CMD-CONFIRM")
        assert (done.outcome, done.reason) == (Outcome.ACCEPTED, Reason.SHORT)
        assert open_ones(warehouse) == [("missing", "MUG-B", 1), ("missing", "LAMP", 1), ("missing", "SET", 1)]

    def test_a_program_finishes_in_two_steps(self, warehouse, theo):
        theo(MUG, "CMD-SCRAP")
        asked = self.finish(warehouse)
        assert (asked.needs_confirm, [short.missing for short in asked.short]) == (True, [1, 1, 1])
        assert "No reason given for Mug, blue" in asked.lacking
        assert self.finish(warehouse, confirm=True).state == "finished"
        assert not self.finish(warehouse).needs_confirm  # again: answered, nothing done

    def test_goods_of_a_finished_return_are_graded_anew(self, warehouse, theo):
        theo(MUG, "CMD-SCRAP", "CMD-DONE", "CMD-CONFIRM")
        with warehouse.database.read() as session:
            line = tasks.lines_of(session, tasks.get_task(session, "RMA-1").id)[0].id
        assert theo(f"CMD-LINE-{line}", "A-01-1").outcome is Outcome.REFUSED  # a shelf alone makes no scrap sellable
        assert theo("CMD-RESTOCK", "A-01-1").location == "A-01-1"
        assert standing(warehouse) == [("MUG-B", 1, "restock", None, "A-01-1")]
        assert theo(MUG).outcome is Outcome.REFUSED

    def test_the_next_returns_label_finishes_one_that_is_done(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("LAMP", 1)], "SO-2")
        theo(LAMP, "CMD-REFURBISH", task="RMA-2")
        assert theo("SO-1", task="RMA-2").opens == "RMA-1"
        with warehouse.database.read() as session:
            assert tasks.get_task(session, "RMA-2").state == "finished"


class TestUnannounced:
    @pytest.fixture
    def un(self, warehouse) -> str:
        return warehouse.database.transact(returns.start_unannounced, operator(warehouse), NOW)

    def test_everything_in_it_is_taken_in_and_customer_service_is_told(self, warehouse, theo, un):
        assert un == "UN-000001"
        assert theo(TEE, "CMD-QUARANTINE", LAMP, LAMP, task=un).line == LineCount(None, 2)
        assert open_ones(warehouse) == [("unannounced", "TEE-M", 1), ("unannounced", "LAMP", 2)]

    def test_a_number_that_any_task_or_label_has_is_passed_over(self, warehouse):
        warehouse.add_receipt("UN-000001", [("LAMP", 1)])
        warehouse.add_return("UN-ABCDEF", [("LAMP", 1)], "SO-3")
        made = [warehouse.database.transact(returns.start_unannounced, operator(warehouse), NOW) for _ in range(2)]
        assert made == ["UN-000002", "UN-000003"]

    def test_a_mistyped_number_of_units_stops_nobody(self, warehouse, un):
        many = warehouse.scan(MUG, by="Theo", task=un, device="bench-1", quantity=100_000)
        assert many.units == 100_000
        warehouse.scan("CMD-QUARANTINE", by="Theo", task=un, device="bench-1")
        with warehouse.database.read() as session:
            assert [(row.reference, row.waiting) for row in returns.returns(session) if row.reference == un] == [(un, 0)]

    def test_each_has_a_number_of_its_own(self, warehouse, un):
        with ThreadPoolExecutor(4) as pool:
            makes = [
                pool.submit(warehouse.database.transact, returns.start_unannounced, operator(warehouse), NOW) for _ in range(8)
            ]
            made = {each.result() for each in makes}
        assert made == {f"UN-{number:06d}" for number in range(2, 10)}

    def test_what_customer_service_has_settled_is_not_noted_again(self, warehouse, theo, un):
        theo(TEE, "CMD-QUARANTINE", task=un)
        with warehouse.database.read() as session:
            (row,) = discrepancies(session)
        warehouse.database.transact(
            settle, row.id, cause="return not logged", note="", operator=operator(warehouse, "Sam"), now=NOW, settlers=SETTLERS
        )
        theo(TEE, "CMD-QUARANTINE", task=un)
        assert open_ones(warehouse) == [("unannounced", "TEE-M", 1)]


class TestOpening:
    def opening(self, warehouse, code):
        with warehouse.database.read() as session:
            return returns.open_return(session, code, operator(warehouse))

    @pytest.mark.parametrize("code", ["RMA-1", "SO-1", "LAMP", LAMP])
    def test_its_number_its_order_and_an_item_on_it_alone_open_a_return(self, warehouse, code):
        opening = self.opening(warehouse, code)
        assert (opening.kind, opening.reference) == ("return", "RMA-1")

    @pytest.mark.parametrize("code", ["SO-1", MUG])
    def test_several_are_asked_about(self, warehouse, code):
        warehouse.add_return("RMA-2", [("MUG-B", 1)], "SO-1")
        opening = self.opening(warehouse, code)
        assert opening.reference is None
        assert [choice.reference for choice in opening.choices] == ["RMA-1", "RMA-2"]

    def test_an_order_with_two_returns_is_asked_about_at_the_bench_too(self, warehouse, theo):
        warehouse.add_return("RMA-2", [("MUG-B", 1)], "SO-7")
        warehouse.add_return("RMA-3", [("MUG-B", 1)], "SO-7")
        assert theo("SO-7").outcome is Outcome.REFUSED

    def test_an_unknown_code_says_what_else_can_be_done(self, warehouse):
        assert "without paper" in self.opening(warehouse, "NOPE").message


class TestAtOnce:
    """A program's scan that grades what it counts."""

    def test_one_scan_counts_and_grades(self, warehouse, theo):
        result = theo(LAMP, disposition="refurbish")
        assert (result.outcome, result.location, result.line) == (Outcome.ACCEPTED, "REFURBISH", LineCount(1, 1))
        assert standing(warehouse) == [("LAMP", 1, "refurbish", None, "REFURBISH")]

    def test_restock_takes_the_location_that_is_said(self, warehouse, theo):
        assert theo(LAMP, disposition="restock").outcome is Outcome.REFUSED
        theo(LAMP, disposition="restock", location="A-01-2")
        assert standing(warehouse) == [("LAMP", 1, "restock", None, "A-01-2")]

    def test_a_kit_is_graded_in_its_parts(self, warehouse, theo):
        theo("SET", disposition="scrap")
        assert warehouse.stock() == {
            ("SCRAP", "MUG-B"): 2, ("SCRAP", "LAMP"): 1, ("CUSTOMER", "MUG-B"): -2, ("CUSTOMER", "LAMP"): -1,
        }  # fmt: skip

    def test_its_reason_comes_with_it(self, warehouse, theo):
        result = theo(LAMP, disposition="damaged", reason="doa")
        assert result.message == "Desk lamp: 1 of 1. Damaged → DAMAGED (Does not work)."
        theo("SET", disposition="scrap", reason="BROKEN")
        assert standing(warehouse) == [
            ("LAMP", 1, "damaged", "DOA", "DAMAGED"), ("MUG-B", 2, "scrap", "BROKEN", "SCRAP"),
            ("LAMP", 1, "scrap", "BROKEN", "SCRAP"),
        ]  # fmt: skip
        theo(MUG)
        theo("CMD-DAMAGED", reason="DOA")
        assert ("MUG-B", 1, "damaged", "DOA", "DAMAGED") in standing(warehouse)
        assert "no reason" not in theo("CMD-DONE").message.lower()

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"disposition": "damaged", "reason": "NOPE"}, "reason"), ({"reason": "DOA"}, "disposition")],
        ids=["a reason that there is not", "a reason of no grade"],
    )
    def test_a_reason_that_cannot_be_is_a_bad_request(self, warehouse, theo, said, field):
        with pytest.raises(BadRequest) as refused:
            theo(LAMP, **said)
        assert (refused.value.field, warehouse.stock()) == (field, {})

    def test_a_reason_that_is_switched_off_is_a_bad_request(self, warehouse, theo):
        warehouse.database.transact(return_reasons.switch, "DOA", warehouse.operators["Sam"], active=False)
        with pytest.raises(BadRequest, match="in use, got 'DOA'"):
            theo(LAMP, disposition="damaged", reason="DOA")

    def test_the_same_scan_for_another_reason_is_another_scan(self, theo):
        same = {"id": uuid4(), "disposition": "scrap"}
        theo(LAMP, **same)
        with pytest.raises(Conflict):
            theo(LAMP, reason="DOA", **same)

    def test_undo_takes_all_of_it_back(self, warehouse, theo):
        theo(LAMP, disposition="scrap")
        theo("CMD-UNDO")
        assert (warehouse.stock(), standing(warehouse), warehouse.lines("RMA-1")[1]) == ({}, [], ("LAMP", 0))

    def test_a_word_that_is_no_disposition_is_a_bad_request(self, warehouse, theo):
        with pytest.raises(BadRequest):
            theo(LAMP, disposition="sell")
        assert warehouse.stock() == {}

    def test_the_same_scan_twice_grades_once(self, warehouse, theo):
        same = {"id": uuid4(), "disposition": "scrap"}
        first, again = theo(LAMP, **same), theo(LAMP, **same)
        assert (again.replayed, again.seq) == (True, first.seq)
        assert standing(warehouse) == [("LAMP", 1, "scrap", None, "SCRAP")]


class TestReasons:
    def change(self, warehouse, use_case, *args, **more):
        warehouse.database.transact(use_case, *args, warehouse.operators["Sam"], **more)

    def test_a_reason_that_was_given_cannot_be_deleted(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED-DOA")
        with pytest.raises(Conflict, match="switch it off instead"):
            self.change(warehouse, return_reasons.delete, "DOA")

    def test_one_that_was_never_given_can(self, warehouse):
        self.change(warehouse, return_reasons.delete, "DOA")
        with warehouse.database.read() as session:
            assert "DOA" not in {row.code for row in return_reasons.reasons(session)}

    def test_a_label_of_one_that_was_deleted_grades_nothing(self, warehouse, theo):
        self.change(warehouse, return_reasons.delete, "DOA")
        assert "There is no reason DOA" in theo(MUG, "CMD-DAMAGED-DOA").message
        assert theo("CMD-DAMAGED-BROKEN").outcome is Outcome.ACCEPTED

    def test_one_switched_off_is_refused_from_then_on_and_kept_where_it_was_given(self, warehouse, theo):
        theo(MUG, "CMD-DAMAGED-DOA")
        self.change(warehouse, return_reasons.switch, "DOA", active=False)
        assert theo(LAMP, "CMD-DAMAGED-DOA").outcome is Outcome.REFUSED
        assert standing(warehouse) == [("MUG-B", 1, "damaged", "DOA", "DAMAGED")]

    @pytest.mark.parametrize("code", ["", "TWO WORDS", "ÜBEL", "A" * 25, "A-B"])
    def test_a_code_that_no_label_can_carry_is_refused(self, warehouse, code):
        with pytest.raises(BadRequest):
            self.change(warehouse, return_reasons.add, code, "Name")

    def test_the_same_code_twice_is_refused(self, warehouse):
        self.change(warehouse, return_reasons.add, "moth", "Eaten by moths")
        with pytest.raises(Conflict):
            self.change(warehouse, return_reasons.add, "MOTH", "Again")


def test_two_clerks_at_once_count_and_grade_all_of_it(warehouse: Warehouse) -> None:
    warehouse.add_return("RMA-40", [("MUG-B", 40)])

    def work(clerk: tuple[str, str]) -> None:
        for _ in range(20):
            warehouse.scan(MUG, by=clerk[0], task="RMA-40", device=clerk[1])
            warehouse.scan("CMD-REFURBISH", by=clerk[0], task="RMA-40", device=clerk[1])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [("Theo", "bench-1"), ("Sam", "bench-2")]))
    assert sum(row[1] for row in standing(warehouse, "RMA-40")) == 40
    assert warehouse.stock() == {("REFURBISH", "MUG-B"): 40, ("CUSTOMER", "MUG-B"): -40}
