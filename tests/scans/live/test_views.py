"""A page that listens gets what it may see, keeps no device open by that, and hears nothing once it is locked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from scanner.db.sql import run
from scanner.people.tables import DeviceSession
from scanner.scans import tasks
from scanner.scans.live import service, store
from tests.people.test_pages import Device
from tests.support.warehouse import LAMP, MUG, Warehouse

BY_ITSELF = {
    "/tasks/PO-1001/events": {"Accept": "text/event-stream"},
    "/tasks/PO-1001/changes?after=0": {"Accept": "application/json", "HX-Request": "true"},
}
"""What a page asks for while nobody touches it, with the headers of a browser."""


@pytest.fixture
def rosa(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-ROSA")
    return device


def seen(app, ago: timedelta | None = None) -> datetime:
    """When the one session was last used, as it is or as it is put back."""
    table, database = DeviceSession.__table__, app.extensions["database"]
    if ago:
        database.transact(lambda session: run(session, update(table).values(seen_at=datetime.now(UTC) - ago)))
    with database.read() as session:
        return run(session, select(table.c.seen_at)).scalar_one()


@pytest.mark.parametrize("path", BY_ITSELF)
def test_what_a_page_asks_by_itself_is_no_activity_and_a_locked_device_is_told_401(app, rosa, path):
    before = seen(app, timedelta(minutes=5))
    assert rosa.get(path, headers=BY_ITSELF[path]).status_code in (200, 204)
    assert seen(app) == before
    seen(app, timedelta(days=1))
    answer = rosa.get(path, headers=BY_ITSELF[path])
    assert answer.status_code == 401 and "Mug" not in answer.text


def test_a_page_that_somebody_opens_is_activity(app, rosa):
    """Without that the test above could not fail."""
    before = seen(app, timedelta(minutes=5))
    rosa.get("/receiving/PO-1001")
    assert seen(app) > before


def test_a_page_is_told_once_what_others_scanned_and_nothing_of_its_own(app, rosa):
    def ask(known):
        return rosa.get("/tasks/PO-1001/changes", query_string=known, headers={"Accept": "application/json"}).json

    def of(told):
        return {"after": told["seq"], "mark": told["mark"]}

    warehouse = app.extensions["warehouse"]
    first = ask({})
    rosa.send(code=MUG)
    assert ask(of(first))["html"] == ""
    warehouse.scan(LAMP, by="Sam", device="another")
    told = ask(of(first))
    assert 'data-sku="LAMP"' in told["html"] and 'data-sku="MUG-B"' not in told["html"]
    assert ask(of(told))["html"] == ""


def test_a_scan_whose_commit_was_late_is_told_and_what_is_shown_already_is_not_drawn_again(warehouse: Warehouse):
    """Numbers of scans are given before their commit: an older one may come to be seen after a newer one."""
    late, other = warehouse.scan(MUG, device="hers"), warehouse.scan(LAMP, device="hers")
    with warehouse.database.read() as session:
        task = service.find_task(session, "PO-1001").id
        shape = store.shapes(session, [task])[task]
        without_late = service.changes(session, task, other.seq, f"{shape} 1", "mine")
        assert without_late.new and len(without_late.lines) == 2, "from the late one on"
        assert late.seq == other.seq - 1
        both = service.changes(session, task, other.seq, f"{shape} 3", "mine")
        assert not both.new and both.mark == f"{shape} 3"


@pytest.mark.parametrize("known", ["", "nonsense", "open 33 3 zz", "open 33 3 " + "f" * 5_000])
def test_a_mark_that_is_none_has_all_told(warehouse: Warehouse, known: str):
    scan = warehouse.scan(MUG, device="hers")
    with warehouse.database.read() as session:
        found = service.changes(session, service.find_task(session, "PO-1001").id, scan.seq, known, "mine")
    assert found.new and len(found.lines) == 1


def changed(warehouse: Warehouse, task: str, after: int) -> list[str]:
    """The items whose lines devices but one changed after a scan."""
    with warehouse.database.read() as session:
        task_id = service.find_task(session, task).id
        found = service.changes(session, task_id, after, "", "mine")
        return sorted(line.sku for line in tasks.lines_of(session, task_id) if line.id in found.lines)


def test_what_another_grades_or_takes_back_changes_the_line_of_the_goods(warehouse: Warehouse, monkeypatch):
    """Neither the grade nor its undo counts anything on the line."""
    monkeypatch.setattr(service, "OVERLAP", 0)
    warehouse.add_return("RMA-1", [("MUG-B", 2), ("LAMP", 1)])
    came = warehouse.scan(MUG, by="Theo", task="RMA-1", device="hers")
    assert changed(warehouse, "RMA-1", came.seq) == []
    grade = warehouse.scan("CMD-REFURBISH", by="Theo", task="RMA-1", device="hers")
    assert changed(warehouse, "RMA-1", came.seq) == ["MUG-B"]
    warehouse.scan("CMD-UNDO", by="Theo", task="RMA-1", device="hers")
    assert changed(warehouse, "RMA-1", grade.seq) == ["MUG-B"]
