"""Moves as they are recorded, on both databases: hands, places, grades, other hands, undo."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import insert, select, update

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import Item, Location, Supplier
from scanner.counting.tables import CountPull
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.discrepancies import service as discrepancies
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.items import service as items
from scanner.moves import scanning, service, store
from scanner.moves.papers import service as papers
from scanner.moves.tables import GradedMove
from scanner.people.tables import Operator
from scanner.reasons import service as reasons
from scanner.reasons.tables import ReturnReason
from scanner.scans.history import service as history
from scanner.scans.record import record_scan
from scanner.scans.request import Source
from scanner.scans.tables import Line, Task
from scanner.scans.verify import verify
from scanner.scans.workflow import Visibility
from scanner.workflows import WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, announce_carton, link_code

STOCK = b"""location,sku,units
DOCK,MUG-B,20
DOCK,LAMP,4
A-01-1,MUG-B,5
A-01-2,TEE-M,9
QUARANTINE,TEE-M,4
REFURBISH,LAMP,2
VENDOR,LAMP,3
"""


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []
    below = {key: units for key, units in warehouse.stock().items() if units < 0 and key[0].startswith("CART-")}
    assert below == {}, "a hand has at least nothing"


@pytest.fixture
def stocked(warehouse):
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    return warehouse


def move(warehouse, *codes, by="Rosa", **more):
    """The last answer to scans on MOVES."""
    for code in codes:
        said = warehouse.scan(code, by=by, task="MOVES", **more)
    return said


def ended(said):
    return said.outcome, said.reason


def at(warehouse, place):
    return {sku: units for (code, sku), units in warehouse.stock().items() if code == place}


def cart(warehouse, name="Rosa"):
    return f"CART-{warehouse.operators[name].id}"


def in_hand(warehouse, name="Rosa"):
    return at(warehouse, cart(warehouse, name))


def grades(warehouse):
    columns = (GradedMove.disposition, ReturnReason.code)
    wanted = select(*columns).join_from(GradedMove, ReturnReason, isouter=True).order_by(GradedMove.scan_seq)
    with warehouse.database.read() as session:
        return [tuple(row) for row in run(session, wanted)]


def crushed(warehouse):
    warehouse.database.transact(reasons.add, "CRUSHED", "Crushed on the shelf", warehouse.operators["Sam"])


class TestPuttingAway:
    def test_takes_from_the_dock_where_nothing_was_scanned_before(self, stocked):
        said = move(stocked, MUG)
        assert ended(said) == ("accepted", "taken") and said.location == "DOCK"
        assert said.message == "Mug, blue: 1 in your hand. Its shelf is A-01-1. 19 still at DOCK."
        assert in_hand(stocked) == {"MUG-B": 1} and at(stocked, "DOCK")["MUG-B"] == 19

    def test_a_shelf_takes_all_that_is_in_hand(self, stocked):
        said = move(stocked, MUG, MUG_CASE, LAMP, "A-01-2")
        assert ended(said) == ("accepted", "moved") and said.units == 14
        assert "14 units of 2 items put at A-01-2. Shelves elsewhere: Mug, blue A-01-1." in said.message
        assert in_hand(stocked) == {} and at(stocked, "A-01-2") == {"MUG-B": 13, "LAMP": 1, "TEE-M": 9}

    def test_goes_on_from_where_it_took(self, stocked):
        move(stocked, MUG, "A-01-2", MUG, "A-01-1")
        assert (at(stocked, "DOCK")["MUG-B"], at(stocked, "A-01-1")["MUG-B"]) == (18, 6)

    def test_a_quantity_and_a_label_that_counts_take_as_many(self, stocked):
        move(stocked, MUG, quantity=3)
        move(stocked, "0109501101530003" + "305")
        assert in_hand(stocked) == {"MUG-B": 8}

    def test_a_kit_moves_its_parts(self, stocked):
        move(stocked, "SET", "A-01-2")
        assert at(stocked, "A-01-2") == {"MUG-B": 2, "LAMP": 1, "TEE-M": 9}

    def test_a_carton_of_several_items_is_taken_whole(self, stocked):
        announce_carton(stocked, 1, [("MUG-B", 6), ("LAMP", 2)])
        said = move(stocked, "00395011015300000011")
        assert ended(said) == ("accepted", "taken") and in_hand(stocked) == {"MUG-B": 6, "LAMP": 2}

    def test_a_case_that_counts_twice_is_two_cases_but_a_carton_exists_once(self, stocked):
        announce_carton(stocked, 1, [("MUG-B", 6)])
        assert ended(move(stocked, "00395011015300000011", quantity=2)) == ("refused", "unexpected")

    def test_twenty_items_for_one_shelf_are_twenty_two_scans(self, warehouse):
        skus = [f"NEW-{number:02}" for number in range(20)]
        warehouse.add_items(skus)
        rows = "".join(f"DOCK,{sku},1\n" for sku in skus)
        warehouse.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\n{rows}".encode()), None, NOW)
        scans = ["DOCK", *skus, "A-01-1"]
        assert len(scans) == 22 and move(warehouse, *scans).units == 20
        assert at(warehouse, "A-01-1") == dict.fromkeys(skus, 1)

    def test_a_counter_is_told_where_it_lives_and_nothing_of_the_record(self, stocked):
        assert move(stocked, MUG, by="Carla").message == "Mug, blue: 1 in your hand, from DOCK."
        move(stocked, "A-01-2", by="Carla")
        assert move(stocked, MUG, by="Carla").message == "Mug, blue: 1 in your hand, from DOCK. Its shelf is A-01-2."

    def test_nobody_is_told_the_record_of_a_place_that_is_hidden_from_them(self, stocked):
        dock = stocked.database.transact(catalogue.find_location, "DOCK")
        blind = Visibility(hidden_places=lambda _session, _person: frozenset({dock.id}))
        workflows = WORKFLOWS.with_(replace(WORKFLOWS["count"], visibility=blind))
        said = stocked.database.transact(record_scan, stocked.request(MUG, "Rosa", "MOVES"), NOW, workflows)
        assert said.message == "Mug, blue: 1 in your hand, from DOCK."
        with stocked.database.read() as session:
            (line,) = scanning.hand_of(session, stocked.operators["Rosa"], frozenset({dock.id}))
            shown = service.overview(session, stocked.operators["Rosa"], frozenset({dock.id}))
        assert (line.at_dock, line.home) == (None, None)
        assert {(each.units, each.since, each.home) for each in shown.put_away if each.place == "DOCK"} == {(None, None, None)}

    def test_who_may_not_move_goods_moves_none(self, stocked):
        with pytest.raises(NotAllowed):
            request = stocked.request(MUG, "Vera", "MOVES")
            stocked.database.transact(record_scan, request, NOW, WORKFLOWS, by=stocked.operators["Vera"])

    def test_a_scan_sent_twice_counts_once(self, stocked):
        request = stocked.request(MUG, "Rosa", "MOVES")
        first, again = stocked.send(request), stocked.send(request)
        assert (first.seq, again.replayed) == (again.seq, True) and in_hand(stocked) == {"MUG-B": 1}


class TestMovingBetweenShelves:
    def test_a_place_with_an_empty_hand_is_where_goods_are_taken_from(self, stocked):
        assert ended(move(stocked, "A-01-2")) == ("accepted", "located")
        move(stocked, TEE, TEE, "A-01-1")
        assert (at(stocked, "A-01-2"), at(stocked, "A-01-1")["TEE-M"]) == ({"TEE-M": 7}, 2)

    def test_the_same_place_puts_them_back(self, stocked):
        said = move(stocked, "A-01-2", TEE, "A-01-2")
        assert "put back at A-01-2" in said.message and at(stocked, "A-01-2") == {"TEE-M": 9}

    def test_more_than_the_record_has_is_in_hand_and_noted(self, stocked):
        said = move(stocked, "A-01-2", "CMD-NOTHING", LAMP)
        assert ended(said) == ("accepted", "taken") and "More than the record has there" in said.message
        move(stocked, "A-01-1")
        with stocked.database.read() as session:
            assert [(row.sku, row.units) for row in discrepancies.discrepancies(session, "open")] == [("LAMP", 1)]
            assert run(session, select(CountPull.location_id)).all() != []
        assert at(stocked, "A-01-2")["LAMP"] == -1

    @pytest.mark.parametrize("place", ["SUPPLIER", "CUSTOMER", "ADJUSTMENT", "RETURNS"])
    def test_some_places_give_and_take_nothing(self, stocked, place):
        assert ended(move(stocked, place)) == ("refused", "unexpected")
        assert ended(move(stocked, MUG, place)) == ("refused", "unexpected")
        assert in_hand(stocked) == {"MUG-B": 1}


class TestTheSecondGrade:
    @pytest.mark.parametrize(("place", "code"), [("QUARANTINE", TEE), ("VENDOR", LAMP)])
    def test_is_asked_for_before_a_shelf(self, stocked, place, code):
        said = move(stocked, place, code, "A-01-1")
        assert ended(said) == ("refused", "unexpected") and "CMD-RESTOCK" in said.message
        good = move(stocked, "CMD-RESTOCK")
        assert ended(good) == ("accepted", "graded") and good.message == "Good to sell. Scan its shelf."
        assert move(stocked, "A-01-1").outcome == "accepted"

    def test_holds_for_one_place_on_one_device(self, stocked):
        move(stocked, "QUARANTINE", TEE, "CMD-RESTOCK")
        assert ended(move(stocked, "A-01-1", device="handheld-2")) == ("refused", "unexpected")
        move(stocked, "A-01-1", TEE)
        assert ended(move(stocked, "A-01-1")) == ("refused", "unexpected")

    def test_the_dock_is_no_way_round_it(self, stocked):
        refused = move(stocked, "QUARANTINE", TEE, "DOCK")
        assert ended(refused) == ("refused", "unexpected") and "CMD-RESTOCK" in refused.message
        said = move(stocked, TEE, by="Theo", device="api-1", source=Source.API, location="QUARANTINE", to="DOCK")
        assert ended(said) == ("refused", "unexpected")

    @pytest.mark.parametrize("how", ["by hand", "by another device", "by a program"])
    def test_a_grade_is_not_about_what_came_into_the_hand_after_it(self, stocked, how):
        cart = f"CART-{stocked.operators['Rosa'].id}"
        move(stocked, "A-01-1", MUG, "CMD-RESTOCK")
        if how == "by hand":
            move(stocked, "QUARANTINE", TEE, by="Theo", device="bench")
            move(stocked, cart, by="Theo", device="bench")
        elif how == "by another device":
            move(stocked, TEE, device="other", location="QUARANTINE")
        else:
            move(stocked, TEE, by="Theo", device="api-1", source=Source.API, location="QUARANTINE", to=cart)
        refused = move(stocked, "A-01-2")
        assert ended(refused) == ("refused", "unexpected") and "CMD-RESTOCK" in refused.message

    def test_does_not_hold_for_goods_that_are_taken_after_it(self, stocked):
        move(stocked, "QUARANTINE", TEE, "CMD-RESTOCK", TEE)
        assert ended(move(stocked, "A-01-1")) == ("refused", "unexpected")

    def test_is_not_lost_by_another_hand(self, stocked):
        move(stocked, "QUARANTINE", TEE, by="Rosa")
        move(stocked, f"CMD-TAKE-{cart(stocked)}", by="Theo", device="handheld-2")
        assert ended(move(stocked, "A-01-1", by="Theo", device="handheld-2")) == ("refused", "unexpected")

    def test_is_asked_for_again_once_the_put_was_taken_back(self, stocked):
        move(stocked, "QUARANTINE", TEE, "CMD-RESTOCK", "A-01-1", "CMD-UNDO")
        assert ended(move(stocked, "A-01-2")) == ("refused", "unexpected")

    def test_what_was_mended_needs_none(self, stocked):
        assert ended(move(stocked, "REFURBISH", LAMP, "A-01-1")) == ("accepted", "moved")

    def test_is_what_sends_goods_to_be_mended(self, stocked):
        refused = move(stocked, "QUARANTINE", TEE, "REFURBISH")
        assert ended(refused) == ("refused", "unexpected") and "CMD-REFURBISH" in refused.message
        assert ended(move(stocked, "CMD-REFURBISH")) == ("accepted", "moved")
        assert at(stocked, "REFURBISH")["TEE-M"] == 1

    def test_of_goods_from_several_places_says_what_was_graded(self, stocked):
        move(stocked, "QUARANTINE", TEE)
        move(stocked, LAMP, device="other", location="DOCK")
        said = move(stocked, "CMD-RESTOCK")
        assert said.message == "Good to sell: 1 T-shirt M. 1 Desk lamp needed no grade. Scan their shelf."

    def test_is_in_the_way_of_a_merge_while_goods_are_in_a_hand(self, stocked):
        move(stocked, "QUARANTINE", TEE)
        with pytest.raises(Conflict, match="in the hand of Rosa"):
            stocked.database.transact(items.merge, "TEE-M", "LAMP", stocked.operators["Sam"], NOW, WORKFLOWS)


class TestAGrade:
    def test_sends_goods_where_such_goods_go(self, stocked):
        assert ended(move(stocked, "A-01-2", TEE, "CMD-QUARANTINE")) == ("accepted", "moved")
        assert at(stocked, "QUARANTINE") == {"TEE-M": 5} and grades(stocked) == [("quarantine", None)]

    def test_with_its_reason_takes_damage_off_a_shelf_in_one_label(self, stocked):
        crushed(stocked)
        said = move(stocked, "A-01-2", TEE, "CMD-DAMAGED-CRUSHED")
        assert ended(said) == ("accepted", "moved") and "Crushed on the shelf" in said.message
        assert at(stocked, "DAMAGED") == {"TEE-M": 1} and grades(stocked) == [("damaged", "CRUSHED")]

    def test_asks_for_its_reason_and_goes_with_the_next_scan(self, stocked):
        crushed(stocked)
        assert ended(move(stocked, "A-01-2", TEE, "CMD-DAMAGED")) == ("held", "located")
        assert ended(move(stocked, "CMD-REASON-NOPE")) == ("refused", "unexpected")
        assert ended(move(stocked, "CMD-REASON-CRUSHED")) == ("accepted", "moved")
        assert at(stocked, "DAMAGED") == {"TEE-M": 1} and in_hand(stocked) == {}

    @pytest.mark.parametrize("next_scan", ["A-01-2", TEE])
    def test_that_nobody_gives_the_reason_of_is_dropped_and_said_to_be(self, stocked, next_scan):
        crushed(stocked)
        said = move(stocked, "A-01-2", TEE, "CMD-DAMAGED", next_scan)
        assert said.outcome == "accepted" and said.message.endswith("Not marked damaged: no reason was given.")
        assert grades(stocked) == []
        assert "no reason was given" not in move(stocked, TEE).message

    def test_that_asks_why_can_be_put_aside(self, stocked):
        assert ended(move(stocked, TEE, "CMD-SCRAP", "CMD-UNDO")) == ("accepted", "undone")
        assert in_hand(stocked) == {"TEE-M": 1}

    def test_a_yes_does_not_stand_for_a_reason(self, stocked):
        assert ended(move(stocked, LAMP, "CMD-SCRAP", "CMD-CONFIRM")) == ("held", "located")

    def test_with_a_reason_that_is_switched_off_is_refused_with_those_in_use(self, stocked):
        crushed(stocked)
        stocked.database.transact(reasons.switch, "CRUSHED", stocked.operators["Sam"], active=False)
        said = move(stocked, LAMP, "CMD-SCRAP-CRUSHED")
        assert ended(said) == ("refused", "unexpected") and "Reasons are DOA" in said.message

    def test_is_scanned_for_a_place_whose_goods_have_a_reason(self, stocked):
        said = move(stocked, "A-01-2", TEE, "DAMAGED")
        assert ended(said) == ("refused", "unexpected") and "scan CMD-DAMAGED, then why, such as CMD-REASON-DOA" in said.message
        assert in_hand(stocked) == {"TEE-M": 1}

    def test_that_was_taken_back_does_not_stand(self, stocked):
        said = move(stocked, "A-01-2", TEE, "CMD-QUARANTINE")
        move(stocked, "CMD-UNDO")
        with stocked.database.read() as session:
            assert store.graded_by(session, said.seq) == ""
        assert in_hand(stocked) == {"TEE-M": 1}


class TestBackToTheVendor:
    def test_takes_goods_out_of_the_house_with_a_paper(self, stocked):
        said = move(stocked, "VENDOR", LAMP, LAMP, "CMD-SENT")
        assert ended(said) == ("accepted", "moved") and at(stocked, "VENDOR") == {"LAMP": 1}
        with stocked.database.read() as session:
            sheets = papers.papers_of(session, said.seq, stocked.operators["Rosa"])
            _, sent = papers.papers(session, stocked.operators["Rosa"], frozenset())
        (paper,) = sheets.papers
        assert (sheets.head.operator, [(line.sku, line.units) for line in paper.lines]) == ("Rosa", [("LAMP", 2)])
        assert (paper.number, paper.vendor) == (f"MOVES-{said.seq}-1", "")
        assert [each.seq for each in sent] == [said.seq]

    def test_the_paper_says_why_and_who_it_came_from(self, stocked):
        crushed(stocked)
        stocked.scan(MUG)
        move(stocked, MUG, "CMD-VENDOR-CRUSHED", "VENDOR", MUG)
        said = move(stocked, "CMD-SENT")
        with stocked.database.read() as session:
            (paper,) = papers.papers_of(session, said.seq, stocked.operators["Rosa"]).papers
        assert ([line.reasons for line in paper.lines], paper.vendor) == ([["Crushed on the shelf"]], "Acme")
        assert paper.address == ""

    def test_the_paper_has_the_vendor_s_address_where_it_is_kept(self, stocked):
        kept = {"name": "Acme", "address": "1 Mill Lane, Leeds"}
        stocked.database.transact(lambda session: session.add(Supplier(**kept)))
        crushed(stocked)
        stocked.scan(MUG)
        move(stocked, MUG, "CMD-VENDOR-CRUSHED", "VENDOR", MUG)
        said = move(stocked, "CMD-SENT")
        with stocked.database.read() as session:
            papers_of = papers.papers_of(session, said.seq, stocked.operators["Rosa"]).papers
        assert [each.address for each in papers_of] == ["1 Mill Lane, Leeds"]

    def test_each_vendor_has_a_paper_and_so_has_each_item_without_one(self, stocked):
        crushed(stocked)
        stocked.add_receipt("PO-B", [("TEE-M", 1)], partner="Basics")
        arrived = stocked.scan(MUG)
        stocked.scan(TEE, task="PO-B")
        for code in (MUG, TEE, LAMP):
            move(stocked, code, location="DOCK")
        move(stocked, "CMD-VENDOR-CRUSHED", "VENDOR", LAMP, TEE, MUG)
        said = move(stocked, "CMD-SENT")
        printed = self.printed(stocked, said)
        assert [(vendor, skus) for _, vendor, skus in printed] == [
            ("Acme", ["MUG-B"]), ("Basics", ["TEE-M"]), ("", ["LAMP"]),
        ]  # fmt: skip
        assert [number for number, _, _ in printed] == [f"MOVES-{said.seq}-{nth}" for nth in (1, 2, 3)]
        stocked.scan("CMD-UNDO")
        assert arrived.seq and self.printed(stocked, said) == printed

    def printed(self, warehouse, said):
        with warehouse.database.read() as session:
            found = papers.papers_of(session, said.seq, warehouse.operators["Rosa"]).papers
        return [(paper.number, paper.vendor, [line.sku for line in paper.lines]) for paper in found]

    def test_is_refused_for_goods_from_elsewhere(self, stocked):
        assert ended(move(stocked, LAMP, "CMD-SENT")) == ("refused", "unexpected")
        move(stocked, "DOCK")
        assert ended(move(stocked, "CMD-SENT")) == ("refused", "unexpected")

    def test_a_paper_that_was_taken_back_is_there_no_more(self, stocked):
        said = move(stocked, "VENDOR", LAMP, "CMD-SENT")
        assert ended(move(stocked, "CMD-UNDO")) == ("accepted", "undone")
        with stocked.database.read() as session, pytest.raises(NotFound):
            papers.papers_of(session, said.seq, stocked.operators["Rosa"])
        assert in_hand(stocked) == {"LAMP": 1}


class TestOtherHands:
    def test_goods_are_given_to_the_person_whose_cart_is_scanned(self, stocked):
        move(stocked, MUG, by="Theo", device="handheld-2")
        said = move(stocked, LAMP, cart(stocked, "Theo"))
        assert "given to Theo" in said.message and in_hand(stocked, "Theo") == {"MUG-B": 1, "LAMP": 1}

    def test_goods_are_taken_from_it_with_an_empty_hand(self, stocked):
        move(stocked, MUG, MUG)
        assert ended(move(stocked, cart(stocked), by="Theo")) == ("accepted", "located")
        move(stocked, MUG, by="Theo")
        assert (in_hand(stocked), in_hand(stocked, "Theo")) == ({"MUG-B": 1}, {"MUG-B": 1})

    def test_no_more_is_taken_than_is_in_it(self, stocked):
        move(stocked, MUG, MUG)
        move(stocked, cart(stocked), by="Theo")
        assert move(stocked, MUG_CASE, by="Theo").message.startswith("Only 2 of Mug, blue are in that hand.")
        assert move(stocked, LAMP, by="Theo").message.startswith("Desk lamp is not in that hand.")
        assert in_hand(stocked, "Theo") == {}

    def test_one_scan_takes_all_of_it_over_also_from_who_went_home(self, stocked):
        move(stocked, MUG, LAMP)
        leave(stocked, "Rosa")
        assert ended(move(stocked, f"CMD-TAKE-{cart(stocked)}", by="Theo")) == ("accepted", "taken")
        assert (in_hand(stocked), in_hand(stocked, "Theo")) == ({}, {"MUG-B": 1, "LAMP": 1})

    def test_nothing_is_given_to_who_left(self, stocked):
        move(stocked, MUG, "DOCK", by="Theo", device="handheld-2")
        leave(stocked, "Theo")
        said = move(stocked, LAMP, cart(stocked, "Theo"))
        assert ended(said) == ("refused", "unexpected") and "Theo" in said.message and in_hand(stocked) == {"LAMP": 1}

    def test_the_hand_goes_with_the_person_to_another_device(self, stocked):
        move(stocked, MUG)
        assert ended(move(stocked, "A-01-2", device="handheld-2")) == ("accepted", "moved")

    @pytest.mark.parametrize("code", ["CMD-TAKE-CART-99999", "CMD-TAKE-A-01-1", "CMD-TAKE-NOWHERE"])
    def test_what_is_no_cart_is_refused(self, stocked, code):
        assert ended(move(stocked, code)) == ("refused", "unexpected")


def leave(warehouse, name):
    person = Operator.__table__.c
    gone = update(Operator).where(person.name == name).values(active=False)
    warehouse.database.transact(lambda session: run(session, gone))


class TestAtTheSameTime:
    def test_all_of_a_hand_goes_to_one_of_two_people(self, stocked):
        move(stocked, MUG, LAMP)
        names = ("Theo", "Sam")
        ends = at_once(lambda number: ended(move(stocked, f"CMD-TAKE-{cart(stocked)}", by=names[number], device=f"d{number}")), 2)
        assert sorted(ends) == [("accepted", "taken"), ("refused", "unexpected")]
        assert sorted(map(len, (in_hand(stocked, name) for name in names))) == [0, 2]

    def test_two_devices_of_one_person_put_what_is_in_hand_once(self, stocked):
        move(stocked, MUG, MUG)
        shelves = ("A-01-1", "A-01-2")
        ends = at_once(lambda number: ended(move(stocked, shelves[number], device=f"d{number}")), 2)
        assert sorted(reason in ("moved", "unexpected") for _, reason in ends) == [False, True]  # A-01-2 is not their home

    def test_the_first_scans_of_one_person_make_one_cart(self, stocked):
        at_once(lambda number: move(stocked, MUG, by="Theo", device=f"d{number}"), 4)
        assert in_hand(stocked, "Theo") == {"MUG-B": 4}


def test_items_with_the_longest_names_are_moved_and_noted_all_the_same(warehouse):
    long = [(f"LONG-{number}", "x" * 290 + f" {number}") for number in range(8)]
    rows = "".join(f"{sku},{name}\n" for sku, name in long)
    warehouse.database.transact(import_csv, "items", BytesIO(f"sku,name\n{rows}".encode()), None, NOW)
    with warehouse.database.read() as session:
        warehouse.items |= {row.sku: row.id for row in run(session, select(Item.__table__))}
    announce_carton(warehouse, 1, [(sku, 2) for sku, _ in long])
    assert ended(move(warehouse, "A-01-1", "00395011015300000011")) == ("accepted", "taken")
    assert ended(move(warehouse, "A-01-2")) == ("accepted", "moved")


def test_a_counter_sees_only_own_scans_of_moves(stocked):
    move(stocked, MUG)
    mine = move(stocked, LAMP, by="Carla")
    with stocked.database.read() as session:
        seen = history.task_scans(session, "MOVES", WORKFLOWS, stocked.operators["Carla"], limit=9)
    assert [each.seq for each in seen] == [mine.seq]


class TestPickedGoods:
    @pytest.fixture
    def picked(self, stocked):
        """Five mugs stand where picked goods stand; an open order has three of them."""

        def add(session):
            place = run(session, select(Location.id).where(Location.kind == "packing")).scalar_one()
            task = {"reference": "shop/1", "kind": "order", "state": "open", "created_at": NOW, "partner": "Jo"}
            task_id = run(session, insert(Task.__table__).returning(Task.__table__.c.id), task).scalar_one()
            mug = stocked.items["MUG-B"]
            run(session, insert(Line.__table__), {"task_id": task_id, "position": 1, "item_id": mug, "expected": 3, "scanned": 0})
            return run(session, select(Location.code).where(Location.id == place)).scalar_one(), task_id

        code, task_id = stocked.database.transact(add)
        move(stocked, "DOCK")
        with stocked.database.read() as session:
            place = run(session, select(Location.id).where(Location.code == code)).scalar_one()
        stand(stocked, place, task_id)
        return code

    def test_only_what_no_order_has_is_taken(self, stocked, picked):
        move(stocked, picked)
        assert (
            "Only 2 of Mug, blue at PACKING may be taken: the rest is picked for orders."
            in move(stocked, MUG, quantity=3).message
        )
        assert ended(move(stocked, MUG, quantity=2)) == ("accepted", "taken")
        assert ended(move(stocked, LAMP, location="DOCK")) == ("accepted", "taken")
        assert ended(move(stocked, picked)) == ("refused", "unexpected")
        assert ended(move(stocked, "A-01-1")) == ("accepted", "moved")

    def test_what_no_order_has_waits_to_be_put_away(self, stocked, picked):
        with stocked.database.read() as session:
            shown = service.overview(session, stocked.operators["Rosa"], frozenset())
        assert [(each.sku, each.units) for each in shown.put_away if each.place == picked] == [("MUG-B", 2)]


def stand(warehouse, place, task_id):
    """Five mugs go from the dock to a place, by a scan of an order, which has three of them."""
    from scanner.scans import ledger
    from scanner.scans.decision import Count, Move
    from scanner.scans.tables import Scan

    mug = warehouse.items["MUG-B"]

    def do(session):
        dock = run(session, select(Location.id).where(Location.code == "DOCK")).scalar_one()
        seq = run(session, select(Scan.seq).order_by(Scan.seq.desc()).limit(1)).scalar_one()
        line = run(session, select(Line.id).where(Line.task_id == task_id)).scalar_one()
        ledger.count(session, seq, (Count(line, 3),))
        ledger.move(session, (Move(mug, 5, dock, place),), at=NOW, operator_id=warehouse.operators["Rosa"].id, scan_seq=seq)

    warehouse.database.transact(do)


class TestUndo:
    def test_takes_everything_home_step_by_step(self, stocked):
        before = stocked.stock()
        move(stocked, MUG, MUG_CASE, "A-01-2", "A-01-2", TEE, "CMD-QUARANTINE", "QUARANTINE", TEE, "CMD-RESTOCK", "A-01-1")
        undone = [move(stocked, "CMD-UNDO") for _ in range(8)]
        assert [ended(each) for each in undone] == [("accepted", "undone")] * 8
        assert stocked.stock() == before
        assert ended(move(stocked, "CMD-UNDO")) == ("refused", "undone")

    def test_says_where_it_is_again(self, stocked):
        move(stocked, MUG, "A-01-2")
        assert move(stocked, "CMD-UNDO").message == "Taken back: Mug, blue, 1 in your hand again."
        assert move(stocked, "CMD-UNDO").message == "Taken back: Mug, blue, 1 at DOCK again."

    def test_is_refused_where_the_hand_is_empty(self, stocked):
        move(stocked, MUG)
        move(stocked, "A-01-2", device="handheld-2")
        said = move(stocked, "CMD-UNDO")
        assert ended(said) == ("refused", "undone") and "not in your hand any more" in said.message

    def test_is_refused_where_the_shelf_gave_it_away(self, stocked):
        move(stocked, LAMP, "A-01-2")
        move(stocked, "A-01-2", LAMP, "A-01-1", by="Theo", device="handheld-2")
        said = move(stocked, "CMD-UNDO")
        assert ended(said) == ("refused", "undone") and "not at A-01-2 any more" in said.message

    def test_gives_back_what_was_taken_over(self, stocked):
        move(stocked, MUG)
        move(stocked, f"CMD-TAKE-{cart(stocked)}", "CMD-UNDO", by="Theo")
        assert (in_hand(stocked), in_hand(stocked, "Theo")) == ({"MUG-B": 1}, {})

    def test_takes_nothing_back_from_a_hand_that_has_given_it_on(self, stocked):
        move(stocked, MUG)
        move(stocked, f"CMD-TAKE-{cart(stocked)}", by="Theo")
        assert ended(move(stocked, "CMD-UNDO")) == ("refused", "undone")


class TestAYes:
    def test_a_very_large_quantity_waits_for_one_and_goes_where_it_was_scanned(self, stocked):
        assert ended(move(stocked, MUG, quantity=1200)) == ("held", "taken")
        move(stocked, "A-01-2")
        said = move(stocked, "CMD-CONFIRM")
        assert ended(said) == ("accepted", "taken") and in_hand(stocked) == {"MUG-B": 1200}
        assert at(stocked, "DOCK")["MUG-B"] == -1180
        move(stocked, "CMD-UNDO")

    def test_an_element_that_cannot_be_read_waits_for_one(self, stocked):
        said = move(stocked, "(01)09501101530003(17)269999")
        assert said.outcome == "held" and ended(move(stocked, "CMD-CONFIRM")) == ("accepted", "taken")
        assert in_hand(stocked) == {"MUG-B": 1}

    def test_a_code_that_is_linked_later_is_in_hand_then(self, stocked):
        assert ended(move(stocked, "STRANGE")) == ("refused", "unknown")
        stocked.database.transact(link_code, "STRANGE", "LAMP", 1, stocked.operators["Sam"], "desk", NOW)
        assert in_hand(stocked) == {"LAMP": 1}


class TestAProgram:
    def send(self, warehouse, code=MUG, by="Rosa", **more):
        return warehouse.scan(code, by=by, task="MOVES", source=Source.API, device="token-1", **more)

    def test_moves_in_one_scan(self, stocked):
        said = self.send(stocked, location="DOCK", to="A-01-2", quantity=7)
        assert ended(said) == ("accepted", "moved") and said.units == 7
        assert (at(stocked, "DOCK")["MUG-B"], at(stocked, "A-01-2")["MUG-B"]) == (13, 7)

    def test_sends_damaged_goods_where_they_go(self, stocked):
        crushed(stocked)
        said = self.send(stocked, TEE, location="A-01-2", disposition="damaged", reason="crushed")
        assert ended(said) == ("accepted", "moved") and at(stocked, "DAMAGED") == {"TEE-M": 1}
        assert grades(stocked) == [("damaged", "CRUSHED")]

    def test_says_the_second_grade_with_the_place(self, stocked):
        assert ended(self.send(stocked, TEE, location="QUARANTINE", to="A-01-1")) == ("refused", "unexpected")
        said = self.send(stocked, TEE, location="QUARANTINE", to="A-01-1", disposition="restock")
        assert ended(said) == ("accepted", "moved")

    def test_moves_out_of_a_hand_no_more_than_is_in_it(self, stocked):
        move(stocked, MUG, MUG)
        assert ended(self.send(stocked, location=cart(stocked), to="A-01-2", quantity=3)) == ("refused", "unexpected")
        assert ended(self.send(stocked, location=cart(stocked), to="A-01-2", quantity=2)) == ("accepted", "moved")

    def test_moves_into_a_hand(self, stocked):
        move(stocked, MUG)
        assert ended(self.send(stocked, LAMP, location="DOCK", to=cart(stocked))) == ("accepted", "moved")
        assert in_hand(stocked) == {"MUG-B": 1, "LAMP": 1}

    def test_cannot_wash_what_is_graded_through_a_hand(self, stocked):
        move(stocked, "QUARANTINE", TEE)
        assert ended(self.send(stocked, TEE, location=cart(stocked), to="A-01-1")) == ("refused", "unexpected")

    @pytest.mark.parametrize(
        "more",
        [
            pytest.param({"location": "A-01-1", "to": "A-01-1"}, id="to where it is"),
            pytest.param({"location": "A-01-1", "to": "NOWHERE"}, id="to no place"),
            pytest.param({"location": "A-01-1", "to": "CUSTOMER"}, id="to a virtual place"),
            pytest.param({"location": "A-01-1", "to": "RETURNS"}, id="to the bench"),
            pytest.param({"location": "RETURNS", "to": "A-01-1"}, id="from the bench"),
            pytest.param({"location": "A-01-1", "disposition": "damaged"}, id="damaged, and no reason"),
            pytest.param({"location": "A-01-1", "disposition": "damaged", "reason": "NOPE"}, id="no such reason"),
            pytest.param({"location": "A-01-1", "disposition": "restock"}, id="good, and no shelf"),
            pytest.param({"location": "A-01-1", "to": "A-01-2", "disposition": "scrap"}, id="two places to go to"),
        ],
    )
    def test_is_told_what_is_wrong(self, stocked, more):
        before = stocked.stock()
        said = self.send(stocked, **more)
        assert ended(said) == ("refused", "unexpected") and said.message and stocked.stock() == before

    @pytest.mark.parametrize("more", [{"location": "NOWHERE", "to": "A-01-1"}, {"location": "SUPPLIER", "to": "A-01-1"}])
    def test_gives_a_place_to_take_from_that_is_one(self, stocked, more):
        with pytest.raises(BadRequest):
            self.send(stocked, **more)

    def test_gives_a_disposition_that_is_one(self, stocked):
        with pytest.raises(BadRequest):
            self.send(stocked, location="A-01-1", disposition="lost")


class TestWhatWaits:
    def test_the_longest_comes_first_with_its_home(self, stocked):
        stocked.scan(LAMP, now=NOW.replace(hour=12))
        with stocked.database.read() as session:
            shown = service.overview(session, stocked.operators["Rosa"], frozenset())
            assert service.due(session) == 2
        assert [(each.sku, each.units, each.home) for each in shown.put_away] == [("LAMP", 5, ""), ("MUG-B", 20, "A-01-1")]
        assert {(each.kind, each.sku) for each in shown.unsold} == {
            ("quarantine", "TEE-M"), ("refurbish", "LAMP"), ("vendor", "LAMP"),
        }  # fmt: skip

    def test_what_left_first_came_first(self, stocked):
        late = NOW.replace(hour=15)
        stocked.scan(LAMP, now=late)
        move(stocked, LAMP, "A-01-1", quantity=1)
        with stocked.database.read() as session:
            shown = service.overview(session, stocked.operators["Rosa"], frozenset())
        assert next(each.since for each in shown.put_away if each.sku == "LAMP") <= late

    def test_others_see_what_is_in_a_hand(self, stocked):
        move(stocked, MUG, LAMP)
        with stocked.database.read() as session:
            seen = service.overview(session, stocked.operators["Theo"], frozenset()).hands
            own = service.overview(session, stocked.operators["Rosa"], frozenset()).hands
            untold = service.overview(session, stocked.operators["Carla"], frozenset())
        assert [(each.name, each.units, each.items) for each in seen] == [("Rosa", 2, ["Desk lamp", "Mug, blue"])]
        assert own == [] and [each.units for each in untold.hands] == [None]
        assert {each.units for each in (*untold.put_away, *untold.unsold)} == {None}
