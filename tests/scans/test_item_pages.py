"""An item's page: where it is, what it is in, what is under way, and how it came there."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import returned
from tests.support.warehouse import LAMP, MUG, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


def test_says_where_it_is_and_what_can_be_sold(sam: Person, goods: Warehouse) -> None:
    goods.scan("A-01-1")
    goods.scan(MUG, quantity=5)
    returned.announce(goods, "RMA-1", [("MUG-B", 1)])
    returned.come(goods, "RMA-1", "MUG-B", 2)
    page = sam.get("/items/MUG-B").text
    assert '<dt>On hand</dt><dd class="big">7</dd>' in page and '<dt>Sellable</dt><dd class="big">5</dd>' in page
    assert "RETURNS" in page and "not sellable" in page and "A-01-1" in page


def test_has_the_scans_and_people_behind_its_movements(sam: Person, goods: Warehouse) -> None:
    seq = goods.scan(MUG).seq
    page = sam.get("/items/MUG-B").text
    assert f'href="/scans/{seq}"' in page and "Rosa" in page and "PO-1001" in page


def test_shows_its_last_fifty_movements(sam: Person, goods: Warehouse) -> None:
    for _ in range(51):
        goods.scan(MUG, confirm=True)
    assert "Its last 50 movements" in sam.get("/items/MUG-B").text


def test_shows_kits_both_ways(sam: Person) -> None:
    assert "What is in one" in sam.get("/items/SET").text and "Mug, blue" in sam.get("/items/SET").text
    assert "Kits that it is in" in sam.get("/items/MUG-B").text and "Gift set" in sam.get("/items/MUG-B").text


def test_says_how_many_of_a_kit_its_sellable_parts_make(sam: Person, goods: Warehouse) -> None:
    for code, units in (("A-01-1", 1), (MUG, 5), (LAMP, 9)):
        goods.scan(code, quantity=units, confirm=True)
    goods.scan("DAMAGED")
    goods.scan(MUG, quantity=9)
    page = sam.get("/items/SET").text
    assert '<dt>Can be made up of sellable parts</dt><dd class="big">2</dd>' in page
    assert "Can be made up" not in sam.get("/items/MUG-B").text


def test_names_open_tasks_and_tells_nothing_of_a_count(sam: Person, goods: Warehouse) -> None:
    goods.add_receipt("C-000001", [("MUG-B", 0)], kind="count", section="A-01")
    page = sam.get("/items/MUG-B").text
    assert "PO-1001" in page and 'href="/tasks/C-000001"' in page and page.count("—</td>") >= 2


def test_draws_what_was_on_hand_with_the_numbers_behind_it(sam: Person, goods: Warehouse) -> None:
    goods.scan(MUG, quantity=5)
    goods.scan(MUG, quantity=3)
    page = sam.get("/items/MUG-B?days=365").text
    assert 'class="chart__line"' in page and "From 0 to 8 units" in page and 'data-label="Units">5<' in page


@pytest.mark.parametrize("days", ["0", "x", "-1", "99999999999"])
def test_takes_a_strange_span_for_none(sam: Person, days: str) -> None:
    assert sam.get(f"/items/MUG-B?days={days}").status_code == 200


def test_an_item_that_there_is_not_is_404(sam: Person) -> None:
    assert sam.get("/items/NOTHING").status_code == 404
