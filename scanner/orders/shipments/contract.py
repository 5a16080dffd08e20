"""What a shop sends of a shipment, and what it is told."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from scanner.errors import BadRequest
from scanner.orders.intake.contract import OrderAnswer
from scanner.orders.intake.rules import LONGEST, NO_CHANNEL, PARTS_CHANNEL
from scanner.orders.shipments.service import MOST_LINES, Booked, SentLine, Shipment
from scanner.scans.request import MAX_QUANTITY
from scanner.scans.result import Outcome
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Between, MomentOrNone, Printable, Several


class LineToShip(Body):
    """Units that went, of a line by the shop's word for it or by its SKU."""

    line: Annotated[str, Printable(LONGEST["line"], least=0)] = ""
    sku: Annotated[str, Printable(LONGEST["sku"], least=0)] = ""
    units: Annotated[int, Between(1, MAX_QUANTITY)]


class ShipmentToBook(Body):
    """What went without being scanned. The same again is booked once."""

    channel: Annotated[str, Printable(LONGEST["channel"])]
    reference: Annotated[str, Printable(LONGEST["reference"])]
    shipped_at: MomentOrNone = None
    shipment: Annotated[str, Printable(64, least=0)] = Field(
        "", description="The shop's word for this shipment, where an order has several. Left out: it is known by its time."
    )
    lines: Annotated[list[LineToShip], Several(MOST_LINES, f"a list of 1 to {MOST_LINES:,} lines")]

    def told(self) -> Shipment:
        """The same for the use case."""
        if PARTS_CHANNEL in self.channel:
            raise BadRequest(f"Expected {NO_CHANNEL}, got {self.channel[:40]!r}.", "channel")
        lines = tuple(SentLine(each.units, each.line, each.sku) for each in self.lines)
        return Shipment(
            channel=self.channel, reference=self.reference, lines=lines, shipped_at=self.shipped_at, name=self.shipment
        )  # fmt: skip


class ShippedLineAnswer(Answer):
    """What came of a line."""

    line: str
    sku: str
    units: int
    outcome: Outcome = Field(description="`refused`: nothing was booked of it, and `message` says why. It may be sent again.")
    message: str
    replayed: bool = Field(description="It was booked before; this is the answer that it got then.")


class ShipmentAnswer(Answer):
    """What came of a shipment."""

    shipped: bool = Field(description="Nothing more of the order is to go.")
    order: OrderAnswer
    lines: list[ShippedLineAnswer]

    @classmethod
    def of_booked(cls, booked: Booked, *, blind: bool) -> Self:
        """The answer made from what was booked. `blind`: for a person from whom the record is kept."""
        lines = [ShippedLineAnswer.of(each) for each in booked.lines]
        return cls(shipped=booked.shipped, order=OrderAnswer.told(booked.order, blind=blind), lines=lines)
