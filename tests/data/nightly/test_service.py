"""A backup is made by itself, verified by restoring it, and the old ones go; one that fails counts for nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from scanner.audit import store as audit
from scanner.cli import main
from scanner.data.nightly import postgresql, service
from scanner.data.nightly.folder import folder_of, last_good, state_of
from scanner.data.nightly.rules import Failed
from scanner.data.nightly.scheduler import Nightly
from scanner.data.nightly.service import AnotherIsAtIt, make_backup
from scanner.db.engine import Database
from scanner.db.marks import leave_mark, mark_beside
from scanner.errors import DomainError
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.sign_in import nothing_is_a_label
from scanner.settings import Settings, load_settings
from tests.support.warehouse import MUG, Warehouse

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Those of a server that keeps its backups in a folder of the test."""
    return Settings(database.url.render_as_string(hide_password=False), secret_key="x", backup_folder=tmp_path / "backups")


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.backup_folder.iterdir() if path.suffix not in (".lock", ".sha256"))


def test_it_is_made_verified_and_found(warehouse: Warehouse, settings):
    warehouse.scan(MUG)
    kept = make_backup(warehouse.database, settings, NOW)
    assert kept
    assert last_good(warehouse.database.engine.url, settings, NOW) == kept
    assert kept.size == Path(kept.file).stat().st_size > 10_000
    assert files(settings) == [Path(kept.file).name]
    assert Path(kept.file).stat().st_mode & 0o077 == 0


def test_it_is_made_while_somebody_is_signed_in(warehouse: Warehouse, settings):
    """A restore signs everybody out, so the copy that is tried has fewer sessions than the warehouse."""
    new = NewSession(secret="of Rosa", replaces="", device="handheld-1", address="", browser="")
    warehouse.database.transact(sessions.begin_by_badge, "BADGE-ROSA", "", new, NOW, nothing_is_a_label)
    assert make_backup(warehouse.database, settings, NOW)


@pytest.mark.parametrize("text", ["25:99", "noon", "", "3:75"])
def test_a_time_that_is_none_is_refused_before_the_server_starts(text, tmp_path):
    with pytest.raises(ValueError, match="SCANNER_BACKUP_AT"):
        load_settings({"SCANNER_DATA": str(tmp_path), "SCANNER_BACKUP_AT": text})


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_dump_may_take_longer_than_a_transaction_may_be_idle(warehouse: Warehouse, settings, monkeypatch):
    real = postgresql._run

    def slow(url: URL, program: str, *arguments: str, connect: bool = True) -> None:
        time.sleep(5 if program == "pg_dump" else 0)
        real(url, program, *arguments, connect=connect)

    monkeypatch.setattr(postgresql, "_run", slow)
    with monkeypatch.context() as soon:  # for the warehouse alone: a busy machine may pause the check of the dump as long
        soon.setattr("scanner.db.postgres.IDLE_SECONDS", 3)
        impatient = Database(settings.database_url)
    try:
        assert make_backup(impatient, settings, NOW)
    finally:
        impatient.dispose()


def test_older_ones_go_and_what_somebody_put_there_stays(warehouse: Warehouse, settings):
    settings.backup_folder.mkdir()
    for name in ("warehouse.db", "before the fair.db", "other-20260101T030000Z.nightly.db"):
        (settings.backup_folder / name).write_text("by hand")
    folder = folder_of(warehouse.database.engine.url, settings)
    for day in range(1, 60):
        folder.file_of(NOW - timedelta(days=day)).write_bytes(b"of a version that left no note; an empty one would be none")
    make_backup(warehouse.database, settings, NOW)
    assert 7 <= len(folder.kept()) <= 12
    assert {"warehouse.db", "before the fair.db", "other-20260101T030000Z.nightly.db"} <= set(files(settings))


def test_one_that_fails_is_named_and_drops_nothing(warehouse: Warehouse, settings, monkeypatch):
    good = make_backup(warehouse.database, settings, NOW - timedelta(days=1))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", "/backups/x")

    monkeypatch.setattr(service, "copy_as_it_is", refuse)
    monkeypatch.setattr(postgresql, "dump_and_try", refuse)
    with pytest.raises(DomainError):
        make_backup(warehouse.database, settings, NOW)
    state = state_of(warehouse.database.engine.url, settings)
    assert (state.last(NOW), state.warns(NOW)) == (good, True)
    assert "is full" in state.words(NOW) and "failed" in state.words(NOW)
    monkeypatch.undo()
    make_backup(warehouse.database, settings, NOW + timedelta(hours=1))
    assert state_of(warehouse.database.engine.url, settings).failed is None


def test_one_night_with_a_wrong_clock_stops_no_night_and_drops_nothing(warehouse: Warehouse, settings):
    url = warehouse.database.engine.url
    before = [make_backup(warehouse.database, settings, NOW - timedelta(days=day)) for day in (2, 1)]
    folder_of(url, settings).note_failure(Failed(NOW + timedelta(days=365), "the disk is full"))
    ahead = make_backup(warehouse.database, settings, NOW + timedelta(days=364))
    assert last_good(url, settings, NOW) == before[-1]
    assert "clock of this machine" in state_of(url, settings).words(NOW)
    made = make_backup(warehouse.database, settings, NOW, only_if_due=True)
    assert made and last_good(url, settings, NOW) == made
    assert folder_of(url, settings).kept() == [*before, made, ahead]
    assert folder_of(url, settings).failed() is None


