"""Backups of a whole warehouse: taken while scanning goes on, and restored."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import make_url
from sqlmodel import Session

from scanner.data import restorations
from scanner.db.engine import Database
from scanner.db.engine import sqlite as sqlite
from scanner.errors import BadRequest, Conflict


def backup(database: Database, target: Path) -> None:
    """Copy a SQLite database, as it is at one moment, into a new file, which appears whole or not at all.

    Raises Conflict where the file exists, BadRequest on PostgreSQL (its own pg_dump does this).
    """
    if not database.is_sqlite:
        raise BadRequest("A PostgreSQL database is backed up with pg_dump, and put back with pg_restore.")
    if target.exists():
        raise Conflict(f"{target} is there already: a backup never overwrites one.")
    handle, half_done = tempfile.mkstemp(dir=target.resolve().parent, prefix=f".{target.name}.")
    os.close(handle)
    try:
        with (
            contextlib.closing(sqlite.connect(str(database.url.database))) as source,
            contextlib.closing(sqlite.connect(half_done)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(Path(half_done))
        os.link(half_done, target)
    finally:
        os.unlink(half_done)
    _sync(target.resolve().parent)


def restore(url: str, source: Path) -> None:
    """Put a backup in the place of a SQLite database. The old one stays beside it as `….before-restore`.

    Raises BadRequest where the file is no whole database of this app, Conflict while a server has the database open.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BadRequest("A PostgreSQL database is put back with pg_restore.")
    _check(source)
    target = Path(parsed.database).expanduser()
    _refuse_while_in_use(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, incoming = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    Path(incoming).write_bytes(source.read_bytes())
    _sync(Path(incoming))
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{target}{suffix}", f"{target}.before-restore{suffix}")
    os.replace(incoming, target)
    _sync(target.parent)


def mark_restored(session: Session, now: datetime) -> None:
    """Have devices send again what they sent in the last 24 hours, once the server has been started anew."""
    restorations.add(session, uuid4().hex, now)


def restoration_mark(session: Session) -> str:
    """The mark of the last restore, empty where there never was one."""
    return restorations.latest(session) or ""


def _refuse_while_in_use(target: Path) -> None:
    """Raise Conflict while a server has the file open: it would go on writing into the file that is put aside."""
    if not target.exists():
        return
    with contextlib.closing(sqlite.connect(target, timeout=1)) as database:
        try:
            left = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite.OperationalError:
            left = "locked"
    if left != "delete":
        raise Conflict(f"{target} is in use. Stop the server first, then restore.")


def _check(source: Path) -> None:
    if not source.is_file():
        raise BadRequest(f"Expected a backup file, found none at {source}.")
    try:
        with contextlib.closing(sqlite.connect(f"file:{source.resolve()}?mode=ro&immutable=1", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            database.execute("SELECT count(*) FROM scan").fetchone()
    except sqlite.DatabaseError as error:
        raise BadRequest(f"{source} is no backup of this app: {error}.") from error
    if verdict != "ok":
        raise BadRequest(f"{source} is damaged: {verdict}.")


def _sync(path: Path) -> None:
    """Wait until it is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
