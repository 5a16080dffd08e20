"""Many rows by one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, Table, bindparam, cast, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from scanner.db.sql import connection_of, run

PAGE = 1_000
"""Rows read or written by one statement."""


def rows_by(session: Session, key: ColumnElement[Any], values: Collection[Any], *columns: Any) -> dict[Any, Row[Any]]:
    """The rows whose `key` is among `values`, by that key. Without `columns`, whole rows."""
    wanted = select(key, *(columns or (key.table,))).where(key.in_(list(values)))
    return {row[0]: row for row in run(session, wanted)} if values else {}


def pairs(session: Session, values: Mapping[str, str], kind: type[TypeEngine[Any]]) -> CTE:
    """Texts by a key as rows with `key` and `value`, in one parameter: a list of thousands costs no time to write out.

    `kind` is what PostgreSQL takes the values for; on SQLite a day is the text of it.
    """
    if connection_of(session).dialect.name == "sqlite":
        found = func.json_each(json.dumps(dict(values))).table_valued("key", "value").alias("found")
        rows = select(found.c.key, found.c.value)
    else:
        found = func.jsonb_each_text(literal(dict(values), JSONB)).table_valued("key", "value").alias("found")
        rows = select(found.c.key, cast(found.c.value, kind).label("value"))
    return rows.cte("pairs").prefix_with("MATERIALIZED")


def insert_all(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows, all with the same columns."""
    if rows:
        run(session, insert(table), rows)


def update_all(session: Session, table: Table, rows: list[dict[str, Any]], by: tuple[str, ...] = ("id",)) -> None:
    """Update rows, found by the columns `by`; every other column of `rows` is set. All rows have the same columns."""
    if not rows:
        return
    changed = [name for name in rows[0] if name not in by]
    found = [table.c[name] == bindparam(f"by_{name}") for name in by]
    statement = update(table).where(*found).values({name: bindparam(f"new_{name}") for name in changed})
    run(
        session,
        statement,
        [{("by_" if name in by else "new_") + name: value for name, value in row.items()} for row in rows],
    )


def paged(session: Session, statement: Select[Any], *key: ColumnElement[Any]) -> Iterator[Row[Any]]:
    """Every row of a statement in the order of `key`, which is unique and selected first.

    Each page is a query of its own, so that a long export does not hold the log of the database.
    """
    after: tuple[Any, ...] | None = None
    while True:
        page = statement.order_by(*key).limit(PAGE)
        if after is not None:
            page = page.where(_beyond(key, after))
        rows = run(session, page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = tuple(rows[-1][: len(key)])
        let_go(session)


def let_go(session: Session) -> None:
    """End the read transaction between two pages. The next page sees later changes."""
    connection_of(session).rollback()
    connection_of(session).begin()


def _beyond(key: tuple[ColumnElement[Any], ...], after: tuple[Any, ...]) -> ColumnElement[bool]:
    """`key > after` for one column or several, first column first."""
    beyond: ColumnElement[bool] = key[-1] > after[-1]
    for column, value in zip(reversed(key[:-1]), reversed(after[:-1]), strict=True):
        beyond = (column > value) | ((column == value) & beyond)
    return beyond
