"""The system and a model of plain dicts, driven side by side: after every step they must say the same.

Scans, retries, undo, yeses and noes, finishing, restarts of the server, and batches that were scanned offline and arrive
with some of their retries in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scanner.db.engine import Database
from scanner.scans import waiting
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.scans.verify import verify
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE, fill

CODES = {MUG: ("MUG-B", 1), MUG_CASE: ("MUG-B", 12), LAMP: ("LAMP", 1), TEE: ("TEE-M", 1), "SET": ("SET", 1)}
EXPECTED = {"MUG-B": 24, "LAMP": 6, "TEE-M": 3}
DEVICES = ("handheld-1", "handheld-2")


@dataclass
class Event:
    """Something that undo can take back: goods that counted, a yes, or a no. Of an answer `goods` are what it answered."""

    seq: int
    kind: str
    sku: str
    units: int
    goods: list[Waits] = field(default_factory=list)


@dataclass
class Waits:
    """A held scan of goods."""

    seq: int
    device: str
    sku: str
    units: int
    doubt: Reason


class Model:
    """What a receipt ought to know, as dicts and lists."""

    def __init__(self) -> None:
        self.counted = dict.fromkeys(EXPECTED, 0)
        self.aside: dict[str, int] = {}
        self.history: dict[str, list[Event]] = {device: [] for device in DEVICES}
        self.waiting: list[Waits] = []
        self.question = dict.fromkeys(DEVICES, 0)
        self.agreed_at_end: set[tuple[str, str, Reason]] = set()  # by a yes to finishing, which then something else held up
        self.finished = False
        self.seq = 0
        self.scanned = dict.fromkeys([*EXPECTED, "SET"], 0)
        self.gone = dict.fromkeys([*EXPECTED, "SET"], 0)  # refused, left out, put aside, or taken back

    def scan(self, device: str, code: str, quantity: int) -> tuple[Outcome, Reason]:
        self._next(device)
        sku, each = CODES[code]
        units = each * quantity
        self.scanned[sku] += units
        if self.finished:
            self.gone[sku] += units
            return Outcome.REFUSED, Reason.UNEXPECTED
        reason = self._reason(sku, units)
        if reason in (Reason.OVER, Reason.UNEXPECTED) and not self._agreed(device, sku, reason):
            self.waiting.append(Waits(self.seq, device, sku, units, reason))
            return Outcome.HELD, reason
        self._add(sku, units)
        self.history[device].append(Event(self.seq, "counted", sku, units))
        return Outcome.ACCEPTED, reason

    def answer(self, device: str, kind: str) -> Outcome:
        """A yes or a no: to finishing, and with it to all that waits, else to what the device held last of one item."""
        asked = self.question[device]
        self._next(device)
        mine = [each for each in self.waiting if each.device == device]
        if asked and (self.waiting or kind == "yes") and not self.finished:
            for each in [each for each in self.waiting if each.seq < asked]:
                if each in self.waiting:
                    goods = self._settle(each.device, each.sku, kind, before=asked)
                    self.agreed_at_end |= {(one.device, one.sku, one.doubt) for one in goods if kind == "yes"}
            self.finished = not self.waiting
            self.question[device] = 0 if self.finished else self.seq
            return Outcome.ACCEPTED if self.finished else Outcome.HELD
        if asked and kind == "no":
            return Outcome.ACCEPTED  # the question is put aside
        if not mine:
            return Outcome.REFUSED
        goods = self._settle(device, mine[-1].sku, kind)
        self.history[device].append(Event(self.seq, kind, mine[-1].sku, sum(each.units for each in goods), goods))
        return Outcome.ACCEPTED

    def _settle(self, device: str, sku: str, kind: str, before: int | None = None) -> list[Waits]:
        goods = [
            each for each in self.waiting if (each.device, each.sku) == (device, sku) and (before is None or each.seq < before)
        ]
        self.waiting = [each for each in self.waiting if each not in goods]
        for each in goods:
            if kind == "yes":
                self._add(sku, each.units)
            else:
                self.gone[sku] += each.units
        return goods

    def undo(self, device: str) -> Outcome:
        asked = self.question[device]
        self._next(device)
        if asked:
            return Outcome.ACCEPTED
        held = max((each for each in self.waiting if each.device == device), key=lambda each: each.seq, default=None)
        event = self.history[device][-1] if self.history[device] else None
        if self.finished or not (held or event):
            return Outcome.REFUSED
        if held and (event is None or held.seq > event.seq):
            self.waiting.remove(held)
            self.gone[held.sku] += held.units
        elif event:
            self._take_back(self.history[device].pop())
        return Outcome.ACCEPTED

    def _take_back(self, event: Event) -> None:
        self.waiting = sorted([*self.waiting, *event.goods], key=lambda each: each.seq)
        if event.kind == "no":
            self.gone[event.sku] -= event.units
            return
        self._add(event.sku, -event.units)
        if event.kind == "counted":
            self.gone[event.sku] += event.units

    def done(self, device: str) -> Outcome:
        self._next(device)
        if self.finished:
            return Outcome.REFUSED
        if self.waiting or any(self.counted[sku] < EXPECTED[sku] for sku in EXPECTED):
            self.question[device] = self.seq
            return Outcome.HELD
        self.finished = True
        return Outcome.ACCEPTED

    def waits(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.waiting:
            found[each.sku] = found.get(each.sku, 0) + each.units
        return found

    def _next(self, device: str) -> None:
        self.seq += 1
        self.question[device] = 0

    def _agreed(self, device: str, sku: str, doubt: Reason) -> bool:
        if (device, sku, doubt) in self.agreed_at_end:
            return True
        said = (each for event in self.history[device] if event.kind == "yes" for each in event.goods)
        return any((each.sku, each.doubt) == (sku, doubt) for each in said)

    def _reason(self, sku: str, units: int) -> Reason:
        if sku not in EXPECTED:
            return Reason.UNEXPECTED
        after = self.counted[sku] + units
        if after > EXPECTED[sku]:
            return Reason.OVER
        return Reason.COMPLETE if after == EXPECTED[sku] else Reason.COUNTED

    def _add(self, sku: str, units: int) -> None:
        target = self.counted if sku in EXPECTED else self.aside
        target[sku] = target.get(sku, 0) + units


class Receiving(RuleBasedStateMachine):
    """Two devices on one receipt."""

    def __init__(self) -> None:
        super().__init__()
        self.database = empty_warehouse()
        self.warehouse = fill(self.database)
        self.model = Model()
        self.sent: list[tuple[dict[str, Any], ScanResult]] = []

    def teardown(self) -> None:
        self.database.dispose()

    def send(self, code: str, device: str, quantity: int = 1, id: UUID | None = None) -> ScanResult:
        arguments = {"code": code, "device": device, "quantity": quantity, "id": id or uuid4()}
        result = self.warehouse.scan(**arguments)
        self.sent.append((arguments, result))
        return result

    @rule(code=st.sampled_from(sorted(CODES)), device=st.sampled_from(DEVICES), quantity=st.integers(1, 4))
    def scan(self, code: str, device: str, quantity: int) -> None:
        result = self.send(code, device, quantity)
        assert (result.outcome, result.reason) == self.model.scan(device, code, quantity)

    @rule(device=st.sampled_from(DEVICES))
    def undo(self, device: str) -> None:
        assert self.send("CMD-UNDO", device).outcome == self.model.undo(device)

    @rule(device=st.sampled_from(DEVICES), answer=st.sampled_from([("CMD-CONFIRM", "yes"), ("CMD-LEAVE", "no")]))
    def answer(self, device: str, answer: tuple[str, str]) -> None:
        code, kind = answer
        assert self.send(code, device).outcome == self.model.answer(device, kind)

    @rule(device=st.sampled_from(DEVICES))
    def done(self, device: str) -> None:
        assert self.send("CMD-DONE", device).outcome == self.model.done(device)

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        if not self.sent:
            return
        arguments, first = data.draw(st.sampled_from(self.sent))
        again = self.warehouse.scan(**arguments)
        assert again.replayed
        assert (again.seq, again.outcome, again.message, again.line) == (first.seq, first.outcome, first.message, first.line)

    @rule(
        batch=st.lists(st.tuples(st.sampled_from(sorted(CODES)), st.sampled_from(DEVICES)), min_size=1, max_size=5),
        data=st.data(),
    )
    def come_back_online(self, batch: list[tuple[str, str]], data: st.DataObject) -> None:
        """Each device's scans arrive in its own order; replies get lost, so that any of them may be sent again."""
        for code, device in batch:
            before = len(self.sent)
            self.scan(code, device, 1)
            if data.draw(st.booleans()):
                arguments, first = self.sent[data.draw(st.integers(0, before))]
                assert self.warehouse.scan(**arguments).seq == first.seq

    @rule()
    def restart(self) -> None:
        self.database.dispose()
        self.database = Database(str(self.database.url))
        self.warehouse.database = self.database

    @invariant()
    def they_agree(self) -> None:
        assert dict(self.warehouse.lines()) == self.model.counted
        quarantined = {sku: units for (place, sku), units in self.warehouse.stock().items() if place == "QUARANTINE"}
        sets = {sku: units for sku, units in self.model.aside.items() if units}
        assert quarantined == ({"MUG-B": 2 * sets["SET"], "LAMP": sets["SET"]} if sets else {})
        with self.database.read() as session:
            assert verify(session) == []
            waits: dict[str, int] = {}
            for line in waiting.held_lines(session, 1):
                waits[line.sku] = waits.get(line.sku, 0) + line.units
        assert waits == self.model.waits()
        came = self.model.counted | self.model.aside
        for sku, units in self.model.scanned.items():
            assert units == came.get(sku, 0) + waits.get(sku, 0) + self.model.gone[sku], "a scan is lost"


Receiving.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestReceiving = pytest.mark.slow(Receiving.TestCase)
