"""Who counts a section is told nowhere how much the record has there: by no page, no file, no answer to a program or a scan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import product

import pytest
from sqlalchemy import insert, select, update

from scanner.catalogue.tables import Item
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.scans.tables import Scan, Task
from tests.moves.test_pages import scan, signed_in
from tests.people.test_pages import token_of
from tests.support.carts import begin
from tests.support.program import Program
from tests.support.shop import Shop, line, order
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse

UNITS, ORDERED = 7_351, 9_802
"""The units on A-01-1, and those of each order: a pick of all that is there is 2,451 short."""
ROLES = frozenset({"counter", "receiver", "returns", "picker", "service", "finance"})


@pytest.fixture
def counted(app) -> Warehouse:
    """A-01 is counted. All mugs are on A-01-1, and orders want more of them. Dora has every role of the floor."""
    warehouse = app.extensions["warehouse"]
    warehouse.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\nA-01-1,MUG-B,{UNITS}\n".encode()), None, NOW)
    for number in ("SO-1", "SO-2", "SO-3", "SO-4"):
        Shop(warehouse).put(order(line("1", "MUG-B", ORDERED), reference=number))
    person = {"badge": "BADGE-DORA", "name": "Dora", "roles": ";".join(sorted(ROLES)), "active": True}
    add = insert(Operator.__table__).returning(Operator.__table__.c.id)
    made = warehouse.database.transact(lambda session: run(session, add, person).scalar_one())
    warehouse.operators["Dora"] = OperatorView(made, "Dora", ROLES)
    own_point = update(Item.__table__).where(Item.__table__.c.sku == "MUG-B").values(reorder_point=1)
    warehouse.database.transact(lambda session: run(session, own_point))
    begin(warehouse, 1)
    warehouse.add_return("RMA-1", [("MUG-B", 3)])
    warehouse.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
    return warehouse


def references(warehouse: Warehouse, kind: str) -> list[str]:
    """The tasks of a kind."""
    wanted = select(Task.reference).where(Task.kind == kind).order_by(Task.id)
    with warehouse.database.read() as session:
        return list(run(session, wanted).scalars())


def short_picks(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Picks of what is not there: taken back again, but for the last one."""
    _, second, _, fourth = references(warehouse, "order")
    (cart,) = references(warehouse, "cart")
    short = ("A-01-1", "CMD-SHORT", "CMD-UNDO", "A-01-1", "A-01-1", "CMD-SHORT", "CMD-UNDO")
    return [*((task, code) for task in (second, cart) for code in short), (fourth, "A-01-1"), (fourth, "CMD-SHORT")]


