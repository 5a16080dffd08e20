"""Labels that say more or less than an item: what cannot be read, a lot alone, codes in any case, characters nobody prints."""

from __future__ import annotations

import pytest
from sqlmodel import select

from scanner.scans.result import LineCount, Outcome, Reason
from scanner.scans.tables import Scan
from tests.support.warehouse import LAMP, MUG, MUG_CASE, Warehouse

pytestmark = pytest.mark.usefixtures("the_record_agrees")

APRIL_31 = "]C1010950110153000380082604310000\x1d10L1"


def last_row(warehouse: Warehouse) -> Scan:
    with warehouse.database.read() as session:
        return session.exec(select(Scan).order_by(Scan.seq.desc())).first()


class TestUnreadable:
    def test_the_item_is_found_held_and_the_element_named(self, warehouse):
        held = warehouse.scan(APRIL_31)
        assert (held.outcome, held.reason, held.item.sku) == (Outcome.HELD, Reason.COUNTED, "MUG-B")
        assert "(8008) 2604310000: no such date" in held.message
        assert warehouse.lines()[0] == ("MUG-B", 0)

    def test_a_yes_takes_it_in_and_further_ones_count(self, warehouse):
        for _ in range(2):
            warehouse.scan(APRIL_31)
        assert warehouse.scan("CMD-CONFIRM").line == LineCount(24, 2)
        assert warehouse.scan(APRIL_31).line == LineCount(24, 3)
        assert last_row(warehouse).lot == "L1"

    def test_a_program_says_yes_in_one_call(self, warehouse):
        assert warehouse.scan(APRIL_31, confirm=True).outcome is Outcome.ACCEPTED

    def test_more_than_ordered_is_the_graver_doubt(self, warehouse):
        warehouse.scan(MUG, quantity=24)
        assert warehouse.scan(APRIL_31).reason is Reason.OVER

    def test_it_is_held_on_a_return_too(self, warehouse):
        warehouse.add_return("RMA-1", [("MUG-B", 2)])
        held = warehouse.scan(APRIL_31, by="Theo", task="RMA-1")
        assert held.outcome is Outcome.HELD
        assert warehouse.scan("CMD-CONFIRM", by="Theo", task="RMA-1").line == LineCount(2, 1)


