"""A restore that is killed, or finds no room, leaves the old database or the new one, whole, under its name."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scanner.data import backup
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.errors import BadRequest, Conflict, DomainError
from scanner.scans.verify import verify
from tests.support.disks import fill_up
from tests.support.kept import new_file
from tests.support.warehouse import MUG, fill

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
OLD, NEW = 5, 2
"""Mugs in the warehouse that is there, and in the backup."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The file of a warehouse with five mugs; `backup` beside it has two."""
    return make_house(tmp_path)


def make_house(folder: Path) -> Path:
    database = new_file(folder)
    warehouse = fill(database)
    for number in range(OLD):
        if number == NEW:
            backup.backup(database, folder / "backup")
        warehouse.scan(MUG)
    database.dispose()
    return Path(str(database.url.database))


def mugs(file: Path) -> int:
    """How many mugs a whole warehouse counts."""
    assert file.is_file(), "there is no database under its name"
    database = Database(f"sqlite:///{file}")
    try:
        migrate(database)
        with database.read() as session:
            assert verify(session) == []
            connection = session.connection()
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            return int(connection.exec_driver_sql("SELECT sum(scanned) FROM line").scalar_one())
    finally:
        database.dispose()


def restore(house: Path) -> Path | None:
    return backup.restore(f"sqlite:///{house}", house.with_name("backup"))


KILLED = """
import os, signal, sys
from pathlib import Path
from scanner.data import backup
module, name, when, count, house = sys.argv[1:]
at = {"backup": backup, "os": os}[module]
real, left = getattr(at, name), [int(count)]
def killing(*arguments, **named):
    left[0] -= 1
    if not left[0] and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*arguments, **named)
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
setattr(at, name, killing)
backup.restore(f"sqlite:///{house}", Path(house).with_name("backup"))
"""
STEPS = [
    ("backup", "_copy", "before", 1, OLD),
    ("backup", "_copy", "after", 1, OLD),
    ("backup", "check", "after", 1, OLD),
    ("backup", "bring", "after", 1, OLD),
    ("backup", "check_ledger", "after", 1, OLD),
    ("backup", "_make_ready", "after", 1, OLD),
    ("backup", "_put_aside", "before", 1, OLD),
    ("backup", "give_free_name", "before", 1, OLD),
    ("backup", "give_free_name", "after", 1, OLD),
    ("backup", "_put_aside", "after", 1, OLD),
    ("os", "replace", "before", 1, OLD),
    ("os", "replace", "after", 1, NEW),
]


