"""Carts of several orders, on both databases: from the shelf into the hand, and into the tote of an order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scanner.db.sql import run, table_of
from scanner.errors import BadRequest, NotAllowed
from scanner.orders import service as orders
from scanner.orders.carts import service as carts
from scanner.orders.carts.panel import panel_of
from scanner.orders.tables import ShortPick
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from tests.support.carts import begin, hand, said, scan, stock, way
from tests.support.orders import add_order, cancel, packing_place, stock_up
from tests.support.shop import Shop, line, order
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def test_orders_that_are_due_first_go_on_a_cart(stocked):
    page = way(stocked, begin(stocked, 1))
    assert [tote.reference for tote in page.totes] == ["SHOP-1"]
    assert [tote.reference for tote in way(stocked, begin(stocked)).totes] == ["SHOP-2"]


def test_no_order_is_on_two_carts(stocked, cart):
    with pytest.raises(BadRequest, match="No order can be picked now"):
        begin(stocked)


def test_what_no_shelf_has_keeps_an_order_off_a_cart(stocked):
    add_order(stocked, "SHOP-3", [("TEE-M", 1)])
    assert [tote.reference for tote in way(stocked, begin(stocked)).totes] == ["SHOP-1", "SHOP-2"]


@pytest.mark.parametrize(("choice", "on_cart"), [("wait", []), ("split", ["SHOP-3"]), ("", ["SHOP-3"])])
def test_an_order_that_goes_whole_comes_on_a_cart_once_all_of_it_is_there(stocked, cart, choice, on_cart):
    add_order(stocked, "SHOP-3", [("LAMP", 1), ("TEE-M", 1)], choice=choice)
    add_order(stocked, "SHOP-4", [("MUG-B", 1)])
    assert [tote.reference for tote in way(stocked, begin(stocked)).totes] == [*on_cart, "SHOP-4"]


def test_an_order_that_goes_whole_and_can_be_picked_comes_on_a_cart(stocked, cart):
    add_order(stocked, "SHOP-3", [("LAMP", 1)], choice="wait")
    assert [tote.reference for tote in way(stocked, begin(stocked)).totes] == ["SHOP-3"]


def test_what_was_picked_is_counted_after_its_order_went(stocked, cart):
    scan(stocked, cart, "TOTE-1", "TOTE-2", "A-01-1", MUG, MUG, MUG, "TOTE-1", "TOTE-2", "CMD-DONE", "CMD-CONFIRM")
    scan(stocked, "SHOP-2", packing_place(stocked), MUG, "CMD-SHIP", by="Rosa")
    page = way(stocked, cart)
    assert [(tote.scanned, tote.expected) for tote in page.totes] == [(2, 3), (1, 1)]
    assert (page.progress.scanned, page.progress.expected) == (3, 4)


def test_customer_service_begins_no_cart(stocked):
    with pytest.raises(NotAllowed):
        stocked.database.transact(carts.begin, stocked.operators["Vera"], NOW, 6)


def test_the_walk_joins_what_several_orders_want_at_a_shelf(stocked, cart):
    stops = [(stop.location, stop.sku, stop.units) for stop in way(stocked, cart).stops]
    assert stops == [("A-01-1", "MUG-B", 3), ("B-02-1", "LAMP", 1)]


def test_a_free_tote_is_for_the_next_order(stocked, cart):
    first, second = scan(stocked, cart, "TOTE-7"), scan(stocked, cart, "tote-8")
    assert (said(first), "SHOP-1" in first.message) == ((Outcome.ACCEPTED, Reason.LOCATED), True)
    assert [tote.label for tote in way(stocked, cart).totes] == ["TOTE-7", "TOTE-8"]
    assert "Every order has its tote" in second.message


def test_a_tote_that_is_in_use_elsewhere_is_refused(stocked):
    first = begin(stocked, 1)
    scan(stocked, first, "TOTE-7")
    assert "in use for SHOP-1" in scan(stocked, begin(stocked), "TOTE-7").message


def test_goods_go_from_the_shelf_into_the_hand_and_the_tote_is_asked_for(stocked, cart):
    taken = scan(stocked, cart, "TOTE-1", "TOTE-2", "A-01-1", MUG)
    assert said(taken) == (Outcome.ACCEPTED, Reason.COUNTED)
    assert (taken.line.scanned, taken.line.expected) == (1, 3)
    assert "TOTE-1 takes 1" in taken.message
    assert hand(stocked) == {"MUG-B": 1}


def test_the_tote_takes_what_its_order_wants_and_the_rest_stays_in_hand(stocked, cart):
    scan(stocked, cart, "TOTE-1", "TOTE-2", "A-01-1", MUG, MUG, MUG)
    into = scan(stocked, cart, "TOTE-1")
    assert (said(into), into.units) == ((Outcome.ACCEPTED, Reason.COUNTED), 2)
    assert "TOTE-2 takes 1" in into.message
    assert hand(stocked) == {"MUG-B": 1}
    assert stock(stocked, packing_place(stocked)) == {"MUG-B": 2}
    last = scan(stocked, cart, "TOTE-2")
    assert (said(last), hand(stocked)) == ((Outcome.ACCEPTED, Reason.COMPLETE), {})


def test_the_number_of_an_order_does_as_the_label_of_its_tote(stocked, cart):
    assert scan(stocked, cart, "A-01-1", MUG, "SHOP-2").units == 1


def test_the_wrong_tote_is_refused_and_the_right_one_named(stocked, cart):
    scan(stocked, cart, "TOTE-1", "TOTE-2", "B-02-1", LAMP)
    wrong = scan(stocked, cart, "TOTE-2")
    assert said(wrong) == (Outcome.REFUSED, Reason.UNEXPECTED)
    assert wrong.message == "Wrong tote: TOTE-2 wants no Desk lamp. Scan TOTE-1."


def test_a_tote_without_goods_in_hand_takes_nothing(stocked, cart):
    assert "Nothing for TOTE-1" in scan(stocked, cart, "TOTE-1", "TOTE-1").message


@pytest.mark.parametrize(
    ("codes", "reason", "words"),
    [
        pytest.param([MUG], Reason.UNEXPECTED, "scan the label of the shelf first", id="no shelf yet"),
        pytest.param(["A-01-1", TEE], Reason.UNEXPECTED, "Not on this order, nor on another of this cart", id="not on any order"),
        pytest.param(["A-01-1", MUG, MUG, MUG, MUG], Reason.OVER, "too many", id="one more than all orders want"),
        pytest.param(["A-01-1", MUG_CASE], Reason.OVER, "12 at once, and 3 still wanted", id="a case is too many at once"),
        pytest.param(["A-01-2"], Reason.UNEXPECTED, "Wrong shelf", id="a shelf where nothing is to be taken"),
        pytest.param(["DOCK"], Reason.UNEXPECTED, "not a shelf to pick from", id="the label of no shelf"),
        pytest.param(["A-01-1", "NEVER-SEEN"], Reason.UNKNOWN, "No item has the code", id="an unknown code"),
        pytest.param(["CMD-RESTOCK"], Reason.UNEXPECTED, "works on a return or MOVES, not here", id="a command of another task"),
    ],
)
def test_what_is_wrong_is_said_and_moves_nothing(stocked, cart, codes, reason, words):
    before = stock(stocked, "A-01-1")
    *first, last = codes
    for code in first:
        scan(stocked, cart, code)
    held = hand(stocked)
    result = scan(stocked, cart, last)
    assert said(result) == (Outcome.REFUSED, reason)
    assert words in result.message
    assert hand(stocked) == held
    assert before["MUG-B"] - held.get("MUG-B", 0) == stock(stocked, "A-01-1")["MUG-B"]


def test_goods_at_a_shelf_that_has_none_by_the_record_wait_for_a_yes(stocked, cart):
    scan(stocked, cart, "A-01-2")
    held = scan(stocked, cart, MUG)
    assert said(held) == (Outcome.HELD, Reason.UNEXPECTED)
    assert held.message.startswith("Wrong shelf: the record has Mug, blue at A-01-1")
    yes = scan(stocked, cart, "CMD-CONFIRM")
    assert (said(yes), hand(stocked)) == ((Outcome.ACCEPTED, Reason.COUNTED), {"MUG-B": 1})


def test_undo_takes_back_one_step_after_the_other(stocked, cart):
    scan(stocked, cart, "TOTE-1", "A-01-1", MUG, MUG, "TOTE-1")
    assert scan(stocked, cart, "CMD-UNDO").units == -2
    assert (hand(stocked), stock(stocked, packing_place(stocked))) == ({"MUG-B": 2}, {})
    scan(stocked, cart, "CMD-UNDO", "CMD-UNDO")
    assert (hand(stocked), stock(stocked, "A-01-1")) == ({}, {"MUG-B": 20})


def test_what_is_in_hand_keeps_the_cart_open(stocked, cart):
    refused = scan(stocked, cart, "A-01-1", MUG, "CMD-DONE")
    assert said(refused) == (Outcome.REFUSED, Reason.UNEXPECTED)
    assert "1 Mug, blue still in your hand" in refused.message


def test_a_finished_cart_frees_its_orders_and_takes_no_more(stocked, cart):
    assert said(scan(stocked, cart, "TOTE-1", "CMD-DONE", "CMD-CONFIRM")) == (Outcome.ACCEPTED, Reason.COMPLETE)
    assert "is finished" in scan(stocked, cart, MUG).message
    again = begin(stocked)
    assert len(way(stocked, again).totes) == 2


def test_a_cart_whose_shelves_still_have_something_for_it_asks_before_it_ends(stocked, cart):
    scan(stocked, cart, "TOTE-1", "A-01-1", MUG, "TOTE-1")
    asked = scan(stocked, cart, "CMD-DONE")
    assert said(asked) == (Outcome.HELD, Reason.SHORT)
    assert asked.message == f"3 units are still to take: end {cart} anyway? Scan CMD-CONFIRM."
    assert said(scan(stocked, cart, "CMD-CONFIRM")) == (Outcome.ACCEPTED, Reason.COMPLETE)
    with stocked.database.read() as session:
        lines = orders.order_page(session, "SHOP-1", 0, "").view.lines
    assert {each.sku: each.scanned for each in lines} == {"LAMP": 0, "MUG-B": 1}


def test_who_says_no_goes_on_with_the_cart(stocked, cart):
    scan(stocked, cart, "CMD-DONE", "CMD-LEAVE")
    assert scan(stocked, cart, "A-01-1", MUG).outcome is Outcome.ACCEPTED


def test_a_cart_at_its_end_is_finished_at_once(stocked):
    cart = begin(stocked, 1)
    told = scan(stocked, cart, "TOTE-1", "A-01-1", MUG, MUG, "B-02-1", LAMP, "TOTE-1")
    assert told.message.startswith("Nothing is left to take: scan CMD-DONE.")
    assert said(scan(stocked, cart, "CMD-DONE")) == (Outcome.ACCEPTED, Reason.COMPLETE)


def test_a_tote_too_many_ends_with_the_tote_that_is_asked_for(stocked, cart):
    told = scan(stocked, cart, "TOTE-1", "TOTE-2", "A-01-1", MUG, "TOTE-9")
    assert told.message == "Every order on this cart has its tote. TOTE-9 is not needed. TOTE-1 takes 1. 1 in your hand."
    assert way(stocked, cart).asked == "TOTE-1"


def test_a_cancelled_order_gives_nothing_more_to_take(stocked, cart):
    cancel(stocked, "SHOP-1")
    assert [(stop.sku, stop.units) for stop in way(stocked, cart).stops] == [("MUG-B", 1)]
    assert scan(stocked, cart, "A-01-1", MUG, MUG).reason is Reason.OVER


def test_a_kit_is_picked_as_its_parts(stocked):
    stock_up(stocked, "B-02-1", "TEE-M", 5)
    add_order(stocked, "SHOP-4", [("SET", 1)])
    cart = begin(stocked)
    assert {stop.sku for stop in way(stocked, cart).stops} >= {"MUG-B"}


def test_the_same_scan_again_is_the_same_answer(stocked, cart):
    scan(stocked, cart, "A-01-1")
    request = stocked.request(MUG, "Pia", cart)
    first, again = stocked.send(request), stocked.send(request)
    assert (again.replayed, again.message, hand(stocked)) == (True, first.message, {"MUG-B": 1})


def test_a_short_pick_sends_the_picker_to_the_other_shelf_and_is_noted_for_each_order(stocked, cart):
    stock_up(stocked, "B-02-1", "MUG-B", 2)
    short = scan(stocked, cart, "A-01-1", "CMD-SHORT")
    assert (said(short), short.units) == ((Outcome.ACCEPTED, Reason.SHORT_PICK), 3)
    assert short.message == "Noted: Mug, blue is not there. 2 more at B-02-1, and 1 nowhere."
    assert [(stop.location, stop.sku, stop.units) for stop in way(stocked, cart).stops] == [
        ("B-02-1", "MUG-B", 2), ("B-02-1", "LAMP", 1),
    ]  # fmt: skip
    assert short_units(stocked) == [1, 2]
    scan(stocked, cart, "CMD-UNDO")
    assert way(stocked, cart).stops[0].location == "A-01-1"
    assert short_units(stocked) == [-2, -1, 1, 2]


def short_units(warehouse):
    with warehouse.database.read() as session:
        return sorted(run(session, select(table_of(ShortPick).c.units)).scalars())


def test_a_short_pick_of_a_code_that_nobody_knows_notes_nothing(stocked, cart):
    result = scan(stocked, cart, "NEVER-SEEN", location="A-01-1", short=True)
    assert said(result) == (Outcome.REFUSED, Reason.UNKNOWN)
    assert short_units(stocked) == []


def test_a_short_pick_of_an_item_is_of_that_item_alone(stocked, cart):
    result = scan(stocked, cart, MUG, location="A-01-1", short=True, reason="damaged")
    assert (said(result), result.item.sku, result.units) == ((Outcome.ACCEPTED, Reason.SHORT_PICK), "MUG-B", 3)


def test_a_short_pick_of_what_no_order_wants_notes_nothing(stocked, cart):
    result = scan(stocked, cart, TEE, location="A-01-1", short=True)
    assert said(result) == (Outcome.REFUSED, Reason.UNEXPECTED) and "Not on this order" in result.message
    assert short_units(stocked) == []


def test_a_word_that_is_no_reason_of_a_short_pick_is_refused(stocked, cart):
    result = scan(stocked, cart, MUG, location="A-01-1", short=True, reason="eaten")
    assert said(result) == (Outcome.REFUSED, Reason.UNEXPECTED)
    assert result.message == "Expected not there, damaged, wrong place as the reason of a short pick."
    assert short_units(stocked) == []


def test_what_the_shop_wants_no_more_of_is_not_taken_out_of_its_tote_by_undo(warehouse):
    """It is off its order already: taken out once more, less than nothing would be picked."""
    stock_up(warehouse, "A-01-1", "MUG-B", 9)
    sent = Shop(warehouse)
    sent.put(order(line("1", "MUG-B", 2)))
    cart = warehouse.database.transact(carts.begin, warehouse.operators["Pia"], NOW, 1)
    scan(warehouse, cart, "A-01-1", MUG, MUG, "SO-1")
    sent.put(order(line("1", "MUG-B", 1), version=2))
    refused = scan(warehouse, cart, "CMD-UNDO")
    assert said(refused) == (Outcome.REFUSED, Reason.UNDONE)
    assert refused.message == "The shop wants no more of Mug, blue, so it is off the order. Put it away with MOVES."
    assert warehouse.lines("SO-1") == [("MUG-B", 1)]


def test_a_kit_of_which_a_part_is_at_another_shelf_waits_for_a_yes(stocked):
    """Mugs are at A-01-1, lamps are not."""
    add_order(stocked, "SHOP-4", [("SET", 1)])
    cart = begin(stocked)
    held = scan(stocked, cart, "A-01-1", "SET")
    assert said(held) == (Outcome.HELD, Reason.UNEXPECTED)
    assert held.message.startswith("Wrong shelf: the record has Desk lamp at B-02-1.")
    assert hand(stocked) == {}
    assert scan(stocked, cart, "CMD-CONFIRM").outcome is Outcome.ACCEPTED


def test_another_tote_that_wants_the_goods_too_gets_them_and_it_is_said(stocked, cart):
    taken = scan(stocked, cart, "TOTE-1", "TOTE-2", "A-01-1", MUG)
    assert taken.message == "Mug, blue: TOTE-1 takes 1. 1 in your hand."
    other = scan(stocked, cart, "SHOP-2")
    assert said(other) == (Outcome.ACCEPTED, Reason.UNEXPECTED)
    assert other.message == "Not TOTE-1, as asked: 1 into TOTE-2 (SHOP-2): all of it is picked. Next: A-01-1."


def test_an_order_that_was_begun_elsewhere_says_what_of_it_is_picked_and_where_that_stands(stocked):
    first = begin(stocked, 1)
    scan(stocked, first, "TOTE-7", "A-01-1", MUG, "TOTE-7", "CMD-DONE", "CMD-CONFIRM")
    scan(stocked, "SHOP-1", "B-02-1", LAMP)
    second = begin(stocked, 1)
    (tote,) = way(stocked, second).totes
    assert [(each.name, each.units) for each in tote.before] == [("Desk lamp", 1), ("Mug, blue", 1)]
    assert tote.stands == "TOTE-7, PACKING"
    scan(stocked, second, "TOTE-8", "A-01-1", MUG, "TOTE-8")
    (tote,) = way(stocked, second).totes
    assert [(each.name, each.units) for each in tote.before] == [("Desk lamp", 1), ("Mug, blue", 1)]


class TestWhatIsToBePutBack:
    @pytest.fixture
    def sold(self, stocked):
        """SO-1 of two mugs is on Pia's cart, and both are in its tote."""
        shop = Shop(stocked)
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW))
        cart = begin(stocked, 1)
        scan(stocked, cart, "TOTE-1", "A-01-1", MUG, MUG, "TOTE-1")
        return shop, cart

    def test_the_next_scan_and_the_page_say_that_an_order_is_cancelled(self, stocked, sold):
        shop, cart = sold
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW, version=2, cancelled=True))
        words = "SO-1 is cancelled: put its 2 Mug, blue back with MOVES, from TOTE-1 at PACKING."
        page = way(stocked, cart)
        assert [each.said(page.packing) for each in page.back] == [words]
        assert scan(stocked, cart, "A-01-1").message.endswith(words)
        assert words not in scan(stocked, cart, "A-01-1").message, "it is said once"
        assert words in scan(stocked, cart, "A-01-1", by="Rosa").message, "and to everybody on the cart"
        assert way(stocked, cart).back, "the page says it until it is done"

    def test_of_one_that_nothing_was_taken_for_it_is_said_once_that_it_is_cancelled(self, stocked):
        shop = Shop(stocked)
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW))
        cart = begin(stocked, 1)
        scan(stocked, cart, "TOTE-1")
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW, version=2, cancelled=True), now=NOW + MINUTE)
        told = scan(stocked, cart, "A-01-1", now=NOW + 2 * MINUTE).message
        assert told.endswith(" SO-1 is cancelled: nothing of it was taken.")
        assert "cancelled" not in scan(stocked, cart, "A-01-1", now=NOW + 3 * MINUTE).message
        assert [tote.over for tote in way(stocked, cart).totes] == ["cancelled"]

    def test_it_has_a_line_of_its_own_in_the_panel(self, stocked, sold):
        shop, cart = sold
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW, version=2, cancelled=True))
        panel = panel_of(scan(stocked, cart, "A-01-1"))
        assert panel.notice == "SO-1 is cancelled: put its 2 Mug, blue back with MOVES, from TOTE-1 at PACKING."
        assert "SO-1" not in panel.words and panel.words

    def test_of_an_order_that_wants_less_it_is_the_rest(self, stocked, sold):
        shop, cart = sold
        shop.put(order(line("1", "MUG-B", 2, 1), due_at=NOW, version=2))
        words = "SO-1 wants less: put 1 Mug, blue back with MOVES, from TOTE-1 at PACKING."
        assert scan(stocked, cart, "A-01-1").message.endswith(words)

    def test_what_is_put_away_is_asked_for_no_more(self, stocked, sold):
        shop, cart = sold
        shop.put(order(line("1", "MUG-B", 2), due_at=NOW, version=2, cancelled=True))
        for code in (packing_place(stocked), MUG, MUG, "A-01-1"):
            stocked.scan(code, by="Rosa", task="MOVES")
        assert way(stocked, cart).back == []


def test_the_walk_counts_none_that_was_picked_before_it(stocked):
    stocked.scan("A-01-1", by="Pia", task="SHOP-1")
    stocked.scan(MUG, by="Pia", task="SHOP-1")
    cart = begin(stocked)
    first = scan(stocked, cart, "A-01-1", MUG)
    assert (first.line.scanned, first.line.expected) == (1, 2)
    into = scan(stocked, cart, "SHOP-1")
    assert (into.line.scanned, into.line.expected) == (1, 2)
