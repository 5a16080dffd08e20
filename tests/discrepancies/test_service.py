"""Discrepancies handed on and settled by a supervisor."""

from scanner.discrepancies.service import MAX_NOTE, MAX_OWNER, assign, discrepancies, discrepancy, settle
from scanner.workflows import SETTLERS
from tests.support.warehouse import MUG, NOW


def opened(warehouse):
    warehouse.scan(MUG, quantity=25, confirm=True)
    with warehouse.database.read() as session:
        return discrepancies(session)[0].id


def details(warehouse, discrepancy_id):
    with warehouse.database.read() as session:
        return [event.detail for event in discrepancy(session, discrepancy_id, SETTLERS).events]


def test_the_longest_note_between_the_longest_owners_is_kept_whole(warehouse):
    number, sam = opened(warehouse), warehouse.operators["Sam"]
    owners, note = ("a" * MAX_OWNER, "b" * MAX_OWNER), "n" * MAX_NOTE
    for owner in owners:
        warehouse.database.transact(assign, number, owner=owner, operator=sam, note=note, now=NOW)
    warehouse.database.transact(
        settle, number, cause="supplier shipped otherwise", note=note, operator=sam, now=NOW, settlers=SETTLERS
    )
    handed_on, settled = details(warehouse, number)[-2:]
    assert handed_on == f"from {owners[0]} to {owners[1]}: {note}"
    assert settled == f"supplier shipped otherwise: {note}"
