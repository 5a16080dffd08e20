"""Old warehouses on either database, as large as a test wants them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, select, text
from sqlalchemy.exc import SAWarning

from scanner.db.engine import Database
from scanner.db.migrations import migrate
from tests.support.old_warehouses import unpacked
from tests.support.postgres import drop_database, postgres_url

BATCH = 1000


def aged(revision: str, folder: Path, postgres: str | None = None) -> Database:
    """The warehouse of an earlier schema, as it was left; on PostgreSQL at the address of an empty database."""
    path = unpacked(revision, folder)
    if postgres is None:
        return Database(f"sqlite:///{path}")
    database = Database(postgres)
    migrate(database, revision)
    copy_rows(path, database)
    return database


@contextmanager
def aged_on(backend: str, revision: str, folder: Path) -> Iterator[Database]:
    """The same on `sqlite` or `postgresql`, gone at the end; skips the test where there is no PostgreSQL."""
    url = None if backend == "sqlite" else postgres_url()
    if backend == "postgresql" and url is None:
        pytest.skip("no PostgreSQL on this machine")
    database = aged(revision, folder, url)
    yield database
    database.dispose()
    drop_database(database.url)


def copy_rows(source: Path, target: Database) -> None:
    """Copy every row of a SQLite file into PostgreSQL tables of the same schema."""
    reading = create_engine(f"sqlite:///{source}")
    with reading.connect() as rows, target.engine.begin() as connection:
        old, new = _tables(rows), _tables(connection)
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # rows come in any order
        names = [name for name in new.tables if name != "alembic_version"]
        connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
        for name in names:
            found = [_with_zones(dict(row)) for row in rows.execute(select(old.tables[name])).mappings()]
            for begin in range(0, len(found), BATCH):
                connection.execute(new.tables[name].insert(), found[begin : begin + BATCH])
            _count_on(connection, new.tables[name])
    reading.dispose()


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of indexes by an expression, which are of no use here
        found.reflect(connection)
    return found


def _with_zones(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in row.items()}


def _count_on(connection: Connection, table: Table) -> None:
    for column in table.primary_key.columns:
        named = {"table": table.name, "column": column.name}
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), named).scalar_one()
        if sequence:
            connection.execute(text(f"SELECT setval('{sequence}', coalesce(max({column.name}), 0) + 1, false) FROM {table.name}"))


def swell(database: Database, rows: int) -> None:
    """Copy one scan with its tally until there are so many more, and move the counter of its line along. In any schema."""
    with database.engine.begin() as connection:
        seq, line, units = connection.execute(
            text("SELECT scan_seq, line_id, units FROM tally WHERE units > 0 ORDER BY scan_seq LIMIT 1")
        ).one()
        names = [column["name"] for column in inspect(connection).get_columns("scan") if column["name"] not in ("seq", "id")]
        columns = ", ".join(f'"{name}"' for name in names)
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
        for into, values, source in (
            (f"scan (seq, id, {columns})", f"i + 1000000, 'copy-' || i, {columns}", "scan WHERE seq"),
            ("tally (scan_seq, line_id, units)", "i + 1000000, line_id, units", "tally WHERE scan_seq"),
        ):
            copy = f"INSERT INTO {into} {numbers} SELECT {values} FROM n, {source} = :seq"
            more = " AND line_id = :line" if into.startswith("tally") else ""
            connection.execute(text(copy + more), {"rows": rows, "seq": seq} | ({"line": line} if more else {}))
        connection.execute(
            text("UPDATE line SET scanned = scanned + :more WHERE id = :line"), {"more": rows * units, "line": line}
        )


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the one of the schema's version, by column, in the order of its key."""
    with database.engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
            for name, table in _tables(connection).tables.items()
            if name != "alembic_version"
        }
