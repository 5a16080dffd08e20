"""The home page says what is next, with numbers that open what is behind them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from scanner.catalogue.tables import Location
from scanner.counting.tables import CountPull
from scanner.desk.service import home
from scanner.web.context import now
from scanner.workflows import WORKFLOWS
from tests.support.counting_floor import Floor
from tests.support.differing import differ
from tests.support.warehouse import MUG, NOW, Warehouse
from tests.web.test_pages import Person


def told(warehouse: Warehouse, name: str):
    with warehouse.database.read() as session:
        return home(session, warehouse.operators[name], WORKFLOWS, NOW)


def test_late_receipts_and_goods_on_the_bench_are_counted(warehouse):
    warehouse.add_receipt("PO-LATE", [("MUG-B", 1)], due_on=NOW.date() - timedelta(days=1))
    warehouse.add_receipt("PO-TODAY", [("MUG-B", 1)], due_on=NOW.date())
    warehouse.add_return("RMA-1", [("MUG-B", 2)], "SO-1")
    warehouse.scan(MUG, by="Theo", task="RMA-1")
    assert [each.words for each in told(warehouse, "Rosa").next][:2] == ["1 receipt late", "1 receipt due today"]
    assert told(warehouse, "Theo").next[0].words == "1 unit on the bench to grade"
    assert told(warehouse, "Rosa").numbers["receiving.index"] == 3


def test_a_supervisor_is_told_what_is_off_and_others_what_is_theirs(warehouse):
    differ(warehouse, {"kind": "short", "value_e4": 30_000}, {"kind": "over", "value_e4": 50_000, "owner": "Rosa"})
    sam = told(warehouse, "Sam").off
    assert (sam.number, str(sam.gross), str(sam.net), sam.oldest) == (2, "8.00", "2.00", NOW)
    assert told(warehouse, "Rosa").off is None
    assert "1 discrepancy of yours to settle" in [each.words for each in told(warehouse, "Rosa").next]
    assert told(warehouse, "Carla").numbers["counting.index"] == 1


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Carla", "Vera", "Pia", "Sam"])
def test_every_number_of_a_home_page_opens_what_is_behind_it(app: Flask, name: str) -> None:
    goods: Warehouse = app.extensions["warehouse"]
    goods.add_receipt("PO-LATE", [("MUG-B", 1)], due_on=now().date() - timedelta(days=3))
    goods.add_return("RMA-1", [("MUG-B", 2)], "SO-1")
    differ(goods, {"kind": "over", "owner": name})
    who = Person(app, name)
    page = who.get("/").text
    found = re.findall(r'href="([^"]+)"', page.partition('class="to-do"')[2].partition("</ul>")[0])
    assert found or name == "Pia"
    paths = [path.replace("&amp;", "&") for path in found]
    assert {path: who.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert ("What it costs" in page) == (name == "Sam")


def test_the_sections_to_count_are_those_that_the_counting_page_marks(app: Flask) -> None:
    floor = Floor(app.extensions["warehouse"])
    floor.put("A-01-3", "TEE-M", 9)
    carla, cem = Person(app, "Carla"), Person(app, "Cem")
    assert "1 section to count" in carla.get("/").text and carla.get("/counting").text.count('class="late">due<') == 1
    task = floor.start()
    floor.walk(task, "A-01-1", "CMD-EMPTY", "A-01-2", "CMD-EMPTY", "A-01-3", "CMD-EMPTY")
    floor.finish(task)
    pulled = insert(CountPull).values(
        location_id=select(Location.id).where(Location.code == "A-01-3").scalar_subquery(), cause="short pick", at=floor.now
    )
    floor.database.transact(lambda session: session.execute(pulled))
    for who, number in ((carla, 0), (cem, 1)):  # Carla counted it, so that the recount is another's to make
        assert ("1 section to count" in who.get("/").text) == bool(number)
        page = who.get("/counting").text
        assert page.count('class="late">due<') == number and f"{number} section{'s' * (number != 1)} to count" in page
