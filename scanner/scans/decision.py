"""What a scan is, and what can come of it. The words are those of the floor, and of the API."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


class Source(StrEnum):
    """What the code was read with. LINKED: counted by the server when an unknown code got its item."""

    WEDGE = "wedge"
    CAMERA = "camera"
    PHOTO = "photo"
    TYPED = "typed"
    API = "api"
    LINKED = "linked"


class TaskKind(StrEnum):
    """The workflow that a task belongs to."""

    RECEIVING = "receiving"
    RETURN = "return"
    COUNT = "count"
    PICK = "pick"


class TaskState(StrEnum):
    """Whether a task still takes scans."""

    OPEN = "open"
    FINISHED = "finished"


MAX_QUANTITY = 100_000
"""Units that one scan may stand for: above it a barcode has landed in the quantity."""
MAX_DELAY = timedelta(days=30)
"""A scan that says it waited longer for the network waited on a device whose clock was set meanwhile."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One scan as the device froze it, with who and what sent it.

    `id` is made by the device, so that a retry is the same scan. `scanned_at` is the device's clock and aware;
    order never depends on it. `sent_at` is the same clock when this try was sent: it differs from one try to the next.
    `location` and `disposition` are codes, and so is `reason`, why a returned unit is graded so; `quantity` multiplies what
    the barcode counts.
    """

    id: UUID
    task: str
    code: str
    source: Source
    scanned_at: datetime
    operator_id: int
    device: str
    quantity: int = 1
    location: str | None = None
    disposition: str | None = None
    confirm: bool = False
    sent_at: datetime | None = None
    reason: str | None = None

    def happened_at(self, now: datetime) -> datetime:
        """When the scan was made, by the server's clock: as long ago as it waited on the device, whose own clock may be
        wrong by any amount. `now` where the device does not say when it sent it.
        """
        waited = self.sent_at - self.scanned_at if self.sent_at else timedelta(0)
        return now - waited if timedelta(0) < waited <= MAX_DELAY else now

    def fingerprint(self) -> str:
        """64 hex digits that differ when anything the device said differs: tells a retry from a reused id."""
        said = [
            self.task, self.code, self.source, self.scanned_at.astimezone(UTC).isoformat(), self.operator_id,
            self.quantity, self.location, self.disposition, self.confirm, *([self.reason] if self.reason else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ItemName:
    """What a person calls an item."""

    sku: str
    name: str


@dataclass(frozen=True, slots=True)
class LineCount:
    """How far an item is on its task, in units, over all its lines there. A blind count says nothing of `expected`."""

    expected: int | None
    scanned: int


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer to one scan; the same for every dress it is shown in.

    `units` is what the scan stands for (negative when it took units back), whether or not it counted. `line` is None
    where nothing was expected or where the expectation is hidden. `location` is where the goods went or will go.
    `opens` names another task whose own label was scanned. `kind` is the task's.
    """

    id: UUID
    seq: int
    task: str
    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0
    item: ItemName | None = None
    line: LineCount | None = None
    location: str | None = None
    opens: str | None = None
    replayed: bool = False
    kind: TaskKind = TaskKind.RECEIVING


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
class Opened:
    """Units by which expected and actual differ, for somebody to settle (negative takes a part of it back).

    `location_id` where it is of one location, `owner` where that is not the owner of its kind, `task_id` where it is of
    another task than the scan's.
    """

    kind: str
    item_id: int
    units: int
    location_id: int | None = None
    owner: str = ""
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that exists once in the world: an SSCC, or a GTIN with its serial."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule wants done about a scan. It does nothing itself: the services carry it out in one transaction.

    `line` is how far the item will be once it is done. `location_id` is set where goods go elsewhere from now on.
    """

    outcome: Outcome
    reason: Reason
    message: str
    units: int = 0
    line: LineCount | None = None
    counts: tuple[Count, ...] = ()
    moves: tuple[Move, ...] = ()
    opened: tuple[Opened, ...] = ()
    marks: tuple[Mark, ...] = ()
    location_id: int | None = None
    finishes: bool = False
    back_order: bool = False
    opens: str | None = None
    new_lines: tuple[NewLine, ...] = ()
