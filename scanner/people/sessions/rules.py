"""How long a session lasts, when it locks, and how long a PIN that was given again holds.

Times of two requests tell nothing where the clock was set meanwhile. A session whose times lie as far ahead as they may lie
behind is treated the same: a clock that is set locks devices at most, each opened again by one badge. It ends a session only
where it was set by a fortnight, and one of a wrong clock does not outlive that either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanner.people.rules import OperatorView

LONGEST = timedelta(days=14)
"""A session is over so long after it began."""
FORGOTTEN = timedelta(days=60)
"""So long after it was last used, its row is deleted. Later than it is over: a clock that was wrong for a while ends none."""
MOST = 50
"""Sessions that one person has at most, on so many devices: far more than a shop hands one badge to."""
SENT_AGAIN = timedelta(minutes=2)
"""So long after a badge was sent, the same one may still come from the page that was left: none waits longer for its answer."""
SEEN_STEP = timedelta(minutes=1)
"""The time of the last activity is written at most once in so long."""
CONFIRMED = timedelta(minutes=5)
"""So long after the PIN was given again, it is not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A person who is signed in, on which device and since when."""

    digest: str
    operator: OperatorView
    has_pin: bool
    began_at: datetime
    seen_at: datetime
    locked_at: datetime | None
    confirmed_at: datetime | None


def beyond(seen: Mapping[str, datetime], now: datetime) -> list[str]:
    """The digests of the sessions to end so that one more fits, by when each was last used: those longest unused, however the
    clock was set meanwhile."""
    return sorted(seen, key=lambda digest: abs(now - seen[digest]))[MOST - 1 :]


def is_over(session: LiveSession, now: datetime) -> bool:
    """Whether the session is too old."""
    return abs(now - session.began_at) > LONGEST


def is_locked(session: LiveSession, now: datetime, idle_minutes: int) -> bool:
    """Whether the device is locked: by hand, or after so many idle minutes."""
    return session.locked_at is not None or abs(now - session.seen_at) > timedelta(minutes=idle_minutes)


def is_to_be_noted(session: LiveSession, now: datetime) -> bool:
    """Whether the time of this activity is to be written."""
    return abs(now - session.seen_at) >= SEEN_STEP


def is_confirmed(session: LiveSession, now: datetime) -> bool:
    """Whether the person gave the PIN again a short while ago."""
    return session.confirmed_at is not None and abs(now - session.confirmed_at) <= CONFIRMED


ON_THE_WAY = timedelta(seconds=15)
"""So long a page waits for an answer: a scan may have been made so much earlier than the time that it waited says."""
SignedIn = tuple[int, datetime]
"""Who signed in on a device, and when."""


def worked_until(known: Sequence[SignedIn], person: int, made_at: datetime) -> datetime | None:
    """When at the latest a person can have made a scan that another one sends; None where the person cannot have.

    `known`: the last two sign-ins on the device up to `made_at`, the later one first. Each ends the session before it.
    """
    if not known:
        return None
    last, *before = known
    if last[0] == person:
        return made_at
    if before and before[0][0] == person and made_at - last[1] < ON_THE_WAY:
        return last[1]
    return None


def forgotten(person: int, session: LiveSession) -> list[SignedIn]:
    """The sign-ins on a device where all is known that the person was there before who is signed in now."""
    return [(session.operator.id, session.began_at), (person, session.began_at)]


_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "ChromeOS", "Windows": "Windows", "Mac OS X": "Mac",
    "Linux": "Linux",
}  # fmt: skip
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip


def device_name(browser: str) -> str:
    """What a User-Agent says in words: `Chrome on Android`. The first mark that it has decides: most name several."""
    system = next((name for mark, name in _SYSTEMS.items() if mark in browser), "")
    found = next((name for mark, name in _BROWSERS.items() if mark in browser), "")
    return " on ".join(part for part in (found, system) if part) or "A device of another kind"
