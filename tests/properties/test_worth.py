"""For any order of scans, files, damage, merges and changes of costs: the record explains what the inventory is worth."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY
from scanner.db.sql import run
from scanner.errors import DomainError
from scanner.items import service as items
from scanner.scans.history import store as reports
from scanner.scans.tables import CostChange
from scanner.scans.verify import verify
from scanner.workflows import WORKFLOWS
from tests.support.files import import_csv
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, NOW, TEE, Warehouse, fill

SKUS = st.sampled_from(["MUG-B", "LAMP", "TEE-M"])
PLACES = st.sampled_from(["A-01-1", "A-01-2", "DAMAGED", "SCRAP", "QUARANTINE"])
CODES = st.sampled_from([MUG, LAMP, TEE, "SET", "CMD-UNDO"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), CODES, st.integers(1, 5)),
        st.tuples(st.just("pick"), CODES, st.integers(1, 5)),
        st.tuples(st.just("cost"), SKUS, st.sampled_from(["0", "0.0001", "1", "4.25", "9999999.99"])),
        st.tuples(st.just("stock"), SKUS, PLACES, st.integers(0, 9)),
        st.tuples(st.just("merge"), SKUS, SKUS),
    ),
    max_size=16,
)  # fmt: skip


def take(warehouse: Warehouse, step: tuple) -> None:
    """One step; what the house refuses changes nothing."""
    kind, *more = step
    if kind in ("receive", "pick"):
        task, by = ("PO-BIG", "Rosa") if kind == "receive" else ("PICKS", "Carla")
        warehouse.scan(more[0], by=by, task=task, quantity=more[1], location="A-01-1")
        return
    try:
        if kind == "merge":
            warehouse.database.transact(items.merge, *more, warehouse.operators["Sam"], NOW, WORKFLOWS)
        else:
            content = (
                f"sku,unit_cost\n{more[0]},{more[1]}\n"
                if kind == "cost"
                else f"sku,location,units\n{more[0]},{more[1]},{more[2]}\n"
            )
            warehouse.database.transact(import_csv, "items" if kind == "cost" else kind, BytesIO(content.encode()), None, NOW)
    except DomainError:
        pass


def on_hand(session: Session) -> Counter[str]:
    """Units in the inventory by SKU."""
    units: Counter[str] = Counter()
    for row in reports.stock(session, real_only=False):
        units[row.sku] += 0 if row.kind in NO_INVENTORY else row.units
    return units


@pytest.mark.slow
@given(STEPS)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_moved_and_what_costs_changed_explain_the_worth(steps) -> None:
    warehouse = fill(empty_warehouse())
    warehouse.add_receipt("PO-BIG", [("MUG-B", 1_000), ("LAMP", 1_000), ("TEE-M", 1_000), ("SET", 1_000)])
    skus = {number: sku for sku, number in warehouse.items.items()}
    for step in steps:
        with warehouse.database.read() as session:
            before = on_hand(session)
            noted = len(run(session, select(CostChange.__table__)).all())
        take(warehouse, step)
        with warehouse.database.read() as session:
            assert verify(session) == []
            units: Counter[str] = Counter()
            for change in run(session, select(CostChange.__table__).order_by(CostChange.__table__.c.seq)).all()[noted:]:
                units[skus[change.item_id]] += change.units
                assert change.units and change.before_e4 != change.after_e4
            assert units == {sku: before[sku] for sku in units}
