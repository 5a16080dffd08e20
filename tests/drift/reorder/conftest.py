"""What is known of supply, worked out on a small warehouse."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert, update

from scanner.catalogue.tables import Item
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.drift.reorder import service, store
from scanner.drift.reorder.due import Ordering
from scanner.drift.reorder.store import SupplyRow
from scanner.drift.reorder.supply import service as supply
from scanner.drift.tables import Signal
from tests.support.counted import add_count
from tests.support.sold import add_sales
from tests.support.warehouse import NOW, Warehouse

TODAY = date(2026, 11, 23)


class Purchasing:
    """A warehouse with what happened in it so many days ago, and what to order follows from that."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.database = warehouse, warehouse.database
        self._number = 0

    def item(self, sku: str, **values: object) -> None:
        """Change an item."""
        table = Item.__table__
        self.database.transact(lambda session: run(session, update(table).where(table.c.sku == sku).values(**values)))

    def stock(self, days_ago: int, at: str = "A-01-1", **by_sku: int) -> None:
        """Have so many units stand at a place, by a file."""
        rows = "".join(f"{at},{sku.replace('_', '-')},{units}\n" for sku, units in by_sku.items())
        file = BytesIO(f"location,sku,units\n{rows}".encode())
        self.database.transact(import_csv, "stock", file, None, NOW - timedelta(days_ago))

    def sales(self, days: int = 180, **by_sku) -> None:
        """Units sold on the day that was so many days ago."""
        add_sales(self.warehouse, TODAY, days, **by_sku)

    def streak(self, sku: str, *, sold: int, opened: int, closed: int | None = None, has_found: bool | None = None) -> None:
        """A signal that an item sells no more: sold last, opened and closed so many days ago."""
        at = None if closed is None else NOW - timedelta(closed)
        row = {
            "kind": "no sale", "subject": sku, "item_id": self.warehouse.items[sku], "opened_at": NOW - timedelta(opened),
            "owner": "supervisor", "state": "closed" if at else "open", "closed_at": at, "has_found": has_found,
            "evidence": json.dumps({"last_sale": (TODAY - timedelta(sold)).isoformat()}), "section": "", "note": "",
        }  # fmt: skip
        self.database.transact(lambda session: run(session, insert(Signal.__table__), row))

    def receipt(self, sku: str, code: str, *, known: int, came: float, **more) -> str:
        """A receipt of one unit that was made known and came so many days ago, and was put away and sold."""
        self._number += 1
        reference = f"PO-{self._number}"
        self.warehouse.add_receipt(reference, [(sku, 1)], created_at=NOW - timedelta(known), **more)
        at = NOW - timedelta(days=came)
        self.warehouse.scan(code, task=reference, now=at, scanned_at=at)
        self.stock(0, "DOCK", **{sku: 0})
        return reference

    def count(self, days_ago: int, places: dict[str, dict[str, tuple[int, int]]], **more) -> None:
        """A count: {"A-01-1": {"MUG-B": (counted, on hand)}}."""
        self._number += 1
        add_count(self.warehouse, f"C-{self._number}", places, NOW - timedelta(days_ago), **more)

    def refresh(self, today: date = TODAY) -> None:
        """The daily work."""
        supply.refresh(self.database, today, NOW)

    def known(self) -> dict[str, SupplyRow]:
        """What is known, by SKU."""
        with self.database.read() as session:
            rows = store.supplies(session)
        return {sku: rows[item_id] for sku, item_id in self.warehouse.items.items() if item_id in rows}

    def plan(self, today: date = TODAY) -> dict[str, Ordering]:
        """What to order, by SKU in the order of the list."""
        with self.database.read() as session:
            return {each.sku: each for each in service.plan(session, today)}


@pytest.fixture
def purchasing(warehouse: Warehouse) -> Purchasing:
    """Purchasing of the small warehouse, on each of the two databases."""
    return Purchasing(warehouse)
