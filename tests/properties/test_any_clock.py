"""The same work under any clock of the server comes to the same: order is the sequence of the server, never a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from scanner.counting.tables import CountPull
from scanner.counting.variances import decisions
from scanner.db.sql import run
from scanner.discrepancies.rules import Cause
from scanner.discrepancies.service import discrepancies
from scanner.errors import DomainError
from scanner.picking.rules import PickTask
from scanner.scans.result import ScanResult
from scanner.scans.tables import Task
from scanner.scans.verify import verify
from tests.support.counting_floor import SHELVES, Floor
from tests.support.kept import small_warehouse
from tests.support.warehouse import LAMP, MUG, TEE, fill

HOURS = timedelta(hours=1)
ITEMS = {"MUG-B": MUG, "LAMP": LAMP, "TEE-M": TEE}
counters = st.sampled_from(("Carla", "Cem"))
places, goods = st.sampled_from(SHELVES), st.sampled_from(tuple(ITEMS.values()))
operations = st.one_of(
    st.tuples(st.just("count"), counters, places, goods),
    st.tuples(st.just("count"), counters, places, goods),
    st.tuples(st.just("empty"), counters, places),
    st.tuples(st.just("undo"), counters),
    st.tuples(st.just("pick"), places, goods),
    st.tuples(st.just("not there"), places, goods),
    st.tuples(st.just("receive"), places, goods),
    st.tuples(st.just("unpick")),
    st.tuples(st.just("finish"), counters),
    st.tuples(st.just("settle"), st.integers(0, 3)),
)
jumps = st.sampled_from((0, 0, 0, -2, 2, -30, 30, -9000))
"""Hours that somebody sets the clock by. Most often nobody touches it."""


class Work(Floor):
    """A floor that does what it is told, and whose clock is set now and then."""

    def __init__(self, warehouse: Any) -> None:
        super().__init__(warehouse)
        for shelf in SHELVES:
            for sku in ITEMS:
                self.put(shelf, sku, 4)
        self.approval(1)
        self.start()

    def do(self, name: str, *told: Any) -> None:
        self._try(getattr(self, f"_{name.replace(' ', '_')}"), *told)

    def _on(self, by: str, *codes: str) -> list[ScanResult]:
        return [self.scan(code, task, by) for task in self.open_tasks()[:1] for code in codes]

    def _count(self, by: str, place: str, code: str) -> None:
        self._on(by, place, code, code)

    def _empty(self, by: str, place: str) -> None:
        self._on(by, place, "CMD-EMPTY")

    def _undo(self, by: str) -> None:
        self._on(by, "CMD-UNDO")

    def _finish(self, by: str) -> None:
        for reference in self.open_tasks()[:1]:
            self._try(self.finish, reference, by)
        if not self.open_tasks():
            self._try(self.start, by)

    def _pick(self, place: str, code: str) -> None:
        self.scan(code, PickTask.PICKS, "Sam", "picker", location=place)

    def _not_there(self, place: str, code: str) -> None:
        self.scan(code, PickTask.SHORT_PICKS, "Sam", "picker", location=place)

    def _unpick(self) -> None:
        self.scan("CMD-UNDO", PickTask.PICKS, "Sam", "picker")

    def _receive(self, place: str, code: str) -> None:
        self.scan(code, "PO-1001", "Rosa", location=place)

    def _settle(self, nth: int) -> None:
        with self.database.read() as session:
            found = [row.id for row in discrepancies(session) if row.kind == "variance"]
        if found:
            number, sia = found[nth % len(found)], self.warehouse.operators["Sia"]
            self._try(self.database.transact, decisions.settle, number, Cause.THEFT, sia, self.tick())

    def _try(self, call: Any, *told: Any) -> None:
        try:
            call(*told)
        except DomainError as error:
            self.refused = error.message

    def state(self) -> dict[str, Any]:
        """All that must not depend on a clock."""
        task, pull = Task.__table__, CountPull.__table__
        with self.database.read() as session:
            assert verify(session) == []
            differences = [
                (row.kind, row.sku, row.location, row.units, row.state, row.cause) for row in discrepancies(session, None)
            ]
            tasks = [tuple(row) for row in run(session, select(task.c.reference, task.c.state).order_by(task.c.id))]
            about = (pull.c.location_id, pull.c.item_id, pull.c.cause, pull.c.answered_by)
            pulls = [tuple(row) for row in run(session, select(*about).order_by(pull.c.id))]
        return {
            "stock": self.warehouse.stock(), "lines": self.warehouse.lines(), "results": self.results(),
            "differences": differences, "tasks": tasks, "pulls": pulls,
        }  # fmt: skip


def outcome(steps: list[tuple[tuple[Any, ...], int]], *, clock: bool) -> dict[str, Any]:
    """What the steps come to, with the clock that jumps before each, or with one that nobody touches."""
    work = Work(small_warehouse())
    for operation, jump in steps:
        work.now += jump * HOURS if clock else timedelta(0)
        work.do(*operation)
    return work.state()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(operations, jumps), min_size=4, max_size=24))
def test_the_clock_of_the_server_changes_nothing(steps):
    assert outcome(steps, clock=True) == outcome(steps, clock=False)


@pytest.mark.parametrize("hours", [-2, 2, -9000, 9000])
def test_a_pick_after_the_clock_was_set_during_a_count_is_no_variance(database, hours):
    work = Work(fill(database))
    (count,) = work.open_tasks()
    for shelf in SHELVES:
        work.walk(count, shelf, *[code for code in ITEMS.values() for _ in range(4)])
    work.now += hours * HOURS
    work.do("pick", SHELVES[0], MUG)
    work.finish(count)
    assert work.variances(None) == []
    assert {(counted, on_hand) for _, _, counted, on_hand, _ in work.results()} == {(4, 4)}
