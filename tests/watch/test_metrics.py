"""Prometheus reads what the server does, and no name, badge, code, item, order or token of anybody."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from scanner.app import create_app
from scanner.catalogue.tables import Barcode, Item, Location
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.people import tokens
from scanner.people.sign_in import hash_pin
from scanner.people.tables import Operator
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason
from scanner.settings import Settings, load_settings
from scanner.watch import gauges
from scanner.watch.metrics import DEVICES_TOLD, Metrics
from scanner.web import requests
from scanner.web.errors import STATUS
from scanner.webhooks import store as webhooks
from scanner.workflows import WORKFLOWS
from tests.conftest import new_database
from tests.people.test_pages import Device, token_of
from tests.support.warehouse import MUG, Warehouse, fill

pytestmark = pytest.mark.slow

TOKEN = "a-token-to-read-with"
SEEDS = {
    "badge": "Qx7badge", "name": "Quirina Xabel", "pin": "739154", "sku": "Qx7SKU", "item": "Qx7 goblet", "code": "4099999999992",
    "shelf": "Qx7-SHELF", "reference": "Qx7-PO-1", "partner": "Qx7 and Sons", "url": "https://qx7.example.org/hook",
    "secret": "whsec_Qx7Qx7Qx7", "device": "qx7qx7qx7",
}  # fmt: skip


@dataclass
class Watched:
    """An app that counts itself, and its warehouse."""

    app: Flask
    warehouse: Warehouse

    def read(self, **headers: str) -> str:
        answer = self.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"} | headers)
        assert answer.status_code == 200
        return answer.text

    def value(self, name: str, **labels: str) -> float:
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.read())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


class ToTheEnd(FlaskClient):
    """A client that reads each answer to its end, as a server's clients do: a request is counted when it is over."""

    def open(self, *args, **named):
        return super().open(*args, buffered=True, **named)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def watched(request, tmp_path) -> Iterator[Watched]:
    database = new_database(request.param, tmp_path)
    settings = Settings(str(database.url), secret_key="for tests", metrics=True, metrics_token=TOKEN)
    app = create_app(settings, database)
    app.test_client_class = ToTheEnd
    yield Watched(app, fill(database))
    app.extensions["decoder"]
    database.dispose()


def seed(warehouse: Warehouse) -> None:
    """Put unusual words wherever a warehouse has words."""

    def add(session):
        row = {"badge": SEEDS["badge"], "name": SEEDS["name"], "roles": "supervisor;receiver", "pin_hash": hash_pin(SEEDS["pin"])}
        run(session, insert(Operator.__table__), [row | {"active": True}])
        defaults = {"unit_cost_e4": 1, "abc_class": "C", "reorder_point": 0, "critical": False}
        run(session, insert(Item.__table__), [{"sku": SEEDS["sku"], "name": SEEDS["item"], **defaults}])
        item = run(session, Item.__table__.select().where(Item.__table__.c.sku == SEEDS["sku"])).one().id
        run(session, insert(Barcode.__table__), [{"code": SEEDS["code"], "item_id": item, "units": 1}])
        shelf = {"code": SEEDS["shelf"], "name": SEEDS["shelf"], "kind": "shelf", "section": SEEDS["shelf"]}
        run(session, insert(Location.__table__), [shelf])
        address = webhooks.add_webhook(session, SEEDS["url"], SEEDS["secret"], datetime.now(UTC))
        at = datetime.now(UTC) - timedelta(hours=1)
        webhooks.add_deliveries(session, [address], event="graded", payload=SEEDS["sku"], at=at)
        return item

    warehouse.items[SEEDS["sku"]] = warehouse.database.transact(add)
    warehouse.add_receipt(SEEDS["reference"], [(SEEDS["sku"], 2), ("MUG-B", 5)], partner=SEEDS["partner"])


