"""Whoever works while a sample goes is answered in words, and holds nobody up."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from scanner.audit import service as audit
from scanner.audit.rules import SAMPLE, Action
from scanner.beginning.sample import service
from scanner.data.copying import rows_in
from scanner.db.engine import DRIVER_ERRORS
from scanner.db.sql import run
from scanner.errors import DomainError
from scanner.house import store as house
from scanner.scans.record import record_scan
from scanner.scans.tables import Line
from scanner.scans.verify import verify
from scanner.web import errors
from scanner.workflows import WORKFLOWS
from tests.beginning.test_sample import NOON
from tests.beginning.test_sample_pages import confirmed
from tests.people.test_pages import Device, token_of
from tests.support.receivers import wait_for
from tests.support.warehouse import MUG


@pytest.fixture
def answering(kept_app, warehouse, monkeypatch):
    """The application, answering for this warehouse."""
    monkeypatch.setitem(kept_app.extensions, "database", warehouse.database)
    return kept_app


def test_who_scans_meanwhile_gets_an_answer_in_words(app, sample, sam):
    rosa, told = Device(app), []
    rosa.post("/sign-in", badge="BADGE-ROSA")
    headers = {"X-CSRFToken": token_of(rosa.get("/receiving/PO-1001")), "Accept": "application/json"}
    stop = threading.Event()

    def scan():
        number = 0
        while not stop.is_set():
            number += 1
            body = {
                "id": f"00000000-0000-4000-8000-{number:012d}", "task": "PO-1001", "code": MUG, "source": "wedge",
                "scanned_at": NOON.isoformat(),
            }  # fmt: skip
            answer = rosa.client.post("/scans", json=body, headers=headers)
            told.append((answer.status_code, (answer.json or {}).get("error", {}).get("message", "")))

    thread = threading.Thread(target=scan)
    thread.start()
    wait_for(lambda: len(told) >= 3 or not thread.is_alive())
    assert confirmed(sam).post("/set-up/sample/empty").location == "/set-up/steps"
    seen = len(told)
    wait_for(lambda: len(told) >= seen + 3 or not thread.is_alive())
    assert thread.is_alive()
    stop.set()
    thread.join()
    assert told[0][0] == 200 and told[-1] == (401, "Nobody is signed in here. Scan your badge.")
    assert {status for status, _ in told} <= {200, 401, 404, 409}
    with sample.database.read() as session:
        assert verify(session) == []


@pytest.mark.parametrize("task", ["PO-1001", "MOVES", "PICKS"])
def test_a_scan_of_somebody_who_is_gone_by_then_is_answered_in_words(answering, warehouse, task):
    """As when the sample goes between the look who is signed in and the scan itself."""
    sam, rosa = warehouse.operators["Sam"], warehouse.operators["Rosa"]
    warehouse.database.transact(house.keep, service.MARK, "0")
    warehouse.database.transact(service.empty, "x", sam, datetime.now(UTC))
    with pytest.raises((DomainError, *DRIVER_ERRORS)) as refused:
        warehouse.database.transact(record_scan, warehouse.request(MUG, task=task), NOON, WORKFLOWS, by=rosa)
    with answering.app_context():
        status, words = errors.as_answer(refused.value)
    assert status in (404, 409) and "fault" not in words["message"]


def test_emptying_and_scanning_at_once_hold_nobody_up(answering, warehouse):
    sam, told, stop = warehouse.operators["Sam"], [], threading.Event()
    warehouse.database.transact(house.keep, service.MARK, "0")

    def scan(task: str):
        while not stop.is_set():
            try:
                warehouse.database.transact(record_scan, warehouse.request(MUG, task=task), NOON, WORKFLOWS)
            except (DomainError, *DRIVER_ERRORS) as problem:
                with answering.app_context():
                    told.append(errors.as_answer(problem)[0])
                return

    threads = [threading.Thread(target=scan, args=(task,)) for task in ("PO-1001", "PO-1001", "MOVES", "PICKS")]
    for each in threads:
        each.start()
    warehouse.database.transact(service.empty, "x", sam, datetime.now(UTC))
    for each in threads:
        each.join(20)
    stop.set()
    assert len(told) == 4 and set(told) <= {404, 409}
    with warehouse.database.read() as session:
        assert verify(session) == [] and rows_in(session)["scan"] == 0


def of_no_task(warehouse) -> Exception:
    """What a database raises for a line of a task that is not there."""
    line = {"task_id": 987654, "position": 1, "item_id": warehouse.items["LAMP"], "expected": 1}
    with pytest.raises(DRIVER_ERRORS, match=r"(?i)foreign key") as refused:
        warehouse.database.transact(lambda session: run(session, insert(Line.__table__), line))
    return refused.value


@pytest.mark.parametrize("minutes", [None, 2])
def test_what_belongs_to_nothing_is_a_fault_where_nothing_went(answering, warehouse, minutes, caplog):
    """A fault waits on the device until it is mended: a scan that is answered 409 is set aside at once."""
    sam = warehouse.operators["Sam"]
    if minutes:
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        warehouse.database.transact(audit.note, sam, Action.SAMPLE_EMPTIED, *SAMPLE, at=at)
    with answering.test_request_context("/scans"):
        assert errors.as_answer(of_no_task(warehouse))[0] == 500
    assert "A fault of the program" in [record.message for record in caplog.records if record.levelno == logging.ERROR]


def test_what_went_with_a_sample_is_said_in_the_log_too(answering, warehouse, caplog):
    warehouse.database.transact(audit.note, warehouse.operators["Sam"], Action.SAMPLE_EMPTIED, *SAMPLE)
    with answering.test_request_context("/scans"):
        assert errors.as_answer(of_no_task(warehouse))[0] == 409
    assert "A sample was emptied while it was worked on" in [record.message for record in caplog.records]
