"""The pages of who picks and packs: in every dress, and with nothing of what a shelf has."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from PIL import Image

from tests.orders.conftest import stock
from tests.people.test_pages import Device, token_of
from tests.support.as_read import as_read
from tests.support.orders import add_order, cancel, choose, stock_up
from tests.support.program import Program
from tests.support.warehouse import LAMP, MUG, NOW


@pytest.fixture
def floor(app):
    warehouse = app.extensions["warehouse"]
    stock(warehouse)
    add_order(warehouse, "SHOP-1001", [("MUG-B", 2), ("LAMP", 1)], due_at=NOW)
    return warehouse


@pytest.fixture
def pia(app, floor):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-PIA")
    return device


def scan(code, task="SHOP-1001", **more):
    frozen = {"id": str(uuid4()), "task": task, "code": code, "source": "typed", "scanned_at": "2026-11-23T09:30:00Z"}
    return frozen | more


def send(device, code, **more):
    """As the page's script sends it: the changed parts."""
    headers = {"X-CSRFToken": token_of(device.get("/sign-in")), "HX-Request": "true"}
    return device.client.post("/scans", json=scan(code, **more), headers=headers)


def row_of(page, sku):
    return re.search(rf'<li class="line[^"]*" id="line-\d+" data-sku="{sku}".*?</li>', page, re.DOTALL)[0]


def test_the_list_says_what_is_due_and_what_can_be_picked(pia, floor):
    add_order(floor, "SHOP-2", [("SET", 30)])
    page = pia.get("/orders").text
    assert "SHOP-1001" in page and "can be picked" in page and "late, was due" in page
    assert "can be picked in part" in page


def test_the_home_page_says_how_many_can_be_picked(pia, floor):
    assert re.search(r'Orders</span><span class="card__number">1<', pia.get("/").text)


def test_the_page_walks_the_shelves_and_shows_where_to_go_next(pia):
    page = pia.get("/orders/SHOP-1001").text
    assert page.index("A-01-1") < page.index("A-01-2")
    assert re.search(r'next__shelf">A-01-1<', page)
    assert "take 2" in row_of(page, "MUG-B") and "A-01-2" in row_of(page, "LAMP")


def test_no_page_says_what_a_shelf_has(pia, floor):
    """The same order with other stock: the same pages."""
    send(pia, MUG, location="A-01-1")
    before = [plain(pia.get(path).text) for path in ("/orders", "/orders/SHOP-1001", "/orders/SHOP-1001/pack")]
    stock_up(floor, "A-01-1", "MUG-B", 5)
    stock_up(floor, "A-01-2", "LAMP", 70)
    assert [plain(pia.get(path).text) for path in ("/orders", "/orders/SHOP-1001", "/orders/SHOP-1001/pack")] == before


def plain(page):
    """Without what differs at each load."""
    return re.sub(r'(value|content)="[^"]{20,}"', "", page)


def test_who_counts_a_shelf_is_not_told_how_many_to_take_there(app, floor):
    """No more is taken than the record has: a number would tell of it."""
    add_order(floor, "SHOP-2", [("MUG-B", 21)])
    carla = Device(app)
    carla.post("/sign-in", badge="BADGE-CARLA")
    for _ in ("before she counts there", "while she counts"):
        page = carla.get("/orders/SHOP-2").text
        assert "A-01-1" in row_of(page, "MUG-B") and "take" not in row_of(page, "MUG-B") and " at B-02-1" not in page
        assert "Take Mug, blue." in send(carla, "A-01-1", task="SHOP-2").text
        assert "to be picked" in carla.get("/orders").text
        carla.post("/open?kind=count", code="A-01-1")


def test_who_sees_stock_is_told_how_many_to_take(pia, floor):
    add_order(floor, "SHOP-2", [("MUG-B", 21)])
    assert "take 1, then 20 at B-02-1" in row_of(pia.get("/orders/SHOP-2").text, "MUG-B")


def test_after_a_scan_the_list_is_as_it_is_now(pia):
    send(pia, "A-01-1")
    answer = send(pia, MUG, quantity=2)
    assert 'data-signal="complete"' in answer.text and re.search(r'next__shelf">A-01-2<', answer.text)
    assert "2 / 2" in row_of(answer.text, "MUG-B") and "line--done" in row_of(answer.text, "MUG-B")
    assert answer.text.index('data-sku="LAMP"') < answer.text.index('data-sku="MUG-B"'), "what is done stands below"
    assert "<html" not in answer.text


