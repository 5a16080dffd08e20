"""Whether the server can do its work, by name, and nothing that a stranger should not read."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from scanner.app import create_app
from scanner.db.engine import sqlite
from scanner.db.migrations import newest_revision, revision_of
from scanner.db.sql import connection_of
from scanner.db.trial import try_writing
from scanner.settings import Settings
from scanner.watch import checks
from scanner.watch.readiness import Finding, Readiness
from tests.conftest import new_database


@pytest.fixture
def ask(app, client):
    """Ask anew: what was found for another test is forgotten."""

    def ask():
        app.extensions["readiness"] = Readiness(checks.checks_of(app), kept=0)
        return client.get("/readyz")

    return ask


def failing(answer) -> list[str]:
    return [name for name, found in answer.json["checks"].items() if not found["ok"]]


def test_a_server_that_can_do_its_work_is_ready(ask):
    answer = ask()
    assert (answer.status_code, answer.json["status"], failing(answer)) == (200, "ready", [])
    assert list(answer.json["checks"]) == list(checks.CHECKS)


def test_the_disk_is_measured_against_what_is_wanted(app, ask, monkeypatch):
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: SimpleNamespace(total=1000 << 20, free=99 << 20))
    answer = ask()
    assert (answer.status_code, failing(answer)) == (503, ["disk"])
    assert answer.json["checks"]["disk"] == {
        "ok": False, "says": "too little room", "free_bytes": 99 << 20, "free_share": 0.099, "wanted_bytes": 100 << 20,
    }  # fmt: skip


@pytest.mark.parametrize(("free", "total", "well"), [(99, 1000, False), (99, 300, True), (10, 64, False), (100, 1000, True)])
def test_so_is_the_disk_of_temporary_files_which_may_be_small(ask, monkeypatch, tmp_path, free, total, well):
    monkeypatch.setattr(checks.tempfile, "gettempdir", lambda: "temporary")
    there, room = SimpleNamespace(total=total << 20, free=free << 20), SimpleNamespace(total=1000 << 20, free=500 << 20)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: there if path == "temporary" else room)
    found = ask().json["checks"]["disk"]
    assert (found["ok"], found["says"]) == (well, "room enough" if well else "too little room for temporary files")


def test_a_temporary_folder_that_is_gone_is_said(ask, monkeypatch, tmp_path):
    monkeypatch.setattr(checks.tempfile, "gettempdir", lambda: str(tmp_path / "gone"))
    assert ask().json["checks"]["disk"]["says"] == "too little room for temporary files"


def test_a_database_that_cannot_be_written_is_said(app, ask):
    holder = sqlite.connect(app.extensions["database"].url.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = ask()
    holder.execute("ROLLBACK")
    holder.close()
    assert (answer.status_code, failing(answer)) == (503, ["write"])
    while not app.extensions["readiness"].ask()["write"].well:  # once the lock is gone it is ready again by itself
        time.sleep(0.01)


def test_the_schema_of_another_version_is_said(app, ask):
    app.extensions["database"].transact(
        lambda session: connection_of(session).execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    assert failing(ask()) == ["schema"]


@pytest.mark.parametrize("part", ["decoder", "sender"])
def test_a_part_that_has_stopped_is_said(app, ask, part):
    app.extensions[part] = SimpleNamespace(alive=False)
    assert failing(ask()) == ["webhooks" if part == "sender" else part]


def test_strangers_are_told_no_path_and_no_error(app, ask, monkeypatch, caplog):
    secret = "/var/lib/ROSA/warehouse.db"

    def fail(_app):
        raise OSError(30, "read-only", secret)

    monkeypatch.setitem(checks.CHECKS, "write", fail)
    answer = ask()
    assert answer.json["checks"]["write"] == {"ok": False, "says": "failed; the log says why"}
    database = Path(str(app.extensions["database"].url.database))
    assert not any(word in answer.text for word in (secret, database.name, str(database.parent), "sqlite", newest_revision()))
    assert [record.check for record in caplog.records] == ["write"]


def test_asking_often_checks_seldom():
    asked = []
    readiness = Readiness({"write": lambda: asked.append(1) or Finding(True, "")})
    threads = [threading.Thread(target=readiness.ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1 and readiness.ask()["write"].well


def test_a_check_that_hangs_is_a_failure_and_is_not_begun_again():
    begun, over, patience = [], threading.Event(), 0.3
    readiness = Readiness({"write": lambda: begun.append(1) or (over.wait(30) and Finding(True, ""))}, kept=0, patience=patience)
    first = time.monotonic()
    for _ in range(50):
        assert readiness.ask()["write"] == Finding(False, "no answer in time")
    assert time.monotonic() - first < 40 * patience, "only the first one waited"
    over.set()
    assert len(begun) == 1


def test_the_trial_is_really_written_and_changes_nothing(tmp_path):
    database = new_database("sqlite", tmp_path)
    log = Path(f"{database.url.database}-wal")
    try_writing(database)
    before, content = log.stat().st_size, dump(database)
    try_writing(database)
    assert log.stat().st_size > before, "a commit of its own went to the disk"
    assert dump(database) == content
    database.dispose()


def dump(database) -> list[str]:
    with database.read() as session:
        read = connection_of(session).exec_driver_sql
        tables = [name for (name,) in read("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        rows = [f"{name}: {read(f'SELECT * FROM {name}').fetchall()}" for name in tables]
        return [*rows, str(read("PRAGMA user_version").scalar_one())]


def test_either_database_takes_the_trial_and_knows_its_revision(database):
    try_writing(database)
    assert revision_of(database) == newest_revision()


@pytest.mark.postgres
def test_a_read_only_postgres_is_not_written_to(tmp_path):
    database = new_database("postgresql", tmp_path)
    with database.engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{database.url.database}" SET default_transaction_read_only = on'))
        connection.commit()
    database.engine.dispose()
    with pytest.raises(OSError, match="read-only"):
        try_writing(database)
    database.dispose()


def test_a_database_that_is_gone_is_said_within_seconds(tmp_path):
    database = new_database("sqlite", tmp_path)
    app = create_app(Settings(str(database.url), secret_key="for tests"), database)
    database.dispose()
    path = Path(str(database.url.database))
    path.write_bytes(b"something else entirely " * 400)
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    began = time.monotonic()
    answer = app.test_client().get("/readyz")
    assert time.monotonic() - began < 20
    assert answer.status_code == 503 and {"write", "schema"} <= set(failing(answer))
    database.dispose()
