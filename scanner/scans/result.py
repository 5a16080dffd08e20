"""Outcomes, reasons and the answer to a scan. The words are part of the API."""

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
    TAKEN = "taken"
    MOVED = "moved"
    SHORT_PICK = "short_pick"
    SHIPPED = "shipped"


BEYOND_RECORD = "than the record has"
"""In the words of each scan that took more than there was. Its look and sound go by it, whatever its reason is."""
ELSEWHERE = "elsewhere: "
"""In the words of each put of goods that live on another shelf. Its look and sound go by it: its reason is that of any put."""
NO_REASON_GIVEN = "no reason was given"
"""In the words of each scan with which goods go on without the grade that was begun. Its look and sound go by it."""
WRONG_SHELF = "Wrong shelf"
"""Begins the words of each scan at a shelf that is not the right one. Its look and sound go by it."""
NOT_ON_ORDER = "Not on this order"
"""Begins the words of each scan of goods that an order does not want. Its look and sound go by it."""


@dataclass(frozen=True, slots=True)
class ItemName:
    """SKU and name of an item."""

    sku: str
    name: str


def item_name(sku: str | None, name: str | None) -> ItemName | None:
    """SKU and name of an item, or None."""
    return None if sku is None or name is None else ItemName(sku, name)


@dataclass(frozen=True, slots=True)
class LineCount:
    """How far an item is on its task, in units over all its lines. A blind count hides `expected`."""

    expected: int | None
    scanned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The answer to one scan, for pages, files and programs alike."""

    id: UUID
    seq: int
    task: str
    kind: str  # the task's
    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0  # of the scan, counted or not; negative where it took units back
    item: ItemName | None = None
    line: LineCount | None = None  # None where nothing was expected
    location: str | None = None  # where goods go after this scan
    opens: str | None = None  # another task, whose label was scanned
    waiting: int = 0  # of a held scan of goods: units of the item that wait for an answer
    replayed: bool = False  # the same scan was recorded before