def test_a_form_leads_back_to_the_page_with_what_was_picked(pia):
    answer = pia.post("/scans", **scan(MUG, location="A-01-1"))
    assert (answer.status_code, answer.location) == (303, "/orders/SHOP-1001")
    page = pia.get("/orders/SHOP-1001").text
    assert 'data-signal="counted"' in page and "from A-01-1" in page


def test_a_program_of_the_page_is_answered_in_json(pia):
    token = token_of(pia.get("/sign-in"))
    answer = pia.client.post("/scans", json=scan(MUG, location="A-01-1"), headers={"X-CSRFToken": token})
    assert answer.json["line"] == {"expected": 2, "scanned": 1}
    assert (answer.json["outcome"], answer.json["signal"]) == ("accepted", "counted")


@pytest.mark.parametrize(
    ("code", "more", "signal"),
    [
        ("9501101530010", {"location": "B-02-2"}, "wrong-shelf"),
        ("TEE-M", {"location": "B-02-2"}, "not-on-order"),
        (MUG, {"location": "A-01-1", "quantity": 3}, "too-many"),
        ("B-02-2", {}, "wrong-shelf"),
        ("CMD-SHORT", {"location": "A-01-1"}, "over"),
    ],
)
def test_each_answer_has_its_own_look_with_a_sign_and_words(pia, code, more, signal):
    panel = send(pia, code, **more).text
    assert f'data-signal="{signal}"' in panel and f"result--{signal}" in panel and "#" in panel


def test_a_button_of_a_line_says_that_it_is_not_there(pia):
    form = re.search(r"<form.*?</form>", row_of(pia.get("/orders/SHOP-1001").text, "LAMP"), re.DOTALL)[0]
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    assert (fields["code"], fields["location"], fields["short"], fields["reason"]) == ("LAMP", "A-01-2", "1", "not there")
    pia.post("/scans", **{name: value for name, value in fields.items() if name != "csrf_token"})
    page = pia.get("/orders/SHOP-1001").text
    assert "Noted: Desk lamp is not there. No other shelf has it." in page and "1 on no shelf" in row_of(page, "LAMP")


def test_what_waits_for_a_yes_has_its_buttons(pia):
    panel = as_read(send(pia, LAMP, location="B-02-2").text)
    assert 'value="CMD-CONFIRM"' in panel and "the record has" in panel and "at A-01-2" in panel
    assert ">Take it anyway</button>" in panel and "from another shelf" in panel


