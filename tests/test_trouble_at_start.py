"""What keeps the app from starting is said in one plain sentence with what to do, and never with a password."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from scanner.db.trouble import in_words, place_of
from tests.support.disks import fill_up, mounted
from tests.support.postgres import cluster, drop_database, postgres_url

ROOT = Path(__file__).parents[1]
SECRET = "pass-word-x"


def start(*arguments: str, data: Path, **more: object) -> tuple[int, str]:
    """Run a command to its end; gives its exit code and what it said on stderr."""
    environment = os.environ | {"SCANNER_DATA": str(data)}
    command = [sys.executable, "-c", "import sys; from scanner.cli import main; sys.exit(main(sys.argv[1:]))", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False, **more)
    return done.returncode, done.stderr


def assert_said(outcome: tuple[int, str], *words: str) -> None:
    code, said = outcome
    assert code == 1
    assert said.count("\n") == 1, said
    assert said.rstrip().endswith(".") and not any(raw in said for raw in ("Traceback", "sqlalche.me", "Error:", SECRET)), said
    for word in words:
        assert word in said


def a_file(folder: Path) -> str:
    (folder / "file").write_text("x")
    return f"sqlite:///{folder}/file/house.db"


def a_folder(folder: Path) -> str:
    (folder / "house.db").mkdir()
    return f"sqlite:///{folder}/house.db"


def no_database(folder: Path) -> str:
    (folder / "house.db").write_bytes(b"something else entirely " * 400)
    return f"sqlite:///{folder}/house.db"


def of_another_program(folder: Path) -> str:
    with sqlite3.connect(folder / "house.db") as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    return f"sqlite:///{folder}/house.db"


def of_a_newer_app(folder: Path) -> str:
    with sqlite3.connect(folder / "house.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0999')")
    return f"sqlite:///{folder}/house.db"


def damaged(folder: Path) -> str:
    with sqlite3.connect(folder / "house.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    with (folder / "house.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3900)
    return f"sqlite:///{folder}/house.db"


TROUBLES: dict[str, tuple[Callable[[Path], str], tuple[str, ...]]] = {
    "a folder of the way is a file": (a_file, ("/file", "file is in its place")),
    "the file is a folder": (a_folder, ("house.db", "is a folder")),
    "the file is no database": (no_database, ("house.db", "not a database")),
    "the file is another program's": (of_another_program, ("another program",)),
    "the file is a newer app's": (of_a_newer_app, ("newer version", "0999", "Nothing was changed", "update the app")),
    "the file is damaged": (damaged, ("house.db", "restore a backup")),
    "a folder under /proc": (lambda _: "sqlite:////proc/house/house.db", ("/proc",)),
    "another kind of database": (lambda _: f"mysql://root:{SECRET}@host/name", ("sqlite:///FILE", "mysql")),
    "a driver that is not here": (lambda _: f"postgresql://me:{SECRET}@host/name", ("postgresql+psycopg://",)),
    "no address at all": (lambda _: f"warehouse {SECRET}", ("sqlite:///FILE",)),
    "a port that is no number": (lambda _: f"postgresql+psycopg://me:{SECRET}@host:port/name", ("sqlite:///FILE",)),
    "a password among the options": (
        lambda _: f"postgresql+psycopg://127.0.0.1:9/name?user=me&password={SECRET}",
        ("is running", ":9"),
    ),
    "no file named": (lambda _: "sqlite://", ("sqlite:///FILE",)),
    "a PostgreSQL that is not there": (lambda _: f"postgresql+psycopg://me:{SECRET}@127.0.0.1:9/name", ("is running", ":9")),
    "a host that is not known": (lambda _: f"postgresql+psycopg://me:{SECRET}@nowhere.invalid/name", ("nowhere.invalid",)),
    "a socket that is not there": (lambda _: "postgresql+psycopg:///name?host=/nowhere", ("is running",)),
    "an option that PostgreSQL has not": (lambda _: f"postgresql+psycopg://me:{SECRET}@127.0.0.1:9/name?colour=red", ("colour",)),
}


def test_a_password_with_an_at_sign_is_not_taken_for_a_host(tmp_path):
    said = start("verify", "--database", "postgresql+psycopg://me:half@OTHER-HALF@/name", data=tmp_path / "data")
    assert_said(said, "%40")
    assert "OTHER-HALF" not in said[1]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES.values(), ids=TROUBLES)
def test_it_is_said_in_a_sentence(tmp_path, trouble, words):
    assert_said(start("verify", "--database", trouble(tmp_path), data=tmp_path / "data"), *words)


@pytest.mark.parametrize(
    "command", [("serve", "--port", "1"), ("demo", "--port", "1"), ("backup", "copy"), ("token", "--operator", "R")]
)
def test_every_command_says_it(tmp_path, command):
    assert_said(start(*command, "--database", no_database(tmp_path), data=tmp_path / "data"), "not a database")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own."""
    with mounted(tmp_path / "disk", megabytes=8) as made:
        yield made


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


