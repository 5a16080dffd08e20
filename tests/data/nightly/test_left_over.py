"""What a backup leaves that was stopped or killed: nothing by a stop, and nothing any more after the next one by a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from scanner.data.nightly import postgresql
from scanner.data.nightly.folder import state_of
from scanner.data.nightly.service import make_backup
from scanner.db.engine import Database
from scanner.settings import Settings
from tests.support.postgres import cluster
from tests.support.warehouse import Warehouse

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
COMMAND = "import sys; from scanner.cli import main; sys.exit(main(sys.argv[1:]))"
of_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(database.url.render_as_string(hide_password=False), secret_key="x", backup_folder=tmp_path / "backups")


def made_larger(database: Database) -> None:
    """So that a backup takes long enough to be ended on its way."""
    ballast = "randomblob(40000000)" if database.is_sqlite else "g FROM generate_series(1, 400000) g"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE ballast AS SELECT {ballast}")


def at_work(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COMMAND, "backups", "--now", "--database", settings.database_url]
    environment = os.environ | {"SCANNER_BACKUPS": str(settings.backup_folder)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def ended(
    process: subprocess.Popen[bytes], how: signal.Signals, once: Callable[[], object], *, may_be_done: bool = False
) -> None:  # fmt: skip
    """End it as soon as `once` holds; where it `may_be_done` by then, that is no fault."""
    deadline = time.monotonic() + 40
    while not once():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    lost = said.startswith(b"Exception ignored in")  # Python drops an interrupt that falls into a callback of its own
    assert lost or ((process.returncode or may_be_done) and b"Traceback" not in said)


def half_done(settings: Settings) -> list[str]:
    found = settings.backup_folder.glob(".*") if settings.backup_folder.exists() else []
    return [path.name for path in found if path.suffix != ".lock"]


def is_tried(settings: Settings) -> bool:
    return any(".scratch-" in name for name in half_done(settings))


@pytest.mark.parametrize("when", [half_done, is_tried], ids=["copying", "trying"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_of_sqlite_nothing_is_left(how, when, sqlite_database, tmp_path):
    made_larger(sqlite_database)
    settings = Settings(str(sqlite_database.url), secret_key="x", backup_folder=tmp_path / "backups")
    ended(at_work(settings), how, lambda: when(settings))
    assert bool(half_done(settings)) == (how == signal.SIGKILL)
    assert state_of(sqlite_database.engine.url, settings).failed is None  # a stop is no failure
    make_backup(sqlite_database, settings, NOW)
    assert half_done(settings) == []


def databases() -> set[str]:
    with cluster()._connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'scanner_check%'").fetchall()
    return {name for (name,) in rows}


@pytest.mark.postgres
@of_postgresql
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("later", [0.0, 0.15, 0.4], ids=["creating", "restoring", "later"])
def test_of_postgresql_nothing_is_left(how, later, database, settings):
    made_larger(database)
    before = databases()
    process = at_work(settings)

    def is_at_it() -> bool:
        if databases() == before:
            return False
        time.sleep(later)
        return True

    ended(process, how, is_at_it, may_be_done=later > 0.3)
    if how != signal.SIGKILL:
        assert databases() == before
    make_backup(database, settings, NOW)
    assert databases() == before
    assert half_done(settings) == []


def scratch(database: Database) -> None:
    """A scratch database, made and dropped again."""
    with postgresql._scratch(database.url):
        pass


@pytest.mark.postgres
@of_postgresql
def test_a_stop_amid_the_making_of_a_database_leaves_none(database, monkeypatch):
    def stopped(connection: psycopg.Connection, name: str) -> None:
        connection.pgconn.send_query(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        raise KeyboardInterrupt

    before = databases()
    monkeypatch.setattr(postgresql, "_create", stopped)
    with pytest.raises(KeyboardInterrupt):
        scratch(database)
    assert databases() == before


@pytest.mark.postgres
@of_postgresql
def test_a_stop_while_it_is_dropped_comes_after(database, monkeypatch):
    dropped, drop = [], postgresql._drop

    def stopped(connection: psycopg.Connection, name: str) -> None:
        dropped.append(name)
        if len(dropped) == 1:
            raise KeyboardInterrupt
        drop(connection, name)

    before = databases()
    monkeypatch.setattr(postgresql, "_drop", stopped)
    with pytest.raises(KeyboardInterrupt):
        scratch(database)
    assert databases() == before and len(dropped) == 2


def a_database(name: str, comment: str | None = None, owner: str | None = None) -> str:
    with cluster()._connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(comment)))
        if owner:
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(owner)))
    return name


@pytest.fixture
def stranger() -> Iterator[str]:
    with cluster()._connect() as connection:
        connection.execute("CREATE ROLE owner_of_another")
        yield "owner_of_another"
        connection.execute("DROP ROLE owner_of_another")


@pytest.mark.postgres
@of_postgresql
def test_only_what_is_of_this_warehouse_is_dropped(warehouse: Warehouse, settings, stranger):
    name = str(warehouse.database.url.database)
    ours, others = postgresql._beginning(name), postgresql._beginning("another_warehouse")
    marker, of_another = postgresql._marker(name), postgresql._marker("another_warehouse")
    left = {a_database(f"{ours}00000000000a", marker), a_database(f"{ours}00000000000b")}
    stay = {
        a_database("scanner_check_0123456789ab"),  # of somebody who likes such names
        a_database(f"{ours}by_hand", marker),
        a_database(f"{ours}00000000000c", "the books of our accountant"),
        a_database(f"{ours}00000000000d", of_another),
        a_database(f"{others}00000000000e", of_another),
        a_database(f"{others}00000000000f"),
        a_database(f"{ours}000000000010", marker, stranger),
    }
    try:
        make_backup(warehouse.database, settings, NOW)
        assert databases() & (left | stay) == stay
    finally:
        for each in databases() & (left | stay):
            with cluster()._connect() as connection:
                connection.execute(f'DROP DATABASE "{each}"')


@pytest.mark.postgres
@of_postgresql
def test_one_that_a_check_works_in_is_left_alone(warehouse: Warehouse, settings):
    """Such as one of another machine, whose backups have another folder and so another lock."""
    url = warehouse.database.engine.url
    with postgresql._scratch(url) as at_work_in:
        make_backup(warehouse.database, settings, NOW)
        with psycopg.connect(postgresql._address(at_work_in)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert str(at_work_in.database) not in databases()
