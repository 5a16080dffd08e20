"""Held goods add up, and only a yes takes them in: a scan is a label that somebody saw, whatever was answered before it."""

from __future__ import annotations

import pytest

from scanner.discrepancies.service import discrepancies, settle
from scanner.scans import held, tasks
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.workflows import SETTLERS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, SSCC, TEE, Warehouse, announce_carton

pytestmark = pytest.mark.usefixtures("the_record_agrees")

OLD_MUG = "]C101095011015300031720010110OLD"
SERIAL_MUG = "]C1010950110153000321S"


def open_ones(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    with warehouse.database.read() as session:
        return [(row.kind, row.sku, row.units) for row in discrepancies(session, state="open")]


def waiting(warehouse: Warehouse, reference: str = "PO-1001") -> dict[str | None, int]:
    """SKU -> units that wait on a task."""
    with warehouse.database.read() as session:
        task = tasks.get_task(session, reference)
        found: dict[str | None, int] = {}
        for each in held.waiting_on(session, task.id):
            found[each.sku] = found.get(each.sku, 0) + each.units
        return found


class TestTheSameCodeAgain:
    def test_is_another_unit_and_never_a_yes(self, warehouse):
        results = [warehouse.scan(TEE) for _ in range(10)]
        assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 3 + [Outcome.HELD] * 7
        assert (results[-1].units, results[-1].waiting) == (1, 7)
        assert "7 more than ordered wait" in results[-1].message
        assert (warehouse.lines()[2], waiting(warehouse)) == (("TEE-M", 3), {"TEE-M": 7})

    def test_is_none_to_a_question_either(self, warehouse):
        assert [warehouse.scan("CMD-DONE").outcome for _ in range(3)] == [Outcome.HELD] * 3

    def test_what_fits_counts_although_more_waits(self, warehouse):
        warehouse.scan(MUG, quantity=23)
        assert warehouse.scan(MUG_CASE).waiting == 12
        assert warehouse.scan(MUG).reason is Reason.COMPLETE
        assert warehouse.scan("CMD-CONFIRM").line == LineCount(24, 36)

    def test_of_a_serial_number_waits_once(self, warehouse):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        assert warehouse.scan(f"{SERIAL_MUG}1", task="PO-2").outcome is Outcome.HELD
        assert warehouse.scan(f"{SERIAL_MUG}1", task="PO-2").reason is Reason.DUPLICATE
        assert waiting(warehouse, "PO-2") == {"MUG-B": 1}


class TestAYes:
    def test_takes_in_all_that_waits_of_the_item(self, warehouse):
        for _ in range(10):
            warehouse.scan(TEE)
        result = warehouse.scan("CMD-CONFIRM")
        assert (result.outcome, result.reason, result.units) == (Outcome.ACCEPTED, Reason.OVER, 7)
        assert (warehouse.lines()[2], waiting(warehouse)) == (("TEE-M", 10), {})
        assert open_ones(warehouse) == [("over", "TEE-M", 7)]

    def test_lets_further_ones_count_at_once(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-CONFIRM")
        further = warehouse.scan(TEE)
        assert (further.outcome, further.reason) == (Outcome.ACCEPTED, Reason.OVER)
        assert (warehouse.lines()[2], open_ones(warehouse)) == (("TEE-M", 5), [("over", "TEE-M", 2)])

    @pytest.mark.parametrize(
        "other",
        [{"by": "Sam"}, {"device": "handheld-2"}, {"task": "PO-2"}],
        ids=["another person", "another device", "another task"],
    )
    def test_holds_for_this_person_device_and_task_alone(self, warehouse, other):
        warehouse.add_receipt("PO-2", [("TEE-M", 1)])
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-CONFIRM")
        assert warehouse.scan(TEE, **{"quantity": 4} | other).outcome is Outcome.HELD

    def test_to_more_than_ordered_is_none_to_another_doubt(self, warehouse):
        warehouse.scan(MUG, quantity=25)
        warehouse.scan("CMD-CONFIRM")
        assert warehouse.scan(OLD_MUG).reason is Reason.EXPIRED
        assert warehouse.scan(LAMP, quantity=7).outcome is Outcome.HELD

    def test_of_another_person_takes_in_nothing(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-CONFIRM", by="Sam").outcome is Outcome.REFUSED
        assert warehouse.scan("CMD-CONFIRM", device="handheld-2").outcome is Outcome.REFUSED
        assert waiting(warehouse) == {"TEE-M": 4}

    def test_on_one_scan_says_yes_to_that_alone(self, warehouse):
        warehouse.scan(TEE, quantity=3)
        warehouse.scan(TEE)
        assert warehouse.scan(TEE, confirm=True).outcome is Outcome.ACCEPTED
        assert warehouse.scan(TEE).waiting == 2
        assert warehouse.lines()[2] == ("TEE-M", 4)

    def test_takes_in_one_item_after_the_other_where_two_wait(self, warehouse):
        for code in (TEE, LAMP, TEE, LAMP, TEE):
            warehouse.scan(code, quantity=9)
        first, second = warehouse.scan("CMD-CONFIRM"), warehouse.scan("CMD-CONFIRM")
        assert (first.item.sku, first.units, second.item.sku, second.units) == ("TEE-M", 27, "LAMP", 18)
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.REFUSED

    def test_may_come_after_other_scans(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        for code in (MUG, "A-01-1", "nothing"):
            warehouse.scan(code)
        assert warehouse.scan("CMD-CONFIRM").units == 4

    def test_puts_in_quarantine_only_what_is_past_its_date(self, warehouse):
        warehouse.scan(MUG, quantity=24)
        warehouse.scan(MUG, quantity=2)
        warehouse.scan(OLD_MUG)
        assert warehouse.scan("CMD-CONFIRM").units == 3
        assert (warehouse.stock()["QUARANTINE", "MUG-B"], warehouse.stock()["DOCK", "MUG-B"]) == (1, 26)
        assert sorted(open_ones(warehouse)) == [("expired", "MUG-B", 1), ("over", "MUG-B", 3)]

    def test_puts_goods_where_they_were_scanned_though_the_person_has_gone_on(self, warehouse):
        for code in ("A-01-1", TEE, TEE, TEE, TEE, "A-01-2", TEE):
            warehouse.scan(code)
        assert (warehouse.scan("CMD-CONFIRM").units, warehouse.scan(MUG).location) == (2, "A-01-2")
        assert (warehouse.stock()["A-01-1", "TEE-M"], warehouse.stock()["A-01-2", "TEE-M"]) == (4, 1)

    def test_takes_in_what_was_held_though_its_barcode_stands_for_other_units_now(self, warehouse):
        warehouse.scan(MUG, quantity=24)
        assert warehouse.scan(MUG_CASE).waiting == 12
        warehouse.set_units(MUG_CASE, 24)
        assert warehouse.scan("CMD-CONFIRM").units == 12

    def test_lets_no_other_doubt_pass(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-CONFIRM")
        assert warehouse.scan(TEE, quantity=5_901).outcome is Outcome.HELD

    def test_takes_in_a_carton_of_several_items_whole(self, warehouse):
        task = warehouse.add_receipt("PO-5", [("MUG-B", 1)])
        announce_carton(warehouse, task, [("MUG-B", 24), ("LAMP", 1)])
        assert warehouse.scan(SSCC, task="PO-5").outcome is Outcome.HELD
        assert warehouse.scan(SSCC, task="PO-5").reason is Reason.DUPLICATE
        assert warehouse.scan("CMD-CONFIRM", task="PO-5").units == 25
        assert warehouse.scan(SSCC, task="PO-5").reason is Reason.DUPLICATE

    def test_does_not_count_a_serial_number_that_came_in_meanwhile(self, warehouse):
        for reference in ("PO-2", "PO-3"):
            warehouse.add_receipt(reference, [("LAMP", 1)])
        for code in (f"{SERIAL_MUG}1", f"{SERIAL_MUG}2"):
            warehouse.scan(code, task="PO-2")
        warehouse.scan(f"{SERIAL_MUG}1", task="PO-3", confirm=True)
        assert warehouse.scan("CMD-CONFIRM", task="PO-2").units == 1
        assert waiting(warehouse, "PO-2") == {}


class TestANo:
    def test_leaves_out_all_that_waits_of_the_item_and_notes_it(self, warehouse):
        for _ in range(5):
            warehouse.scan(TEE)
        result = warehouse.scan("CMD-LEAVE")
        assert (result.outcome, "2 units left out" in result.message) == (Outcome.ACCEPTED, True)
        assert (warehouse.lines()[2], waiting(warehouse)) == (("TEE-M", 3), {})
        assert open_ones(warehouse) == [("left out", "TEE-M", 2)]

    def test_is_taken_back_by_undo(self, warehouse):
        warehouse.scan(TEE, quantity=5)
        warehouse.scan("CMD-LEAVE")
        assert "5 wait for an answer again" in warehouse.scan("CMD-UNDO").message
        assert (waiting(warehouse), open_ones(warehouse)) == ({"TEE-M": 5}, [])

    def test_whose_discrepancy_is_settled_stays(self, warehouse):
        warehouse.scan(TEE, quantity=5)
        warehouse.scan("CMD-LEAVE")
        sam = warehouse.operators["Sam"]
        warehouse.database.transact(settle, 1, cause="unknown", note="", operator=sam, now=NOW, settlers=SETTLERS)
        assert warehouse.scan("CMD-UNDO").outcome is Outcome.REFUSED

    def test_to_nothing_is_refused(self, warehouse):
        assert warehouse.scan("CMD-LEAVE").outcome is Outcome.REFUSED


class TestUndo:
    def test_puts_aside_one_held_scan_after_the_other(self, warehouse):
        warehouse.scan(TEE, quantity=3)
        for _ in range(2):
            warehouse.scan(TEE)
        assert warehouse.scan("CMD-UNDO").message == "T-shirt M: 1 put aside, not counted. 1 waits still."
        assert warehouse.scan("CMD-UNDO").message == "T-shirt M: 1 put aside, not counted."
        assert warehouse.scan("CMD-UNDO").units == -3

    def test_takes_back_what_came_last_though_something_waits(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        warehouse.scan(MUG)
        assert warehouse.scan("CMD-UNDO").units == -1
        assert waiting(warehouse) == {"TEE-M": 4}

    def test_of_a_yes_makes_all_wait_again_and_further_ones_are_held(self, warehouse):
        for _ in range(5):
            warehouse.scan(TEE)
        warehouse.scan("CMD-CONFIRM")
        undone = warehouse.scan("CMD-UNDO")
        assert (undone.units, undone.line) == (-2, LineCount(3, 3))
        assert (waiting(warehouse), open_ones(warehouse)) == ({"TEE-M": 2}, [])
        assert warehouse.scan(TEE).waiting == 3
        assert warehouse.scan("CMD-CONFIRM").units == 3


class TestFinishing:
    def test_names_what_waits_even_where_nothing_is_short(self, warehouse):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        warehouse.scan(LAMP, task="PO-2")
        warehouse.scan(LAMP, task="PO-2")
        asked = warehouse.scan("CMD-DONE", task="PO-2")
        assert (asked.outcome, asked.reason) == (Outcome.HELD, Reason.SHORT)
        assert "1 waits for an answer: 1 Desk lamp" in asked.message

    @pytest.mark.parametrize(
        ("answer", "came", "noted"), [("CMD-CONFIRM", 3, ("over", "LAMP", 2)), ("CMD-LEAVE", 1, ("left out", "LAMP", 2))]
    )
    def test_takes_in_or_leaves_out_what_anybody_holds(self, warehouse, answer, came, noted):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        warehouse.scan(LAMP, task="PO-2")
        warehouse.scan(LAMP, task="PO-2")
        warehouse.scan(LAMP, task="PO-2", by="Sam", device="handheld-2")
        warehouse.scan("CMD-DONE", task="PO-2")
        assert warehouse.scan(answer, task="PO-2").outcome is Outcome.ACCEPTED
        assert warehouse.lines("PO-2") == [("LAMP", came)]
        assert (open_ones(warehouse), waiting(warehouse, "PO-2")) == ([noted], {})
        assert warehouse.scan(LAMP, task="PO-2").outcome is Outcome.REFUSED

    def test_a_no_where_nothing_waits_leaves_the_task_open(self, warehouse):
        warehouse.scan("CMD-DONE")
        assert warehouse.scan("CMD-LEAVE").reason is Reason.UNDONE
        assert warehouse.scan(MUG).line == LineCount(24, 1)

    def test_asks_again_about_what_was_held_since_the_question(self, warehouse):
        warehouse.scan("CMD-DONE")
        warehouse.scan(TEE, quantity=5, by="Sam", device="handheld-2")
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.HELD
        assert warehouse.lines()[2] == ("TEE-M", 0)
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.ACCEPTED
        assert warehouse.lines()[2] == ("TEE-M", 5)

    def test_with_a_yes_to_finishing_alone_is_held(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-DONE", confirm=True).outcome is Outcome.HELD

    def test_sent_again_answers_and_counts_once(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-DONE")
        yes = warehouse.request("CMD-CONFIRM")
        first, again = (warehouse.send(yes) for _ in range(2))
        assert (first.outcome, again.replayed, warehouse.lines()[2]) == (Outcome.ACCEPTED, True, ("TEE-M", 4))


def test_a_held_scan_sent_again_waits_once(warehouse):
    one = warehouse.request(TEE, quantity=4)
    assert [warehouse.send(one).replayed for _ in range(2)] == [False, True]
    assert waiting(warehouse) == {"TEE-M": 4}
