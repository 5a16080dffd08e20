"""Counts by file where goods are picked for orders, or in somebody's hands: what scans put there stays."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from scanner.data.imports import ImportRefused, import_csv
from scanner.scans.picked import picked_for_orders
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from tests.support.files import export_csv
from tests.support.warehouse import LAMP, MUG, NOW

HEAD = "location,sku,units\n"


@pytest.fixture
def picked(floor):
    """2 mugs are picked for SHOP-1001, and Rosa has a lamp in hand."""
    for code, by, more in (
        (MUG, "Pia", {"task": "SHOP-1001", "location": "A-01-1", "quantity": 2}),
        ("A-01-2", "Rosa", {"task": "MOVES"}),
        (LAMP, "Rosa", {"task": "MOVES"}),
    ):
        result = floor.scan(code, by=by, **more)
        assert result.outcome is Outcome.ACCEPTED, result.message
    yield floor
    with floor.database.read() as session:
        assert verify(session) == []


def bring_in(floor, text):
    return floor.database.transact(import_csv, "stock", BytesIO(text.encode()), None, NOW + timedelta(hours=1))


def carts(floor):
    return {place: units for (place, sku), units in floor.stock().items() if sku == "LAMP" and place.startswith("CART")}


def test_what_goes_out_comes_in_and_changes_nothing(picked):
    with picked.database.read() as session:
        out = "".join(export_csv(session, "stock"))
    assert "PACKING,MUG-B,2" in out and "CART" not in out
    before = picked.stock()
    report = bring_in(picked, out)
    assert (report.added, report.changed) == (0, 0) and picked.stock() == before


def test_a_row_of_a_hand_that_says_what_is_there_changes_nothing(picked):
    ((cart, units),) = carts(picked).items()
    report = bring_in(picked, f"{HEAD}{cart},LAMP,{units}\n{cart},MUG-B,0\n")
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)


@pytest.mark.parametrize("units", [0, 1, 3])
def test_what_is_picked_is_not_taken_from_under_its_order(picked, units):
    with pytest.raises(ImportRefused) as refused:
        bring_in(picked, f"{HEAD}PACKING,MUG-B,{units}\n")
    assert "goods that are picked for orders are moved by scans, not by files" in str(refused.value.problems[0])
    with picked.database.read() as session:
        assert picked_for_orders(session) == {picked.items["MUG-B"]: 2}
    assert picked.stock()["PACKING", "MUG-B"] == 2


@pytest.mark.parametrize("units", [0, 2])
def test_what_is_in_a_hand_stays_there(picked, units):
    (cart,) = carts(picked)
    with pytest.raises(ImportRefused) as refused:
        bring_in(picked, f"{HEAD}{cart},LAMP,{units}\n")
    assert "goods in somebody's hands are moved by scans" in str(refused.value.problems[0])


def test_what_was_picked_elsewhere_comes_in_once_and_is_no_order_s(picked):
    for added in (1, 0):
        assert bring_in(picked, f"{HEAD}PACKING,TEE-M,1\n").added == added
    with picked.database.read() as session:
        assert picked_for_orders(session) == {picked.items["MUG-B"]: 2}
