"""What pulls the count of a shelf forward beside short picks, on both databases."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import insert, select

from scanner.domain.locations import LocationKind
from scanner.domain.scans import Decision, Move, Outcome, Reason, TaskKind
from scanner.services import pulls
from scanner.services.imports import import_csv
from scanner.store import catalog, ledger
from scanner.store.sql import run
from scanner.store.tables import CountPull, Task, Visit
from tests.services.test_picking import pulled
from tests.warehouse import MUG, NOW, TEE


@pytest.fixture
def stocked(warehouse):
    stock = b"location,sku,units\nA-01-1,MUG-B,20\nA-01-2,MUG-B,1\nA-01-1,TEE-M,4\nDOCK,TEE-M,4\n"
    warehouse.database.transact(import_csv, "stock", BytesIO(stock), None, NOW)
    return warehouse


def test_what_came_too_much_has_the_items_shelves_counted(stocked):
    stocked.scan(MUG, quantity=24)
    assert pulled(stocked) == []
    stocked.scan(MUG, confirm=True)
    assert pulled(stocked) == [("A-01-1", "MUG-B", "receiving discrepancy"), ("A-01-2", "MUG-B", "receiving discrepancy")]


def test_a_scan_that_is_held_pulls_nothing(stocked):
    stocked.scan(MUG, quantity=25)
    assert pulled(stocked) == []


def test_what_is_taken_back_is_not_due_any_more(stocked):
    stocked.scan(MUG, quantity=25, confirm=True)
    stocked.scan("CMD-UNDO")
    assert pulled(stocked) == []


def test_what_did_not_come_has_the_items_shelves_counted(stocked):
    stocked.scan(MUG, quantity=24)
    stocked.scan("9501101530010", quantity=6)
    stocked.scan(TEE)
    stocked.scan("CMD-DONE", confirm=True)
    assert pulled(stocked) == [("A-01-1", "TEE-M", "receiving discrepancy")]


def restock(warehouse, location: str, units: int) -> None:
    """A return of T-shirts is graded and goes to a shelf."""

    def grade(session):
        bench, target = catalog.standard_places(session)[LocationKind.BENCH], catalog.find_location(session, location)
        move = Move(warehouse.items["TEE-M"], units, bench.id, target.id)
        ledger.move(session, (move,), NOW, None)
        pulls.note(session, TaskKind.RETURN, Decision(Outcome.ACCEPTED, Reason.GRADED, "", units, moves=(move,)), seq, NOW)

    seq = warehouse.scan("A-01-1").seq
    warehouse.database.transact(grade)


def test_a_return_to_a_shelf_that_had_none_has_it_counted(stocked):
    restock(stocked, "A-01-2", 1)
    assert pulled(stocked) == [("A-01-2", "TEE-M", "found return")]


def test_a_return_to_a_shelf_that_has_some_is_nothing_new(stocked):
    restock(stocked, "A-01-1", 1)
    assert pulled(stocked) == []


def test_a_return_that_is_not_for_sale_is_nothing_to_count(stocked):
    restock(stocked, "QUARANTINE", 1)
    assert pulled(stocked) == []


def test_a_count_answers_what_waited_where_somebody_was(stocked):
    stocked.scan(MUG, quantity=25, confirm=True)

    def count(session):
        seq = stocked_seq
        values = {"reference": "C-1", "kind": "count", "section": "A-01", "created_at": NOW}
        task = run(session, insert(Task.__table__).returning(Task.__table__.c.id), values).scalar_one()
        visits = {"A-01-1": "closed", "A-01-2": "abandoned"}
        for code, state in visits.items():
            place = catalog.find_location(session, code).id
            row = {"task_id": task, "location_id": place, "operator_id": stocked.operators["Carla"].id, "device": "h",
                   "state": state, "opened_seq": seq, "opened_at": NOW, "said_empty": True}  # fmt: skip
            run(session, insert(Visit.__table__), row)
        pulls.answer(session, task)
        return task

    stocked_seq = stocked.scan("A-01-1").seq
    task = stocked.database.transact(count)
    assert pulled(stocked) == [("A-01-2", "MUG-B", "receiving discrepancy")]
    with stocked.database.read() as session:
        answered = run(session, select(CountPull.answered_by).where(CountPull.answered_by.is_not(None))).scalars().all()
    assert answered == [task]
