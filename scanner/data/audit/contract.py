"""Which changes a page asks for, and what programs are told of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from scanner.audit.rules import LONGEST, Action
from scanner.data.audit.service import Wanted
from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, Printable, WholeNumberOrNone


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        day = date.min
    if day and not 1900 < day.year < 9999:  # what no zone can carry out of the calendar
        raise ValueError("Expected a day, such as 2026-11-23.")
    return day


_Day = Annotated[date | None, BeforeValidator(_day)]


class Changes(Body):
    """Which changes; `before` is the last one that was shown. Empty for all."""

    who: Annotated[str, Printable(LONGEST["who"], least=0)] = ""
    action: Annotated[str, OneOf(tuple(Action), "")] = ""
    subject: Annotated[str, Printable(LONGEST["subject"], least=0)] = ""
    since: _Day = None
    until: _Day = None
    before: WholeNumberOrNone = None

    @property
    def wanted(self) -> Wanted:
        """Without where the page begins."""
        return Wanted(**self.model_dump(exclude={"before"}))

    def again(self) -> dict[str, Any]:
        """What was asked for, as arguments of a link."""
        return {name: str(value) for name, value in self.model_dump(exclude={"before"}).items() if value}


class AuditedAnswer(Answer):
    """One change by an administrator. `operator` is None for a command; `before` and `after` have what differs."""

    sequence: int
    at: datetime
    operator: int | None
    who: str
    via: str
    action: str
    kind: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
