"""What was seen of damage outlives the server: nothing is opened until somebody says how to go on. A crash leaves no damage."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli import main
from scanner.data.backup import backup
from scanner.db import damage
from scanner.db.engine import Database, sqlite
from scanner.db.watch import DatabaseGone
from scanner.scans.verify import verify
from scanner.settings import sqlite_url
from tests.faults.test_files_gone import House, cut_the_log_to, cut_to
from tests.support.floor import ROOT, kills
from tests.support.kept import new_file

pytestmark = pytest.mark.faults


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path / "data"))
    made = House(tmp_path / "house")
    assert made.scan(20) == [200] * 20
    yield made
    made.database.dispose()
    made.app.extensions["decoder"].close()


def on(file: Path, *command: str) -> int:
    return main([*command, "--database", sqlite_url(file)])


def killed(house: House, *left_behind: str) -> Path:
    """The files as a killed server leaves them, but for those `left_behind`."""
    folder = house.file.parent.with_name(f"killed-{random.randrange(10**9)}")
    folder.mkdir()
    for end in ("", "-wal", "-shm"):
        if end not in left_behind:
            shutil.copy(f"{house.file}{end}", folder / f"{house.file.name}{end}")
    return folder / house.file.name


def copy_the_log_back(house: House) -> None:
    """All of the log is in the file; the next scan begins it anew."""
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)")


def audited(file: Path, action: str) -> str:
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT after FROM audit WHERE action = ? ORDER BY seq DESC", (action,)).fetchone()[0]


SEEN = {
    "the log emptied": (cut_the_log_to(0), "-wal was cut from"),
    "the log cut in the middle": (cut_the_log_to(50_000), "-wal was cut from"),
    "the file cut in the middle": (cut_to(200_000), "was cut from"),
}


@pytest.mark.parametrize(("trouble", "words"), SEEN.values(), ids=SEEN)
@pytest.mark.parametrize("seen_by", ["a scan", "the look at the files", "the stop of the server"])
def test_a_restart_refuses_what_was_seen_damaged_and_says_what_and_when(house, capsys, trouble, words, seen_by):
    trouble(house)
    if seen_by == "a scan":
        assert house.scan() == [503]
    elif seen_by == "the look at the files":
        assert not house.database.identity_is_kept()
    house.database.dispose()
    for command in (["verify"], ["serve", "--port", "1"], ["export", "items"], ["new"], ["bring-in", "--waiting"]):
        assert on(house.file, *command) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and words in said and "(seen on 20" in said
        assert "scanner restore BACKUP" in said and "scanner resend" in said


def test_without_the_mark_a_restart_is_seen_to_look_healthy_with_scans_missing(house, monkeypatch):
    monkeypatch.setattr(damage, "note", lambda file, what: None)
    cut_the_log_to(50_000)(house)
    assert house.scan() == [503]
    left = killed(house, "-shm")
    assert on(left, "verify") == 0
    assert house.lost(left) > 0


def test_resend_goes_on_with_what_is_there_and_devices_send_again(house, capsys):
    cut_the_log_to(50_000)(house)
    assert house.scan() == [503]
    left = killed(house)
    damage.note(left, "Its log was cut")
    assert on(left, "resend") == 0
    assert "Its log was cut (seen on" in capsys.readouterr().out
    assert not damage.found(left) and on(left, "verify") == 0
    assert "Its log was cut" in audited(left, "resend asked for")
    with sqlite3.connect(left) as connection:
        assert connection.execute("SELECT count(*) FROM restoration").fetchone() == (1,)


def test_resend_refuses_to_go_on_where_the_file_itself_is_not_whole(house, capsys):
    copy_the_log_back(house)
    left = killed(house)
    with left.open("r+b") as file:
        file.seek(30 * 4096)
        file.write(random.Random(1).randbytes(4096 * 60))
    damage.note(left, "It was overwritten")
    assert on(left, "resend") == 1
    assert "restore a backup" in capsys.readouterr().err
    assert damage.found(left)


def test_a_restore_takes_the_mark_away_and_the_audit_notes_it(house, tmp_path):
    backup(house.database, tmp_path / "copy")
    cut_the_log_to(0)(house)
    assert house.scan() == [503]
    house.database.dispose()
    assert main(["restore", str(tmp_path / "copy"), "--database", sqlite_url(house.file)]) == 0
    assert not damage.found(house.file) and on(house.file, "verify") == 0
    assert "-wal was cut from" in audited(house.file, "backup restored")


def remove_the_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


def empty_the_log(file: Path) -> None:
    os.truncate(f"{file}-wal", 0)


def cut_the_log(file: Path) -> None:
    os.truncate(f"{file}-wal", Path(f"{file}-wal").stat().st_size - 100)


def overwrite(at: int) -> Callable[[Path], None]:
    def overwrite_the_log(file: Path) -> None:
        with Path(f"{file}-wal").open("r+b") as log:
            log.seek(at)
            log.write(b"\xff" * 3000)

    return overwrite_the_log


UNSEEN = {
    "removed": remove_the_log,
    "emptied": empty_the_log,
    "its end cut": cut_the_log,
    "its header overwritten": overwrite(0),
    "its middle overwritten": overwrite(60_000),
}


@pytest.mark.parametrize("trouble", UNSEEN.values(), ids=UNSEEN)
def test_damage_to_the_log_while_no_server_ran_is_seen_at_the_start(house, capsys, trouble):
    left = killed(house)
    trouble(left)
    for _ in range(2):
        assert on(left, "verify") == 1
        assert f"The log of {left} was cut short, removed or overwritten (seen on" in capsys.readouterr().err
    assert on(left, "resend") == 0
    assert on(left, "verify") == 0


def test_resend_itself_sees_it_and_notes_it(house):
    left = killed(house)
    empty_the_log(left)
    assert on(left, "resend") == 0
    assert "cut short, removed or overwritten" in audited(left, "resend asked for")


@pytest.mark.parametrize("trouble", UNSEEN.values(), ids=UNSEEN)
def test_a_start_that_does_not_compare_is_seen_to_lose_scans_in_silence(house, monkeypatch, trouble):
    monkeypatch.setattr(damage, "lacks", lambda now, left: False)
    left = killed(house)
    trouble(left)
    assert on(left, "verify") == 0
    assert house.lost(left) > 0


BUSY_WRITER = """
import sys
from scanner.db.engine import sqlite
busy = sqlite.connect(sys.argv[1], isolation_level=None, timeout=20)
busy.execute("PRAGMA wal_autocheckpoint=40")
busy.execute("CREATE TABLE busy (x)")
print("begun", flush=True)
while True:
    busy.execute("INSERT INTO busy VALUES (randomblob(30000))")
    busy.execute("DELETE FROM busy")
