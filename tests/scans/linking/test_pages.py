"""The page on which an unknown code is linked to its item."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.warehouse import Warehouse
from tests.web.test_pages import Person, result_of


@pytest.fixture
def rosa(app: Flask) -> Person:
    return Person(app, "Rosa")


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


def test_linking_counts_what_was_unknown(rosa: Person, goods: Warehouse) -> None:
    seq = result_of(rosa.scan("NEW-1"))["seq"]
    answer = rosa.post("/tasks/PO-1001/link", seq=seq, sku="LAMP", units="2")
    assert answer.status_code == 303 and dict(goods.lines())["LAMP"] == 2


def test_the_page_names_the_code_and_finds_the_item(rosa: Person) -> None:
    seq = result_of(rosa.scan("NEW-2"))["seq"]
    assert "NEW-2" in rosa.get(f"/tasks/PO-1001/link?seq={seq}").text
    assert "Desk lamp" in rosa.get("/tasks/PO-1001/link?q=lamp", headers={"HX-Request": "true"}).text


def test_what_the_task_still_waits_for_stands_first_and_nothing_else(rosa: Person) -> None:
    for _ in range(3):
        rosa.scan("TEE-M")
    seq = result_of(rosa.scan("NEW-5"))["seq"]
    page = rosa.get(f"/tasks/PO-1001/link?seq={seq}").text
    assert 'value="LAMP"' in page and 'value="MUG-B"' in page
    assert 'value="TEE-M"' not in page, "all of it came"


def test_the_panel_stays_red_only_until_somebody_said_what_the_code_is(rosa: Person) -> None:
    seq = result_of(rosa.scan("NEW-6"))["seq"]
    assert 'data-signal="refused"' in rosa.get("/receiving/PO-1001").text
    rosa.post("/tasks/PO-1001/dismiss", seq=seq, reason="misread")
    assert 'data-signal="ready"' in rosa.get("/receiving/PO-1001").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"sku": "NOTHING", "units": "1"}, 404), ({"sku": "LAMP", "units": "0"}, 400), ({"sku": "LAMP", "units": "x"}, 400)],
)
def test_what_cannot_be_linked_is_refused(rosa: Person, fields: dict[str, str], status: int) -> None:
    seq = result_of(rosa.scan("NEW-3"))["seq"]
    assert rosa.post("/tasks/PO-1001/link", seq=seq, **fields).status_code == status


def test_a_scan_of_another_task_is_not_found(rosa: Person, goods: Warehouse) -> None:
    goods.add_receipt("PO-2", [("MUG-B", 1)])
    seq = result_of(rosa.scan("NEW-4"))["seq"]
    assert rosa.get(f"/tasks/PO-2/link?seq={seq}").status_code == 404
