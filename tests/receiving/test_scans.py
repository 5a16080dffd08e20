"""What comes of each scan on a receipt, one fact a test, on both databases."""

from __future__ import annotations

import pytest

from scanner.discrepancies.service import discrepancies, settle
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.scans.verify import verify
from scanner.workflows import SETTLERS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, SSCC, TEE, Warehouse, announce_carton

EXPIRED_MUG = "]C101095011015300031720010110OLD"
SERIAL_LAMP = "]C1010950110153001021SN7"


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


def open_ones(warehouse: Warehouse, state: str = "open") -> list[tuple[str, str, int]]:
    with warehouse.database.read() as session:
        return [(row.kind, row.sku, row.units) for row in discrepancies(session, state=state)]


class TestCounting:
    def test_an_expected_item_is_counted(self, warehouse):
        result = warehouse.scan(MUG)
        assert (result.outcome, result.reason) == (Outcome.ACCEPTED, Reason.COUNTED)
        assert result.line == LineCount(24, 1)
        assert result.item.sku == "MUG-B"
        assert result.message == "Mug, blue: 1 of 24."

    def test_goods_go_from_the_supplier_to_the_dock(self, warehouse):
        result = warehouse.scan(MUG)
        assert result.location == "DOCK"
        assert warehouse.stock() == {("DOCK", "MUG-B"): 1, ("SUPPLIER", "MUG-B"): -1}

    def test_a_case_label_counts_the_case(self, warehouse):
        assert warehouse.scan(MUG_CASE).line == LineCount(24, 12)

    def test_a_quantity_multiplies_what_the_label_counts(self, warehouse):
        assert warehouse.scan(MUG_CASE, quantity=2).units == 24

    @pytest.mark.parametrize("ai", ["30", "37"])
    def test_a_gs1_count_multiplies_the_case(self, warehouse, ai):
        warehouse.add_receipt("PO-9", [("MUG-B", 36)])
        assert warehouse.scan(f"]C102{MUG_CASE}{ai}3", task="PO-9").line == LineCount(36, 36)

    @pytest.mark.parametrize(
        "code", [MUG, "09501101530003", "MUG-B", "]E09501101530003", "(01)09501101530003(10)L1", "0109501101530003"]
    )
    def test_every_spelling_of_an_item_resolves(self, warehouse, code):
        assert warehouse.scan(code).item.sku == "MUG-B"

    def test_the_last_unit_completes_the_line(self, warehouse):
        result = warehouse.scan(TEE, quantity=3)
        assert (result.outcome, result.reason) == (Outcome.ACCEPTED, Reason.COMPLETE)
        assert result.message == "T-shirt M: all 3 are here."

    def test_two_lines_of_an_item_fill_in_order(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 5), ("LAMP", 1), ("MUG-B", 20)])
        result = warehouse.scan(MUG_CASE, task="PO-2")
        assert warehouse.lines("PO-2") == [("MUG-B", 5), ("LAMP", 0), ("MUG-B", 7)]
        assert result.line == LineCount(25, 12)

    def test_a_kit_books_its_parts(self, warehouse):
        warehouse.add_receipt("PO-3", [("SET", 4)])
        warehouse.scan("SET", task="PO-3", quantity=2)
        assert warehouse.lines("PO-3") == [("SET", 2)]
        assert warehouse.stock() == {
            ("DOCK", "MUG-B"): 4, ("DOCK", "LAMP"): 2, ("SUPPLIER", "MUG-B"): -4, ("SUPPLIER", "LAMP"): -2,
        }  # fmt: skip