def test_one_that_is_not_sound_is_none(warehouse: Warehouse, settings):
    """Row counts and the ledger are compared in what was restored, not in what was copied."""
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE line SET scanned = scanned + 1")
    with pytest.raises(DomainError, match="does not verify"):
        make_backup(warehouse.database, settings, NOW)
    assert last_good(warehouse.database.engine.url, settings, NOW) is None
    assert [name for name in files(settings) if not name.endswith("failed.json")] == []


def test_of_several_processes_one_makes_it(warehouse: Warehouse, settings):
    folder = folder_of(warehouse.database.engine.url, settings)
    settings.backup_folder.mkdir()
    with service._alone(folder), pytest.raises(AnotherIsAtIt):
        make_backup(warehouse.database, settings, NOW)
    make_backup(warehouse.database, settings, NOW)


def test_a_killed_one_is_not_at_it_though_a_program_that_it_started_has_its_lock_yet(warehouse: Warehouse, settings):
    folder = folder_of(warehouse.database.engine.url, settings)
    settings.backup_folder.mkdir()
    lock = os.open(settings.backup_folder / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with subprocess.Popen(["sleep", "0.3"], pass_fds=[lock]):
        os.close(lock)
        assert make_backup(warehouse.database, settings, NOW)


def test_what_a_killed_one_left_goes_with_the_next(warehouse: Warehouse, settings):
    folder = folder_of(warehouse.database.engine.url, settings)
    scratch = settings.backup_folder / f".{folder.name}.scratch-abc"
    scratch.mkdir(parents=True)
    (scratch / "warehouse.db").write_text("half")
    (settings.backup_folder / f".{folder.name}-20261126T030000Z.nightly{folder.end}.new-abc").write_text("half")
    kept = make_backup(warehouse.database, settings, NOW)
    assert files(settings) == [Path(kept.file).name]


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_pg_dump_it_is_said_who_backs_up(warehouse: Warehouse, settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    state = state_of(warehouse.database.engine.url, settings)
    assert not state.warns(NOW) and "whoever runs PostgreSQL" in state.words(NOW)


def test_the_command_makes_lists_and_warns(sqlite_database, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SCANNER_BACKUPS", str(tmp_path / "backups"))
    url = str(sqlite_database.url)
    old = make_backup(sqlite_database, load_settings(database_url=url), datetime(2020, 1, 1, tzinfo=UTC))
    for day in range(2, 40):
        shutil.copyfile(
            old.file, folder_of(sqlite_database.engine.url, load_settings(database_url=url)).file_of(NOW - timedelta(day))
        )
    assert main(["backups", "--now", "--database", url]) == 0
    out = capsys.readouterr().out
    assert "nightly.db" in out and "Last good backup" in out
    kept = max((tmp_path / "backups").glob("*.nightly.db"))
    with sqlite_database.read() as session:
        (noted,) = audit.after(session, 0, 9)
    assert Path(old.file).name in noted.after and not Path(old.file).exists()
    assert (noted.action, noted.subject, noted.via) == ("backup taken", str(kept), "command backups")
    for each in set((tmp_path / "backups").glob("*.nightly.db")) - {kept}:
        each.unlink()
    kept.rename(kept.with_name(kept.name.replace("2026", "2025")))
    leave_mark(sqlite_database.engine.url)
    monkeypatch.setattr("scanner.data.nightly.folder.marked_since", lambda url: None)
    assert main(["backups", "--database", url]) == 1
    assert "48 hours" in capsys.readouterr().out


def test_a_server_makes_the_night_that_it_missed_once(sqlite_database, tmp_path, monkeypatch):
    """Two servers on one warehouse: one backup."""
    settings = Settings(str(sqlite_database.url), secret_key="x", backup_folder=tmp_path / "backups")
    settings.backup_folder.mkdir()
    leave_mark(sqlite_database.engine.url)
    begun = mark_beside(Path(str(sqlite_database.url.database)))
    os.utime(begun, (begun.stat().st_mtime - 3 * 86_400,) * 2)
    servers = [Nightly(sqlite_database, lambda: settings, look=0.1) for _ in range(2)]
    for server in servers:
        server.start()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while last_good(sqlite_database.engine.url, settings, datetime.now(UTC)) is None and datetime.now(UTC) < deadline:
        servers[0]._stopped.wait(0.1)
    servers[0]._stopped.wait(1)
    for server in servers:
        server.stop()
    assert len(folder_of(sqlite_database.engine.url, settings).kept()) == 1


def test_the_supervisors_home_page_says_how_it_stands(app, client):
    import re

    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/sign-in").text)[1]
    client.post("/sign-in", data={"badge": "BADGE-SAM", "csrf_token": token})
    assert "no backup yet" in client.get("/").text


def test_a_password_is_in_no_argument(monkeypatch, tmp_path):
    seen: list[list[str]] = []

    def run(command: list[str], env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        assert env["PGPASSWORD"] == "pass-word-x"
        return subprocess.CompletedProcess(command, 1, "", "pg_dump: error: no")

    monkeypatch.setattr(subprocess, "run", run)
    for address in (
        "postgresql+psycopg://me:pass-word-x@host/name",
        "postgresql+psycopg://host/name?user=me&password=pass-word-x",
    ):
        with pytest.raises(DomainError, match="pg_dump failed: error: no"):
            postgresql._run(Database(address).engine.url, "pg_dump")
    assert "pass-word-x" not in str(seen)
