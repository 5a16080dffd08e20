"""What can come of a scan, and the answer that a device gets. The words are those of the floor, and of the API."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """Whether a scan counts."""

    ACCEPTED = "accepted"
    HELD = "held"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a scan ended as it did."""

    COUNTED = "counted"
    COMPLETE = "complete"
    OVER = "over"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    LOCATED = "located"
    UNDONE = "undone"
    SHORT = "short"
    GRADED = "graded"
    EMPTY = "empty"
    PICKED = "picked"


@dataclass(frozen=True, slots=True)
class ItemName:
    """What a person calls an item."""

    sku: str
    name: str


def item_name(sku: str | None, name: str | None) -> ItemName | None:
    """What a person calls an item, None where there is no item."""
    return None if sku is None or name is None else ItemName(sku, name)


@dataclass(frozen=True, slots=True)
class LineCount:
    """How far an item is on its task, in units, over all its lines there. A blind count says nothing of `expected`."""

    expected: int | None
    scanned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The answer to one scan. Pages, files and programs are told the same."""

    id: UUID
    seq: int
    task: str
    kind: str  # the task's
    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0  # what the scan stands for, whether or not it counted; negative where it took units back
    item: ItemName | None = None
    line: LineCount | None = None  # None where nothing was expected
    location: str | None = None  # where goods go from now on
    opens: str | None = None  # another task, whose label was scanned
    replayed: bool = False  # the same scan was recorded before
