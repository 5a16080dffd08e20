"""The order of scans: the sequence of the server, in which what waited on a device is put back by the time that it waited.

How long a scan waited the device measured; how long ago other scans came is added up from one to the next. So no time of the
server is compared with another: a clock that is set back costs the one step in which that was done. A clock that is set forward
looks like a quiet time, and matters only to scans that waited meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

ON_THE_WAY = timedelta(seconds=0.5)
"""How long a scan is on its way that a device sends as soon as it is made: in no order by that."""
Place = tuple[timedelta, int]
"""Where a scan stands. Of two that were asked for together, the lower one was made first."""
_NONE = timedelta(0)


class Came(NamedTuple):
    """A scan, when it came and was made by the clock of the server, and the earlier one that it counts late, if any."""

    seq: int
    received_at: datetime
    happened_at: datetime
    links: int | None

    @property
    def waited(self) -> timedelta:
        """How long it waited on the device; none where it was sent at once."""
        waited = self.received_at - self.happened_at
        return waited if waited > ON_THE_WAY else _NONE


def elapsed(received: Iterable[tuple[int, datetime]]) -> dict[int, timedelta]:
    """Sequence number -> time since the first of these scans, which are in order. A step back of the clock is none."""
    found: dict[int, timedelta] = {}
    total, before = _NONE, None
    for seq, at in received:
        total += max(at - before, _NONE) if before is not None else _NONE
        found[seq], before = total, at
    return found


def places(scans: Iterable[Came], since_first: Mapping[int, timedelta]) -> dict[int, Place]:
    """Sequence number -> where the scan stands. `since_first`: as of `elapsed`; needed only where some have waited.

    A scan that was linked stands where the scan of the unknown code did, which must be among them.
    """
    found = {each.seq: (since_first.get(each.seq, _NONE) - each.waited, each.seq) for each in scans if each.links is None}
    return found | {each.seq: found[each.links] for each in scans if each.links is not None}
