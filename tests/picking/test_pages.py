"""The picker's pages and answers: in every dress, and with nothing of the record in them."""

from io import BytesIO
from uuid import uuid4

import pytest

from scanner.data.imports import import_csv
from scanner.people import tokens
from tests.people.test_pages import Device, token_of
from tests.support.as_read import as_read
from tests.support.warehouse import LAMP, NOW


@pytest.fixture
def carla(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-CARLA")
    return device


def scan(code, task="PICKS", **more):
    frozen = {"id": str(uuid4()), "task": task, "code": code, "source": "typed", "scanned_at": "2026-11-23T09:30:00Z"}
    return frozen | more


def send(device, body, **headers):
    token = token_of(device.get("/sign-in"))
    return device.client.post("/scans", json=body, headers={"X-CSRFToken": token} | headers)


@pytest.mark.parametrize("reference", ["PICKS", "SHORT-PICKS"])
def test_the_page_is_there_before_the_task(carla, reference):
    assert "Scan the label of the shelf" in carla.get(f"/picking/{reference}").text


@pytest.mark.parametrize("path", ["/picking/PO-1001", "/picking/%00", "/picking/picks"])
def test_nothing_else_is_picking(carla, path):
    assert carla.get(path).status_code == 404


def test_a_form_leads_back_to_the_page_with_what_was_picked(carla):
    carla.post("/scans", **scan("A-01-1"))
    answer = carla.post("/scans", **scan(LAMP))
    assert (answer.status_code, answer.location) == (303, "/picking/PICKS")
    page = carla.get("/picking/PICKS").text
    assert "Desk lamp" in page and "from A-01-1" in page


def test_a_program_of_the_page_is_answered_in_json(carla):
    answer = send(carla, scan(LAMP, "SHORT-PICKS", location="A-01-1"))
    assert (answer.json["outcome"], answer.json["reason"], answer.json["line"]) == ("accepted", "short", None)


def test_htmx_gets_the_panel_and_the_last_scans(carla):
    token = token_of(carla.get("/sign-in"))
    headers = {"X-CSRFToken": token, "HX-Request": "true"}
    answer = carla.client.post("/scans", data=scan(LAMP, location="A-01-1"), headers=headers)
    assert 'id="result"' in answer.text and 'id="lines"' in answer.text and "<html" not in answer.text


def test_what_looks_mistyped_is_confirmed_by_a_button_of_its_own(carla):
    send(carla, scan("A-01-1"))
    panel = send(carla, scan(LAMP, quantity=500), **{"HX-Request": "true"}).text
    assert 'value="CMD-CONFIRM"' in panel and "Yes, 500" in panel
    assert "500 picked from A-01-1" in as_read(send(carla, scan("CMD-CONFIRM"), **{"HX-Request": "true"}).text)


def test_the_label_of_a_task_of_picking_opens_it(carla):
    assert carla.post("/open", code="SHORT-PICKS").location == "/picking/SHORT-PICKS"
    assert carla.post("/open?kind=pick", code="PICKS").location == "/picking/PICKS"
    assert "not a label of picking" in carla.post("/open?kind=pick", code="NOTHING").text
    assert carla.get("/tasks/PICKS").status_code in (302, 404)


def test_a_token_reports_a_short_pick(app):
    warehouse = app.extensions["warehouse"]
    token = warehouse.database.transact(tokens.create_token, "Rosa", NOW)
    body = scan(LAMP, "SHORT-PICKS", location="A-01-1", source="api")
    answer = app.test_client().post("/api/v1/scans", json=body, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json["reason"]) == (200, "short")
    assert "line" not in answer.json or answer.json["line"] is None


def test_nothing_that_a_counter_is_answered_comes_from_the_record_while_the_shelf_is_counted(app, carla):
    """The same scans in a warehouse with other stock: the same replies, but for ids and times."""
    assert carla.post("/open?kind=count", code="A-01-1").status_code in (302, 303)
    before = [reply(carla, code, task) for code in (LAMP, "TEE-M") for task in ("PICKS", "SHORT-PICKS")]
    stock = b"location,sku,units\nA-01-1,LAMP,500\nA-01-1,TEE-M,1\n"
    app.extensions["warehouse"].database.transact(import_csv, "stock", BytesIO(stock), None, NOW)
    assert [reply(carla, code, task) for code in (LAMP, "TEE-M") for task in ("PICKS", "SHORT-PICKS")] == before


def test_more_than_the_record_has_looks_and_sounds_like_too_much(carla):
    panel = send(carla, scan(LAMP, location="A-01-1"), **{"HX-Request": "true"}).text
    assert 'data-signal="over"' in panel and "More than the record has there" in panel


def reply(device, code, task):
    said = send(device, scan(code, task, location="A-01-1")).json
    return {name: value for name, value in said.items() if name not in ("id", "seq")}


def test_who_may_not_pick_sees_no_page(app):
    vera = Device(app)
    vera.post("/sign-in", badge="BADGE-VERA")
    assert vera.get("/picking").status_code == 403
    assert send(vera, scan(LAMP, location="A-01-1")).status_code == 403
