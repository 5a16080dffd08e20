"""Copying a whole warehouse from one database into another, row by row, whatever the two are."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlmodel import Session, SQLModel

from scanner.db.sql import connection_of, run

BATCH = 2000
MADE_BY_MIGRATION = frozenset({"location", "return_reason", "count_class", "count_policy"})
"""Tables in which a new database has rows already."""


def rows_in(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: run(session, select(func.count()).select_from(table)).scalar_one() for table in _tables()}


def copy_all(source: Session, target: Session) -> None:
    """Copy every row. The target must be migrated and otherwise empty."""
    reading, writing = connection_of(source), connection_of(target)
    for name in MADE_BY_MIGRATION:
        writing.execute(delete(SQLModel.metadata.tables[name]))
    for table in _tables():
        _copy(reading, writing, table)
        _count_on(writing, table)


def _tables() -> list[Table]:
    return SQLModel.metadata.sorted_tables


def _copy(reading: Connection, writing: Connection, table: Table) -> None:
    ordered = select(table).order_by(*table.primary_key.columns)
    rows = reading.execution_options(yield_per=BATCH).execute(ordered)
    for batch in rows.mappings().partitions(BATCH):
        writing.execute(insert(table), [dict(row) for row in batch])


def _count_on(writing: Connection, table: Table) -> None:
    """Have PostgreSQL number the next row after the highest one that was copied."""
    key = table.autoincrement_column
    if writing.dialect.name != "postgresql" or key is None:
        return
    sequence = writing.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": key.name}
    ).scalar_one()
    if sequence is not None:
        highest = writing.execute(select(func.max(key))).scalar_one()
        writing.execute(
            text("SELECT setval(:sequence, :value, :used)"),
            {"sequence": sequence, "value": highest or 1, "used": highest is not None},
        )
