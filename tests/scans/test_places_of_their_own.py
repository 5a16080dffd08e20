"""Carts and the place of picked goods are for the tasks that know them; no other scan puts goods there by its `location`."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from scanner.catalogue.tables import Location
from scanner.db.sql import run
from scanner.errors import BadRequest
from tests.support.orders import packing_place
from tests.support.warehouse import MUG


@pytest.mark.parametrize("task", ["PO-1001", "PICKS"])
def test_a_receipt_puts_nothing_among_picked_goods_or_into_a_hand(warehouse, task):
    warehouse.scan(MUG, task="MOVES")
    cart = f"CART-{warehouse.operators['Rosa'].id}"
    for place in (packing_place(warehouse), cart):
        with pytest.raises(BadRequest, match="a location where goods can be put"):
            warehouse.scan(MUG, task=task, location=place)


def test_a_cart_gets_another_code_where_the_warehouse_has_its_own_place_of_that_name(warehouse):
    code = f"CART-{warehouse.operators['Rosa'].id}"
    row = {"code": code, "name": "Our trolley", "kind": "shelf", "section": "A", "position": 0}
    warehouse.database.transact(lambda session: run(session, insert(Location.__table__), row))
    assert warehouse.scan(MUG, task="MOVES").outcome == "accepted"
    assert (f"{code}-2", "MUG-B") in warehouse.stock()
