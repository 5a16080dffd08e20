"""A newer version that wants less than is picked: what is too much is off the order at once, and free to be put away."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from scanner.data.imports import import_csv
from scanner.orders.shipments.service import SentLine
from scanner.scans.picked import picked_for_orders
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from scanner.workflows import IMPORTS
from tests.support.shop import Shop, line, lines_of, order
from tests.support.warehouse import LAMP, NOW

FILE = "reference,placed_on,due_on,sku,ordered\n"


@pytest.fixture
def shop(warehouse):
    shop = Shop(warehouse)
    shop.stock("LAMP", "A-01-2", 10)
    shop.put(order(line("1", "LAMP", 5)))
    yield shop
    with warehouse.database.read() as session:
        assert verify(session) == []
    assert shop.rows("SELECT count(*) FROM line WHERE scanned > expected") == [(0,)]


def pick(shop, units, task="SO-1"):
    assert shop.warehouse.scan(LAMP, task=task, by="Pia", location="A-01-2", quantity=units).outcome is Outcome.ACCEPTED


def pack(shop, units):
    assert shop.warehouse.scan(LAMP, task="SO-1", by="Pia", location="PACKING", quantity=units).outcome is Outcome.ACCEPTED


def put_away(shop, units):
    for code, quantity in (("PACKING", 1), (LAMP, units), ("A-01-2", 1)):
        result = shop.warehouse.scan(code, task="MOVES", by="Rosa", quantity=quantity)
        assert result.outcome is Outcome.ACCEPTED, result.message


def ship(shop, by="Pia", task="SO-1"):
    shop.warehouse.scan("CMD-SHIP", task=task, by=by)
    return shop.warehouse.scan("CMD-CONFIRM", task=task, by=by)


def lamps(shop):
    stock = shop.warehouse.stock()
    return tuple(stock.get((place, "LAMP"), 0) for place in ("A-01-2", "PACKING", "CUSTOMER"))


def free(shop):
    with shop.database.read() as session:
        return shop.warehouse.stock().get(("PACKING", "LAMP"), 0) - picked_for_orders(session).get(
            shop.warehouse.items["LAMP"], 0
        )


def cancelled(version):
    return order(line("1", "LAMP", 5), version=version, cancelled=True)


def test_what_is_picked_of_a_cancelled_order_is_off_it(shop):
    pick(shop, 3)
    assert lines_of(shop.put(cancelled(2))) == [("LAMP", 5, 0, 0, 0, 0)]
    assert (lamps(shop), free(shop)) == ((7, 3, 0), 3)


def test_a_cancelled_order_that_is_opened_again_is_picked_again(shop):
    pick(shop, 3)
    shop.put(cancelled(2))
    put_away(shop, 3)
    shop.put(order(line("1", "LAMP", 5), version=3))
    pick(shop, 5)
    assert ship(shop).message == "SO-1 is shipped: 5 units."
    assert lamps(shop) == (5, 0, 5)


def test_a_line_that_is_lowered_and_raised_is_picked_again(shop):
    pick(shop, 5)
    shop.put(order(line("1", "LAMP", 5, 2), version=2))
    assert (lines_of(shop.order()), free(shop)) == ([("LAMP", 5, 2, 3, 0, 0)], 2)
    put_away(shop, 2)
    shop.put(order(line("1", "LAMP", 5), version=3))
    pick(shop, 2)
    ship(shop)
    assert lamps(shop) == (5, 0, 5)


def test_it_is_a_scan_in_the_name_of_who_sent_the_version(shop):
    pick(shop, 5)
    shop.put(order(line("1", "LAMP", 3), version=2), by="Sam")
    sql = "SELECT name, source, code, outcome, units, message FROM scan JOIN operator ON operator.id = operator_id"
    words = "Desk lamp: 2 picked and not wanted any more. Put it away with MOVES."
    assert shop.rows(f"{sql} ORDER BY seq DESC LIMIT 1") == [("Sam", "api", "CMD-RELEASE", "accepted", -2, words)]


def test_it_moves_nothing(shop):
    pick(shop, 5)
    before = shop.rows("SELECT count(*) FROM movement")
    shop.put(cancelled(2))
    assert shop.rows("SELECT count(*) FROM movement") == before


def test_a_version_that_wants_what_is_picked_takes_nothing_off(shop):
    pick(shop, 3)
    shop.put(order(line("1", "LAMP", 3), version=2))
    assert shop.rows("SELECT count(*) FROM scan WHERE code = 'CMD-RELEASE'") == [(0,)]


def test_the_same_by_file(shop):
    def bring_in(units, at):
        file = BytesIO(f"{FILE}SO-7,2026-11-22,,LAMP,{units}\n".encode())
        shop.database.transact(import_csv, "orders", file, None, at, more=IMPORTS)

    bring_in(4, NOW)
    pick(shop, 4, task="SO-7")
    bring_in(1, NOW + timedelta(hours=1))
    assert lines_of(shop.order("SO-7", "csv")) == [("LAMP", 4, 3, 1, 0, 0)]
    assert shop.rows("SELECT name FROM scan JOIN operator ON operator.id = operator_id WHERE code = 'CMD-RELEASE'") == [
        ("Orders by file",)
    ]


def test_what_is_in_the_parcel_is_taken_out_when_it_goes(shop):
    pick(shop, 5)
    pack(shop, 5)
    shop.put(order(line("1", "LAMP", 3), version=2))
    asked = shop.warehouse.scan("CMD-SHIP", task="SO-1", by="Pia")
    assert "Cancelled since it was packed, take it out: 2 Desk lamp" in asked.message
    assert shop.warehouse.scan("CMD-CONFIRM", task="SO-1", by="Pia").message == "SO-1 is shipped: 3 units."
    assert (lamps(shop), free(shop)) == ((5, 2, 3), 2)


def test_the_parcel_of_a_cancelled_order_is_no_more(shop):
    pick(shop, 5)
    pack(shop, 5)
    shop.put(cancelled(2))
    assert lines_of(shop.put(order(line("1", "LAMP", 5), version=3))) == [("LAMP", 5, 0, 0, 0, 0)]


def test_another_item_on_the_line_leaves_nothing_picked(shop):
    pick(shop, 2)
    shop.put(order(line("1", "TEE-M", 5), version=2))
    assert free(shop) == 2


def test_the_parts_of_a_kit_are_taken_off(shop):
    shop.stock("MUG-B", "A-01-2", 10)
    shop.put(order(line("1", "SET", 2), version=2))
    assert shop.warehouse.scan("SET", task="SO-1", by="Pia", location="A-01-2", quantity=2).outcome is Outcome.ACCEPTED
    shop.put(order(line("1", "SET", 1), version=3))
    assert lines_of(shop.order()) == [("SET", 1, 0, 1, 0, 0)]


@pytest.mark.parametrize("device", ["scanner", "orders"])
def test_a_person_cannot_say_it(shop, device):
    pick(shop, 2)
    refused = shop.warehouse.scan("CMD-RELEASE", task="SO-1", by="Pia", device=device)
    assert refused.outcome is Outcome.REFUSED and "not for people" in refused.message
    assert lines_of(shop.order()) == [("LAMP", 5, 0, 2, 0, 0)]


def test_a_pick_that_was_taken_off_is_not_undone(shop):
    pick(shop, 5)
    shop.put(order(line("1", "LAMP", 3), version=2))
    refused = shop.warehouse.scan("CMD-UNDO", task="SO-1", by="Pia")
    words = "The shop wants no more of Desk lamp, so it is off the order. Put it away with MOVES."
    assert (refused.outcome, refused.message) == (Outcome.REFUSED, words)
    assert lamps(shop) == (5, 5, 0)


def test_what_went_without_a_scan_stays_on_its_line(shop):
    pick(shop, 5)
    shop.ship(SentLine(3, sku="LAMP"))
    shop.put(order(line("1", "LAMP", 3), version=2))
    assert (lines_of(shop.order())[0][3], lamps(shop), free(shop)) == (3, (5, 2, 3), 2)


def test_a_cancellation_is_told_once(shop, told):
    pick(shop, 2)
    for version in (2, 2, 3):
        shop.put(cancelled(version))
    ((event, data),) = told()
    (last,) = shop.rows("SELECT max(seq) FROM scan")[0]
    assert (event, data["reference"], data["sequence"]) == ("order.cancelled", "SO-1", last)
    assert data["cancelled_at"] == NOW.isoformat() and data["lines"][0]["picked"] == 0


def test_a_cancellation_of_what_nobody_touched_is_told(shop, told):
    shop.put(cancelled(2))
    assert [(event, data["sequence"]) for event, data in told()] == [("order.cancelled", 0)]


def test_a_shipment_without_scans_is_told_once_all_of_it_went(shop, told):
    shop.ship(SentLine(2, sku="LAMP"), name="1st")
    assert told() == []
    shop.ship(SentLine(3, sku="LAMP"), name="2nd")
    ((event, data),) = told()
    assert (event, data["reference"], data["assumed"], data["back_order"]) == ("order.shipped", "SO-1", True, None)
    assert data["shipped_at"] == NOW.isoformat()


def test_who_scans_a_cancelled_order_is_told_to_put_it_away(shop):
    pick(shop, 3)
    shop.put(cancelled(2))
    told = shop.warehouse.scan(LAMP, task="SO-1", by="Pia").message
    assert told == "SO-1 is cancelled. 3 Desk lamp are at PACKING on record: scan PACKING on MOVES to put them away."


def test_who_scans_it_after_its_goods_are_put_away_has_nothing_to_put_away(shop):
    pick(shop, 3)
    shop.put(cancelled(2))
    for code in ("PACKING", LAMP, LAMP, "A-01-1"):
        shop.warehouse.scan(code, task="MOVES", by="Rosa")
    told = shop.warehouse.scan(LAMP, task="SO-1", by="Pia").message
    assert told.startswith("SO-1 is cancelled. 1 Desk lamp is at PACKING on record")
    for code in ("PACKING", LAMP, "A-01-1"):
        shop.warehouse.scan(code, task="MOVES", by="Rosa")
    assert shop.warehouse.scan(LAMP, task="SO-1", by="Pia").message == "SO-1 is cancelled: it takes no more scans."


def test_who_scans_a_cancelled_order_that_nobody_picked_has_nothing_to_put_away(shop):
    shop.put(cancelled(2))
    assert shop.warehouse.scan(LAMP, task="SO-1", by="Pia").message == "SO-1 is cancelled: it takes no more scans."


def test_what_came_off_an_order_that_wants_it_again_is_packed_again(shop):
    shop.put(order(line("1", "LAMP", 2), version=2))
    pick(shop, 2)
    pack(shop, 2)
    shop.put(order(line("1", "LAMP", 1), version=3))
    put_away(shop, 1)
    view = shop.put(order(line("1", "LAMP", 2), version=4))
    assert (lines_of(view)[0][3:5], view.state) == ((1, 1), "picking")
    pick(shop, 1)
    assert (lines_of(shop.order())[0][3:5], shop.order().state) == ((2, 1), "picking")
    pack(shop, 1)
    assert shop.order().state == "packed"


def test_the_same_where_all_of_it_came_off(shop):
    shop.put(order(line("1", "LAMP", 1), line("2", "TEE-M", 1), version=2))
    pick(shop, 1)
    pack(shop, 1)
    shop.put(order(line("2", "TEE-M", 1), version=3))
    put_away(shop, 1)
    view = shop.put(order(line("1", "LAMP", 1), line("2", "TEE-M", 1), version=4))
    assert lines_of(view)[0][3:5] == (0, 0)
