"""Taking everything out of a database while its server runs, but for what is kept: it is then as a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, not_, select, text
from sqlmodel import Session, SQLModel

from scanner.db.engine import APPEND_ONLY, Database
from scanner.db.migrations import bring
from scanner.db.sql import connection_of, run

Rows = dict[str, list[dict[str, Any]]]
FROM_THE_START = ("return_reason", "count_class", "count_policy")
"""Tables whose rows a new database has and a shop may change; its places are the others (`copying.MADE_BY_MIGRATION`)."""


def rows_of_a_new_one() -> Rows:
    """What these tables hold in a new database: one is made for that, and thrown away."""
    with TemporaryDirectory(prefix="scanner-new-") as folder, closing(_New(Path(folder) / "new.db")) as made:
        return made.rows()


class _New:
    def __init__(self, file: Path) -> None:
        self._database = Database(f"sqlite:///{file}")
        bring(self._database)

    def rows(self) -> Rows:
        with self._database.read() as session:
            return {name: [dict(row) for row in run(session, select(_table(name))).mappings()] for name in FROM_THE_START}

    def close(self) -> None:
        self._database.dispose()


def empty(session: Session, kept: Mapping[str, ColumnElement[bool]], new: Rows) -> None:
    """Delete every row but the `kept` of some tables. `new`: what the tables that are never empty hold then.

    Others who write wait until the transaction ends, and who reads sees all until then. The numbers of PostgreSQL go on.
    """
    connection = connection_of(session)
    tables = SQLModel.metadata.sorted_tables
    with _unguarded(connection, tables):
        for table in reversed(tables):
            _empty(connection, table, kept.get(table.name))
    for name, rows in new.items():
        connection.execute(insert(_table(name)), rows)


def _empty(connection: Connection, table: Table, kept: ColumnElement[bool] | None) -> None:
    if table.name in APPEND_ONLY:  # the app refuses to delete from it, wherever it does not say so by these words
        connection.execute(text(f'DELETE FROM "{table.name}"'))
    else:
        connection.execute(delete(table) if kept is None else delete(table).where(not_(kept)))


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
    everything = ", ".join(f'"{table.name}"' for table in tables)
    off = [f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in guarded]
    on = [f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in guarded]
    return [f"LOCK TABLE {everything} IN SHARE ROW EXCLUSIVE MODE", *off], on


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]
