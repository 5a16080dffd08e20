"""The pages of carts: begun, scanned as htmx, form and JSON, and finished."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.people.test_pages import Device, token_of
from tests.support.as_read import as_read
from tests.support.orders import add_order, stock_up
from tests.support.warehouse import MUG, NOW


@pytest.fixture
def pia(app) -> Device:
    warehouse = app.extensions["warehouse"]
    stock_up(warehouse, "A-01-1", "MUG-B", 20)
    add_order(warehouse, "SHOP-1", [("MUG-B", 2)], due_at=NOW)
    add_order(warehouse, "SHOP-2", [("MUG-B", 1)])
    device = Device(app)
    device.post("/sign-in", badge="BADGE-PIA")
    return device


@pytest.fixture
def cart(pia) -> str:
    return pia.post("/carts", orders="6").location


def scan(code, **more):
    frozen = {"id": str(uuid4()), "task": "PICK-1", "code": code, "source": "typed", "scanned_at": "2026-11-23T09:30:00Z"}
    return frozen | more


def send(device, body, **headers):
    token = token_of(device.get("/sign-in"))
    return device.client.post("/scans", json=body, headers={"X-CSRFToken": token} | headers)


def test_a_cart_begins_with_the_orders_that_are_due(pia, cart):
    assert cart == "/carts/PICK-1"
    page = pia.get(cart).text
    assert "SHOP-1" in page and "SHOP-2" in page and "A-01-1" in page and "2 orders" in page


def test_the_list_has_the_carts_that_are_being_picked(pia, cart):
    page = pia.get("/carts").text
    assert "PICK-1" in page and "2 orders" in page


@pytest.mark.parametrize("most", ["0", "21", "", "many", "-1"])
def test_a_number_of_orders_that_is_none_is_refused(pia, most):
    assert pia.post("/carts", orders=most).status_code == 400


def test_where_nothing_can_be_picked_it_is_said(pia, cart):
    answer = pia.post("/carts", orders="6")
    assert answer.status_code == 400 and "No order can be picked now" in answer.text


def test_a_scan_by_form_leads_back_to_the_page(pia, cart):
    pia.post("/scans", **scan("A-01-1"))
    assert pia.post("/scans", **scan(MUG)).location == cart
    page = pia.get(cart).text
    assert "In your hand" in page and "Mug, blue" in page


def test_a_scan_by_htmx_changes_the_walk_the_hand_and_the_totes(pia, cart):
    pia.post("/scans", **scan("A-01-1"))
    answer = send(pia, scan(MUG), **{"HX-Request": "true"})
    for part in ('id="result"', 'id="lines"', 'id="totes"', 'id="in-hand"', 'id="progress"'):
        assert part in answer.text
    assert "<html" not in answer.text


def test_each_stop_has_a_button_for_each_reason_that_goods_cannot_be_taken(pia, cart):
    walk = pia.get(cart).text.split('id="lines"')[1].split("</ul>")[0]
    for why, label in (("not there", "Not there"), ("damaged", "Damaged"), ("wrong place", "Wrong place")):
        assert f'name="reason" value="{why}"' in walk and f">{label}</button>" in walk
    assert 'name="short" value="1"' in walk and 'name="location" value="A-01-1"' in walk and 'value="MUG-B"' in walk


def test_its_form_notes_that_goods_are_not_there(pia, cart):
    body = scan("MUG-B", location="A-01-1", short="1", reason="damaged")
    assert pia.post("/scans", **body).location == cart
    page = pia.get(cart).text
    assert "Noted: Mug, blue is damaged. No other shelf has it." in page and "not on a shelf now: leave it" in page


def test_the_buttons_come_back_with_a_scan_by_htmx(pia, cart):
    answer = send(pia, scan("A-01-1"), **{"HX-Request": "true"})
    assert 'name="task" value="PICK-1"' in answer.text.split('id="lines"')[1]


def test_what_somebody_else_has_in_hand_is_on_the_page(app, pia, cart):
    rosa = Device(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    rosa.post("/scans", **scan("A-01-1"))
    rosa.post("/scans", **scan(MUG))
    assert "Rosa has <strong>1</strong> Mug, blue." in pia.get(cart).text


def test_without_a_cart_the_list_says_so(pia):
    assert "No cart is being picked" in pia.get("/carts").text


def test_the_number_of_orders_is_checked_where_it_is_typed(pia):
    page = pia.get("/carts").text
    (pattern,) = re.findall(r'name="orders"[^>]* pattern="([^"]*)"', page)
    assert [each for each in ("0", "1", "20", "21", "99") if re.fullmatch(pattern, each)] == ["1", "20"]


def test_a_scan_in_json_says_how_far_the_item_is(pia, cart):
    send(pia, scan("A-01-1"))
    answer = send(pia, scan(MUG)).json
    assert (answer["outcome"], answer["reason"], answer["line"]) == ("accepted", "counted", {"expected": 3, "scanned": 1})


def test_a_finished_cart_says_where_its_orders_are(pia, cart):
    for code in ("A-01-1", MUG, "SHOP-2", "CMD-DONE", "CMD-CONFIRM"):
        send(pia, scan(code))
    page = pia.get(cart).text
    assert "PICK-1 is finished" in page and "1 / 1" in page and "0 / 2" in page
    assert 'href="/orders"' in page and 'href="/orders/SHOP-2"' in page
    assert "css/scans/lines.css" in page and 'class="walk__place"' not in page.split("<ul")[0]


def test_the_question_of_a_cart_that_is_not_at_its_end_has_its_button(pia, cart):
    answer = as_read(send(pia, scan("CMD-DONE"), **{"HX-Request": "true"}).text)
    assert "3 units are still to take: end PICK-1 anyway?" in answer and "Yes, end it" in answer


def test_after_the_end_the_answer_offers_nothing_more_to_take(pia, cart):
    send(pia, scan("CMD-DONE"))
    answer = as_read(send(pia, scan("CMD-CONFIRM"), **{"HX-Request": "true"}).text)
    assert "PICK-1 is finished" in answer and "Go on to packing" in answer and "Not there" not in answer


def test_its_number_opens_a_cart(pia, cart):
    assert pia.post("/open", code="pick-1").location == cart


def test_a_cart_that_is_not_there_is_not_found(pia):
    assert pia.get("/carts/PICK-9").status_code == 404


def test_customer_service_has_no_carts(app, pia):
    vera = Device(app)
    vera.post("/sign-in", badge="BADGE-VERA")
    assert vera.get("/carts").status_code == 403
    assert vera.post("/carts", orders="1").status_code == 403
