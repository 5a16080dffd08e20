"""Undo on a cart, on both databases: what is packed, shipped or cancelled stays."""

from __future__ import annotations

import pytest

from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from tests.support.carts import hand, said, scan, stock, way
from tests.support.orders import cancel, packing_place
from tests.support.warehouse import MUG


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


@pytest.fixture
def picked(stocked, cart):
    """SHOP-2, of one mug, is in its tote."""
    scan(stocked, cart, "A-01-1", MUG, "SHOP-2")
    return stocked


def pack(warehouse, *codes):
    return scan(warehouse, "SHOP-2", *codes, by="Rosa", location=packing_place(warehouse))


def test_what_is_in_the_parcel_stays_there(picked, cart):
    pack(picked, MUG)
    undone = scan(picked, cart, "CMD-UNDO")
    assert said(undone) == (Outcome.REFUSED, Reason.UNDONE) and "in the parcel of SHOP-2 already" in undone.message
    assert (picked.lines("SHOP-2"), hand(picked)) == ([("MUG-B", 1)], {})


def test_what_is_shipped_is_not_taken_back(picked, cart):
    assert pack(picked, MUG, "CMD-SHIP").outcome is Outcome.ACCEPTED
    undone = scan(picked, cart, "CMD-UNDO")
    assert said(undone) == (Outcome.REFUSED, Reason.UNDONE) and "SHOP-2 is shipped or cancelled" in undone.message
    assert (picked.lines("SHOP-2"), hand(picked), stock(picked, packing_place(picked))) == ([("MUG-B", 1)], {}, {})


def test_what_was_picked_for_a_cancelled_order_is_put_away_with_moves(picked, cart):
    cancel(picked, "SHOP-2")
    assert said(scan(picked, cart, "CMD-UNDO")) == (Outcome.REFUSED, Reason.UNDONE)
    assert stock(picked, packing_place(picked)) == {"MUG-B": 1}


def test_out_of_the_parcel_it_can_be_taken_back(picked, cart):
    pack(picked, MUG, "CMD-UNDO")
    assert scan(picked, cart, "CMD-UNDO").outcome is Outcome.ACCEPTED
    assert (picked.lines("SHOP-2"), hand(picked)) == ([("MUG-B", 0)], {"MUG-B": 1})


class TestOfATote:
    def test_it_is_taken_back_and_the_goods_before_it_stay(self, stocked, cart):
        scan(stocked, cart, "TOTE-1", "A-01-1", MUG, "TOTE-1", "TOTE-2")
        undone = scan(stocked, cart, "CMD-UNDO")
        assert said(undone) == (Outcome.ACCEPTED, Reason.UNDONE)
        assert undone.message == "Taken back: TOTE-2 is not the tote of SHOP-2 any more."
        assert totes(stocked, cart) == {"SHOP-1": "TOTE-1", "SHOP-2": None}
        assert (stocked.lines("SHOP-1")[0], hand(stocked)) == (("MUG-B", 1), {})

    def test_one_more_takes_back_what_was_done_before(self, stocked, cart):
        scan(stocked, cart, "TOTE-1", "A-01-1", MUG, "TOTE-1", "TOTE-2", "CMD-UNDO", "CMD-UNDO")
        assert hand(stocked) == {"MUG-B": 1} and totes(stocked, cart)["SHOP-1"] == "TOTE-1"

    def test_goods_that_were_taken_after_it_come_first(self, stocked, cart):
        scan(stocked, cart, "TOTE-1", "A-01-1", MUG, "CMD-UNDO")
        assert hand(stocked) == {} and totes(stocked, cart)["SHOP-1"] == "TOTE-1"
        scan(stocked, cart, "CMD-UNDO")
        assert totes(stocked, cart) == {"SHOP-1": None, "SHOP-2": None}

    def test_one_that_somebody_put_goods_into_stays(self, stocked, cart):
        scan(stocked, cart, "TOTE-1")
        scan(stocked, cart, "A-01-1", MUG, "TOTE-1", by="Theo", device="handheld-2")
        undone = scan(stocked, cart, "CMD-UNDO")
        assert undone.message == "TOTE-1 has goods of SHOP-1 in it: it stays its tote."
        assert said(undone) == (Outcome.REFUSED, Reason.UNDONE) and totes(stocked, cart)["SHOP-1"] == "TOTE-1"

    def test_another_tote_can_be_given_after(self, stocked, cart):
        scan(stocked, cart, "TOTE-1", "CMD-UNDO", "TOTE-2")
        assert totes(stocked, cart) == {"SHOP-1": "TOTE-2", "SHOP-2": None}


def totes(warehouse, cart):
    return {each.reference: each.label for each in way(warehouse, cart).totes}