def a_rich_day(watched: Watched) -> str:
    """People and programs do all they can, with unusual words; gives the token of a program."""
    seed(watched.warehouse)
    desk, stranger = Device(watched.app), Device(watched.app)
    for pin in ("", "000000", SEEDS["pin"]):
        desk.post("/sign-in", badge=SEEDS["badge"], pin=pin)
    stranger.post("/sign-in", badge=SEEDS["name"])
    on = {"task": SEEDS["reference"], "scanned_at": "2026-11-23T09:30:00+00:00", "sent_at": "2026-11-23T10:30:00+00:00"}
    for code in (SEEDS["code"], MUG, MUG, SEEDS["shelf"], "Qx7-unknown", "CMD-UNDO", "CMD-DONE"):
        desk.send(**on, code=code)
    again = {**on, "id": str(uuid4()), "code": MUG}
    desk.send(**again)
    desk.send(**again)
    batch = {"scans": [{**again, "id": str(uuid4())}, {**again, "code": "Qx7-other"}, {"id": SEEDS["secret"]}]}
    desk.client.post("/scans/batch", json=batch, headers={"X-CSRFToken": token_of(desk.get("/sign-in"))})
    photo = (io.BytesIO(SEEDS["badge"].encode()), f"{SEEDS['badge']}.png")
    desk.post(f"/tasks/{SEEDS['reference']}/photo", photo=photo)
    for path in (
        f"/receiving/{SEEDS['reference']}", f"/items/{SEEDS['sku']}", f"/{SEEDS['badge']}", f"/items?q={SEEDS['name']}",
        "/discrepancies", f"/tasks/{SEEDS['device']}/scans", f"/data/{SEEDS['sku']}.csv", "/static/x/Qx7.js",
    ):  # fmt: skip
        desk.get(path)
    stranger.client.open("/sign-in", method="QX7BADGE")
    desk.post(f"/receiving/{SEEDS['reference']}/finish", confirm="1")
    token = watched.warehouse.database.transact(tokens.create_token, SEEDS["name"], datetime.now(UTC))
    program = {"Authorization": f"Bearer {token}"}
    scan = {"id": str(uuid4()), "task": "PO-1001", "code": SEEDS["code"], "source": "api", "scanned_at": on["scanned_at"]}
    client = watched.app.test_client()
    client.post("/api/v1/scans", json=scan, headers=program)
    client.get(f"/api/v1/stock?sku={SEEDS['sku']}", headers=program)
    client.get(f"/api/v1/tasks/{SEEDS['reference']}", headers=program | {"X-Request-ID": SEEDS["secret"]})
    return token


def test_no_word_of_a_rich_day_is_in_what_prometheus_reads(watched):
    token = a_rich_day(watched)
    assert not words_in(watched.read(), token)
    assert watched.value("scanner_scans_total", outcome="accepted") > 3, "the day was really counted"
    assert watched.value("scanner_discrepancies_open") > 0 and watched.value("scanner_webhook_messages", state="waiting") >= 1


def words_in(text: str, *more: str) -> list[str]:
    return [word for word in (*SEEDS.values(), *more, "qx7", "quirina", "rosa", "mug") if word.lower() in text.lower()]


def test_a_path_in_place_of_its_route_would_be_seen(watched, monkeypatch):
    monkeypatch.setattr(requests, "route_of", lambda asked: asked.path)
    a_rich_day(watched)
    assert {SEEDS["badge"], SEEDS["sku"], SEEDS["reference"]} <= set(words_in(watched.read()))


def test_every_label_has_a_value_out_of_a_closed_list(watched):
    a_rich_day(watched)
    routes = {rule.rule for rule in watched.app.url_map.iter_rules()} | {"none", "static"}
    closed = {
        "route": routes, "method": {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "other"},
        "status": {str(number) for number in range(200, 600)}, "kind": {*WORKFLOWS.keys(), *DiscrepancyKind},
        "outcome": {*Outcome, "read", "refused", "slow", "broken"}, "reason": {*Reason}, "source": {*Source},
        "code": {code for _, code in STATUS.values()} | {"not_recorded"}, "check": {*watched.app.extensions["readiness"].ask()},
        "part": {"database", "log"}, "state": {"waiting", "given_up"}, "gauge": {gauge.name for gauge in gauges.GAUGES},
    }  # fmt: skip
    for family in text_string_to_metric_families(watched.read()):
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label == "device":
                    assert len(value) == 8 and int(value, 16) >= 0
                elif label != "le":
                    assert value in closed[label], (sample.name, label, value)


def test_scans_are_counted_by_what_came_of_them_and_a_retry_is_none(watched):
    desk = Device(watched.app)
    desk.post("/sign-in", badge="BADGE-ROSA")
    scan = {"id": str(uuid4()), "code": MUG}
    desk.send(**scan)
    desk.send(**scan)
    desk.send(code="nobody knows it")
    wanted = {"kind": "receiving", "source": "wedge"}
    assert watched.value("scanner_scans_total", **wanted, outcome="accepted", reason="counted") == 1
    assert watched.value("scanner_scans_total", **wanted, outcome="refused", reason="unknown") == 1
    assert watched.value("scanner_scans_replayed_total", kind="receiving") == 1


def test_how_long_scans_waited_on_their_devices_is_told_of_those_that_waited_longest(watched):
    for number in range(DEVICES_TOLD + 5):
        watched.app.extensions["meters"].scan(
            kind="receiving", outcome="accepted", reason="counted", source="wedge", replayed=False, device=str(number),
            waited=60 * number,
        )  # fmt: skip
    lines = [line for line in watched.read().splitlines() if line.startswith("scanner_device_waited_seconds{")]
    assert len(lines) == DEVICES_TOLD and min(float(line.split()[-1]) for line in lines) == 300
    assert watched.value("scanner_scan_waited_seconds_bucket", le="60.0") == 2


