"""What is sent of discrepancies, and what programs are told of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scanner.discrepancies.rules import DiscrepancyState
from scanner.scans.contract import Kind
from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, Seq, Time, Words

STATES = tuple(DiscrepancyState)


class DiscrepancyAnswer(Answer):
    """What differs between goods and record."""

    id: int
    kind: str
    state: DiscrepancyState
    task: str
    task_kind: Kind
    partner: str
    sku: str
    name: str
    units: int = Field(description="A size; the direction is in the kind. The variance of a count alone is signed.")
    value: float = Field(description="At cost, in the currency of the item.")
    owner: str
    cause: str
    opened_at: Time
    settled_at: Time | None
    location: str | None


class DiscrepancyList(Body):
    """A page of the list."""

    state: Annotated[str, OneOf(STATES, DiscrepancyState.OPEN)] = DiscrepancyState.OPEN
    after: Seq = 0


class Settlement(Body):
    """Why it differs."""

    cause: Words = ""
    note: Words = ""


class HandOn(Body):
    """Who answers for it from now on."""

    owner: Words = ""
    note: Words = ""
