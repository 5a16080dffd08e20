"""The page of webhooks: who may, what it shows, and what a person typed there or a customer is called is only text."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from scanner.webhooks import connecting
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
    assert (answer.status_code, answer.location) == (303, "/webhooks")  # so that a reload adds nothing
    assert "whsec_" not in sam.get("/people").text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", sam.get("/webhooks").text)[0]
    assert len(secret) > 40
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


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://2852039166/", "2852039166, which is 169.254.169.254"),
        ("http://[::ffff:169.254.169.254]/", "machines of a cloud get their own keys"),
        ("http://0/", "it names no machine"),
        ("http://1.2.3.4.5/", "Expected the name or the IP address of a machine"),
        ("http://metadata.shop.example/", "metadata.shop.example, which is 169.254.169.254"),
    ],
)
def test_an_address_that_is_refused_is_refused_at_once_in_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setattr(connecting, "look_up", lambda host, port: [(2, 1, 6, "", ("169.254.169.254", port))])
    sam = Person(app, "Sam").confirm()
    answer = sam.post("/webhooks", url=url)
    assert answer.status_code == 400 and words in unescape(answer.text)
    answer = sam.post_json("/webhooks", {"url": url})
    assert answer.status_code == 400 and words in answer.json["error"]["message"] and answer.json["error"]["field"] == "url"


def test_who_may_not_connect_has_nothing_looked_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(connecting, "look_up", lambda host, port: asked.append(host) or [])
    assert Person(app, "Rosa").post("/webhooks", url="http://shop.example/").status_code == 403
    assert asked == []


def test_an_address_is_removed_and_its_messages_stay(app: Flask) -> None:
    sam = Person(app, "Sam").confirm()
    sam.post("/webhooks", url="https://shop.example/x")
    sam.post("/webhooks/1/test")
    assert "1 message that waits for it will not be sent" in sam.get("/webhooks").text
    assert sam.post("/webhooks/1/remove").status_code == 303
    page = sam.get("/webhooks").text
    assert "Nobody is told yet" in page and "the address was removed" in page and "Send again" not in page
    assert sam.post_json("/webhooks/1/remove", {}).status_code == 404


def test_a_customers_name_is_only_text(app: Flask, goods: Warehouse) -> None:
    sam = Person(app, "Sam").confirm()
    sam.post("/webhooks", url="https://shop.example/x")
    returned.announce(goods, "RMA-9", [("LAMP", 1)], partner=EVIL)
    returned.grade(goods, "RMA-9", "LAMP", "scrap", arrival=returned.come(goods, "RMA-9", "LAMP"), now=NOW)
    assert "RMA-9" in sam.get("/webhooks").text and EVIL not in sam.get("/webhooks").text
