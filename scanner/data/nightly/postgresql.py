"""A backup of PostgreSQL by its own programs, pg_dump and pg_restore, of one moment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from scanner.data.backup import check_ledger
from scanner.db.engine import Database
from scanner.errors import BadRequest, DomainError

CHECKING = 0x5CA2_BAC2
"""The advisory lock, in the warehouse's own database, that checks share; who clears up after killed ones has it alone."""
END_SECONDS = 10.0
"""How long a process of the PostgreSQL server may take to end."""
LEFT_OVER = """
    SELECT datname FROM pg_database
    WHERE datname ~ %(name)s AND pg_get_userbyid(datdba) = current_user
        AND coalesce(shobj_description(oid, 'pg_database'), %(marker)s) = %(marker)s
"""


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
    """A database of its own beside the real one, gone afterwards; so are those that killed checks of the same one left."""
    with _connected(url) as connection:
        _drop_left_over(connection)
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [CHECKING])  # as long as this connection lives
        name = f"{_beginning(connection.info.dbname)}{uuid4().hex[:12]}"
        try:
            _create(connection, name)
            yield url.set(database=name)
        finally:
            _drop_surely(url, name, connection)


def _connected(url: URL) -> psycopg.Connection:
    return psycopg.connect(_address(url), password=_password(url), autocommit=True)


def _drop_surely(url: URL, name: str, connection: psycopg.Connection) -> None:
    """Drop what `connection` made, by another connection: a stop may have left the first amid a statement.

    A stop that comes meanwhile takes effect afterwards.
    """
    try:
        _drop_by_another(url, name, connection)
    except KeyboardInterrupt:
        _drop_by_another(url, name, connection)
        raise


def _drop_by_another(url: URL, name: str, connection: psycopg.Connection) -> None:
    at_work = connection.info.transaction_status is TransactionStatus.ACTIVE
    with _connected(url) as another:
        if at_work:
            _end(another, connection.info.backend_pid)
        _drop(another, name)


def _end(connection: psycopg.Connection, process: int) -> None:
    """End a process of the PostgreSQL server, and wait until it has ended: it may be making a database that nobody sees yet."""
    connection.execute("SELECT pg_terminate_backend(%s)", [process])
    deadline = time.monotonic() + END_SECONDS
    while connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [process]).rowcount and time.monotonic() < deadline:
        time.sleep(0.02)


def _create(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    words = sql.Literal(_marker(connection.info.dbname))
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), words))


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_left_over(connection: psycopg.Connection) -> None:
    """Drop what killed checks of this warehouse left, unless one is at work, from whichever machine.

    They are known by name, owner and comment. One that was killed before it could comment has none.
    """
    if connection.execute("SELECT pg_try_advisory_lock(%s)", [CHECKING]).fetchone() != (True,):
        return
    for (name,) in connection.execute(LEFT_OVER, _signs(connection.info.dbname)).fetchall():
        with suppress(psycopg.Error):  # such as one that somebody is just dropping
            _drop(connection, name)
    connection.execute("SELECT pg_advisory_unlock(%s)", [CHECKING])  # where this fails, the lock ends with the connection


def _signs(warehouse: str) -> dict[str, str]:
    return {"name": f"^{_beginning(warehouse)}[0-9a-f]{{12}}$", "marker": _marker(warehouse)}


def _beginning(warehouse: str) -> str:
    return f"scanner_check_{hashlib.sha256(warehouse.encode()).hexdigest()[:12]}_"


def _marker(warehouse: str) -> str:
    return f"A backup of {warehouse} is tried here by the scanner, which drops it."


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
