"""Each request has a number, which its answer and its lines in the log carry."""

import logging
import re

import pytest

from scanner.logs import ACCESS
from scanner.web.requests import HEADER
from tests.people.test_pages import Device

OF_A_PROXY = "0b5a2a5e7b0c4c5b9f2e0d6f5a3c1e77"


@pytest.fixture
def lines():
    """What is said of requests."""
    kept = []
    handler = logging.Handler()
    handler.emit = lambda record: kept.append(record.__dict__)
    log = logging.getLogger(ACCESS)
    before = log.handlers, log.disabled, log.level
    log.handlers, log.disabled = [handler], False
    log.setLevel(logging.INFO)
    yield kept
    log.handlers, log.disabled = before[:2]
    log.setLevel(before[2])


@pytest.mark.parametrize("sent", [OF_A_PROXY, "0B5A2A5E-7b0c-4c5b-9f2e-0d6f5a3c1e77"])
def test_the_number_of_a_proxy_is_kept(client, sent):
    assert client.get("/healthz", headers={HEADER: sent}).headers[HEADER] == sent


@pytest.mark.parametrize("sent", ["", "BADGE-ROSA", "1", "ab" * 24, "x" * 10_000, OF_A_PROXY + "\t", "'; DROP TABLE"])
def test_anything_else_that_is_sent_as_number_is_left_alone(client, sent):
    assert re.fullmatch("[0-9a-f]{12}", client.get("/healthz", headers={HEADER: sent}).headers[HEADER])


def test_two_requests_have_two_numbers(client):
    assert client.get("/healthz").headers[HEADER] != client.get("/healthz").headers[HEADER]


def test_a_line_names_the_route_and_the_number_of_the_person(app, lines):
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    answer = desk.get("/tasks/PO-1001/scans?before=7")
    answer.close()
    (line,) = lines
    assert (line["route"], line["method"], line["status"]) == ("/tasks/<ref:reference>/scans", "GET", 200)
    assert line["request"] == answer.headers[HEADER] and line["operator"] == app.extensions["warehouse"].operators["Sam"].id
    assert line["bytes"] == len(answer.data) and 0 < line["ms"] < 10_000


@pytest.mark.parametrize(
    ("path", "method", "route", "said"),
    [
        ("/BADGE-ROSA", "GET", "none", "GET"),
        ("/healthz", "BADGE-ROSA", "none", "other"),
        ("/static/x/BADGE-ROSA.js", "GET", "none", "GET"),
    ],
)
def test_nothing_that_a_client_makes_up_is_in_a_line(client, lines, path, method, route, said):
    client.open(path, method=method).close()
    assert (lines[0]["route"], lines[0]["method"]) == (route, said)
    assert "ROSA" not in str({name: lines[0][name] for name in ("route", "method", "request")})


def test_a_failure_of_the_server_has_a_number_to_say_and_a_wrong_address_none(app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "auth.sign_in", lambda: {}["a bug"])
    app.testing = False
    broken = client.get("/sign-in")
    app.testing = True
    assert broken.status_code == 500 and f"number {broken.headers[HEADER]}" in broken.text
    missing = client.get("/nothing")
    assert missing.status_code == 404 and missing.headers[HEADER] not in missing.text
