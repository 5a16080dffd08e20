"""The page of webhooks: who may, what it shows, and what a person typed there or a customer is called is only text."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from scanner.webhooks import service as webhooks
from tests.support import returned
from tests.support.warehouse import NOW, Warehouse
from tests.web.test_pages import Person

EVIL = "<script>alert('x')</script>"


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Vera", "Carla"])
def test_the_page_is_the_supervisors(app: Flask, name: str) -> None:
    person = Person(app, name)
    assert person.get("/webhooks").status_code == 403
    assert person.post("/webhooks", url="https://shop.example/x").status_code == 403


def test_a_secret_is_shown_once(app: Flask) -> None:
    sam = Person(app, "Sam").confirm()
    answer = sam.post("/webhooks", url="https://shop.example/x")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)[0]
    assert answer.status_code == 201 and len(secret) > 40
    assert secret not in sam.get("/webhooks").text and "https://shop.example/x" in sam.get("/webhooks").text
    assert sam.post("/webhooks", url="https://shop.example/x").status_code == 409


def test_who_sends_json_gets_json(app: Flask) -> None:
    sam = Person(app, "Sam").confirm()
    answer = sam.post_json("/webhooks", {"url": "https://shop.example/y"})
    assert answer.status_code == 201 and answer.json["secret"].startswith("whsec_")


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "ftp://x", f"http://{EVIL}", "http://169.254.169.254/"]
)
def test_only_addresses_of_the_web_are_taken(app: Flask, url: str) -> None:
    answer = Person(app, "Sam").confirm().post("/webhooks", url=url)
    assert answer.status_code == 400 and "Nothing was added" in answer.text and EVIL not in answer.text


def test_an_address_is_tested_and_switched_off_and_a_message_sent_again(app: Flask, goods: Warehouse) -> None:
    sam = Person(app, "Sam").confirm()
    sam.post("/webhooks", url="https://shop.example/x")
    assert sam.post("/webhooks/1/test").status_code == 303
    assert sam.post("/webhooks/deliveries/1/again").status_code == 303
    assert sam.post("/webhooks/1/switch", active="0").status_code == 303
    with goods.database.read() as session:
        assert webhooks.webhooks(session)[0].active is False and webhooks.deliveries(session)[0].event == "test"
    page = sam.get("/webhooks?state=waiting").text
    assert "Switch on" in page and "Send again" in page
    for path in ("/webhooks/9/test", "/webhooks/9/switch", "/webhooks/deliveries/9/again"):
        assert sam.post(path).status_code == 404


def test_a_customers_name_is_only_text(app: Flask, goods: Warehouse) -> None:
    sam = Person(app, "Sam").confirm()
    sam.post("/webhooks", url="https://shop.example/x")
    returned.announce(goods, "RMA-9", [("LAMP", 1)], partner=EVIL)
    returned.grade(goods, "RMA-9", "LAMP", "scrap", arrival=returned.come(goods, "RMA-9", "LAMP"), now=NOW)
    assert "RMA-9" in sam.get("/webhooks").text and EVIL not in sam.get("/webhooks").text
