"""Undo on a task of any kind; on both databases."""

from __future__ import annotations

import pytest

from scanner.discrepancies.service import discrepancies, settle
from scanner.scans import ledger
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.workflows import SETTLERS
from tests.support.warehouse import MUG, MUG_CASE, NOW, SSCC, TEE, announce_carton

pytestmark = pytest.mark.usefixtures("the_record_agrees")


class TestWhatIsTakenBack:
    def test_undo_takes_the_last_scan_back(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(MUG_CASE)
        result = warehouse.scan("CMD-UNDO")
        assert (result.outcome, result.reason, result.units) == (Outcome.ACCEPTED, Reason.UNDONE, -12)
        assert result.line == LineCount(24, 1)
        assert warehouse.stock()[("DOCK", "MUG-B")] == 1

    def test_undo_again_takes_the_one_before(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(MUG_CASE)
        warehouse.scan("CMD-UNDO")
        assert warehouse.scan("cmd-undo").units == -1
        assert warehouse.stock() == {}

    def test_there_may_be_nothing_to_take_back(self, warehouse):
        warehouse.scan(MUG, by="Sam", device="handheld-2")
        result = warehouse.scan("CMD-UNDO")
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNDONE)

    def test_undo_of_what_waits_puts_it_aside_and_takes_nothing_else_back(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-UNDO").message == "T-shirt M: 4 put aside, not counted."
        assert warehouse.lines()[0] == ("MUG-B", 1)
        assert warehouse.scan(TEE, quantity=4).outcome is Outcome.HELD

    @pytest.mark.parametrize("other", [{"by": "Sam"}, {"device": "handheld-2"}], ids=["person", "device"])
    def test_nothing_of_another_person_or_device_is_taken_back(self, warehouse, other):
        warehouse.scan(MUG, **other)
        assert warehouse.scan("CMD-UNDO").message == "There is nothing of yours to take back."
        assert warehouse.lines()[0] == ("MUG-B", 1)

    def test_nothing_of_another_task_is_taken_back(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 1)])
        warehouse.scan(MUG)
        assert warehouse.scan("CMD-UNDO", task="PO-2").outcome is Outcome.REFUSED

    @pytest.mark.parametrize("after", ["nothing", "A-01-2", "CMD-NONSENSE"])
    def test_what_counted_nothing_is_passed_over(self, warehouse, after):
        warehouse.scan(MUG)
        warehouse.scan(after)
        assert warehouse.scan("CMD-UNDO").units == -1
        assert warehouse.lines()[0] == ("MUG-B", 0)

    def test_goods_come_back_from_where_they_were_put_and_the_next_go_where_they_went(self, warehouse):
        for code in ("A-01-1", MUG, "A-01-2", "CMD-UNDO"):
            warehouse.scan(code)
        assert warehouse.stock() == {}
        assert warehouse.scan(MUG).location == "A-01-2"

    def test_each_line_gets_back_what_it_got(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 5), ("MUG-B", 20)])
        warehouse.scan(MUG, task="PO-2", quantity=4)
        warehouse.scan(MUG_CASE, task="PO-2")
        assert warehouse.lines("PO-2") == [("MUG-B", 5), ("MUG-B", 11)]
        warehouse.scan("CMD-UNDO", task="PO-2")
        assert warehouse.lines("PO-2") == [("MUG-B", 4), ("MUG-B", 0)]

    def test_of_a_kit_all_parts_go_back(self, warehouse):
        warehouse.add_receipt("PO-3", [("SET", 4)])
        warehouse.scan("SET", task="PO-3", quantity=2)
        assert warehouse.scan("CMD-UNDO", task="PO-3").line == LineCount(4, 0)
        assert warehouse.stock() == {}

    def test_a_carton_is_taken_back_whole_and_may_come_again(self, warehouse):
        task = warehouse.add_receipt("PO-5", [("MUG-B", 24), ("LAMP", 2)])
        announce_carton(warehouse, task, [("MUG-B", 24), ("LAMP", 1)])
        warehouse.scan(SSCC, task="PO-5")
        assert warehouse.scan("CMD-UNDO", task="PO-5").message == "Taken back: the carton, 25 fewer."
        assert warehouse.lines("PO-5") == [("MUG-B", 0), ("LAMP", 0)]
        assert warehouse.scan(SSCC, task="PO-5").outcome is Outcome.ACCEPTED

    def test_it_names_the_scan_that_it_takes_back_and_leaves_that_as_it_was(self, warehouse):
        counted = warehouse.scan(MUG_CASE)
        undo = warehouse.scan("CMD-UNDO")
        with warehouse.database.read() as session:
            one, other = (ledger.get_scan(session, seq) for seq in (counted.seq, undo.seq))
        assert (other.undoes, other.units) == (counted.seq, -12)
        assert (one.outcome, one.units) == ("accepted", 12)


class TestWhatWaits:
    def test_what_was_put_aside_can_be_confirmed_no_more(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-UNDO")
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.REFUSED
        assert warehouse.lines()[2] == ("TEE-M", 0)

    def test_a_finish_that_waits_is_put_aside_and_the_task_goes_on(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan("CMD-DONE")
        assert warehouse.scan("CMD-UNDO").message == "Put aside: nothing was done."
        assert warehouse.scan(MUG).line == LineCount(24, 2)

    def test_the_next_undo_takes_back_what_counted_before(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-UNDO")
        assert warehouse.scan("CMD-UNDO").units == -1


class TestWhatStays:
    def test_of_a_finished_task_nothing_is_taken_back(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan("CMD-DONE", confirm=True)
        answer = warehouse.scan("CMD-UNDO")
        assert (answer.outcome, answer.reason, answer.units) == (Outcome.REFUSED, Reason.UNDONE, 0)
        assert answer.message == (
            "PO-1001 is finished: nothing of it can be taken back. "
            "Move goods with MOVES; a count of the shelf puts its number right."
        )
        assert warehouse.lines()[0] == ("MUG-B", 1)

    def test_a_scan_whose_discrepancy_is_settled_stays(self, warehouse):
        warehouse.scan(TEE, quantity=4, confirm=True)
        with warehouse.database.read() as session:
            found = discrepancies(session)[0].id
        warehouse.database.transact(
            settle, found, cause="receiving miscount", note="", operator=warehouse.operators["Sam"], now=NOW, settlers=SETTLERS
        )
        answer = warehouse.scan("CMD-UNDO")
        assert (answer.outcome, answer.message) == (
            Outcome.REFUSED, "The discrepancy of the last scan is settled: it cannot be taken back.",
        )  # fmt: skip
        assert warehouse.lines()[2] == ("TEE-M", 4)
