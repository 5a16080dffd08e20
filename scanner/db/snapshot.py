"""A copy of a SQLite database as it is at one moment, while others go on writing."""

from __future__ import annotations

import contextlib
from pathlib import Path

from scanner.db.engine import sqlite
from scanner.files import sync

PAGES = 256
"""Pages copied at a time: 1 MB. Between them whoever writes gets the disk."""
REST_SECONDS = 0.005


def copy_as_it_is(source: Path, into: Path, *, rest: float = REST_SECONDS) -> dict[str, int]:
    """Copy a database into an empty file, and wait until that is on the disk; gives how many rows each table had then.

    One transaction reads all of it, so that what is written meanwhile neither gets in nor has the copying begin anew.
    """
    with (
        contextlib.closing(sqlite.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading,
        contextlib.closing(sqlite.connect(str(into))) as copy,
    ):
        reading.isolation_level = None
        reading.execute("PRAGMA query_only=ON")
        reading.execute("BEGIN")
        rows = rows_of(reading)
        reading.backup(copy, pages=PAGES, sleep=rest, progress=_heed_signals)
        copy.execute("PRAGMA journal_mode=DELETE")
    sync(into)
    return rows


def _heed_signals(*_: int) -> None:
    """Python looks at signals between its own steps only, so without one a stop waits for all of the copy."""


def size_of(source: Path) -> int:
    """How many bytes a copy of a database has, with what is only in its log yet."""
    with contextlib.closing(sqlite.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading:
        pages, size = (reading.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    return int(pages) * int(size)


def rows_of(connection: sqlite.Connection) -> dict[str, int]:
    """How many rows each table has."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
