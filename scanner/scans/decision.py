"""What a rule wants done about a scan. A decision does nothing itself: the spine carries it out in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.catalogue.locations import Place
from scanner.scans.result import ItemName, LineCount, Outcome, Reason


class TaskState(StrEnum):
    """Whether a task still takes scans."""

    OPEN = "open"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Count:
    """Units to add to a line (negative takes them back)."""

    line_id: int
    units: int


@dataclass(frozen=True, slots=True)
class NewLine:
    """Units of an item that no line is for yet: a line comes with them. A count's lines are of a location and a visit."""

    item_id: int
    units: int
    location_id: int | None = None
    visit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Units of an item that go from one location to another; always positive."""

    item_id: int
    units: int
    source_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that exists once in the world: an SSCC, or a GTIN with its serial."""

    kind: str
    value: str


class Effect:
    """What a scan does beside counting and moving. Each type of effect is carried out by the room that knows it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Effect):
    """Units by which expected and actual differ, for somebody to settle (negative takes a part of it back)."""

    kind: str
    item_id: int
    units: int
    location_id: int | None = None  # where it is of one location
    owner: str = ""  # where that is not the owner of its kind
    task_id: int | None = None  # where it is of another task than the scan's


@dataclass(frozen=True, slots=True)
class StandsAt(Effect):
    """A discrepancy that follows from what is counted now: it is kept at these units, whoever's scan made it so."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class MissedAt(Effect):
    """Somebody looked for the item at the location, and it was not there."""

    item_id: int
    location_id: int


@dataclass(frozen=True, slots=True)
class CameOtherwise(Effect):
    """More or less of these items came than was ordered: what is missing may be on their shelves, or the other way round."""

    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restocked(Effect):
    """Units of the item that came back to the location, to be sold again."""

    item_id: int
    location_id: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What comes of a scan, why, what a person is told, and what is to be done.

    What is done is typed by its kind: counts, moves and marks go to the ledger, each effect to the room that carries it out.
    """

    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0
    item_id: int | None = None  # what the scan is about, where that is one item
    item: ItemName | None = None  # how that item is called, where it is known already
    line: LineCount | None = None  # how far the item will be once this is done
    here: Place | None = None  # where goods go from now on
    handles: int | None = None  # the arrival whose goods are in hand from now on
    opens: str | None = None  # another task to go on with
    counts: tuple[Count, ...] = ()
    new_lines: tuple[NewLine, ...] = ()
    moves: tuple[Move, ...] = ()
    marks: tuple[Mark, ...] = ()
    effects: tuple[Effect, ...] = ()
    finishes: bool = False
    back_order: bool = False


def accept(reason: Reason, message: str, units: int = 0) -> Decision:
    """A scan that counts."""
    return Decision(outcome=Outcome.ACCEPTED, reason=reason, message=message, units=units)


def hold(reason: Reason, message: str, units: int = 0) -> Decision:
    """A scan that waits for a yes."""
    return Decision(outcome=Outcome.HELD, reason=reason, message=message, units=units)


def refuse(reason: Reason, message: str, units: int = 0) -> Decision:
    """A scan that is kept in the record and counts for nothing."""
    return Decision(outcome=Outcome.REFUSED, reason=reason, message=message, units=units)