@pytest.mark.parametrize("command", [("verify",), ("serve", "--port", "1"), ("demo", "--port", "1"), ("cert",)])
def test_a_data_folder_that_can_only_be_read(disk, command):
    make_read_only(disk)
    assert_said(start(*command, data=disk), str(disk), "can only be read")


def test_a_folder_that_can_only_be_read_elsewhere(disk, tmp_path):
    make_read_only(disk)
    url = f"sqlite:///{disk}/house/warehouse.db"
    assert_said(start("verify", "--database", url, data=tmp_path), str(disk), "can only be read")


def test_a_database_that_can_only_be_read(disk, tmp_path):
    url = f"sqlite:///{disk}/warehouse.db"
    assert start("verify", "--database", url, data=tmp_path)[0] == 0
    make_read_only(disk)
    assert_said(start("verify", "--database", url, data=tmp_path), "warehouse.db", "give this user the right to write")


def test_a_disk_that_is_full(disk, tmp_path):
    fill_up(disk)
    assert_said(start("verify", "--database", f"sqlite:///{disk}/warehouse.db", data=tmp_path), "is full", "make room")
    assert_said(start("serve", "--port", "1", data=disk), "is full", "make room")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_in_which_this_user_may_not_write(tmp_path):
    (tmp_path / "data").mkdir(mode=0o555)
    assert_said(start("serve", "--port", "1", data=tmp_path / "data"), "may not write")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_right_that_is_missing_is_named_with_its_place(number):
    said = in_words(OSError(number, os.strerror(number), "/srv/house"))
    assert said == "This user may not write to /srv/house: give it the right to, or choose another place."


def test_a_database_that_another_program_holds(tmp_path):
    url = f"sqlite:///{tmp_path}/house.db"
    assert start("verify", "--database", url, data=tmp_path)[0] == 0
    with sqlite3.connect(tmp_path / "house.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert_said(start("verify", "--database", url, data=tmp_path), "locked", "end that program")
    other.close()


@pytest.mark.parametrize(("name", "value"), [("SCANNER_RETURN_DAYS", "soon"), ("SCANNER_DECODE_PROCESSES", "0")])
def test_a_setting_that_is_wrong(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    code, said = start("verify", data=tmp_path)
    assert (code, said) == (1, f"{name}: expected a whole number from 1, got {value!r}\n")


@pytest.fixture
def postgres() -> Iterator[str]:
    """An empty PostgreSQL database."""
    url = postgres_url()
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    yield url
    drop_database(url)


@pytest.mark.postgres
def test_a_postgresql_database_that_does_not_exist(postgres, tmp_path):
    url = cluster().url("no_such_house")
    assert_said(start("verify", "--database", url, data=tmp_path), "no such database", "createdb")


@pytest.mark.postgres
def test_a_postgresql_user_that_does_not_exist(postgres, tmp_path):
    url = postgres.replace("scanner@", f"stranger:{SECRET}@", 1)
    assert_said(start("verify", "--database", url, data=tmp_path), "no such user")


@pytest.mark.postgres
def test_a_postgresql_user_who_may_make_no_tables(postgres, tmp_path):
    server = cluster()
    with psycopg.connect(host=str(server.folder), user="scanner", dbname=postgres.split("/")[3].split("?")[0]) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    url = postgres.replace("scanner@", "guest@", 1)
    assert_said(start("verify", "--database", url, data=tmp_path), "GRANT CREATE")


def test_postgresql_that_refuses_the_password_is_told_without_it():
    """The tests' own server trusts everybody, so the words are the driver's."""
    refused = psycopg.OperationalError('connection failed: FATAL:  password authentication failed for user "me"')
    said = in_words(refused, place_of(make_url(f"postgresql+psycopg://me:{SECRET}@host/name")))
    assert said == "PostgreSQL refuses the user or the password for postgresql+psycopg://me@host/name: look at both."
