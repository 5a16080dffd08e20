"""A shop that packs without scanning: what is picked is packed, wherever an order is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import insert

from scanner.app import create_app
from scanner.db.sql import run
from scanner.orders.office.rules import Show
from scanner.orders.office.service import orders
from scanner.scans.record import record_scan
from scanner.webhooks.tables import Webhook
from scanner.workflows import WORKFLOWS, packing_elsewhere
from tests.orders.test_finish import ship
from tests.people.test_pages import Device, token_of
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
    told = Program(create_app(replace(app.extensions["chosen"].started, packing=False), shop.database), "Vera")
    assert told.get("/orders/web/SO-2").json["state"] == "packed"
    assert [each["reference"] for each in told.get("/orders", state="packed").json] == ["SO-2"]
    assert [each["packed"] for each in told.get("/orders/web/SO-3").json["lines"]] == [1, 0]


def test_the_shop_is_told_so(shop):
    values = {"url": "https://shop.example/hook", "secret": "s", "active": True, "created_at": NOW}
    shop.database.transact(lambda session: run(session, insert(Webhook.__table__), values))
    ship(shop.warehouse, reference="SO-2", workflows=packing_elsewhere(WORKFLOWS))
    ((payload,),) = shop.rows("SELECT payload FROM delivery")
    assert [each["packed"] for each in json.loads(payload)["data"]["lines"]] == [2]


def scan(shop, code, task="SO-1"):
    request = shop.warehouse.request(code, by="Pia", task=task)
    return shop.database.transact(record_scan, request, NOW, packing_elsewhere(WORKFLOWS))


@pytest.mark.parametrize(
    ("task", "next_one"),
    [
        ("SO-1", "Next: A-01-2."),
        ("SO-2", "All of it is picked. Scan CMD-SHIP to ship it."),
        ("SO-3", "What is known of it is picked. Scan CMD-SHIP to ship it."),
    ],
)
def test_the_label_of_packing_answers_what_comes_next(shop, task, next_one):
    there = scan(shop, "PACKING", task)
    assert (there.reason, there.message) == ("located", f"Nothing is packed by scans here. {next_one}")


def test_goods_scanned_there_are_not_packed(shop):
    scan(shop, "PACKING")
    refused = scan(shop, LAMP)
    assert (refused.outcome, refused.message[:31]) == ("refused", "PACKING is not a shelf to pick ")
    assert shop.rows("SELECT * FROM packed") == []


@pytest.fixture
def pia(app, shop):
    device = Device(create_app(replace(app.extensions["chosen"].started, packing=False), shop.database))
    device.post("/sign-in", badge="BADGE-PIA")
    return device


def test_the_page_to_pack_on_leads_to_the_task(pia):
    assert pia.get("/orders/SO-1/pack").location == "/orders/SO-1"


def test_the_list_stays_that_of_the_pick(pia):
    headers = {"X-CSRFToken": token_of(pia.get("/sign-in")), "HX-Request": "true"}
    body = {"id": str(uuid4()), "task": "SO-1", "code": "PACKING", "source": "typed", "scanned_at": NOW.isoformat()}
    reply = pia.client.post("/scans", json=body, headers=headers).text
    assert "1 of 2 picked" in reply and "data-packs" not in reply
    known = re.search(r'"packing": ?"([^"]*)"', pia.get("/orders/SO-1").text.replace("&#34;", '"'))
    assert known is not None and known[1] == ""
