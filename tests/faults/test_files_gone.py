"""The database's files are removed, replaced and cut short while it is served: no scan is acknowledged that is not in them."""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scanner.app import create_app
from scanner.db.watch import DatabaseGone, Watch
from scanner.logs.lines import TextLines
from scanner.scans.verify import verify
from scanner.settings import Settings
from tests.support.kept import new_file
from tests.support.program import Program
from tests.support.warehouse import MUG, Warehouse, fill

pytestmark = pytest.mark.faults
SCANS = 40


class House:
    """A warehouse that is served from a folder of its own, and a program that scans."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.database = new_file(folder)
        self.file = Path(str(self.database.url.database))
        self.warehouse: Warehouse = fill(self.database)
        self.warehouse.add_receipt("PO-BIG", [("MUG-B", 10_000)])
        self.app = create_app(Settings(str(self.database.url), secret_key="for tests"), self.database)
        self.program = Program(self.app, "Rosa")
        self.acknowledged: list[str] = []

    def scan(self, times: int = 1) -> list[int]:
        """Scan mugs; gives the status of each answer."""
        answers = []
        for _ in range(times):
            name = str(uuid4())
            answers.append(self.program.scan(MUG, task="PO-BIG", id=name).status_code)
            if answers[-1] == 200:
                self.acknowledged.append(name)
        return answers

    def well(self) -> int:
        return self.app.test_client().get("/healthz").status_code

    def lost(self, file: Path | None = None) -> int:
        """How many acknowledged scans another program does not find in the file that stands there."""
        with sqlite3.connect(file or self.file) as connection:
            found = {row[0] for row in connection.execute("SELECT id FROM scan")}
        connection.close()
        return sum(name.replace("-", "") not in {other.replace("-", "") for other in found} for name in self.acknowledged)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house")
    assert made.scan(3) == [200, 200, 200]
    yield made
    made.database.dispose()
    made.app.extensions["decoder"].close()


def remove(house: House) -> None:
    house.file.unlink()


def remove_all(house: House) -> None:
    shutil.rmtree(house.file.parent)


def move_the_folder(house: House) -> None:
    house.file.parent.rename(house.file.parent.with_name("elsewhere"))


def replace_by_a_copy(house: House) -> None:
    copy = house.file.with_name("copy")
    shutil.copy(house.file, copy)
    copy.replace(house.file)


def replace_by_a_link(house: House) -> None:
    copy = house.file.with_name("copy")
    shutil.copy(house.file, copy)
    house.file.unlink()
    house.file.symlink_to(copy)


def replace_by_a_folder(house: House) -> None:
    house.file.unlink()
    house.file.mkdir()


def cut_to(size: int) -> Callable[[House], None]:
    def cut(house: House) -> None:
        with house.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        house.scan()
        os.truncate(house.file, size)

    return cut


def cut_the_log_to(size: int) -> Callable[[House], None]:
    return lambda house: os.truncate(f"{house.file}-wal", size)


GONE = {
    "removed": remove,
    "its folder removed": remove_all,
    "its folder renamed, as when a disk is unmounted": move_the_folder,
    "replaced by a copy, as by a restore": replace_by_a_copy,
    "replaced by a link to a copy": replace_by_a_link,
    "a folder in its place": replace_by_a_folder,
    "emptied": cut_to(0),
    "cut to a page": cut_to(4096),
    "cut in the middle": cut_to(200_000),
    "its log emptied": cut_the_log_to(0),
    "its log cut in the middle": cut_the_log_to(50_000),
}


@pytest.mark.parametrize("trouble", GONE.values(), ids=GONE)
def test_no_scan_is_acknowledged_and_pages_and_health_say_why(house, trouble):
    trouble(house)
    assert house.scan(SCANS) == [503] * SCANS
    assert house.well() == 503
    page = house.app.test_client().get("/sign-in")
    assert page.status_code == 200  # it asks nothing of the database
    answer = house.program.scan(MUG, task="PO-BIG")
    assert answer.json["error"]["code"] == "database_gone" and "devices keep their scans" in answer.json["error"]["message"]
    assert int(answer.headers["Retry-After"]) > 0
    assert not house.database.identity_is_kept()


@pytest.mark.parametrize("trouble", [remove, remove_all, move_the_folder])
def test_a_server_that_does_not_look_is_seen_to_acknowledge_what_is_nowhere(house, trouble, monkeypatch):
    monkeypatch.setattr(Watch, "check", lambda self: None)
    trouble(house)
    assert house.scan(SCANS) == [200] * SCANS
    assert not house.file.exists()


def test_a_page_says_it_in_plain_words(house):
    browser = house.app.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/sign-in").text)[1]
    browser.post("/sign-in", data={"badge": "BADGE-SAM", "csrf_token": token})
    assert browser.get("/").status_code == 200
    remove(house)
    page = browser.get("/")
    assert page.status_code == 503 and "database file is gone" in page.text


def test_the_terminal_is_told_once_and_of_the_return(house, caplog):
    aside = house.file.with_name("aside")
    with caplog.at_level(logging.WARNING, "scanner.db.watch"):
        house.file.rename(aside)
        house.scan(20)
        house.well()
        aside.rename(house.file)
        assert house.scan(3) == [200] * 3
    said = [record.getMessage() for record in caplog.records if record.name == "scanner.db.watch"]
    assert len(said) == 2
    assert "database file is gone" in said[0] and "restore a backup" in said[0]
    assert "is back" in said[1]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_it_goes_on_by_itself_once_the_same_file_is_back(house, what):
    moved = house.file if what == "file" else house.file.parent
    aside = moved.with_name("aside")
    moved.rename(aside)
    assert house.scan(2) == [503, 503]
    aside.rename(moved)
    assert house.scan(5) == [200] * 5
    assert (house.lost(), house.well()) == (0, 200)


BESIDE = {"its log": ("-wal",), "the index of its log": ("-shm",), "both": ("-wal", "-shm")}


@pytest.mark.parametrize("ends", BESIDE.values(), ids=BESIDE)
def test_what_stood_in_a_removed_log_is_saved_and_nothing_is_lost(house, ends):
    for end in ends:
        os.unlink(f"{house.file}{end}")
    house.scan(5)
    assert house.scan(5) == [200] * 5
    assert house.lost() == 0
    with house.database.read() as session:
        assert verify(session) == []


OTHER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM scan").fetchone(), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("ends", BESIDE.values(), ids=BESIDE)
def test_it_is_saved_while_another_program_has_the_database_open(house, ends):
    """Then closing the server's connections is not the last close, and saves nothing by itself."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(house.file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline()
        house.scan(20)
        for end in ends:
            os.unlink(f"{house.file}{end}")
        house.scan(5)
        assert house.scan(5) == [200] * 5
        other.communicate("")
    assert house.lost() == 0
    with house.database.read() as session:
        assert verify(session) == []


