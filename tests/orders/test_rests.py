"""What was kept of an order that was shipped in part: the shop knows the order alone, and its word reaches the rest."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert

from scanner.data.imports import ImportRefused, import_csv
from scanner.db.sql import run
from scanner.errors import Conflict, NotFound
from scanner.orders.intake import store, taking
from scanner.orders.opening import open_order
from scanner.orders.shipments.service import SentLine
from scanner.scans.picked import picked_for_orders
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from scanner.webhooks.tables import Webhook
from scanner.workflows import IMPORTS
from tests.people.test_pages import Device
from tests.support.files import export_csv
from tests.support.program import Program
from tests.support.shop import Shop, line, lines_of, order
from tests.support.warehouse import LAMP, NOW


@pytest.fixture
def shop(warehouse):
    """SO-1 of 5 lamps and a T-shirt, of which 3 lamps went: SO-1/2 is of 2 lamps and the T-shirt."""
    shop = split_in(warehouse)
    yield shop
    with warehouse.database.read() as session:
        assert verify(session) == []
    assert shop.rows("SELECT count(*) FROM line WHERE scanned > expected") == [(0,)]


@pytest.fixture
def web(app):
    """The same where the app is."""
    return split_in(app.extensions["warehouse"])


def split_in(warehouse):
    shop = Shop(warehouse)
    for sku, shelf in (("LAMP", "A-01-2"), ("TEE-M", "A-01-1"), ("MUG-B", "A-01-1")):
        shop.stock(sku, shelf, 20)
    shop.put(order(line("1", "LAMP", 5), line("2", "TEE-M", 1)))
    pick(shop, 3)
    split(shop)
    return shop


def pick(shop, units, task="SO-1", code=LAMP, shelf="A-01-2"):
    result = shop.warehouse.scan(code, task=task, by="Pia", location=shelf, quantity=units)
    assert result.outcome is Outcome.ACCEPTED, result.message


def split(shop, task="SO-1"):
    result = shop.warehouse.scan("CMD-BACKORDER", task=task, by="Pia", confirm=True)
    assert result.outcome is Outcome.ACCEPTED, result.message


def put(shop, *lines, version=2, **more):
    return shop.put(order(*lines, version=version, **more))


def cancel(shop, version=2):
    return put(shop, line("1", "LAMP", 5), line("2", "TEE-M", 1), version=version, cancelled=True)


def wanted(shop, task="SO-1/2"):
    """SKU -> units that a task expects."""
    return dict(
        shop.rows(
            "SELECT item.sku, line.expected FROM line JOIN task ON task.id = line.task_id JOIN item ON item.id = line.item_id "
            "WHERE task.reference = :task", task=task,
        )
    )  # fmt: skip


def rests(view):
    return [(rest.task, rest.state.value) for rest in view.rests]


def test_the_order_of_the_shop_names_its_rest(shop):
    view = shop.order()
    assert (view.state, rests(view)) == ("shipped", [("SO-1/2", "open")])


def test_an_order_of_the_shop_with_the_number_of_a_rest_is_another_order(shop):
    own = put(shop, line("1", "MUG-B", 1), reference="SO-1/2")
    assert (own.task, own.rest_of, lines_of(own)) == ("web/SO-1/2", None, [("MUG-B", 1, 0, 0, 0, 0)])
    assert wanted(shop) == {"LAMP": 2, "TEE-M": 1}


def test_the_shop_does_not_find_the_rest_by_its_task(shop):
    with pytest.raises(NotFound):
        shop.order("SO-1/2")


def test_who_cancels_the_order_cancels_its_rest(shop):
    pick(shop, 2, task="SO-1/2")
    view = cancel(shop)
    assert (view.state, view.cancelled_at, rests(view)) == ("shipped", None, [("SO-1/2", "cancelled")])
    assert lines_of(view)[0][:3] == ("LAMP", 5, 2)
    assert shop.rows("SELECT state FROM task WHERE reference = 'SO-1/2'") == [("finished",)]
    with shop.database.read() as session:
        assert picked_for_orders(session) == {}


def test_the_rest_of_a_rest_is_cancelled_too(shop):
    pick(shop, 1, task="SO-1/2")
    split(shop, task="SO-1/2")
    assert rests(cancel(shop)) == [("SO-1/2", "shipped"), ("SO-1/3", "cancelled")]
    assert lines_of(shop.order())[0][:3] == ("LAMP", 5, 1)


def test_the_shop_is_told_by_its_own_number(shop):
    values = {"url": "https://shop.example/hook", "secret": "s", "active": True, "created_at": NOW}
    shop.database.transact(lambda session: run(session, insert(Webhook.__table__), values))
    cancel(shop)
    ((event, payload),) = shop.rows("SELECT event, payload FROM delivery")
    data = json.loads(payload)["data"]
    said = {name: data[name] for name in ("channel", "reference", "task", "rest_of")}
    assert (event, said) == ("order.cancelled", {"channel": "web", "reference": "SO-1", "task": "SO-1/2", "rest_of": "SO-1"})


def test_a_rest_that_was_cancelled_is_open_again_when_the_shop_wants_it_again(shop):
    cancel(shop)
    view = put(shop, line("1", "LAMP", 4), line("2", "TEE-M", 1), version=3)
    assert rests(view) == [("SO-1/2", "open")]
    assert wanted(shop) == {"LAMP": 1, "TEE-M": 1}
    assert shop.rows("SELECT state, finished_at FROM task WHERE reference = 'SO-1/2'") == [("open", None)]


@pytest.mark.parametrize(
    ("lamps", "left"), [(4, 1), (3, 0), (9, 6)], ids=["lowered", "lowered to what went", "raised"]
)  # fmt: skip
def test_what_changes_of_the_order_changes_its_rest(shop, lamps, left):
    view = put(shop, line("1", "LAMP", lamps), line("2", "TEE-M", 1))
    assert (lines_of(view)[0][:2], wanted(shop)) == (("LAMP", lamps), {"LAMP": left, "TEE-M": 1})
    assert wanted(shop, "SO-1") == {"LAMP": 5, "TEE-M": 1}


def test_what_is_picked_of_the_rest_beyond_that_is_off_it(shop):
    pick(shop, 2, task="SO-1/2")
    put(shop, line("1", "LAMP", 4), line("2", "TEE-M", 1))
    assert shop.rows("SELECT scanned FROM line JOIN task ON task.id = task_id WHERE reference = 'SO-1/2'") == [(1,), (0,)]


def test_a_rest_of_which_nothing_is_wanted_any_more_is_cancelled(shop):
    assert rests(put(shop, line("1", "LAMP", 3))) == [("SO-1/2", "cancelled")]


def test_a_new_line_is_of_the_rest(shop):
    put(shop, line("1", "LAMP", 5), line("2", "TEE-M", 1), line("3", "MUG-B", 2))
    assert wanted(shop) == {"LAMP": 2, "TEE-M": 1, "MUG-B": 2}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("1", "LAMP", 2), line("2", "TEE-M", 1)], "SO-1 is shipped in part: 3 of line 1 went already, so no less"),
        ([line("1", "MUG-B", 5), line("2", "TEE-M", 1)], "SO-1 is shipped in part: 3 of line 1 went as LAMP, so it cannot"),
    ],
)
def test_what_went_cannot_be_wanted_less(shop, lines, words):
    with pytest.raises(Conflict, match=words):
        put(shop, *lines)
    assert wanted(shop) == {"LAMP": 2, "TEE-M": 1}


def test_once_the_rest_went_nothing_changes_any_more(shop):
    pick(shop, 2, task="SO-1/2")
    pick(shop, 1, task="SO-1/2", code="TEE-M", shelf="A-01-1")
    assert shop.warehouse.scan("CMD-SHIP", task="SO-1/2", by="Pia", confirm=True).outcome is Outcome.ACCEPTED
    with pytest.raises(Conflict, match="SO-1 is shipped: what was ordered cannot change"):
        put(shop, line("1", "LAMP", 9), line("2", "TEE-M", 1))


def test_a_kit_of_which_a_part_went_is_wanted_by_its_parts(shop):
    put(shop, line("1", "SET", 1), version=1, reference="SO-2")
    pick(shop, 1, task="SO-2")
    split(shop, task="SO-2")
    assert wanted(shop, "SO-2/2") == {"MUG-B": 2}
    put(shop, line("1", "SET", 3), reference="SO-2")
    assert wanted(shop, "SO-2/2") == {"MUG-B": 6, "LAMP": 2}
    with pytest.raises(Conflict, match="1 of line 1 went already"):
        put(shop, line("1", "SET", 1, 1), reference="SO-2", version=3)


def test_when_it_is_due_and_for_whom_is_that_of_the_order(shop):
    due = datetime(2026, 12, 24, tzinfo=UTC)
    put(shop, line("1", "LAMP", 5), line("2", "TEE-M", 1), due_at=due, customer="Kim Lee")
    assert shop.rows("SELECT partner FROM task WHERE reference = 'SO-1/2' AND due_on = '2026-12-24'") == [("Kim Lee",)]


def test_a_shipment_of_the_order_is_booked_on_its_rest(shop):
    booked = shop.ship(SentLine(2, line="1"))
    assert (booked.lines[0].outcome, booked.shipped) == (Outcome.ACCEPTED, False)
    booked = shop.ship(SentLine(1, line="2"))
    assert (booked.lines[0].outcome, booked.shipped, rests(booked.order)) == (Outcome.ACCEPTED, True, [("SO-1/2", "shipped")])


def test_orders_go_out_and_come_in_without_their_rests(shop):
    bring_in(shop, "reference,sku,ordered\nSO-7,LAMP,5\n")
    pick(shop, 3, task="SO-7")
    split(shop, task="SO-7")
    with shop.database.read() as session:
        out = "".join(export_csv(session, "orders"))
    assert [row.split(",")[1] for row in out.splitlines()[1:]] == ["SO-7", "SO-1", "SO-1"]
    report = bring_in(shop, out, later=1)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    assert wanted(shop, "SO-7/2") == {"LAMP": 2}


def bring_in(shop, text, later=0):
    file, at = BytesIO(text.encode()), NOW + timedelta(hours=later)
    return shop.database.transact(import_csv, "orders", file, None, at, more=IMPORTS)


def test_a_file_reaches_the_rest_as_well(shop):
    head = "reference,sku,ordered\n"
    bring_in(shop, f"{head}SO-9,LAMP,5\n")
    pick(shop, 3, task="SO-9")
    split(shop, task="SO-9")
    bring_in(shop, f"{head}SO-9,LAMP,4\n", later=1)
    assert wanted(shop, "SO-9/2") == {"LAMP": 1}
    with pytest.raises(ImportRefused) as refused:
        bring_in(shop, f"{head}SO-9,LAMP,2\n", later=2)
    assert "3 of line LAMP went already" in str(refused.value.problems[0])


def test_a_program_reads_the_rests_of_an_order(app, web):
    vera = Program(app, "Vera")
    answer = vera.get("/orders/web/SO-1").json
    assert answer["rests"] == [{"task": "SO-1/2", "state": "open", "shipped_at": None, "cancelled_at": None}]
    listed = {each["task"]: each for each in vera.get("/orders").json}
    assert (listed["SO-1/2"]["reference"], listed["SO-1/2"]["rest_of"]) == ("SO-1", "SO-1")
    assert vera.get("/orders/web/SO-1/2").status_code == 404


def test_the_desk_shows_the_way_from_an_order_to_its_rest_and_back(app, web):
    sam = Device(app)
    sam.post("/sign-in", badge="BADGE-SAM")
    for task, other in (("SO-1", "SO-1%252F2"), ("SO-1/2", "SO-1")):
        html = sam.get(f"/orders/office/{task}").text
        assert f"<title>{task}</title>" in html and f'href="/orders/office/{other}"' in html


def test_the_number_of_the_order_opens_its_rest(shop):
    sam = shop.warehouse.operators["Sam"]
    with shop.database.read() as session:
        assert open_order(session, "SO-1", sam).reference == "SO-1/2"
    pick(shop, 1, task="SO-1/2")
    split(shop, task="SO-1/2")
    with shop.database.read() as session:
        assert [open_order(session, label, sam).reference for label in ("SO-1", "SO-1/2")] == ["SO-1/3", "SO-1/3"]
    cancel(shop)
    with shop.database.read() as session:
        assert open_order(session, "SO-1", sam).message == "SO-1 is shipped or cancelled already."


def test_a_rest_that_comes_while_one_waits_for_another_is_held_too(monkeypatch):
    """Whoever had the rest ships it and leaves another: a version that waited for it has to have both."""
    seen, held = iter([{"SO-1", "SO-1/2"}, {"SO-1", "SO-1/2", "SO-1/3"}, {"SO-1", "SO-1/2", "SO-1/3"}]), []
    monkeypatch.setattr(taking.store, "task_references", lambda _session, _keys: next(seen))
    monkeypatch.setattr(taking, "hold_tasks", lambda _session, references: held.append(set(references)))
    taking._hold(None, [("web", "SO-1")])
    assert held == [{"SO-1", "SO-1/2"}, {"SO-1", "SO-1/2", "SO-1/3"}]


def test_orders_and_their_rests_are_held_together(shop):
    with shop.warehouse.database.read() as session:
        assert store.task_references(session, [("web", "SO-1")]) == {"SO-1", "SO-1/2"}
