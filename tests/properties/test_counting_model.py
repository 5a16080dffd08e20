"""A count while stock moves, against a model of plain dicts: the shelves as they truly are.

Receipts, restocked returns, picks and a count come in any order, from devices that are out of Wi-Fi for a while and send later
what they scanned. What the count comes to is what it would have come to had nothing moved: the difference between shelf and
record that was there before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from scanner.returns import service as returns
from scanner.scans.verify import verify
from tests.support.counting_floor import SHELVES, Floor
from tests.support.kept import empty_warehouse
from tests.support.kept_sums import check
from tests.support.warehouse import LAMP, MUG, fill, finish_task

CODES = {"MUG-B": MUG, "LAMP": LAMP}
# Few, so that what moves is often what is being counted.
PLACES, SKUS = st.sampled_from(SHELVES[:2]), st.sampled_from(["MUG-B", "LAMP"])
DEVICES = ("counter", "receiver", "bench", "picker")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), PLACES, SKUS, st.integers(1, 3)),
        st.tuples(st.just("restock"), PLACES, SKUS, st.integers(1, 2)),
        st.tuples(st.just("pick"), PLACES, SKUS),
        st.tuples(st.just("go"), PLACES),
        st.tuples(st.just("count"), SKUS, st.integers(1, 4)),
        st.tuples(st.just("offline"), st.sampled_from(DEVICES)),
        st.tuples(st.just("online"), st.sampled_from(DEVICES)),
    ),
    min_size=15,
    max_size=40,
)
Key = tuple[str, str]


class Model:
    """The floor as it truly is, and the system beside it. Time goes on by one at every scan."""

    def __init__(self, floor: Floor, record: dict[Key, int], drift: dict[Key, int]) -> None:
        self.floor = floor
        for (place, sku), units in record.items():
            floor.put(place, sku, units)
        self.shelf = {key: max(record.get(key, 0) + drift.get(key, 0), 0) for key in record.keys() | drift.keys()}
        self.drift = {key: units - record.get(key, 0) for key, units in self.shelf.items()}
        self.task = floor.start()
        theo = floor.warehouse.operators["Theo"]
        self.rma = floor.database.transact(returns.start_unannounced, theo, floor.tick())
        self.offline: set[str] = set()
        self.waiting: dict[str, list[tuple[float, Callable[[int], object]]]] = {device: [] for device in DEVICES}
        self.clock, self.moves = 0, []
        self.at: str | None = None
        self.found: dict[str, dict[str, int]] = {}
        self.visits: dict[str, list[int]] = {}
        self.lines: dict[Key, list[int]] = {}

    def scan(self, device: str, code: str, task: str, by: str, **more: Any) -> None:
        """Scan now: it arrives now, or with what else waits on the device."""
        made_at = self.floor.tick().timestamp()
        self.clock += 1
        self.waiting[device].append((made_at, lambda waited: self.floor.scan(code, task, by, device, waited, **more)))
        if device not in self.offline:
            self.online(device)

    def online(self, device: str) -> None:
        self.offline.discard(device)
        for made_at, arrive in self.waiting[device]:
            arrive(round(self.floor.now.timestamp() + 1 - made_at))
        self.waiting[device] = []

    def receive(self, place: str, sku: str, units: int) -> None:
        self.scan("receiver", CODES[sku], "PO-1001", "Rosa", quantity=units, location=place, confirm=True)
        self.move(place, sku, units)

    def restock(self, place: str, sku: str, units: int) -> None:
        self.scan("bench", CODES[sku], self.rma, "Theo", quantity=units, location=place, disposition="restock", confirm=True)
        self.move(place, sku, units)

    def pick(self, place: str, sku: str) -> None:
        if place == self.at and self.found[place].get(sku):
            return  # a unit that is picked before it is counted cannot be told from a missing one
        if self.shelf.get((place, sku), 0) > 0:
            self.scan("picker", CODES[sku], "PICKS", "Rosa", location=place)
            self.move(place, sku, -1)

    def move(self, place: str, sku: str, units: int) -> None:
        self.shelf[place, sku] = self.shelf.get((place, sku), 0) + units
        self.moves.append(((place, sku), self.clock))

    def go(self, place: str) -> None:
        """To a shelf where nobody was yet."""
        if place not in self.found:
            self.leave()
            self.scan("counter", place, self.task, "Carla")
            self.at, self.found[place], self.visits[place] = place, {}, [self.clock, self.clock]

    def count(self, sku: str, units: int) -> None:
        """Some of what lies there and was not counted yet."""
        if self.at is None:
            return
        found = self.found[self.at]
        units = min(units, self.shelf.get((self.at, sku), 0) - found.get(sku, 0))
        if units > 0:
            self.scan("counter", CODES[sku], self.task, "Carla", quantity=units)
            found[sku] = found.get(sku, 0) + units
            self.lines.setdefault((self.at, sku), [self.clock, self.clock])[1] = self.clock

    def leave(self) -> None:
        """Count what is left on the shelf, and say so where there is nothing."""
        if self.at is not None:
            for sku in CODES:
                self.count(sku, 1_000)
            if not self.found[self.at]:
                self.scan("counter", "CMD-EMPTY", self.task, "Carla")
            self.visits[self.at][1] = self.clock + 1
            self.at = None

    def finish(self) -> None:
        """All that waits has arrived by then."""
        self.leave()
        for device in DEVICES:
            self.online(device)
        carla = self.floor.warehouse.operators["Carla"]
        self.floor.database.transact(finish_task, self.task, carla, "counter", self.floor.tick(), confirm=True)

    def moved(self, place: str, sku: str) -> bool:
        """Whether it moved while it was counted, or, where it was not found, while somebody was there."""
        first, last = self.lines.get((place, sku), self.visits[place])
        return any(key == (place, sku) and first < at <= last for key, at in self.moves)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    record=st.dictionaries(st.tuples(PLACES, SKUS), st.integers(1, 9)),
    drift=st.dictionaries(st.tuples(PLACES, SKUS), st.integers(-5, 5)),
    steps=STEPS,
)
def test_a_count_comes_to_what_it_would_in_a_frozen_warehouse(record, drift, steps) -> None:
    model = Model(Floor(fill(empty_warehouse())), record, drift)
    for name, *arguments in steps:
        if name == "offline":
            model.offline.add(arguments[0])
        else:
            getattr(model, name)(*arguments)
    model.finish()
    said = {row[:2]: row[2:] for row in model.floor.results()}
    for place in model.found:
        for sku in CODES:
            judge(model, place, sku, said.get((place, sku)))
    with model.floor.database.read() as session:
        assert verify(session) == []
    assert model.floor.database.transact(check)[0] == len(model.found)


def judge(model: Model, place: str, sku: str, said: tuple[int, int, str] | None) -> None:
    """Nobody can tell what came of what moved meanwhile: it is counted again. All else differs by what it did before."""
    drift = model.drift.get((place, sku), 0)
    if model.moved(place, sku):
        event("moved while it was counted")
        assert said is None or said[2] == "outside"
    elif said is None:
        assert drift == 0
        assert not model.found[place].get(sku)
    else:
        event("counted")
        counted, on_hand, _ = said
        assert (counted, counted - on_hand) == (model.found[place].get(sku, 0), drift)
