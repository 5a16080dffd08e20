"""The SQLite databases of tests: new files of the newest schema, and one database that a process keeps for all its tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.db.sql import connection_of
from scanner.people.rules import OperatorView
from tests.support.warehouse import Warehouse, fill


def new_file(folder: Path) -> Database:
    """An empty warehouse in a new file of the folder; the caller disposes of it."""
    path = folder / "warehouse.db"
    path.write_bytes(_migrated())
    return Database(f"sqlite:///{path}")


def empty_warehouse() -> Database:
    """The database that this process keeps, on a new file. What was in it is gone: a test has only one of these at a time."""
    return _with(_migrated())


def warehouse_of(content: bytes) -> Database:
    """The same, on a file that `content_of` gave."""
    return _with(content)


def small_warehouse() -> Warehouse:
    """The same, on the small warehouse."""
    content, operators, items = _small()
    return Warehouse(_with(content), dict(operators), dict(items))


def content_of(database: Database) -> bytes:
    """The file of a SQLite database that nobody is using."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return _path(database).read_bytes()


def _with(content: bytes) -> Database:
    kept, _ = _kept()
    for left in _path(kept).parent.iterdir():
        left.unlink()
    kept.dispose()  # after the file is gone: into one that is there, SQLite would copy its log
    _path(kept).write_bytes(content)
    return kept


@cache
def _kept() -> tuple[Database, TemporaryDirectory[str]]:
    """Its engines keep the statements that they compiled, which takes longer than most tests.

    It does not wait for the disk: what a crash of the machine leaves is no test's question.
    """
    folder = TemporaryDirectory(prefix="scanner-kept-")
    kept = new_file(Path(folder.name))
    with kept.read() as session:
        reading = connection_of(session).engine
    for engine in (kept.engine, reading):
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return kept, folder


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        template = Database(f"sqlite:///{folder}/warehouse.db")
        migrate(template)
        return content_of(template)


@cache
def _small() -> tuple[bytes, dict[str, OperatorView], dict[str, int]]:
    made = fill(empty_warehouse())
    return content_of(made.database), made.operators, made.items


def _path(database: Database) -> Path:
    return Path(str(database.url.database))
