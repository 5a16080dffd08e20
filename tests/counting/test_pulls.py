"""What pulls the count of a shelf forward beside short picks, on both databases."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert, select

from scanner.catalogue import store as catalogue
from scanner.counting.plan import service as plan
from scanner.counting.pulls import service as pulls
from scanner.counting.tables import CountPull, Visit
from scanner.data.imports import import_csv
from scanner.db.sql import run
from scanner.scans.tables import Task
from tests.picking.test_scans import pulled
from tests.support.counting_floor import Floor
from tests.support.returned import announce
from tests.support.warehouse import MUG, NOW, TEE, link_code


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


def come_back(warehouse, grade: str) -> None:
    """A T-shirt comes back and is graded, by a printed command or by the label of its shelf."""
    announce(warehouse, "RMA-1", [("TEE-M", 2)])
    warehouse.scan(TEE, by="Theo", task="RMA-1")
    warehouse.scan(grade, by="Theo", task="RMA-1")


def test_a_return_to_a_shelf_that_had_none_has_it_counted(stocked):
    come_back(stocked, "A-01-2")
    assert stocked.stock()["A-01-2", "TEE-M"] == 1
    assert pulled(stocked) == [("A-01-2", "TEE-M", "found return")]


def test_a_restocked_return_that_is_taken_back_pulls_nothing(stocked):
    come_back(stocked, "A-01-2")
    stocked.scan("CMD-UNDO", by="Theo", task="RMA-1")
    assert pulled(stocked) == []


def test_a_return_to_a_shelf_that_has_some_is_nothing_new(stocked):
    come_back(stocked, "A-01-1")
    assert stocked.stock()["A-01-1", "TEE-M"] == 5
    assert pulled(stocked) == []


def test_a_return_that_is_not_for_sale_is_nothing_to_count(stocked):
    come_back(stocked, "CMD-QUARANTINE")
    assert pulled(stocked) == []


def test_a_count_answers_what_waited_where_somebody_was(stocked):
    stocked.scan(MUG, quantity=25, confirm=True)

    def count(session):
        seq = stocked_seq
        values = {"reference": "C-1", "kind": "count", "section": "A-01", "created_at": NOW}
        task = run(session, insert(Task.__table__).returning(Task.__table__.c.id), values).scalar_one()
        visits = {"A-01-1": "closed", "A-01-2": "abandoned"}
        for code, state in visits.items():
            place = catalogue.find_location(session, code).id
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


class TestWhatAnswersAShortPick:
    """A count answers what was missed before somebody came to look, and nothing later."""

    @pytest.fixture
    def floor(self, stocked):
        return Floor(stocked)

    def missed(self, floor, sku="MUG-B", **more):
        floor.scan(sku, "SHORT-PICKS", device="picker", location="A-01-1", **more)

    def test_a_count_that_came_after_it(self, floor):
        self.missed(floor)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        assert pulled(floor.warehouse) == []

    def test_not_one_that_had_looked_before_and_ended_later(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG, "A-01-2")
        self.missed(floor)
        floor.finish(task)
        assert pulled(floor.warehouse) == [("A-01-1", "MUG-B", "short pick")]
        assert plan_of(floor, "A-01") == ["short pick"]

    def test_nor_one_that_was_there_in_that_moment(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        self.missed(floor)
        floor.finish(task)
        assert plan_of(floor, "A-01") == ["short pick"]

    def test_of_two_the_later_one_stays(self, floor):
        self.missed(floor)
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        self.missed(floor)
        floor.finish(task)
        assert plan_of(floor, "A-01") == ["short pick"]

    def test_one_that_waited_offline_is_as_old_as_it_is(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        self.missed(floor, waited=60)
        floor.finish(task)
        assert plan_of(floor, "A-01") == []

    def test_a_recount_answers_nothing(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", MUG)
        floor.finish(task)
        self.missed(floor)
        floor.walk(f"{task}-R1", "A-01-1", MUG, by="Cem")
        floor.finish(f"{task}-R1", by="Cem")
        assert plan_of(floor, "A-01") == ["short pick"]


class TestWhatACountDidNotKnow:
    @pytest.fixture
    def floor(self, stocked):
        return Floor(stocked)

    def test_a_pick_that_comes_after_its_count_was_judged_has_the_shelf_counted_again(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-2", "CMD-EMPTY", "A-01-1")
        floor.scan(TEE, task, quantity=3)
        floor.finish(task)
        floor.scan(TEE, "PICKS", device="picker", location="A-01-1", waited=60)
        assert plan_of(floor, "A-01") == ["movement that came late"]

    def test_one_that_was_made_after_the_count_does_not(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", TEE)
        floor.finish(task)
        floor.tick(60)
        floor.scan(TEE, "PICKS", device="picker", location="A-01-1", waited=30)
        assert plan_of(floor, "A-01") == []

    def test_a_code_that_is_linked_after_the_end_has_its_shelf_counted_again(self, floor):
        task = floor.start()
        floor.walk(task, "A-01-1", TEE, "NEW-CODE")
        floor.finish(task)
        sam = floor.warehouse.operators["Sam"]
        floor.database.transact(link_code, "NEW-CODE", "LAMP", 1, sam, "desk", floor.tick())
        assert pulled(floor.warehouse) == [("A-01-1", "LAMP", "code linked late")]

    @pytest.mark.parametrize("hours_back", [0, 2])
    def test_a_count_that_knows_the_code_answers_it_whatever_the_clock_says(self, floor, hours_back):
        self.test_a_code_that_is_linked_after_the_end_has_its_shelf_counted_again(floor)
        floor.tick(60)
        floor.now -= timedelta(hours=hours_back)
        task = floor.start()
        floor.walk(task, "A-01-1", TEE, "NEW-CODE")
        floor.finish(task)
        assert pulled(floor.warehouse) == []


def plan_of(floor, section: str) -> list[str]:
    """Why the plan has a section counted before its day."""
    with floor.database.read() as session:
        rows = {row.code: row for row in plan.plan(session, floor.now.date()).sections}
    return [pull.cause for pull in rows[section].pulls]
