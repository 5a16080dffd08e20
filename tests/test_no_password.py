"""A password in the address of the database is told nowhere: not on the terminal, not in the log, the audit or a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from scanner.cli import COMMANDS, HIDDEN, main
from scanner.db.engine import parsed
from scanner.db.trouble import CannotOpen, address_of, place_of
from scanner.settings import Settings
from tests.support.postgres import cluster, drop_database
from tests.support.serving import Server

SECRET = "HUNTER2SECRET"
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"postgresql+psycopg://me:{SECRET}@host:5433/name", "postgresql+psycopg://me@host:5433/name"),
        (f"postgresql+psycopg://host/name?user=me&password={SECRET}", "postgresql+psycopg://host/name?user=me"),
        (f"postgresql+psycopg:///name?host=/run&sslpassword={SECRET}", "postgresql+psycopg:///name?host=%2Frun"),
        (f"postgresql+psycopg://host/name?password={SECRET}&password={SECRET}", "postgresql+psycopg://host/name"),
        (f"postgresql+psycopg://host/name?options=-cx={SECRET}", "postgresql+psycopg://host/name"),
        ("sqlite:////srv/house.db", "sqlite:////srv/house.db"),
    ],
)
def test_an_address_is_told_as_the_next_command_takes_it_without_the_password(address: str, told: str) -> None:
    assert address_of(make_url(address)) == told
    assert SECRET not in place_of(make_url(address))
    assert SECRET not in repr(Settings(address, secret_key="x"))


@pytest.mark.parametrize("password", [f"a@{SECRET}", f"a@b/{SECRET}", f"a@b?{SECRET}", f"a/b@{SECRET}", f"a@b:1/{SECRET}"])
def test_a_password_with_an_at_sign_is_asked_for_in_other_letters(password: str) -> None:
    with pytest.raises(CannotOpen, match="%40") as refused:
        parsed(f"postgresql+psycopg://me:{password}@host/name")
    assert SECRET not in refused.value.message


def test_at_signs_elsewhere_are_none_of_a_password() -> None:
    assert parsed("sqlite:////srv/a:b@c@d.db").database == "/srv/a:b@c@d.db"
    assert parsed("postgresql+psycopg://host/name?user=me@firm").query["user"] == "me@firm"
    assert parsed("postgresql+psycopg://me:x@host/name?application_name=a@b").query["application_name"] == "a@b"


@pytest.mark.parametrize("before", [["verify"], ["serve", "--port"], ["verify", "--databse"], []])
def test_what_was_mistyped_is_not_repeated_with_its_address(capsys: pytest.CaptureFixture[str], before: list[str]) -> None:
    with pytest.raises(SystemExit):
        main([*before, f"postgresql+psycopg://me:{SECRET}@host/name"])
    said = capsys.readouterr().err
    assert "://…" in said and SECRET not in said


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """Two empty PostgreSQL databases, with a password that the server does not ask for."""
    server = cluster()
    if server is None:
        pytest.skip("no PostgreSQL on this machine")
    fresh = [server.fresh_database(), server.fresh_database()]
    yield f"{fresh[0]}&password={SECRET}", f"{fresh[1]}&password={SECRET}"
    for each in fresh:
        drop_database(each)


def arguments(name: str, folder: Path, target: str) -> list[str]:
    """What a command is given beside the database; some then refuse PostgreSQL, in words."""
    people = folder / "operators.csv"
    people.write_text("badge,name,roles\nB-ROSA,Rosa,receiver\n")
    given = {
        "import": ["operators", str(people)], "export": ["operators"], "token": ["--operator", "Rosa"],
        "backup": [str(folder / "copy")], "backups": ["--now"], "restore": [str(folder / "copy")], "move": [target],
    }  # fmt: skip
    return [name, *given.get(name, [])]


@pytest.mark.postgres
def test_no_command_tells_the_password(tmp_path: Path, addresses: tuple[str, str]) -> None:
    database, target = addresses
    environment = os.environ | {"SCANNER_DATA": str(tmp_path / "data")}

    def run(*command: str, on: str = database) -> str:
        start = [sys.executable, "-m", "scanner", *command, "--database", on]
        done = subprocess.run(start, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout + done.stderr

    others = sorted(
        set(COMMANDS) - HIDDEN - {"serve", "demo", "cert"}, key=lambda name: name != "import"
    )  # somebody is there then
    said = {name: run(*arguments(name, tmp_path, target)) for name in others}
    said["audit"] = run("export", "audit") + run("export", "audit", on=target)
    assert "warehouse moved here" in said["audit"]
    server = Server(database, tmp_path, environment=environment)
    for server.command[3] in ("serve", "demo"):
        try:
            server.start()
        finally:
            server.stop()
    said["log"] = server.log.read_text()
    assert said["log"].count("--database 'postgresql") == 2
    said["cert"] = run("cert")  # from then on servers speak HTTPS
    kept = [file for file in (tmp_path / "data").rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
    assert ([name for name, words in said.items() if SECRET in words], kept) == ([], [])