class TestOver:
    def test_more_than_ordered_is_held(self, warehouse):
        warehouse.scan(TEE, quantity=3)
        result = warehouse.scan(TEE)
        assert (result.outcome, result.reason) == (Outcome.HELD, Reason.OVER)
        assert warehouse.lines()[2] == ("TEE-M", 3)
        assert "Take it in?" in result.message

    def test_the_confirm_command_confirms_too(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-CONFIRM").reason is Reason.OVER
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.REFUSED

    def test_a_program_may_confirm_in_one_call(self, warehouse):
        assert warehouse.scan(TEE, quantity=4, confirm=True).outcome is Outcome.ACCEPTED

    def test_over_adds_up_in_one_discrepancy(self, warehouse):
        warehouse.scan(TEE, quantity=5, confirm=True)
        warehouse.scan(TEE, confirm=True)
        assert open_ones(warehouse) == [("over", "TEE-M", 3)]

    def test_the_sentence_says_how_much_is_over_in_all(self, warehouse):
        warehouse.scan(TEE, quantity=5, confirm=True)
        assert warehouse.scan(TEE, confirm=True).message == "T-shirt M: 6 of 3, 3 over. Noted for purchasing."


class TestUnexpected:
    def test_an_item_of_another_order_is_held(self, warehouse):
        warehouse.add_receipt("PO-4", [("LAMP", 1)])
        result = warehouse.scan(MUG, task="PO-4")
        assert (result.outcome, result.reason) == (Outcome.HELD, Reason.UNEXPECTED)
        assert warehouse.stock() == {}

    def test_confirmed_it_goes_to_quarantine_with_a_discrepancy(self, warehouse):
        warehouse.add_receipt("PO-4", [("LAMP", 1)])
        warehouse.scan(MUG, task="PO-4")
        result = warehouse.scan("CMD-CONFIRM", task="PO-4")
        assert (result.outcome, result.reason) == (Outcome.ACCEPTED, Reason.UNEXPECTED)
        assert warehouse.stock()[("QUARANTINE", "MUG-B")] == 1
        assert open_ones(warehouse) == [("unexpected", "MUG-B", 1)]

    def test_a_finished_receipt_takes_no_more(self, warehouse):
        warehouse.scan("CMD-DONE", confirm=True)
        result = warehouse.scan(MUG)
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNEXPECTED)
        assert "finished" in result.message


class TestUnknown:
    @pytest.mark.parametrize("code", ["4006381333931", "<b>bold</b>", "'; DROP TABLE scan; --", "日本", "x" * 512])
    def test_a_code_that_no_item_has_is_kept_and_counts_nothing(self, warehouse, code):
        result = warehouse.scan(code)
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNKNOWN)
        assert warehouse.stock() == {}

    def test_a_wrong_check_digit_is_named(self, warehouse):
        assert "check digit is 4, expected 3" in warehouse.scan("9501101530004").message

    def test_a_command_that_is_none_here_is_no_unknown_code(self, warehouse):
        result = warehouse.scan("CMD-NONSENSE")
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNEXPECTED)

    def test_a_carton_that_nobody_announced_is_unknown(self, warehouse):
        result = warehouse.scan(f"00{SSCC}")
        assert result.reason is Reason.UNKNOWN
        assert "not announced" in result.message


class TestDuplicate:
    def test_a_carton_counts_what_was_announced_in_it(self, warehouse):
        task = warehouse.add_receipt("PO-5", [("MUG-B", 24), ("LAMP", 2)])
        announce_carton(warehouse, task, [("MUG-B", 24), ("LAMP", 1)])
        assert warehouse.scan(f"]C100{SSCC}", task="PO-5").units == 25
        assert warehouse.lines("PO-5") == [("MUG-B", 24), ("LAMP", 1)]

    def test_its_second_scan_is_a_duplicate(self, warehouse):
        task = warehouse.add_receipt("PO-5", [("MUG-B", 24)])
        announce_carton(warehouse, task, [("MUG-B", 12)])
        warehouse.scan(f"00{SSCC}", task="PO-5")
        result = warehouse.scan(f"00{SSCC}", task="PO-5", device="handheld-2")
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.DUPLICATE)
        assert warehouse.lines("PO-5") == [("MUG-B", 12)]

    def test_a_serial_counts_once_in_the_whole_warehouse(self, warehouse):
        warehouse.add_receipt("PO-6", [("LAMP", 2)])
        assert warehouse.scan(SERIAL_LAMP).reason is Reason.COUNTED
        assert warehouse.scan(SERIAL_LAMP, task="PO-6").reason is Reason.DUPLICATE

    def test_a_serial_cannot_stand_for_several(self, warehouse):
        assert warehouse.scan(SERIAL_LAMP, quantity=2).reason is Reason.DUPLICATE

    def test_once_taken_back_it_may_come_again(self, warehouse):
        warehouse.scan(SERIAL_LAMP)
        warehouse.scan("CMD-UNDO")
        assert warehouse.scan(SERIAL_LAMP).reason is Reason.COUNTED


