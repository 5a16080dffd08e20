"""The one door for pictures: they are decoded in separate processes, and nowhere else.

The decoders are C and C++ libraries with a history of memory faults, and anybody may send them any bytes. A worker has
limits on memory and CPU time and no database. It is replaced when it dies or takes too long: a photo that crashes or hangs
a decoder costs one clear message and no more. What is asked for beyond a short queue is refused, to be sent again.
"""

from __future__ import annotations

import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from scanner.codes.reading import parse_code
from scanner.decoding import PhotoError, Reading, Shrunk, read_photo, shrink
from scanner.errors import BadRequest, Overloaded
from scanner.meters import Meters

T = TypeVar("T")

WALL_SECONDS = 20.0
CPU_SECONDS = 10
"""A photo takes 0.2 s at most, one of 50 megapixels with no code some 3 s: there is room for a machine three times as slow."""
MEMORY_BYTES = 1 << 30
PHOTOS_A_WORKER = 500
"""After so many photos a worker is replaced, since a library may leak memory."""
READS, SHRINKS_WAITING = 16, 6
"""So many photos are read or wait for it, and so many wait to be shrunk, each with a thread of the server. Further ones are
refused: most of its 32 threads are for scans."""
WAIT_SECONDS = 15.0
"""The longest wait for a worker."""
MANY_PHOTOS = "Too many photos came at once. Nothing was taken in: send it again."


class Queue:
    """Lets `at_once` requests through, and a few wait. Thread-safe."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and have it. Raises Overloaded where too many wait already, or the wait is too long."""
        if not self._places.acquire(blocking=False):
            raise Overloaded(MANY_PHOTOS)
        try:
            if not self._turns.acquire(timeout=WAIT_SECONDS):
                raise Overloaded(MANY_PHOTOS)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


class DecodeWorkers:
    """Warm worker processes, started with the first photo. Thread-safe.

    A photo to be read waits for one photo to be shrunk at most: those are let in one at a time.

    `memory_bytes` bounds a worker's address space, `cpu_seconds` the processor time and `wall_seconds` the time that
    one photo may take.
    """

    def __init__(
        self,
        processes: int = 1,
        wall_seconds: float = WALL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        cpu_seconds: int = CPU_SECONDS,
    ) -> None:
        self._processes, self._wall_seconds = processes, wall_seconds
        self._memory_bytes, self._cpu_seconds = memory_bytes, cpu_seconds
        self._reads, self._shrinks = Queue(min(processes, READS), READS - min(processes, READS)), Queue(1, SHRINKS_WAITING)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self.meters = Meters()

    def read(
        self, photo: bytes, codes: frozenset[str] | None = None, *, all: bool = False, budget_ms: int = 1500
    ) -> list[Reading]:
        """`read_photo` in a worker; `codes` are the keys of the codes that are known here (`codes.reading`).

        Raises PhotoError for what is no picture, damaged or too large, and where a worker broke on it; Overloaded.
        """
        with self._reads.turn():
            return self.run(_read, photo, codes, all, budget_ms)

    def shrink(self, photo: bytes) -> Shrunk:
        """`decoding.shrink` in a worker. Raises as `read` does."""
        with self._shrinks.turn():
            return self.run(shrink, photo)

    def run(self, work: Callable[..., T], *args: object) -> T:
        """Do `work`, a function of a module, in a worker. Raises PhotoError where it breaks the worker's limits."""
        outcome, began = "refused", time.perf_counter()
        self.meters.decoding(1)
        try:
            future = self._workers().schedule(_within, (self._cpu_seconds, work, *args), timeout=self._wall_seconds)
            result: T = future.result()
            outcome = "read"
        except TookTooLong:
            outcome = "slow"
            raise PhotoError("This photo took too long to read. Take it again, closer to the label.") from None
        except (ProcessExpired, MemoryError):
            outcome = "broken"
            raise PhotoError("This photo could not be read: the decoder gave up on it. Take it again.") from None
        finally:
            self.meters.decoding(-1)
            self.meters.photo(outcome, time.perf_counter() - began)
        return result

    @property
    def alive(self) -> bool:
        """Whether the workers take photos: they run, or are not needed yet."""
        with self._lock:
            return self._pool is None or self._pool.active

    def close(self) -> None:
        """End the workers."""
        with self._lock:
            if self._pool is not None:
                self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has types for a part of itself
                self._pool.join()
                self._pool = None

    def _workers(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")  # no copy of the app's database handles, locks and threads
                self._pool = ProcessPool(self._processes, PHOTOS_A_WORKER, _limit, (self._memory_bytes,), context)
            return self._pool


def _limit(memory_bytes: int) -> None:
    """Limit a worker before its first photo. The system kills it when it passes a limit."""
    import scanner.decoding.blurred.reading  # noqa: F401 (warm: the first hard photo need not wait for numpy)

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _within(cpu_seconds: int, work: Callable[..., T], *args: object) -> T:
    """Allow the worker so much processor time on top of what it has used so far, and do the work."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    return work(*args)


def _read(photo: bytes, codes: frozenset[str] | None, all: bool, budget_ms: int) -> list[Reading]:
    return read_photo(photo, None if codes is None else lambda text: _is_known(text, codes), all=all, budget_ms=budget_ms)


def _is_known(text: str, codes: frozenset[str]) -> bool:
    try:
        return not codes.isdisjoint(parse_code(text).keys)
    except BadRequest:
        return False
