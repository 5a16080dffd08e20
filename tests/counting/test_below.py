"""Less than nothing on record, whatever took it there, and what a count makes of it; on both databases."""

from __future__ import annotations

import pytest

from scanner.counting.pulls import store as pulls
from scanner.counting.variances import decisions
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.rules import Cause
from scanner.scans.result import Outcome
from scanner.scans.signals import signal_of
from scanner.scans.verify import verify
from scanner.workflows import WORKFLOWS
from tests.support.counting_floor import Floor
from tests.support.warehouse import MUG, Warehouse


@pytest.fixture
def floor(warehouse: Warehouse) -> Floor:
    return Floor(warehouse)


@pytest.fixture(autouse=True)
def the_record_agrees(warehouse: Warehouse):
    yield
    with warehouse.database.read() as session:
        assert verify(session) == []


def below(floor: Floor, state: str = "open") -> list[tuple[str | None, str, int]]:
    """(location, sku, units) of what was taken beyond the record."""
    with floor.database.read() as session:
        found = discrepancies.discrepancies(session, state, "below zero")
    return [(row.location, row.sku, row.units) for row in found]


def waiting(floor: Floor) -> list[str]:
    """Why counts wait."""
    with floor.database.read() as session:
        return [row.cause for row in pulls.waiting(session)]


def pick(floor: Floor, units: int, shelf: str = "A-01-1") -> None:
    floor.scan(MUG, "PICKS", "Rosa", quantity=units, location=shelf)


def count(floor: Floor, units: int, by: str = "Carla", task: str | None = None) -> str:
    task = task or floor.start(by)
    floor.scan("A-01-1", task, by)
    floor.scan(MUG, task, by, quantity=units) if units else floor.scan("CMD-EMPTY", task, by)
    floor.finish(task, by)
    return task


class TestWhatTakesIt:
    def test_a_receipt_taken_back_after_its_goods_were_picked(self, floor):
        floor.scan(MUG, "PO-1001", "Rosa", quantity=5, location="A-01-1")
        floor.scan(MUG, "PICKS", "Cem", quantity=4, location="A-01-1")
        undone = floor.scan("CMD-UNDO", "PO-1001", "Rosa")
        assert undone.outcome is Outcome.ACCEPTED
        assert undone.message.endswith("More than the record has at A-01-1. Go on: somebody will count it.")
        assert signal_of(undone) == "over"
        assert below(floor) == [("A-01-1", "MUG-B", 4)] and waiting(floor) == ["more taken than there"]

    def test_a_grade_given_anew_after_the_goods_were_sold(self, floor):
        floor.warehouse.add_return("RMA-1", [("MUG-B", 1)], "SO-1")
        for code in (MUG, "A-01-1"):
            floor.scan(code, "RMA-1", "Theo")
        pick(floor, 1)
        graded = floor.scan("CMD-DAMAGED", "RMA-1", "Theo")
        assert "More than the record has at A-01-1" in graded.message
        assert signal_of(graded) == "over"
        assert below(floor) == [("A-01-1", "MUG-B", 1)]

    def test_an_adjustment_of_a_shelf_that_was_picked_from_since(self, floor):
        """10 on record and 3 counted: 9 picked before the supervisor decides leave 1, of which 7 are taken off."""
        floor.put("A-01-1", "MUG-B", 10)
        floor.approval(0)
        task = count(floor, 3)
        count(floor, 3, "Cem", f"{task}-R1")
        pick(floor, 9)
        settled = (floor.variance_id("MUG-B"), Cause.UNKNOWN, floor.warehouse.operators["Sam"])
        floor.database.transact(decisions.settle, *settled, floor.tick())
        assert floor.on_hand("A-01-1", "MUG-B") == -6 and below(floor) == [("A-01-1", "MUG-B", 6)]


class TestWhatBecomesOfIt:
    def test_a_count_that_puts_the_record_right_settles_it_with_its_cause(self, floor):
        pick(floor, 5)
        task = count(floor, 0)
        count(floor, 0, "Cem", f"{task}-R1")
        assert floor.on_hand("A-01-1", "MUG-B") == 0
        assert (below(floor), below(floor, "settled")) == ([], [("A-01-1", "MUG-B", 5)])

    def test_goods_put_on_record_late_leave_it_open_until_somebody_has_looked(self, floor):
        pick(floor, 5)
        floor.put("A-01-1", "MUG-B", 8)
        assert below(floor) == [("A-01-1", "MUG-B", 5)]
        count(floor, 3)
        assert (below(floor), below(floor, "withdrawn")) == ([], [("A-01-1", "MUG-B", 5)])

    def test_a_pick_whose_discrepancy_a_count_has_settled_is_not_taken_back(self, floor):
        pick(floor, 5)
        task = count(floor, 0)
        count(floor, 0, "Cem", f"{task}-R1")
        assert floor.scan("CMD-UNDO", "PICKS", "Rosa").outcome is Outcome.REFUSED

    def test_a_count_does_not_close_what_was_taken_after_it(self, floor):
        floor.approval(0)
        pick(floor, 5)
        task = count(floor, 0)
        count(floor, 0, "Cem", f"{task}-R1")
        pick(floor, 3)
        settled = (floor.variance_id("MUG-B"), Cause.UNKNOWN, floor.warehouse.operators["Sam"])
        floor.database.transact(decisions.settle, *settled, floor.tick())
        assert floor.on_hand("A-01-1", "MUG-B") == -3 and below(floor) == [("A-01-1", "MUG-B", 8)]

    def test_who_counts_is_not_shown_it(self, floor):
        pick(floor, 5)
        seen = {name: WORKFLOWS.hidden_discrepancies(floor.warehouse.operators[name]) for name in ("Carla", "Sam")}
        assert "below zero" in seen["Carla"] and "below zero" not in seen["Sam"]
