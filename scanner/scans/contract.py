"""What a device or a program sends of a scan, and what it is told of scans, tasks, stock and movements."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, computed_field

from scanner.codes.dispositions import Disposition
from scanner.codes.reading import clean
from scanner.codes.typed import MAX_LENGTH
from scanner.scans.decision import Fate, TaskState
from scanner.scans.request import MAX_QUANTITY, ScanRequest, Source
from scanner.scans.result import Outcome, Reason
from scanner.scans.signals import signal_of
from scanner.scans.workflow import Finish
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Id, Moment, MomentOrNone, Several, Time, TrueOrFalse, WholeNumber, WholeNumberOrNone, YesNo

MOST_AT_ONCE = 50
"""Most scans that a device sends in one request."""
BY_DEVICE = frozenset(Source) - {Source.LINKED, Source.ASSUMED}
"""What a device may say it read a code with."""


def _text(value: Any, info: ValidationInfo) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"Expected text in {info.field_name}, got {'nothing' if not value else type(value).__name__}.")
    return value


def _label(value: Any, info: ValidationInfo) -> str | None:
    return clean(_text(value, info)) if value not in (None, "") else None


def _source(value: Any) -> str:
    if isinstance(value, str) and value in BY_DEVICE:
        return value
    raise ValueError(f"Expected one of {', '.join(sorted(BY_DEVICE))}, got {str(value)[:40]!r}.")


_SHORT = {"type": "string", "maxLength": MAX_LENGTH}
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({**_SHORT, "minLength": 1})]
"""Any characters that a scanner types. What cannot be a code is refused where the code is read."""
Label = Annotated[str | None, BeforeValidator(_label), WithJsonSchema(_SHORT)]
"""The code of a place, a grade or a reason; None where there is none."""
ByDevice = Annotated[Source, BeforeValidator(_source), WithJsonSchema({"type": "string", "enum": sorted(BY_DEVICE)})]
Quantity = Annotated[WholeNumber, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY})]
KINDS = "x-kinds"
"""Stands in a schema where the description of an app lists its kinds of tasks."""
Kind = Annotated[str, WithJsonSchema({KINDS: True})]


class ScanBody(Body):
    """One scan as the device froze it."""

    id: Id = Field(description="Made by the sender, so that a retry is the same scan.")
    task: Text
    code: Text = Field(description="The payload as in the symbol; GS is U+001D.")
    source: ByDevice
    scanned_at: Moment = Field(
        description="The device's clock. Without an offset it is UTC. Of a scan sent late it is believed beside `sent_at`."
    )
    sent_at: MomentOrNone = Field(
        None,
        description="The same clock when this try was sent: tells how long the scan waited. Left out, a scan is taken as made "
        "when it came, whatever `scanned_at` says.",
    )
    quantity: Quantity = 1
    location: Label = Field(None, description="Where the goods go, other than the place scanned last.")
    disposition: Label = Field(
        None, description=f"Counts a returned unit and grades it in the same scan: {', '.join(Disposition)}."
    )
    reason: Label = Field(None, description="Why it is graded so: a reason's code, as DOA.")
    confirm: YesNo = Field(False, description="Take in what would be held.")
    to: Label = Field(None, description="Moves the goods of this scan from `location` to this place.")
    short: YesNo = Field(False, description="The goods of this scan could not be picked.")

    def request(self, operator_id: int, device: str) -> ScanRequest:
        """The scan with who and what sent it."""
        return ScanRequest(operator_id=operator_id, device=device, **self.__dict__)


class ItemAnswer(Answer):
    """What a person calls an item."""

    sku: str
    name: str


class CountAnswer(Answer):
    """How far an item is on its task, in units."""

    expected: int | None = Field(None, description="Left out where a count is blind.")
    scanned: int


class _ScanEnded(Answer):
    id: UUID
    outcome: Outcome
    reason: Reason
    message: str
    units: int = Field(description="What the scan stands for; negative when it took units back.")
    replayed: bool = Field(description="The same scan was recorded before; this is the answer it got then.")
    task: str


class ScanResultAnswer(_ScanEnded):
    """What came of a scan."""

    item: ItemAnswer | None = None
    line: CountAnswer | None = None
    sequence: int = Field(validation_alias="seq", description="The place of the scan in the record.")
    location: str | None = None
    opens: str | None = Field(None, description="The task whose own label was scanned.")


class CountOnDevice(Answer):
    """How far an item is on its task, in units; `expected` is null where a count is blind."""

    expected: int | None
    scanned: int


class DeviceAnswer(_ScanEnded):
    """The same for a page. What there is none of is null."""

    kind: str
    seq: int
    item: ItemAnswer | None
    line: CountOnDevice | None
    location: str | None
    opens: str | None

    @computed_field
    def signal(self) -> str:
        """The word that colour, sound and buzz go by."""
        return signal_of(self)


class LockedAnswer(Answer):
    """That a scan is recorded, told to a device that is locked. What came of it is for whoever unlocks the device."""

    id: UUID
    task: str
    outcome: str = ""
    reason: str = ""
    signal: str = ""
    message: str = "Recorded. Scan a badge to see what came of it."
    units: int = 0

    def fields(self) -> dict[str, Any]:
        """As JSON takes it, with every field."""
        return self.model_dump(mode="json")


class HandOver(Answer):
    """The scan was of a badge: nothing is recorded, and the page is to sign in its owner. `own`: that is who scanned it."""

    handover: Literal[True]
    own: bool


class DeviceScans(Body):
    """Scans of a device in their order, and the task whose page is open. Each scan is checked by itself.

    `doubted`: the person after whose scans another one's badge came, in an earlier request.
    """

    scans: Annotated[list[Any], Several(MOST_AT_ONCE, f"1 to {MOST_AT_ONCE} scans")]
    page: Any = None
    doubted: Any = None


class DeviceScansAnswer(Answer):
    """What came of each, and the changed parts of the page."""

    results: list[dict[str, Any]]
    html: str


class LineAnswer(Answer):
    """A line of a task, in units."""

    sku: str
    name: str
    location: str | None = None
    expected: int | None = Field(None, description="Left out where a count is blind.")
    scanned: int


class HeldAnswer(Answer):
    """Units of an item that wait for an answer, and why."""

    sku: str
    reason: Reason
    units: int


class TaskAnswer(Answer):
    """A task with its lines."""

    reference: str
    kind: Kind
    state: TaskState
    partner: str
    asn: str | None = None
    order: str
    due_on: date | None = None
    finished_at: Time | None = None
    lines: list[LineAnswer]
    held: list[HeldAnswer]


_HELD = {"take": Fate.TAKEN, "leave": Fate.LEFT}


def _what_of_held(value: Any) -> Fate | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in _HELD:
        raise ValueError(f"Expected take or leave, got {str(value)[:40]!r}.")
    return _HELD[value]


WhatOfHeld = Annotated[
    Fate | None, BeforeValidator(_what_of_held), WithJsonSchema({"type": ["string", "null"], "enum": ["take", "leave", None]})
]
"""Whether goods that wait are taken in or left out; None where nothing is said."""


class FinishTask(Body):
    """How a program finishes a task."""

    confirm: TrueOrFalse = Field(False, description="Finish although something is short or varies.")
    back_order: TrueOrFalse = Field(False, description="Keep on order what did not come.")
    held: WhatOfHeld = Field(None, description="What becomes of goods that wait for an answer: take or leave.")


class FinishForm(Body):
    """The form that finishes a task."""

    confirm: YesNo = False
    back_order: YesNo = False
    held: WhatOfHeld = None


class Short(Answer):
    """An item of which less came than was ordered, in units."""

    sku: str
    name: str
    expected: int
    scanned: int
    missing: int
    untouched: bool = Field(description="Nobody scanned any of it.")


class MustConfirm(Answer):
    """Why a task is not finished yet."""

    code: str
    message: str
    field: str


class Finished(Answer):
    """What finishing a task came to."""

    reference: str
    state: TaskState
    short: list[Short]
    back_order: str | None = Field(None, description="The task with what is still to come.")
    unlinked: int = Field(description="Codes without an item: they do not count any more.")
    uncounted: list[str] | None = Field(None, description="Locations of a count that nobody counted.")
    held: list[HeldAnswer] = Field(description="What waits for an answer; empty once the task is finished.")
    error: MustConfirm | None = Field(None, description="What must be confirmed first, with status 409.")

    @classmethod
    def after(cls, done: Finish) -> Finished:
        """The answer, with an error where it has to be confirmed first."""
        error = None
        if done.needs_confirm:
            lacking = done.lacking or f"{len(done.short)} items are short, {done.unlinked} unknown codes not linked"
            also = "; goods wait for an answer. Send held: take or leave, with" if done.waits else ". Send"
            words = f"{lacking}{also} confirm: true to finish anyway."
            error = MustConfirm(code="needs_confirmation", message=words, field="held" if done.waits else "confirm")
        return cls(
            reference=done.reference, state=TaskState(done.state), short=[Short.of(short) for short in done.short],
            back_order=done.back_order, unlinked=done.unlinked,
            held=[HeldAnswer.of(each) for each in done.held], uncounted=list(done.uncounted) or None, error=error,
        )  # fmt: skip


class StockAnswer(Answer):
    """Units of an item at a location."""

    location: str
    sku: str
    name: str
    units: int
    sellable: bool


class MovementAnswer(Answer):
    """Units that went from a location to another. A scan caused it, or an adjustment with its cause."""

    sequence: int = Field(validation_alias="seq")
    at: Time
    sku: str
    units: int
    from_: str = Field(validation_alias="source", serialization_alias="from")
    to: str = Field(validation_alias="target")
    operator: str | None
    task: str | None
    scan: int | None = Field(validation_alias="scan_seq", description="The sequence of the scan that caused it.")
    cause: str
    unit_cost: float | None = Field(description="What one unit cost when it was booked; null for no cost.")


class SenderForm(Body):
    """Who a device sends for: it may still have what somebody scanned before handing over."""

    operator: WholeNumberOrNone = None
