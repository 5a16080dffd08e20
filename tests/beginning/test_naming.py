"""Making items by scanning each and typing its name: by a form, by htmx, by JSON."""

from __future__ import annotations

from html import unescape

import pytest

from tests.people.test_pages import Device, token_of
from tests.support.warehouse import LAMP

NEW = "4006381333931"


@pytest.fixture
def sam(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device


def test_a_scan_of_an_unknown_code_asks_for_the_name(sam):
    page = sam.post("/set-up/items", badge=NEW, next="/").text
    assert "Name these goods" in page and f'name="code" value="{NEW}"' in page and f'name="sku" value="{NEW}"' in page


@pytest.mark.parametrize("how", ["form", "htmx", "json"])
@pytest.mark.parametrize("sku", ["PEN", NEW])
def test_with_its_name_it_is_an_item_that_its_code_finds_and_that_is_on_record(app, sam, how, sku):
    said = {"code": NEW, "name": "Pen", "sku": sku, "unit_cost": "1.20"}
    headers = {"X-CSRFToken": token_of(sam.get("/set-up/items"))}
    if how == "json":
        told = sam.client.post("/set-up/items", json=said, headers=headers)
        assert (told.status_code, told.json) == (200, {"message": f"Pen is item {sku}. Scan the next."})
    elif how == "htmx":
        answer = sam.client.post("/set-up/items", data=said, headers=headers | {"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/set-up/items")
    else:
        assert sam.post("/set-up/items", **said).location == "/set-up/items"
    again = sam.post("/set-up/items", badge=NEW)
    assert again.status_code == 409 and f"{NEW} is Pen already." in again.text
    assert app.extensions["warehouse"].scan(NEW).item.sku == sku
    assert "Pen" in sam.get("/audit").text


def test_the_next_number_is_a_second_proposal(app, sam):
    for number, code in enumerate((NEW, "5901234123457"), 1):
        page = sam.post("/set-up/items", badge=code).text
        assert f'name="as_number" value="ITEM-{number:04d}"' in page
        sam.post("/set-up/items", code=code, name=f"Pen {number}", sku=code, as_number=f"ITEM-{number:04d}")
        assert app.extensions["warehouse"].scan(code).item.sku == f"ITEM-{number:04d}"


@pytest.mark.parametrize(("more", "status", "words"), [
    ({"code": ""}, 400, "Expected a code, got nothing."),
    ({"code": LAMP}, 409, "is Desk lamp already."),
    ({"sku": "LAMP"}, 400, "There is an item LAMP already."),
    ({"sku": "BADGE-ROSA"}, 400, "Expected a code that means nothing else yet"),
    ({"code": "A-01-1"}, 400, "Expected a code that means nothing else yet"),
    ({"unit_cost": "much"}, 400, "Expected "),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(app, sam, more, status, words):
    said = {"code": NEW, "name": "Pen", "sku": "PEN"} | more
    answer = sam.post("/set-up/items", **said)
    assert answer.status_code == status and words in unescape(answer.text)
    told = sam.client.post("/set-up/items", json=said, headers={"X-CSRFToken": token_of(sam.get("/set-up/items"))})
    assert told.status_code == status and words in told.json["error"]["message"]
    assert "PEN" not in sam.get("/items").text


def test_a_program_that_gives_no_name_is_told(sam):
    headers = {"X-CSRFToken": token_of(sam.get("/set-up/items"))}
    told = sam.client.post("/set-up/items", json={"code": NEW}, headers=headers)
    assert (told.status_code, told.json["error"]["field"]) == (400, "name")
