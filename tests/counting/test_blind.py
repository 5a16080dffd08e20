"""Blindness from outside: of two warehouses that differ only in the record, who counts gets the same replies to the byte.

Ids and times may differ, and what follows from them. Everything that a counter's session and token can ask is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import insert
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.db.sql import run
from scanner.people import tokens
from scanner.people.tables import Operator
from scanner.scans import ledger
from scanner.scans.decision import Move
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE, Warehouse, fill

RECORDS: dict[str, dict[tuple[str, str], int]] = {
    "right": {("A-01-1", "MUG-B"): 14, ("A-01-2", "LAMP"): 3},
    "wrong": {("A-01-1", "MUG-B"): 90_000, ("A-01-1", "LAMP"): 12, ("A-01-2", "TEE-M"): 1},
    "empty": {},
}
"""What is on record, and was truly there in the first."""
SAME = "PO-1001"

_VARIES = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d\d? \w{3} \d{4}, \d\d:\d\d UTC"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00| UTC)?"), "TIME"),
    (re.compile(r'(csrf_token\\?" value|csrf-token\\?" content)=\\?"[^"\\]+'), "TOKEN"),
)
VARYING = {"Content-Length", "Set-Cookie", "Date", "X-Request-ID"}
"""Headers that differ from answer to answer, whatever is on record."""


def without_ids(text: str) -> str:
    """The reply with what may differ written alike."""
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return text


class Counter:
    """Carla with a session and a token in one warehouse; every reply is kept."""

    def __init__(self, app: Flask, name: str = "Carla") -> None:
        self.client, self.replies = app.test_client(), []
        token = app.extensions["database"].transact(tokens.create_token, name, NOW)
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.client.post("/sign-in", data={"csrf_token": self.token(), "badge": f"BADGE-{name.upper()}"})
        self.csrf = self.token()

    def token(self) -> str:
        found = re.search(r'csrf-token" content="([^"]+)"', self.client.get("/sign-in").text)
        assert found
        return found[1]

    def keep(self, what: str, answer: Any) -> None:
        headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
        told = sorted((name, without_ids(value)) for name, value in headers.items())
        self.replies.append((without_ids(what), answer.status_code, told, without_ids(answer.text)))

    def get(self, *paths: str) -> None:
        for path in paths:
            self.keep(f"GET {path}", self.client.get(path))
            self.keep(f"GET {path} by htmx", self.client.get(path, headers={"HX-Request": "true"}))

    def api(self, *paths: str) -> None:
        for path in paths:
            self.keep(f"GET {path}", self.client.get(f"/api/v1{path}", headers=self.bearer))

    def ask(self, path: str, body: dict[str, Any]) -> None:
        self.keep(f"POST {path} {body}", self.client.post(f"/api/v1{path}", json=body, headers=self.bearer))

    def form(self, path: str, follow: bool = True, **fields: Any) -> None:
        answer = self.client.post(
            path, data={"csrf_token": self.csrf, **fields}, follow_redirects=follow, content_type="multipart/form-data"
        )
        self.keep(f"POST {path}", answer)

    def fields(self, task: str, code: str, **more: Any) -> dict[str, Any]:
        made = {"task": task, "code": code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00Z"}
        return {"id": str(uuid4()), **made, **more}

    def scan(self, task: str, *codes: str, **more: Any) -> None:
        """Scan by a page, in one of the four dresses after the other."""
        for code in codes:
            dress = len(self.replies) % 4
            fields = self.fields(task, code, **more)
            headers = {"X-CSRFToken": self.csrf}
            if dress == 0:
                answer = self.client.post("/scans", json=fields, headers=headers | {"HX-Request": "true"})
            elif dress == 1:
                answer = self.client.post("/scans", json=fields, headers=headers)
            elif dress == 2:
                answer = self.client.post("/scans", data=fields, headers=headers, follow_redirects=True)
            else:
                answer = self.client.post("/scans/batch", json={"scans": [fields], "page": task}, headers=headers)
            self.keep(f"scan {code}", answer)

    def send(self, task: str, *codes: str, **more: Any) -> None:
        """Scan by the API."""
        for code in codes:
            self.ask("/scans", self.fields(task, code, **more))

    def everything_to_get(self, task: str) -> None:
        """Every page, fragment and API reply that can be asked for."""
        self.get(
            "/", "/counting", f"/counting/{task}", f"/counting/{task}/places", f"/counting/{task}/finish", f"/tasks/{task}",
            f"/tasks/{task}/scans", f"/tasks/{task}/photo", f"/tasks/{task}/link?seq=1", "/discrepancies", "/discrepancies/1",
            "/items", "/items?q=mug", "/items/MUG-B", "/items/LAMP", "/progress", "/plan", "/plan/sections/A-01", "/scans/1",
            "/count-results", "/count-results/lines", "/labels", "/labels?group=orders", "/picking", "/picking/PICKS",
            "/picking/SHORT-PICKS", "/returns", "/receiving", "/data", "/data/stock.csv", "/open",
            f"/where?code={MUG}", "/where?code=LAMP", "/where?code=A-01-1", f"/where?code={task}-R1",
            f"/counting/{task}-R1", f"/tasks/{task}-R1",
            f"/tasks/{task}-R1/scans", f"/tasks/{task}-R1/photo", f"/counting/{task}-R1/places", f"/counting/{task}-R1/finish",
        )  # fmt: skip
        self.api(
            "/tasks", "/tasks?kind=count", "/tasks?kind=count&state=open", "/tasks?limit=1&offset=1", f"/tasks/{task}",
            f"/tasks/{task}-R1", "/stock", "/stock?sku=MUG-B", "/stock?location=A-01-1", "/discrepancies", "/movements",
            "/returns", f"/where?code={MUG}", "/where?code=LAMP", "/where?code=A-01-1", f"/where?code={task}-R1",
        )  # fmt: skip


def a_whole_count(carla: Counter) -> None:
    """Everything that can happen on a count, by page and by API, with every reply kept."""
    carla.get("/", "/counting")
    carla.form("/open", code="A-01-1")
    carla.form("/open?kind=count", code="A-01-1")
    task = "C-000001"
    carla.everything_to_get(task)
    carla.scan(task, MUG, MUG_CASE, MUG, "CMD-UNDO", TEE, "NO-SUCH", "A-01-1", "A-01-2", "CMD-EMPTY", "CMD-UNDO", LAMP, LAMP)
    carla.scan(task, LAMP, "SET", "CMD-UNDO", "CMD-EMPTY", "A-01-1", "CMD-UNDO", "DOCK", MUG, "A-01-2", "A-01-2", LAMP)
    carla.send(task, "A-01-2", LAMP, "CMD-UNDO", MUG, "CMD-UNDO", "CMD-NONSENSE", "PO-1001")
    carla.send(task, MUG, location="A-01-1", confirm=True)
    carla.send(task, MUG, quantity=13)
    carla.send(task, MUG, quantity=0)
    carla.send(task, "A-01-2", confirm=True)
    carla.send(task, LAMP, quantity=3)
    carla.ask("/tasks", {"kind": "count", "section": "A-01"})
    carla.ask("/tasks", {"kind": "count", "section": "Z-99"})
    carla.form("/photos", task=task, photo=(photo_of(LAMP), "labels.jpg"))
    carla.form(f"/tasks/{task}/photo", photo=(photo_of(f"{task}-R1"), "labels.jpg"))
    carla.everything_to_get(task)
    carla.ask(f"/tasks/{task}/finish", {"confirm": False})
    carla.form(f"/counting/{task}/finish", confirm="0")
    carla.scan(task, "CMD-DONE")
    carla.ask(f"/tasks/{task}/finish", {"confirm": True})
    carla.everything_to_get(task)
    carla.scan(task, MUG, "CMD-DONE", "A-01-1")
    carla.ask(f"/tasks/{task}/finish", {"confirm": True})
    for again in (f"{task}-R1", f"{task}-R2"):
        carla.scan(again, "A-01-1", "CMD-UNDO", "CMD-DONE")
        carla.send(again, "A-01-1", MUG)
        carla.ask(f"/tasks/{again}/finish", {"confirm": True})
        carla.form(f"/counting/{again}/finish", confirm="1")
        carla.form("/photos", task=again, photo=(photo_of(MUG), "labels.jpg"))
        carla.form("/photos", task=task, photo=(photo_of(again), "labels.jpg"))
        carla.form("/open?kind=count", code=again)
        carla.form("/open", code=again)
    carla.send("PICKS", "A-01-1", MUG)
    carla.send("SHORT-PICKS", "A-01-1", LAMP)
    carla.form("/counting/start", section="A-01")
    carla.everything_to_get("C-000002")


def photo_of(code: str) -> BytesIO:
    """A label, photographed."""
    bars = Image.fromarray(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128).to_image(scale=4))
    picture = Image.new("L", (bars.width + 120, 320), 255)
    picture.paste(bars.resize((bars.width, 180)), (60, 70))
    file = BytesIO()
    picture.save(file, "JPEG", quality=90)
    file.seek(0)
    return file


def stocked(warehouse: Warehouse, record: dict[tuple[str, str], int]) -> None:
    """Put units on record."""

    def put(session: Session) -> None:
        source = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
        for (code, sku), units in record.items():
            place = catalogue.find_location(session, code)
            assert place is not None
            ledger.move(session, (Move(warehouse.items[sku], units, source, place.id),), at=NOW, operator_id=None)

    warehouse.database.transact(put)


@pytest.fixture
def made(app: Flask) -> Callable[..., Flask]:
    """Makes warehouses that differ in the record alone, one after another: the one before is gone."""

    def make(record: dict[tuple[str, str], int], roles: str = "counter") -> Flask:
        warehouse = app.extensions["warehouse"] = fill(empty_warehouse())
        person = [{"badge": "BADGE-DORA", "name": "Dora", "roles": roles, "active": True}]
        warehouse.database.transact(lambda session: run(session, insert(Operator.__table__), person))
        stocked(warehouse, record)
        return app

    return make


@pytest.fixture(scope="module")
def heard_before() -> dict[str, tuple[list[Any], list[Any]]]:
    """What `heard` found, since a whole count takes a second."""
    return {}


@pytest.fixture
def heard(made, heard_before) -> Callable[[str], tuple[list[Any], list[Any]]]:
    """What a counter is told throughout a count on this record, and then a supervisor."""

    def hear(name: str) -> tuple[list[Any], list[Any]]:
        if name not in heard_before:
            app = made(RECORDS[name])
            carla = Counter(app)
            a_whole_count(carla)
            sam = Counter(app, "Sam")
            sam.get("/discrepancies", "/counting")
            sam.api("/stock", "/tasks?kind=count", "/discrepancies")
            heard_before[name] = carla.replies, sam.replies
        return heard_before[name]

    return hear


@pytest.mark.slow
@pytest.mark.parametrize("other", ["wrong", "empty"])
def test_a_counter_gets_the_same_replies_whatever_is_on_record(heard, other):
    (first, _), (second, _) = heard("right"), heard(other)
    assert len(first) > 300
    for one, another in zip(first, second, strict=True):
        assert one == another


def test_the_two_warehouses_do_differ_to_who_may_see_it(heard):
    """Otherwise the test above would prove nothing."""
    (_, first), (_, second) = heard("right"), heard("wrong")
    for one, another in zip(first, second, strict=True):
        assert one[3] != another[3], one[0]


@pytest.mark.slow
def test_who_counts_and_receives_sees_no_stock_of_what_is_being_counted(made):
    said = []
    for record in (RECORDS["right"], RECORDS["wrong"]):
        dora = Counter(made(record, roles="receiver;counter"), "Dora")
        dora.form("/open?kind=count", code="A-01-1")
        dora.scan("C-000001", MUG)
        dora.everything_to_get("C-000001")
        dora.ask("/tasks/C-000001/finish", {"confirm": True})
        dora.api("/discrepancies", "/tasks")
        dora.get("/discrepancies", "/discrepancies/1", "/counting", "/tasks/C-000001-R1")
        said.append([reply for reply in dora.replies if "/scans/1" not in reply[0]])
    for one, another in zip(*said, strict=True):
        assert one == another


@pytest.mark.slow
def test_who_counts_again_is_not_told_what_the_first_one_counted(made):
    """Neither by the recount, nor by what is left of the first count; a supervisor is."""
    app = made(RECORDS["wrong"])
    carla, dora, sam = Counter(app), Counter(app, "Dora"), Counter(app, "Sam")
    carla.form("/open?kind=count", code="A-01-1")
    carla.send("C-000001", MUG, quantity=4711, confirm=True, location="A-01-1")
    carla.ask("/tasks/C-000001/finish", {"confirm": True})
    dora.everything_to_get("C-000001")
    dora.send("C-000001-R1", "A-01-1")
    assert not [reply[0] for reply in dora.replies if "4711" in reply[3] or "4,711" in reply[3]]
    assert any("C-000001-R1" in reply[3] for reply in dora.replies if reply[0].startswith("GET /counting "))
    sam.api("/tasks/C-000001")
    assert "4711" in sam.replies[-1][3]


@pytest.mark.slow
def test_who_also_receives_is_shown_no_record_before_the_recount(made):
    """Dora was not there for the first count: its section stays hidden from her until it is settled."""
    said = []
    for record in ({("A-01-1", "MUG-B"): 100}, {("A-01-1", "MUG-B"): 90_000}):
        app = made(record, roles="receiver;counter")
        carla, dora = Counter(app), Counter(app, "Dora")
        carla.form("/open?kind=count", code="A-01-1")
        carla.send("C-000001", MUG, quantity=3, location="A-01-1")
        dora.everything_to_get("C-000001")
        carla.ask("/tasks/C-000001/finish", {"confirm": True})
        dora.everything_to_get("C-000001")
        dora.send("C-000001-R1", "A-01-1")
        dora.everything_to_get("C-000001")
        said.append(dora.replies)
    for one, another in zip(*said, strict=True):
        assert one == another


def test_a_scan_of_anothers_count_is_not_there_for_who_also_receives(made):
    app = made(RECORDS["wrong"], roles="receiver;counter")
    carla, dora, sam = Counter(app), Counter(app, "Dora"), Counter(app, "Sam")
    carla.form("/open?kind=count", code="A-01-1")
    carla.send("C-000001", MUG, quantity=4711, confirm=True, location="A-01-1")
    dora.send("C-000001", "A-01-2", LAMP)
    for person in (dora, sam):
        person.replies.clear()
        person.get(*[f"/scans/{seq}" for seq in range(1, 6)])
    seen = {reply[0]: reply[1] for reply in dora.replies}
    assert not [reply[0] for reply in dora.replies if "4711" in reply[3] or "4,711" in reply[3]]
    assert [seen[f"GET /scans/{seq}"] for seq in (1, 2, 3, 4)] == [404, 404, 200, 200]
    assert any("4,711" in reply[3] or "4711" in reply[3] for reply in sam.replies)


@pytest.mark.slow
def test_who_counts_too_is_not_told_what_waits_of_somebody_else(made):
    app = made(RECORDS["wrong"])
    carla, dora, sam = Counter(app), Counter(app, "Dora"), Counter(app, "Sam")
    carla.form("/open?kind=count", code="A-01-1")
    carla.send("C-000001", MUG, quantity=4711, location="A-01-1")
    dora.everything_to_get("C-000001")
    dora.ask("/tasks/C-000001/finish", {"confirm": True})
    assert not [reply[0] for reply in dora.replies if "4711" in reply[3] or "4,711" in reply[3]]
    sam.api("/tasks/C-000001")
    assert "4711" in sam.replies[-1][3]
