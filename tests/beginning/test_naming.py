"""Making items by scanning each and typing its name: by a form, by htmx, by JSON."""

from __future__ import annotations

from html import unescape

import pytest

from tests.people.test_pages import Device, token_of
from tests.support.warehouse import LAMP

NEW, WRONG = "4006381333931", "4006381333932"


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
    ({"code": "A-01-1"}, 409, "A-01-1 means something else already."),
    ({"code": "CMD-DONE"}, 400, "CMD-DONE is a command and stands on no goods."),
    ({"code": WRONG}, 400, "Expected a GTIN whose check digit fits: 1 for the last digit"),
    ({"unit_cost": "much"}, 400, "Expected "),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(app, sam, more, status, words):
    said = {"code": NEW, "name": "Pen", "sku": "PEN"} | more
    answer = sam.post("/set-up/items", **said)
    assert answer.status_code == status and words in unescape(answer.text)
    told = sam.client.post("/set-up/items", json=said, headers={"X-CSRFToken": token_of(sam.get("/set-up/items"))})
    assert told.status_code == status and words in told.json["error"]["message"]
    assert "PEN" not in sam.get("/items").text
    if more.get("code") != LAMP and answer.text.count('name="name"'):
        assert 'value="Pen"' in answer.text and "column" not in answer.text


@pytest.mark.parametrize("code", [WRONG, "CMD-DONE", "A-01-1"])
def test_a_code_that_no_goods_can_get_is_refused_before_their_name(sam, code):
    answer = sam.post("/set-up/items", badge=code)
    assert answer.status_code in (400, 409) and "Name these goods" not in answer.text and "column" not in answer.text
    assert f'value="{code}"' in answer.text and ("It is a number of our own" in answer.text) == (code == WRONG)


def test_a_number_of_our_own_is_taken_by_a_word_of_the_page(app, sam):
    asked = sam.post("/set-up/items", code=WRONG, own="1").text
    assert "Name these goods" in asked and 'name="own" value="1"' in asked and 'name="sku" value="ITEM-0001"' in asked
    assert sam.post("/set-up/items", code=WRONG, own="1", name="Pen", sku="ITEM-0001").status_code == 303
    assert app.extensions["warehouse"].scan(WRONG).item.sku == "ITEM-0001"


def test_who_tries_codes_that_are_taken_has_to_wait(sam):
    answers = [sam.post("/set-up/items", code="BADGE-ROSA").status_code for _ in range(40)]
    assert answers[0] == 409 and answers[-1] == 429


def test_a_program_that_gives_no_name_is_told(sam):
    headers = {"X-CSRFToken": token_of(sam.get("/set-up/items"))}
    told = sam.client.post("/set-up/items", json={"code": NEW}, headers=headers)
    assert (told.status_code, told.json["error"]["field"]) == (400, "name")
