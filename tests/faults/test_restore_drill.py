"""The drill: a backup is made while devices scan, restored by command at another place, served there, and compared."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from scanner.data.backup import CHANGED_BY_RESTORE
from scanner.db.engine import Database
from scanner.people import tokens
from scanner.scans.verify import verify
from tests.support.floor import ServerProcess
from tests.support.kept import new_file
from tests.support.warehouse import MUG, NOW, Warehouse, fill

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
ENOUGH = 150
"""Scans before and after the backup."""


def command(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SCANNER_DATA": str(data)}
    program = [sys.executable, "-c", "import sys; from scanner.cli import main; sys.exit(main(sys.argv[1:]))", *arguments]
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


class Devices:
    """Two devices that scan until they are stopped; what was acknowledged, in order, and how long the slowest took."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.acknowledged: list[tuple[str, object]] = []
        self.slowest = 0.0
        self._warehouse, self._stop = warehouse, threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(f"handheld-{number}",)) for number in (1, 2)]

    def __enter__(self) -> Devices:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        enough, give_up = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < enough and time.monotonic() < give_up:
            time.sleep(0.02)

    def _work(self, device: str) -> None:
        while not self._stop.is_set():
            name, began = uuid4(), time.monotonic()
            self._warehouse.scan(MUG, task="PO-BIG", id=name, device=device)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.acknowledged.append((device, name))


def everything(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in order."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    rows = {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}
    connection.close()
    return rows


def test_a_backup_of_a_warehouse_in_use_is_restored_elsewhere_served_and_the_same(tmp_path):
    database = new_file(tmp_path)
    warehouse = fill(database)
    warehouse.add_receipt("PO-BIG", [("MUG-B", 1_000_000)])
    token = database.transact(tokens.create_token, "Rosa", NOW)
    data = tmp_path / "data"
    with Devices(warehouse) as devices:
        devices.wait_for(ENOUGH)
        before = len(devices.acknowledged)
        made = command("backups", "--now", "--database", str(database.url), data=data)
        devices.wait_for(ENOUGH)
    assert made.returncode == 0, made.stderr
    (backup,) = (data / "backups").glob("*.nightly.db")

    elsewhere = tmp_path / "elsewhere" / "house.db"
    restored = command("restore", str(backup), "--database", f"sqlite:///{elsewhere}", data=tmp_path / "data-2")
    assert restored.returncode == 0 and "agree" in restored.stdout, restored.stderr
    assert_is_of_one_moment(everything(elsewhere), everything(Path(str(database.url.database))), before)

    server = ServerProcess(f"sqlite:///{elsewhere}")
    server.stop()
    copy = Database(f"sqlite:///{elsewhere}")
    again = Warehouse(copy, dict(warehouse.operators), dict(warehouse.items))
    with copy.read() as session:
        assert tokens.token_operator(session, token) is None  # it could have been revoked since
    for device, name in devices.acknowledged:  # as devices do once they see that it was restored
        again.scan(MUG, task="PO-BIG", id=name, device=device)
    assert again.lines("PO-BIG") == warehouse.lines("PO-BIG") == [("MUG-B", len(devices.acknowledged))]
    with copy.read() as session:
        assert verify(session) == []
    copy.dispose()
    database.dispose()


def assert_is_of_one_moment(copy: dict[str, list[tuple]], live: dict[str, list[tuple]], before: int) -> None:
    """All that the copy recorded the warehouse has, row by row; and no less than was acknowledged before it was made."""
    assert copy.keys() == live.keys()
    assert before <= len(copy["scan"]) < len(live["scan"])
    for name in ("scan", "tally", "movement"):
        assert set(copy[name]) <= set(live[name])
        assert len(copy[name]) == len(copy["scan"])
    moving = {
        "scan",
        "tally",
        "movement",
        "line",
        "stock",
        "task",
        "sqlite_sequence",
        "sqlite_stat1",
        "audit",
    } | CHANGED_BY_RESTORE
    assert {name: copy[name] for name in copy.keys() - moving} == {name: live[name] for name in live.keys() - moving}


def test_scans_do_not_wait_for_the_backup(tmp_path):
    """20 MB and more: no scan took longer than a busy lock would be waited for."""
    database = new_file(tmp_path)
    warehouse = fill(database)
    warehouse.add_receipt("PO-BIG", [("MUG-B", 1_000_000)])
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ballast (content BLOB)")
        for _ in range(20):
            connection.exec_driver_sql("INSERT INTO ballast VALUES (randomblob(1000000))")
    with Devices(warehouse) as devices:
        devices.wait_for(20)
        devices.slowest = 0.0
        made = command("backups", "--now", "--database", str(database.url), data=tmp_path / "data")
    assert made.returncode == 0, made.stderr
    assert devices.slowest < 1.0
    database.dispose()


def test_the_last_good_backup_outlasts_a_full_disk(small_disk, tmp_path, monkeypatch):
    from tests.support.disks import fill_up

    monkeypatch.setenv("SCANNER_DISK_FREE_MB", "1")
    database = new_file(tmp_path)
    warehouse = fill(database)
    url = str(database.url)
    assert command("backups", "--now", "--database", url, data=small_disk).returncode == 0
    (good,) = (small_disk / "backups").glob("*.nightly.db")
    content = good.read_bytes()
    fill_up(small_disk)
    time.sleep(1.1)  # its name says the second
    warehouse.scan(MUG)
    failed = command("backups", "--now", "--database", url, data=small_disk)
    assert failed.returncode == 1 and "too little room" in failed.stderr
    assert [path.name for path in (small_disk / "backups").glob("*.db")] == [good.name]
    assert good.read_bytes() == content
    database.dispose()