class TestExpired:
    def test_goods_past_their_date_are_held(self, warehouse):
        result = warehouse.scan(EXPIRED_MUG)
        assert (result.outcome, result.reason) == (Outcome.HELD, Reason.EXPIRED)
        assert "1 Jan 2020" in result.message

    def test_confirmed_they_go_to_quarantine_with_a_discrepancy(self, warehouse):
        warehouse.scan(EXPIRED_MUG)
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.ACCEPTED
        assert warehouse.stock()[("QUARANTINE", "MUG-B")] == 1
        assert open_ones(warehouse) == [("expired", "MUG-B", 1)]

    def test_goods_are_good_on_the_last_day(self, warehouse):
        assert warehouse.scan("]C101095011015300031726112310L").reason is Reason.COUNTED


class TestLocated:
    def test_a_shelf_label_sets_where_goods_go(self, warehouse):
        assert warehouse.scan("A-01-1").reason is Reason.LOCATED
        assert warehouse.scan(MUG).location == "A-01-1"
        assert warehouse.stock()[("A-01-1", "MUG-B")] == 1

    def test_it_holds_for_this_person_and_device_alone(self, warehouse):
        warehouse.scan("A-01-1")
        assert warehouse.scan(MUG, by="Sam", device="handheld-2").location == "DOCK"

    def test_nobody_puts_goods_into_a_virtual_place(self, warehouse):
        result = warehouse.scan("SUPPLIER")
        assert result.outcome is Outcome.REFUSED
        assert warehouse.scan(MUG).location == "DOCK"

    def test_a_program_names_the_place_in_the_scan(self, warehouse):
        assert warehouse.scan(MUG, location="A-01-2").location == "A-01-2"

    def test_another_receipts_label_leads_there(self, warehouse):
        warehouse.add_receipt("PO-7", [("LAMP", 1)])
        result = warehouse.scan("PO-7")
        assert (result.outcome, result.opens) == (Outcome.ACCEPTED, "PO-7")


class TestUndone:
    def test_the_discrepancy_of_an_undone_scan_is_withdrawn(self, warehouse):
        warehouse.scan(TEE, quantity=4, confirm=True)
        warehouse.scan("CMD-UNDO")
        assert open_ones(warehouse) == []
        assert open_ones(warehouse, "withdrawn") == [("over", "TEE-M", 0)]

    def test_over_twice_and_undone_once_leaves_the_first(self, warehouse):
        warehouse.scan(TEE, quantity=5, confirm=True)
        warehouse.scan(TEE, confirm=True)
        warehouse.scan("CMD-UNDO")
        assert open_ones(warehouse) == [("over", "TEE-M", 2)]


class TestShort:
    def test_finishing_with_lines_short_is_held(self, warehouse):
        warehouse.scan(MUG_CASE)
        result = warehouse.scan("CMD-DONE")
        assert (result.outcome, result.reason) == (Outcome.HELD, Reason.SHORT)
        assert result.message.startswith("Missing: ") and ". 2 items were not scanned. Finish" in result.message

    @pytest.mark.parametrize(
        ("code", "asked"),
        [
            ("CMD-DONE", "Finish PO-1001 short, and wait for no more of it? Scan CMD-CONFIRM to say yes."),
            ("CMD-BACKORDER", "Finish PO-1001 and keep that on order? Scan CMD-CONFIRM to say yes."),
        ],
    )
    def test_each_way_of_finishing_asks_its_own_words_and_names_what_is_short(self, warehouse, code, asked):
        warehouse.scan(MUG_CASE)
        message = warehouse.scan(code).message
        assert message.startswith("Missing: 12 Mug, blue, 6 Desk lamp and 3 T-shirt M.") and message.endswith(asked)

    def test_the_other_way_of_finishing_is_asked_anew(self, warehouse):
        warehouse.scan("CMD-DONE")
        assert warehouse.scan("CMD-BACKORDER").outcome is Outcome.HELD
        assert "rest stays on order" in warehouse.scan("CMD-CONFIRM").message

    def test_of_many_short_items_the_largest_are_named(self, warehouse):
        warehouse.add_items([f"ITEM-{number}" for number in range(6)])
        warehouse.add_receipt("PO-6", [(f"ITEM-{number}", 10 + number) for number in range(6)])
        assert (
            "15 ITEM-5, 14 ITEM-4, 13 ITEM-3, 12 ITEM-2 and 21 of 2 other items"
            in warehouse.scan("CMD-DONE", task="PO-6").message
        )

    def test_a_yes_finishes_and_opens_discrepancies(self, warehouse):
        warehouse.scan(MUG_CASE)
        assert [warehouse.scan("CMD-DONE").outcome for _ in range(2)] == [Outcome.HELD] * 2
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.ACCEPTED
        assert open_ones(warehouse) == [("short", "MUG-B", 12), ("short", "LAMP", 6), ("short", "TEE-M", 3)]

    def test_a_discrepancy_has_a_value_and_an_owner(self, warehouse):
        warehouse.scan("CMD-DONE", confirm=True)
        with warehouse.database.read() as session:
            lamp = next(row for row in discrepancies(session) if row.sku == "LAMP")
        assert (str(lamp.value), lamp.owner) == ("108.00", "purchasing")

    def test_the_rest_stays_on_order_where_wanted(self, warehouse):
        warehouse.scan(MUG_CASE)
        warehouse.scan("CMD-BACKORDER", confirm=True)
        assert warehouse.lines("PO-1001/2") == [("MUG-B", 0), ("LAMP", 0), ("TEE-M", 0)]
        assert warehouse.scan(MUG_CASE, task="PO-1001/2").line == LineCount(12, 12)

    def test_a_full_receipt_finishes_at_once(self, warehouse):
        warehouse.add_receipt("PO-8", [("LAMP", 1)])
        warehouse.scan(LAMP, task="PO-8")
        result = warehouse.scan("CMD-DONE", task="PO-8")
        assert (result.outcome, result.reason) == (Outcome.ACCEPTED, Reason.COMPLETE)

    def test_a_code_that_is_not_linked_yet_holds_it(self, warehouse):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        warehouse.scan(LAMP, task="PO-2")
        warehouse.scan("NEW-CODE", task="PO-2")
        result = warehouse.scan("CMD-DONE", task="PO-2")
        assert result.outcome is Outcome.HELD
        assert "1 unknown code not linked, so not counted" in result.message


