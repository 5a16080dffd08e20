"""Outside a task each code that opens nothing now is told, too: what is over, commands, totes, hands."""

from __future__ import annotations

import pytest
from flask import Flask

from scanner.scans import carts
from tests.support.carts import begin
from tests.support.carts import scan as on_cart
from tests.support.orders import add_order, add_shelves, cancel, packing_place, stock_up
from tests.support.shop import Shop, line, order
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse, finish_task
from tests.web.test_pages import Person


@pytest.fixture
def house(app: Flask) -> Warehouse:
    warehouse: Warehouse = app.extensions["warehouse"]
    return warehouse


def asked(app: Flask, code: str, by: str = "Sam") -> str:
    """What the home page comes to when that is scanned there, which is what the page of questions says of it."""
    person = Person(app, by)
    went = person.post("/open", code=code)
    assert went.status_code == 303 and went.location.startswith("/where?code="), went.text[:400]
    return str(person.get(went.location).text)


def test_a_cancelled_order_says_so_and_leads_to_its_page(app: Flask, house: Warehouse) -> None:
    add_order(house, "SO-1", [("MUG-B", 1)])
    cancel(house, "SO-1")
    page = asked(app, "SO-1")
    assert "SO-1 is cancelled." in page and 'href="/orders/SO-1"' in page


def test_a_finished_receipt_says_so_and_leads_to_its_page(app: Flask, house: Warehouse) -> None:
    house.database.transact(finish_task, "PO-1001", house.operators["Rosa"], "handheld-1", NOW, confirm=True)
    page = asked(app, "PO-1001")
    assert "Receiving, finished" in page and 'href="/receiving/PO-1001"' in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CMD-SHIP", "Open an order first, then scan CMD-SHIP."),
        ("cmd-short", "Open an order or a cart first, then scan CMD-SHORT."),
        ("CMD-DONE", "Open a task first, then scan CMD-DONE."),
        ("CMD-SENT", "Open MOVES first, then scan CMD-SENT."),
        ("CMD-DAMAGED-DOA", "Open a return or MOVES first, then scan CMD-DAMAGED-DOA."),
        ("CMD-TAKE-NOBODY", "NOBODY is nobody&#39;s cart."),
    ],
)
def test_a_command_says_where_it_is_scanned(app: Flask, code: str, words: str) -> None:
    assert words in asked(app, code)


def test_the_label_that_takes_a_hand_over_leads_to_moves(app: Flask, house: Warehouse) -> None:
    house.scan(LAMP, by="Theo", task="MOVES")
    with house.database.read() as session:
        cart = carts.find_cart(session, house.operators["Theo"].id)
    assert cart is not None
    page = asked(app, f"CMD-TAKE-{cart.code}")
    assert "takes over all that Theo has in hand: scan it on MOVES." in page and 'href="/moves/MOVES"' in page


class TestATote:
    def test_that_nobody_uses_is_free(self, app: Flask) -> None:
        assert "TOTE-1 is a tote, and free." in asked(app, "tote-1")

    def test_of_a_cancelled_order_stands_with_goods_to_put_back(self, app: Flask, house: Warehouse) -> None:
        add_shelves(house, ["B-02-1"])
        stock_up(house, "B-02-1", "MUG-B", 9)
        shop = Shop(house)
        shop.put(order(line("1", "MUG-B", 2)))
        cart = begin(house)
        on_cart(house, cart, "SO-1", "TOTE-1", "B-02-1", MUG, MUG, "TOTE-1")
        on_cart(house, cart, packing_place(house))
        assert Person(app, "Sam").post("/open", code="TOTE-1").location == "/orders/SO-1"
        shop.put(order(line("1", "MUG-B", 2), version=2, cancelled=True))
        page = asked(app, "TOTE-1")
        assert f"is at {packing_place(house)} with goods of SO-1 to put back" in page and 'href="/orders/SO-1"' in page
