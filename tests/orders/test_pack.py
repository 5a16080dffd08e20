"""Each unit once more into the parcel: a wrong one, one too many or a missing one keeps it open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scanner.db.sql import run
from scanner.orders.tables import Packed
from scanner.scans.result import Outcome, Reason
from scanner.scans.verify import verify
from tests.support.orders import add_order, packing_place, stock_up
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


@pytest.fixture
def picked(floor):
    """SHOP-1001 with both mugs and the lamp picked."""
    scan(floor, MUG, location="A-01-1", quantity=2)
    scan(floor, LAMP, location="A-01-2")
    return floor


def scan(floor, code, by="Pia", task="SHOP-1001", **more):
    return floor.scan(code, by=by, task=task, **more)


def pack(floor, code, **more):
    return scan(floor, code, location=packing_place(floor), **more)


def said(result):
    return (result.outcome.value, result.reason.value, result.message)


def packed(floor):
    table = Packed.__table__
    with floor.database.read() as session:
        return [row.units for row in run(session, select(table).order_by(table.c.scan_seq, table.c.line_id))]


def test_each_unit_is_scanned_into_the_parcel(picked):
    assert scan(picked, packing_place(picked)).message == "You are at PACKING. Scan what goes into the parcel."
    first, second = scan(picked, MUG), scan(picked, MUG)
    assert said(first) == ("accepted", "counted", "Mug, blue: 1 of 2 packed.")
    assert said(second) == ("accepted", "complete", "Mug, blue: all 2 are packed.")
    assert (second.line.expected, second.line.scanned, second.location) == (2, 2, "PACKING")


def test_it_moves_and_counts_nothing(picked):
    before = picked.stock(), picked.lines("SHOP-1001")
    pack(picked, MUG)
    assert (picked.stock(), picked.lines("SHOP-1001")) == before


def test_one_too_many_is_refused(picked):
    pack(picked, LAMP)
    assert said(pack(picked, LAMP)) == ("refused", "over", "Too many: 1 of 1 is packed. Take it out.")
    assert packed(picked) == [1]


def test_a_case_where_single_ones_are_wanted_is_refused(picked):
    assert said(pack(picked, MUG_CASE)) == ("refused", "over", "12 at once, and 2 to pack: scan single ones.")


def test_what_is_not_picked_is_not_packed(floor):
    scan(floor, MUG, location="A-01-1")
    pack(floor, MUG)
    assert said(pack(floor, MUG)) == ("refused", "over", "Too many: only 1 of 2 is picked. Pick it first.")


def test_what_is_not_on_the_order_is_refused(picked):
    assert said(pack(picked, TEE)) == ("refused", "unexpected", "Not on this order. Put it back.")


def test_a_kit_is_packed_by_its_parts_or_its_own_barcode(floor):
    add_order(floor, "SHOP-2", [("SET", 2)])
    stock_up(floor, "A-01-1", "LAMP", 2)
    stock_up(floor, "A-01-1", "MUG-B", 9)
    scan(floor, "SET", task="SHOP-2", location="A-01-1", quantity=2)
    assert pack(floor, "SET", task="SHOP-2").reason is Reason.COUNTED
    assert pack(floor, MUG, task="SHOP-2", quantity=2).reason is Reason.COMPLETE
    assert pack(floor, "SET", task="SHOP-2").outcome is Outcome.REFUSED
    assert pack(floor, LAMP, task="SHOP-2").reason is Reason.COMPLETE


def test_undo_takes_it_out_again(picked):
    pack(picked, MUG)
    undone = scan(picked, "CMD-UNDO")
    assert said(undone) == ("accepted", "undone", "Taken back: Mug, blue, 1 out of the parcel.")
    assert (undone.units, undone.line.scanned, packed(picked)) == (-1, 0, [1, -1])
    assert picked.lines("SHOP-1001")[0] == ("MUG-B", 2), "it is still picked"


def test_a_pick_that_is_packed_already_cannot_be_taken_back(picked):
    pack(picked, LAMP, by="Rosa", device="bench")
    refused = scan(picked, "CMD-UNDO")
    words = "Desk lamp is in the parcel already: whoever packed it takes it out first."
    assert said(refused) == ("refused", "undone", words)
    scan(picked, "CMD-UNDO", by="Rosa", device="bench")
    assert scan(picked, "CMD-UNDO").outcome is Outcome.ACCEPTED
    assert picked.lines("SHOP-1001") == [("MUG-B", 2), ("LAMP", 0)]


def test_of_two_picked_the_one_that_is_not_packed_can_be_taken_back(floor):
    scan(floor, MUG, location="A-01-1")
    scan(floor, MUG)
    pack(floor, MUG, by="Rosa", device="bench")
    assert scan(floor, "CMD-UNDO").outcome is Outcome.ACCEPTED
    assert scan(floor, "CMD-UNDO").outcome is Outcome.REFUSED


def test_the_same_scan_twice_packs_once(picked):
    request = picked.request(MUG, by="Pia", task="SHOP-1001", location=packing_place(picked))
    picked.send(request)
    assert picked.send(request).replayed and packed(picked) == [1]


def test_nothing_is_taken_from_the_place_of_picked_goods_as_from_a_shelf(floor):
    result = pack(floor, "CMD-SHORT")
    assert result.outcome is Outcome.REFUSED and "PACKING" in result.message
