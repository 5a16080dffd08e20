"""One commit for the writes of many threads, since each commit waits for the disk, and all for the same few rows.

The first thread leads: it runs the waiting jobs one after another and commits them all. No thread gets its result before that
commit. An error of a job goes to its own thread, an error of the commit to all. Threads are served in the order they came.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

MOST_AT_ONCE = 64

Work = Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a work does first: the name of what it locks, and how it asks the database ahead for that and for what it reads."""

    holds: str
    ahead: Callable[[Session], None]


class TurnNeverCame(Exception):
    """The jobs before took too long; this one was not begun."""


class Job:
    """The work of one thread, and its result or its error."""

    __slots__ = ("error", "leads", "plan", "result", "wake", "work")

    def __init__(self, work: Work, plan: Plan | None = None) -> None:
        self.work, self.plan = work, plan
        self.wake = threading.Lock()
        self.wake.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.leads = False


class GroupCommit:
    """Collects jobs of several threads. `run` does a list of jobs in one transaction; what it raises is the error of each."""

    def __init__(self, run: Callable[[list[Job]], None], patience: float) -> None:
        self._run, self._patience = run, patience
        self._state = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._led = False

    @property
    def waiting(self) -> int:
        """Jobs whose turn has not come."""
        return len(self._waiting)

    def do(self, work: Work, plan: Plan | None = None) -> Any:
        """Do the work in a transaction and give its result after the commit. Raises TurnNeverCame."""
        job = Job(work, plan)
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
        """Wait until the work is done, or it is the turn of this thread to lead."""
        if job.wake.acquire(timeout=self._patience):
            return
        with self._state:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise TurnNeverCame
        job.wake.acquire()

    def _lead(self, mine: Job) -> None:
        """Run all waiting jobs, then hand the lead to the next thread that waits."""
        with self._state:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
        try:
            self._run(batch)
        except BaseException as error:
            for job in batch:  # none of these jobs is certain to be recorded
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
