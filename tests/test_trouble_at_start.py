"""What keeps the app from starting is said in one plain sentence with what to do, and never with a password."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import make_url

from scanner.db.trouble import in_words, place_of
from scanner.https.certificates import certificates_in, make_certificates
from scanner.https.checks import BadFile, check
from scanner.server import own_names
from tests.support.disks import fill_up, mounted
from tests.support.ports import free_ports
from tests.support.postgres import cluster, drop_database, postgres_url

pytestmark = pytest.mark.slow

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
    "a port that is not a number": (lambda _: f"postgresql+psycopg://me:{SECRET}@host:port/name", ("sqlite:///FILE",)),
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


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", ["70000", "65536", "-1"])
def test_a_number_that_is_no_port(tmp_path, command, port):
    assert_said(start(command, "--port", port, data=tmp_path), f"no port {port}", "65535")


def test_a_port_that_another_program_has(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert_said(start("serve", "--host", "127.0.0.1", "--port", port, data=tmp_path), f"Port {port} ", "another program")


def test_a_host_that_is_not_this_machine(tmp_path):
    assert_said(start("serve", "--host", "nowhere.invalid", data=tmp_path), "nowhere.invalid", "--host")
    assert_said(start("serve", "--host", "192.0.2.1", data=tmp_path), "192.0.2.1", "no such address")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    """A folder with the files of HTTPS."""
    folder = tmp_path_factory.mktemp("https")
    make_certificates(folder, own_names(), datetime.now(UTC))
    return folder


def test_with_https_the_next_port_is_named(certificates):
    assert_said(start("serve", "--port", "65535", data=certificates), "after 65535", "HTTPS")
    port = free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        said = start("serve", "--host", "127.0.0.1", "--port", str(port), data=certificates)
    assert_said(said, f"Port {port + 1} ", "another program", f"HTTPS on {port} needs it")


def garbage(path: Path) -> None:
    path.write_text("hello")


def broken_pem(path: Path) -> None:
    path.write_text(path.read_text().replace("\n", "\n?", 2))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def a_folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def of_others(path: Path) -> None:
    other = make_certificates(path.parent / "other", ["localhost"], datetime.now(UTC))
    shutil.copy(getattr(other, {"server.key": "key", "server.pem": "certificate", "ca.key": "authority_key"}[path.name]), path)


def locked(path: Path) -> None:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    how = serialization.BestAvailableEncryption(b"secret")
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))


WRONG_FILES = [
    *itertools.product(
        ("server.pem", "server.key", "ca.pem"), (garbage, broken_pem, empty, a_folder_in_its_place, Path.unlink)
    ),
    ("server.key", of_others),
    ("server.key", locked),
]  # fmt: skip


@pytest.mark.parametrize(("name", "how"), WRONG_FILES, ids=[f"{name} {how.__name__}" for name, how in WRONG_FILES])
def test_a_wrong_file_of_https_is_named(certificates, tmp_path, name, how):
    data = shutil.copytree(certificates, tmp_path / "data")
    how(data / name)
    with pytest.raises(BadFile) as refused:
        check(certificates_in(data))
    assert str(data / name) in refused.value.message and "scanner cert" in refused.value.message


@pytest.mark.parametrize("how", [garbage, Path.unlink])
def test_nothing_is_served_without_https_where_that_was_asked_for(certificates, tmp_path, how):
    data = shutil.copytree(certificates, tmp_path / "data")
    how(data / "server.key")
    assert_said(start("serve", "--host", "127.0.0.1", "--port", str(free_ports()), data=data), str(data / "server.key"), "cert")


@pytest.mark.parametrize("how", [Path.unlink, garbage, of_others])
def test_a_wrong_key_of_the_authority_is_named_once_it_is_needed(certificates, tmp_path, how):
    data = shutil.copytree(certificates, tmp_path / "data")
    how(data / "ca.key")
    assert_said(start("cert", "--name", "another.example", data=data), str(data / "ca.key"), "scanner cert")


@pytest.mark.parametrize("gone", [["server.key"], ["server.pem"], ["ca.pem"], ["server.pem", "server.key", "ca.pem"]])
def test_what_is_missing_of_https_is_made_again_by_its_command(certificates, tmp_path, gone):
    data = shutil.copytree(certificates, tmp_path / "data")
    for name in gone:
        (data / name).unlink()
    assert start("cert", data=data)[0] == 0
    check(certificates_in(data))
    context = ssl.create_default_context(cafile=data / "ca.pem")
    chain = (data / "server.pem").read_text()
    assert (data / "ca.pem").read_text() in chain and context.cert_store_stats()["x509_ca"] == 1
