"""Who counts a section, and meanwhile moves goods and sees orders, is told no number of the record there, on any page."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import insert

from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from tests.moves.test_pages import send, signed_in, swap
from tests.support.program import Program
from tests.support.shop import Shop, line, order
from tests.support.warehouse import LAMP, MUG, NOW, TEE, Warehouse

STOCK = b"""location,sku,units
DOCK,MUG-B,120457
A-01-1,MUG-B,230569
A-01-2,MUG-B,340679
A-01-2,LAMP,450787
VENDOR,LAMP,560897
QUARANTINE,TEE-M,670997
"""
ORDERED = 900_001
COUNTED = ("A-01-1", "A-01-2")
ASKED = (MUG, LAMP, TEE, "SET", *COUNTED, "DOCK", "VENDOR", "PACKING", "SO-1", "MOVES")
SHOWS = ("to do", "late", "cannot be filled", "open", "picking", "packed", "shipped", "cancelled", "all")
PAGES = (
    "/moves", "/moves/MOVES", "/moves/papers", "/orders/office/SO-1", "/orders/office/orders.csv",
    *(f"/orders/office?show={show}" for show in SHOWS), *(f"/where?code={code}" for code in ASKED),
)  # fmt: skip


@pytest.fixture
def counted(app):
    """A-01 is counted. A-01-2 has most mugs; Rosa put one on A-01-1 last. An order wants more mugs than there are."""
    warehouse = app.extensions["warehouse"]
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    Shop(warehouse).put(order(line("1", "MUG-B", ORDERED), line("2", "TEE-M", 2)))
    for code in (MUG, "A-01-1"):
        warehouse.scan(code, task="MOVES")
    warehouse.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
    return warehouse


@pytest.fixture
def dora(counted):
    """Dora counts and receives: she sees stock, but that of what is being counted."""
    person = {"badge": "BADGE-DORA", "name": "Dora", "roles": "counter;receiver", "active": True}
    add = insert(Operator.__table__).returning(Operator.__table__.c.id)
    made = counted.database.transact(lambda session: run(session, add, person).scalar_one())
    counted.operators["Dora"] = OperatorView(made, "Dora", frozenset({"counter", "receiver"}))


def secrets(warehouse: Warehouse, places: tuple[str, ...]) -> set[str]:
    """What the record has at these places, and what follows from it, as pages and programs write numbers."""
    stock = {key: units for key, units in warehouse.stock().items() if key[0] in places}
    mugs = sum(units for (place, sku), units in warehouse.stock().items() if sku == "MUG-B" and place.startswith("A-01"))
    numbers = {*stock.values(), mugs, ORDERED - mugs}
    return {form for each in numbers if each > 999 for form in (str(each), f"{each:,}", f"{each:,}".replace(",", "\u202f"))}


def everything(app, name: str) -> dict[str, str]:
    """Every page and every answer of moves, of orders at the desk and of where, as that person gets it."""
    device, program, told = signed_in(app, name), Program(app, name), {}
    for code in (MUG, "CMD-UNDO", LAMP, "A-01-1", "CMD-UNDO", "A-01-2", LAMP, "CMD-SENT", "CMD-DAMAGED-DOA", "QUARANTINE", TEE):
        told[f"json {code} {len(told)}"] = str(send(device, code))
    for code in ("CMD-RESTOCK", "A-01-2", "PACKING", MUG, "VENDOR", LAMP):
        told[f"htmx {code}"] = swap(device, code)
    told |= {path: device.get(path).text for path in PAGES}
    told |= {f"api {code}": program.get("/where", code=code).text for code in ASKED}
    for to in ("A-01-2", "A-01-1", "NOWHERE"):
        told[f"api to {to}"] = program.scan(MUG, task="MOVES", location="A-01-1", to=to, quantity=2).text
    return told


@pytest.mark.slow
@pytest.mark.parametrize(("name", "places"), [("Carla", (*COUNTED, "DOCK", "VENDOR", "QUARANTINE")), ("Dora", COUNTED)])
def test_no_page_and_no_answer_tells_who_counts_a_number_of_the_record(app, counted, dora, name, places):
    before = secrets(counted, places)
    told = everything(app, name)
    after = before | secrets(counted, places)
    assert {what: number for what, text in told.items() for number in after if number in text} == {}
    assert not [what for what, text in told.items() if "short:" in text or "no shelf yet" in text]


def test_who_counts_nothing_is_told_all_that(app, counted):
    """The same numbers are there for others: without them the test above could not fail."""
    device = signed_in(app, "Sam")
    assert "120,456" in device.get("/moves").text and "560,897" in device.get("/moves/papers").text
    assert "340,679" in device.get(f"/where?code={MUG}").text
    assert "328,752 Mug, blue short" in device.get("/orders/office/SO-1").text


@pytest.mark.parametrize("name", ["Carla", "Dora"])
def test_who_counts_is_told_the_shelf_where_somebody_put_it_last(app, counted, dora, name):
    device = signed_in(app, name)
    assert "Its shelf is A-01-1." in send(device, MUG)["message"]
    page = device.get("/moves/MOVES").text.split("data-known")[0]  # the device knows what is a place, and no more of it
    told = (page, device.get("/moves").text, device.get(f"/where?code={MUG}").text)
    assert all("A-01-1" in page and "A-01-2" not in page for page in told)
    assert "Its shelf is A-01-2." in send(signed_in(app, "Theo"), MUG)["message"]


def test_an_undo_does_not_tell_who_counts_that_the_record_has_less(app, counted):
    carla = signed_in(app, "Carla")
    send(carla, TEE, "A-01-1")
    for code in ("A-01-1", TEE, "DOCK"):
        counted.scan(code, by="Theo", task="MOVES")
    said = send(carla, "CMD-UNDO")
    assert (said["outcome"], said["message"]) == ("accepted", "Taken back: T-shirt M, 1 in your hand again.")
    assert counted.stock()[("A-01-1", "TEE-M")] == -1


def test_the_desk_says_to_who_counts_why_nothing_is_shown_there(app, counted):
    page = signed_in(app, "Carla").get("/orders/office/SO-1").text
    assert "You count here" in page and "Not found" not in page and "What cannot be filled" not in page
