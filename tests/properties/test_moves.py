"""For any order of moves, hand-overs, grades and undos, on any device: no hand goes below zero, all sums to zero."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.data.imports import import_csv
from scanner.scans.request import Source
from scanner.scans.verify import verify
from tests.properties.test_below_zero import silent
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse, fill

STOCK = b"location,sku,units\nDOCK,MUG-B,9\nDOCK,LAMP,3\nA-01-1,MUG-B,2\nQUARANTINE,LAMP,2\nVENDOR,MUG-B,2\n"
PLACES = ("DOCK", "A-01-1", "A-01-2", "QUARANTINE", "VENDOR", "RETURNS", "CUSTOMER", "CART-1", "CART-2")
GRADES = ("CMD-RESTOCK", "CMD-QUARANTINE", "CMD-DAMAGED", "CMD-REASON-DOA", "CMD-SCRAP-DOA", "CMD-SENT")
COMMANDS = ("CMD-UNDO", "CMD-UNDO", "CMD-CONFIRM", "CMD-LEAVE", "CMD-TAKE-CART-1", "CMD-TAKE-CART-2", "NOPE")
GOODS = (MUG, LAMP, "SET")
PEOPLE = st.sampled_from(("Rosa", "Theo"))
BY_HAND = st.tuples(
    PEOPLE, st.sampled_from(("handheld-1", "handheld-2")), st.sampled_from((*GOODS, *GOODS, *PLACES, *GRADES, *COMMANDS)),
    st.integers(1, 3), st.just(None),
)  # fmt: skip
BY_PROGRAM = st.tuples(
    PEOPLE, st.just("token"), st.sampled_from(GOODS), st.integers(1, 3), st.sampled_from((*PLACES, "NOWHERE"))
)  # fmt: skip


def totals(warehouse: Warehouse) -> Counter[str]:
    """Units of each item over all places, virtual ones too."""
    found: Counter[str] = Counter()
    for (_, sku), units in warehouse.stock().items():
        found[sku] += units
    return +found


@pytest.mark.slow
@given(st.lists(st.one_of(BY_HAND, BY_HAND, BY_HAND, BY_PROGRAM), max_size=20))
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_scan_is_answered_and_no_hand_goes_below_zero(scans) -> None:
    warehouse = fill(empty_warehouse())
    warehouse.database.transact(import_csv, "stock", BytesIO(STOCK), None, NOW)
    for by, device, code, quantity, to in scans:
        more = {"to": to, "location": "A-01-1", "source": Source.API} if to else {}
        assert warehouse.scan(code, by=by, task="MOVES", device=device, quantity=quantity, **more).message
        assert totals(warehouse) == Counter()
        assert [key for key, units in warehouse.stock().items() if key[0].startswith("CART") and units < 0] == []
        with warehouse.database.read() as session:
            assert silent(session) == {} and verify(session) == []


@pytest.mark.slow
@given(st.lists(st.sampled_from((*GOODS, *GOODS, *PLACES, *GRADES, "NOPE")), max_size=14))
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
def test_who_works_alone_takes_everything_home_by_undo(codes) -> None:
    warehouse = fill(empty_warehouse())
    plenty = "".join(f"{place},{sku},90\n" for place in PLACES[:5] for sku in ("MUG-B", "LAMP"))
    warehouse.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\n{plenty}".encode()), None, NOW)
    before = warehouse.stock()
    for code in codes:
        warehouse.scan(code, by="Rosa", task="MOVES")
    for _ in codes:
        warehouse.scan("CMD-UNDO", by="Rosa", task="MOVES")
    assert warehouse.stock() == before
