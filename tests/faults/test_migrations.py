"""A full warehouse is brought to the next schema, killed half-way: nothing of it stays, and the next start does it whole."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from scanner.db import engine
from scanner.db.engine import Database
from scanner.db.migrations import HERE, migrate, newest_revision, revision_of
from scanner.scans.verify import verify
from tests.conftest import new_database
from tests.support.aged import aged, swell
from tests.support.first_schema import DROPPED, fill_first_schema
from tests.support.next_migration import write_migration
from tests.support.old_warehouses import COMMITS
from tests.support.postgres import drop_database, postgres_url
from tests.support.warehouse import MUG, Warehouse, fill

pytestmark = pytest.mark.faults
ROWS = 100_000
QUICK_SECONDS = 10
"""For 100,000 scans; alone on a machine it takes one or two."""
GREW = {"location"}
"""What a later schema adds rows to."""
ROOT = Path(__file__).parents[2]


def released() -> list[str]:
    """Every schema that there has been, the first first."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def multiply_scans(warehouse: Warehouse, rows: int) -> None:
    """Copy one scan with its tally and movement until there are so many, and move the counters along."""
    warehouse.add_receipt("PO-BIG", [("MUG-B", 10**9)])
    seq = warehouse.scan(MUG, task="PO-BIG").seq
    with warehouse.database.engine.begin() as connection:
        names = [column["name"] for column in inspect(connection).get_columns("scan") if column["name"] not in ("seq", "id")]
        columns = ", ".join(f'"{name}"' for name in names)
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
        for into, values, source in (
            (f"scan (seq, id, {columns})", f"i + 1000, 'copy-' || i, {columns}", "scan WHERE seq"),
            ("tally (scan_seq, line_id, units)", "i + 1000, line_id, units", "tally WHERE scan_seq"),
        ):
            copy = f"INSERT INTO {into} {numbers} SELECT {values} FROM n, {source} = :seq"
            connection.execute(text(copy), {"rows": rows, "seq": seq})
        connection.execute(text("UPDATE line SET scanned = scanned + :rows WHERE expected = 1000000000"), {"rows": rows})


def sums(database: Database) -> tuple[int, ...]:
    """Rows and units that no migration may change."""
    with database.read() as session:
        assert verify(session) == []
        count = "SELECT (SELECT count(*) FROM scan), (SELECT sum(units) FROM tally), (SELECT sum(scanned) FROM line)"
        return tuple(session.connection().execute(text(count)).one())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def full(request, tmp_path) -> Database:
    """A warehouse with 100,000 scans."""
    database = new_database(request.param, tmp_path)
    multiply_scans(fill(database), ROWS)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def first(request, tmp_path) -> Database:
    """An empty warehouse of the first schema."""
    url = f"sqlite:///{tmp_path / 'first.db'}" if request.param == "sqlite" else postgres_url()
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    database = Database(url)
    migrate(database, "0001")
    yield database
    database.dispose()
    drop_database(database.url)


