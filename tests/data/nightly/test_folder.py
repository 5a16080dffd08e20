"""A folder that can hold no backup is said: before the server starts where it never can, as a failed backup afterwards."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.app import create_app
from scanner.cli import main
from scanner.data.nightly.folder import folder_of, make_ready, state_of
from scanner.data.nightly.rules import State, is_due
from scanner.data.nightly.scheduler import Nightly
from scanner.data.nightly.service import make_backup
from scanner.db.marks import leave_mark, mark_beside
from scanner.errors import DomainError
from scanner.settings import Settings
from tests.support.disks import mounted
from tests.support.receivers import wait_for
from tests.test_trouble_at_start import assert_said, start

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_database, tmp_path: Path, monkeypatch) -> Settings:
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return Settings(str(sqlite_database.url), secret_key="x", backup_folder=tmp_path / "backups", disk_free_mb=1)


@pytest.fixture
def read_only(settings: Settings) -> Iterator[Path]:
    with mounted(settings.backup_folder, 20) as folder:
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder


def a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "backups"


def a_link_to_itself(folder: Path) -> Path:
    (folder / "link").symlink_to("link")
    return folder / "link"


def too_long(folder: Path) -> Path:
    return folder / ("x" * 300)


NO_FOLDERS = [a_file, below_a_file, a_link_to_itself, too_long]


@pytest.mark.parametrize("made", NO_FOLDERS)
def test_what_can_be_no_folder_is_refused_before_a_start(made, settings, tmp_path):
    bad = Settings(settings.database_url, secret_key="x", backup_folder=made(tmp_path))
    with pytest.raises(ValueError, match=r"^SCANNER_BACKUPS: no backup can be kept in .*\.$") as refused:
        make_ready(bad)
    assert str(bad.backup_folder) in str(refused.value)
    make_ready(Settings(settings.database_url, secret_key="x", backup_folder=bad.backup_folder, backup_at="off"))


def test_the_server_says_so_in_one_sentence_and_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_BACKUPS", str(a_file(tmp_path)))
    assert_said(start("serve", "--port", "0", data=tmp_path / "data"), "SCANNER_BACKUPS", str(tmp_path / "file"))


def test_the_folder_in_the_data_folder_is_made_before_the_first_night(settings, tmp_path):
    make_ready(Settings(settings.database_url, secret_key="x"))
    assert (tmp_path / "data" / "backups").is_dir()


def test_a_chosen_folder_that_is_missing_is_said_at_once_and_not_made(sqlite_database, settings):
    """Its disk may be away: what were made in its place would lie on another one, and be no backup when this one breaks."""
    make_ready(settings)
    state = state_of(sqlite_database.engine.url, settings)
    assert not settings.backup_folder.exists()
    assert state.warns(NOW) and f"There is no folder {settings.backup_folder}" in state.words(NOW)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ENOENT])
def test_a_disk_that_is_away_stops_no_warehouse(settings, monkeypatch, number):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "away")

    monkeypatch.setattr("pathlib.Path.stat", refuse)
    monkeypatch.setattr("scanner.data.nightly.folder.make_folder", refuse)
    make_ready(settings)
    make_ready(Settings(settings.database_url, secret_key="x"))


def assert_failed(state: State, *words: str) -> None:
    assert state.failed and state.warns(NOW)
    for word in ("failed", *words):
        assert word in state.words(NOW)


@pytest.mark.parametrize("only_if_due", [True, False])
@pytest.mark.parametrize("made", [a_file, below_a_file, a_link_to_itself])
def test_a_folder_that_turned_into_something_else_is_a_failed_backup(made, only_if_due, sqlite_database, settings, tmp_path):
    bad = Settings(settings.database_url, secret_key="x", backup_folder=made(tmp_path))
    with pytest.raises(DomainError):
        make_backup(sqlite_database, bad, NOW, only_if_due=only_if_due)
    assert_failed(state_of(sqlite_database.engine.url, bad), str(tmp_path))


def test_a_read_only_one_is_said_at_once_and_is_a_failed_backup(sqlite_database, settings, read_only, monkeypatch, capsys):
    url = sqlite_database.engine.url
    make_ready(settings)  # it may be mended while the warehouse works
    assert state_of(url, settings).warns(NOW) and "can only be read" in state_of(url, settings).words(NOW)
    with pytest.raises(DomainError, match="can only be read"):
        make_backup(sqlite_database, settings, NOW)
    assert_failed(state_of(url, settings), "can only be read")
    assert not is_due(state_of(url, settings), NOW + timedelta(minutes=59))  # an hour's rest, as after each that failed
    monkeypatch.setenv("SCANNER_BACKUPS", str(read_only))
    assert main(["backups", "--database", settings.database_url]) == 1
    assert "can only be read" in capsys.readouterr().out
    subprocess.run(["mount", "-o", "remount,rw", read_only], check=True)
    assert make_backup(sqlite_database, settings, NOW + timedelta(hours=2))
    assert state_of(url, settings).failed is None


def test_a_chosen_folder_that_is_gone_is_not_made_anew_by_night(sqlite_database, settings):
    """Its disk is away. What were written in its place would fill another one, and be hidden once it is back."""
    make_backup(sqlite_database, settings, NOW - timedelta(days=3))
    shutil.rmtree(settings.backup_folder)
    with pytest.raises(DomainError, match="There is no folder"):
        make_backup(sqlite_database, settings, NOW, only_if_due=True)
    assert not settings.backup_folder.exists()
    assert_failed(state_of(sqlite_database.engine.url, settings), "There is no folder", str(settings.backup_folder))
    assert make_backup(sqlite_database, settings, NOW)


def test_the_one_of_the_data_folder_is_made_anew(sqlite_database, settings, tmp_path):
    of_its_own = Settings(settings.database_url, secret_key="x")
    make_backup(sqlite_database, of_its_own, NOW - timedelta(days=3))
    shutil.rmtree(tmp_path / "data" / "backups")
    assert make_backup(sqlite_database, of_its_own, NOW, only_if_due=True)


def test_readyz_says_that_somebody_must_look_and_the_server_works_on(sqlite_database, settings):
    make_backup(sqlite_database, settings, datetime.now(UTC))
    client = create_app(settings, sqlite_database).test_client()
    assert client.get("/readyz").json["checks"]["backups"]["warning"] == 0
    for backup in settings.backup_folder.glob("*.nightly.db"):
        backup.write_bytes(b"")
    answer = create_app(settings, sqlite_database).test_client().get("/readyz")
    assert answer.json["checks"]["backups"] == {"ok": True, "says": "need somebody to look", "warning": 1}
    assert answer.status_code == 200


def test_one_that_can_note_nothing_is_not_tried_each_half_minute(sqlite_database, settings, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(f"#!/bin/sh\necho tried >> {tmp_path}/tried\nexit 1\n")
    python.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(python))
    leave_mark(sqlite_database.engine.url)
    os.utime(mark_beside(Path(str(sqlite_database.url.database))), (0, 0))
    server = Nightly(sqlite_database, lambda: settings, look=0.05)
    server.start()
    wait_for((tmp_path / "tried").exists)
    server._stopped.wait(1)  # for one more
    server.stop()
    assert (tmp_path / "tried").read_text() == "tried\n"


def test_a_folder_named_from_where_the_server_was_started_is_that_one(sqlite_database, settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "near").mkdir()
    near = Settings(settings.database_url, secret_key="x", backup_folder=Path("near"))
    make_ready(near)
    leave_mark(sqlite_database.engine.url)
    os.utime(mark_beside(Path(str(sqlite_database.url.database))), (0, 0))
    server = Nightly(sqlite_database, lambda: near, look=0.1)
    server._make()
    assert len(folder_of(sqlite_database.engine.url, near).kept()) == 1
    assert list((tmp_path / "near").glob("*.nightly.db"))
