"""The rules of picking: what is taken from a shelf, and what the record calls available and is not there.

The answer never says what the record has: who picks may be counting there next.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.catalogue.locations import SELLABLE, Place
from scanner.codes.commands import FINISHING, PREFIX
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.errors import BadRequest
from scanner.scans.decision import Decision, Move, Opened, Outcome, Reason
from scanner.words import shortened

MAX_UNITS = 1_000_000
"""Units that one scan can stand for, case size and count included."""


class Standing(StrEnum):
    """The two tasks that never end: what was picked, and what could not be. Their labels lead from one to the other."""

    PICKS = "PICKS"
    SHORT_PICKS = "SHORT-PICKS"


MOST_UNASKED = 100
"""A person who types more than this has likely mistyped. The record is not asked: who picks may be who counts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`units` of an item that the scan stands for, its parts (item id, units in one) if it is a kit.

    `available` units by the record where the picker is, of each item that the scan moves.
    """

    item_id: int
    name: str
    units: int
    parts: tuple[tuple[int, int], ...] = ()
    available: tuple[tuple[int, int], ...] = ()

    @property
    def contents(self) -> tuple[tuple[int, int], ...]:
        """(item id, units): stock is kept of parts."""
        return tuple((part, self.units * each) for part, each in self.parts) or ((self.item_id, self.units),)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may know of one scan. `here` is the shelf whose label was scanned last, `label` one scanned now.

    `labelled` is the other standing task, where it was that task's label. `owner` answers for what differs at the shelf.
    `typed` is the quantity that a person gave with the scan, `confirmed` that they were asked and said yes.
    """

    task: str
    code: Code
    customer: Place
    here: Place | None = None
    label: Place | None = None
    labelled: str | None = None
    wanted: Wanted | None = None
    owner: str = ""
    typed: int = 1
    confirmed: bool = False


def decide(facts: Facts) -> Decision:
    """What is done about a scan on a standing task."""
    if facts.labelled:
        return Decision(Outcome.ACCEPTED, Reason.LOCATED, _going_on(facts.labelled), opens=facts.labelled)
    if facts.code.command in FINISHING:
        return _refused("There is nothing to finish: this goes on for ever.")
    if facts.label:
        return _locate(facts.label)
    if facts.wanted is None:
        return _no_goods(facts.code)
    if facts.here is None:
        return _refused(f"{facts.wanted.name}: scan the label of the shelf first.")
    if facts.here.kind not in SELLABLE:
        return _refused(f"{facts.here.code} is no shelf to pick from. Scan the label of a shelf.")
    if not 0 < facts.wanted.units <= MAX_UNITS:
        raise BadRequest(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {facts.wanted.units:,}.", "quantity")
    if facts.typed > MOST_UNASKED and not facts.confirmed:
        message = f"{facts.typed:,} times {facts.wanted.name}? Scan it again if that is right."
        return Decision(Outcome.HELD, Reason.OVER, message, facts.wanted.units)
    return (
        _short(facts, facts.wanted, facts.here) if facts.task == Standing.SHORT_PICKS else _pick(facts, facts.wanted, facts.here)
    )


def _going_on(task: str) -> str:
    return "What you scan now could not be picked." if task == Standing.SHORT_PICKS else "What you scan now is picked."


def _refused(message: str) -> Decision:
    return Decision(Outcome.REFUSED, Reason.UNEXPECTED, message)


def _locate(label: Place) -> Decision:
    if label.kind not in SELLABLE:
        return _refused(f"{label.code} is no shelf to pick from. Scan the label of a shelf.")
    return Decision(Outcome.ACCEPTED, Reason.LOCATED, f"You are at {label.code}. Scan the item.", location_id=label.id)


def _no_goods(code: Code) -> Decision:
    shown = shortened(code.key)
    if code.key.upper().startswith(PREFIX):
        return _refused(f"{shown} is no command here. Nothing was done.")
    return Decision(
        Outcome.REFUSED, Reason.UNKNOWN, f"No item has the code {shown}. Nothing was recorded: go on, and link it later."
    )


def _pick(facts: Facts, wanted: Wanted, here: Place) -> Decision:
    return Decision(
        Outcome.ACCEPTED,
        Reason.PICKED,
        f"{wanted.name}: {wanted.units:,} picked from {here.code}.",
        wanted.units,
        moves=tuple(Move(item_id, units, here.id, facts.customer.id) for item_id, units in wanted.contents),
    )


def _short(facts: Facts, wanted: Wanted, here: Place) -> Decision:
    """Only what the record calls available can be a short pick; what the picker is told is the same either way."""
    available = dict(wanted.available)
    short = [(item_id, min(units, available.get(item_id, 0))) for item_id, units in wanted.contents]
    return Decision(
        Outcome.ACCEPTED,
        Reason.SHORT,
        f"{wanted.name}: noted as not at {here.code}. It will be counted.",
        wanted.units,
        opened=tuple(
            Opened(DiscrepancyKind.SHORT_PICK, item_id, units, here.id, facts.owner) for item_id, units in short if units > 0
        ),
    )
