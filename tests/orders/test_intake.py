"""Orders that come in: each is a task with lines to pick, whatever its SKUs are."""

import threading

import pytest
from sqlalchemy import insert

from scanner.catalogue.tables import Item
from scanner.db.sql import run, table_of
from scanner.errors import NotAllowed
from scanner.items import service as items
from scanner.orders.intake.adopting import adopt
from scanner.workflows import WORKFLOWS
from tests.support.program import Program
from tests.support.shop import PLACED, Shop, line, lines_of, order
from tests.support.warehouse import LAMP, NOW


@pytest.fixture
def shop(warehouse):
    return Shop(warehouse)


def expected(shop, task="SO-1"):
    return shop.rows(
        "SELECT item.sku, line.expected FROM line JOIN task ON task.id = line.task_id JOIN item ON item.id = line.item_id "
        "WHERE task.reference = :task ORDER BY line.position",
        task=task,
    )  # fmt: skip


def test_an_order_is_a_task_with_a_line_for_each_item(shop):
    shop.put(order(line("1", "MUG-B", 3, 1), line("2", "LAMP", 1)))
    assert expected(shop) == [("MUG-B", 2), ("LAMP", 1)]


def test_the_task_names_the_customer_and_the_order(shop):
    shop.put(order(line("1", "MUG-B", 3), due_at=PLACED))
    assert shop.rows("SELECT kind, state, partner, order_ref FROM task WHERE reference = 'SO-1'") == [
        ("order", "open", "Jo Ng", "SO-1")
    ]


def test_a_kit_is_picked_as_its_parts(shop):
    shop.put(order(line("1", "SET", 2)))
    assert sorted(expected(shop)) == [("LAMP", 2), ("MUG-B", 4)]


def test_an_unknown_sku_is_kept_and_shown_as_such(shop):
    view = shop.put(order(line("1", "X-1", 2), line("2", "LAMP", 1)))
    assert [(each.sku, each.known) for each in view.lines] == [("X-1", False), ("LAMP", True)]


def test_an_unknown_sku_is_adopted_once_its_item_is_there(shop):
    shop.put(order(line("1", "X-1", 2)))
    row = {"sku": "X-1", "name": "New", "unit_cost_e4": 0, "abc_class": "C", "reorder_point": 0, "critical": False}
    shop.database.transact(lambda session: run(session, insert(table_of(Item)), row))
    assert shop.database.transact(adopt) == 1
    assert expected(shop) == [("X-1", 2)]


def test_the_same_version_adopts_an_item_that_came_since(shop):
    shop.put(order(line("1", "X-1", 2)))
    shop.warehouse.add_items(["X-1"])
    assert [each.known for each in shop.put(order(line("1", "X-1", 2))).lines] == [True]


def test_an_old_sku_is_the_item_that_had_it(shop):
    shop.database.transact(items.rename, "LAMP", "LAMP-2", "", shop.warehouse.operators["Sam"], NOW)
    shop.put(order(line("1", "LAMP", 1)))
    assert expected(shop) == [("LAMP-2", 1)]


def test_a_merged_item_is_picked_as_the_one_that_stands_for_it(shop):
    shop.put(order(line("1", "LAMP", 1)))
    shop.database.transact(items.merge, "LAMP", "TEE-M", shop.warehouse.operators["Sam"], NOW, WORKFLOWS)
    shop.put(order(line("1", "LAMP", 3), version=2))
    assert expected(shop) == [("TEE-M", 3)]


def test_an_order_and_a_receipt_may_have_the_same_number(shop):
    view = shop.put(order(line("1", "LAMP", 1), reference="PO-1001"))
    assert view.task == "web/PO-1001"


def test_two_shops_may_have_the_same_number(shop):
    shop.put(order(line("1", "LAMP", 1)))
    assert shop.put(order(line("1", "LAMP", 1), channel="market")).task == "market/SO-1"


@pytest.mark.parametrize("number", ["PICKS", "CMD-DONE", "LAMP", "A-01-1", "picks", "lamp", "a-01-1", "TOTE-2", "tote-2", LAMP])
def test_a_number_that_means_something_else_gets_another_task(shop, number):
    assert shop.put(order(line("1", "LAMP", 1), reference=number)).task == f"web/{number}"


def test_a_number_that_caps_lock_turns_into_another_gets_another_task(shop):
    shop.put(order(line("1", "LAMP", 1), reference="Ab-1"))
    assert shop.put(order(line("1", "LAMP", 1), reference="aB-1")).task == "web/aB-1"


def test_a_channel_has_no_slash_or_two_orders_would_be_one(vera):
    told = {"channel": "a/b", "reference": "SAME", "lines": [{"sku": "LAMP", "units": 1}]}
    answer = vera.post("/shipments", told)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "channel")


