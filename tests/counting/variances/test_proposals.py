"""What a supervisor is shown of a variance, and what comes of a tap, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.counting.variances import proposals
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.rules import Cause
from scanner.errors import BadRequest, Conflict, NotAllowed
from scanner.scans.verify import verify
from scanner.workflows import SETTLERS
from tests.support.counting_floor import Floor
from tests.support.warehouse import NOW


@pytest.fixture
def floor(warehouse):
    """Two shelves of lamps, counted by Carla and again by Cem: 4 too many on the second, 4 too few on the first."""
    floor = Floor(warehouse)
    floor.approval(1)
    floor.put("A-01-1", "LAMP", 10, NOW - timedelta(days=40))
    floor.put("A-01-2", "LAMP", 10, NOW - timedelta(days=40))
    for task, by in ((floor.start(), "Carla"), (None, "Cem")):
        task = task or floor.open_tasks()[0]
        for shelf, units in (("A-01-1", 6), ("A-01-2", 14)):
            floor.scan(shelf, task, by)
            floor.scan("LAMP", task, by, quantity=units)
        floor.finish(task, by)
    yield floor
    with floor.database.read() as session:
        assert verify(session) == []


def choice(floor, discrepancy_id, by="Sam"):
    with floor.database.read() as session:
        return proposals.choice(session, discrepancy_id, floor.warehouse.operators[by], floor.now)


def settle(floor, discrepancy_id, cause, by="Sam", note=""):
    operator = floor.warehouse.operators[by]
    floor.database.transact(
        discrepancies.settle, discrepancy_id, cause=cause, note=note, operator=operator, now=floor.tick(), settlers=SETTLERS
    )


def test_the_counts_are_shown_beside_what_the_record_had(floor):
    found = choice(floor, floor.variance_id("LAMP"))
    assert found.location == "A-01-1"
    assert [(each.round, each.counted, each.on_hand, each.variance, each.operator) for each in found.counts] == [
        (1, 6, 10, -4, "Carla"), (2, 6, 10, -4, "Cem"),
    ]  # fmt: skip
    assert (found.recount, found.refusal) == (None, "")


def test_the_opposite_next_door_is_proposed_with_its_move(floor):
    first, second = floor.variance_id("LAMP"), floor.variance_id("LAMP", 1)
    proposal = choice(floor, first).proposals[0]
    assert (proposal.cause, proposal.other, proposal.why) == (Cause.MISPLACED, second, "Misplaced: move 4 to A-01-2.")
    assert choice(floor, second).proposals[0].why == "Misplaced: move 4 from A-01-1."


def test_settling_a_variance_adjusts_the_record(floor):
    settle(floor, floor.variance_id("LAMP"), "theft", note="seen on the camera")
    assert floor.on_hand("A-01-1", "LAMP") == 6
    assert floor.variances() == [("LAMP", 4)]
    assert floor.warehouse.stock()["ADJUSTMENT", "LAMP"] == 4


def test_settling_it_twice_adjusts_it_once(floor):
    first = floor.variance_id("LAMP")
    settle(floor, first, "theft")
    settle(floor, first, "theft")
    assert floor.on_hand("A-01-1", "LAMP") == 6
    with pytest.raises(Conflict):
        settle(floor, first, "unknown")


def test_what_is_settled_is_nothing_to_decide(floor):
    first = floor.variance_id("LAMP")
    settle(floor, first, "theft")
    assert choice(floor, first) is None


def test_a_cause_that_there_is_not_settles_nothing(floor):
    with pytest.raises(BadRequest):
        settle(floor, floor.variance_id("LAMP"), "gremlins")


def test_who_counted_it_does_not_decide(warehouse):
    floor = Floor(warehouse)
    floor.put("A-01-1", "LAMP", 10)
    task = floor.start("Sam")
    floor.walk(task, "A-01-1", "LAMP", by="Sam")
    floor.finish(task, "Sam")
    number = floor.variance_id("LAMP")
    assert "You counted this" in choice(floor, number).refusal
    with pytest.raises(NotAllowed):
        settle(floor, number, "theft")


def test_while_it_is_counted_again_nobody_decides(warehouse):
    floor = Floor(warehouse)
    floor.put("A-01-1", "LAMP", 10)
    task = floor.start()
    floor.walk(task, "A-01-1", "LAMP")
    floor.finish(task)
    number, again = floor.variance_id("LAMP"), floor.open_tasks()[0]
    assert (choice(floor, number).recount, choice(floor, number).refusal) == (
        again,
        f"{again} counts it again: decide when two counts agree.",
    )
    with pytest.raises(Conflict):
        settle(floor, number, "theft")


def test_pluses_and_minuses_do_not_cancel_in_what_is_open(floor):
    with floor.database.read() as session:
        number, value = discrepancies.open_total(session)
    assert (number, value) == (2, 144)