"""


def test_commands_beside_a_server_at_work_see_no_damage(tmp_path):
    """Its log begins anew each few writes, also just when a command opens the database."""
    file = Path(str(new_file(tmp_path).url.database))
    with subprocess.Popen([sys.executable, "-c", BUSY_WRITER, str(file)], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout and writer.stdout.readline() == b"begun\n"
            until, opened = time.monotonic() + kills(6, 120), 0
            while time.monotonic() < until:
                beside = Database(sqlite_url(file))
                assert beside.answers()
                beside.dispose()
                opened += 1
            assert opened > 50 and writer.poll() is None and damage.found(file) is None
        finally:
            writer.kill()
    assert on(file, "verify") == 0


def crash(house: House) -> Path:
    return killed(house)


def crash_without_its_index(house: House) -> Path:
    return killed(house, "-shm")


def crash_after_the_log_was_copied(house: House) -> Path:
    copy_the_log_back(house)
    return killed(house)


def crash_in_a_new_generation_of_the_log(house: House) -> Path:
    copy_the_log_back(house)
    house.scan(3)
    return killed(house)


def power_cut_with_an_older_index(house: House) -> Path:
    """The index is not waited for: the disk may have it of an earlier time, and of an earlier generation of the log."""
    older = killed(house)
    copy_the_log_back(house)
    house.scan(3)
    left = killed(house)
    shutil.copy(f"{older}-shm", f"{left}-shm")
    return left


def power_cut_in_the_middle_of_a_write(house: House) -> Path:
    """The end of the log is half of a transaction that nobody was told of."""
    left = killed(house)
    house.scan()
    with Path(f"{house.file}-wal").open("rb") as log, Path(f"{left}-wal").open("ab") as cut:
        log.seek(Path(f"{left}-wal").stat().st_size)
        cut.write(log.read(4120 + 2000))
    house.acknowledged.pop()
    return left


def crash_and_a_look_by_another_program(house: House) -> Path:
    left = killed(house)
    with sqlite3.connect(left) as other:
        other.execute("SELECT count(*) FROM scan").fetchone()
    other.close()
    return left


def removed_log_that_was_copied(house: House) -> Path:
    copy_the_log_back(house)
    return killed(house, "-wal")


CRASHES = [
    crash,
    crash_without_its_index,
    crash_after_the_log_was_copied,
    crash_in_a_new_generation_of_the_log,
    power_cut_with_an_older_index,
    power_cut_in_the_middle_of_a_write,
    crash_and_a_look_by_another_program,
    removed_log_that_was_copied,
]


@pytest.mark.parametrize("how", CRASHES)
def test_a_crash_is_no_damage(house, how):
    left = how(house)
    assert on(left, "verify") == 0
    assert not damage.found(left)
    assert house.lost(left) == 0


WRITE = """
import ast, sys
with open(sys.argv[1], "r+b") as file:
    for at, content in ast.literal_eval(sys.stdin.read()).items():
        file.seek(at)
        file.write(content)
