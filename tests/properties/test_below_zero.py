"""For any order of picks, receipts and undos, on any device: nothing goes below zero in silence."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.discrepancies import service as discrepancies
from scanner.scans.history import store as reports
from scanner.scans.verify import verify
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, fill

PLACES = ("A-01-1", "A-01-2")
DEVICES = ("handheld-1", "handheld-2")
PICKS, RECEIPT = ("PICKS", "Carla"), ("PO-BIG", "Rosa")
GOODS = st.tuples(st.sampled_from((MUG, LAMP, "SET")), st.integers(1, 6), st.sampled_from(PLACES))
UNDONE = st.just(("CMD-UNDO", 1, None))
SCANS = st.tuples(st.sampled_from((PICKS, RECEIPT)), st.sampled_from(DEVICES), st.one_of(GOODS, GOODS, UNDONE))


def silent(session: Session) -> dict[tuple[str, str], int]:
    """(location, sku) -> units below zero for which no discrepancy is open."""
    noted: Counter[tuple[str | None, str]] = Counter()
    for row in discrepancies.discrepancies(session, kind="below zero"):
        noted[row.location, row.sku] += row.units
    below = {(row.location, row.sku): row.units for row in reports.stock(session, real_only=False) if row.kind not in VIRTUAL}
    return {key: units for key, units in below.items() if units + noted[key] < 0}


@pytest.mark.slow
@given(st.lists(SCANS, max_size=14))
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_is_below_zero_has_an_open_discrepancy_of_at_least_as_much(scans) -> None:
    warehouse = fill(empty_warehouse())
    warehouse.add_receipt("PO-BIG", [("MUG-B", 1_000), ("LAMP", 1_000), ("SET", 1_000)])
    for (task, by), device, (code, quantity, place) in scans:
        warehouse.scan(code, by=by, task=task, device=device, quantity=quantity, location=place)
        with warehouse.database.read() as session:
            assert silent(session) == {} and verify(session) == []


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(DEVICES), GOODS), min_size=1, max_size=8))
@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
def test_when_all_is_taken_back_nothing_is_left_to_settle(picks) -> None:
    warehouse = fill(empty_warehouse())
    for device, (code, quantity, place) in picks:
        warehouse.scan(code, by="Carla", task="PICKS", device=device, quantity=quantity, location=place)
    for device, _ in picks:
        warehouse.scan("CMD-UNDO", by="Carla", task="PICKS", device=device)
    with warehouse.database.read() as session:
        assert discrepancies.discrepancies(session) == [] and reports.stock(session) == []
