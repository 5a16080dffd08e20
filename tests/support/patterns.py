"""Patterns in the record: short picks, sales by day, work by week, and counts, as the app would have written them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, SQLModel

from scanner.catalogue.tables import Item
from scanner.db.sql import run, table_of
from scanner.discrepancies.tables import DiscrepancyEvent
from scanner.drift.signals.looking.service import look
from scanner.drift.signals.rules import STREAKS, SignalKind
from scanner.drift.signals.service import SignalView, shown
from scanner.drift.tables import ItemTrace, OpenDay, SaleDay, ShippedDay, Signal
from tests.support.differing import differ
from tests.support.warehouse import NOW, Warehouse

TODAY = NOW.date()


def write(warehouse: Warehouse, model: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows."""
    warehouse.database.transact(lambda session: run(session, insert(table_of(model)), list(rows)))


def short_pick(warehouse: Warehouse, at: datetime, sku: str = "MUG-B", place: str = "A-01-1") -> None:
    """Somebody did not find an item at a place."""
    values = {"kind": "short pick", "sku": sku, "place": place, "opened_at": at, "state": "settled", "settled_at": at}
    (number,) = differ(warehouse, values)
    event = {"discrepancy_id": number, "at": at, "operator_id": warehouse.operators["Rosa"].id, "action": "opened", "units": 1}
    write(warehouse, DiscrepancyEvent, [event | {"detail": ""}])


def days_before(days: int) -> datetime:
    """The moment so many days before now."""
    return NOW - timedelta(days=days)


def work(warehouse: Warehouse, units_a_week: int, weeks: int, section: str = "A-01") -> None:
    """Units that were picked in a section in each of the last weeks."""
    days = (TODAY - timedelta(weeks=back) for back in range(1, weeks + 1))
    rows = [{"section": section, "day": day, "units": units_a_week, "value_e4": 0} for day in days]
    write(warehouse, ShippedDay, rows)


def open_days(warehouse: Warehouse, days: int) -> None:
    """The house sold something on each of the last days."""
    write(warehouse, OpenDay, [{"day": TODAY - timedelta(days=back), "units": 5} for back in range(1, days + 1)])


def sold(warehouse: Warehouse, sku: str, days: Iterable[int]) -> None:
    """An item was sold so many days before today."""
    item = warehouse.items[sku]
    write(warehouse, SaleDay, [{"item_id": item, "day": TODAY - timedelta(days=back), "units": 2} for back in days])


def trace(warehouse: Warehouse, sku: str, on_hand: int, low: int, low_before: int | None = None) -> None:
    """How low the record of an item went."""
    row = {"item_id": warehouse.items[sku], "on_hand": on_hand, "low": low, "low_before": low_before}
    write(warehouse, ItemTrace, [row])


def streak(warehouse: Warehouse, sku: str = "MUG-B", days: int = 20) -> None:
    """An item that sold on every second day, and on none of the last ones, with 7 on record."""
    open_days(warehouse, 170)
    sold(warehouse, sku, range(days + 1, 170, 2))
    trace(warehouse, sku, 7, 3)


def looked(warehouse: Warehouse, today: date = TODAY, now: datetime = NOW) -> list[SignalView]:
    """Every signal, once the record was looked through."""
    look(warehouse.database, today, now)
    return signals(warehouse)


def signals(warehouse: Warehouse, **wanted: Any) -> list[SignalView]:
    """Every signal."""
    with warehouse.database.read() as session:
        return shown(session, warehouse.operators["Sam"], **wanted)


_WEEKS = [["2026-11-02", 1], ["2026-11-09", 2], ["2026-11-16", 3]]
_STREAK = {
    "streak": 20, "limit": 13.6, "sale_days": 75, "open_days": 149, "last_sale": "2026-11-02", "on_hand": 7, "weeks": _WEEKS,
}  # fmt: skip
_COUNTS = {"counts": [["2026-11-02", 1.5], ["2026-11-09", 2.25]], "chance": 0.008, "sure_from": 5}
SEEN: dict[SignalKind, dict[str, Any]] = {
    SignalKind.SHORT_ITEM: {
        "since": "2026-09-28", "lines": 80, "shorts": 6, "days": 4, "rate": 0.004, "chance": 0.0002, "weeks": _WEEKS,
    },
    SignalKind.SHORT_RATE: {
        "week": "2026-11-16", "shorts": 9, "units": 400, "usual": 1, "sum": 7.5, "alarm": 5, "weeks": _WEEKS,
    },
    SignalKind.RISING: _COUNTS,
    SignalKind.RISING_EARLY: _COUNTS,
    SignalKind.SLOWER: {
        "since": "2026-10-26", "hours": 30.2, "usual_hours": 10.1, "orders": 9, "others": 15, "chance": 0.0001,
    },
    SignalKind.STOPPED: _STREAK,
    SignalKind.NO_SALE: _STREAK,
}  # fmt: skip
"""Evidence of each kind."""


def open_signal(warehouse: Warehouse, sku: str = "MUG-B", **more: Any) -> int:
    """A signal of short picks of an item; gives its number."""
    values = {
        "kind": SignalKind.SHORT_ITEM.value, "subject": sku, "item_id": warehouse.items[sku], "section": "A-01",
        "opened_at": NOW, "owner": "supervisor", "state": "open", "evidence": json.dumps(SEEN[SignalKind.SHORT_ITEM]),
        "closed_at": None, "closed_by": None, "has_found": None, "note": "",
    } | more  # fmt: skip

    def add(session: Session) -> int:
        return int(run(session, insert(table_of(Signal)).returning(table_of(Signal).c.id), values).scalar_one())

    return warehouse.database.transact(add)


def add_signals(session: Session) -> None:
    """One signal of each kind, about the mugs, a section or the house, in the order of the kinds."""
    mug = run(session, select(table_of(Item).c.id).where(table_of(Item).c.sku == "MUG-B")).scalar_one()
    for kind in SignalKind:
        is_of_item = kind in (*STREAKS, SignalKind.SHORT_ITEM)
        section = "" if kind is SignalKind.SLOWER else "A-01"
        values = {
            "kind": kind.value, "subject": "MUG-B" if is_of_item else section, "item_id": mug if is_of_item else None,
            "section": section, "opened_at": NOW, "owner": "supervisor", "state": "open", "evidence": json.dumps(SEEN[kind]),
            "note": "",
        }  # fmt: skip
        run(session, insert(table_of(Signal)), values)
