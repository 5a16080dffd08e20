"""Disks fill, databases lock, clocks lie: nothing is said to be recorded that is not, and order never depends on time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from sqlalchemy import text

from scanner.app import create_app
from scanner.cli import main
from scanner.data import backup
from scanner.db.engine import DRIVER_ERRORS, Busy, Database
from scanner.people import tokens
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from scanner.settings import Settings
from scanner.watch.checks import checks_of
from scanner.watch.readiness import Readiness
from tests.conftest import new_database
from tests.support.disks import fill_up
from tests.support.receivers import wait_for
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse, fill, task_scans

pytestmark = pytest.mark.faults


def test_a_full_disk_is_said_to_whoever_asks_whether_the_server_is_ready(small_disk):
    database = new_database("sqlite", small_disk)
    app = create_app(Settings(str(database.url), secret_key="for tests", disk_free_mb=1), database)
    assert app.test_client().get("/readyz").status_code == 200
    fill_up(small_disk)
    app.extensions["readiness"] = Readiness(checks_of(app), kept=0)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert {name for name, found in answer.json["checks"].items() if not found["ok"]} == {"disk", "write"}
    os.truncate(small_disk / "ballast", 0)
    assert app.test_client().get("/readyz").status_code == 200
    database.dispose()


def test_a_full_disk_refuses_and_goes_on_once_there_is_room(small_disk):
    warehouse = fill(new_database("sqlite", small_disk))
    warehouse.add_receipt("PO-2", [("MUG-B", 100_000)])
    recorded = []
    unsent = uuid4()
    fill_up(small_disk)
    with pytest.raises(DRIVER_ERRORS):
        for _ in range(500):
            recorded.append(warehouse.scan(MUG, task="PO-2", id=unsent).seq)
            unsent = uuid4()
    os.truncate(small_disk / "ballast", 0)
    recorded.append(warehouse.scan(MUG, task="PO-2", id=unsent).seq)
    assert warehouse.lines("PO-2") == [("MUG-B", len(recorded))]
    with warehouse.database.read() as session:
        assert verify(session) == []
    warehouse.database.dispose()


def test_a_full_disk_is_answered_with_503_and_never_with_200(small_disk):
    warehouse = fill(new_database("sqlite", small_disk))
    token = warehouse.database.transact(tokens.create_token, "Rosa", NOW)
    app = create_app(Settings(str(warehouse.database.url), secret_key="for tests"), warehouse.database)
    scan = {"id": str(uuid4()), "task": "PO-1001", "code": MUG, "source": "api", "scanned_at": "2026-11-23T09:30:00Z"}
    fill_up(small_disk)
    answers = []
    while not answers or (answers[-1] == 200 and len(answers) < 500):
        scan["id"] = str(uuid4())
        answers.append(
            app.test_client().post("/api/v1/scans", json=scan, headers={"Authorization": f"Bearer {token}"}).status_code
        )
    os.truncate(small_disk / "ballast", 0)
    again = app.test_client().post("/api/v1/scans", json=scan, headers={"Authorization": f"Bearer {token}"})
    assert answers[-1] == 503
    assert again.status_code == 200 and not again.json["replayed"]
    warehouse.database.dispose()


def test_a_locked_database_is_said_to_be_busy_and_takes_the_scan_later(sqlite_database):
    warehouse = fill(sqlite_database)
    scan_id = uuid4()
    with sqlite_database.engine.connect() as other:
        other.begin()
        started = time.monotonic()
        with pytest.raises(Busy):
            Database(str(sqlite_database.url)).transact(lambda session: None)
        assert time.monotonic() - started < 30
    assert warehouse.scan(MUG, id=scan_id).outcome is Outcome.ACCEPTED


def test_who_waits_for_a_turn_too_long_is_told_so_and_the_queue_goes_on(sqlite_database):
    warehouse = fill(sqlite_database)
    answers: list[object] = []
    holding, go = threading.Event(), threading.Event()

    def hold(_session: object) -> None:
        holding.set()
        go.wait(30)

    def scan() -> None:
        try:
            answers.append(warehouse.scan(MUG).outcome)
        except Busy:
            answers.append(Busy)

    slow = threading.Thread(target=sqlite_database.transact, args=(hold,))
    slow.start()
    holding.wait(10)
    waiting = [threading.Thread(target=scan) for _ in range(3)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join(30)
    go.set()
    slow.join(10)
    assert answers == [Busy, Busy, Busy]
    assert warehouse.scan(MUG).line.scanned == 1


def test_a_disk_that_has_become_read_only_is_answered_with_503_and_takes_the_scan_once_it_is_mended(small_disk):
    warehouse = fill(new_database("sqlite", small_disk))
    token = warehouse.database.transact(tokens.create_token, "Rosa", NOW)
    app = create_app(Settings(str(warehouse.database.url), secret_key="for tests"), warehouse.database)
    scan = {"id": str(uuid4()), "task": "PO-1001", "code": MUG, "source": "api", "scanned_at": "2026-11-23T09:30:00Z"}

    def send():
        return app.test_client().post("/api/v1/scans", json=scan, headers={"Authorization": f"Bearer {token}"})

    warehouse.database.dispose()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    refused = send()
    assert (refused.status_code, refused.json["error"]["code"]) == (503, "not_recorded")
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    taken = send()
    assert (taken.status_code, taken.json["replayed"], warehouse.lines()[0]) == (200, False, ("MUG-B", 1))
    warehouse.database.dispose()


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing(sqlite_database, small_disk, capsys):
    fill(sqlite_database)
    fill_up(small_disk)
    os.truncate(small_disk / "ballast", (small_disk / "ballast").stat().st_size - 65_536)
    assert main(["backup", str(small_disk / "copy"), "--database", str(sqlite_database.url)]) == 1
    assert "too little room" in capsys.readouterr().err
    assert os.listdir(small_disk) == ["ballast"]


CLOCKS = {
    "a day behind": NOW - timedelta(days=1),
    "a day ahead": NOW + timedelta(days=1),
    "at the beginning of time": datetime(1970, 1, 1, tzinfo=UTC),
    "before the clocks went back": datetime(2026, 10, 25, 2, 59, 59, tzinfo=timezone(timedelta(hours=2))),
    "after the clocks went back": datetime(2026, 10, 25, 2, 0, 1, tzinfo=timezone(timedelta(hours=1))),
}


def test_order_and_stock_do_not_depend_on_the_devices_clock(warehouse):
    for clock in CLOCKS.values():
        warehouse.scan(MUG, scanned_at=clock)
    assert warehouse.scan("CMD-UNDO", scanned_at=datetime(1970, 1, 1, tzinfo=UTC)).units == -1
    assert warehouse.stock()[("DOCK", "MUG-B")] == len(CLOCKS) - 1
    with warehouse.database.read() as session:
        rows = task_scans(session, "PO-1001")
    assert [row.scanned_at for row in reversed(rows)][:-1] == list(CLOCKS.values())
    assert {row.received_at for row in rows} == {NOW}


def test_a_thousand_retries_of_one_scan_are_one_row(warehouse):
    scan_id = uuid4()
    first = warehouse.scan(LAMP, id=scan_id)
    for _ in range(1000):
        again = warehouse.scan(LAMP, id=scan_id)
        assert (again.replayed, again.seq, again.line) == (True, first.seq, first.line)
    assert warehouse.lines()[1] == ("LAMP", 1)


def test_a_backup_taken_under_load_is_whole_and_a_resend_loses_and_doubles_nothing(sqlite_database, tmp_path):
    """Two devices scan on while it is taken; after the restore they send again all that they had acknowledged."""
    warehouse = fill(sqlite_database)
    warehouse.add_receipt("PO-2", [("MUG-B", 10_000)])
    sent: list[tuple[str, object]] = []
    stop = threading.Event()

    def work(device: str) -> None:
        while not stop.is_set():
            scan_id = uuid4()
            warehouse.scan(MUG, task="PO-2", id=scan_id, device=device)
            sent.append((device, scan_id))

    def wait_for_more(number: int) -> None:
        enough = len(sent) + number
        wait_for(lambda: len(sent) >= enough)

    threads = [threading.Thread(target=work, args=(f"handheld-{number}",)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    wait_for_more(10)
    backup.backup(sqlite_database, tmp_path / "warehouse.backup")
    wait_for_more(10)
    stop.set()
    for thread in threads:
        thread.join()
    sqlite_database.dispose()
    backup.restore(str(sqlite_database.url), tmp_path / "warehouse.backup")
    with sqlite_database.read() as session:
        assert verify(session) == []
    before = warehouse.lines("PO-2")[0][1]
    for device, scan_id in sent:
        warehouse.scan(MUG, task="PO-2", id=scan_id, device=device)
    assert before < len(sent)
    assert warehouse.lines("PO-2") == [("MUG-B", len(sent))]


def test_what_is_recorded_cannot_be_changed_or_deleted(warehouse: Warehouse):
    warehouse.scan("MUG-B", quantity=25, confirm=True)
    for table in ("scan", "tally", "movement", "discrepancy_event"):
        column = "units" if table != "scan" else "message"
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(DRIVER_ERRORS, match="append-only"), warehouse.database.engine.begin() as connection:
                connection.execute(text(statement))
