"""A shop that packs without scanning: what is picked is packed, wherever an order is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert

from scanner.app import create_app
from scanner.db.sql import run
from scanner.orders.office.rules import Show
from scanner.orders.office.service import orders
from scanner.webhooks.tables import Webhook
from scanner.workflows import WORKFLOWS, packing_elsewhere
from tests.orders.test_finish import ship
from tests.support.program import Program
from tests.support.shop import Shop, line, order
from tests.support.warehouse import LAMP, NOW


@pytest.fixture
def shop(warehouse):
    """Of SO-1 one of two lamps is picked, of SO-2 both, of SO-3 the lamp but not what nobody knows."""
    shop = Shop(warehouse)
    shop.stock("LAMP", "A-01-2", 10)
    shop.put(order(line("1", "LAMP", 2)))
    shop.put(order(line("1", "LAMP", 2), reference="SO-2"))
    shop.put(order(line("1", "LAMP", 1), line("2", "NOPE", 1), reference="SO-3"))
    for task, units in (("SO-1", 1), ("SO-2", 2), ("SO-3", 1)):
        warehouse.scan(LAMP, task=task, by="Pia", location="A-01-2", quantity=units)
    return shop


@pytest.mark.parametrize(("packs", "packed"), [(True, []), (False, ["SO-2"])])
def test_what_is_picked_is_packed_at_the_desk(shop, packs, packed):
    with shop.database.read() as session:
        sam = shop.warehouse.operators["Sam"]
        found = {
            show: [
                row.order.reference
                for row in orders(session, sam, WORKFLOWS, NOW, show=show, packs=packs)[0]
            ]
            for show in (Show.PACKED, Show.PICKING)
        }  # fmt: skip
        states = {row.order.reference: row.order.state for row in orders(session, sam, WORKFLOWS, NOW, packs=packs)[0]}
    assert found[Show.PACKED] == packed and found[Show.PICKING] == [each for each in states if each not in packed]
    assert [each for each, state in states.items() if state == "packed"] == packed


def test_a_program_reads_it_so(app, shop):
    told = Program(create_app(replace(app.extensions["settings"], packing=False), shop.database), "Vera")
    assert told.get("/orders/web/SO-2").json["state"] == "packed"
    assert [each["reference"] for each in told.get("/orders", state="packed").json] == ["SO-2"]
    assert [each["packed"] for each in told.get("/orders/web/SO-3").json["lines"]] == [1, 0]


def test_the_shop_is_told_so(shop):
    values = {"url": "https://shop.example/hook", "secret": "s", "active": True, "created_at": NOW}
    shop.database.transact(lambda session: run(session, insert(Webhook.__table__), values))
    ship(shop.warehouse, reference="SO-2", workflows=packing_elsewhere(WORKFLOWS))
    ((payload,),) = shop.rows("SELECT payload FROM delivery")
    assert [each["packed"] for each in json.loads(payload)["data"]["lines"]] == [2]
