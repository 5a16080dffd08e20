"""When a section is due for counting: by the class of what lies in it, sooner where something pulled it forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Pull(StrEnum):
    """Why a place is counted before its day."""

    SHORT_PICK = "short pick"
    FOUND_RETURN = "found return"
    RECEIVING = "receiving discrepancy"
    CAME_LATE = "movement that came late"
    LINKED_LATE = "code linked late"


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a section as the schedule sees them: how many, how many never counted, the days of the others.

    `oldest` and `newest` are the first and the last of the days on which each was counted last.
    """

    number: int
    uncounted: int
    oldest: date | None
    newest: date | None


def due_on(places: Places, every_days: int, pulled_on: date | None) -> date | None:
    """The day on which a section is due: when the place that waits longest is, or when something pulled it forward.

    None where a place of it was never counted: there is no later than that.
    """
    if places.uncounted or places.oldest is None:
        return None
    regular = places.oldest + timedelta(days=every_days)
    return min(regular, pulled_on) if pulled_on else regular


def is_due(due: date | None, today: date) -> bool:
    """Whether it is to be counted today: the day has come, or it never was counted."""
    return due is None or due <= today


def minutes_for(lines: int, places: int, seconds_a_line: int) -> int:
    """Minutes of counting, rounded up: each line takes its time, and so does each place, since an empty one is looked at, too."""
    return -(-max(lines, places) * seconds_a_line // 60)