def other_scans(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Scans on every kind of task."""
    _, second, third, _ = references(warehouse, "order")
    each = {
        second: ("A-01-1", MUG, MUG_CASE, "PACKING", MUG),
        third: ("A-01-2", MUG, "CMD-CONFIRM", "CMD-UNDO"),
        "MOVES": ("A-01-1", MUG, "A-01-2", MUG, "DOCK", "DOCK", "MOVES"),
        "RMA-1": (MUG, "CMD-RESTOCK", "A-01-2", "CMD-UNDO"),
        "C-000001": ("A-01-1", MUG, "A-01-2", "CMD-EMPTY", "CMD-DONE"),
        "PO-1001": (MUG, "A-01-2", MUG, LAMP, TEE),
        "SHORT-PICKS": ("A-01-1", MUG),
    }
    return [(task, code) for task, codes in each.items() for code in codes]


def answers(app, name: str, scans: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What these scans are answered, to a device and as parts of a page in turns."""
    device = signed_in(app, name)
    headers = {"X-CSRFToken": token_of(device.get("/sign-in"))}
    for nth, (task, code) in enumerate(scans):
        said = scan(code, task=task)
        yield f"json {task} {code}", device.client.post("/scans", json=said, headers=headers).text
        if nth % 2:  # the same scan again is answered as before
            yield f"part {task} {code}", device.client.post("/scans", data=said, headers=headers | {"HX-Request": "true"}).text


def programs(app, warehouse: Warehouse, name: str) -> Iterator[tuple[str, str]]:
    """What programs are answered."""
    program = Program(app, name)
    second = references(warehouse, "order")[1]
    for body in (
        {"task": second, "location": "A-01-1", "short": "not there"},
        {"task": "MOVES", "location": "A-01-1", "to": "DOCK"},
    ):
        yield f"program {body}", program.scan(MUG, **body).text
    yield "an order", program.client.put("/api/v1/orders/web/SO-4", json=AGAIN, headers=program.headers).text


AGAIN = {"version": 2, "placed_at": "2026-11-20T09:00:00Z", "lines": [{"line": "1", "sku": "MUG-B", "ordered": ORDERED}]}


def pages(warehouse: Warehouse, app, name: str) -> Iterator[tuple[str, str]]:
    """Every address that is read, with every value of what it names."""
    device, program = signed_in(app, name), Program(app, name)
    with warehouse.database.read() as session:
        seqs = list(run(session, select(Scan.seq)).scalars())
        tasks = list(run(session, select(Task.reference)).scalars())
    values = {
        "reference": [*tasks, *(f"SO-{number}" for number in range(1, 5)), "MOVES"], "sku": ["MUG-B"], "seq": seqs,
        "channel": ["web"], "code": ["A-01"], "kind": ["stock", "locations", "items", "movements", "discrepancies", "orders"],
        "number": [1], "discrepancy_id": range(1, 8), "signal_id": [1], "operator_id": [1], "key": ["a-key"],
        "kit_sku": ["SET"], "month": [f"{date.today():%Y-%m}"], "name": ["Acme"], "badge": ["BADGE-SAM"],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or "uuid" in rule.rule or rule.endpoint in ("static", "pages.worker"):
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(values[each] for each in names)):
            path = app.url_map.bind("localhost").build(rule.endpoint, dict(zip(names, chosen, strict=True)))
            for query in QUERIES.get(rule.rule, ("",)):
                keys = program.headers if path.startswith("/api/") else {}
                answer = (program if keys else device).client.get(path + query, headers=keys)
                assert answer.status_code < 500, path
                yield path + query, answer.text if answer.mimetype != "application/pdf" else ""


QUERIES = {
    "/where": tuple(f"?code={code}" for code in (MUG, "MUG-B", "A-01-1", "SO-1", "SET", "MOVES")),
    "/api/v1/where": tuple(f"?code={code}" for code in (MUG, "A-01-1", "SO-1", "SET")),
    "/orders/office": ("", "?show=all", "?show=open"),
    "/reorder": ("", "?show=all"),
    "/reorder/reorder.csv": ("?show=all",),
    "/discrepancies": ("", "?state=open", "?state=all"),
    "/api/v1/tasks": ("", "?kind=order", "?kind=count", "?kind=return"),
    "/tasks/<ref:reference>/changes": ("", "?packs=1"),
    "/labels": ("?group=locations", "?group=hands"),
}


def told(warehouse: Warehouse, app, name: str) -> list[str]:
    """Where the number is told, in whatever way it is written: by itself, or by what is short of it."""
    forms = [form for each in (UNITS, ORDERED - UNITS) for form in (str(each), f"{each:,}", f"{each:,}".replace(",", "\u202f"))]
    number = re.compile(rf"(?<![\w.-])(?:{'|'.join(forms)})(?![\w-])")  # not in a token or the id of a scan
    everything = [
        *pages(warehouse, app, name),
        *answers(app, name, short_picks(warehouse)),
        *pages(warehouse, app, name),
        *programs(app, warehouse, name),
        *answers(app, name, other_scans(warehouse)),
        *pages(warehouse, app, name),
    ]
    return list(dict.fromkeys(where for where, text in everything if number.search(text)))


@pytest.mark.slow
def test_who_counts_a_shelf_is_told_nowhere_how_much_is_on_it(app, counted):
    assert not (found := told(counted, app, "Dora")), "\n".join(found)


@pytest.mark.slow
def test_who_decides_is_told(app, counted):
    """The same walk tells Sam, in many places: without that the test above could not fail."""
    where = told(counted, app, "Sam")
    assert len(where) > 20 and {"/api/v1/orders", "/tasks/SO-1/changes"} <= set(where)
    assert {"/api/v1/reorder", "/reorder?show=all", "/reorder/reorder.csv?show=all"} <= set(where)


def test_who_counts_restocks_returns_where_somebody_put_the_item_last(app, counted):
    """Where most of it is would tell who counts which shelf has more."""
    for code in (MUG, "A-01-2"):
        counted.scan(code, by="Theo", task="MOVES")
    for name, shelf in (("Dora", "A-01-2"), ("Theo", "A-01-1")):
        counted.scan(MUG, by=name, task="RMA-1", device=name)
        assert shelf in counted.scan("CMD-RESTOCK", by=name, task="RMA-1", device=name).message
