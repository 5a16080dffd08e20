"""Which order a tote is for, on both databases: given once, given again, and never with goods of another order in it."""

from __future__ import annotations

import pytest

from scanner.orders.shipments.service import SentLine
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from tests.support.carts import begin, said, scan, stock, way
from tests.support.orders import packing_place
from tests.support.shop import Shop, line, order
from tests.support.warehouse import MUG


@pytest.fixture
def shop(warehouse):
    shop = Shop(warehouse)
    shop.stock("MUG-B", "A-01-1", 20)
    yield shop
    with warehouse.database.read() as session:
        assert verify(session) == []


def take_in(shop, reference, units=1, version=1, **more):
    return shop.put(order(line("1", "MUG-B", units), reference=reference, version=version, **more))


def totes(shop, cart):
    return [(each.reference, each.label) for each in way(shop.warehouse, cart).totes]


@pytest.fixture
def left_full(shop):
    """The cart that brought two mugs in TOTE-1 for SO-1, which is cancelled since."""
    take_in(shop, "SO-1", 2)
    cart = begin(shop.warehouse)
    scan(shop.warehouse, cart, "TOTE-1", "A-01-1", MUG, MUG, "TOTE-1")
    shop.put(order(reference="SO-1", version=2, cancelled=True))
    scan(shop.warehouse, cart, "CMD-DONE")
    return cart


class TestFullTotes:
    def test_a_tote_with_goods_to_put_back_is_given_to_nobody(self, shop, left_full):
        take_in(shop, "SO-2")
        refused = scan(shop.warehouse, begin(shop.warehouse), "TOTE-1", by="Theo")
        assert said(refused) == (Outcome.REFUSED, Reason.UNEXPECTED)
        assert refused.message == "TOTE-1 has 2 Mug, blue of SO-1 in it still: put that away with MOVES. Take another tote."

    def test_once_it_is_empty_it_is_free(self, shop, left_full):
        scan(shop.warehouse, "MOVES", packing_place(shop.warehouse), MUG, MUG, "A-01-1")
        take_in(shop, "SO-2")
        assert "TOTE-1 is for SO-2" in scan(shop.warehouse, begin(shop.warehouse), "TOTE-1").message

    def test_an_order_that_is_opened_again_has_lost_the_tote_that_another_has_now(self, shop, left_full):
        scan(shop.warehouse, "MOVES", packing_place(shop.warehouse), MUG, MUG, "A-01-1")
        take_in(shop, "SO-2")
        cart = begin(shop.warehouse)
        scan(shop.warehouse, cart, "TOTE-1")
        take_in(shop, "SO-1", 2, version=3)
        assert (totes(shop, cart), totes(shop, left_full)) == ([("SO-2", "TOTE-1")], [("SO-1", None)])


class TestCartsThatEnded:
    """A cart ends, and its order comes on another."""

    def test_a_tote_that_stayed_empty_is_free(self, shop):
        take_in(shop, "SO-1")
        scan(shop.warehouse, begin(shop.warehouse), "TOTE-1", "CMD-DONE", "CMD-CONFIRM")
        take_in(shop, "SO-2")
        cart = begin(shop.warehouse)
        scan(shop.warehouse, cart, "TOTE-5", "TOTE-1")
        assert totes(shop, cart) == [("SO-1", "TOTE-5"), ("SO-2", "TOTE-1")]

    def test_the_tote_that_an_order_had_is_its_own_again(self, shop):
        take_in(shop, "SO-1", 2)
        scan(shop.warehouse, begin(shop.warehouse), "TOTE-1", "A-01-1", MUG, "TOTE-1", "CMD-DONE", "CMD-CONFIRM")
        take_in(shop, "SO-0")
        take_in(shop, "SO-2")
        cart = begin(shop.warehouse)
        assert scan(shop.warehouse, cart, "TOTE-1").message.startswith("TOTE-1 is for SO-1.")
        assert ("SO-1", "TOTE-1") in totes(shop, cart)

    def test_for_other_orders_it_is_in_use(self, shop):
        take_in(shop, "SO-1", 2)
        scan(shop.warehouse, begin(shop.warehouse, 1), "TOTE-1", "A-01-1", MUG, "TOTE-1", "CMD-DONE", "CMD-CONFIRM")
        other = begin(shop.warehouse, 1)
        scan(shop.warehouse, other, "TOTE-2")
        take_in(shop, "SO-2")
        refused = scan(shop.warehouse, begin(shop.warehouse, 1), "TOTE-1")
        assert refused.message.startswith("TOTE-1 is in use for SO-1.")


class TestNumbersThatDifferInCase:
    """Without totes goods go into the order whose number is scanned."""

    @pytest.fixture
    def cart(self, shop):
        for reference in ("Ab-1", "ab-1"):
            take_in(shop, reference)
        cart = begin(shop.warehouse)
        scan(shop.warehouse, cart, "A-01-1", MUG, MUG)
        return cart

    @pytest.mark.parametrize(("said", "other"), [("ab-1", "Ab-1"), ("Ab-1", "ab-1")])
    def test_the_one_that_is_scanned_gets_them(self, shop, cart, said, other):
        assert scan(shop.warehouse, cart, said).units == 1
        assert (shop.warehouse.lines(said), shop.warehouse.lines(other)) == ([("MUG-B", 1)], [("MUG-B", 0)])

    def test_a_spelling_of_both_is_neither(self, shop, cart):
        assert scan(shop.warehouse, cart, "AB-1").outcome is not Outcome.ACCEPTED
        assert stock(shop.warehouse, packing_place(shop.warehouse)) == {}

    def test_caps_lock_does_no_harm_where_there_is_one(self, shop):
        take_in(shop, "SO-x")
        cart = begin(shop.warehouse)
        assert scan(shop.warehouse, cart, "A-01-1", MUG, "so-X").units == 1


def test_what_the_shop_sent_of_a_pick_is_not_said_to_be_packed(shop):
    take_in(shop, "SO-1", 2)
    cart = begin(shop.warehouse)
    scan(shop.warehouse, cart, "TOTE-1", "A-01-1", MUG, MUG, "TOTE-1")
    shop.ship(SentLine(1, sku="MUG-B"))
    undone = scan(shop.warehouse, cart, "CMD-UNDO")
    assert undone.message == "It went already, all of it or a part, as the shop says: this pick is not taken back."
