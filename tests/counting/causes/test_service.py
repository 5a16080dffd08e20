"""Causes proposed from what is on record, on both databases."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from sqlalchemy import insert, select

from scanner.catalogue import store as catalogue
from scanner.counting.causes import service as causes
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind
from scanner.scans.decision import Opened
from scanner.scans.tables import Task
from tests.support.returned import announce
from tests.support.warehouse import LAMP, MUG, NOW, TEE


def place(warehouse, code: str) -> int:
    with warehouse.database.read() as session:
        return catalogue.find_location(session, code).id


def proposed(warehouse, variance: int, sku: str = "MUG-B", location: str = "A-01-1", now=NOW):
    where = place(warehouse, location)
    with warehouse.database.read() as session:
        return causes.propose(session, where, warehouse.items[sku], variance, now)


def note_variance(warehouse, location: str, units: int, sku: str = "MUG-B") -> int:
    """An open variance as a count leaves it."""
    where = place(warehouse, location)

    def note(session):
        task = run(session, select(Task.id).where(Task.reference == "C-1")).scalar_one_or_none()
        if task is None:
            values = {"reference": "C-1", "kind": "count", "section": "A-01", "created_at": NOW}
            task = run(session, insert(Task.__table__).returning(Task.__table__.c.id), values).scalar_one()
        opened = Opened(kind=DiscrepancyKind.VARIANCE, item_id=warehouse.items[sku], units=units, location_id=where)
        return discrepancies.open_discrepancy(
            session, task, opened, scan_seq=None, operator_id=warehouse.operators["Carla"].id, at=NOW
        )

    return warehouse.database.transact(note)


def test_an_item_without_a_history_is_unknown(warehouse):
    assert proposed(warehouse, -4).cause is Cause.UNKNOWN


def test_a_receipt_with_no_discrepancy_yesterday_was_miscounted(warehouse):
    warehouse.scan("A-01-1")
    warehouse.scan(MUG, quantity=5)
    proposal = proposed(warehouse, -1, now=NOW + timedelta(days=1))
    assert proposal.cause is Cause.RECEIVING_MISCOUNT
    assert "PO-1001" in proposal.why
    assert proposed(warehouse, -1, now=NOW + timedelta(days=30)).cause is Cause.UNKNOWN


def test_a_scan_that_was_undone_is_no_receipt(warehouse):
    warehouse.scan("A-01-1")
    warehouse.scan(MUG, quantity=5)
    warehouse.scan("CMD-UNDO")
    assert proposed(warehouse, -1).cause is Cause.UNKNOWN


def test_goods_at_the_dock_were_put_away_without_a_scan(warehouse):
    warehouse.scan(MUG, quantity=5)
    assert proposed(warehouse, 5).cause is Cause.MISPLACED


def test_a_kit_that_came_speaks_for_its_parts(warehouse):
    warehouse.add_receipt("PO-3", [("SET", 4)])
    warehouse.scan("SET", task="PO-3", location="A-01-2")
    assert Cause.KIT_PARTS in [each.cause for each in all_proposed(warehouse, -1)]


def all_proposed(warehouse, variance: int):
    where = place(warehouse, "A-01-1")
    with warehouse.database.read() as session:
        return causes.proposals(session, where, warehouse.items["MUG-B"], variance, NOW)


def test_a_return_that_the_record_has_in_quarantine_may_lie_on_its_shelf(warehouse):
    announce(warehouse, "RMA-1", [("TEE-M", 1)])
    for code in (TEE, "CMD-QUARANTINE"):
        warehouse.scan(code, by="Theo", task="RMA-1")
    proposal = proposed(warehouse, 1, sku="TEE-M")
    assert (proposal.cause, proposal.why) == (
        Cause.RETURN_NOT_LOGGED,
        "A return of it on RMA-1 went to quarantine, by the record.",
    )


def test_a_return_that_was_announced_and_has_not_come_may_be_here_already(warehouse):
    announce(warehouse, "RMA-1", [("TEE-M", 1)])
    assert proposed(warehouse, 1, sku="TEE-M").cause is Cause.RETURN_NOT_LOGGED
    assert proposed(warehouse, -1, sku="TEE-M").cause is Cause.UNKNOWN


def test_what_came_back_damaged_speaks_for_more_damage(warehouse):
    announce(warehouse, "RMA-1", [("TEE-M", 1)])
    for code in (TEE, "CMD-DAMAGED-BROKEN"):
        warehouse.scan(code, by="Theo", task="RMA-1")
    assert proposed(warehouse, -1, sku="TEE-M").cause is Cause.DAMAGE_NOT_LOGGED


def test_what_was_reported_missing_here_before_went_out_unrecorded(warehouse):
    warehouse.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-1,LAMP,5\n"), None, NOW)
    warehouse.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1")
    assert proposed(warehouse, -1, sku="LAMP").cause is Cause.OUTBOUND_NOT_RECORDED
    assert proposed(warehouse, -1, sku="LAMP", location="A-01-2").cause is Cause.UNKNOWN


def test_the_opposite_variance_next_door_is_named_with_its_move(warehouse):
    other = note_variance(warehouse, "A-01-2", -4)
    proposal = proposed(warehouse, 4)
    assert (proposal.cause, proposal.other) == (Cause.MISPLACED, other)
    assert proposal.why == "Misplaced: move 4 from A-01-2."


def test_a_variance_of_the_same_sign_or_of_another_item_is_no_neighbour(warehouse):
    note_variance(warehouse, "A-01-2", 4)
    note_variance(warehouse, "A-01-2", -4, sku="LAMP")
    note_variance(warehouse, "A-01-1", -4)
    assert proposed(warehouse, 4).cause is Cause.UNKNOWN
