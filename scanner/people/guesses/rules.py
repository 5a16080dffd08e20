"""How long one waits after wrong badges, PINs and codes.

Wrong tries are kept as a level, which sinks by one each `forget` seconds. The first `free` levels cost nothing; each one above
costs a wait, twice as long as the one before, up to the longest. Nobody is ever locked out: the wait of a limit is at most its
longest one, and a try within a wait is not looked at and makes it no longer.

Whoever always tries at once gets the most tries a day (the tests try others):

| limit | of whom | tries on the first day |
|---|---|---|
| DEVICE | one device on which people of the house signed in | 1,455 |
| ADDRESS | all other devices at one network address together | 1,466 |
| ALL | all other devices of the world together | 8,704 |
| PIN | one badge, on one device of its owner; and on all other devices of the world together | 36 |
| TAKEN | one person, by new codes that mean something else already, as a badge does | 159 |
| CODES | one person or token, by codes scanned on a page or sent to the API | 9,140 |

So the odds of strangers with any number of devices, cookies and addresses to hit one of 50 badges of 8 random digits are 0.44 %
a day, and those to hit a given PIN of 4 digits, which needs the badge first, 0.36 % a day. Somebody who holds ten devices of the
owner as well has 4.0 % a day for that PIN. A person signed in who tries codes finds one of the 50 badges with 0.46 % a day, and
every code is on record under that name. Devices that one person makes known beyond 20, and one more an hour, count as strangers.
A token or a session has 192 random bits or more: no limit is needed there, and one would only hold up programs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile


@dataclass(frozen=True, slots=True)
class Tries:
    """What is kept of wrong tries: the level right after the last one, and when that was."""

    level: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, then the waits in seconds after each further one. `forget`: seconds until one is forgotten."""

    free: int
    waits: tuple[int, ...]
    forget: int

    def wait_at(self, level: float) -> float:
        """Seconds to wait after a wrong try that led to this level."""
        above = math.ceil(level - self.free)
        return self.waits[min(above, len(self.waits)) - 1] if above > 0 else 0

    @property
    def most(self) -> float:
        """The level does not rise further: it would only take longer to sink."""
        return self.free + len(self.waits)


@dataclass(frozen=True, slots=True)
class Debt:
    """Every try above the free ones is waited off in full, also one that came within a wait: it was recorded anyway."""

    free: int
    forget: int
    most: float = math.inf

    def wait_at(self, level: float) -> float:
        """Seconds until so many tries are forgotten that none is above the free ones."""
        return max(0.0, (level - self.free) * self.forget)


def doubling(first: int, longest: int) -> tuple[int, ...]:
    """Waits from the first to the longest, each twice the one before."""
    shorter = takewhile(lambda seconds: seconds < longest, (first * 2**step for step in range(32)))
    return (*shorter, longest)


DEVICE = Limit(free=10, waits=doubling(1, 60), forget=900)
ADDRESS = Limit(free=20, waits=doubling(1, 60), forget=60)
ALL = Limit(free=60, waits=doubling(1, 10), forget=10)
PIN = Limit(free=5, waits=doubling(30, 3600), forget=3600)
TAKEN = Limit(free=10, waits=doubling(10, 600), forget=900)
CODES = Debt(free=500, forget=10)
NEW_DEVICES = Debt(free=20, forget=3600)
"""Devices that one person made known to the house."""


def seconds_left(limit: Limit | Debt, tries: Tries, now: datetime) -> float:
    """How long one still waits. A clock that was set back ends the wait, lest it take hours."""
    passed = (now - tries.at).total_seconds()
    return max(0.0, limit.wait_at(tries.level) - passed) if passed >= 0 else 0.0


def after_failure(limit: Limit | Debt, tries: Tries, now: datetime) -> Tries:
    """What is kept after one more wrong try."""
    return Tries(min(level_now(limit, tries, now) + 1, limit.most), now)


def level_now(limit: Limit | Debt, tries: Tries, now: datetime) -> float:
    """The level, after what was forgotten meanwhile."""
    passed = max(0.0, (now - tries.at).total_seconds())
    return max(0.0, tries.level - passed / limit.forget)


def words(seconds: int) -> str:
    """The wait as it is told to the person who has it."""
    minutes = f" ({math.ceil(seconds / 60)} minutes)" if seconds > 120 else ""
    return f"Too many wrong tries. Wait {seconds} second{'' if seconds == 1 else 's'}{minutes}, then try again."
