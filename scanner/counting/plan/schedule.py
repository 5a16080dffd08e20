"""When a section is due for counting: after the interval of its class, or earlier where something pulled it forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a section: how many, how many were never counted, and the days of the last counts of the others."""

    number: int
    uncounted: int
    oldest: date | None  # the last count of the place that waits longest
    newest: date | None


def due_on(places: Places, every_days: int, pulled_on: date | None) -> date | None:
    """The day on which a section is due: that of the place that waits longest, or an earlier one to which it was pulled.

    None where a place of it was never counted: it is due now.
    """
    if places.uncounted or places.oldest is None:
        return None
    regular = places.oldest + timedelta(days=every_days)
    return min(regular, pulled_on) if pulled_on else regular


def is_due(due: date | None, today: date) -> bool:
    """Whether the day has come; None is due at once."""
    return due is None or due <= today


def minutes_for(lines: int, places: int, seconds_a_line: int) -> int:
    """Minutes of counting, rounded up. An empty place takes as long as a line: somebody must look at it."""
    return -(-max(lines, places) * seconds_a_line // 60)
