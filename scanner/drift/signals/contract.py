"""What is sent of signals, and what programs are told of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from scanner.drift.signals.rules import SignalKind, SignalState
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Between, OneOf, Seq, Time, Words

ALL = "all"
MOST_ROWS = 1_000
_SAID = {True: True, "1": True, "yes": True, False: False, "0": False, "no": False}


def _yes_or_no(value: Any) -> bool | None:
    """Yes or no; None where it is not said, which is neither."""
    if value is None or value == "":
        return None
    if not isinstance(value, bool | str) or value not in _SAID:
        raise ValueError("Expected true or false.")
    return _SAID[value]


class SignalAnswer(Answer):
    """A pattern in the record that says: step in."""

    id: int
    kind: SignalKind
    subject: str = Field(description="A SKU, a section, or empty for the whole house.")
    opened_at: Time
    owner: str
    state: SignalState
    evidence: dict[str, Any] = Field(description="The numbers that the rule saw, and `words`: the same in sentences.")
    closed_at: Time | None
    has_found: bool | None = Field(description="Whether anything was found; null while it is open.")
    note: str


class SignalsAsked(Body):
    """Which signals, by number. What is empty asks for all."""

    state: Annotated[str, OneOf((*SignalState, ""))] = ""
    kind: Annotated[str, OneOf((*SignalKind, ""))] = ""
    after: Seq = Field(0, description="The number of the signal that was read last.")
    limit: Annotated[int, Between(0, MOST_ROWS)] = 200


class SignalDesk(Body):
    """Which signals a page lists."""

    state: Annotated[str, OneOf((*SignalState, ALL), ALL)] = ALL
    kind: Annotated[str, OneOf((*SignalKind, ""), "")] = ""

    @property
    def wanted(self) -> dict[str, str | None]:
        """The same, None for all."""
        return {"state": None if self.state == ALL else self.state, "kind": self.kind or None}

    def address(self, **more: object) -> dict[str, object]:
        """The same as arguments of an address."""
        return {name: value for name, value in {"state": self.state, "kind": self.kind, **more}.items() if value}


class SignalDeskPage(SignalDesk):
    """The same, with how many rows are passed over."""

    after: Seq = 0


class SignalClosing(Body):
    """Whether anything was found, and what."""

    found: Annotated[bool | None, BeforeValidator(_yes_or_no)] = None
    note: Words = ""


class SignalOwner(Body):
    """Who answers for it from now on."""

    owner: Words = ""


class SignalClosed(SavedAnswer):
    """One that is closed."""

    id: int