def kill_at(house: Path, module: str, name: str, when: str, count: int) -> None:
    command = [sys.executable, "-c", KILLED, module, name, when, str(count), str(house)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize(("module", "name", "when", "count", "left"), STEPS, ids=lambda part: str(part))
def test_killed_at_any_step_one_of_the_two_is_whole_under_its_name(house, module, name, when, count, left):
    kill_at(house, module, name, when, count)
    assert mugs(house) == left
    restore(house)
    assert mugs(house) == NEW
    assert [path.name for path in house.parent.iterdir() if ".new-" in path.name] == []


def test_a_restore_of_two_renames_is_seen_to_leave_no_database(house, monkeypatch):
    """What it was before: first the old one away, then the new one in. Killed between them there is none."""
    two_renames = "backup._put_aside = lambda target: os.rename(target, str(target) + '.before-restore')\n"
    monkeypatch.setattr(sys.modules[__name__], "KILLED", KILLED.replace("at = {", two_renames + "at = {"))
    kill_at(house, "os", "replace", "before", 1)
    with pytest.raises(AssertionError, match="no database under its name"):
        mugs(house)


def test_each_restore_keeps_what_was_there_beside_the_copies_before(house):
    kept = []
    for number in range(3):
        database = Database(f"sqlite:///{house}")
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE item SET name = 'house {number}' WHERE sku = 'LAMP'")
        database.dispose()
        kept.append(restore(house))
    assert [path.name for path in kept] == [
        f"{house.name}{end}" for end in (".before-restore", ".before-restore-2", ".before-restore-3")
    ]
    for number, path in enumerate(kept):
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT name FROM item WHERE sku = 'LAMP'").fetchone() == (f"house {number}",)
        connection.close()
        assert path.stat().st_mode & 0o077 == 0


def test_a_database_that_is_damaged_or_gone_can_be_restored(house):
    house.write_bytes(b"something else entirely " * 400)
    Path(f"{house}-wal").write_bytes(b"a log of the other one")
    restore(house)
    assert mugs(house) == NEW
    house.unlink()
    restore(house)
    assert mugs(house) == NEW


def test_a_log_that_was_left_alone_does_not_get_into_the_restored_one(house):
    """The log of a removed database: SQLite would put its pages into whatever has the name."""
    database = Database(f"sqlite:///{house}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET name = 'of the log'")
    log = Path(f"{house}-wal").read_bytes()
    assert len(log) > 4096
    database.dispose()
    house.unlink()
    Path(f"{house}-wal").write_bytes(log)
    restore(house)
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT count(*) FROM item WHERE name = 'of the log'").fetchone() == (0,)
    connection.close()
    assert mugs(house) == NEW


def spoil(statement: str):
    def spoiled(file: Path) -> None:
        with sqlite3.connect(file) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(statement)
        connection.close()

    return spoiled


def damage(file: Path) -> None:
    with file.open("r+b") as content:
        for page in range(20, 60):
            content.seek(page * 4096)
            content.write(b"\xff" * 2048)


BAD = {
    "a counter that disagrees": (spoil("UPDATE line SET scanned = scanned + 1"), "ledger does not verify"),
    "a row that names nothing": (spoil("DELETE FROM task"), "names what is not there"),
    "a newer schema": (spoil("UPDATE alembic_version SET version_num = '9999'"), "newer version"),
    "no schema of ours": (spoil("DROP TABLE alembic_version"), "another program"),
    "damaged pages": (damage, "damaged|malformed"),
    "cut in half": (lambda file: os.truncate(file, file.stat().st_size // 2), "damaged|malformed|no backup"),
}


@pytest.mark.parametrize(("spoiled", "words"), BAD.values(), ids=BAD)
def test_a_backup_that_is_not_sound_never_gets_in_place(house, spoiled, words):
    spoiled(house.with_name("backup"))
    before = house.read_bytes()
    with pytest.raises(BadRequest, match=words):
        restore(house)
    assert house.read_bytes() == before
    assert sorted(path.name for path in house.parent.iterdir()) == ["backup", house.name]


def test_a_full_disk_leaves_the_old_one_and_nothing_half_done(small_disk, capsys):
    from scanner.cli import main

    house = make_house(small_disk)
    fill_up(small_disk)
    assert main(["restore", str(house.with_name("backup")), "--database", f"sqlite:///{house}"]) == 1
    assert "is full" in capsys.readouterr().err
    os.truncate(small_disk / "ballast", 0)
    assert mugs(house) == OLD
    assert [path.name for path in small_disk.iterdir() if ".new-" in path.name or "before" in path.name] == []


def test_a_server_that_has_it_open_keeps_it(house):
    database = Database(f"sqlite:///{house}")
    with database.read(), pytest.raises(Conflict, match="Stop the server"):
        restore(house)
    database.dispose()
    assert mugs(house) == OLD


def test_who_opens_it_in_the_middle_of_a_restore_waits_and_gets_the_new_one_or_a_sentence(house, monkeypatch):
    """Never the old one: what it writes would be put aside with it."""
    seen: list[object] = []
    real = backup._put_aside

    def open_it() -> None:
        database = Database(f"sqlite:///{house}")
        try:
            migrate(database)
            with database.read() as session:
                seen.append(session.connection().exec_driver_sql("SELECT sum(scanned) FROM line").scalar_one())
        except Exception as error:
            seen.append(error)
        database.dispose()

    other = threading.Thread(target=open_it)

    def slowly(target: Path) -> Path | None:
        other.start()
        other.join(1)
        return real(target)

    monkeypatch.setattr(backup, "_put_aside", slowly)
    restore(house)
    other.join(120)
    assert seen[0] == NEW or isinstance(seen[0], DomainError)


def test_a_backup_of_an_older_schema_is_brought_to_the_newest_before_it_gets_in_place(tmp_path, house):
    older = Database(f"sqlite:///{tmp_path / 'older.db'}")
    migrate(older, "0003")
    older.dispose()
    backup.restore(f"sqlite:///{house}", tmp_path / "older.db")
    assert [path.name for path in tmp_path.iterdir() if "before-upgrade" in path.name] == []
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() != ("0003",)
        assert connection.execute("SELECT count(*) FROM restoration").fetchone() == (1,)
    connection.close()
