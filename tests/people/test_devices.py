"""The pages that show where people are signed in, and end that."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event

from scanner.db.engine import Busy
from scanner.people import session as web_session
from scanner.people.sessions import store
from tests.people.test_pages import Device, later, token_of
from tests.support.program import scan

__all__ = ["later"]
PHONE = "Mozilla/5.0 (Linux; Android 13; TC52) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def device_of(app: Flask, name: str, browser: str = "") -> Device:
    device = Device(app)
    device.client.environ_base["HTTP_USER_AGENT"] = browser
    device.post("/sign-in", badge=f"BADGE-{name.upper()}")
    return device


def id_of(app: Flask, name: str) -> int:
    found: int = app.extensions["warehouse"].operators[name].id
    return found


def ends(page: str) -> list[str]:
    """The addresses of the buttons that end one session."""
    return re.findall(r'action="(/sessions/[0-9a-f]{64}/end)"', page)


@pytest.fixture
def phone(app: Flask) -> Device:
    return device_of(app, "Rosa", PHONE)


@pytest.fixture
def desk(app: Flask, phone: Device) -> Device:
    return device_of(app, "Rosa", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0")


def test_one_sees_ones_own_devices_and_ends_the_others(desk: Device, phone: Device) -> None:
    page = desk.get("/sessions").text
    assert "Chrome on Android" in page and "Firefox on Linux" in page and "127.0.0.1" in page
    assert page.count(">this device<") == 1 and len(ends(page)) == 1
    answer = desk.post(ends(page)[0])
    assert answer.status_code == 303 and answer.location == "/sessions"
    assert "That device is signed out" in desk.get("/sessions").text
    assert phone.get("/receiving").location.startswith("/sign-in") and desk.get("/receiving").status_code == 200


def test_the_way_there_is_on_the_page_of_ones_own_name(desk: Device) -> None:
    assert 'href="/sessions"' in desk.get("/sign-in").text
    assert 'href="/sessions"' not in Device(desk.client.application).get("/sign-in").text


def test_a_supervisor_ends_anybodys_from_the_list_of_people(app: Flask, phone: Device, desk: Device) -> None:
    sam = device_of(app, "Sam")
    assert 'href="/people"' in sam.get("/").text and 'href="/people"' not in phone.get("/").text
    people = sam.get("/people").text
    assert f"/people/{id_of(app, 'Rosa')}/sessions" in people and "signed in on 2 devices" in people
    assert "BADGE-" not in people
    page = sam.get(f"/people/{id_of(app, 'Rosa')}/sessions").text
    assert len(ends(page)) == 2
    assert sam.post(ends(page)[0]).location == f"/people/{id_of(app, 'Rosa')}/sessions"
    assert sorted([phone.get("/receiving").status_code, desk.get("/receiving").status_code]) == [200, 302]
    sam.post(f"/people/{id_of(app, 'Rosa')}/sessions/end")
    assert {phone.get("/receiving").status_code, desk.get("/receiving").status_code} == {302}


def test_nobody_else_sees_or_ends_them(app: Flask, phone: Device) -> None:
    [end] = ends(device_of(app, "Sam").get(f"/people/{id_of(app, 'Rosa')}/sessions").text)
    theo = device_of(app, "Theo")
    for answer in (theo.get(f"/people/{id_of(app, 'Rosa')}/sessions"), theo.post(end), theo.get("/people")):
        assert answer.status_code == 403 and "Theo may not see where others are signed in" in answer.text
    assert phone.get("/receiving").status_code == 200


def test_htmx_and_json_get_their_own_answer(desk: Device, phone: Device) -> None:
    [end] = ends(desk.get("/sessions").text)
    headers = {"X-CSRFToken": token_of(desk.get("/sign-in"))}
    by_htmx = desk.client.post(end, headers={**headers, "HX-Request": "true"})
    assert by_htmx.headers["HX-Redirect"] == "/sessions"
    gone = desk.client.post(end, json={}, headers=headers)
    assert (gone.status_code == 404 and "signed out already" in gone.json["error"]["message"]) or gone.status_code == 403
    done = desk.client.post(f"/people/{id_of(desk.client.application, 'Rosa')}/sessions/end", json={}, headers=headers)
    assert done.status_code == 200 and done.json["message"] == "0 devices are signed out."


def test_a_device_of_somebody_who_does_not_exist_is_not_found(app: Flask) -> None:
    sam = device_of(app, "Sam")
    assert sam.get("/people/999/sessions").status_code == 404
    assert sam.post(f"/sessions/{'0' * 64}/end").status_code == 404


def test_what_a_browser_calls_itself_is_only_text(app: Flask) -> None:
    page = device_of(app, "Rosa", "<script>alert(1)</script>").get("/sessions").text
    assert "<script>alert" not in page


def test_scans_write_when_a_session_was_last_used_once_a_minute(app: Flask, phone: Device, later) -> None:
    def seen() -> str:
        with app.extensions["database"].read() as session:
            return session.connection().exec_driver_sql("SELECT seen_at FROM device_session").scalar_one()

    before = seen()
    for _ in range(3):
        phone.send()
    assert seen() == before
    later(minutes=2)
    phone.send()
    noted = seen()
    phone.send()
    assert before < noted == seen()


def test_a_scan_asks_who_is_signed_in_with_one_statement(app: Flask, phone: Device) -> None:
    asked = []
    real = store._LIVE.row
    store._LIVE.row = lambda session, **values: asked.append(values) or real(session, **values)  # type: ignore[method-assign]
    writes = []
    engine = app.extensions["database"].engine
    note = lambda *args: writes.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        token = token_of(phone.get("/sign-in"))
        asked.clear()
        phone.client.post("/scans", json=scan(source="wedge"), headers={"X-CSRFToken": token})
        assert len(asked) == 1
        assert not [sql for sql in writes if "device_session" in sql or "wrong_tries" in sql]
    finally:
        event.remove(engine, "before_cursor_execute", note)
        del store._LIVE.row


def test_a_database_that_takes_no_write_does_not_keep_a_page_from_being_read(
    app: Flask, phone: Device, later, monkeypatch
) -> None:

    tried = []

    def busy(*_: object) -> None:
        tried.append(1)
        raise Busy("busy")

    monkeypatch.setattr(web_session, "transact", busy)
    later(minutes=2)
    assert phone.get("/receiving").status_code == 200 and phone.get("/receiving").status_code == 200
    assert len(tried) == 1


def test_the_cookie_says_nothing_and_lives_as_long_as_the_session(app: Flask) -> None:
    device = Device(app)
    answer = device.post("/sign-in", badge="BADGE-ROSA")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("scanner=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and f"Max-Age={14 * 24 * 3600}" in cookie and "Path=/" in cookie
    assert len(device.cookie("scanner")) == 43
    secure = Device(app)
    secure.client.environ_base["wsgi.url_scheme"] = "https"
    answer = secure.client.post(
        "/sign-in", data={"badge": "BADGE-ROSA", "csrf_token": token_of(secure.get("/sign-in", base_url="https://localhost"))},
        base_url="https://localhost",
    )  # fmt: skip
    assert answer.status_code == 303
    assert all("Secure" in each for each in answer.headers.getlist("Set-Cookie"))


def test_no_answer_but_that_of_a_sign_in_or_sign_out_writes_the_cookie(phone: Device, later) -> None:
    """A slow answer of the person before would sign the next one out."""
    later(minutes=2)
    for answer in (phone.get("/"), phone.send(), phone.get("/sign-in"), phone.post("/lock")):
        assert not [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("scanner=")]


def test_a_stranger_sends_no_more_than_a_form_once_signed_out(app: Flask) -> None:
    sam = device_of(app, "Sam")
    sam.post("/confirm", badge="BADGE-SAM")
    token = token_of(sam.get("/sign-in"))
    sam.post("/sign-out")
    big = {"csrf_token": token, "file": (BytesIO(b"sku\n" + b"x" * 400_000), "items.csv")}
    assert sam.client.post("/data/items", data=big).status_code == 413
    assert app.test_client().post("/data/items", data=b"x" * 400_000, headers={"Authorization": "Bearer x"}).status_code == 413
