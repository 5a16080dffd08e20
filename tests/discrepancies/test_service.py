"""Discrepancies handed on and settled by a supervisor."""

import pytest

from scanner.counting.plan.store import set_owner
from scanner.discrepancies.service import MAX_NOTE, assign, discrepancies, discrepancy, settle
from scanner.errors import BadRequest
from scanner.staff import store as staff
from scanner.workflows import SETTLERS
from tests.support.warehouse import MUG, NOW


@pytest.mark.parametrize(
    ("said", "kept"), [("vera", "Vera"), ("Purchasing", "purchasing"), (" customer service ", "customer service")]
)
def test_it_is_handed_to_who_is_there_in_the_spelling_of_the_house(warehouse, said, kept):
    number, sam = opened(warehouse), warehouse.operators["Sam"]
    warehouse.database.transact(assign, number, owner=said, operator=sam, note="", now=NOW)
    with warehouse.database.read() as session:
        assert discrepancies(session)[0].owner == kept


@pytest.mark.parametrize("said", ["Nobody Known", "", "\ud800", "Rosa"])
def test_it_is_handed_to_nobody_else(warehouse, said):
    number, sam = opened(warehouse), warehouse.operators["Sam"]
    warehouse.database.transact(lambda session: staff.change(session, warehouse.operators["Rosa"].id, {"active": False}))
    with pytest.raises(BadRequest, match="Expected somebody who works here, or customer service, purchasing or supervisor, got"):
        warehouse.database.transact(assign, number, owner=said, operator=sam, note="", now=NOW)


def opened(warehouse):
    warehouse.scan(MUG, quantity=25, confirm=True)
    with warehouse.database.read() as session:
        return discrepancies(session)[0].id


def details(warehouse, discrepancy_id):
    with warehouse.database.read() as session:
        return [event.detail for event in discrepancy(session, discrepancy_id, SETTLERS).events]


def test_the_longest_note_between_the_longest_owners_is_kept_whole(warehouse):
    number, sam = opened(warehouse), warehouse.operators["Sam"]
    owners, note = ("a" * 120, "b" * 120), "n" * MAX_NOTE
    for section, owner in zip(("A-01", "A-02"), owners, strict=True):
        warehouse.database.transact(set_owner, section, owner)
        warehouse.database.transact(assign, number, owner=owner, operator=sam, note=note, now=NOW)
    warehouse.database.transact(
        settle, number, cause="supplier shipped otherwise", note=note, operator=sam, now=NOW, settlers=SETTLERS
    )
    handed_on, settled = details(warehouse, number)[-2:]
    assert handed_on == f"from {owners[0]} to {owners[1]}: {note}"
    assert settled == f"supplier shipped otherwise: {note}"