def test_requests_commits_and_the_database_are_measured(watched):
    watched.app.test_client().get("/healthz")
    desk = Device(watched.app)
    desk.post("/sign-in", badge="BADGE-ROSA")
    desk.send()
    assert watched.value("scanner_request_seconds_count", route="/healthz", method="GET", status="200") == 1
    assert watched.value("scanner_requests_at_work") == 1, "this one"
    assert watched.value("scanner_commit_seconds_count") >= 2 and watched.value("scanner_commit_writes_sum") >= 2
    assert watched.value("scanner_database_bytes", part="database") > 10_000
    assert watched.value("process_resident_memory_bytes") > 1e6
    assert watched.value("scanner_ready", check="write") == 1


def test_messages_that_wait_and_those_that_were_given_up_are_counted_with_their_age(watched):
    seed(watched.warehouse)
    database = watched.warehouse.database
    assert watched.value("scanner_webhook_messages", state="waiting") == 1
    assert 3500 < watched.value("scanner_webhook_oldest_seconds") < 3700
    delivery = webhooks._delivery
    database.transact(lambda session: run(session, update(delivery).values(state="given up")))
    fresh = Watched(watched.app, watched.warehouse)
    watched.app.extensions["metrics"] = Metrics(watched.app)
    assert fresh.value("scanner_webhook_messages", state="given_up") == 1
    assert fresh.value("scanner_webhook_oldest_seconds") == 0


@pytest.mark.parametrize(("error", "outcome"), [(TimeoutError(), "slow"), (MemoryError(), "broken"), (None, "read")])
def test_pictures_are_counted_by_what_came_of_them(watched, monkeypatch, error, outcome):
    decoder = watched.app.extensions["decoder"]

    def result():
        if error:
            raise error
        return []

    monkeypatch.setattr(decoder, "_workers", lambda: SimpleNamespace(schedule=lambda *_, **__: SimpleNamespace(result=result)))
    try:
        decoder.read(b"a picture")
    except Exception as refused:
        assert "photo" in str(refused)
    assert watched.value("scanner_photo_seconds_count", outcome=outcome) == 1
    assert watched.value("scanner_photos_at_work") == 0
    assert watched.value("scanner_decode_workers_replaced_total") == (1 if error else 0)


def test_reading_often_asks_the_database_seldom(watched, monkeypatch):
    asked = []
    monkeypatch.setattr(gauges.webhooks, "standing", lambda session: asked.append(1) or {"waiting": 0})
    for _ in range(5):
        watched.read()
    assert len(asked) == 1


def test_a_gauge_that_cannot_be_read_takes_no_other_with_it(watched, monkeypatch):
    monkeypatch.setattr(gauges.discrepancies, "open_totals", lambda session: {}["a bug"])
    assert watched.value("scanner_gauge_answered", gauge="scanner_discrepancies_open") == 0
    assert watched.value("scanner_gauge_answered", gauge="scanner_webhook_messages") == 1


@pytest.mark.parametrize(
    ("settings", "headers", "address", "status"),
    [
        ({}, {}, "127.0.0.1", 404),  # off unless asked for
        ({"metrics": True}, {}, "127.0.0.1", 200),
        ({"metrics": True}, {}, "::1", 200),
        ({"metrics": True}, {}, "192.0.2.7", 401),
        ({"metrics": True}, {"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", 401),  # a proxy on this machine asks for a stranger
        ({"metrics": True, "metrics_token": TOKEN}, {}, "127.0.0.1", 401),
        ({"metrics": True, "metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, "127.0.0.1", 401),
        ({"metrics": True, "metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, "192.0.2.7", 200),
        ({"metrics": True, "metrics_token": TOKEN}, {"Authorization": "Bearer \u00e9"}, "192.0.2.7", 401),
    ],
)
def test_who_may_read(app, settings, headers, address, status, monkeypatch):
    monkeypatch.setattr(app.extensions["chosen"], "started", Settings("", secret_key="", **settings))
    app.extensions["metrics"] = Metrics(app) if settings else None
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_a_token_that_can_be_guessed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 16 characters, got 4"):
        load_settings({"SCANNER_METRICS_TOKEN": "1234", "SCANNER_DATA": str(tmp_path)})
    assert TOKEN not in repr(Settings("", secret_key="a secret", metrics_token=TOKEN))


def test_the_library_is_imported_only_when_metrics_are_asked_for():
    program = "import sys, scanner.app, scanner.server; print('prometheus_client' in sys.modules, 'sentry_sdk' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]
