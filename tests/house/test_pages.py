"""The shop's settings on their page: as a form, by htmx, by JSON; and that they hold at once."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy.exc import OperationalError

from scanner.app import create_app
from scanner.house.chosen import ChosenSettings
from scanner.settings import Settings
from tests.people.test_pages import Device, token_of


@pytest.fixture
def sam(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device


def now_of(app) -> Settings:
    return app.extensions["chosen"].now()


def test_the_page_shows_what_holds(sam):
    page = sam.get("/settings").text
    assert 'value="14"' in page and 'value="03:00"' in page and "An announced return is late after" in page


@pytest.mark.parametrize("how", ["form", "htmx", "json"])
def test_a_change_holds_at_once_and_is_on_record(app, sam, how):
    if how == "json":
        headers = {"X-CSRFToken": token_of(sam.get("/settings"))}
        answer = sam.client.post("/settings/return_days", json={"value": "21"}, headers=headers)
        assert (answer.status_code, answer.json) == (200, {"message": "An announced return is late after: 21. Saved."})
    elif how == "htmx":
        headers = {"X-CSRFToken": token_of(sam.get("/settings")), "HX-Request": "true"}
        answer = sam.client.post("/settings/return_days", data={"value": "21"}, headers=headers)
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/settings")
    else:
        assert sam.post("/settings/return_days", value="21").location == "/settings"
    assert now_of(app).return_days == 21
    audited = sam.get("/audit").text
    assert "setting changed" in audited and "An announced return is late after" in audited
    rows = sam.client.get("/settings", headers={"Accept": "application/json"}).json
    told = next(each for each in rows if each["key"] == "return_days")
    assert told == {"key": "return_days", "title": "An announced return is late after", "value": "21", "fixed": False}


def test_another_server_sees_it_at_its_next_look(app, sam):
    other = ChosenSettings(app.extensions["database"], app.extensions["chosen"].started)
    sam.post("/settings/house_name", value="Acme, Leeds")
    assert other.now().house_name == ""
    other.read_again()
    assert other.now().house_name == "Acme, Leeds"


def test_a_server_that_starts_later_has_it(app, sam):
    sam.post("/settings/idle_lock_minutes", value="45")
    assert now_of(create_app(app.extensions["chosen"].started, app.extensions["database"])).idle_lock_minutes == 45


def test_packing_changes_what_a_scan_of_an_order_does(app, sam):
    kinds = app.extensions["workflows"]
    sam.post("/settings/packing", value="no")
    without = kinds()
    sam.post("/settings/packing", value="yes")
    assert without is not kinds() and without["order"] is not kinds()["order"]


@pytest.mark.parametrize(("key", "value", "words"), [
    ("return_days", "soon", "An announced return is late after: expected a whole number from 1, got"),
    ("backup_at", "", "Backup each night at: expected a time such as 03:00, or off, got"),
])  # fmt: skip
def test_what_is_no_value_is_said_beside_what_was_typed(app, sam, key, value, words):
    before = now_of(app)
    answer = sam.post(f"/settings/{key}", value=value)
    assert answer.status_code == 400 and words in unescape(answer.text) and f'value="{value}"' in answer.text
    assert now_of(app) == before


def test_one_that_the_environment_sets_is_changed_there(app, sam, monkeypatch):
    chosen = app.extensions["chosen"]
    monkeypatch.setattr(chosen, "started", replace(chosen.started, return_days=7, fixed=frozenset({"return_days"})))
    assert "SCANNER_RETURN_DAYS" in sam.get("/settings").text
    answer = sam.post("/settings/return_days", value="21")
    assert answer.status_code == 409 and "SCANNER_RETURN_DAYS sets this where the server runs" in answer.text
    assert now_of(app).return_days == 7


def test_there_is_no_other_setting(sam):
    assert sam.post("/settings/secret_key", value="mine").status_code == 400


def test_while_the_database_does_not_answer_the_last_ones_hold(app, sam, monkeypatch):
    sam.post("/settings/return_days", value="21")
    chosen = app.extensions["chosen"]
    database = chosen._database
    monkeypatch.setattr(chosen, "_database", type("Away", (), {"read": staticmethod(away)})())
    chosen.read_again()
    monkeypatch.setattr(chosen, "_database", database)
    assert chosen.now().return_days == 21


def away() -> None:
    raise OperationalError("SELECT", {}, Exception("away"))


def test_a_page_as_json_names_no_secret(sam):
    told = json.dumps(sam.client.get("/settings", headers={"Accept": "application/json"}).json)
    assert "secret" not in told and "database" not in told
