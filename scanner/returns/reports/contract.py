"""Which returns a report is asked for."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import SPANS, Span, Words


class Period(Body):
    """How many days back."""

    days: Span = SPANS[1]


class BehindBar(Period):
    """One bar of a chart: how it groups the grades, and its group."""

    by: Words = ""
    key: Words = ""
