"""Days on which items were sold, as the sums over the record have them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.db.sql import run
from scanner.drift.tables import OpenDay, SaleDay
from tests.support.warehouse import Warehouse

Sales = Callable[[int], int]
"""Units on the day that was so many days ago, from 1."""


def add_sales(warehouse: Warehouse, today: date, days: int, **by_sku: Sales) -> None:
    """Sales of items on each of so many days before today. Every one of these days is open: other things are sold, too."""
    warehouse.database.transact(_add, warehouse, today, days, {sku.replace("_", "-"): sales for sku, sales in by_sku.items()})


def _add(session: Session, warehouse: Warehouse, today: date, days: int, by_sku: dict[str, Sales]) -> None:
    there = set(run(session, select(OpenDay.__table__.c.day)).scalars())
    ago = [(number, today - timedelta(number)) for number in range(1, days + 1)]
    opened = [{"day": day, "units": 100} for _, day in ago if day not in there]
    sold = [
        {"item_id": warehouse.items[sku], "day": day, "units": units}
        for sku, sales in by_sku.items()
        for number, day in ago
        if (units := sales(number))
    ]
    for table, rows in ((OpenDay, opened), (SaleDay, sold)):
        if rows:
            run(session, insert(table.__table__), rows)
