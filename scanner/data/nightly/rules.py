"""When a backup is due, which are kept, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from scanner.data.room import in_megabytes

DAYS, WEEKS = 7, 5
"""Of so many days and weeks the last backup is kept."""
OLD = timedelta(hours=48)
"""After so long without a good backup somebody must look."""
AGAIN = timedelta(hours=1)
"""How long after a backup that failed the next one is tried."""
AHEAD = timedelta(hours=1)
"""What is dated later than now by more than this was dated by a wrong clock: nobody knows when it was."""


class Kept(NamedTuple):
    """A backup: when the warehouse was as it is in it, its file, and how large it is.

    `checked`: it has a note of what was verified. `damage`: what is wrong with it since; empty for a good one.
    """

    at: datetime
    file: str
    size: int
    checked: bool = True
    damage: str = ""


class Failed(NamedTuple):
    """A backup that could not be made or was not sound."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the backups of one warehouse. `since`: when the warehouse began, None if nobody knows.

    A moment that has not come yet is known of nothing. It is neither the last backup nor a reason to wait.
    """

    at: time | None  # local time of each night's; None: switched off
    newest: Kept | None = None  # by its date
    failed: Failed | None = None  # since the last good one
    since: datetime | None = None
    tool: str = ""  # a program that is missing for it
    earlier: tuple[Kept, ...] = ()  # good ones before it, the oldest first
    damaged: tuple[Kept, ...] = ()  # those that are not any more what was verified
    trouble: str = ""  # why none can be written just now

    def listed(self) -> list[Kept]:
        """All there are, the oldest first."""
        return sorted((*self.earlier, *([self.newest] if self.newest else []), *self.damaged))

    def last(self, now: datetime) -> Kept | None:
        """The last good backup, of those whose date can be right."""
        good = (*self.earlier, self.newest) if self.newest else self.earlier
        return max((one for one in good if has_come(one.at, now)), default=None)

    def known_at(self, now: datetime) -> datetime | None:
        """When the last good backup was made or the warehouse began, whichever was later."""
        last = self.last(now)
        moments = (last and last.at, self.since)
        return max((moment for moment in moments if moment and has_come(moment, now)), default=None)

    def dated_ahead(self, now: datetime) -> datetime | None:
        """A date of a backup or a failure that has not come yet; None where there is none, as it should be."""
        since = None if self.last(now) else self.since  # one good backup, and it does not matter any more
        moments = (self.newest and self.newest.at, self.failed and self.failed.at, since)
        return max((moment for moment in moments if moment and not has_come(moment, now)), default=None)

    def warns(self, now: datetime) -> bool:
        """Whether somebody must look: a failure, none for two days, or a clock that is or was wrong."""
        if self.at is None or self.tool:
            return False
        known = self.known_at(now)
        bad = self.failed is not None or bool(self.damaged or self.trouble) or self.dated_ahead(now) is not None
        return bad or known is None or now - known > OLD

    def words(self, now: datetime) -> str:
        """The state in a sentence or two."""
        if self.tool:
            return f"{self.tool} is not on this machine: whoever runs PostgreSQL backs it up."
        last = "No good backup is left." if self.damaged else "There is no backup yet."
        if good := self.last(now):
            state = "verified" if good.checked else f"not checked, since it has no {Path(good.file).name}.sha256"
            last = f"Last good backup: {good.at.astimezone():%Y-%m-%d %H:%M}, {in_megabytes(good.size)}, {state}."
        if self.damaged:
            last += _damage_in_words(self.damaged)
        if self.at is None:
            return f"{last} Backups by themselves are switched off."
        if ahead := self.dated_ahead(now):
            day = f"{ahead.astimezone():%Y-%m-%d %H:%M}"
            last += f" The clock of this machine is or was wrong: something is dated {day}, later than now."
        if self.failed:
            return f"{last} The one of {self.failed.at.astimezone():%Y-%m-%d %H:%M} failed: {self.failed.why}"
        if self.trouble:
            return f"{last} None can be written now: {self.trouble}"
        known = self.known_at(now)
        if known is None or now - known > OLD:
            return f"{last} That is more than {OLD.total_seconds() / 3600:.0f} hours ago: was the server off?"
        return last if good else f"{last} The first is made at {self.at:%H:%M}."


def _damage_in_words(damaged: Sequence[Kept]) -> str:
    first, others = damaged[-1], len(damaged) - 1
    more = f", and {others} more" if others else ""
    return f" Damaged since it was verified: {first.file} ({first.damage}){more}. Put it right from a copy, or delete it."


def has_come(moment: datetime, now: datetime) -> bool:
    """Whether a moment can be right; one that lies ahead is of a wrong clock, then or now."""
    return moment <= now + AHEAD


def planned_before(now: datetime, at: time) -> datetime:
    """The last moment up to `now` at which the clock of this machine said `at`."""
    local = now.astimezone()
    today = datetime.combine(local.date(), at).astimezone()
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at).astimezone()


def is_due(state: State, now: datetime) -> bool:
    """Whether a backup has to be made: none is known since the last planned moment. One missed is made up."""
    if state.at is None or state.tool:
        return False
    if state.failed and has_come(state.failed.at, now) and now - state.failed.at < AGAIN:
        return False
    known = state.known_at(now)
    return known is None or known < planned_before(now, state.at)


def to_drop(kept: Collection[Kept], now: datetime) -> set[Kept]:
    """Those that are not the last of one of the newest seven days or five weeks that have one.

    Those that are dated ahead of now count apart, since they are good, too: they drop no other, and go once the others have
    all their days and weeks.
    """
    come = [one for one in kept if has_come(one.at, now)]
    ahead = set(kept).difference(come)
    stay, full = _to_keep(come)
    return set(kept) - stay - (set() if full else _to_keep(ahead)[0])


def _to_keep(kept: Collection[Kept]) -> tuple[set[Kept], bool]:
    """The last of each of the newest days and weeks, and whether there is one of all of them."""
    days: dict[object, Kept] = {}
    weeks: dict[object, Kept] = {}
    for one in sorted(kept):
        local = one.at.astimezone()
        days[local.date()] = one
        weeks[local.isocalendar()[:2]] = one
    stay = {*list(days.values())[-DAYS:], *list(weeks.values())[-WEEKS:]}
    return stay, len(days) >= DAYS and len(weeks) >= WEEKS
