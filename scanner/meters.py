"""What the server counts of itself, as the parts that do the work see it."""

from __future__ import annotations


class Meters:
    """Takes note of what was done. This one forgets it; `watch/metrics.py` has the one that keeps it. Times are in seconds."""

    counts = False
    """Whether it keeps anything. What would have to be worked out for it is left out where it does not."""

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""

    def at_work(self, change: int) -> None:
        """One request more, or one fewer, is being answered."""

    def scan(self, *, kind: str, outcome: str, reason: str, source: str, replayed: bool, device: str, waited: float) -> None:
        """A scan of a kind of task was recorded, or was recorded before (`replayed`). It `waited` on its device."""

    def refused(self, code: str) -> None:
        """A request, or a scan of a batch, was answered by an error with this word (`web/errors.py`)."""

    def photo(self, outcome: str, seconds: float) -> None:
        """A decode worker is done with a picture: `read`, `refused`, or `slow` or `broken`, after which it is replaced."""

    def decoding(self, change: int) -> None:
        """One picture more, or one fewer, is with the decode workers or waits for one."""

    def commit(self, seconds: float, writes: int) -> None:
        """So many write transactions were committed as one."""

    def tried_again(self) -> None:
        """The database was busy, and a write transaction begins anew."""