class TestOverFollowsTheCount:
    def test_an_undo_by_another_device_takes_it_off(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 24)])
        warehouse.scan(MUG, quantity=24, task="PO-2")
        warehouse.scan(MUG, task="PO-2", device="handheld-2", confirm=True)
        warehouse.scan("CMD-UNDO", task="PO-2")
        assert open_ones(warehouse) == []
        warehouse.scan(MUG, quantity=24, task="PO-2", confirm=True)
        assert open_ones(warehouse) == [("over", "MUG-B", 1)]

    def test_what_was_settled_is_not_opened_again(self, warehouse):
        warehouse.scan(TEE, quantity=5, confirm=True)
        with warehouse.database.read() as session:
            found = discrepancies(session)[0].id
        warehouse.database.transact(
            settle, found, cause="receiving miscount", note="", operator=warehouse.operators["Sam"], now=NOW, settlers=SETTLERS
        )
        warehouse.scan(TEE, confirm=True)
        assert open_ones(warehouse) == [("over", "TEE-M", 1)]


class TestBackOrders:
    def test_a_number_that_is_taken_is_passed_over(self, warehouse):
        warehouse.add_receipt("PO-1001/2", [("LAMP", 1)])
        warehouse.scan("CMD-BACKORDER", confirm=True)
        assert warehouse.lines("PO-1001/3") == [("MUG-B", 0), ("LAMP", 0), ("TEE-M", 0)]

    def test_a_slash_in_the_orders_own_number_is_no_count(self, warehouse):
        warehouse.add_receipt("PO-2026/11", [("LAMP", 1)])
        warehouse.scan("CMD-BACKORDER", task="PO-2026/11", confirm=True)
        assert warehouse.lines("PO-2026/11/2") == [("LAMP", 0)]

    def test_the_rest_of_the_rest_counts_on(self, warehouse):
        warehouse.scan("CMD-BACKORDER", confirm=True)
        warehouse.scan("CMD-BACKORDER", task="PO-1001/2", confirm=True)
        assert warehouse.lines("PO-1001/3")


class TestBareCartonNumber:
    """Some scanners leave out the 00 in front of an SSCC: it is the same carton anyway."""

    @pytest.mark.parametrize(("first", "second"), [(SSCC, f"00{SSCC}"), (f"00{SSCC}", SSCC), (SSCC, SSCC)])
    def test_a_carton_counts_once_whichever_way_its_number_is_scanned(self, warehouse, first, second):
        task = warehouse.add_receipt("PO-7", [("MUG-B", 12)])
        announce_carton(warehouse, task, [("MUG-B", 12)])
        assert warehouse.scan(first, task="PO-7").reason == "complete"
        again = warehouse.scan(second, task="PO-7")
        assert (again.outcome, again.reason) == ("refused", "duplicate")
        assert warehouse.lines("PO-7") == [("MUG-B", 12)]
