"""Orders of which a part went without a scan: what went stays so, and a version that leaves nothing to go ends the order."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from scanner.data.imports import ImportRefused, import_csv
from scanner.errors import Conflict
from scanner.items import service as items
from scanner.orders.shipments.service import SentLine
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from scanner.workflows import IMPORTS
from tests.support.shop import Shop, line, lines_of, order
from tests.support.warehouse import LAMP, NOW

WENT = NOW - timedelta(hours=3)
FILE = "reference,sku,ordered,line\n"


@pytest.fixture
def shop(warehouse):
    shop = Shop(warehouse)
    for sku, shelf in (("LAMP", "A-01-2"), ("TEE-M", "A-01-1"), ("MUG-B", "A-01-1")):
        shop.stock(sku, shelf, 20)
    yield shop
    with warehouse.database.read() as session:
        assert verify(session) == []
    assert shop.rows("SELECT count(*) FROM line WHERE scanned > expected") == [(0,)]
    assert shop.rows(
        "SELECT count(*) FROM task JOIN shop_order ON task_id = id WHERE state = 'open' AND shipped_at IS NOT NULL"
    ) == [(0,)]


def pick(shop, units, task="SO-1"):
    result = shop.warehouse.scan(LAMP, task=task, by="Pia", location="A-01-2", quantity=units)
    assert result.outcome is Outcome.ACCEPTED, result.message


def at_customer(shop, sku="LAMP"):
    return shop.warehouse.stock().get(("CUSTOMER", sku), 0)


def bring_in(shop, rows, later=0):
    file, at = BytesIO((FILE + rows).encode()), NOW + timedelta(hours=later)
    return shop.database.transact(import_csv, "orders", file, None, at, more=IMPORTS)


def send(shop, *lines, **more):
    booked = shop.ship(*lines, shipped_at=WENT, **more)
    assert {each.outcome for each in booked.lines} == {Outcome.ACCEPTED}, booked.lines


# A version that leaves nothing to go


@pytest.mark.parametrize(
    ("first", "sent", "second"),
    [
        ([line("1", "LAMP", 4)], SentLine(2, sku="LAMP"), [line("1", "LAMP", 2)]),
        ([line("1", "LAMP", 4)], SentLine(2, sku="LAMP"), [line("1", "LAMP", 4, 2)]),
        ([line("1", "TEE-M", 2), line("2", "LAMP", 1)], SentLine(2, sku="TEE-M"), [line("1", "TEE-M", 2)]),
        ([line("1", "TEE-M", 2), line("2", "X-9", 1)], SentLine(2, sku="TEE-M"), [line("1", "TEE-M", 2)]),
        ([line("1", "SET", 3)], SentLine(2, sku="SET"), [line("1", "SET", 2)]),
    ],
    ids=["lowered", "cancelled by line", "left out", "left out and unknown", "a kit"],
)
def test_an_order_with_nothing_left_to_go_is_shipped(shop, first, sent, second):
    shop.put(order(*first))
    send(shop, sent)
    view = shop.put(order(*second, version=2))
    assert (view.state, view.assumed, view.shipped_at, view.cancelled_at) == ("shipped", True, WENT, None)
    assert shop.rows("SELECT state, finished_by FROM task WHERE reference = 'SO-1'") == [
        ("finished", shop.warehouse.operators["Vera"].id)
    ]


def test_it_is_told_as_the_shipment_of_its_last_unit_is(shop, told):
    shop.put(order(line("1", "LAMP", 4)))
    send(shop, SentLine(2, sku="LAMP"))
    for _ in range(2):
        shop.put(order(line("1", "LAMP", 2), version=2))
    ((event, data),) = told()
    assert (event, data["assumed"], data["back_order"], data["shipped_at"]) == ("order.shipped", True, None, WENT.isoformat())
    assert data["lines"][0]["picked"] == 2


def test_an_order_that_wants_more_than_went_stays_open(shop, told):
    shop.put(order(line("1", "LAMP", 4)))
    send(shop, SentLine(2, sku="LAMP"))
    assert shop.put(order(line("1", "LAMP", 3), version=2)).state == "picking"
    assert told() == []


def test_an_order_that_waits_for_an_unknown_item_stays_open(shop):
    shop.put(order(line("1", "LAMP", 4), line("2", "X-9", 1)))
    send(shop, SentLine(2, sku="LAMP"))
    assert shop.put(order(line("1", "LAMP", 2), line("2", "X-9", 1), version=2)).state == "picking"


def test_what_is_picked_for_it_and_not_wanted_any_more_is_free(shop):
    shop.put(order(line("1", "LAMP", 4)))
    send(shop, SentLine(2, sku="LAMP"))
    pick(shop, 2)
    shop.warehouse.scan(LAMP, task="SO-1", by="Pia", location="PACKING", quantity=1)
    assert lines_of(shop.put(order(line("1", "LAMP", 2), version=2))) == [("LAMP", 2, 0, 2, 2, 0)]
    for code in ("PACKING", LAMP, LAMP, "A-01-2"):
        assert shop.warehouse.scan(code, task="MOVES", by="Rosa").outcome is Outcome.ACCEPTED
    assert (shop.warehouse.stock()["A-01-2", "LAMP"], at_customer(shop)) == (18, 2)


def test_a_file_that_leaves_nothing_to_go_ends_the_order(shop):
    bring_in(shop, "SO-1,LAMP,4,\nSO-1,TEE-M,1,\n")
    send(shop, SentLine(2, sku="LAMP"), channel="csv")
    bring_in(shop, "SO-1,LAMP,2,\nSO-1,TEE-M,0,\n", later=1)
    assert (shop.order(channel="csv").state, shop.order(channel="csv").assumed) == ("shipped", True)


# A cancellation


def test_a_cancelled_order_of_which_a_part_went_is_shipped_in_that_part(shop, told):
    shop.put(order(line("1", "LAMP", 4), line("2", "TEE-M", 1)))
    send(shop, SentLine(2, sku="LAMP"))
    pick(shop, 1)
    view = shop.put(order(line("1", "LAMP", 4), line("2", "TEE-M", 1), version=2, cancelled=True))
    assert (view.state, view.assumed) == ("shipped", True)
    assert lines_of(view) == [("LAMP", 4, 2, 2, 2, 0), ("TEE-M", 1, 1, 0, 0, 0)]
    assert [event for event, _ in told()] == ["order.shipped"]


def test_a_cancelled_kit_of_which_a_part_went(shop):
    shop.put(order(line("1", "SET", 3)))
    send(shop, SentLine(1, sku="SET"))
    view = shop.put(order(version=2, cancelled=True))
    assert (view.state, lines_of(view)) == ("shipped", [("SET", 3, 2, 1, 1, 0)])


# Rests


def split(shop, wanted=5):
    """SO-1 of lamps, of which one went with a scan: SO-1/2 is of the others."""
    shop.put(order(line("1", "LAMP", wanted)))
    pick(shop, 1)
    result = shop.warehouse.scan("CMD-BACKORDER", task="SO-1", by="Pia", confirm=True)
    assert result.outcome is Outcome.ACCEPTED, result.message


def rest(view):
    return [(each.task, each.state.value, each.shipped_at) for each in view.rests]


@pytest.mark.parametrize("cancelled", [False, True], ids=["lowered", "cancelled"])
def test_a_rest_with_nothing_left_to_go_is_shipped(shop, told, cancelled):
    split(shop)
    send(shop, SentLine(2, sku="LAMP"))
    view = shop.put(order(line("1", "LAMP", 5 if cancelled else 3), version=2, cancelled=cancelled))
    assert rest(view) == [("SO-1/2", "shipped", WENT)]
    assert lines_of(view)[0][1] - lines_of(view)[0][2] == 3
    assert shop.rows("SELECT count(*) FROM task WHERE kind = 'order' AND state = 'open'") == [(0,)]
    event, data = told()[-1]
    assert (event, data["task"], data["rest_of"], data["assumed"]) == ("order.shipped", "SO-1/2", "SO-1", True)


def test_a_rest_of_which_nothing_went_is_cancelled(shop):
    split(shop)
    assert rest(shop.put(order(line("1", "LAMP", 1), version=2))) == [("SO-1/2", "cancelled", None)]


def test_a_rest_cannot_be_lowered_below_what_went_of_both(shop):
    split(shop)
    send(shop, SentLine(2, sku="LAMP"))
    with pytest.raises(Conflict, match="3 of line 1 went already, so no less can be wanted"):
        shop.put(order(line("1", "LAMP", 2), version=2))
    assert rest(shop.put(order(line("1", "LAMP", 4), version=2)))[0][1] == "picking"
    send(shop, SentLine(1, sku="LAMP"), name="last")
    assert (at_customer(shop), rest(shop.order())[0][1]) == (4, "shipped")


# Less than went


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("1", "TEE-M", 3)], "SO-1 is shipped in part: 3 of line 3 went already, so no less can be wanted"),
        ([line("1", "TEE-M", 3), line("3", "TEE-M", 2)], "3 of line 3 went already"),
        ([line("1", "TEE-M", 3), line("3", "TEE-M", 3, 1)], "3 of line 3 went already"),
        ([line("1", "TEE-M", 3), line("3", "LAMP", 3)], "3 of line 3 went as TEE-M, so it cannot be of LAMP"),
    ],
    ids=["left out", "lowered", "cancelled", "another item"],
)
def test_what_went_without_a_scan_cannot_be_wanted_less(shop, lines, words):
    shop.put(order(line("3", "TEE-M", 3), line("1", "TEE-M", 3)))
    send(shop, SentLine(3, line="3"))
    with pytest.raises(Conflict, match=words):
        shop.put(order(*lines, version=2))
    assert (shop.order().version, shop.order().wanted, at_customer(shop, "TEE-M")) == (1, 6, 3)


def test_what_went_is_of_the_line_that_the_shop_names(shop):
    shop.put(order(line("3", "TEE-M", 3), line("1", "TEE-M", 3)))
    send(shop, SentLine(3, line="1"))
    with pytest.raises(Conflict, match="3 of line 1 went already"):
        shop.put(order(line("3", "TEE-M", 3), version=2))
    view = shop.put(order(line("1", "TEE-M", 3), version=2))
    assert [(each.line, each.wanted, each.picked) for each in view.lines] == [("3", 0, 0), ("1", 3, 3)]
    assert (view.state, at_customer(shop, "TEE-M")) == ("shipped", 3)


def test_a_kit_that_went_cannot_be_wanted_less(shop):
    shop.put(order(line("1", "SET", 3)))
    send(shop, SentLine(2, sku="SET"))
    with pytest.raises(Conflict, match="2 of line 1 went already"):
        shop.put(order(line("1", "SET", 1), version=2))


def test_an_item_that_was_renamed_is_the_same_item(shop):
    shop.put(order(line("1", "LAMP", 3)))
    send(shop, SentLine(2, sku="LAMP"))
    shop.database.transact(items.rename, "LAMP", "LAMP-NEW", "", shop.warehouse.operators["Sam"], NOW)
    assert shop.put(order(line("1", "LAMP-NEW", 4), version=2)).wanted == 4


def test_a_file_cannot_want_less_than_went(shop):
    bring_in(shop, "SO-1,LAMP,4,\n")
    send(shop, SentLine(2, sku="LAMP"), channel="csv")
    with pytest.raises(ImportRefused) as refused:
        bring_in(shop, "SO-1,LAMP,1,\n", later=1)
    assert "2 of line LAMP went already, so no less can be wanted" in str(refused.value.problems[0])


# Orders that were made from a shipment


def made_from_its_shipment(shop):
    """Two lamps went of it; an item that nobody knows was refused, so that it is open."""
    shop.ship(SentLine(2, sku="LAMP"), SentLine(1, sku="X-9"), shipped_at=WENT)
    assert shop.order().state == "picking"


def test_the_first_version_of_the_shop_names_the_lines_that_went(shop):
    made_from_its_shipment(shop)
    view = shop.put(order(line("a", "LAMP", 3), line("b", "X-9", 1)))
    assert [(each.line, each.sku, each.wanted, each.picked) for each in view.lines] == [("a", "LAMP", 3, 2), ("b", "X-9", 1, 0)]
    assert shop.put(order(line("a", "LAMP", 2), version=2)).state == "shipped"


def test_a_first_version_cannot_want_less_than_went(shop):
    made_from_its_shipment(shop)
    with pytest.raises(Conflict, match="2 of line a went already"):
        shop.put(order(line("a", "LAMP", 1), line("b", "X-9", 1)))


def test_a_file_about_an_order_that_was_made_and_shipped_is_refused_in_words(shop):
    send(shop, SentLine(2, sku="LAMP"), channel="csv")
    with pytest.raises(ImportRefused) as refused:
        bring_in(shop, "SO-1,LAMP,3,\n", later=1)
    assert "no change, as this order is shipped" in str(refused.value.problems[0])
