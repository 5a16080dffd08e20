"""What a rule decides about a scan. The spine then does all of it in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.catalogue.locations import Place
from scanner.scans.result import ItemName, LineCount, Outcome, Reason


class Doubt(StrEnum):
    """Why goods wait for an answer. Held scans of one item and one doubt add up."""

    OVER = "over"
    UNEXPECTED = "unexpected"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"  # the record has them at other places alone
    UNREADABLE = "unreadable"  # an element of the label
    LARGE = "large"  # a quantity that is likely a mistake


class Fate(StrEnum):
    """What became of a held scan: taken in, left out and noted, or put aside by undo as if it had not been scanned."""

    TAKEN = "taken"
    LEFT = "left"
    ASIDE = "aside"


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
    """Units of an item that needs a new line. Lines of a count are of a location and a visit."""

    item_id: int
    units: int
    location_id: int | None = None
    visit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Units of an item that move between two locations; always positive."""

    item_id: int
    units: int
    source_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that is unique in the world: an SSCC, or a GTIN with its serial."""

    kind: str
    value: str


class Effect:
    """What a scan does besides counting and moving. The room of each type carries it out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Effect):
    """A difference that somebody must settle; negative units take a part of it back."""

    kind: str
    item_id: int
    units: int
    location_id: int | None = None  # of one location alone
    owner: str = ""  # empty: the owner of its kind
    task_id: int | None = None  # None: the task of the scan


@dataclass(frozen=True, slots=True)
class KeptAt(Effect):
    """A discrepancy that is kept equal to the count, whichever scan changes it."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class MissedAt(Effect):
    """A picker did not find the item at the location."""

    item_id: int
    location_id: int


@dataclass(frozen=True, slots=True)
class TakenBelow(Effect):
    """Units of the item were taken from the location beyond those that the record has there."""

    item_id: int
    location_id: int
    units: int


@dataclass(frozen=True, slots=True)
class CameOtherwise(Effect):
    """More or less of these items came than was ordered. Their shelves may hold the difference."""

    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restocked(Effect):
    """Units of the item came back to the location, to be sold again."""

    item_id: int
    location_id: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a rule decides about a scan: the outcome, the reason, the words, and what is to be done.

    Counts, moves and marks go to the ledger, each effect to the room that carries it out.
    """

    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0
    doubt: Doubt | None = None  # of held goods
    waits: int = 0  # units of the item that wait after this scan, of the person on the device
    item_id: int | None = None  # of the scan, where it is of one item
    item: ItemName | None = None  # its name, where it was read already
    line: LineCount | None = None  # how far the item is after this scan
    here: Place | None = None  # where goods go after this scan
    handles: int | None = None  # the arrival whose goods are in hand after this scan
    opens: str | None = None  # another task to go to
    counts: tuple[Count, ...] = ()
    new_lines: tuple[NewLine, ...] = ()
    moves: tuple[Move, ...] = ()
    marks: tuple[Mark, ...] = ()
    marks_of: int | None = None  # the earlier scan that they are of
    effects: tuple[Effect, ...] = ()
    answers: tuple[int, ...] = ()  # the held scans that this one answers
    answer: Fate = Fate.TAKEN
    aside: tuple[int, ...] = ()  # held scans of numbers that came in meanwhile
    asks_again: int | None = None  # the scan whose answers are taken back
    finishes: bool = False
    back_order: bool = False


def accept(reason: Reason, message: str, units: int = 0) -> Decision:
    """A scan that counts."""
    return Decision(outcome=Outcome.ACCEPTED, reason=reason, message=message, units=units)


def hold(reason: Reason, message: str, units: int = 0) -> Decision:
    """A question that waits for an answer, such as whether to finish."""
    return Decision(outcome=Outcome.HELD, reason=reason, message=message, units=units)


def hold_goods(reason: Reason, doubt: Doubt, message: str, *, units: int, waits: int) -> Decision:
    """Goods that wait for an answer. `waits`: units with those that wait already."""
    return Decision(outcome=Outcome.HELD, reason=reason, doubt=doubt, message=message, units=units, waits=waits)


def refuse(reason: Reason, message: str, units: int = 0) -> Decision:
    """A scan that is kept in the record and counts for nothing."""
    return Decision(outcome=Outcome.REFUSED, reason=reason, message=message, units=units)
