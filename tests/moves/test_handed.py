"""Whoever had goods in hand is told once that somebody took them over."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanner.data.imports import import_csv
from scanner.moves.handed import said
from tests.moves.test_pages import cart, send, signed_in, swap
from tests.moves.test_scans import STOCK, in_hand, move
from tests.support.warehouse import LAMP, MUG, NOW


@pytest.fixture
def stocked(warehouse):
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    return warehouse


@pytest.fixture
def emptied(stocked):
    """Rosa had two mugs and a lamp in hand; Theo took all of it over."""
    move(stocked, MUG, MUG, LAMP)
    move(stocked, f"CMD-TAKE-{cart(stocked)}", by="Theo", device="handheld-2")
    return stocked


SAID = "Theo took over 2 Mug, blue; 1 Desk lamp. "


class TestAfterATakeOver:
    def test_a_shelf_is_where_goods_are_taken_from_and_that_is_said_after_it(self, emptied):
        assert move(emptied, "A-01-1").message == f"{SAID}What you scan now is taken from A-01-1."

    @pytest.mark.parametrize("code", [MUG, "CMD-UNDO", "CMD-DONE", "NOPE", "CMD-DAMAGED"])
    def test_the_next_answer_begins_with_it_whatever_is_scanned(self, emptied, code):
        assert move(emptied, code).message.startswith(SAID)

    def test_it_is_said_once_on_whatever_device(self, emptied):
        assert move(emptied, MUG, device="handheld-3").message.startswith(SAID)
        assert "took" not in move(emptied, MUG).message
        assert "took" not in move(emptied, MUG, device="handheld-3").message

    def test_who_took_it_hears_nothing_of_it(self, emptied):
        assert "took" not in move(emptied, "A-01-1", by="Theo", device="handheld-2").message

    def test_nothing_is_said_of_what_was_given_back(self, emptied):
        move(emptied, "CMD-UNDO", by="Theo", device="handheld-2")
        assert "took" not in move(emptied, MUG).message and in_hand(emptied) == {"MUG-B": 3, "LAMP": 1}

    def test_one_thing_that_was_taken_is_said(self, stocked):
        move(stocked, MUG, MUG)
        move(stocked, cart(stocked), MUG, by="Theo", device="handheld-2")
        assert move(stocked, MUG).message.startswith("Theo took over 1 Mug, blue. ")


def test_many_items_are_counted_after_three():
    taken = [("Theo", f"A very long name of item {number}", 1) for number in range(5)]
    assert said(taken).count("1 A very long name of") == 3 and said(taken).endswith(" and 2 more.")


class TestThePage:
    @pytest.fixture
    def rosa(self, app, stocked):
        warehouse, rosa = app.extensions["warehouse"], signed_in(app, "Rosa")
        warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
        send(rosa, MUG, MUG)
        send(signed_in(app, "Theo"), f"CMD-TAKE-{cart(warehouse)}")
        return rosa

    def test_says_it_until_an_answer_does(self, rosa):
        assert "Theo took over 2 Mug, blue." in rosa.get("/moves/MOVES").text
        assert swap(rosa, "A-01-1").count("Theo took over 2 Mug, blue.") == 1
        assert "took" not in rosa.get("/moves/MOVES").text.split('id="result"')[0]

    def test_says_how_to_take_from_the_dock_again(self, rosa):
        back = "to take from the dock."
        assert back in swap(rosa, "A-01-1")
        assert back not in swap(rosa, MUG)
        swap(rosa, "CMD-UNDO")
        assert back not in swap(rosa, "DOCK")
