"""The returns bench and a model of plain lists, driven side by side: after every step they must say the same.

Goods arrive, are graded in every way, graded again, explained, taken part by part, found to lack a part, and taken back, by
two clerks in turn. Always: stock sums to zero, what is on a shelf was graded restock, and nothing else was.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scanner.codes.commands import grade_code
from scanner.codes.dispositions import MISSING, NEED_REASON, Disposition
from scanner.returns import grades
from scanner.scans import tasks
from scanner.scans.result import Outcome, ScanResult
from scanner.scans.verify import verify
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, TEE, fill

ITEMS = {MUG: "MUG-B", LAMP: "LAMP", TEE: "TEE-M", "SET": "SET"}
PARTS = {"SET": {"MUG-B": 2, "LAMP": 1}}
PLACES = {
    Disposition.REFURBISH: "REFURBISH", Disposition.QUARANTINE: "QUARANTINE", Disposition.DAMAGED: "DAMAGED",
    Disposition.VENDOR: "VENDOR", Disposition.SCRAP: "SCRAP",
}  # fmt: skip
SHELVES = ("A-01-1", "A-01-2")
CLERKS = {"bench-1": "Theo", "bench-2": "Sam"}
RMA = "RMA-1"


@dataclass
class Portion:
    """Units of an item that came by one arrival, and what they were graded by which scan."""

    item: str
    units: int
    place: str = "RETURNS"
    graded: str | None = None
    reason: str | None = None
    seq: int = 0


@dataclass
class Clerk:
    """What somebody has in hand (an arrival), which part of it, what the page asks, and what can be taken back."""

    hand: int | None = None
    part: str | None = None
    asks_shelf: bool = False
    asks_part: bool = False
    history: list[tuple[int, list[Portion] | None, str | None]] = field(default_factory=list)


class Model:
    """What a return ought to know, as lists and dicts."""

    def __init__(self) -> None:
        self.arrivals: dict[int, list[Portion]] = {}
        self.kinds: dict[int, str] = {}
        self.last_shelf: dict[str, str] = {}
        self.clerks = {device: Clerk() for device in CLERKS}
        self.seq = 0

    def arrive(self, device: str, sku: str) -> Outcome:
        clerk = self.clerks[device]
        asked = self._begin(clerk)
        if clerk.hand and self._is_kit(clerk) and self._waiting(clerk.hand, sku):
            if asked == "part":
                return self._miss(clerk, sku)
            clerk.part = sku
            return Outcome.ACCEPTED
        self.seq += 1
        self.arrivals[self.seq] = [Portion(item, units) for item, units in PARTS.get(sku, {sku: 1}).items()]
        self.kinds[self.seq] = sku
        clerk.history.append((self.seq, None, None))
        clerk.hand, clerk.part = self.seq, None
        return Outcome.ACCEPTED

    def grade(self, device: str, as_: Disposition, reason: str | None, shelf: str | None = None) -> Outcome:
        clerk = self.clerks[device]
        asked = self._begin(clerk)
        taken = self._taken(clerk)
        if not taken:
            return Outcome.REFUSED
        if shelf and not (self._ungraded(clerk) or asked == "shelf" or all(each.graded == as_ for each in taken)):
            return Outcome.REFUSED
        targets = {each.item: shelf or PLACES.get(as_) or self.home(each.item) for each in taken}
        if None in targets.values():
            clerk.asks_shelf = True
            return Outcome.HELD
        wanted = [(as_, targets[each.item], reason or (each.reason if each.graded == as_ else None)) for each in taken]
        if wanted == [(each.graded, each.place, each.reason) for each in taken]:
            return Outcome.REFUSED
        self._remember(clerk, taken)
        for each, (graded, place, why) in zip(taken, wanted, strict=True):
            each.graded, each.reason, each.seq = graded, why, self.seq
            self._put(each, str(place))
        return Outcome.ACCEPTED

    def explain(self, device: str, reason: str) -> Outcome:
        clerk = self.clerks[device]
        self._begin(clerk)
        meant = [each for each in self._meant(clerk) if each.graded in NEED_REASON and each.reason is None]
        meant = meant or [each for each in self._last(clerk) if each.graded in NEED_REASON]
        if not meant or all(each.reason == reason for each in meant):
            return Outcome.REFUSED
        self._remember(clerk, meant)
        for each in meant:
            each.reason, each.seq = reason, self.seq
        return Outcome.ACCEPTED

    def missing(self, device: str) -> Outcome:
        clerk = self.clerks[device]
        self._begin(clerk)
        if not clerk.hand or not self._is_kit(clerk):
            return Outcome.REFUSED
        if clerk.part is None:
            clerk.asks_part = True
            return Outcome.ACCEPTED
        return self._miss(clerk, clerk.part) if self._waiting(clerk.hand, clerk.part) else Outcome.REFUSED

    def undo(self, device: str) -> Outcome:
        clerk = self.clerks[device]
        if self._begin(clerk) == "shelf":
            return Outcome.ACCEPTED  # put aside; what is in hand stays
        if not clerk.history:
            return Outcome.REFUSED
        arrival, before, part = clerk.history.pop()
        if before is None:
            del self.arrivals[arrival]
            clerk.hand = clerk.part = None
            return Outcome.ACCEPTED
        for now, then in zip(self.arrivals[arrival], before, strict=False):
            if now.place != then.place and then.place in SHELVES:
                self.last_shelf[now.item] = then.place
        self.arrivals[arrival] = before
        clerk.hand, clerk.part = arrival, part
        return Outcome.ACCEPTED

    def home(self, item: str) -> str | None:
        there = {shelf: self.stock().get((shelf, item), 0) for shelf in SHELVES}
        if any(there.values()):
            return max(SHELVES, key=lambda shelf: (there[shelf], -SHELVES.index(shelf)))
        return self.last_shelf.get(item)

    def stock(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for each in (portion for arrival in self.arrivals.values() for portion in arrival):
            for place, units in ((each.place, each.units), ("CUSTOMER", -each.units)):
                found[place, each.item] = found.get((place, each.item), 0) + units
        return {place: units for place, units in found.items() if units}

    def standing(self) -> list[tuple[str, int, str, str | None, str]]:
        return sorted(
            (each.item, each.units, str(each.graded), each.reason or "", each.place)
            for arrival in self.arrivals.values()
            for each in arrival
            if each.graded
        )

    def _begin(self, clerk: Clerk) -> str | None:
        """What the scan before asked for; it asks no more."""
        asked = "shelf" if clerk.asks_shelf else "part" if clerk.asks_part else None
        clerk.asks_shelf = clerk.asks_part = False
        return asked

    def _miss(self, clerk: Clerk, sku: str) -> Outcome:
        arrival = self.arrivals[clerk.hand or 0]
        (waiting,) = [each for each in arrival if each.item == sku and each.graded is None]
        self._remember(clerk, [waiting])
        waiting.units -= 1
        arrival[:] = [each for each in arrival if each.units]
        arrival.append(Portion(sku, 1, "CUSTOMER", MISSING, None, self.seq))
        return Outcome.ACCEPTED

    def _remember(self, clerk: Clerk, taken: list[Portion]) -> None:
        self.seq += 1
        items = {each.item for each in taken}
        part = items.pop() if len(items) == 1 and self._is_kit(clerk) else None
        clerk.history.append((clerk.hand or 0, deepcopy(self.arrivals[clerk.hand or 0]), part))
        clerk.part = None

    def _put(self, portion: Portion, place: str) -> None:
        if place in SHELVES and portion.place != place:
            self.last_shelf[portion.item] = place
        portion.place = place

    def _is_kit(self, clerk: Clerk) -> bool:
        return self.kinds[clerk.hand or 0] in PARTS

    def _waiting(self, arrival: int, sku: str) -> bool:
        return any(each.item == sku and each.graded is None for each in self.arrivals[arrival])

    def _meant(self, clerk: Clerk) -> list[Portion]:
        goods = self.arrivals[clerk.hand] if clerk.hand else []
        return [each for each in goods if clerk.part in (None, each.item) and each.graded != MISSING]

    def _ungraded(self, clerk: Clerk) -> list[Portion]:
        return [each for each in self._meant(clerk) if each.graded is None]

    def _last(self, clerk: Clerk) -> list[Portion]:
        meant = self._meant(clerk)
        latest = max((each.seq for each in meant), default=0)
        return [each for each in meant if each.graded and each.seq == latest]

    def _taken(self, clerk: Clerk) -> list[Portion]:
        return self._ungraded(clerk) or self._last(clerk)


class Bench(RuleBasedStateMachine):
    """Two clerks on one return."""

    def __init__(self) -> None:
        super().__init__()
        self.database = empty_warehouse()
        self.warehouse = fill(self.database)
        self.warehouse.add_return(RMA, [("MUG-B", 3), ("LAMP", 2), ("SET", 2)])
        self.model = Model()
        self.sent: list[tuple[dict[str, object], ScanResult]] = []

    def send(self, code: str, device: str, id: UUID | None = None, **more: object) -> Outcome:
        arguments = {"code": code, "device": device, "by": CLERKS[device], "task": RMA, "id": id or uuid4()} | more
        result = self.warehouse.scan(**arguments)
        self.sent.append((arguments, result))
        return result.outcome

    @rule(code=st.sampled_from(sorted(ITEMS)), device=st.sampled_from(sorted(CLERKS)))
    def arrive(self, code: str, device: str) -> None:
        """Confirmed beforehand: what was not announced comes in as well."""
        assert self.send(code, device, confirm=True) == self.model.arrive(device, ITEMS[code])

    @rule(
        as_=st.sampled_from(sorted(Disposition)),
        device=st.sampled_from(sorted(CLERKS)),
        reason=st.sampled_from([None, "DOA", "USED"]),
    )
    def grade(self, as_: Disposition, device: str, reason: str | None) -> None:
        assert self.send(grade_code(as_, reason), device) == self.model.grade(device, as_, reason)

    @rule(shelf=st.sampled_from(SHELVES), device=st.sampled_from(sorted(CLERKS)))
    def put_on_a_shelf(self, shelf: str, device: str) -> None:
        assert self.send(shelf, device) == self.model.grade(device, Disposition.RESTOCK, None, shelf)

    @rule(reason=st.sampled_from(["DOA", "USED"]), device=st.sampled_from(sorted(CLERKS)))
    def explain(self, reason: str, device: str) -> None:
        assert self.send(f"CMD-REASON-{reason}", device) == self.model.explain(device, reason)

    @rule(device=st.sampled_from(sorted(CLERKS)))
    def missing(self, device: str) -> None:
        assert self.send("CMD-MISSING", device) == self.model.missing(device)

    @rule(device=st.sampled_from(sorted(CLERKS)))
    def undo(self, device: str) -> None:
        assert self.send("CMD-UNDO", device) == self.model.undo(device)

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        if self.sent:
            arguments, first = data.draw(st.sampled_from(self.sent))
            again = self.warehouse.scan(**arguments)
            assert (again.replayed, again.seq, again.outcome) == (True, first.seq, first.outcome)

    @invariant()
    def they_agree(self) -> None:
        stock = self.warehouse.stock()
        assert stock == self.model.stock()
        with self.database.read() as session:
            assert verify(session) == []
            rows = grades.standing(session, tasks.get_task(session, RMA).id)
        found = [(row.sku, row.units, row.disposition, row.reason_code or "", row.location) for row in rows]
        assert sorted(found) == self.model.standing()
        sellable = sum(units for (place, _), units in stock.items() if place in SHELVES)
        assert sellable == sum(row[1] for row in found if row[2] == Disposition.RESTOCK)
        for sku in ITEMS.values():
            assert sum(units for (_, item), units in stock.items() if item == sku) == 0


Bench.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestBench = pytest.mark.slow(Bench.TestCase)
