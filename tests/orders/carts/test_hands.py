"""What is in hand of a cart, on both databases: what was taken on it, by whom, and nothing else that a person carries."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanner.data.imports import import_csv
from scanner.orders.carts.hands import Step, still_held
from scanner.scans.carts import find_cart
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from tests.support.carts import begin, hand, said, scan, stock, way
from tests.support.orders import add_order, cancel, packing_place
from tests.support.warehouse import LAMP, MUG, NOW, link_code

ASIDE = b"location,sku,units\nDOCK,MUG-B,5\nQUARANTINE,MUG-B,4\n"


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


@pytest.fixture
def floor(stocked):
    """With mugs at the dock, and others in quarantine."""
    stocked.database.transact(import_csv, "stock", BytesIO(ASIDE), None, NOW)
    return stocked


@pytest.fixture
def cart(floor):
    made = begin(floor)
    scan(floor, made, "TOTE-1", "TOTE-2")
    return made


def move(warehouse, *codes, by="Pia", **more):
    return scan(warehouse, "MOVES", *codes, by=by, **more)


class TestGoodsOfOtherTasks:
    def test_goods_out_of_quarantine_get_into_no_tote(self, floor, cart):
        move(floor, "QUARANTINE", MUG, MUG)
        into = scan(floor, cart, "TOTE-1")
        assert said(into) == (Outcome.REFUSED, Reason.UNEXPECTED)
        assert "Nothing for TOTE-1 is in your hand from PICK-1" in into.message
        assert (stock(floor, packing_place(floor)), floor.lines("SHOP-1")[0]) == ({}, ("MUG-B", 0))

    def test_a_tote_takes_what_was_taken_here_and_leaves_the_rest_in_hand(self, floor, cart):
        move(floor, "QUARANTINE", MUG, MUG)
        scan(floor, cart, "A-01-1", MUG)
        assert scan(floor, cart, "TOTE-1").units == 1
        assert (hand(floor), stock(floor, packing_place(floor))) == ({"MUG-B": 2}, {"MUG-B": 1})

    def test_what_comes_in_later_does_not_stand_for_what_was_put_away(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG)
        move(floor, "A-01-1")
        move(floor, "QUARANTINE", MUG)
        assert hand(floor) == {"MUG-B": 1}
        assert "Nothing for TOTE-1" in scan(floor, cart, "TOTE-1").message

    def test_goods_from_the_dock_leave_the_walk_as_it_is(self, floor, cart):
        move(floor, "DOCK", MUG, MUG, MUG)
        assert [(stop.sku, stop.units) for stop in way(floor, cart).stops] == [("MUG-B", 3), ("LAMP", 1)]
        assert said(scan(floor, cart, "A-01-1", MUG)) == (Outcome.ACCEPTED, Reason.COUNTED)

    def test_goods_of_another_cart_are_of_that_cart(self, floor, cart):
        add_order(floor, "SHOP-3", [("MUG-B", 1)])
        other = begin(floor)
        scan(floor, other, "A-01-1", MUG)
        assert (way(floor, cart).hand, [each.units for each in way(floor, other).hand]) == ([], [1])
        assert "Nothing for TOTE-1" in scan(floor, cart, "TOTE-1").message

    def test_goods_of_other_tasks_do_not_keep_the_cart_open(self, floor, cart):
        move(floor, "DOCK", MUG)
        assert said(scan(floor, cart, "CMD-DONE", "CMD-CONFIRM")) == (Outcome.ACCEPTED, Reason.COMPLETE)

    def test_what_was_put_away_is_to_be_taken_again_and_keeps_nothing_open(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG)
        move(floor, "A-01-1")
        assert way(floor, cart).stops[0].units == 3
        assert scan(floor, cart, "CMD-DONE", "CMD-CONFIRM").outcome is Outcome.ACCEPTED

    def test_undo_does_not_put_other_goods_on_the_shelf(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG)
        move(floor, "A-01-1")
        move(floor, "QUARANTINE", MUG)
        undone = scan(floor, cart, "CMD-UNDO")
        assert said(undone) == (Outcome.REFUSED, Reason.UNDONE) and "not in your hand any more" in undone.message
        assert (hand(floor), stock(floor, "A-01-1")) == ({"MUG-B": 1}, {"MUG-B": 20})


class TestTwoHands:
    def test_the_only_one_that_is_wanted_is_taken_once(self, floor, cart):
        scan(floor, cart, "B-02-1", LAMP)
        second = scan(floor, cart, "B-02-1", LAMP, by="Theo")
        assert said(second) == (Outcome.REFUSED, Reason.OVER)
        assert (hand(floor), hand(floor, "Theo"), stock(floor, "B-02-1")) == ({"LAMP": 1}, {}, {"LAMP": 4})

    def test_what_others_have_counts_as_taken(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG, by="Theo")
        mine = scan(floor, cart, "A-01-1", MUG)
        assert (mine.line.scanned, mine.line.expected) == (2, 3) and "1 in your hand" in mine.message
        assert way(floor, cart).stops[0].units == 1
        assert scan(floor, cart, MUG).reason is Reason.COMPLETE

    def test_a_tote_takes_only_from_the_hand_of_who_scans_it(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG, MUG, by="Theo")
        into = scan(floor, cart, "TOTE-1")
        assert into.outcome is Outcome.REFUSED and "Theo has 2 Mug, blue." in into.message
        scan(floor, cart, "A-01-1", MUG)
        mine = scan(floor, cart, "TOTE-1")
        assert (mine.units, mine.line.scanned) == (1, 3), "in a tote or in a hand, all three are taken"
        assert hand(floor, "Theo") == {"MUG-B": 2}

    def test_a_cart_is_not_finished_while_somebody_else_has_goods_of_it(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG, by="Theo")
        refused = scan(floor, cart, "CMD-DONE")
        assert said(refused) == (Outcome.REFUSED, Reason.UNEXPECTED)
        assert refused.message.startswith("Not finished: Theo has 1 Mug, blue.")
        scan(floor, cart, "TOTE-1", by="Theo")
        assert scan(floor, cart, "CMD-DONE", "CMD-CONFIRM").outcome is Outcome.ACCEPTED

    def test_the_page_says_who_else_has_what(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG, by="Theo")
        seen = way(floor, cart)
        assert (seen.hand, [(each.holder, each.units, each.name) for each in seen.others]) == ([], [("Theo", 1, "Mug, blue")])

    def test_goods_of_a_cancelled_order_keep_the_cart_open_until_they_are_put_away(self, floor, cart):
        scan(floor, cart, "B-02-1", LAMP)
        cancel(floor, "SHOP-1")
        assert "1 Desk lamp still in your hand" in scan(floor, cart, "CMD-DONE").message
        move(floor, "B-02-1")
        assert scan(floor, cart, "CMD-DONE", "CMD-CONFIRM").outcome is Outcome.ACCEPTED

    def test_a_code_that_is_linked_later_is_in_the_hand_of_who_scanned_it(self, floor, cart):
        scan(floor, cart, "A-01-1", "NEW-LABEL")
        floor.database.transact(link_code, "NEW-LABEL", "MUG-B", 1, floor.operators["Sam"], "desk", NOW)
        assert (hand(floor), hand(floor, "Sam")) == ({"MUG-B": 1}, {})


class TestTakenBack:
    """What another task did and took back never was."""

    @pytest.fixture
    def taken(self, floor, cart):
        scan(floor, cart, "A-01-1", MUG)
        return floor

    def test_a_put_away_by_mistake(self, taken, cart):
        move(taken, "A-01-2", "CMD-UNDO")
        assert way(taken, cart).stops[0].units == 2
        assert scan(taken, cart, "TOTE-1").units == 1

    def test_a_hand_over_by_mistake(self, taken, cart):
        move(taken, f"CMD-TAKE-{own_cart(taken)}", "CMD-UNDO", by="Theo")
        assert [(each.holder, each.units) for each in way(taken, cart).hand] == [("Pia", 1)]
        assert scan(taken, cart, "TOTE-1").units == 1

    def test_with_other_goods_taken_meanwhile(self, taken, cart):
        move(taken, "A-01-2")
        move(taken, "QUARANTINE", MUG, by="Pia", device="handheld-2")
        move(taken, "CMD-UNDO")
        assert (hand(taken), [each.units for each in way(taken, cart).hand]) == ({"MUG-B": 2}, [1])

    def test_a_cart_is_not_finished_with_such_goods_in_hand(self, taken, cart):
        move(taken, "A-01-2", "CMD-UNDO")
        assert scan(taken, cart, "CMD-DONE").message.startswith("Not finished: 1 Mug, blue still in your hand")


class TestTakenOver:
    """A colleague goes on where somebody stopped: what is taken over stays goods of the cart."""

    @pytest.fixture
    def over(self, floor, cart):
        move(floor, "QUARANTINE", MUG)
        scan(floor, cart, "A-01-1", MUG, MUG)
        move(floor, f"CMD-TAKE-{own_cart(floor)}", by="Theo")
        return floor

    def test_who_took_over_has_them_in_hand(self, over, cart):
        assert [(each.holder, each.units) for each in way(over, cart, by="Theo").hand] == [("Theo", 2)]
        assert (hand(over, "Theo"), way(over, cart).hand) == ({"MUG-B": 3}, [])

    def test_a_tote_takes_them_and_leaves_the_other_goods(self, over, cart):
        assert scan(over, cart, "TOTE-1", by="Theo").units == 2
        assert (hand(over, "Theo"), stock(over, packing_place(over))) == ({"MUG-B": 1}, {"MUG-B": 2})

    def test_from_hand_to_hand_and_back_again(self, over, cart):
        for taker, holder in (("Rosa", "Theo"), ("Pia", "Rosa")):
            move(over, f"CMD-TAKE-{own_cart(over, holder)}", by=taker)
        assert scan(over, cart, "TOTE-1").units == 2

    def test_who_gave_them_away_takes_none_of_it_back(self, over, cart):
        undone = scan(over, cart, "CMD-UNDO")
        assert said(undone) == (Outcome.REFUSED, Reason.UNDONE) and "not in your hand any more" in undone.message

    def test_the_cart_is_not_finished_while_they_are_in_hand(self, over, cart):
        assert "Theo has 2 Mug, blue" in scan(over, cart, "CMD-DONE").message


def own_cart(warehouse, by="Pia"):
    """The label of a person's own cart."""
    with warehouse.database.read() as session:
        return find_cart(session, warehouse.operators[by].id).code