"""


def write(file: Path, what: dict[int, bytes]) -> None:
    """By another process: in ours, closing the file would end SQLite's locks on it."""
    subprocess.run([sys.executable, "-c", WRITE, str(file)], input=repr(what), text=True, check=True)


def overwrite_at_random(house: House) -> None:
    """Pages of the file and none of its size, as a disk that fails or a stray program does it."""
    copy_the_log_back(house)
    write(house.file, {page * 4096: random.Random(page).randbytes(200) for page in range(1, house.file.stat().st_size // 4096)})


def overwrite_its_first_page(house: House) -> None:
    copy_the_log_back(house)
    write(house.file, {0: b"hello" * 800})


def forget_pages(house: House) -> None:
    """Connections that are open know pages by heart: have new ones opened."""
    kept, house.database._kept = house.database._kept, None
    kept.info["connection"].close()
    house.database._writer.dispose()
    house.database._reader.dispose()


@pytest.mark.parametrize("trouble", [overwrite_at_random, overwrite_its_first_page])
@pytest.mark.parametrize("seen_by", ["a scan", "a page"])
def test_what_sqlite_finds_damaged_is_used_no_more_and_marked(house, trouble, seen_by, capsys):
    other = sqlite.connect(house.file)
    other.execute("SELECT count(*) FROM scan").fetchone()  # the log stays while one has it open
    trouble(house)
    forget_pages(house)
    if seen_by == "a page":
        with pytest.raises(DatabaseGone), house.database.read() as session:
            verify(session)
    answers = house.scan(3)
    assert answers == [503] * 3
    assert house.program.scan("9501101530003", task="PO-BIG").json["error"]["code"] == "database_gone"
    assert house.well() == 503
    checks = house.app.test_client().get("/readyz").json
    assert "gone, replaced or damaged" in str(checks)
    seen = damage.found(house.file)
    assert seen and "SQLite found" in seen.what
    house.database.dispose()
    assert on(house.file, "verify") == 1
    assert "SQLite found" in capsys.readouterr().err


def test_a_file_that_shrank_and_cannot_be_read_just_now_is_not_marked_but_looked_at_again(house, monkeypatch):
    """VACUUM by another program, while there is no file descriptor left."""
    house.database.dispose()
    assert house.scan() == [200]
    copy_the_log_back(house)
    monkeypatch.setattr(house.database._watch, "_is_whole", lambda _: None)
    monkeypatch.setattr(house.database._watch, "_files", {
        path: seen._replace(size=seen.size + 4096) for path, seen in house.database._watch._files.items()
    })  # fmt: skip
    assert house.scan() == [503]
    assert damage.found(house.file) is None
    monkeypatch.setattr(house.database._watch, "_is_whole", house.database._is_whole)
    assert house.scan() == [200]


def test_damage_that_another_process_marked_is_taken_over_at_the_next_scan(house):
    damage.note(house.file, "Another one saw it")
    assert house.scan() == [503]  # else scans would be acknowledged all day, and doubted at the next start
    assert not house.database.identity_is_kept()


def test_a_file_that_never_was_a_database_gets_no_mark(tmp_path, capsys):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello" * 1000)
    assert on(notes, "verify") == 1
    assert "not a database" in capsys.readouterr().err
    assert not damage.found(notes)


def test_a_disk_that_takes_no_mark_has_it_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANNER_DATA", str(tmp_path / "data"))
    file = tmp_path / "house.db"
    Path(f"{file}{damage.END}").with_name("x").touch()
    real = damage.write_private

    def full(path: Path, content: bytes) -> None:
        if path.parent == tmp_path:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(damage, "write_private", full)
    damage.note(file, "Its log was cut")
    seen = damage.found(file)
    assert seen and seen.what == "Its log was cut"
    damage.forget(file)
    assert damage.found(file) is None


def test_a_mark_is_found_by_whichever_name_the_database_is_opened(tmp_path, house):
    link = tmp_path / "link.db"
    link.symlink_to(house.file)
    damage.note(link, "Its log was cut")
    with pytest.raises(DatabaseGone), Database(sqlite_url(house.file)).read():
        pass


def test_a_lost_file_can_be_begun_anew_though_it_was_damaged_before(house):
    cut_to(0)(house)
    assert house.scan() == [503]
    house.database.dispose()
    assert on(house.file, "verify") == 1
    assert on(house.file, "new") == 0
    assert on(house.file, "verify") == 0


def test_backups_are_listed_where_one_is_wanted_and_none_is_made_of_a_damaged_database(house, capsys):
    assert on(house.file, "backups", "--now") == 0
    cut_the_log_to(0)(house)
    assert house.scan() == [503]
    house.database.dispose()
    capsys.readouterr()
    assert on(house.file, "backups", "--now") == 1
    assert "was cut from" in capsys.readouterr().err
    assert on(house.file, "backups") == 0
    assert ".nightly.db" in capsys.readouterr().out


def damaged_while_down(house: House) -> Path:
    """A page in the middle, which no start reads."""
    left = killed(house)
    assert on(left, "verify") == 0  # the log is copied back
    with contextlib.closing(sqlite3.connect(left)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'delivery'").fetchone()
    write(left, {(page - 1) * 4096: b"\0" * 4096})
    return left


def test_a_backup_of_a_damaged_database_is_refused(house, capsys, tmp_path):
    left = damaged_while_down(house)
    for command in (["backup", str(tmp_path / "copy")], ["backups", "--now"]):
        assert on(left, *command) == 1
        assert f"{left} is damaged" in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()


def test_verify_reads_every_page_and_leaves_a_mark(house, capsys):
    left = damaged_while_down(house)
    assert on(left, "verify") == 1
    assert f"Pages of {left} are damaged: restore a backup" in capsys.readouterr().err
    assert on(left, "export", "items") == 1
    assert f"SQLite found {left} damaged (seen on" in capsys.readouterr().err
