"""Shipments that nobody scanned: booked from the record, once, and marked as assumed."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.errors import BadRequest, Conflict, NotAllowed
from scanner.orders.shipments import rules
from scanner.orders.shipments.rules import AssumedScan, PartFact, ShelfFact, SoldFact
from scanner.orders.shipments.service import SentLine
from scanner.scans import homes
from scanner.scans.decision import Count, Move
from scanner.scans.picked import picked_for_orders
from scanner.scans.result import ItemName, Outcome
from scanner.workflows import WORKFLOWS
from tests.support.program import Program
from tests.support.shop import Shop, line, lines_of, order
from tests.support.warehouse import LAMP as LAMP_CODE
from tests.support.warehouse import NOW


@pytest.fixture
def shop(warehouse):
    return Shop(warehouse)


def lamps(units, **more):
    return SentLine(units, sku="LAMP", **more)


def real(shop):
    """Stock at places in the house."""
    return {key: units for key, units in shop.warehouse.stock().items() if key[0] not in ("SUPPLIER", "CUSTOMER", "ADJUSTMENT")}


def test_a_shipment_takes_the_goods_from_the_fullest_shelf(shop):
    shop.put(order(line("1", "LAMP", 2)))
    shop.stock("LAMP", "A-01-1", 3)
    shop.stock("LAMP", "A-01-2", 7)
    shop.ship(lamps(2))
    assert real(shop) == {("A-01-1", "LAMP"): 3, ("A-01-2", "LAMP"): 5}


def test_a_shipment_is_one_scan_a_line_marked_as_assumed(shop):
    shop.put(order(line("1", "SET", 1), line("2", "TEE-M", 1)))
    for sku in ("MUG-B", "LAMP", "TEE-M"):
        shop.stock(sku, "A-01-1", 5)
    shop.ship(SentLine(1, line="1"), SentLine(1, line="2"))
    assert shop.rows("SELECT source, reason, units FROM scan ORDER BY seq") == [("assumed", "shipped", 1)] * 2
    assert real(shop) == {("A-01-1", "MUG-B"): 3, ("A-01-1", "LAMP"): 4, ("A-01-1", "TEE-M"): 4}


def test_once_all_is_gone_the_order_is_shipped(shop):
    shop.put(order(line("1", "LAMP", 2), line("2", "TEE-M", 1)))
    shop.stock("LAMP", "A-01-1", 3)
    shop.stock("TEE-M", "A-01-1", 3)
    assert not shop.ship(lamps(2)).shipped
    booked = shop.ship(SentLine(1, sku="TEE-M"))
    assert (booked.order.state, booked.order.assumed) == ("shipped", True)
    assert shop.rows("SELECT state FROM task WHERE reference = 'SO-1'") == [("finished",)]


def test_it_is_shipped_when_the_shop_says(shop):
    shop.put(order(line("1", "LAMP", 2)))
    shop.stock("LAMP", "A-01-1", 3)
    at = NOW - timedelta(hours=5)
    assert shop.ship(lamps(2), shipped_at=at).order.shipped_at == at


def test_the_same_again_is_booked_once(shop):
    shop.put(order(line("1", "LAMP", 4)))
    shop.stock("LAMP", "A-01-1", 9)
    first = shop.ship(lamps(2), now=NOW)
    again = shop.ship(lamps(2), now=NOW + timedelta(days=1), by="Sam")
    assert [each.replayed for each in first.lines + again.lines] == [False, True]
    assert real(shop) == {("A-01-1", "LAMP"): 7}


def test_another_shipment_has_a_name_or_a_time_of_its_own(shop):
    shop.put(order(line("1", "LAMP", 6)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(lamps(2))
    shop.ship(lamps(2), name="2nd")
    shop.ship(lamps(2), shipped_at=NOW)
    assert real(shop) == {("A-01-1", "LAMP"): 3}


def test_other_units_of_the_same_shipment_are_a_conflict(shop):
    shop.put(order(line("1", "LAMP", 4)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(lamps(2))
    with pytest.raises(Conflict, match="This shipment had 2 of LAMP, now 3"):
        shop.ship(lamps(3))


def test_what_was_picked_goes_first(shop):
    shop.put(order(line("1", "LAMP", 5)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.pick("LAMP", 3)
    shop.ship(lamps(5))
    assert real(shop) == {("A-01-1", "LAMP"): 4}
    assert lines_of(shop.order()) == [("LAMP", 5, 0, 5, 5, 0)]


def test_what_was_picked_goes_once(shop):
    shop.put(order(line("1", "LAMP", 5)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.pick("LAMP", 3)
    shop.ship(lamps(2), name="1st")
    shop.ship(lamps(3), name="2nd")
    assert real(shop) == {("A-01-1", "LAMP"): 4}


def test_what_went_without_a_scan_is_not_shipped_again_with_the_rest(shop):
    shop.put(order(line("1", "LAMP", 4)))
    shop.stock("LAMP", "A-01-1", 9)
    warehouse = shop.warehouse
    for code in ("A-01-1", LAMP_CODE):
        warehouse.scan(code, task="SO-1", by="Sam")
    shop.ship(lamps(2))
    with warehouse.database.read() as session:
        assert picked_for_orders(session) == {warehouse.items["LAMP"]: 0}
    assert real(shop) == {("A-01-1", "LAMP"): 7}
    for code in (LAMP_CODE, LAMP_CODE):
        warehouse.scan(code, task="SO-1", by="Sam")
    with warehouse.database.read() as session:
        assert picked_for_orders(session) == {warehouse.items["LAMP"]: 2}
    for code in ("CMD-SHIP", "CMD-CONFIRM"):
        last = warehouse.scan(code, task="SO-1", by="Sam")
    assert last.message == "SO-1 is shipped: 2 units."
    assert real(shop) == {("A-01-1", "LAMP"): 5}


def test_more_than_the_record_has_opens_a_discrepancy(shop):
    shop.put(order(line("1", "LAMP", 5)))
    shop.stock("LAMP", "A-01-1", 2)
    booked = shop.ship(lamps(5))
    assert "More than the record has there. Go on: somebody will count it." in booked.lines[0].message
    assert shop.rows("SELECT kind, units FROM discrepancy") == [("below zero", 3)]


def test_an_item_on_no_shelf_goes_from_its_last_one(shop):
    shop.put(order(line("1", "LAMP", 3)))
    shop.stock("LAMP", "A-01-2", 2)
    shop._move("LAMP", 2, "A-01-2", "DOCK")
    shop.ship(lamps(1))
    assert real(shop) == {("A-01-2", "LAMP"): -1, ("DOCK", "LAMP"): 2}


def test_the_home_of_goods_on_no_shelf_is_the_one_that_pages_name(shop):
    for shelf in ("A-01-1", "A-01-2"):
        shop.stock("LAMP", shelf, 1)
    for number, shelf in enumerate(("A-01-2", "A-01-1")):
        shop.put(order(line("1", "LAMP", 1), reference=f"SO-{number + 5}"))
        assert shop.warehouse.scan(LAMP_CODE, task=f"SO-{number + 5}", by="Pia", location=shelf).outcome is Outcome.ACCEPTED
    with shop.warehouse.database.read() as session:
        home = homes.home(session, shop.warehouse.items["LAMP"])
    shop.put(order(line("1", "LAMP", 1)))
    shop.ship(lamps(1))
    assert real(shop)[(home.code, "LAMP")] == -1


def test_an_item_that_never_had_a_shelf_is_refused(shop):
    shop.put(order(line("1", "LAMP", 3)))
    (answer,) = shop.ship(lamps(1)).lines
    assert (answer.outcome, answer.message) == (
        "refused", "Desk lamp never had a shelf: put it on one, then send the shipment again."
    )  # fmt: skip


def test_what_was_refused_may_be_sent_again(shop):
    shop.put(order(line("1", "LAMP", 3)))
    shop.ship(lamps(1))
    shop.stock("LAMP", "A-01-1", 2)
    assert shop.ship(lamps(1)).lines[0].outcome == "accepted"


def test_more_than_was_ordered_is_refused(shop):
    shop.put(order(line("1", "LAMP", 3, 1)))
    shop.stock("LAMP", "A-01-1", 9)
    (answer,) = shop.ship(lamps(3)).lines
    assert answer.message == "3 of Desk lamp are too many: SO-1 wants only 2 more. Nothing was booked."
    assert real(shop) == {("A-01-1", "LAMP"): 9}


def test_one_more_than_all_is_refused_in_plain_words(shop):
    shop.stock("LAMP", "A-01-1", 9)
    shop.put(order(line("1", "LAMP", 1), line("2", "TEE-M", 1)))
    shop.ship(lamps(1))
    (answer,) = shop.ship(lamps(1), name="another").lines
    assert answer.message == "1 of Desk lamp is too many: SO-1 wants no more of it. Nothing was booked."


def test_of_a_cancelled_order_nothing_is_booked(shop):
    shop.put(order(line("1", "LAMP", 3), cancelled=True))
    assert shop.ship(lamps(3)).lines[0].message == "SO-1 was cancelled: nothing of it is booked as shipped."


def test_an_order_that_nobody_sent_is_made_from_its_shipment(shop):
    shop.stock("LAMP", "A-01-1", 9)
    booked = shop.ship(lamps(3))
    assert (booked.shipped, booked.order.version, lines_of(booked.order)) == (True, None, [("LAMP", 3, 0, 3, 3, 0)])


def test_a_second_parcel_adds_to_an_order_that_nobody_sent(shop):
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(lamps(3), name="1st")
    booked = shop.ship(lamps(2), name="2nd")
    assert booked.shipped and real(shop) == {("A-01-1", "LAMP"): 4}


def test_a_refused_shipment_sent_again_does_not_grow_the_order(shop):
    for _ in range(2):
        shop.ship(SentLine(3, sku="X-1"))
    assert lines_of(shop.order()) == [("X-1", 3, 0, 0, 0, 0)]
    shop.warehouse.add_items(["X-1"])
    shop.stock("X-1", "A-01-1", 9)
    assert shop.ship(SentLine(3, sku="X-1")).shipped


def test_the_order_that_comes_after_its_shipment_completes_it(shop):
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(lamps(3))
    view = shop.put(order(line("1", "LAMP", 3), version=7))
    assert (view.state, view.version, view.customer) == ("shipped", 7, "Jo Ng")
    with pytest.raises(Conflict, match="SO-1 is shipped"):
        shop.put(order(line("1", "LAMP", 4), version=8))


@pytest.mark.parametrize("known", [True, False], ids=["an order of the shop", "made from its shipment"])
@pytest.mark.parametrize(
    ("first", "again"),
    [
        (SentLine(2, sku="LAMP"), SentLine(2, line="1", sku="LAMP")),
        (SentLine(2, line="1", sku="LAMP"), SentLine(2, sku="LAMP")),
    ],
    ids=["by its line then", "by its SKU then"],
)
def test_the_same_shipment_named_another_way_is_booked_once(shop, known, first, again):
    if known:
        shop.put(order(line("1", "LAMP", 5)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(first, name="parcel 1")
    booked = shop.ship(again, name="parcel 1")
    assert [(each.outcome, each.units, each.replayed) for each in booked.lines] == [(Outcome.ACCEPTED, 2, True)]
    assert shop.warehouse.stock()["CUSTOMER", "LAMP"] == 2
    with pytest.raises(Conflict, match=r"This shipment had 2 of .*, now 3"):
        shop.ship(replace(again, units=3), name="parcel 1")
    assert shop.warehouse.stock()["CUSTOMER", "LAMP"] == 2


def test_several_lines_of_an_item_are_the_same_as_its_sku(shop):
    shop.put(order(line("1", "LAMP", 2), line("2", "LAMP", 3)))
    shop.stock("LAMP", "A-01-1", 9)
    shop.ship(SentLine(2, line="1"), SentLine(3, line="2"))
    assert shop.ship(SentLine(5, sku="LAMP")).lines[0].replayed
    assert shop.warehouse.stock()["CUSTOMER", "LAMP"] == 5


def test_an_item_by_its_line_and_by_its_sku_is_refused(shop):
    shop.put(order(line("1", "LAMP", 2), line("2", "LAMP", 3)))
    with pytest.raises(BadRequest, match="Expected LAMP by its lines or by its SKU, got both"):
        shop.ship(SentLine(2, line="1"), SentLine(3, sku="LAMP"))


def test_a_line_that_the_order_does_not_have_is_named(shop):
    shop.put(order(line("1", "LAMP", 3)))
    with pytest.raises(BadRequest, match="SO-1 has no line 9: expected one of 1"):
        shop.ship(SentLine(1, line="9"))


def test_nobody_without_the_right_books_shipments(shop):
    with pytest.raises(NotAllowed, match="Rosa may not bring in orders"):
        shop.ship(lamps(1), by="Rosa")


def test_the_same_shipment_from_several_at_once_is_booked_once(shop):
    shop.put(order(line("1", "LAMP", 9)))
    shop.stock("LAMP", "A-01-1", 9)
    threads = [threading.Thread(target=shop.ship, args=(lamps(2),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert real(shop) == {("A-01-1", "LAMP"): 7}


LAMP, MUG, SET = 1, 2, 3
SCAN = AssumedScan(
    order="SO-1", item_id=LAMP, item=ItemName("LAMP", "Desk lamp"), units=3, packing=(9, "PACKING"), customer_id=10,
    lines=(SoldFact(LAMP, 5, (PartFact(100, LAMP, 1, 2, 1),)),),
    shelves=(ShelfFact(20, "A", LAMP, 1), ShelfFact(21, "B", LAMP, 9)),
)  # fmt: skip


def test_the_rules_take_picked_units_then_home_then_the_other_shelves():
    decision = rules.decide_assumed(SCAN)
    assert decision.moves == (Move(LAMP, 1, 9, 10), Move(LAMP, 1, 20, 10), Move(LAMP, 1, 21, 10))
    assert decision.counts == (Count(100, 2),)


def test_the_rules_end_the_order_with_its_last_unit():

    assert [rules.decide_assumed(replace(SCAN, units=units)).finishes for units in (3, 4)] == [False, True]


def test_an_order_does_not_end_while_a_line_waits_for_its_item():

    waiting = replace(SCAN, units=4, lines=(*SCAN.lines, SoldFact(None, 1)))
    assert not rules.decide_assumed(waiting).finishes


@pytest.fixture
def vera(app):
    app.extensions["workflows"] = lambda: WORKFLOWS
    return Program(app, "Vera")


def test_a_program_is_told_what_came_of_each_line(app, vera):
    shop = Shop(app.extensions["warehouse"])
    shop.stock("LAMP", "A-01-1", 9)
    lines = [{"sku": "LAMP", "units": 2}, {"sku": "X-1", "units": 1}]
    answer = vera.post("/shipments", {"channel": "web", "reference": "SO-1", "lines": lines})
    assert answer.status_code == 200
    assert [(each["sku"], each["outcome"]) for each in answer.json["lines"]] == [("LAMP", "accepted"), ("X-1", "refused")]
    assert (answer.json["shipped"], answer.json["order"]["task"]) == (False, "SO-1")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"units": 1}]}, "lines[0].sku"),
        ({"lines": [{"sku": "LAMP", "units": 0}]}, "lines[0].units"),
        ({"lines": [{"sku": "LAMP", "units": 1}] * 2}, "lines[1]"),
        ({"channel": ""}, "channel"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(vera, more, field):
    body = {"channel": "web", "reference": "SO-1", "lines": [{"sku": "LAMP", "units": 1}]} | more
    answer = vera.post("/shipments", body)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)