ME, THEO, SHELF, TOTE = 1, 2, 7, 8


def step(units, source, target, *, own=False):
    return Step(source, target, units, own, target in (ME, THEO))


def take(units):
    return step(units, SHELF, ME, own=True)


def put(units):
    return step(units, ME, SHELF)


def came(units):
    return step(units, SHELF, ME)


@pytest.mark.parametrize(
    ("there", "steps", "held"),
    [
        pytest.param({ME: 2}, [take(2)], {ME: 2}, id="nothing else happened"),
        pytest.param({ME: 5}, [take(2)], {ME: 2}, id="beside goods that were there before"),
        pytest.param({ME: 5}, [take(2), came(3)], {ME: 2}, id="beside goods that came later"),
        pytest.param({}, [take(2), put(2)], {}, id="put away"),
        pytest.param({ME: 2}, [take(2), put(2), came(2)], {}, id="put away, and others came"),
        pytest.param({ME: 1}, [take(2), put(1)], {ME: 1}, id="one put away"),
        pytest.param({ME: 2}, [take(3), put(2), came(1)], {ME: 1}, id="two put away, and another came"),
        pytest.param({ME: 1}, [take(1), put(2)], {ME: 1}, id="what went was there before"),
        pytest.param({ME: 1}, [take(1), came(2), put(2)], {ME: 1}, id="what went had come"),
        pytest.param({ME: 1}, [take(2), put(2), take(1)], {ME: 1}, id="taken again"),
        pytest.param({ME: 1}, [take(3), step(2, ME, TOTE, own=True)], {ME: 1}, id="into a tote"),
        pytest.param({THEO: 3}, [take(2), step(3, ME, THEO)], {THEO: 2}, id="taken over with other goods"),
        pytest.param(
            {ME: 1, THEO: 2}, [take(2), step(2, ME, THEO)], {ME: 1, THEO: 1}, id="taken over in part, other goods first"
        ),
    ],
)
def test_what_is_still_held_of_what_was_taken(there, steps, held):
    assert +still_held(there, steps) == held
