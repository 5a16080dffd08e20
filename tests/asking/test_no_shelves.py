"""Carts and the place of picked goods are places, and no shelves: not printed, counted, planned or brought in as such."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanner.catalogue import store as catalogue
from scanner.counting import visits
from scanner.counting.plan import store as plan
from scanner.data.imports.report import ImportRefused
from scanner.labels import service as labels
from scanner.scans import carts, ledger
from scanner.scans.decision import Move
from scanner.workflows import WORKFLOWS
from tests.support.files import export_csv, import_csv
from tests.support.warehouse import MUG, NOW, Warehouse


@pytest.fixture
def carried(warehouse: Warehouse) -> Warehouse:
    """Rosa has two of three mugs in hand."""
    warehouse.scan(MUG, quantity=3)

    def take(session) -> None:
        cart, dock = carts.cart_of(session, warehouse.operators["Rosa"].id), catalogue.find_location(session, "DOCK")
        ledger.move(session, (Move(warehouse.items["MUG-B"], 2, dock.id, cart.id),), at=NOW, operator_id=None)

    warehouse.database.transact(take)
    return warehouse


def cart_code(warehouse: Warehouse) -> str:
    return f"CART-{warehouse.operators['Rosa'].id}"


def exported(warehouse: Warehouse, kind: str) -> str:
    with warehouse.database.read() as session:
        return "".join(export_csv(session, kind))


def bring_in(warehouse: Warehouse, kind: str, text: str):
    return warehouse.database.transact(import_csv, kind, BytesIO(text.encode()), None, NOW)


@pytest.mark.parametrize("kind", ["locations", "stock"])
def test_a_file_that_went_out_comes_in_again_and_changes_nothing(carried: Warehouse, kind: str) -> None:
    before, text = carried.stock(), exported(carried, kind)
    assert cart_code(carried) not in text
    report = bring_in(carried, kind, text)
    assert (report.added, report.changed) == (0, 0) and carried.stock() == before


@pytest.mark.parametrize("row", ["{cart},Shelf,shelf,A-01", "{cart},Mine,,", "PACKING,Shelf,shelf,A-01", "PACKING,,packing,"])
def test_no_file_makes_a_shelf_of_one(carried: Warehouse, row: str) -> None:
    with pytest.raises(ImportRefused):
        bring_in(carried, "locations", f"code,name,kind,section\n{row.format(cart=cart_code(carried))}\n")


def test_no_file_counts_what_somebody_has_in_hand(carried: Warehouse) -> None:
    with pytest.raises(ImportRefused):
        bring_in(carried, "stock", f"location,sku,units\n{cart_code(carried)},MUG-B,9\n")


def test_they_are_not_among_the_labels_of_places_and_one_is_printed_by_its_code(carried: Warehouse) -> None:
    with carried.database.read() as session:
        printed = {each.code for each in labels.labels_of(session, "locations", WORKFLOWS).labels}
        one = labels.labels_of(session, "locations", WORKFLOWS, code=cart_code(carried)).labels
    assert printed.isdisjoint({cart_code(carried), "PACKING"}) and {"A-01-1", "DOCK"} <= printed
    assert [each.code for each in one] == [cart_code(carried)]


def test_none_gets_into_a_section_of_the_plan(carried: Warehouse) -> None:
    for code in (cart_code(carried), "PACKING"):
        assert not carried.database.transact(plan.put_in_section, code, "A-01")
    with carried.database.read() as session:
        assert [place.code for place in visits.places_of_section(session, "A-01")] == ["A-01-1", "A-01-2"]


@pytest.mark.parametrize("code", ["PACKING", "{cart}"])
def test_nothing_is_received_into_it(carried: Warehouse, code: str) -> None:
    result = carried.scan(code.format(cart=cart_code(carried)))
    assert result.outcome == "refused" and "not a place to put goods" in result.message


def test_a_count_says_that_it_is_no_shelf(carried: Warehouse) -> None:
    carried.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
    result = carried.scan(cart_code(carried), by="Carla", task="C-000001")
    assert result.outcome == "refused" and "not a place that can be counted" in result.message
