"""What a shop sends of an order, and what programs are told of orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from scanner.errors import BadRequest
from scanner.orders.intake.counted import OrderView
from scanner.orders.intake.rules import LONGEST, MOST_LINES, MOST_UNITS, NO_CHANNEL, PARTS_CHANNEL, GivenLine, GivenOrder, Version
from scanner.orders.scanned import OrderState
from scanner.web.contract import Answer, Body
from scanner.web.field_types import (
    UNPRINTABLE,
    Between,
    MomentOrNone,
    Printable,
    Seq,
    Several,
    Time,
    TrueOrFalse,
    kind_of,
)

MOST_VERSION = (1 << 53) - 1
"""The largest whole number that every JSON keeps as it is."""
MOST_ROWS = 1_000


def _version(value: Any) -> Version:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 <= value <= MOST_VERSION and value == int(value):
            return Version(int(value))
        raise ValueError(f"Expected a whole number from 0 to {MOST_VERSION:,} or an ISO 8601 time, got {str(value)[:40]}.")
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        got = repr(value[:40]) if isinstance(value, str) else kind_of(value)
        raise ValueError(f"Expected a whole number or an ISO 8601 time, got {got}.") from None
    if not 1900 < moment.year < 9999:
        raise ValueError(f"Expected a time of this age, got {value[:40]!r}.")
    return Version.at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


_EITHER: Any = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST_VERSION}, {"type": "string", "format": "date-time"}]}


class LineToTake(Body):
    """A line of an order. `line` is the shop's own word for it, by which later versions name it."""

    line: Annotated[str, Printable(LONGEST["line"])]
    sku: Annotated[str, Printable(LONGEST["sku"])] = Field(description="One that no item has is kept until there is one.")
    ordered: Annotated[int, Between(1, MOST_UNITS)]
    cancelled: Annotated[int, Between(0, MOST_UNITS)] = 0


class OrderToTake(Body):
    """A version of an order, with all of its lines: one that is left out is cancelled in full.

    A cancellation needs its `version` alone: without lines, what it leaves out stays as it is. An order that is not known yet is
    kept as cancelled, so that an older version which comes later does not open it.
    """

    placed_at: MomentOrNone = Field(None, description="Needed unless the order is cancelled.")
    due_at: MomentOrNone = None
    version: Annotated[Version, BeforeValidator(_version), WithJsonSchema(_EITHER)] = Field(
        description="A whole number, or a time in ISO 8601. The same or an older version changes nothing."
    )
    customer: Annotated[str, Printable(LONGEST["customer"], least=0)] = ""
    lines: Annotated[list[LineToTake], Several(MOST_LINES, f"a list of 1 to {MOST_LINES:,} lines", least=0)] = Field(
        default_factory=list, description="At least one unless the order is cancelled."
    )
    cancelled: TrueOrFalse = False

    def given(self, channel: str, reference: str) -> GivenOrder:
        """The same for the use case. Raises BadRequest for a channel or a number that no order can have."""
        for name, text in (("channel", channel), ("reference", reference)):
            if not 0 < len(text) <= LONGEST[name] or UNPRINTABLE.search(text) or text != text.strip():
                words = f"Expected 1 to {LONGEST[name]} printable characters, got {text[:40]!r}."
                raise BadRequest(words, name)
        if PARTS_CHANNEL in channel:
            raise BadRequest(f"Expected {NO_CHANNEL}, got {channel[:40]!r}.", "channel")
        if self.placed_at is None and not self.cancelled:
            raise BadRequest("Expected an ISO 8601 time, got nothing.", "placed_at")
        stays = {"customer", "due_at"} - self.model_fields_set if self.cancelled and not self.lines else set()
        return GivenOrder(
            channel=channel, reference=reference, version=self.version, placed_at=self.placed_at, due_at=self.due_at,
            customer=None if "customer" in stays else self.customer, cancelled=self.cancelled,
            whole="due_at" not in stays,
            lines=tuple(GivenLine(each.line, each.sku, each.ordered, each.cancelled) for each in self.lines),
        )  # fmt: skip


class Orders(Body):
    """Which orders."""

    state: OrderState | None = None
    after: Seq = Field(0, description="The `id` of the order that was read last.")
    limit: Annotated[int, Between(0, MOST_ROWS)] = 100


class OrderLineAnswer(Answer):
    """A line of an order, in units as they were ordered. Of a kit, as many as can be made of its parts."""

    line: str
    sku: str
    known: bool = Field(description="False: no item has this SKU. The line is kept, and waits for one.")
    ordered: int
    cancelled: int
    picked: int
    packed: int
    short: int | None = Field(None, description="Still missing of those that pickers did not find; left out for who counts.")


class RestAnswer(Answer):
    """What was kept of an order that was shipped in part: a task of its own."""

    task: str = Field(description="The reference of its task.")
    state: OrderState
    shipped_at: Time | None
    cancelled_at: Time | None


class OrderAnswer(Answer):
    """An order, with how far it is. One that was shipped in part is `shipped`; `rests` say what became of the rest."""

    id: int
    channel: str
    reference: str = Field(description="The shop's number; of a rest that of the order that it is a rest of.")
    task: str = Field(description="The reference of its task.")
    rest_of: str | None = Field(description="The task of the order that it is a rest of; null where it is the shop's order.")
    rests: list[RestAnswer] = Field(description="What was kept of it when a part was shipped, the first one first.")
    state: OrderState
    placed_at: Time | None
    due_at: Time | None
    version: int | str | None = Field(description="As the shop said it last; null where the order was made from its shipment.")
    customer: str
    cancelled_at: Time | None
    shipped_at: Time | None
    assumed: bool = Field(description="Shipped as the shop said, not as picks were scanned.")
    choice: str = Field(description="Of a short order: `wait` for the rest, `split` it, or nothing yet.")
    lines: list[OrderLineAnswer]

    @classmethod
    def told(cls, order: OrderView, *, blind: bool) -> Self:
        """The order as it is told. `blind`: to a person from whom the record is kept, who is not told what was short of it."""
        made = cls.of(order)
        lines = [each.model_copy(update={"short": None}) for each in made.lines] if blind else made.lines
        return made.model_copy(update={"lines": lines})
