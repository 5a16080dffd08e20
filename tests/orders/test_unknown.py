"""Orders of SKUs that nobody knows: what is known of them is picked, and nothing calls them whole."""

from __future__ import annotations

import re

import pytest

from scanner.errors import BadRequest, Conflict
from scanner.orders import store
from scanner.scans.result import Outcome
from tests.orders.test_finish import ship
from tests.people.test_pages import Device
from tests.support.carts import begin, way
from tests.support.orders import add_order, add_shelves, cancel, stock_up
from tests.support.warehouse import LAMP, NOW


def scan(floor, code, task="SHOP-3", **more):
    return floor.scan(code, by="Pia", task=task, **more)


def test_the_list_has_what_is_unknown_of_each(floor):
    add_order(floor, "SHOP-2", [("LAMP", 1), ("NOPE", 2)], due_at=NOW)
    add_order(floor, "SHOP-3", [("NOPE", 2), ("NOWHERE", 1)])
    with floor.database.read() as session:
        found = {row.reference: (row.wanted, row.pickable, row.unknown) for row in store.open_orders(session)}
    assert found == {"SHOP-2": (1, 1, 2), "SHOP-1001": (3, 3, 0), "SHOP-3": (0, 0, 3)}


def test_an_order_of_nothing_known_goes_on_no_cart_and_does_not_go(floor):
    cancel(floor, "SHOP-1001")
    add_order(floor, "SHOP-3", [("NOPE", 2)])
    with pytest.raises(BadRequest, match="No order can be picked now"):
        begin(floor)
    with pytest.raises(Conflict, match="Nothing is picked: there is nothing to ship"):
        ship(floor, reference="SHOP-3", confirm=True)


def test_the_last_pick_of_what_is_known_does_not_call_it_complete(floor):
    add_order(floor, "SHOP-3", [("LAMP", 1), ("NOPE", 2)])
    picked = scan(floor, LAMP, location="A-01-2")
    assert picked.message == "Desk lamp: all that is known of the order is picked. Scan the label PACKING."
    assert "What is known of it is picked" in scan(floor, "A-01-2").message
    asked = scan(floor, "CMD-SHIP")
    assert asked.outcome is Outcome.HELD and "Not picked: 2 NOPE" in asked.message


def test_the_tote_of_a_cart_does_not_call_it_complete(floor):
    cancel(floor, "SHOP-1001")
    add_order(floor, "SHOP-3", [("LAMP", 1), ("NOPE", 2)])
    cart = begin(floor)
    assert [tote.reference for tote in way(floor, cart).totes] == ["SHOP-3"]
    scan(floor, LAMP, task=cart, location="A-01-2")
    assert "all that is known of it is picked" in scan(floor, "SHOP-3", task=cart).message


@pytest.fixture
def pia(app):
    floor = app.extensions["warehouse"]
    add_shelves(floor, ["B-02-1"])
    stock_up(floor, "B-02-1", "LAMP", 5)
    device = Device(app)
    device.post("/sign-in", badge="BADGE-PIA")
    return device


@pytest.mark.parametrize(
    ("lines", "listed", "page"),
    [
        ([("NOPE", 2)], "cannot be filled: unknown item", "It cannot be filled yet"),
        ([("LAMP", 1), ("NOPE", 2)], "all that is known is picked, an item is unknown", "Scan each unit into the parcel"),
        ([("LAMP", 2), ("NOPE", 2)], "can be picked in part, an item is unknown", "nobody knows this SKU yet"),
        ([("LAMP", 1)], "all picked: pack it", "Scan each unit into the parcel"),
    ],
)
def test_the_list_and_the_page_say_so(app, pia, lines, listed, page):
    floor = app.extensions["warehouse"]
    add_order(floor, "SHOP-3", lines)
    if lines[0][0] == "LAMP":
        assert scan(floor, LAMP, location="B-02-1").outcome is Outcome.ACCEPTED
    assert listed in pia.get("/orders").text
    assert page in pia.get("/orders/SHOP-3").text


def test_the_desk_and_the_picker_count_the_same(app, pia):
    """Units picked of units wanted, a kit as its parts; what is unknown is said apart."""
    floor = app.extensions["warehouse"]
    add_order(floor, "SHOP-3", [("LAMP", 2), ("SET", 1), ("NOPE", 4)])
    assert scan(floor, LAMP, location="B-02-1").outcome is Outcome.ACCEPTED
    mine = pia.get("/orders").text.split('card__title">SHOP-3<')[1]
    picked, wanted = re.search(r'card__number">(\d+) / (\d+)<', mine).groups()
    assert picked == "1" and "4 units unknown" in mine
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    assert f">{picked} of {wanted}, 4 unknown<" in desk.get("/orders/office").text
