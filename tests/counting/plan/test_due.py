"""How many sections are due is counted by one statement, and is what the plan says, whatever was counted when and where."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import insert

from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.plan import service as plan
from scanner.counting.tables import CountPull, CountResult, Visit
from scanner.counting.visits import note_counted
from scanner.db.sql import run, table_of
from scanner.scans.tables import Task
from tests.support.kept_sums import check
from tests.support.warehouse import NOW, Warehouse

SECTIONS, FIRST = 60, 1_000
DAYS = (0, 1, 6, 30, 90, 400)
WORKED = (
    *({},) * 6, {"state": "abandoned"}, {"said_empty": False}, {"task": {"state": "open"}}, {"task": {"recount_of": FIRST}},
)  # fmt: skip
"""What may be odd of a visit: mostly nothing."""


@pytest.fixture(params=["UTC", "Asia/Kathmandu", "Atlantic/Azores"])
def _zone(request, monkeypatch):
    """The warehouse's time zone; in the last one a day of spring begins at one o'clock, and midnight comes twice in autumn."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_the_plan_says(warehouse: Warehouse, seed: int) -> None:
    seq = warehouse.scan("A-01-1", by="Carla", task="PICKS").seq
    warehouse.database.transact(fill_sections, Random(seed), seq)
    days = [NOW.astimezone().date() + timedelta(days=each) for each in DAYS]
    with warehouse.database.read() as session:
        said = [plan.plan(session, day).due for day in days]
        counted = [plan.count_due(session, day) for day in days]
    assert counted == said
    assert warehouse.database.transact(check)[0] > SECTIONS / 2
    assert 0 < said[0] < said[-1]


def fill_sections(session, random: Random, seq: int) -> None:
    """Sections of one to three places with goods of any class, visits that are a count and some that are none, and pulls."""
    goods = [{"id": FIRST + n, "sku": f"DUE-{n}", "name": "x", "abc_class": letter} for n, letter in enumerate("ABC")]
    places = [
        {"id": FIRST + n, "code": f"DUE-{n}", "name": "x", "kind": random.choice(["shelf"] * 4 + ["customer"]),
         "section": f"DUE-{n % SECTIONS}", "position": n}
        for n in range(random.randrange(SECTIONS, 3 * SECTIONS))
    ]  # fmt: skip
    stock = [
        {"location_id": place["id"], "item_id": random.choice(goods)["id"], "units": random.choice([0, 3])}
        for place in places
        if random.random() < 0.8
    ]
    tasks, visits, results = [{"id": FIRST, "reference": "DUE", "kind": "count", "state": "finished", "created_at": NOW}], [], []
    for place in places:
        for _ in range(random.randrange(1, 4)):
            number, odd, at = FIRST + len(tasks), dict(random.choice(WORKED)), moment(random)
            of_task = {"recount_of": None, "state": "finished"} | odd.pop("task", {})
            tasks.append({"id": number, "reference": f"DUE-{number}", "kind": "count", "created_at": at, **of_task})
            visits.append(
                {"id": number, "task_id": number, "location_id": place["id"], "operator_id": 1, "device": "d", "state": "closed",
                 "said_empty": True, "opened_seq": seq, "closed_seq": seq, "opened_at": at, "closed_at": at, **odd}
            )  # fmt: skip
            if random.random() < 0.5:
                results.append(result_of(visits[-1], goods[0]["id"]))
    often = [place["id"] for place in places[: SECTIONS // 2]]
    pulls = [
        {"location_id": random.choice(often), "item_id": random.choice([None, FIRST]), "cause": "short pick",
         "at": moment(random) + timedelta(days=random.choice([0, 200])), "answered_by": random.choice([None, FIRST])}
        for _ in range(2 * SECTIONS)
    ]  # fmt: skip
    tasks[0] |= {"recount_of": None}
    for model, rows in (
        (Item, goods),
        (Location, places),
        (Stock, stock),
        (Task, tasks),
        (Visit, visits),
        (CountResult, results),
        (CountPull, pulls),
    ):
        run(session, insert(table_of(model)), rows)
    for task in tasks:
        if task["state"] == "finished" and not task["recount_of"]:
            note_counted(session, task["id"])


def moment(random: Random) -> datetime:
    """Some time near an end of a day in one of the zones: up to half a year back, or days ahead by a clock that is wrong."""
    day = random.choice([0, 1, 6, 7, 8, 29, 30, 31, 90, 91, 92, 180, -1, -2])
    at = datetime.combine(NOW.date() - timedelta(days=day), datetime.min.time(), UTC)
    return at + timedelta(seconds=random.choice([-3601, -3600, -1, 0, 1, 3600, 18 * 3600 + 899, 18 * 3600 + 900]))


def result_of(visit, item: int):
    at = visit["closed_at"]
    return {
        "task_id": visit["task_id"], "visit_id": visit["id"], "location_id": visit["location_id"], "item_id": item,
        "operator_id": 1, "counted": 1, "on_hand": 1, "variance": 0, "cost_e4": 1, "abc_class": "A", "verdict": "matched",
        "started_at": at, "counted_at": at, "evaluated_at": at,
    }  # fmt: skip
