"""Which results of counting a page asks for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from scanner.counting.plan.abc import CLASSES
from scanner.counting.reports.service import MOST_WEEKS
from scanner.web.contract import Body
from scanner.web.field_types import Between, OneOf, Printable, Seq, Ticked, Words


def _week(value: Any) -> date | None:
    try:
        week = date.fromisoformat(value) if value else None
    except ValueError:
        week = date.min
    if week and not 1900 < week.year < 9999:  # what no zone can carry out of the calendar
        raise ValueError("Expected the first day of a week, such as 2026-11-23.")
    return week


class _Results(Body):
    weeks: Annotated[int, Between(0, MOST_WEEKS)] = 13
    section: Annotated[str, Printable(200, least=0)] | None = None
    abc_class: Annotated[str, OneOf(CLASSES)] | None = None
    counter: Seq = 0
    before: Seq = 0

    def again(self) -> dict[str, Any]:
        """What was asked for, as arguments of a link: the links on the page ask for the same."""
        return self.model_dump(include={"weeks", "section", "abc_class", "counter", "week"}, exclude_unset=True)


class CountResults(_Results):
    """Which results. The week is only handed on to the records behind them, which look at it."""

    week: Words = ""
    cause: Annotated[str, Printable(200, least=0)] | None = None


class CountedLines(_Results):
    """Which counted records: of one week alone, or only those that differ."""

    week: Annotated[date | None, BeforeValidator(_week)] = None
    differing: Ticked = False
