"""What hands out keys, or what is private of many people, asks for the PIN again: as a page, a fragment and JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask

from scanner.people.guesses.rules import PIN
from tests.people.test_pages import Device, give_pin, later, token_of

__all__ = ["give_pin", "later"]
TAKES = ["/data/operators.csv", "/data/returns.csv", "/labels?group=badges", "/labels.pdf?group=badges"]
GIVES = {
    "/data/operators": lambda: {"file": (BytesIO(b"badge,name\nBADGE-NEW,Noor\n"), "people.csv")},
    "/webhooks": lambda: {"url": "https://shop.example/x"},
}
HTMX, JSON = {"HX-Request": "true"}, {"Accept": "application/json"}


@pytest.fixture
def sam(app: Flask, give_pin: Callable[[str, str], None]) -> Device:
    """A supervisor with a PIN, who has just given it to sign in."""
    give_pin("Sam", "2468")
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM", pin="2468")
    return device


@pytest.mark.parametrize("path", TAKES)
def test_what_has_keys_or_many_names_wants_the_pin_again(sam: Device, path: str) -> None:
    asked = sam.get(path)
    assert asked.status_code == 303 and asked.location.startswith("/confirm?next=/")
    page = sam.get(asked.location)
    assert page.status_code == 200 and 'name="pin"' in page.text
    assert sam.get(path, headers=HTMX).headers["HX-Redirect"].startswith("/confirm?next=/")
    told = sam.get(path, headers=JSON)
    assert (told.status_code, told.json["error"]["code"]) == (403, "confirm_first")
    assert "PIN" in told.json["error"]["message"]
    assert sam.post("/confirm", pin="2468", next="/data").location == "/data"
    assert sam.get(path).status_code == 200


@pytest.mark.parametrize("path", GIVES)
def test_what_makes_a_key_wants_the_pin_again(sam: Device, path: str) -> None:
    assert sam.post(path, **GIVES[path]()).location.startswith("/confirm?next=/")
    answer = sam.client.post(path, json={}, headers={"X-CSRFToken": token_of(sam.get("/sign-in"))})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "confirm_first")
    sam.post("/confirm", pin="2468")
    made = sam.post(path, **GIVES[path]())
    assert made.status_code in (200, 303) and "/confirm" not in (made.location or "")


@pytest.mark.parametrize("path", ["/data/items.csv", "/data/stock.csv", "/labels?group=items", "/service/graded.csv"])
def test_everything_else_does_not(sam: Device, path: str) -> None:
    assert sam.get(path).status_code == 200


@pytest.mark.parametrize("path", [*TAKES, *GIVES])
def test_it_is_no_way_round_a_right(app: Flask, path: str) -> None:
    rosa = Device(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    rosa.post("/confirm", badge="BADGE-ROSA")
    answer = rosa.post(path, **GIVES[path]()) if path in GIVES else rosa.get(path)
    assert answer.status_code == 403 and "Rosa may not" in answer.text


def test_it_holds_for_some_minutes_and_for_this_session_alone(app: Flask, sam: Device, later: Callable[..., None]) -> None:
    sam.post("/confirm", pin="2468")
    other = Device(app)
    other.post("/sign-in", badge="BADGE-SAM", pin="2468")
    assert other.get(TAKES[0]).status_code == 303
    sam.post("/sign-in", badge="BADGE-SAM", pin="2468")
    assert sam.get(TAKES[0]).status_code == 303
    sam.post("/confirm", pin="2468")
    assert sam.get(TAKES[0]).status_code == 200
    later(minutes=6)
    assert sam.get(TAKES[0]).status_code == 303


def test_who_has_no_pin_shows_the_badge_again(app: Flask) -> None:
    sam = Device(app)
    sam.post("/sign-in", badge="BADGE-SAM")
    page = sam.get("/confirm?next=/data").text
    assert "Scan your badge again" in page and 'data-sign-in="/confirm"' in page
    assert sam.post("/confirm", badge="BADGE-ROSA").status_code == 403
    assert sam.get(TAKES[0]).status_code == 303
    assert sam.post("/confirm", badge="BADGE-SAM", next="/data").location == "/data"
    assert sam.get(TAKES[0]).status_code == 200


def test_the_badge_does_not_do_where_there_is_a_pin(sam: Device) -> None:
    assert sam.post("/confirm", badge="BADGE-SAM").status_code == 403


def test_a_wrong_pin_is_refused_in_words_and_limited(sam: Device) -> None:
    for _ in range(PIN.free + 1):
        answer = sam.post("/confirm", pin="1111")
        assert answer.status_code == 403 and "That is not the PIN of Sam." in answer.text
    answer = sam.post("/confirm", pin="2468")
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "30"
    assert "Wait 30 seconds, then try again." in answer.text


def test_a_program_in_the_browser_gives_it_as_json(sam: Device) -> None:
    headers = {"X-CSRFToken": token_of(sam.get("/sign-in"))}
    wrong = sam.client.post("/confirm", json={"pin": "1111"}, headers=headers)
    assert wrong.status_code == 403 and wrong.json["error"]["field"] == "pin"
    right = sam.client.post("/confirm", json={"pin": "2468"}, headers=headers)
    assert right.status_code == 200 and "five minutes" in right.json["message"]
    assert sam.client.post("/confirm", data={"pin": "2468"}).status_code == 401  # no token of a page


def test_it_is_asked_of_nobody_who_is_not_signed_in_or_locked(app: Flask, sam: Device) -> None:
    assert Device(app).get("/confirm").location.startswith("/sign-in")
    sam.post("/lock")
    assert sam.get("/confirm").location.startswith("/lock")
    assert sam.post("/confirm", pin="2468").status_code == 401


def test_it_leads_to_no_other_site(sam: Device) -> None:
    assert sam.post("/confirm", pin="2468", next="https://evil.example/").location == "/"


def test_the_page_of_webhooks_offers_its_form_once_the_pin_was_given(sam: Device) -> None:
    assert 'name="url"' not in sam.get("/webhooks").text and "Add an address" in sam.get("/webhooks").text
    sam.post("/confirm", pin="2468")
    assert 'name="url"' in sam.get("/webhooks").text


def test_badges_of_the_demo_are_public(app: Flask, sam: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = app.extensions["chosen"]
    monkeypatch.setattr(chosen, "started", replace(chosen.started, demo=True))
    assert app.test_client().get("/labels?group=badges").status_code == 200
    assert sam.get("/labels.pdf?group=badges").status_code == 200
