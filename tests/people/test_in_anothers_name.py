"""Scans in the name of another person: those that waited on the device when that person handed it over, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from scanner.people.sessions.rules import ON_THE_WAY, worked_until
from tests.people.test_pages import Device, an_hour_ago, waited
from tests.support.counting_floor import Floor
from tests.support.warehouse import MUG

ROSA, SAM, CEM = 1, 2, 3
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def at(*, hour: int, seconds: float = 0) -> datetime:
    return NINE.replace(hour=hour) + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("known", "made_at", "until"),
    [
        ([(ROSA, NINE)], at(hour=9, seconds=60), at(hour=9, seconds=60)),  # she worked then
        ([(ROSA, NINE), (SAM, at(hour=8))], at(hour=9), at(hour=9)),  # she took over from another
        ([(SAM, TEN), (ROSA, NINE)], at(hour=10, seconds=3), TEN),  # on its way while Sam took over: made before that
        ([(SAM, TEN), (ROSA, NINE)], TEN + ON_THE_WAY, None),  # Sam's time
        ([(SAM, TEN), (CEM, NINE)], at(hour=10, seconds=3), None),  # she was not the one before
        ([(SAM, NINE)], at(hour=9, seconds=60), None),
        ([], NINE, None),  # longer ago than anybody was here
    ],
)
def test_a_scan_is_of_who_worked_here_when_it_was_made(
    known: list[tuple[int, datetime]], made_at: datetime, until: datetime | None
) -> None:
    assert worked_until(known, ROSA, made_at) == until


@pytest.fixture
def rosas(app: Flask) -> Device:
    """A handheld that Sam had from an hour ago, and Rosa has now."""
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    an_hour_ago(app)
    device.post("/sign-in", badge="BADGE-ROSA")
    device.send(code=MUG, quantity=24)
    return device


@pytest.mark.parametrize("code", [MUG, "CMD-DONE", "CMD-CONFIRM", "CMD-LEAVE", "CMD-UNDO"])
@pytest.mark.parametrize("wait", [{"seconds": 0}, {"hours": -1}, {"hours": 2}, {"days": 31}])
def test_nobody_acts_in_the_name_of_the_person_before(app: Flask, rosas: Device, code: str, wait: dict[str, int]) -> None:
    """Made now, by a clock that ran back, before Sam was here, and longer ago than any scan waits."""
    sam = app.extensions["warehouse"].operators["Sam"].id
    answer = rosas.send(code=code, operator=sam, **waited(**wait))
    assert answer.status_code == 403 and "Sam can sign in here and send it again" in answer.json["error"]["message"]


def test_the_audit_says_who_sent_what_a_supervisor_finished_before(app: Flask, rosas: Device) -> None:
    sam = app.extensions["warehouse"].operators["Sam"].id
    for code in ("CMD-DONE", "CMD-CONFIRM"):
        assert rosas.send(code=code, operator=sam, **waited(minutes=30)).status_code == 200
    rosas.post("/sign-in", badge="BADGE-SAM")
    [row] = [row for row in rosas.get("/audit.csv").text.splitlines() if "task finished" in row]
    assert "Sam" in row and "sent by" in row and "Rosa" in row


def test_a_recount_takes_no_scan_of_a_person_who_left_before_it_was_opened(app: Flask) -> None:
    """Whoever counted cannot count again in another's name: two pairs of eyes see it."""
    warehouse = app.extensions["warehouse"]
    floor, device, cem = Floor(warehouse), Device(app), warehouse.operators["Cem"].id
    for shelf in ("A-01-1", "A-01-2", "A-01-3"):
        floor.put(shelf, "MUG-B", 50)
    floor.approval(10**6)
    device.post("/sign-in", badge="BADGE-CEM")
    an_hour_ago(app)
    device.post("/sign-in", badge="BADGE-CARLA")
    task = floor.start("Carla")
    for shelf, units in (("A-01-1", 10), ("A-01-2", 50), ("A-01-3", 50)):
        device.send(task=task, code=shelf)
        device.send(task=task, code=MUG, quantity=units)
    device.send(task=task, code="CMD-DONE")
    device.send(task=task, code="CMD-CONFIRM")
    [recount] = floor.open_tasks()
    for wait in ({"seconds": 0.001}, {"minutes": 30}):
        assert device.send(task=recount, code="A-01-1", operator=cem, **waited(**wait)).status_code == 403
    assert floor.open_tasks() == [recount]
