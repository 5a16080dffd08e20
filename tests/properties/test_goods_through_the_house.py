"""For any order of moves, orders, picks, carts, packing and undo: stock sums to zero, and every order has what it says."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.db.sql import run, table_of
from scanner.discrepancies import service as discrepancies
from scanner.errors import BadRequest
from scanner.orders import KIND
from scanner.orders.carts import service as carts
from scanner.orders.tables import Order, Packed
from scanner.scans.history import store as reports
from scanner.scans.picked import picked_for_orders
from scanner.scans.tables import Line, Task
from scanner.scans.verify import verify
from tests.support.kept import empty_warehouse
from tests.support.orders import add_order, cancel, packing_place, stock_up
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, Warehouse, fill

PEOPLE = ("Rosa", "Pia")
GOODS = st.sampled_from((MUG, LAMP, MUG_CASE))
PLACES = st.sampled_from(("A-01-1", "A-01-2", "DOCK", "QUARANTINE"))
COMMANDS = st.sampled_from(("CMD-UNDO", "CMD-UNDO", "CMD-CONFIRM", "CMD-SHORT", "CMD-SHIP", "CMD-RESTOCK", "CMD-DAMAGED-CRUSHED"))
TASKS = ("MOVES", "WEB-1", "WEB-2", "PICK-1")
LABELS = st.sampled_from(("TOTE-1", "TOTE-2", "WEB-1", "WEB-2"))
CODES = st.one_of(GOODS, GOODS, GOODS, PLACES, PLACES, LABELS, COMMANDS)
SCANS = st.tuples(st.sampled_from(TASKS), st.sampled_from(PEOPLE), CODES, st.booleans())


def house() -> Warehouse:
    """Two shelves, goods at the dock, two orders and a cart for both."""
    warehouse = fill(empty_warehouse())
    for place, sku, units in (("A-01-1", "MUG-B", 6), ("A-01-2", "LAMP", 2), ("DOCK", "MUG-B", 14), ("QUARANTINE", "LAMP", 1)):
        stock_up(warehouse, place, sku, units)
    add_order(warehouse, "WEB-1", [("MUG-B", 3), ("LAMP", 1)])
    add_order(warehouse, "WEB-2", [("MUG-B", 13)])
    return warehouse


def units_by_kind(session: Session) -> dict[tuple[str, str], int]:
    """(kind of place, SKU) -> units below zero are counted as they are."""
    total: Counter[tuple[str, str]] = Counter()
    for row in reports.stock(session, real_only=False):
        total[row.kind, row.sku] += row.units
    return total


def silent(session: Session) -> dict[tuple[str, str], int]:
    """(location, SKU) -> units below zero for which no discrepancy is open."""
    noted: Counter[tuple[str | None, str]] = Counter()
    for row in discrepancies.discrepancies(session, kind="below zero"):
        noted[row.location, row.sku] += row.units
    below = {(row.location, row.sku): row.units for row in reports.stock(session, real_only=False) if row.kind not in VIRTUAL}
    return {key: units for key, units in below.items() if units + noted[key] < 0}


def check(warehouse: Warehouse, packing: str) -> None:
    """What holds whatever happened."""
    with warehouse.database.read() as session:
        assert verify(session) == []
        assert silent(session) == {}
        stock = reports.stock(session, real_only=False)
        assert all(row.units >= 0 for row in stock if row.kind in ("cart", "packing")), "a hand or the packing place below zero"
        there = {row.sku: row.units for row in stock if row.location == packing}
        wanted = {sku: units for sku, item_id in warehouse.items.items() if (units := picked_for_orders(session).get(item_id, 0))}
        assert all(there.get(sku, 0) >= units for sku, units in wanted.items()), "an order lacks what it says is picked"
        line, task, packed, order = (table_of(model) for model in (Line, Task, Packed, Order))
        rows = run(
            session,
            select(line.c.id, line.c.expected, line.c.scanned, task.c.state, order.c.shipped_at, order.c.cancelled_at)
            .join_from(line, task, line.c.task_id == task.c.id)
            .join(order, order.c.task_id == task.c.id)
            .where(task.c.kind == KIND),
        ).all()
        in_parcel: Counter[int] = Counter()
        for row in run(session, select(packed.c.line_id, packed.c.units)):
            in_parcel[row.line_id] += row.units
        for row in rows:
            assert 0 <= in_parcel[row.id] <= row.scanned <= row.expected
            assert (row.state == "finished") == (row.shipped_at is not None or row.cancelled_at is not None)
        gone = sum(row.scanned for row in rows if row.shipped_at is not None)
        assert sum(row.units for row in stock if row.kind == "customer") == gone
        assert sum(row.units for row in stock) == 0


@pytest.mark.slow
@given(st.lists(SCANS, max_size=30), st.one_of(st.none(), st.integers(0, 29)))
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_stock_sums_to_zero_and_orders_have_what_they_say(scans, cancelled_at) -> None:
    warehouse = house()
    packing = packing_place(warehouse)
    try:
        warehouse.database.transact(carts.begin, warehouse.operators["Pia"], NOW, 6)
    except BadRequest as error:
        raise AssertionError("expected a cart to begin with") from error
    for at, (task, by, code, packs) in enumerate(scans):
        if at == cancelled_at:
            cancel(warehouse, "WEB-2")
        place = packing if packs and task.startswith("WEB") and not code.startswith("CMD-SHORT") else None
        warehouse.scan(code, by=by, task=task, location=place)
        check(warehouse, packing)
