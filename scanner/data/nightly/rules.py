"""When a backup is due, which are kept, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

DAYS, WEEKS = 7, 5
"""Of so many days and weeks the last backup is kept."""
OLD = timedelta(hours=48)
"""After so long without a good backup somebody must look."""
AGAIN = timedelta(hours=1)
"""How long after a backup that failed the next one is tried."""


class Kept(NamedTuple):
    """A good backup: when the warehouse was as it is in it, its file, and how large it is."""

    at: datetime
    file: str
    size: int


class Failed(NamedTuple):
    """A backup that could not be made or was not sound."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the backups of one warehouse. `since`: when the warehouse began, None if nobody knows."""

    at: time | None  # local time of each night's; None: switched off
    last: Kept | None = None
    failed: Failed | None = None  # since the last good one
    since: datetime | None = None
    tool: str = ""  # a program that is missing for it

    def warns(self, now: datetime) -> bool:
        """Whether somebody must look: a failure, or none for two days."""
        if self.at is None or self.tool:
            return False
        newest = max((moment for moment in (self.last and self.last.at, self.since) if moment), default=None)
        return self.failed is not None or newest is None or now - newest > OLD

    def words(self, now: datetime) -> str:
        """The state in a sentence or two."""
        if self.tool:
            return f"{self.tool} is not on this machine: whoever runs PostgreSQL backs it up."
        last = "There is no backup yet."
        if self.last:
            last = f"Last good backup: {self.last.at.astimezone():%Y-%m-%d %H:%M}, {size_in_words(self.last.size)}, verified."
        if self.at is None:
            return f"{last} Backups by themselves are switched off."
        if self.failed:
            return f"{last} The one of {self.failed.at.astimezone():%Y-%m-%d %H:%M} failed: {self.failed.why}"
        if self.warns(now):
            return f"{last} That is more than {OLD.total_seconds() / 3600:.0f} hours ago: was the server off?"
        return last if self.last else f"{last} The first is made at {self.at:%H:%M}."


def size_in_words(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1_000_000:,.1f} MB"


def planned_before(now: datetime, at: time) -> datetime:
    """The last moment up to `now` at which the clock of this machine said `at`."""
    local = now.astimezone()
    today = datetime.combine(local.date(), at).astimezone()
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at).astimezone()


def is_due(state: State, now: datetime) -> bool:
    """Whether a backup has to be made: none since the last planned moment. One missed while the server was off is made up."""
    if state.at is None or state.tool:
        return False
    if state.failed and now - state.failed.at < AGAIN:
        return False
    newest = max((moment for moment in (state.last and state.last.at, state.since) if moment), default=None)
    return newest is None or newest < planned_before(now, state.at)


def to_drop(kept: Collection[Kept]) -> set[Kept]:
    """Those that are not the last of one of the newest seven days or five weeks that have one."""
    days: dict[object, Kept] = {}
    weeks: dict[object, Kept] = {}
    for one in sorted(kept):
        local = one.at.astimezone()
        days[local.date()] = one
        weeks[local.isocalendar()[:2]] = one
    stay = {*list(days.values())[-DAYS:], *list(weeks.values())[-WEEKS:]}
    return set(kept) - stay
