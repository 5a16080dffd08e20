"""One look a second at the newest scans, however many pages listen: each process looks for all of its own."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.errors import NotFound
from scanner.scans.live import store
from scanner.scans.live.store import LiveTask, Seen

LOOK_SECONDS = 1.0
FORGOTTEN_SECONDS = 10.0
"""Nobody listened for so long: what came meanwhile is not read, whoever begins to listen asks anyway."""
OVERLAP = 100
"""Numbers of scans are given before their commit: so far back one may still come to be seen."""
MOST = 1000


@dataclass(frozen=True, slots=True)
class Changes:
    """The lines that others changed up to scan `seq`."""

    seq: int
    lines: frozenset[int]
    task: LiveTask


def find_task(session: Session, reference: str) -> LiveTask:
    """The task. Raises NotFound."""
    task = store.task(session, reference)
    if task is None:
        raise NotFound(f"There is no task {reference}.")
    return task


def changes(session: Session, reference: str, after: int, device: str) -> Changes:
    """What devices but this one changed on a task after scan `after`, and a little before it. Raises NotFound."""
    task, newest = find_task(session, reference), store.newest(session)
    lines = store.changed_lines(session, task.id, min(after, newest) - OVERLAP, but=device)
    return Changes(newest, frozenset(lines), task)


class Ticker:
    """Says which tasks were scanned on. `look` reads the scans after a number, or from None the newest number alone."""

    def __init__(self, newest: Callable[[], int], after: Callable[[int], list[Seen]]) -> None:
        self._newest, self._after = newest, after
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._mark = 0
        self._known: set[int] = set()
        self._told: deque[tuple[int, Seen]] = deque(maxlen=MOST)
        self._count = 0

    @property
    def count(self) -> int:
        """How many scans were seen so far: where a listener begins."""
        return self._count

    def heard(self, task_id: int, since: int, *, but: str) -> tuple[int, bool]:
        """Look, if it is time, and say where to go on, and whether devices but one scanned on the task since then."""
        self._look()
        told = list(self._told)
        count = told[-1][0] if told else since
        missed = bool(told) and told[0][0] > since + 1
        new = any(at > since and seen.task_id == task_id and seen.device != but for at, seen in told)
        return max(since, count), new or missed

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_SECONDS or not self._lock.acquire(blocking=False):
            return
        try:
            idle, self._looked = time.monotonic() - self._looked, time.monotonic()
            with suppress(Busy, *DRIVER_ERRORS):
                self._begin() if idle > FORGOTTEN_SECONDS else self._go_on()
        finally:
            self._lock.release()

    def _begin(self) -> None:
        self._mark = self._newest()
        self._known = {seen.seq for seen in self._after(self._mark - OVERLAP)}

    def _go_on(self) -> None:
        for seen in self._after(self._mark - OVERLAP):
            if seen.seq not in self._known:
                self._count += 1
                self._told.append((self._count, seen))
                self._known.add(seen.seq)
                self._mark = max(self._mark, seen.seq)
        self._known = {seq for seq in self._known if seq > self._mark - 2 * OVERLAP}