def everything(database: Database) -> dict[str, tuple[int, list]]:
    """Of each table how many rows it has, and the first hundred."""
    with database.read() as session:
        connection = session.connection()
        tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        counts = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
        rows = {name: connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2 LIMIT 100")).all() for name in tables}
    return {name: (counts[name], rows[name]) for name in tables}


def first_columns(found: tuple[int, list], before: tuple[int, list]) -> tuple[int, list]:
    """The rows without the columns that a later schema adds."""
    number, rows = found
    return number, [row[: len(old)] for row, old in zip(rows, before[1], strict=True)]


def kill_half_way(database: Database, folder: Path) -> Path:
    """Begin to bring the database to a schema that is to come, and kill that in its middle; gives where its migration is."""
    database.dispose()
    versions = write_migration(folder, released()[-1])
    (folder / "slow").touch()
    url = database.url.render_as_string(hide_password=False)
    killed = subprocess.Popen([sys.executable, "-m", "tests.support.next_migration", url, str(versions)], cwd=ROOT)
    give_up = time.monotonic() + 60
    while not (folder / "halfway").exists():
        assert killed.poll() is None and time.monotonic() < give_up
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    (folder / "slow").unlink()
    return versions


def recorded(database: Database) -> tuple[int, ...]:
    """The same rows and units as `sums`, in a schema of any time."""
    with database.engine.connect() as connection:
        count = "SELECT (SELECT count(*) FROM scan), (SELECT sum(units) FROM tally), (SELECT sum(scanned) FROM line)"
        return tuple(connection.execute(text(count)).one())


def fill_and_migrate(database: Database) -> None:
    with database.engine.begin() as connection:
        fill_first_schema(connection, 10)
    migrate(database)


def do(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_every_released_schema_is_on_the_way_to_the_newest():
    assert released()[0] == "0001"


def test_a_migration_killed_half_way_leaves_the_schema_before_it_and_is_done_whole_the_next_time(full, tmp_path):
    before = sums(full)
    versions = kill_half_way(full, tmp_path)
    assert "shift" not in {column["name"] for column in inspect(full.engine).get_columns("scan")}
    assert sums(full) == before
    migrate(full, "next", versions)
    assert "shift" in {column["name"] for column in inspect(full.engine).get_columns("scan")}
    assert sums(full) == before


def test_a_warehouse_of_the_first_schema_comes_to_the_newest_whole_and_soon(first):
    with first.engine.begin() as connection:
        fill_first_schema(connection, ROWS)
    before, started = everything(first), time.monotonic()
    migrate(first)
    assert time.monotonic() - started < QUICK_SECONDS
    after = everything(first)
    assert before.keys() - after.keys() == DROPPED
    same = before.keys() - DROPPED - GREW
    assert {name: first_columns(after[name], before[name]) for name in same} == {name: before[name] for name in same}
    assert {tuple(row[-2:]) for row in after["movement"][1]} == {(1, True)}  # what their item costs, and that it was filled in
    assert after["location"][0] == before["location"][0] + 1  # the place of picked goods
    assert sums(first)[0] == ROWS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old(request, revision, tmp_path) -> Database:
    """A warehouse that the code of an earlier schema left, with 100,000 scans more."""
    url = None if request.param == "sqlite" else postgres_url()
    if request.param == "postgresql" and url is None:
        pytest.skip("no PostgreSQL on this machine")
    database = aged(revision, tmp_path, url)
    swell(database, ROWS)
    yield database
    database.dispose()
    drop_database(database.url)


@pytest.mark.parametrize("revision", list(COMMITS) if os.environ.get("SCANNER_LONG") else ["0001", "0004"])
def test_a_large_old_warehouse_killed_on_its_way_is_as_it_was_and_gets_there_whole_the_next_time(old, revision, tmp_path):
    before = recorded(old)
    kill_half_way(old, tmp_path)
    assert revision_of(old) == revision
    assert recorded(old) == before
    started = time.monotonic()
    migrate(old)
    assert time.monotonic() - started < QUICK_SECONDS
    assert revision_of(old) == released()[-1]
    assert sums(old) == before and before[0] > ROWS


def test_what_is_recorded_stays_append_only_and_names_what_is_there(first):
    fill_and_migrate(first)
    for refused in (
        "UPDATE scan SET units = 2 WHERE seq = 1",
        "DELETE FROM movement WHERE seq = 1",
        "DELETE FROM tally WHERE scan_seq = 1",
        "DELETE FROM task WHERE id = 1",
        "INSERT INTO carton (sscc, item_id, task_id, units) VALUES ('1', 1, 99, 1)",
        "UPDATE task SET back_order_of = 99 WHERE id = 2",
        "UPDATE task SET state = 'lost' WHERE id = 2",
        "UPDATE task SET reference = 'PO-1' WHERE id = 2",
    ):
        with pytest.raises(DBAPIError):
            do(first, refused)


def test_a_new_kind_of_task_needs_no_migration(first):
    fill_and_migrate(first)
    do(first, "UPDATE task SET kind = 'order' WHERE id = 1")
    with first.read() as session:
        assert session.connection().execute(text("SELECT kind FROM task WHERE id = 1")).scalar_one() == "order"


def test_a_migration_that_leaves_a_row_naming_nothing_does_not_happen(tmp_path):
    database = new_database("sqlite", tmp_path)
    warehouse = fill(database)
    versions = write_migration(tmp_path, released()[-1], then="DELETE FROM task")
    with pytest.raises(RuntimeError, match="name what is there"):
        migrate(database, "next", versions)
    assert warehouse.lines() == [("MUG-B", 0), ("LAMP", 0), ("TEE-M", 0)]
    with pytest.raises(DBAPIError):  # and foreign keys are looked at again
        do(database, "DELETE FROM task")
    database.dispose()


def test_a_new_database_made_by_two_processes_at_once_is_made_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    modules = "from scanner.db.engine import Database; from scanner.db.migrations import migrate"
    command = [sys.executable, "-c", f"{modules}; migrate(Database({url!r}))"]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    database = Database(url)
    with database.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM location")).scalar_one() == 11
    database.dispose()


@pytest.mark.postgres
def test_a_start_waits_as_long_as_another_migrates(monkeypatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)  # which is how long other locks are waited for
    url = postgres_url()
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    first, second = Database(url), Database(url)
    with first.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(727174)"))
        starting = threading.Thread(target=migrate, args=(second,))
        starting.start()
        starting.join(2.5)
        assert starting.is_alive()
        assert revision_of(first) is None
    starting.join(60)
    assert revision_of(first) == newest_revision()
    for database in (first, second):
        database.dispose()
    drop_database(first.url)
