"""Who counts blind is told nothing of what the record has there, on both databases, while picking with a cart."""

from __future__ import annotations

import re

import pytest

from scanner.counting import service as counting
from scanner.scans.result import Outcome
from tests.people.test_pages import Device
from tests.support.carts import begin, scan, way
from tests.support.orders import add_order, add_shelves, stock_up
from tests.support.warehouse import MUG, NOW


@pytest.fixture
def counted(stocked):
    """A-01 is being counted; SHOP-9 wants more mugs than all shelves have."""
    stock_up(stocked, "B-02-1", "MUG-B", 2)
    add_order(stocked, "SHOP-9", [("MUG-B", 30)])
    stocked.database.transact(counting.start, "A-01", stocked.operators["Carla"], NOW)
    return stocked


@pytest.fixture
def cart(counted, cart) -> str:
    return cart


def test_the_walk_leads_there_and_says_no_number_of_the_item(counted, cart):
    seen = way(counted, cart, "Carla")
    assert [(stop.location, stop.units) for stop in seen.stops if stop.sku == "MUG-B"] == [("A-01-1", None), ("B-02-1", None)]
    assert {share.units for stop in seen.stops if stop.sku == "MUG-B" for share in stop.shares} == {None}
    assert seen.lacking == []


def test_who_is_not_blind_is_told_the_numbers(counted, cart):
    seen = way(counted, cart, "Pia")
    assert [(stop.location, stop.units) for stop in seen.stops if stop.sku == "MUG-B"] == [("A-01-1", 20), ("B-02-1", 2)]
    assert [(each.name, each.units) for each in seen.lacking] == [("Mug, blue", 11)]


def test_nor_is_one_of_other_items_or_before_anything_is_counted(stocked, cart):
    """Who counts and receives nothing sees no stock: the shelf may be the next that she counts."""
    assert {stop.units for stop in way(stocked, cart, "Carla").stops} == {None}
    assert scan(stocked, cart, "A-01-1", by="Carla").message.startswith("Take Mug, blue")


@pytest.mark.parametrize("shelf", ["A-01-1", "B-02-1"])
def test_a_shelf_is_answered_without_the_number(counted, cart, shelf):
    assert scan(counted, cart, shelf, by="Carla").message.startswith("Take Mug, blue")


def test_she_is_not_told_that_the_goods_are_where_she_counts(counted, cart):
    taken = scan(counted, cart, MUG, by="Carla", location="A-01-2")
    assert taken.outcome is Outcome.ACCEPTED and "A-01-1" not in taken.message


def test_of_the_shelves_that_have_it_only_those_she_does_not_count_are_named(counted, cart):
    add_shelves(counted, ["B-02-9"])
    held = scan(counted, cart, MUG, by="Carla", location="B-02-9")
    assert held.message.startswith("Wrong shelf: the record has Mug, blue at B-02-1."), "A-01-1 has most"


def test_a_short_pick_where_she_counts_tells_no_number(counted, cart):
    add_order(counted, "SHOP-10", [("TEE-M", 3)])
    for shelf, units in (("A-01-2", 2), ("B-02-1", 9)):
        stock_up(counted, shelf, "TEE-M", units)
    other = begin(counted)
    scan(counted, other, "TEE-M", by="Carla", location="B-02-1", short=True)
    assert (
        scan(counted, other, "TEE-M", by="Carla", location="A-01-2", short=True).message
        == "Noted: T-shirt M is not there. No other shelf has it. The order waits."
    )


def test_her_page_shows_no_number_of_the_item(app):
    warehouse = app.extensions["warehouse"]
    stock_up(warehouse, "A-01-1", "MUG-B", 17)
    add_order(warehouse, "SHOP-1", [("MUG-B", 23)], due_at=NOW)
    warehouse.database.transact(counting.start, "A-01", warehouse.operators["Carla"], NOW)
    carla, pia = Device(app), Device(app)
    carla.post("/sign-in", badge="BADGE-CARLA")
    pia.post("/sign-in", badge="BADGE-PIA")
    cart = pia.post("/carts", orders="1").location
    hers, his = carla.get(cart).text, pia.get(cart).text
    assert "A-01-1" in hers and "for SHOP-1" in hers
    assert "17 for SHOP-1" in his and "not on a shelf now" in his
    walk = re.sub(r"<[^>]*>", "", hers.split('id="lines"')[1].split("</ul>")[0])
    assert "Mug, blue" in walk and not re.search(r"\b(17|6)\b", walk) and "not on a shelf now" not in hers
