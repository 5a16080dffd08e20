"""Files come in beside scans, and their process is killed in the middle: all of a file or nothing of it, and no scan waits.

SCANNER_LONG=1 python3 -m scanner test tests/faults/test_imports.py     # a million rows instead of 50,000, and 40 kills
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text

from scanner.data.imports import all_kinds, jobs
from scanner.data.imports.recovery import see_to
from scanner.db.engine import Database
from scanner.people import tokens
from scanner.scans.verify import verify
from scanner.workflows import IMPORTS
from tests.conftest import new_database
from tests.support.files import import_csv
from tests.support.floor import ROOT, Floor, ServerProcess, kills
from tests.support.warehouse import MUG, NOW, fill

pytestmark = pytest.mark.faults
ROWS = kills(50_000, 1_000_000)
ITEMS = 500
HELD_UP = 0.3
"""A share of the time of an import that no scan may wait. It is wide, as much else may run: `benchmarks.imports` measures."""
OLD = (
    "import sys, datetime as d; from scanner.db.engine import Database; from scanner.data.imports import import_csv;"
    "Database(sys.argv[1]).transact(import_csv, 'barcodes', open(sys.argv[2], 'rb'), None, d.datetime.now(d.UTC))"
)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Database]:
    """The database under fire."""
    database = new_database("sqlite", tmp_path)
    fill(database).add_receipt("PO-BIG", [("MUG-B", 1_000_000_000)])
    items = "sku\n" + "".join(f"S{at:04}\n" for at in range(ITEMS))
    database.transact(import_csv, "items", BytesIO(items.encode()), None, NOW)
    yield database
    database.dispose()


@pytest.fixture
def barcodes(tmp_path: Path) -> Path:
    """A file of many rows."""
    path = tmp_path / "barcodes.csv"
    path.write_text("code,sku,units\n" + "".join(f"X-{at:07},S{at % ITEMS:04},{at % 7 + 1}\n" for at in range(ROWS)))
    return path


def importer(database: Database, path: Path, *command: str) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    made = [*command, url, str(path)] if command else ["-m", "scanner", "import", "barcodes", str(path), "--database", url]
    return subprocess.Popen([sys.executable, *made], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows_in(database: Database) -> int:
    with database.read() as session:
        return int(session.connection().execute(text("SELECT count(*) FROM barcode WHERE code LIKE 'X-%'")).scalar_one())


def stage_of(database: Database) -> str:
    with database.read() as session:
        job = jobs.last(session)
    return job.stage if job else ""


def longest_wait(database: Database, path: Path, *command: str) -> tuple[float, list[int]]:
    """The longest time without an acknowledged scan while the file comes in, as a share of all of it, and what was refused."""
    token = database.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    server = ServerProcess(database.url.render_as_string(hide_password=False))
    waits: list[float] = []
    try:
        with Floor([server.port], token, "PO-BIG", MUG, devices=2) as floor:
            process = importer(database, path, *command)
            begun = before = time.monotonic()
            seen = 0
            while process.poll() is None:
                if len(floor.acknowledged) != seen:
                    waits.append(time.monotonic() - before)
                    before, seen = time.monotonic(), len(floor.acknowledged)
                time.sleep(0.002)
            waits.append(time.monotonic() - before)
            took = time.monotonic() - begun
            assert process.returncode == 0
    finally:
        server.stop()
    return max(waits) / took, [status for status, _ in floor.refused]


def test_no_scan_waits_while_a_large_file_comes_in(target, barcodes):
    longest, refused = longest_wait(target, barcodes)
    assert refused == [] and longest < HELD_UP
    assert rows_in(target) == ROWS
    with target.read() as session:
        assert verify(session) == []


def test_an_import_in_one_transaction_is_seen_to_hold_scans_up(target, barcodes):
    held_up, _ = longest_wait(target, barcodes, "-c", OLD)
    assert held_up > HELD_UP


def test_an_import_that_is_killed_leaves_all_or_nothing(target, barcodes):
    """At a random moment, again and again, under scans; the next opening puts it right. Both ends are seen."""
    ended = {"nothing": 0, "all": 0}
    token = target.transact(tokens.create_token, "Rosa", datetime.now(UTC))
    path = barcodes.with_name("some.csv")
    path.write_text("".join(barcodes.read_text().splitlines(keepends=True)[:12_001]))
    server = ServerProcess(target.url.render_as_string(hide_password=False), "alone")
    try:
        with Floor([server.port], token, "PO-BIG", MUG, devices=2) as floor:
            for at in range(kills(6, 40)):
                target.transact(lambda session: session.connection().execute(text("DELETE FROM barcode WHERE code LIKE 'X-%'")))
                process = importer(target, path)
                wait_for_stage(target, process, ("reading", "checking", "keeping", "bringing")[at % 4])
                time.sleep(random.uniform(0, 0.4))
                process.kill()
                process.wait()
                see_to(target, all_kinds(IMPORTS), waiting=True)
                found = rows_in(target)
                assert found in (0, 12_000), f"{found} rows after a kill in the stage {stage_of(target)}"
                assert (found > 0) == (stage_of(target) == "done")
                ended["all" if found else "nothing"] += 1
                assert left(target) == 0
    finally:
        server.stop()
    assert floor.refused == [] and ended["all"] and ended["nothing"]
    with target.read() as session:
        assert verify(session) == []


def test_a_server_finishes_what_a_killed_import_had_decided(target, barcodes):
    process = importer(target, barcodes)
    wait_for_stage(target, process, "bringing")
    process.kill()
    process.wait()
    assert 0 <= rows_in(target) < ROWS
    server = ServerProcess(target.url.render_as_string(hide_password=False))
    try:
        until = time.monotonic() + kills(400, 3_000)
        while stage_of(target) != "done" and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        server.stop()
    assert rows_in(target) == ROWS and left(target) == 0


def wait_for_stage(database: Database, process: subprocess.Popen[bytes], stage: str) -> None:
    until = time.monotonic() + 300
    order = ("", "waiting", "reading", "checking", "keeping", "bringing", "done")
    with database.read() as session:
        before = jobs.last(session)
    while process.poll() is None and time.monotonic() < until:
        with database.read() as session:
            job = jobs.last(session)
        if job and (before is None or job.id != before.id or before.under_way) and order.index(job.stage) >= order.index(stage):
            return
        time.sleep(0.01)


def left(database: Database) -> int:
    with database.read() as session:
        return int(session.connection().execute(text("SELECT count(*) FROM import_slice")).scalar_one())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_disk_that_fills_while_a_file_is_kept_refuses_it(tmp_path, barcodes):
    """Nothing of it stays, and scans go on once there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        database = new_database("sqlite", disk)
        warehouse = fill(database)
        items = "sku\n" + "".join(f"S{at:04}\n" for at in range(ITEMS))
        database.transact(import_csv, "items", BytesIO(items.encode()), None, NOW)
        process = importer(database, barcodes)
        filler = threading.Thread(target=fill_while, args=(disk, process))
        filler.start()
        assert process.wait(300) == 1
        filler.join()
        (disk / "ballast").unlink(missing_ok=True)
        see_to(database, all_kinds(IMPORTS), waiting=True)
        assert rows_in(database) == 0 and left(database) == 0
        assert warehouse.scan(MUG).outcome == "accepted"
        database.dispose()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill_while(disk: Path, process: subprocess.Popen[bytes]) -> None:
    """Leave no block free until the process ends."""
    with (disk / "ballast").open("ab", buffering=0) as ballast:
        while process.poll() is None:
            try:
                ballast.write(b"x" * 4096)
            except OSError:
                time.sleep(0.05)
