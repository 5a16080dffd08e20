"""Picks of one order and short picks, with what follows from them, on both databases."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from scanner.catalogue.tables import Item, Location
from scanner.codes.commands import Command
from scanner.counting import service as counting
from scanner.counting.tables import CountPull
from scanner.db.sql import run
from scanner.discrepancies import service as discrepancies
from scanner.errors import NotAllowed
from scanner.orders import store
from scanner.orders.intake.counted import views
from scanner.orders.intake.store import order_of_task
from scanner.orders.tables import ShortPick
from scanner.scans import tasks
from scanner.scans.record import record_scan
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from scanner.workflows import WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.orders import add_order, cancel, packing_place, stock_up
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, link_code

TIMES = 1_000 if os.environ.get("SCANNER_LONG") else 50


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def pick(floor, code, by="Pia", task="SHOP-1001", **more):
    return floor.scan(code, by=by, task=task, **more)


def said(result):
    return (result.outcome.value, result.reason.value, result.message)


def open_ones(floor, state="open"):
    with floor.database.read() as session:
        return [(row.kind, row.sku, row.units, row.owner) for row in discrepancies.discrepancies(session, state)]


def pulled(floor):
    columns = (Location.code, Item.sku, CountPull.cause)
    joined = select(*columns).join_from(CountPull, Location, CountPull.location_id == Location.id)
    wanted = joined.join(Item, CountPull.item_id == Item.id).where(CountPull.answered_by.is_(None))
    with floor.database.read() as session:
        return list(dict.fromkeys(tuple(row) for row in run(session, wanted.order_by(CountPull.id))))


def lines_of(floor, reference="SHOP-1001"):
    with floor.database.read() as session:
        return views(session, [order_of_task(session, tasks.get_task(session, reference).id)])[0].lines


class TestPicks:
    def test_an_order_is_picked_line_by_line(self, floor):
        assert said(pick(floor, "A-01-1")) == ("accepted", "located", "Take 2 Mug, blue.")
        first, second = pick(floor, MUG), pick(floor, MUG)
        assert said(first) == ("accepted", "counted", "Mug, blue: 1 of 2.")
        assert said(second) == ("accepted", "complete", "Mug, blue: all 2 are picked.")
        assert (second.line.expected, second.line.scanned) == (2, 2)
        assert pick(floor, "A-01-2").reason is Reason.LOCATED
        assert pick(floor, LAMP).message == "Desk lamp: all of the order is picked. Scan the label PACKING."
        assert floor.lines("SHOP-1001") == [("MUG-B", 2), ("LAMP", 1)]

    def test_what_is_picked_stands_at_the_place_of_picked_goods(self, floor):
        pick(floor, "A-01-1")
        pick(floor, MUG)
        stock = floor.stock()
        assert (stock["A-01-1", "MUG-B"], stock[packing_place(floor), "MUG-B"]) == (2, 1)
        assert ("CUSTOMER", "MUG-B") not in stock

    def test_a_place_may_come_with_the_scan(self, floor):
        assert pick(floor, MUG, location="A-01-1", source=Source.API).reason is Reason.COUNTED

    def test_a_case_counts_its_units(self, floor):
        add_order(floor, "SHOP-2", [("MUG-B", 15)])
        result = pick(floor, MUG_CASE, task="SHOP-2", location="B-02-1")
        assert (result.reason, result.units, floor.lines("SHOP-2")) == (Reason.COUNTED, 12, [("MUG-B", 12)])
        again = pick(floor, MUG_CASE, task="SHOP-2", location="B-02-1")
        assert said(again) == ("refused", "over", "A case of 12, and 3 are wanted: scan single ones.")
        assert floor.lines("SHOP-2") == [("MUG-B", 12)]

    def test_a_quantity_counts_its_units(self, floor):
        assert pick(floor, MUG, location="A-01-1", quantity=2).reason is Reason.COMPLETE

    def test_too_many_are_refused_and_nothing_is_counted(self, floor):
        pick(floor, MUG, location="A-01-1", quantity=2)
        assert said(pick(floor, MUG)) == ("refused", "over", "Too many: 2 of 2 are picked. Put it back.")
        assert floor.lines("SHOP-1001")[0] == ("MUG-B", 2) and floor.stock()["A-01-1", "MUG-B"] == 1

    def test_once_all_is_picked_a_further_scan_says_where_it_is_packed(self, floor):
        pick(floor, MUG, location="A-01-1", quantity=2)
        pick(floor, LAMP, location="A-01-2")
        words = "All of it is picked. Scan the label PACKING. Then pack it."
        assert said(pick(floor, LAMP)) == ("refused", "over", words)
        done = pick(floor, "CMD-DONE")
        words = "All of it is picked. Scan the label PACKING. Then pack what is picked."
        assert said(done) == ("refused", "short", words)
        assert pick(floor, packing_place(floor)).reason is Reason.LOCATED
        assert pick(floor, LAMP).message == "Desk lamp: 1 of 1 packed."

    def test_goods_of_another_order_are_refused(self, floor):
        assert said(pick(floor, TEE, location="B-02-2")) == ("refused", "unexpected", "Not on this order. Put it back.")

    def test_no_shelf_was_scanned_yet(self, floor):
        assert said(pick(floor, MUG)) == ("refused", "unexpected", "Scan the shelf first.")

    def test_the_label_of_a_shelf_that_nothing_is_taken_from_says_the_next_one(self, floor):
        result = pick(floor, "B-02-2")
        assert said(result) == ("refused", "unexpected", "Wrong shelf. Next: A-01-1.")
        assert result.location == "B-02-2", "the picker stands there"

    def test_goods_that_the_record_has_only_elsewhere_wait_for_a_yes(self, floor):
        held = pick(floor, MUG, location="A-01-2")
        assert held.outcome is Outcome.HELD and held.reason is Reason.UNEXPECTED
        words = "Wrong shelf: the record has Mug, blue at A-01-1, B-02-1. 1 waits. Yes takes it anyway."
        assert held.message == words
        yes = pick(floor, "CMD-CONFIRM")
        assert yes.outcome is Outcome.ACCEPTED and "More than the record has" in yes.message
        assert floor.stock()["A-01-2", "MUG-B"] == -1
        assert open_ones(floor) == [("below zero", "MUG-B", 1, "Olga")]

    def test_what_waits_is_put_back_once_no_more_is_wanted(self, floor):
        assert pick(floor, LAMP, location="A-01-1").outcome is Outcome.HELD
        right = pick(floor, LAMP, location="A-01-2")
        assert right.message == "Desk lamp: 1 of 1. 1 more waited. Put it back."
        assert pick(floor, "CMD-CONFIRM").message == "Nothing waits for an answer."
        assert floor.lines("SHOP-1001")[1] == ("LAMP", 1)

    def test_what_waits_still_may_be_wanted_while_a_line_is_open(self, floor):
        pick(floor, MUG, location="A-01-2")
        assert "waited" not in pick(floor, MUG, location="A-01-1").message
        assert pick(floor, "CMD-CONFIRM").outcome is Outcome.ACCEPTED and floor.lines("SHOP-1001")[0] == ("MUG-B", 2)

    def test_what_somebody_else_holds_waits_for_their_answer(self, floor):
        pick(floor, LAMP, by="Theo", device="handheld-2", location="A-01-1")
        assert "waited" not in pick(floor, LAMP, location="A-01-2").message
        assert "Put it back" in floor.scan("CMD-CONFIRM", by="Theo", task="SHOP-1001", device="handheld-2").message

    def test_a_yes_with_the_scan_takes_it_at_once(self, floor):
        assert pick(floor, MUG, location="A-01-2", confirm=True).outcome is Outcome.ACCEPTED

    def test_a_counter_who_is_blind_there_is_told_nothing_of_the_record(self, floor):
        start_count(floor, "A-01")
        result = pick(floor, MUG, by="Carla", location="A-01-2")
        assert said(result) == ("accepted", "counted", "Mug, blue: 1 of 2.")
        elsewhere = pick(floor, LAMP, by="Carla", location="B-02-1")
        assert elsewhere.outcome is Outcome.ACCEPTED and "A-01-2" not in elsewhere.message, "nor of where it is counted"

    def test_more_than_the_record_has_counts_and_is_noted(self, floor):
        add_order(floor, "SHOP-2", [("MUG-B", 5)])
        result = pick(floor, MUG, task="SHOP-2", location="A-01-1", quantity=5)
        assert result.reason is Reason.COMPLETE and "More than the record has at A-01-1" in result.message
        assert open_ones(floor) == [("below zero", "MUG-B", 2, "Olga")]

    def test_a_kit_is_picked_as_its_parts_or_by_its_own_barcode(self, floor):
        add_order(floor, "SHOP-2", [("SET", 2)])
        assert floor.lines("SHOP-2") == [("MUG-B", 0), ("LAMP", 0)]
        stock_up(floor, "A-01-1", "LAMP", 1)
        assert pick(floor, "SET", task="SHOP-2", location="A-01-1").outcome is Outcome.ACCEPTED
        pick(floor, MUG, task="SHOP-2", location="A-01-1", quantity=2)
        assert [line.picked for line in lines_of(floor, "SHOP-2")] == [1]
        pick(floor, LAMP, task="SHOP-2", location="A-01-2")
        assert [(line.sku, line.picked) for line in lines_of(floor, "SHOP-2")] == [("SET", 2)]

    def test_two_lines_of_one_item_fill_in_order(self, floor):
        add_order(floor, "SHOP-2", [("MUG-B", 1), ("MUG-B", 2)])
        pick(floor, MUG, task="SHOP-2", location="B-02-1", quantity=2)
        assert floor.lines("SHOP-2") == [("MUG-B", 1), ("MUG-B", 1)]

    def test_undo_puts_it_back_on_its_shelf(self, floor):
        pick(floor, MUG, location="A-01-1")
        assert pick(floor, "CMD-UNDO").reason is Reason.UNDONE
        assert floor.lines("SHOP-1001")[0] == ("MUG-B", 0) and floor.stock()["A-01-1", "MUG-B"] == 3

    def test_the_same_scan_twice_is_picked_once(self, floor):
        request = floor.request(MUG, by="Pia", task="SHOP-1001", location="A-01-1")
        floor.send(request)
        assert floor.send(request).replayed and floor.lines("SHOP-1001")[0] == ("MUG-B", 1)

    def test_an_unknown_code_counts_once_it_is_linked(self, floor):
        assert pick(floor, "NEW-LABEL", location="A-01-1").reason is Reason.UNKNOWN
        floor.database.transact(link_code, "NEW-LABEL", "MUG-B", 2, floor.operators["Sam"], "desk", NOW)
        assert floor.lines("SHOP-1001")[0] == ("MUG-B", 2) and floor.stock()["A-01-1", "MUG-B"] == 1

    def test_a_label_past_its_date_waits_for_a_yes(self, floor):
        code = f"(01)09501101530003(17){date(2024, 1, 31):%y%m%d}"
        assert pick(floor, code, location="A-01-1").reason is Reason.EXPIRED
        assert pick(floor, "CMD-CONFIRM").reason is Reason.EXPIRED and floor.lines("SHOP-1001")[0] == ("MUG-B", 1)

    def test_a_label_that_is_not_read_whole_waits_for_a_yes(self, floor):
        held = pick(floor, "(01)09501101530003(17)999999", location="A-01-1")
        assert held.outcome is Outcome.HELD
        assert pick(floor, "CMD-CONFIRM").outcome is Outcome.ACCEPTED

    def test_the_label_of_another_order_leads_there(self, floor):
        add_order(floor, "SHOP-2", [("TEE-M", 1)])
        assert pick(floor, "SHOP-2").opens == "SHOP-2"
        assert pick(floor, "PO-1001").message.endswith("is the label of another task: open that one first. Nothing was counted.")

    @pytest.mark.parametrize("place", ["DOCK", "QUARANTINE", "CUSTOMER"])
    def test_nothing_is_picked_where_nothing_can_be_sold_from(self, floor, place):
        assert pick(floor, place).outcome is Outcome.REFUSED
        assert pick(floor, MUG).outcome is Outcome.REFUSED

    def test_who_may_not_pick_may_not(self, floor):
        request = floor.request(MUG, by="Vera", task="SHOP-1001", location="A-01-1")
        with pytest.raises(NotAllowed):
            floor.database.transact(record_scan, request, NOW, WORKFLOWS, by=floor.operators["Vera"])

    @pytest.mark.parametrize("command", sorted(Command))
    def test_no_command_fails(self, floor, command):
        assert pick(floor, command.value, location="A-01-1").message

    def test_a_cancelled_order_takes_no_more(self, floor):
        add_order(floor, "SHOP-2", [("TEE-M", 1)])
        cancel(floor, "SHOP-2")
        assert pick(floor, TEE, task="SHOP-2", location="B-02-2").message == "SHOP-2 is cancelled: it takes no more scans."
        pick(floor, MUG, location="A-01-1")
        cancel(floor, "SHOP-1001")
        assert pick(floor, MUG).message == (
            "SHOP-1001 is cancelled. 1 Mug, blue is at PACKING on record: scan PACKING on MOVES to put it away."
        )


class TestShortPicks:
    def test_the_other_shelf_is_offered_at_once(self, floor):
        pick(floor, "A-01-1")
        result = pick(floor, "CMD-SHORT")
        assert said(result) == ("accepted", "short_pick", "Noted: Mug, blue is not there. 2 more at B-02-1.")
        assert (result.units, result.item.sku, result.location) == (2, "MUG-B", "A-01-1")
        assert pick(floor, "A-01-1").message == "Wrong shelf. Next: A-01-2."
        assert pick(floor, "B-02-1").message == "Take 2 Mug, blue."

    def test_the_plan_avoids_the_shelf_though_the_record_has_more_there_than_were_wanted(self, floor):
        pick(floor, "A-01-2")
        assert pick(floor, "CMD-SHORT").message == "Noted: Desk lamp is not there. No other shelf has it. Go on with the rest."
        assert floor.stock()["A-01-2", "LAMP"] == 5
        assert pick(floor, "A-01-2").message.startswith("Wrong shelf")

    def test_it_opens_a_discrepancy_and_has_the_shelf_counted(self, floor):
        pick(floor, "A-01-1")
        pick(floor, "CMD-SHORT-DAMAGED")
        assert open_ones(floor) == [("short pick", "MUG-B", 2, "Olga")]
        assert pulled(floor) == [("A-01-1", "MUG-B", "short pick")]
        assert shorts(floor) == [(2, "damaged")]

    def test_the_shop_is_told(self, floor, told):
        pick(floor, "A-01-1")
        pick(floor, MUG)
        seq = pick(floor, "CMD-SHORT").seq
        ((event, data),) = told()
        mug = {"line": "1", "sku": "MUG-B", "ordered": 2, "cancelled": 0, "picked": 1, "packed": 0, "short": 1}
        assert (event, data["sequence"], data["channel"], data["reference"]) == ("order.short", seq, "shop", "SHOP-1001")
        assert data["lines"][0] == mug and data["lines"][1]["short"] == 0

    def test_a_program_says_it_of_an_item(self, floor):
        result = pick(floor, MUG, location="A-01-1", short=True, reason="wrong place", source=Source.API)
        assert (result.reason, result.units, shorts(floor)) == (Reason.SHORT_PICK, 2, [(2, "wrong place")])

    def test_only_so_many_as_it_says(self, floor):
        add_order(floor, "SHOP-2", [("MUG-B", 3)])
        assert pick(floor, MUG, task="SHOP-2", location="A-01-1", short=True, quantity=2).units == 2

    @pytest.mark.parametrize(
        ("code", "more", "words"),
        [
            ("CMD-SHORT", {}, "Scan the shelf first."),
            ("CMD-SHORT", {"location": "B-02-2"}, "Nothing of SHOP-1001 is taken from B-02-2 now. Next: A-01-1."),
            (MUG, {"location": "B-02-2", "short": True}, "Mug, blue: nothing of it is taken from B-02-2 now."),
            (TEE, {"location": "B-02-2", "short": True}, "Not on this order. Put it back."),
            (
                MUG,
                {"location": "A-01-1", "short": True, "reason": "lazy"},
                "Expected not there, damaged, wrong place as the reason",
            ),
        ],
    )
    def test_what_is_no_short_pick_is_refused_in_a_sentence(self, floor, code, more, words):
        result = pick(floor, code, **more)
        assert result.outcome is Outcome.REFUSED and words in result.message
        assert not open_ones(floor)

    def test_undo_takes_all_of_it_back(self, floor, told):
        pick(floor, "A-01-1")
        pick(floor, "CMD-SHORT")
        undone = pick(floor, "CMD-UNDO")
        assert said(undone) == ("accepted", "undone", "Taken back: Mug, blue is at A-01-1 after all.")
        assert not open_ones(floor) and not pulled(floor)
        assert shorts(floor) == [(2, "not there"), (-2, "not there")]
        assert [data["lines"][0]["short"] for _, data in told()] == [2, 0]
        assert pick(floor, "A-01-1").message == "Take 2 Mug, blue."

    def test_what_is_found_after_all_can_be_picked_there(self, floor):
        pick(floor, "A-01-1")
        pick(floor, "CMD-SHORT")
        assert pick(floor, MUG).reason is Reason.COUNTED
        assert lines_of(floor)[0].short == 1

    def test_the_same_label_twice_notes_the_same_units_once(self, floor):
        pick(floor, "A-01-2")
        assert pick(floor, "CMD-SHORT").reason is Reason.SHORT_PICK
        noted = open_ones(floor)
        again = pick(floor, "CMD-SHORT")
        assert said(again) == ("refused", "unexpected", "Nothing of SHOP-1001 is taken from A-01-2 now. Next: B-02-1.")
        assert open_ones(floor) == noted

    def test_of_two_orders_each_has_its_own(self, floor):
        add_order(floor, "SHOP-2", [("MUG-B", 1)])
        pick(floor, MUG, location="A-01-1", short=True)
        pick(floor, MUG, task="SHOP-2", location="A-01-1", short=True)
        assert open_ones(floor) == [("short pick", "MUG-B", 2, "Olga"), ("short pick", "MUG-B", 1, "Olga")]


def shorts(floor):
    table = ShortPick.__table__
    with floor.database.read() as session:
        return [(row.units, row.why) for row in run(session, select(table).order_by(table.c.scan_seq))]


def start_count(floor, section):
    floor.database.transact(counting.start, section, floor.operators["Carla"], NOW)


@pytest.mark.slow
def test_two_pickers_and_one_last_unit_many_times(floor):
    """Each time exactly one of the two gets it, and the other is told that it is too many."""
    for number in range(TIMES):
        reference = f"RACE-{number}"
        add_order(floor, reference, [("TEE-M", 1)])
        results = at_once(partial(last_unit, floor, reference), 2)
        assert Counter(result.outcome for result in results) == {Outcome.ACCEPTED: 1, Outcome.REFUSED: 1}
        assert {result.reason for result in results} == {Reason.COMPLETE, Reason.OVER}
        assert floor.lines(reference) == [("TEE-M", 1)]
    assert floor.stock()[packing_place(floor), "TEE-M"] == TIMES


def last_unit(floor, reference, number):
    by = ("Pia", "Rosa")[number]
    return pick(floor, TEE, by=by, task=reference, location="B-02-2", device=by)


def test_open_orders_are_listed_with_what_can_be_picked(floor):
    add_order(floor, "SHOP-2", [("SET", 1), ("NOPE", 2)], due_at=NOW)
    add_order(floor, "SHOP-3", [("NOPE", 2)])
    with floor.database.read() as session:
        rows = store.open_orders(session)
        assert [(row.reference, row.lines, row.wanted, row.pickable) for row in rows] == [
            ("SHOP-2", 2, 3, 3), ("SHOP-1001", 2, 3, 3), ("SHOP-3", 0, 0, 0)
        ]  # fmt: skip
        assert store.count_pickable(session) == 2


def test_what_a_picker_did_not_find_cannot_be_picked(floor):
    add_order(floor, "SHOP-2", [("LAMP", 5)], due_at=NOW)
    pick(floor, "CMD-SHORT", task="SHOP-2", location="A-01-2")
    with floor.database.read() as session:
        assert [(row.reference, row.pickable) for row in store.open_orders(session)] == [("SHOP-2", 0), ("SHOP-1001", 2)]
        assert store.count_pickable(session) == 1


def test_what_an_earlier_order_takes_cannot_be_picked_for_a_later_one(floor):
    add_order(floor, "SHOP-2", [("TEE-M", 9)], due_at=NOW)
    add_order(floor, "SHOP-3", [("TEE-M", 1)])
    with floor.database.read() as session:
        assert {row.reference: row.pickable for row in store.open_orders(session)} == {"SHOP-2": 9, "SHOP-1001": 3, "SHOP-3": 0}


def test_the_orders_that_a_device_knows_are_those_due_first(floor):
    add_order(floor, "SHOP-2", [("TEE-M", 9)], due_at=NOW)
    with floor.database.read() as session:
        assert store.known_references(session, 1) == ["SHOP-2"]
        assert store.known_references(session, 9) == ["SHOP-2", "SHOP-1001"]
