"""A backup of PostgreSQL by its own programs, pg_dump and pg_restore, of one moment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from scanner.data.backup import check_ledger
from scanner.db.engine import Database
from scanner.errors import BadRequest, DomainError


class CannotDump(DomainError):
    """pg_dump or pg_restore failed; `message` is what it said."""


def dump_and_try(database: Database, copy: Path) -> None:
    """Dump a PostgreSQL database into a file, restore that into a scratch database, and compare. Raises DomainError.

    A user who may not make a database has the file read through instead.
    """
    if not shutil.which("pg_dump"):
        raise CannotDump("pg_dump is not on this machine: whoever runs PostgreSQL backs it up.")
    url = database.engine.url
    with database.engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # it only waits for pg_dump
        moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        rows = _rows(connection)
        _run(url, "pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={copy}")
    try:
        with _scratch(url) as scratch:
            _run(scratch, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", str(copy))
            _compare(scratch, rows)
    except psycopg.errors.InsufficientPrivilege:
        _run(url, "pg_restore", f"--file={os.devnull}", str(copy), connect=False)


def _compare(scratch: URL, rows: dict[str, int]) -> None:
    restored = Database(scratch.render_as_string(hide_password=False))
    try:
        with restored.engine.connect() as connection:
            arrived = _rows(connection)
        if arrived != rows:
            name = next(name for name in rows if rows[name] != arrived.get(name))
            raise BadRequest(f"The dump has {arrived.get(name)} rows of {name}, where the warehouse had {rows[name]}.")
        check_ledger(restored)
    finally:
        restored.dispose()


def _rows(connection: Connection) -> dict[str, int]:
    tables = inspect(connection).get_table_names()
    counted = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}
    return dict(counted)


@contextmanager
def _scratch(url: URL) -> Iterator[URL]:
    """A database of its own beside the real one, gone afterwards."""
    name = f"scanner_check_{uuid4().hex[:12]}"
    with psycopg.connect(_address(url), password=_password(url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield url.set(database=name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: URL, program: str, *arguments: str, connect: bool = True) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment, where other users cannot see it."""
    environment = os.environ | ({"PGPASSWORD": password} if (password := _password(url)) else {})
    to = [f"--dbname={_address(url)}"] if connect else []
    done = subprocess.run(
        [program, "--no-password", *to, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if line.strip()), f"exit code {done.returncode}")
        raise CannotDump(f"{program} failed: {said.strip().removeprefix(f'{program}: ')}")


def _password(url: URL) -> str | None:
    return url.password or next((str(value) for name, value in url.query.items() if name == "password"), None)


def _address(url: URL) -> str:
    """The address as PostgreSQL's programs take it, without the password."""
    plain = url._replace(drivername="postgresql", password=None).difference_update_query(["password"])
    return plain.render_as_string(hide_password=False)
