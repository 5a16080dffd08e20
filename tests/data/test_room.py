"""No backup is begun that the disk has no room for, and what keeps one from being written is one plain sentence."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from scanner.cli import main
from scanner.data.nightly import service
from scanner.data.nightly.folder import Folder, folder_of, state_of
from scanner.data.nightly.service import make_backup
from scanner.data.room import NoRoom
from scanner.db.engine import Database
from scanner.settings import Settings
from tests.conftest import new_database
from tests.support.disks import fill_up, mounted
from tests.support.postgres import drop_database
from tests.support.warehouse import Warehouse

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MIB = 1 << 20


def free(monkeypatch, size: int) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr("scanner.data.room.shutil.disk_usage", lambda folder: usage._replace(free=size))


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    address = database.url.render_as_string(hide_password=False)
    return Settings(address, secret_key="x", backup_folder=tmp_path / "backups", disk_free_mb=7)


def test_a_night_without_room_is_a_failed_one_and_nothing_is_written(warehouse: Warehouse, settings, monkeypatch):
    wanted = service._room_for_one(warehouse.database, folder_of(warehouse.database.engine.url, settings)) + 7 * MIB
    free(monkeypatch, wanted - 1)
    with pytest.raises(NoRoom, match=rf"{(wanted - 1) / 1e6:,.1f} MB are free, and {wanted / 1e6:,.1f} MB are wanted"):
        make_backup(warehouse.database, settings, NOW)
    assert [path.name for path in settings.backup_folder.iterdir() if path.suffix not in (".lock", ".json")] == []
    assert "too little room" in state_of(warehouse.database.engine.url, settings).words(NOW)
    free(monkeypatch, wanted)
    assert make_backup(warehouse.database, settings, NOW)


@pytest.mark.slow
def test_what_is_wanted_is_what_a_backup_takes(sqlite_database, tmp_path):
    """Measured on a disk of its own, while it is made: no more than is demanded, and more than two thirds of it."""
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE ballast AS SELECT randomblob(30000000)"))
    with mounted(tmp_path / "disk", megabytes=120) as disk:
        settings = Settings(str(sqlite_database.url), secret_key="x", backup_folder=disk, disk_free_mb=1)
        taken = most_taken(disk, lambda: make_backup(sqlite_database, settings, NOW))
    demanded = service._room_for_one(sqlite_database, folder_of(sqlite_database.engine.url, settings))
    assert demanded / 1.5 < taken <= demanded


@pytest.mark.postgres
def test_a_dump_is_expected_to_be_like_the_last_one(tmp_path):
    """A database has indexes and room that a dump has not: a shop with little room would have no backup any more."""
    database = new_database("postgresql", tmp_path)
    folder = Folder(tmp_path, "house", ".dump")
    before = service._room_for_one(database, folder)
    folder.file_of(NOW).write_bytes(b"x" * 1000)
    assert service._room_for_one(database, folder) == 1500 < before
    database.dispose()
    drop_database(database.url)


def most_taken(disk: Path, during: Callable[[], object]) -> int:
    before, most = shutil.disk_usage(disk).free, 0
    work = Thread(target=during)
    work.start()
    while work.is_alive():
        most = max(most, before - shutil.disk_usage(disk).free)
        time.sleep(0.002)
    return most


def in_a_missing_folder(folder: Path) -> tuple[Path, str]:
    return folder / "missing" / "copy.db", f"There is no folder {folder}/missing"


def onto_a_folder(folder: Path) -> tuple[Path, str]:
    return folder, f"{folder} is a folder"


def below_a_file(folder: Path) -> tuple[Path, str]:
    (folder / "file").write_text("x")
    return folder / "file" / "copy.db", f"{folder}/file is a file"


def onto_a_file(folder: Path) -> tuple[Path, str]:
    (folder / "file").write_text("x")
    return folder / "file", f"{folder}/file is there already"


def onto_a_link_to_nothing(folder: Path) -> tuple[Path, str]:
    (folder / "link").symlink_to("gone")
    return folder / "link", f"{folder}/link is there already"


def of_a_name_too_long(folder: Path) -> tuple[Path, str]:
    return folder / ("x" * 300), f"{folder}/xxx"


PLACES = [in_a_missing_folder, onto_a_folder, below_a_file, onto_a_file, onto_a_link_to_nothing, of_a_name_too_long]


@pytest.mark.parametrize("place", PLACES)
def test_a_backup_by_command_says_in_a_sentence_why_it_cannot_be_there(place, sqlite_database, tmp_path, capsys):
    (tmp_path / "there").mkdir()
    file, words = place(tmp_path / "there")
    assert main(["backup", str(file), "--database", str(sqlite_database.url)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(words) and said.count("\n") == 1 and said.endswith(".\n"), said
    assert ".new-" not in said and "Errno" not in said


def test_a_backup_by_command_onto_a_disk_that_can_only_be_read_names_what_was_asked_for(sqlite_database, tmp_path, capsys):
    with mounted(tmp_path / "disk", megabytes=9) as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert main(["backup", str(disk / "copy.db"), "--database", str(sqlite_database.url)]) == 1
        assert capsys.readouterr().err.startswith(f"{disk}/copy.db is on a disk that can only be read")


def test_a_backup_by_command_is_not_begun_without_room(sqlite_database, tmp_path, capsys):
    with mounted(tmp_path / "disk", megabytes=2) as disk:
        fill_up(disk)
        assert main(["backup", str(disk / "copy.db"), "--database", str(sqlite_database.url)]) == 1
        said = capsys.readouterr().err
        assert f"The disk of {disk} has too little room for a backup: 0.0 MB are free, and" in said and said.count("\n") == 1
        assert [path.name for path in disk.iterdir()] == ["ballast"]
