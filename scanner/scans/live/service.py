"""One look a second at the newest scans, however many pages listen: each process looks for all of its own."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from string import hexdigits

from sqlmodel import Session

from scanner.db.engine import DRIVER_ERRORS, Busy
from scanner.errors import NotFound
from scanner.scans.decision import TaskState
from scanner.scans.live import store
from scanner.scans.live.store import LiveTask, Seen, Shape

LOOK_SECONDS = 1.0
FORGOTTEN_SECONDS = 10.0
"""Nobody listened for so long: what came meanwhile is not read, whoever begins to listen asks anyway."""
OVERLAP = 100
"""Numbers of scans are given before their commit: so far back one may still come to be seen."""
MOST = 1000
NOBODY = ""
"""The device of what changed without a scan."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed up to scan `seq`: the lines that others scanned. `new`: the page does not show it yet."""

    seq: int
    mark: str
    new: bool
    lines: frozenset[int]
    over: bool


def find_task(session: Session, reference: str) -> LiveTask:
    """The task. Raises NotFound."""
    task = store.task(session, reference)
    if task is None:
        raise NotFound(f"There is no task {reference}.")
    return task


def mark(session: Session, reference: str, device: str) -> tuple[int, str]:
    """The newest scan, and the mark of all that a page of this device shows now. Raises NotFound."""
    task, newest = find_task(session, reference), store.newest(session)
    seqs = store.others(session, task.id, newest - OVERLAP, but=device)
    return newest, _mark(store.shapes(session, [task.id])[task.id], newest, seqs)


def changes(session: Session, task_id: int, after: int, known: str, device: str) -> Changes:
    """What changed on a task after scan `after`, and a little before it, without the scans of this device.

    `known`: the mark that the page was given with `after`: what it shows already is left out.
    """
    newest, shape = store.newest(session), store.shapes(session, [task_id])[task_id]
    seqs = store.others(session, task_id, min(after, newest) - OVERLAP, but=device)
    before, _, bits = known.rpartition(" ")
    shown = _shown(bits, after) if after <= newest else frozenset()
    fresh = [seq for seq in seqs if seq not in shown]
    lines = store.changed_lines(session, task_id, min(fresh) - 1, but=device) if fresh else ()
    return Changes(
        newest, _mark(shape, newest, seqs), bool(fresh) or before != str(shape), frozenset(lines),
        over=shape.state == TaskState.FINISHED,
    )  # fmt: skip


def _mark(shape: Shape, newest: int, seqs: Collection[int]) -> str:
    """The shape of a task, and which of the newest scans a page shows: a bit for each, the newest the lowest."""
    return f"{shape} {sum(1 << newest - seq for seq in seqs if 0 <= newest - seq < OVERLAP):x}"


def _shown(bits: str, newest: int) -> frozenset[int]:
    """The scans of a mark. None where it is no mark."""
    number = int(bits, 16) if len(bits) <= OVERLAP and all(each in hexdigits for each in bits or "x") else 0
    return frozenset(newest - back for back in range(OVERLAP) if number >> back & 1)


class Ticker:
    """Says which tasks changed. It is told how to read the newest number of a scan, the scans after one, and shapes of tasks."""

    def __init__(
        self, newest: Callable[[], int], after: Callable[[int], list[Seen]],
        shapes: Callable[[Collection[int]], Mapping[int, Shape]],
    ) -> None:  # fmt: skip
        self._newest, self._after, self._shapes_of = newest, after, shapes
        self._looking = threading.Lock()  # one thread looks at a time; whoever comes meanwhile does without
        self._tried = float("-inf")
        self._lock = threading.Lock()  # of what follows; nobody reads the database with it
        self._looked = float("-inf")
        self._mark = 0
        self._known: set[int] = set()
        self._told: deque[tuple[int, Seen]] = deque(maxlen=MOST)
        self._count = 0
        self._listened: dict[int, float] = {}
        self._shapes: Mapping[int, Shape] = {}

    def begin(self, task_id: int) -> int:
        """Where a listener begins, who asks for all that is there by now. What changes from now on is heard."""
        with self._lock:
            self._listened[task_id] = time.monotonic()
            is_stale, is_new = self._is_stale(), task_id not in self._shapes
        with suppress(Busy, *DRIVER_ERRORS):
            if is_stale:
                self._begin_anew()
            if is_new:
                shapes = self._shapes_of([task_id])
                with self._lock:
                    self._shapes = {**shapes, **self._shapes}
        with self._lock:
            return self._count

    def heard(self, task_id: int, since: int, *, but: str) -> tuple[int, bool]:
        """Look, if it is time, and say where to go on, and whether it changed since then but by one device."""
        with self._lock:
            self._listened[task_id] = time.monotonic()
        self._look()
        with self._lock:
            told = list(self._told)
        count = told[-1][0] if told else since
        missed = bool(told) and told[0][0] > since + 1
        new = any(at > since and seen.task_id == task_id and seen.device != but for at, seen in told)
        return max(since, count), new or missed

    def _is_stale(self) -> bool:
        return time.monotonic() - self._looked > FORGOTTEN_SECONDS

    def _look(self) -> None:
        if time.monotonic() - self._tried < LOOK_SECONDS or not self._looking.acquire(blocking=False):
            return
        try:
            self._tried = time.monotonic()
            with suppress(Busy, *DRIVER_ERRORS):
                self._begin_anew() if self._is_stale() else self._go_on()
                self._compare()
        finally:
            self._looking.release()

    def _begin_anew(self) -> None:
        """Go on from now. Whoever listened before is told that something was missed: they ask."""
        newest = self._newest()
        known = {seen.seq for seen in self._after(newest - OVERLAP)}
        with self._lock:
            if not self._is_stale():
                return
            self._looked, self._mark, self._known = time.monotonic(), newest, known
            self._told.clear()
            self._count += 1  # a number that nobody hears of
            self._tell(Seen(0, 0, NOBODY))

    def _go_on(self) -> None:
        looked, found = time.monotonic(), self._after(self._mark - OVERLAP)
        with self._lock:
            self._looked = looked
            for seen in found:
                if seen.seq not in self._known:
                    self._tell(seen)
                    self._known.add(seen.seq)
                    self._mark = max(self._mark, seen.seq)
            self._known = {seq for seq in self._known if seq > self._mark - 2 * OVERLAP}

    def _compare(self) -> None:
        """Tell of tasks that changed without a scan, among those that somebody listens to."""
        with self._lock:
            recent = {task_id: at for task_id, at in self._listened.items() if time.monotonic() - at <= FORGOTTEN_SECONDS}
            self._listened = recent
        shapes = self._shapes_of(list(recent))
        with self._lock:
            before = {task_id: shape for task_id, shape in self._shapes.items() if task_id in self._listened}
            self._shapes = {**before, **shapes}  # of who began meanwhile, too
            for task_id, shape in shapes.items():
                if before.get(task_id, shape) != shape:
                    self._tell(Seen(0, task_id, NOBODY))

    def _tell(self, seen: Seen) -> None:
        self._count += 1
        self._told.append((self._count, seen))