def test_nobody_without_the_right_brings_in_orders(shop):
    with pytest.raises(NotAllowed, match="Rosa may not bring in orders"):
        shop.put(order(line("1", "LAMP", 1)), by="Rosa")


def test_picked_packed_and_short_are_told_of_each_line(shop):
    shop.put(order(line("1", "MUG-B", 5), line("2", "LAMP", 1)))
    shop.stock("MUG-B", "A-01-1", 9)
    shop.pick("MUG-B", 3)
    shop.pack("MUG-B", 2)
    shop.miss("MUG-B", 4)
    assert lines_of(shop.order()) == [("MUG-B", 5, 0, 3, 2, 2), ("LAMP", 1, 0, 0, 0, 0)]


def test_of_a_kit_as_many_are_picked_as_its_parts_make(shop):
    shop.put(order(line("1", "SET", 2)))
    shop.pick("MUG-B", 3)
    shop.pick("LAMP", 2)
    assert lines_of(shop.order()) == [("SET", 2, 0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("picked", "packed", "state"),
    [(0, 0, "open"), (1, 0, "picking"), (2, 1, "picking"), (2, 2, "packed")],
)
def test_the_state_follows_from_what_was_scanned(shop, picked, packed, state):
    shop.put(order(line("1", "LAMP", 2)))
    if picked:
        shop.pick("LAMP", picked)
    if packed:
        shop.pack("LAMP", packed)
    assert shop.order().state == state


def test_half_a_kit_is_begun(shop):
    shop.put(order(line("1", "SET", 1)))
    shop.pick("LAMP", 1)
    assert shop.order().state == "picking"


def test_two_first_versions_at_the_same_time_make_one_order(shop):
    versions = [order(line("1", "LAMP", number), version=number) for number in range(1, 7)]
    threads = [threading.Thread(target=shop.put, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.rows("SELECT version FROM shop_order") == [(6,)]
    assert expected(shop) == [("LAMP", 6)]


BODY = {"placed_at": "2026-11-22T08:00:00Z", "version": 1, "lines": [{"line": "1", "sku": "LAMP", "ordered": 2}]}


@pytest.fixture
def vera(app):
    return Program(app, "Vera")


def put(program, path="/orders/web/SO-1", **more):
    return program.client.put(f"/api/v1{path}", json=BODY | more, headers=program.headers)


def test_a_new_order_is_201_and_the_same_again_200(vera):
    assert [put(vera).status_code, put(vera).status_code] == [201, 200]


def test_an_order_is_answered_whole(vera):
    answer = put(vera).json
    assert answer.pop("id")
    assert answer == {
        "channel": "web", "reference": "SO-1", "task": "SO-1", "rest_of": None, "rests": [], "state": "open",
        "placed_at": "2026-11-22T08:00:00+00:00",
        "due_at": None, "version": 1, "customer": "", "cancelled_at": None, "shipped_at": None, "assumed": False, "choice": "",
        "lines": [
            {"line": "1", "sku": "LAMP", "known": True, "ordered": 2, "cancelled": 0, "picked": 0, "packed": 0, "short": 0}
        ],
    }  # fmt: skip
    assert vera.get("/orders/web/SO-1").json["lines"] == answer["lines"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"line": "1", "sku": "LAMP", "ordered": 0}]}, "lines[0].ordered"),
        ({"lines": [{"line": "1", "sku": "LAMP", "ordered": -1}]}, "lines[0].ordered"),
        ({"lines": [{"line": "1", "sku": "LAMP", "ordered": 1, "cancelled": 2}]}, "lines[0].cancelled"),
        ({"lines": [{"line": "1", "sku": "LAMP", "ordered": 1}] * 2}, "lines[1].line"),
        ({"lines": [{"line": str(n), "sku": "LAMP", "ordered": 1} for n in range(1_001)]}, "lines"),
        ({"lines": [{"line": "x" * 65, "sku": "LAMP", "ordered": 1}]}, "lines[0].line"),
        ({"lines": [{"line": "1", "sku": "x" * 65, "ordered": 1}]}, "lines[0].sku"),
        ({"customer": "x" * 201}, "customer"),
        ({"placed_at": None}, "placed_at"),
        ({"placed_at": "soon"}, "placed_at"),
        ({"version": None}, "version"),
        ({"version": True}, "version"),
        ({"version": "first"}, "version"),
        ({"version": -1}, "version"),
        ({"version": 1.5}, "version"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(vera, more, field):
    answer = put(vera, **more)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


@pytest.mark.parametrize("path", ["/orders/" + "c" * 41 + "/SO-1", "/orders/web/" + "r" * 65])
def test_a_name_that_is_too_long_is_refused(vera, path):
    assert put(vera, path).status_code == 400


def test_a_version_of_another_kind_is_refused_in_a_sentence(vera):
    put(vera)
    answer = put(vera, version="2026-11-23T08:00:00Z")
    assert answer.status_code == 400
    assert answer.json["error"]["message"] == "Expected a version that is a whole number, as the stored one is, got a time."


def test_a_version_may_be_a_time(vera):
    put(vera, version="2026-11-23T08:00:00+01:00")
    assert vera.get("/orders/web/SO-1").json["version"] == "2026-11-23T07:00:00+00:00"


def test_orders_are_listed_by_state_and_page(vera):
    for number in range(3):
        put(vera, f"/orders/web/SO-{number}", cancelled=number == 1)
    assert [each["reference"] for each in vera.get("/orders", state="open").json] == ["SO-0", "SO-2"]
    assert [each["reference"] for each in vera.get("/orders", state="cancelled").json] == ["SO-1"]
    first = vera.get("/orders", limit=1).json
    assert [each["reference"] for each in vera.get("/orders", after=first[0]["id"]).json] == ["SO-1", "SO-2"]


@pytest.mark.parametrize("state", ["open", "picking", "packed"])
def test_the_list_finds_the_state_that_an_order_says(app, vera, state):
    shop = Shop(app.extensions["warehouse"])
    for number, (picked, packed) in enumerate([(0, 0), (1, 0), (2, 2)]):
        put(vera, f"/orders/web/SO-{number}")
        if picked:
            shop.pick("LAMP", picked, task=f"SO-{number}")
        if packed:
            shop.pack("LAMP", packed, task=f"SO-{number}")
    assert {each["state"] for each in vera.get("/orders", state=state).json} == {state}


def test_there_is_no_order_that_nobody_sent(vera):
    assert vera.get("/orders/web/SO-9").status_code == 404


def test_who_tries_numbers_that_mean_something_else_has_to_wait(vera):
    answers = [put(vera, f"/orders/web-{number}/BADGE-ROSA").status_code for number in range(40)]
    assert 429 in answers


@pytest.mark.parametrize("more", [{}, {"lines": []}], ids=["left out", "none"])
def test_a_cancellation_needs_its_version_alone(vera, more):
    head = {"customer": "Jo Ng", "due_at": "2026-11-24T08:00:00+00:00"}
    put(vera, **head)
    answer = bare(vera, version=2, cancelled=True, **more)
    assert (answer.status_code, answer.json["state"], answer.json["placed_at"]) == (200, "cancelled", "2026-11-22T08:00:00+00:00")
    assert {name: answer.json[name] for name in head} == head
    assert answer.json["lines"][0]["ordered"] == 2


def test_what_a_cancellation_says_besides_is_taken(vera):
    put(vera, customer="Jo Ng", due_at="2026-11-24T08:00:00+00:00")
    answer = bare(vera, version=2, cancelled=True, customer="", due_at=None).json
    assert (answer["customer"], answer["due_at"]) == ("", None)


def test_an_order_that_is_cancelled_before_it_is_known_stays_cancelled(vera):
    answer = bare(vera, version=2, cancelled=True)
    assert (answer.status_code, answer.json["state"], answer.json["lines"]) == (201, "cancelled", [])
    assert put(vera, version=1).json["state"] == "cancelled"
    assert put(vera, version=3).json["state"] == "open"
    assert vera.get("/orders").json[0]["lines"][0]["ordered"] == 2


@pytest.mark.parametrize("field", ["placed_at", "lines"])
def test_an_order_that_is_not_cancelled_needs_its_time_and_lines(vera, field):
    told = {name: value for name, value in BODY.items() if name != field}
    answer = vera.client.put("/api/v1/orders/web/SO-1", json=told, headers=vera.headers)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


def bare(program, **said):
    return program.client.put("/api/v1/orders/web/SO-1", json=said, headers=program.headers)


@pytest.mark.parametrize("number", ["/lead", "//", "a/b", "a//b", "a/", "/"])
def test_a_number_may_have_slashes_anywhere(vera, number):
    path = f"/orders/web/{number.replace('/', '%2F')}"
    answers = [put(vera, path), put(vera, path), vera.get(path)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert {(answer.json["channel"], answer.json["reference"]) for answer in answers} == {("web", number)}


def test_a_task_whose_number_begins_with_a_slash_is_found(vera):
    task = put(vera, "/orders/web/%2Flead").json["task"]
    answer = vera.get(f"/tasks/{task.replace('/', '%2F')}")
    assert (task, answer.status_code, answer.json["reference"]) == ("/lead", 200, "/lead")