def test_what_happened_is_in_the_log_as_it_is_printed(house):
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)
    handler.setFormatter(TextLines())
    logging.getLogger("scanner.db.watch").addHandler(handler)
    remove(house)
    house.scan()
    logging.getLogger("scanner.db.watch").removeHandler(handler)
    assert "database file is gone" in shown.getvalue() and "restore a backup" in shown.getvalue()


def test_whoever_is_signed_in_gets_no_fault_while_the_file_is_away(house):
    browser = house.app.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/sign-in").text)[1]
    browser.post("/sign-in", data={"badge": "BADGE-SAM", "csrf_token": token})
    remove(house)
    answers = [browser.get("/nothing"), browser.get("/"), browser.post("/sign-out", data={"csrf_token": token})]
    assert 500 not in {answer.status_code for answer in answers}


def test_a_reader_that_is_under_way_keeps_the_log_from_being_opened_anew_until_it_is_done(house):
    with house.database.read():
        os.unlink(f"{house.file}-wal")
        assert house.scan() == [503]
    assert house.scan() == [200]
    assert house.lost() == 0


def test_what_is_removed_between_the_commit_and_the_answer_is_not_acknowledged(house):
    """The hardest moment: the transaction is committed, and nobody was told yet."""
    real = house.database._commit_together

    def commit_and_lose(jobs):
        real(jobs)
        house.file.rename(house.file.with_name("aside"))

    house.database._commit_together = commit_and_lose
    assert house.scan() == [503]


def test_a_scan_that_was_committed_and_not_acknowledged_is_recorded_once_when_the_file_is_back(house):
    name, real = str(uuid4()), house.database._commit_together

    def commit_and_lose(jobs):
        real(jobs)
        house.file.rename(house.file.with_name("aside"))

    house.database._commit_together = commit_and_lose
    assert house.program.scan(MUG, task="PO-BIG", id=name).status_code == 503
    house.database._commit_together = real
    house.file.with_name("aside").rename(house.file)
    again = house.program.scan(MUG, task="PO-BIG", id=name)
    assert (again.status_code, again.json["replayed"], again.json["line"]["scanned"]) == (200, True, 4)


def test_another_program_that_shrinks_the_file_in_good_order_stops_nothing(house):
    tidy = "c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.execute('VACUUM'); c.execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    command = f"import sqlite3; c = sqlite3.connect({str(house.file)!r}, isolation_level=None); {tidy}"
    house.scan(20)
    subprocess.run([sys.executable, "-c", command], check=True)
    assert house.scan(5) == [200] * 5
    assert house.lost() == 0


def test_no_new_connection_makes_a_file_where_one_was_removed(house):
    remove_all(house)
    with pytest.raises(DatabaseGone):
        house.database.transact(lambda session: None)
    assert not house.file.exists()


def test_a_file_that_became_read_only_loses_nothing(house):
    house.file.chmod(0o400)
    house.scan(5)
    assert house.lost() == 0
