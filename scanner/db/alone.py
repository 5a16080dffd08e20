"""A thing that one process at a time does to a database. Whoever dies lets go of it: the system sees to that, not a clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from sqlalchemy import text

from scanner.db.engine import DRIVER_ERRORS, Database, sqlite

_NUMBER = 0x5CA11  # of the locks among those of a PostgreSQL database; what is done alone is added to it


@contextmanager
def alone(database: Database, what: str) -> Iterator[bool]:
    """Whether this process alone does `what` until the block ends; False where another one, or another thread, does.

    SQLite: the lock is on a file of its own beside the database. PostgreSQL: on a connection of its own.
    """
    with _in_sqlite(database, what) if database.is_sqlite else _in_postgresql(database, what) as got:
        yield got


@contextmanager
def _in_sqlite(database: Database, what: str) -> Iterator[bool]:
    path = Path(os.path.realpath(Path(str(database.url.database)).expanduser()))  # the same by whichever name
    connection = sqlite.connect(path.with_name(f"{path.name}-{what}"), isolation_level=None, timeout=0)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite.OperationalError:
            yield False
            return
        yield True
    finally:
        connection.close()


@contextmanager
def _in_postgresql(database: Database, what: str) -> Iterator[bool]:
    number = _NUMBER + (crc32(what.encode()) << 20)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = bool(connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}).scalar_one())
        try:
            yield got
        finally:
            if got:
                with suppress(*DRIVER_ERRORS):  # a server that went away has let go of it
                    connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})
