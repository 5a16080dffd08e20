"""Taking everything out of a database while its server runs, but for what is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, Table, delete, func, not_, select, text
from sqlmodel import Session, SQLModel

from scanner.db.engine import APPEND_ONLY
from scanner.db.sql import connection_of

_KEY = re.compile(r"PRIMARY KEY \(\s*(\"?\w+\"?)\s*\)")


def empty(session: Session, kept: Mapping[str, ColumnElement[bool]], whole: Collection[str]) -> None:
    """Delete every row but the `kept` of some tables, and all of those that stay `whole`.

    Others who write wait until the transaction ends, and who reads sees all until then. No number is given again that was given
    before: a page or a device may still have it. Those of PostgreSQL go on by themselves.
    """
    connection = connection_of(session)
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in whole]
    numbers = _numbers_of_sqlite(connection, tables) if connection.dialect.name == "sqlite" else {}
    with _unguarded(connection, tables):
        for table in reversed(tables):
            _empty(connection, table, kept.get(table.name))
        for name, highest in numbers.items():
            _count_on(connection, name, highest)


def _empty(connection: Connection, table: Table, kept: ColumnElement[bool] | None) -> None:
    if table.name in APPEND_ONLY:  # the app refuses to delete from it, wherever it does not say so by these words
        connection.execute(text(f'DELETE FROM "{table.name}"'))
    else:
        connection.execute(delete(table) if kept is None else delete(table).where(not_(kept)))


def _numbers_of_sqlite(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """By table, the highest number that was given so far, of those with numbers that the database gives."""
    given = {}
    for table in tables:
        key = table.autoincrement_column
        if key is not None and (highest := connection.execute(select(func.max(key))).scalar()):
            given[table.name] = int(highest)
    return given


def _count_on(connection: Connection, name: str, highest: int) -> None:
    """Have SQLite number on from there. It does so only for a table that was made so: it is made anew, with what is left in it.

    What refers to its rows is checked once they are there again.
    """
    about = {"name": name, "highest": highest}
    table = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :name"
    made = connection.execute(text(table), about).scalar_one()
    if "AUTOINCREMENT" in made:
        return
    kept = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
    indexes = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL ORDER BY name"
    statements = [_with_numbers(made), *connection.execute(text(indexes), about).scalars()]
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    connection.exec_driver_sql(f'DROP TABLE "{name}"')
    for statement in statements:
        connection.exec_driver_sql(statement)
    for row in kept:
        connection.exec_driver_sql(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', tuple(row))
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = OFF")  # others may write in the same transaction
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), about)
    connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :highest)"), about)


def _with_numbers(made: str) -> str:
    """The statement that makes a table, for numbers that are never given again."""
    changed, times = _KEY.subn(r"PRIMARY KEY (\1 AUTOINCREMENT)", made)
    assert times == 1, made
    return changed


@contextmanager
def _unguarded(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """Take the guard off the tables to which rows are only ever added, and put it there again in the same transaction."""
    guards = _guards_of_sqlite if connection.dialect.name == "sqlite" else _guards_of_postgresql
    off, on = guards(connection, tables)
    for statement in off:
        connection.execute(text(statement))
    yield
    for statement in on:
        connection.exec_driver_sql(statement)


def _guards_of_sqlite(connection: Connection, _tables: list[Table]) -> tuple[list[str], list[str]]:
    found = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")).all()
    return [f'DROP TRIGGER "{row.name}"' for row in found], [row.sql for row in found]


def _guards_of_postgresql(_connection: Connection, tables: list[Table]) -> tuple[list[str], list[str]]:
    guarded = [table.name for table in tables if table.name in APPEND_ONLY]
    first = sorted(tables, key=lambda table: table.name != "task")  # a scan holds its task before it touches anything else
    everything = ", ".join(f'"{table.name}"' for table in first)
    off = [f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in guarded]
    on = [f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in guarded]
    return [f"LOCK TABLE {everything} IN EXCLUSIVE MODE", *off], on
