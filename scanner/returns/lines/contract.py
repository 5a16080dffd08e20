"""What programs and webhooks are told of the lines of returns."""

from __future__ import annotations

from pydantic import Field

from scanner.codes.dispositions import Disposition
from scanner.returns.refunds import Refund
from scanner.web.contract import Answer
from scanner.web.field_types import Time


class GradeAnswer(Answer):
    """Units that one scan graded."""

    sku: str = Field(description="The item, or a part of it where the item is a kit.")
    units: int
    disposition: Disposition
    reason: str | None
    reason_name: str | None
    location: str
    graded_at: Time
    operator: str
    scan: int = Field(validation_alias="scan_seq")


class ReturnedLineAnswer(Answer):
    """One line of a return, in units. Webhooks tell the same."""

    return_: str = Field(validation_alias="reference", serialization_alias="return")
    order: str
    customer: str
    announced: bool
    matched_to: str | None
    line: int = Field(validation_alias="id")
    sku: str
    name: str
    reason_given: str = Field(validation_alias="said")
    expected: int
    arrived: int
    ungraded: int = Field(description="Units that still wait at the bench; of a kit, its parts.")
    missing_parts: int
    refund: Refund | None = Field(description="Null while something waits.")
    grades: list[GradeAnswer]