class TestALotAlone:
    def test_is_of_the_item_scanned_before(self, warehouse):
        warehouse.scan(MUG_CASE)
        noted = warehouse.scan("]C11729123110L1")
        assert (noted.outcome, noted.item.sku, noted.units) == (Outcome.ACCEPTED, "MUG-B", 0)
        assert noted.message == "Mug, blue: lot L1 and expiry 31 Dec 2029 noted for the 12 scanned before."
        row = last_row(warehouse)
        assert (row.lot, str(row.expiry), warehouse.lines()[0]) == ("L1", "2029-12-31", ("MUG-B", 12))

    def test_before_any_item_asks_for_it(self, warehouse):
        assert "Scan the item first" in warehouse.scan("(10)L1").message

    def test_past_its_date_takes_the_goods_back_and_holds_them(self, warehouse):
        warehouse.scan(MUG_CASE)
        late = warehouse.scan("(17)200101(10)L1")
        assert (late.outcome, late.reason, late.waiting, warehouse.lines()[0]) == (
            Outcome.HELD, Reason.EXPIRED, 12, ("MUG-B", 0),
        )  # fmt: skip
        warehouse.scan("CMD-CONFIRM")
        assert warehouse.stock()["QUARANTINE", "MUG-B"] == 12

    def test_past_its_date_cannot_be_restocked_on_a_return(self, warehouse):
        warehouse.add_return("RMA-1", [("MUG-B", 2)])
        for code in (MUG, "(17)200101", "CMD-RESTOCK"):
            answer = warehouse.scan(code, by="Theo", task="RMA-1")
        assert (answer.outcome, answer.reason) == (Outcome.REFUSED, Reason.EXPIRED)

    def test_is_of_the_goods_that_wait_where_those_came_last(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(LAMP, quantity=9)
        assert warehouse.scan("(10)L1").item.sku == "LAMP"
        warehouse.scan("nobody-knows")
        assert "Scan the item first" in warehouse.scan("(10)L2").message

    def test_with_a_count_is_not_dropped_in_silence(self, warehouse):
        warehouse.scan(MUG)
        assert warehouse.scan("]C13024").outcome is Outcome.REFUSED

    def test_with_a_serial_number_keeps_it_once(self, warehouse):
        for code in (LAMP, "(21)S1", LAMP):
            warehouse.scan(code)
        assert warehouse.scan("(21)S1").reason is Reason.DUPLICATE

    def test_is_no_unknown_code_to_link(self, warehouse):
        warehouse.scan("(10)L1")
        assert last_row(warehouse).reason != "unknown"


class TestOneSerial:
    @pytest.mark.parametrize(
        "scan", [{"code": "(02)09501101530010(37)5(21)S1"}, {"code": "(01)09501101530010(21)S1", "quantity": 5}]
    )
    def test_cannot_count_five_times_whichever_way_it_is_said(self, warehouse, scan):
        refused = warehouse.scan(**scan)
        assert (refused.reason, "Serial S1 exists once" in refused.message) == (Reason.DUPLICATE, True)

    def test_of_a_makers_label_is_in_once_as_well(self, warehouse):
        label = "[)>\x1e06\x1d1PLAMP\x1dS7\x1e\x04"
        assert warehouse.scan(label).reason is Reason.COUNTED
        assert warehouse.scan(label).reason is Reason.DUPLICATE


class TestAnyCase:
    @pytest.mark.parametrize("code", ["lamp", "Lamp", "mug-b"])
    def test_an_item_is_found_though_caps_lock_swapped_its_letters(self, warehouse, code):
        assert warehouse.scan(code).reason is Reason.COUNTED

    def test_a_shelf_as_well(self, warehouse):
        assert warehouse.scan("a-01-1").location == "A-01-1"

    def test_where_two_differ_by_case_alone_neither_is_guessed(self, warehouse):
        warehouse.add_items(["ab-1", "AB-1"])
        assert warehouse.scan("Ab-1").reason is Reason.UNKNOWN
        assert warehouse.scan("ab-1").item.sku == "ab-1"


class TestLargeQuantities:
    def test_more_than_anybody_means_is_asked_about_in_a_count_and_on_a_return_without_paper(self, warehouse):
        warehouse.add_return("UN-1", [], announced=False)
        held = warehouse.scan(LAMP, by="Theo", task="UN-1", quantity=99_999)
        assert (held.outcome, held.waiting) == (Outcome.HELD, 99_999)
        assert warehouse.scan("CMD-UNDO", by="Theo", task="UN-1").outcome is Outcome.ACCEPTED
        assert warehouse.scan(LAMP, by="Theo", task="UN-1").units == 1

    def test_as_many_as_were_ordered_are_not(self, warehouse):
        warehouse.add_receipt("PO-9", [("LAMP", 5_000)])
        assert warehouse.scan(LAMP, task="PO-9", quantity=5_000).reason is Reason.COMPLETE

    def test_a_grade_is_no_goods(self, warehouse):
        warehouse.add_return("UN-1", [], announced=False)
        for code, quantity in ((MUG, 1_500), ("CMD-CONFIRM", 1), ("CMD-SCRAP", 1_500)):
            graded = warehouse.scan(code, by="Theo", task="UN-1", quantity=quantity)
        assert (graded.outcome, graded.reason) == (Outcome.ACCEPTED, Reason.GRADED)

    def test_a_yes_to_one_is_none_to_the_next(self, warehouse):
        warehouse.add_return("UN-1", [], announced=False)
        for _ in range(2):
            assert warehouse.scan(LAMP, by="Theo", task="UN-1", quantity=2_000).outcome is Outcome.HELD
            warehouse.scan("CMD-CONFIRM", by="Theo", task="UN-1")


@pytest.mark.parametrize("label", ["RMA-1", "SO-1", "ASN-9"])
def test_the_label_of_another_task_is_no_code_to_link(warehouse, label):
    warehouse.add_return("RMA-1", [("LAMP", 1)], "SO-1")
    warehouse.add_receipt("PO-9", [("LAMP", 1)], asn="ASN-9")
    warehouse.add_receipt("PO-8", [("LAMP", 1)])
    answer = warehouse.scan(label, task="PO-8")
    assert answer.reason is not Reason.UNKNOWN


ODD = ["[)>\x1e06\x1d1PLAMP\x1dQ2\x1e\x04", "\x02LAMP\x03", "a\x00b", "\ud800", "\x1b[2J", "(30)00", "x" * 600, "\u200b"]


@pytest.mark.parametrize("code", ODD, ids=range(len(ODD)))
def test_whatever_a_scanner_types_is_recorded(warehouse, code):
    answer = warehouse.scan(code)
    row = last_row(warehouse)
    assert row.seq == answer.seq and len(row.code) <= 512


def test_a_makers_label_counts_its_quantity(warehouse):
    assert warehouse.scan(ODD[0]).line == LineCount(6, 2)
    assert warehouse.scan(LAMP).line == LineCount(6, 3)


def test_an_expiry_behind_goods_that_wait_is_theirs(warehouse):
    warehouse.scan(LAMP, quantity=9)
    late = warehouse.scan("]C117200101")
    assert (late.outcome, late.reason, late.waiting) == (Outcome.HELD, Reason.EXPIRED, 9)
    warehouse.scan("CMD-CONFIRM")
    assert warehouse.stock()["QUARANTINE", "LAMP"] == 9


class TestOfAnotherTask:
    @pytest.mark.parametrize(
        ("task", "label", "opens"),
        [
            pytest.param("PO-1001", "MOVES", "MOVES", id="a task without an end, which nobody used yet"),
            pytest.param("PO-1001", "PICKS", "PICKS", id="another one"),
            pytest.param("MOVES", "PO-1001", "PO-1001", id="a receipt"),
            pytest.param("MOVES", "ASN-77", "PO-1001", id="a receipt by its ASN"),
            pytest.param("PICKS", "MOVES", "MOVES", id="from one that has no end, too"),
        ],
    )
    def test_opens_it_and_counts_nothing(self, warehouse, task, label, opens):
        said = warehouse.scan(label, task=task)
        assert (said.outcome, said.reason, said.opens) == (Outcome.ACCEPTED, Reason.LOCATED, opens)
        assert said.units == 0 and warehouse.lines()[0] == ("MUG-B", 0)

    def test_of_a_kind_that_the_person_may_not_scan_is_refused(self, warehouse):
        warehouse.add_return("RMA-1", [("MUG-B", 1)])
        refused = warehouse.scan("RMA-1")
        assert (refused.outcome, refused.reason, refused.opens) == (Outcome.REFUSED, Reason.UNEXPECTED, None)
        assert refused.message == "RMA-1 is the label of another task: open that one first. Nothing was counted."

    def test_leaves_in_hand_what_is_in_hand(self, warehouse):
        warehouse.add_return("RMA-1", [("MUG-B", 1)])
        for code in (MUG, "MOVES", "CMD-SCRAP"):
            said = warehouse.scan(code, by="Theo", task="RMA-1")
        assert said.reason is Reason.GRADED

    def test_leaves_what_waits_waiting(self, warehouse):
        warehouse.scan(MUG, quantity=25)
        assert warehouse.scan("MOVES").opens == "MOVES"
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.ACCEPTED and warehouse.lines()[0] == ("MUG-B", 25)

    def test_waits_for_the_answer_to_a_question(self, warehouse):
        warehouse.scan("CMD-DONE")
        refused = warehouse.scan("MOVES")
        assert refused.opens is None and "answer what was asked first" in refused.message

    def test_of_a_recount_is_told_to_nobody(self, warehouse):
        assert warehouse.scan("C-000001-R1").reason is Reason.UNKNOWN
