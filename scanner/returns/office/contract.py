"""What programs and customer service send of returns, and what they are told."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from scanner.codes.typed import MAX_LENGTH
from scanner.discrepancies.contract import DiscrepancyAnswer
from scanner.returns.lines.contract import ReturnedLineAnswer
from scanner.returns.office.announce import LONGEST, MOST_LINES, MOST_UNITS, AnnouncedLine, Announcement
from scanner.returns.office.service import FLAGS, ReturnPage
from scanner.returns.refunds import Refund
from scanner.scans.decision import TaskState
from scanner.web.contract import Answer, Body, taken
from scanner.web.field_types import Between, OneOf, Printable, Search, Seq, Time, WholeNumberOrNone, Words


class LineToAnnounce(Body):
    """Units of an item that will come back."""

    sku: Annotated[str, Printable(MAX_LENGTH)] = Field(description="A SKU or a barcode.")
    expected: Annotated[int, Between(1, MOST_UNITS)] = 1
    reason: Annotated[str, Printable(LONGEST["reason"], least=0)] = Field("", description="Why, in the customer's words.")


_NUMBER_OF_LINES: dict[str, Any] = {"minItems": 1, "maxItems": MOST_LINES}
"""Said here, and checked by the use case, which has the words for people."""


class _Head(Body):
    reference: Annotated[str, Printable(LONGEST["reference"], least=0)] = Field("", description="Left out: the next free number.")
    order: Annotated[str, Printable(LONGEST["order"], least=0)] = ""
    customer: Annotated[str, Printable(LONGEST["customer"], least=0)] = ""


class ReturnToAnnounce(_Head):
    """What will come back."""

    lines: list[LineToAnnounce] = Field(json_schema_extra=_NUMBER_OF_LINES)

    def announcement(self) -> Announcement:
        """The same for the use case."""
        lines = [AnnouncedLine(line.sku, line.expected, line.reason) for line in self.lines]
        return Announcement(self.order, self.customer, lines, self.reference)


class ReturnToStart(_Head):
    """A return to announce, with its lines; or, with nothing but its kind, one that came and that nobody announced."""

    kind: Literal["return"]
    lines: list[LineToAnnounce] | None = Field(None, json_schema_extra=_NUMBER_OF_LINES)


ROWS, MOST_ROWS = 4, 50
"""Lines of the form for a new return: at first, and at most."""


def _rows(value: Any) -> int:
    asked = value if isinstance(value, str) else ""
    return min(int(asked), MOST_ROWS) if asked.isascii() and asked.isdigit() and len(asked) < 4 else ROWS


class ComparedAnswer(Answer):
    """An item as announced and as it came, in units."""

    sku: str
    name: str
    announced: int
    arrived: int
    differs: str | None = None
    by: int


class ReturnAnswer(Answer):
    """One return: announced against came."""

    id: int
    reference: str
    order: str
    customer: str
    state: TaskState
    announced: bool
    matched_to: str | None = None
    owner: str
    created_at: Time
    handled_at: Time | None = None
    expected: int
    arrived: int
    at_bench: int = Field(description="Units that came and have no grade yet.")
    flags: list[str]
    refund: Refund | None
    lines: list[ReturnedLineAnswer]
    compared: list[ComparedAnswer]
    differences: list[DiscrepancyAnswer]
    matched: list[str]

    @classmethod
    def of_page(cls, page: ReturnPage) -> Self:
        """The answer made from the page of customer service."""
        head = page.head
        return cls(
            id=head.id, reference=head.reference, order=head.order, customer=head.customer, state=TaskState(head.state),
            announced=head.announced, matched_to=head.matched_to, owner=head.owner, created_at=head.created_at,
            handled_at=head.handled_at, expected=head.expected, arrived=head.arrived, at_bench=head.at_bench,
            flags=list(head.flags), refund=page.refund, lines=[ReturnedLineAnswer.of(each) for each in page.lines],
            compared=[ComparedAnswer.of(each) for each in page.compared],
            differences=[DiscrepancyAnswer.of(each) for each in page.differences], matched=page.matched,
        )  # fmt: skip


class ImportAnswer(Answer):
    """What a file changed, in rows."""

    rows: int
    added: int
    changed: int
    unchanged: int


class ReturnList(Body):
    """A page of returns of a flag, the newest first; `before` is the last one that was shown. The owner is empty for all."""

    flag: Annotated[str, OneOf(FLAGS, "open")] = "open"
    q: Search = ""
    owner: Words = ""
    before: WholeNumberOrNone = None


class RowsOfForm(Body):
    """How many lines the form for a new return has."""

    rows: Annotated[int, BeforeValidator(_rows)] = ROWS


class ReturnForm(Body):
    """A new return as it is typed in the form, not yet checked: its head, and columns of its lines."""

    reference: Words = ""
    order: Words = ""
    customer: Words = ""
    sku: list[str] = Field(default_factory=list)
    expected: list[str] = Field(default_factory=list)
    reason: list[str] = Field(default_factory=list)

    def lines(self) -> list[dict[str, str]]:
        """The filled rows. A row without a number of units is one unit."""
        rows = zip(self.sku, self.expected, self.reason, strict=False)
        return [
            {"sku": sku, "expected": expected or "1", "reason": reason}
            for sku, expected, reason in rows
            if sku.strip() or reason.strip()
        ]

    def to_announce(self) -> ReturnToAnnounce:
        """The same, checked. Raises BadRequest."""
        return taken(ReturnToAnnounce, self.model_dump() | {"lines": self.lines()})


class OfficeNote(Body):
    """A note on a return."""

    note: Words = ""


class OfficeOwner(Body):
    """Who works a return down; empty: whoever says so."""

    owner: Words = ""


class Match(Body):
    """The announced return, or else the order and customer, that a return without paper belongs to."""

    announced: Words = ""
    order: Words = ""
    customer: Words = ""


class Closing(OfficeNote):
    """What a return comes to."""

    cause: Words = ""


class Difference(Closing):
    """The same of one thing that differs."""

    discrepancy: Seq
