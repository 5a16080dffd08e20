"""What waits on the disk for a client: each such file takes a file descriptor, and there are only so many."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO


class NoRoom(Exception):
    """There is no room on the disk, or no file descriptor, for what a client sends or is sent."""


class Spools:
    """The files of all requests, `most` at the same time. To be used in the loop only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: set[Spool] = set()

    def take(self, spool: Spool) -> None:
        """Count one more. Where that is too many, the body that has stalled for longest has to go. Raises NoRoom."""
        if len(self._taken) >= self._most:
            stalled = [each for each in self._taken if each.waits_since]
            if not stalled:
                raise NoRoom
            min(stalled, key=lambda each: each.waits_since).end()
        self._taken.add(spool)

    def give_back(self, spool: Spool) -> None:
        """Count it no more."""
        self._taken.discard(spool)


class Spool:
    """The file of one request, where it needs one."""

    def __init__(self, spools: Spools) -> None:
        self.waits_since = 0.0  # since when the next bytes are waited for; 0 while they are not
        self.is_ended = False
        self._spools = spools
        self._file: IO[bytes] | None = None
        self._timeout: asyncio.Timeout | None = None

    def open(self) -> IO[bytes]:
        """Its file. Whoever reads it closes it. Raises NoRoom."""
        self._spools.take(self)
        with told_as_no_room():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        return self._file

    def wait(self, seconds: float) -> asyncio.Timeout:
        """The time in which the next bytes have to be there; it is up at once where another request needs the file more."""
        self.waits_since = time.monotonic()
        self._timeout = asyncio.timeout(seconds)
        return self._timeout

    def end(self) -> None:
        """Free its file for another request."""
        self.is_ended = True
        self.close()
        if self._file:
            with suppress(OSError):  # what was to be written yet may find no room
                self._file.close()
        if self._timeout:
            with suppress(RuntimeError):  # the time is up already
                self._timeout.reschedule(0)

    def close(self) -> None:
        """The request is answered."""
        self._spools.give_back(self)


@contextmanager
def told_as_no_room() -> Iterator[None]:
    """Raise NoRoom in place of what the disk raises."""
    try:
        yield
    except OSError as error:
        raise NoRoom from error
