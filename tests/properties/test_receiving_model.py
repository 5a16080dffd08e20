"""The system and a model of plain dicts, driven side by side: after every step they must say the same.

Scans, retries, undo, confirming, finishing, restarts of the server, and batches that were scanned offline and arrive
with some of their retries in between.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scanner.db.engine import Database
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.scans.verify import verify
from tests.support.kept import empty_warehouse
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE, fill

CODES = {MUG: ("MUG-B", 1), MUG_CASE: ("MUG-B", 12), LAMP: ("LAMP", 1), TEE: ("TEE-M", 1), "SET": ("SET", 1)}
EXPECTED = {"MUG-B": 24, "LAMP": 6, "TEE-M": 3}
DEVICES = ("handheld-1", "handheld-2")


class Model:
    """What a receipt ought to know, as dicts and lists."""

    def __init__(self) -> None:
        self.counted = dict.fromkeys(EXPECTED, 0)
        self.aside: dict[str, int] = {}
        self.history: dict[str, list[tuple[str, int, bool]]] = {device: [] for device in DEVICES}
        self.held: dict[str, tuple[str, int] | None] = dict.fromkeys(DEVICES)
        self.finished = False

    def scan(self, device: str, code: str, quantity: int) -> tuple[Outcome, Reason]:
        if self.finished:
            self.held[device] = None
            return Outcome.REFUSED, Reason.UNEXPECTED
        held, self.held[device] = self.held[device], None
        confirmed = held is not None and held[0] == code
        quantity = held[1] if held and confirmed else quantity
        sku, each = CODES[code]
        units = each * quantity
        reason = self._reason(sku, units)
        if reason in (Reason.OVER, Reason.UNEXPECTED) and not confirmed:
            self.held[device] = (code, quantity)
            return Outcome.HELD, reason
        self._add(sku, units)
        self.history[device].append((sku, units, True))
        return Outcome.ACCEPTED, reason

    def undo(self, device: str) -> Outcome:
        held, self.held[device] = self.held[device], None
        if held is not None:
            return Outcome.ACCEPTED
        if self.finished or not self.history[device]:
            return Outcome.REFUSED
        sku, units, _ = self.history[device].pop()
        self._add(sku, -units)
        return Outcome.ACCEPTED

    def done(self, device: str) -> Outcome:
        if self.finished:
            self.held[device] = None
            return Outcome.REFUSED
        held, self.held[device] = self.held[device], None
        if any(self.counted[sku] < EXPECTED[sku] for sku in EXPECTED) and held != ("CMD-DONE", 1):
            self.held[device] = ("CMD-DONE", 1)
            return Outcome.HELD
        self.finished = True
        return Outcome.ACCEPTED

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

    @rule(device=st.sampled_from(DEVICES))
    def confirm(self, device: str) -> None:
        held = self.model.held[device]
        if held is None:
            assert self.send("CMD-CONFIRM", device).outcome is Outcome.REFUSED
        elif held[0] == "CMD-DONE":
            assert self.send("CMD-CONFIRM", device).outcome == self.model.done(device)
        else:
            result = self.send("CMD-CONFIRM", device)
            assert (result.outcome, result.reason) == self.model.scan(device, held[0], 1)

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


Receiving.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestReceiving = Receiving.TestCase