def test_at_the_place_of_picked_goods_the_list_is_what_goes_into_the_parcel(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    answer = send(pia, "PACKING").text
    assert "0 / 2" in row_of(answer, "MUG-B") and 'data-sku="LAMP"' not in answer and "CMD-SHIP" in answer
    assert "0 / 2" in row_of(pia.get("/orders/SHOP-1001").text, "MUG-B"), "also once it is loaded anew"


def test_the_page_to_pack_on_sends_its_place(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    page = pia.get("/orders/SHOP-1001/pack").text
    assert 'data-at="PACKING"' in page and 'name="location" value="PACKING"' in page
    assert "1 / 2" in row_of(send(pia, MUG, location="PACKING").text, "MUG-B")


def test_an_order_that_is_picked_opens_to_be_packed(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    assert "data-at" not in pia.get("/orders/SHOP-1001").text
    send(pia, LAMP, location="A-01-2")
    page = pia.get("/orders/SHOP-1001").text
    assert 'data-at="PACKING"' in page and "0 / 2" in row_of(page, "MUG-B") and "CMD-SHIP" in page


def test_where_nothing_is_scanned_into_parcels_the_button_ships(pia, app, monkeypatch):
    chosen = app.extensions["chosen"]
    monkeypatch.setattr(chosen, "started", replace(chosen.started, packing=False))
    send(pia, MUG, location="A-01-1", quantity=2)
    answer = send(pia, LAMP, location="A-01-2").text
    assert "CMD-SHIP" in answer and "/pack" not in answer
    assert "2 / 2" in row_of(pia.get("/orders/SHOP-1001").text, "MUG-B")


def test_a_photo_of_the_open_parcel_is_kept_with_what_was_packed_last(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    answer = send(pia, MUG, location="PACKING").text
    packed = re.search(r'name="scan" value="([^"]+)"', answer)[1]
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(picture, "JPEG")
    picture.seek(0)
    headers = {"X-CSRFToken": token_of(pia.get("/sign-in")), "HX-Request": "true"}
    body = {"id": str(uuid4()), "scan": packed, "photo": (picture, "photo.jpg")}
    kept = pia.client.post("/evidence", data=body, headers=headers)
    assert kept.status_code == 200 and "Photo 1 of the parcel" in kept.text
    page = pia.get("/orders/SHOP-1001/pack").text
    assert "Photo 1 of the parcel" in page
    assert pia.get(re.search(r'href="(/evidence/[^"]+)"', page)[1]).status_code == 200, "who picks sees photos of parcels"


def test_finishing_names_what_is_missing_and_asks(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    page = pia.get("/orders/SHOP-1001/finish").text
    assert "Ship it anyway?" in page and "Desk lamp" in page and "Send the rest later" in page
    assert pia.post("/orders/SHOP-1001/finish").location == "/orders/SHOP-1001/finish"
    assert pia.post("/orders/SHOP-1001/finish", confirm="1", back_order="1").location == "/orders/SHOP-1001"
    done = pia.get("/orders/SHOP-1001").text
    assert "Shipped" in done and "2 of 3 units went" in done and "SHOP-1001/2" in done
    assert "0 / 1" in row_of(pia.get("/orders/SHOP-1001/2").text, "LAMP")


def test_a_parcel_with_one_missing_has_no_button_to_ship(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    send(pia, MUG, location="PACKING")
    page = pia.get("/orders/SHOP-1001/finish").text
    assert "It cannot go" in page and "Not in the parcel yet: 1 Mug, blue" in page and "data-finish" not in page
    assert pia.post("/orders/SHOP-1001/finish", confirm="1").status_code == 409


def test_a_cancelled_order_says_where_its_goods_go(pia, floor):
    send(pia, MUG, location="A-01-1")
    cancel(floor, "SHOP-1001")
    page = pia.get("/orders/SHOP-1001").text
    assert "Cancelled" in page and 'href="/moves/MOVES"' in page
    assert "1 Mug, blue is at PACKING on record: scan PACKING on MOVES to put it away." in page
    assert "short" not in page.split("<main")[1] and "0 / " not in page


def test_the_answer_to_a_scan_of_a_cancelled_order_shows_only_what_is_true(pia, floor):
    add_order(floor, "SHOP-2", [("LAMP", 1)])
    send(pia, MUG, location="A-01-1")
    cancel(floor, "SHOP-1001")
    answer = send(pia, MUG, location="A-01-1").text
    assert answer.count("1 Mug, blue is at PACKING on record") == 2, "in the panel, and below it"
    assert "cancelled</span>" in answer and "Not there" not in answer and "data-sku" not in answer
    assert 'href="/moves/MOVES"' in answer and 'href="/orders/SHOP-2"' in answer and 'href="/orders"' in answer
    assert "Finish this order" not in answer and ">Pack<" not in answer


@pytest.mark.parametrize("code", ["CMD-CONFIRM", MUG], ids=["after the yes", "after a scan of who did not know"])
def test_after_the_end_the_page_shows_what_the_end_page_shows(pia, floor, code):
    add_order(floor, "SHOP-2", [("LAMP", 1)])
    send(pia, MUG, location="A-01-1", quantity=2)
    send(pia, MUG, location="PACKING", quantity=2)
    send(pia, "CMD-SHIP")
    if code != "CMD-CONFIRM":
        send(pia, "CMD-CONFIRM")
    answer = send(pia, code).text
    assert "2 of 3 units went" in answer and "shipped</span>" in answer and "2 / 2" in row_of(answer, "MUG-B")
    assert 'value="CMD-SHIP"' not in answer and "Not there" not in answer and "Finish this order" not in answer
    assert re.search(r'class="parcel parcel--over" id="parcel" hidden', answer)
    assert 'href="/orders/SHOP-2"' in answer and 'href="/orders/SHOP-2"' in pia.get("/orders/SHOP-1001").text


def test_an_unknown_sku_is_shown(pia, floor):
    add_order(floor, "SHOP-2", [("MUG-B", 1), ("NOPE", 2)])
    assert "2 of NOPE: nobody knows this SKU yet" in pia.get("/orders/SHOP-2").text


def test_the_device_knows_the_list_for_offline_use(pia):
    known = json.loads(re.search(r"data-known>(.*?)</script>", pia.get("/orders/SHOP-1001").text)[1])
    assert [line[1:4] for line in known["lines"]] == [["Mug, blue", 2, 0], ["Desk lamp", 1, 0]]
    assert known["lines"][0][4]["09501101530003"] == 1 and known["places"] == ["A-01-1", "A-01-2", "PACKING"]


def test_a_scanned_number_opens_the_order(pia):
    assert pia.post("/open", code="SHOP-1001").location == "/orders/SHOP-1001"
    assert pia.post("/open?kind=order", code="SHOP-1001").location == "/orders/SHOP-1001"
    assert "No open order has SHOP-9" in as_read(pia.post("/open?kind=order", code="SHOP-9").text)
    send(pia, MUG, location="A-01-1")
    pia.post("/orders/SHOP-1001/finish", confirm="1")
    assert "shipped or cancelled already" in pia.post("/open?kind=order", code="SHOP-1001").text


@pytest.mark.parametrize("path", ["/orders/PO-1001", "/orders/%00", "/orders/NOPE/pack", "/orders/NOPE/finish"])
def test_nothing_else_is_an_order(pia, path):
    assert pia.get(path).status_code == 404


def test_who_may_not_pick_sees_no_page(app, floor):
    vera = Device(app)
    vera.post("/sign-in", badge="BADGE-VERA")
    assert [vera.get(path).status_code for path in ("/orders", "/orders/SHOP-1001", "/orders/SHOP-1001/pack")] == [403] * 3
    assert send(vera, MUG, location="A-01-1").status_code == 403
    assert vera.post("/orders/SHOP-1001/finish", confirm="1").status_code == 403


def test_programs_pick_say_what_is_short_and_ship(app, floor):
    pia = Program(app, "Pia")
    assert pia.scan(MUG, task="SHOP-1001", location="A-01-1", quantity=2).json["reason"] == "complete"
    short = pia.scan(LAMP, task="SHOP-1001", location="A-01-2", short=True, reason="damaged").json
    assert (short["outcome"], short["reason"], short["units"]) == ("accepted", "short_pick", 1)
    asked = pia.post("/tasks/SHOP-1001/finish", {"confirm": False})
    assert asked.status_code == 409 and asked.json["short"][0]["sku"] == "LAMP"
    done = pia.post("/tasks/SHOP-1001/finish", {"confirm": True, "back_order": True})
    assert (done.status_code, done.json["back_order"]) == (200, "SHOP-1001/2")
    assert [line["scanned"] for line in pia.get("/tasks/SHOP-1001").json["lines"]] == [2, 0]


def test_an_order_that_is_cancelled_or_shipped_is_not_asked_about_again(pia, floor):
    cancel(floor, "SHOP-1001")
    page = pia.get("/orders/SHOP-1001/finish").text
    assert "SHOP-1001 is cancelled: nothing of it is shipped." in page and "data-finish" not in page
    assert pia.post("/orders/SHOP-1001/finish", confirm="1").status_code == 409


@pytest.mark.parametrize("end", ["shipped", "cancelled"])
def test_an_order_that_is_over_is_not_finished_again(pia, floor, end):
    if end == "shipped":
        floor.scan(MUG, task="SHOP-1001", by="Pia", location="A-01-1", quantity=2)
        pia.post("/orders/SHOP-1001/finish", confirm="1")
    else:
        cancel(floor, "SHOP-1001")
    page = pia.get("/orders/SHOP-1001/finish").text
    assert f'"prompt__words">{end.capitalize()}<' in page and f"SHOP-1001 is {end}" in page and 'href="/orders"' in page
    assert "It cannot go" not in page and "Go on scanning" not in page and "data-finish" not in page


def test_what_came_of_the_rest_is_said(pia, floor):
    floor.scan(MUG, task="SHOP-1001", by="Pia", location="A-01-1", quantity=2)
    pia.post("/orders/SHOP-1001/finish", confirm="1", back_order="1")
    rest = '<a href="/orders/SHOP-1001%252F2">SHOP-1001/2</a>: '
    assert f"{rest}open" in pia.get("/orders/SHOP-1001").text
    floor.scan(LAMP, task="SHOP-1001/2", by="Pia", location="A-01-2")
    assert f"{rest}picking" in pia.get("/orders/SHOP-1001").text
    pia.post("/orders/SHOP-1001%2F2/finish", confirm="1")
    assert f"{rest}shipped" in pia.get("/orders/SHOP-1001").text


@pytest.mark.parametrize(("choice", "words"), [("wait", "wants it whole"), ("split", "splits it"), ("", "")])
def test_the_device_is_told_what_the_supervisor_chose(pia, floor, choice, words):
    add_order(floor, "SHOP-2", [("MUG-B", 2)], choice=choice)
    page = pia.get("/orders/SHOP-2").text
    assert f'data-choice="{choice}"' in page and words in page
    assert ("The supervisor" in page) == bool(choice)


def notice_of(page):
    found = re.search(r'id="chosen"[^>]*>(.*?)</div>', page)
    assert found is not None
    return re.sub("<[^>]+>", "", found[1])


def test_the_choice_of_the_supervisor_is_renewed_with_each_reply(pia, floor):
    add_order(floor, "SHOP-2", [("MUG-B", 2)], choice="split")
    send(pia, MUG, task="SHOP-2", location="A-01-1")
    assert "splits it" in notice_of(pia.get("/orders/SHOP-2").text)
    choose(floor, "SHOP-2", "wait")
    answer = send(pia, "CMD-SHIP", task="SHOP-2").text
    assert "The supervisor wants it whole" in notice_of(answer) and "splits it" not in answer
    choose(floor, "SHOP-2", "")
    assert notice_of(send(pia, "CMD-SHIP", task="SHOP-2").text) == ""


@pytest.mark.parametrize("command", ["CMD-SHIP", "CMD-BACKORDER"])
def test_after_a_part_is_shipped_the_reply_shows_what_a_reload_shows(pia, floor, command):
    send(pia, MUG, location="A-01-1", quantity=2)
    send(pia, MUG, location="PACKING", quantity=2)
    send(pia, command)
    answer, page = send(pia, "CMD-CONFIRM").text, pia.get("/orders/SHOP-1001").text
    for shown in (row_of(answer, "LAMP"), re.search(r'<li class="line">.*?</li>', page, re.DOTALL)[0]):
        assert "1 short" in shown and "A-01-2" not in shown and "take" not in shown and "0 / 1" in shown
    for shown in (answer, page):
        assert ("The rest is an order of its own" in shown) == ("SHOP-1001/2" in shown) == (command == "CMD-BACKORDER")


def test_the_label_of_packing_begins_no_packing_while_nothing_is_picked(pia):
    send(pia, "A-01-1")
    answer = as_read(send(pia, "PACKING").text)
    assert "Nothing is picked yet, so there is nothing to pack. Next: A-01-1." in answer
    for page in (answer, pia.get("/orders/SHOP-1001").text):
        assert re.search(r'next__shelf">A-01-1<', page) and "0 of 3 picked" in page and "data-packs" not in page
    assert "1 / 2" in row_of(send(pia, MUG).text, "MUG-B"), "the picker still stands at the shelf"


@pytest.mark.parametrize("at", [{}, {"location": "PACKING"}], ids=["by its label", "on a page to pack on"])
def test_after_an_undo_of_the_only_pick_the_page_is_to_pick_on(pia, floor, at):
    add_order(floor, "SHOP-2", [("LAMP", 1)])
    send(pia, LAMP, task="SHOP-2", location="A-01-2")
    assert "0 of 1 packed" in send(pia, "PACKING", task="SHOP-2").text
    answer, page = send(pia, "CMD-UNDO", task="SHOP-2", **at).text, pia.get("/orders/SHOP-2").text
    for shown in (answer, page):
        assert re.search(r'next__shelf">A-01-2<', shown) and "0 of 1 picked" in shown and "Not there" in shown
    assert "data-at" not in page
    assert "None of it is picked yet. Pick it first." in send(pia, LAMP, task="SHOP-2", **at).text
    send(pia, "A-01-2", task="SHOP-2", **at)
    assert "1 / 1" in row_of(send(pia, LAMP, task="SHOP-2", **at).text, "LAMP")


def test_a_page_to_pack_on_says_what_is_not_there_of_an_order_that_nothing_is_picked_of(pia):
    send(pia, "A-01-1", location="PACKING")
    assert "Noted: Mug, blue is not there" in send(pia, "CMD-SHORT", location="PACKING").text


def test_there_is_no_page_to_pack_on_while_nothing_is_picked(pia):
    assert pia.get("/orders/SHOP-1001/pack").location == "/orders/SHOP-1001"
    page = pia.get("/orders/SHOP-1001").text
    assert "Nothing is picked yet, so there is nothing to pack." in page and re.search(r'next__shelf">A-01-1<', page)


def test_what_is_asked_about_a_short_order_has_a_button_for_both_answers(pia):
    send(pia, MUG, location="A-01-1", quantity=2)
    send(pia, MUG, location="PACKING", quantity=2)
    panel = as_read(send(pia, "CMD-SHIP").text.split("</section>")[0])
    assert "Ship SHOP-1001 short? CMD-CONFIRM says yes, CMD-BACKORDER keeps the rest." in panel
    assert 'value="CMD-CONFIRM">Yes, ship it<' in panel and 'value="CMD-BACKORDER">Rest later<' in panel
    then = send(pia, "CMD-BACKORDER").text.split("</section>")[0]
    assert "keep the rest as an order of its own?" in then and 'value="CMD-BACKORDER"' not in then


def test_the_list_says_of_an_order_that_it_waits_for_the_rest(pia, floor):
    add_order(floor, "SHOP-2", [("MUG-B", 30)], choice="wait")
    assert "can be picked in part, waits for the rest" in pia.get("/orders").text
