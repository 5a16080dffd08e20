"""What is sent of discrepancies, and what programs are told of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from scanner.discrepancies.desk.rules import Sort, Wanted, owners_of
from scanner.discrepancies.rules import AskAbove, Cause, DiscrepancyKind, DiscrepancyState
from scanner.errors import BadRequest
from scanner.money import to_e4
from scanner.people.rules import OperatorView
from scanner.scans.contract import Kind
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, Search, Seq, Several, Ticked, Time, Words, YesNo

_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,4})?")
STATES = tuple(DiscrepancyState)
ALL = "all"


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
    value: float = Field(description="At what the item cost when the units last changed, in the currency of the house.")
    owner: str
    cause: str
    opened_at: Time
    settled_at: Time | None
    location: str | None


class DiscrepancyList(Body):
    """A page of the list."""

    state: Annotated[str, OneOf(STATES, DiscrepancyState.OPEN)] = DiscrepancyState.OPEN
    after: Seq = 0


class DeskList(Body):
    """Which discrepancies a page lists, and in which order. What is empty asks for all."""

    state: Annotated[str, OneOf((*STATES, ALL), DiscrepancyState.OPEN)] = DiscrepancyState.OPEN
    kind: Annotated[str, OneOf(tuple(DiscrepancyKind), "")] = ""
    owner: Search = ""
    cause: Annotated[str, OneOf(tuple(Cause), "")] = ""
    section: Search = ""
    least: Search = ""
    mine: Ticked = False
    sort: Annotated[str, OneOf(tuple(Sort), Sort.AGE)] = Sort.AGE

    def wanted(self, person: OperatorView, barred: frozenset[int] = frozenset()) -> Wanted:
        """What that asks for in the name of a person. `barred`: open ones that they settle not, and so not theirs."""
        return Wanted(
            state=None if self.state == ALL else self.state, kind=self.kind or None, owner=self.owner or None,
            cause=self.cause or None, section=self.section or None, least_e4=self.least_e4,
            owners=owners_of(person) if self.mine else None, but=barred if self.mine else frozenset(), sort=Sort(self.sort),
        )  # fmt: skip

    @property
    def least_e4(self) -> int:
        """The least value that is asked for; 0 where that is no amount."""
        return self._least_read[0]

    @property
    def least_refused(self) -> str:
        """Why the least value is no amount, in a sentence; empty where it is one, or where none is asked for."""
        return self._least_read[1]

    @property
    def _least_read(self) -> tuple[int, str]:
        text = self.least.strip()
        try:
            return (to_e4(text) if text else 0), ""
        except ValueError as error:
            return 0, f"“Worth at least” is left aside: expected {error}, got {text[:40]!r}."

    def address(self, **more: object) -> dict[str, object]:
        """The same as arguments of an address, with its order always, so that a page knows that it came from a list."""
        said = {name: value for name, value in self.model_dump().items() if value and name != "mine"}
        return {**said, **({"mine": 1} if self.mine else {}), **more}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.kind or self.owner or self.cause or self.section or self.least_e4 or self.mine)


class DeskPage(DeskList):
    """The same, from behind a number on. `all`: every row of the page is ticked."""

    after: Seq = 0
    all: Ticked = False


class Settlement(Body):
    """Why it differs. `sure`: yes to a large amount; `value`: to which, where one was asked about."""

    cause: Words = ""
    note: Words = ""
    sure: YesNo = False
    value: Words = ""

    def ask_above(self, limit: Decimal, currency: str) -> AskAbove | None:
        """What has to be asked about: more than the limit, and more than the yes was to. A yes to no amount is to any.

        Raises BadRequest for a yes to what is no amount.
        """
        if not self.sure:
            return AskAbove(limit, currency)
        if not self.value:
            return None
        if not _AMOUNT.fullmatch(self.value):
            raise BadRequest(f"Expected the amount that you were asked about, such as 240.00, got {self.value[:40]!r}.", "value")
        return AskAbove(max(limit, Decimal(self.value)), currency)


class Chosen(Body):
    """The numbers of some discrepancies."""

    chosen: Annotated[list[Seq], Several(200, "1 to 200 chosen discrepancies")]


class SettlementOfMany(Chosen, Settlement):
    """Why all of them differ."""


class SettledAnswer(SavedAnswer):
    """One that is settled."""

    id: int


class FailedAnswer(Answer):
    """One that is not, and why."""

    id: int
    message: str


class ManySettledAnswer(SavedAnswer):
    """What became of those that were chosen."""

    settled: list[int]
    failed: list[FailedAnswer]


class HandOn(Body):
    """Who answers for it from now on."""

    owner: Words = ""
    note: Words = ""
