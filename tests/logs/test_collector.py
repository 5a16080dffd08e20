"""Failures reach a collector that speaks Sentry's protocol, without anything that somebody sent or scanned."""

from __future__ import annotations

import gzip
import json
import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
import sentry_sdk
from sqlalchemy import insert

from scanner import logs
from scanner.db.sql import run
from scanner.logs.collector import ToCollector, only_what_the_log_says
from scanner.people.tables import Operator
from scanner.scans import views
from scanner.web.requests import HEADER
from tests.people.test_pages import Device, token_of

pytestmark = pytest.mark.slow

BADGE, PIN, CODE = "BADGE-Zq7Xvilo", "7391548", "ZYX-CODE-81726"
SECRETS = (BADGE, PIN, CODE, "BADGE-SAM", "PO-1001", "csrf")


class Collector:
    """What was posted to it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers.get("Content-Encoding", ""), bytes)
                collector.bodies.append(unpack(body).decode())
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://akey@127.0.0.1:{self.server.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        """The events that came, once all are sent."""
        sentry_sdk.get_client().flush(5)
        return [json.loads(line) for body in self.bodies for line in body.splitlines() if '"logger"' in line]


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    root = logging.getLogger()
    handler = ToCollector(made.dsn)
    root.addHandler(handler)
    yield made
    root.removeHandler(handler)
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    made.server.shutdown()
    made.server.server_close()


def fail_with_secrets(app, monkeypatch) -> str:
    """A scan that ends in a bug, with secrets in its error, the cause of that, its variables, its body and its cookies."""

    def record_scan(session, *_, **__):
        pin = PIN
        row = {"badge": BADGE, "name": CODE, "roles": pin, "active": True, "pin_hash": pin}
        try:
            run(session, insert(Operator.__table__), [row, row])
        except Exception as error:
            raise KeyError(BADGE, CODE) from error

    monkeypatch.setattr(views, "record_scan", record_scan)
    app.testing = False
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    scan = {
        "id": "0b5a2a5e-7b0c-4c5b-9f2e-0d6f5a3c1e77", "task": "PO-1001", "code": CODE, "source": "wedge",
        "scanned_at": "2026-11-23T09:30:00+00:00",
    }  # fmt: skip
    token = token_of(desk.get("/sign-in"))
    answer = desk.client.post(f"/scans?badge={BADGE}", json=scan, headers={"X-CSRFToken": token, "User-Agent": BADGE})
    assert answer.status_code == 500
    return answer.headers[HEADER]


def test_a_failure_reaches_the_collector_with_its_place_and_the_number_of_the_request(app, collector, monkeypatch):
    number = fail_with_secrets(app, monkeypatch)
    (event,) = collector.events()
    assert event["message"] == "A fault of the program" and event["tags"]["request"] == number
    assert event["tags"]["route"] == "/scans"
    told = [(each["type"], each["value"]) for each in event["exception"]["values"]]
    assert told[-1] == ("KeyError", "KeyError")
    assert ("IntegrityError", "IntegrityError: UNIQUE constraint failed: operator.badge") in told
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "record_scan" and frames[-1]["context_line"].strip().startswith("raise KeyError(")


def test_nothing_that_somebody_sent_reaches_the_collector(app, collector, monkeypatch):
    fail_with_secrets(app, monkeypatch)
    assert collector.events()
    assert not [secret for secret in SECRETS for body in collector.bodies if secret in body]


def test_the_library_as_it_comes_would_have_sent_it(app, monkeypatch):
    made = Collector()
    sentry_sdk.init(made.dsn, include_local_variables=True)
    fail_with_secrets(app, monkeypatch)
    sentry_sdk.get_client().flush(5)
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    made.server.shutdown()
    made.server.server_close()
    assert {BADGE, PIN, CODE} <= {secret for secret in SECRETS for body in made.bodies if secret in body}


def test_what_the_library_adds_is_left_out():
    event = {"message": "x", "user": {"id": 1}, "request": {"url": BADGE}, "extra": {}, "server_name": "x", "contexts": {}}
    assert only_what_the_log_says(event, {}) == {"message": "x"}


def test_warnings_are_not_sent_and_a_collector_that_is_away_holds_nobody_up(collector):
    collector.server.shutdown()
    logging.getLogger("scanner.x").warning("The database was busy")
    logging.getLogger("scanner.x").error("The disk is full")
    assert not collector.bodies


def test_without_the_library_a_dsn_is_refused_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "scanner.logs.collector", None)
    with pytest.raises(ValueError, match="the extra `sentry`"):
        logs._collectors("http://akey@127.0.0.1:1/1")
