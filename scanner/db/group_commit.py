"""Many threads' write transactions in one: SQLite has one writer and pays for every commit with a wait for the disk.

Whoever comes first leads: it runs what others have brought meanwhile, one after another, each in a savepoint of its
own, and commits them all at once. Nobody is answered before that commit. What one of them raises is its own; what the
commit raises is everybody's. Threads are served in the order they came.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlmodel import Session

MOST_AT_ONCE = 64

Work = Callable[[Session], Any]


class TurnNeverCame(Exception):
    """What went before took too long; this was not begun."""


class Job:
    """One thread's work: what it came to, or what it raised."""

    __slots__ = ("error", "leads", "result", "wake", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.wake = threading.Lock()
        self.wake.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.leads = False


class GroupCommit:
    """Brings threads' work together; `run` does a list of jobs in one transaction. What it raises is each job's error."""

    def __init__(self, run: Callable[[list[Job]], None], patience: float) -> None:
        self._run, self._patience = run, patience
        self._state = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._led = False

    def do(self, work: Work) -> Any:
        """Do the work in a transaction and give its result once that is committed. Raises TurnNeverCame in time."""
        job = Job(work)
        with self._state:
            self._waiting.append(job)
            job.leads, self._led = not self._led, True
        if not job.leads:
            self._wait(job)
        if job.leads:
            self._lead(job)
        if job.error is not None:
            raise job.error
        return job.result

    def _wait(self, job: Job) -> None:
        """Until the work is done, or it is this thread's turn to lead."""
        if job.wake.acquire(timeout=self._patience):
            return
        with self._state:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise TurnNeverCame
        job.wake.acquire()

    def _lead(self, mine: Job) -> None:
        """Run what waits, this thread's own job with it, and pass the lead on to whoever came meanwhile."""
        with self._state:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
        try:
            self._run(batch)
        except BaseException as error:
            for job in batch:  # nobody is told that something is recorded which may not be
                job.error = job.error or error
        finally:
            with self._state:
                successor = self._waiting[0] if self._waiting else None
                self._led = successor is not None
                if successor is not None:
                    successor.leads = True
            if successor is not None:
                successor.wake.release()
            for job in batch:
                if job is not mine:
                    job.wake.release()
