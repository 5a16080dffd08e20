"""A record of thousands of movements, and how the database goes about what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert
from sqlmodel import Session

from scanner.catalogue.tables import Stock
from scanner.db.engine import Database
from scanner.db.sql import connection_of, run
from scanner.scans.tables import Movement
from tests.support.warehouse import NOW, Warehouse

LENGTH = 8_000
BY_ITEM_AND_TIME, BY_ITEM_AND_NUMBER = "ix_movement_item_id_at", "ix_movement_item_id_seq"
"""The indexes by which only what moved since a moment, or since a movement, is read."""


def a_long_record(warehouse: Warehouse) -> None:
    """A movement of every item in turn, a minute apart, up to now."""
    items, scan = list(warehouse.items.values()), warehouse.scan("A-01-1").seq
    same = {"units": 1, "source_id": 1, "target_id": 2, "scan_seq": scan}
    rows = [same | {"at": NOW - timedelta(minutes=LENGTH - n), "item_id": items[n % len(items)]} for n in range(LENGTH)]

    def add(session: Session) -> None:
        run(session, insert(Movement.__table__), rows)
        run(session, insert(Stock.__table__), [{"location_id": 1, "item_id": item, "units": 1} for item in items])
        connection_of(session).exec_driver_sql("ANALYZE")

    warehouse.database.transact(add)


def plan_of(database: Database, read: Callable[[Session], Any]) -> str:
    """How the database would go about what `read` asks last."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    def explain(session: Session) -> str:
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            read(session)
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        explained = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        return "\n".join(str(row) for row in connection_of(session).exec_driver_sql(f"{explained} {asked[-1][0]}", asked[-1][1]))

    return database.transact(explain)
