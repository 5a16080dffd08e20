"""A backup that was verified, and emptied, cut or changed afterwards, is no good one any more."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.cli import main
from scanner.data.backup import restore
from scanner.data.nightly.folder import folder_of, last_good, state_of
from scanner.data.nightly.rules import Kept, is_due
from scanner.data.nightly.service import make_backup
from scanner.data.noted import note_of
from scanner.errors import BadRequest
from scanner.settings import Settings

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_database, tmp_path: Path) -> Settings:
    return Settings(str(sqlite_database.url), secret_key="x", backup_folder=tmp_path / "backups")


@pytest.fixture
def backup(sqlite_database, settings) -> Path:
    """One of the day before, and its note of the same moment."""
    file = Path(make_backup(sqlite_database, settings, NOW - timedelta(days=1)).file)
    for each in (file, note_of(file)):
        os.utime(each, (NOW.timestamp() - 86_400,) * 2)
    return file


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def cut_as_if_never_touched(file: Path) -> None:
    before = file.stat()
    cut(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def grown(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"x")


def changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def rotten(file: Path) -> None:
    """A bit fell over: neither size nor date tell of it."""
    before = file.stat()
    changed(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def led_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("gone")


SEEN_AT_EACH_LOOK = [emptied, cut, cut_as_if_never_touched, grown, changed, led_nowhere]


@pytest.mark.parametrize("damage", SEEN_AT_EACH_LOOK)
def test_a_look_says_that_it_is_damaged_and_the_next_night_makes_up_for_it(damage, sqlite_database, settings, backup):
    url = sqlite_database.engine.url
    damage(backup)
    state = state_of(url, settings)
    assert last_good(url, settings, NOW) is None and state.warns(NOW)
    assert str(backup) in state.words(NOW) and "No good backup is left" in state.words(NOW)
    assert is_due(state, NOW)


@pytest.mark.parametrize("damage", [*SEEN_AT_EACH_LOOK, rotten])
def test_the_command_says_it_and_restore_refuses_it(damage, sqlite_database, settings, backup, monkeypatch, capsys):
    monkeypatch.setenv("SCANNER_BACKUPS", str(settings.backup_folder))
    damage(backup)
    assert main(["backups", "--database", settings.database_url]) == 1
    assert f"{backup}  damaged: " in capsys.readouterr().out
    assert last_good(sqlite_database.engine.url, settings, NOW) is None  # by the looks of others, from then on
    sqlite_database.dispose()
    with pytest.raises(BadRequest, match=r"damaged|found none"):
        restore(settings.database_url, backup)
    assert not Path(f"{sqlite_database.url.database}.before-restore").exists()


def test_one_that_was_put_right_from_a_copy_is_good_again(sqlite_database, settings, backup, tmp_path):
    url = sqlite_database.engine.url
    shutil.copy2(backup, tmp_path / "copy")
    rotten(backup)
    assert state_of(url, settings, thorough=True).damaged
    shutil.copyfile(tmp_path / "copy", backup)
    assert last_good(url, settings, NOW) == Kept(NOW - timedelta(days=1), str(backup), backup.stat().st_size)
    assert not state_of(url, settings, thorough=True).damaged


@pytest.mark.parametrize("damage", [emptied, cut, changed, rotten, led_nowhere])
def test_a_damaged_one_stands_for_no_good_one_when_old_ones_go(damage, sqlite_database, settings, backup):
    """It is the last of its day, so without a look at it the good one before it would go."""
    folder = folder_of(sqlite_database.engine.url, settings)
    before = [folder.file_of(NOW - timedelta(days=1, hours=hours)) for hours in (1, 2)]
    for each in before:
        shutil.copyfile(backup, each)
    damage(backup)
    made = make_backup(sqlite_database, settings, NOW)
    assert [kept.file for kept in folder.kept()] == [str(before[0]), made.file]
    assert backup.is_symlink() or backup.exists()  # somebody has to know of it


def test_one_without_a_note_is_said_to_be_not_checked(sqlite_database, settings, backup, monkeypatch, capsys):
    monkeypatch.setenv("SCANNER_BACKUPS", str(settings.backup_folder))
    note_of(backup).unlink()
    assert last_good(sqlite_database.engine.url, settings, NOW) is not None
    main(["backups", "--database", settings.database_url])
    assert f"{backup}  not checked" in capsys.readouterr().out
    assert "not checked" in state_of(sqlite_database.engine.url, settings).words(NOW)
    sqlite_database.dispose()
    assert restore(settings.database_url, backup)


def test_the_note_is_read_by_sha256sum(backup):
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", note_of(backup).name], cwd=backup.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_note_goes_with_its_backup(sqlite_database, settings, backup):
    backup.unlink()
    make_backup(sqlite_database, settings, NOW)
    assert not note_of(backup).exists()


def test_a_name_that_is_no_moment_and_a_folder_of_such_a_name_hide_no_other(sqlite_database, settings, backup):
    folder = folder_of(sqlite_database.engine.url, settings)
    (backup.parent / f"{folder.name}-20269999T999999Z.nightly.db").write_text("by hand")
    folder.file_of(NOW).mkdir()
    assert [kept.file for kept in folder.all()] == [str(backup)]


def test_two_warehouses_of_one_folder_leave_each_others_half_done_files_alone(sqlite_database, settings):
    folder = folder_of(sqlite_database.engine.url, settings)
    settings.backup_folder.mkdir()
    others = [settings.backup_folder / f".{folder.name}-2{end}" for end in ("-20261126T030000Z.nightly.db.new-a", ".scratch-a")]
    for other in others:
        other.write_text("at work")
    make_backup(sqlite_database, settings, NOW)
    assert all(other.exists() for other in others)
