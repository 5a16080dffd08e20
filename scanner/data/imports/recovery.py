"""Sees to imports whose process died: what was not decided goes, what was decided is finished."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from scanner.data.imports import jobs
from scanner.data.imports.importer import Importer
from scanner.data.imports.jobs import BRINGING, Job
from scanner.data.imports.large import IMPORTING, bring, give_up, outcome_of, sweep
from scanner.data.imports.process import start_process
from scanner.db.alone import alone
from scanner.db.engine import Database
from scanner.errors import DomainError

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks of a server for what died."""


class Died(DomainError):
    """The process of an import died before it was decided. Nothing was brought in."""


def left_over(database: Database) -> list[Job]:
    """Imports that are not over, and that nobody may be working on."""
    with database.read() as session:
        return jobs.under_way(session)


def see_to(database: Database, kinds: Mapping[str, type[Importer]], *, waiting: bool = False) -> list[Job]:
    """Give up or finish every import whose process died; gives those that it finished.

    One that still waits for its process is left alone, unless `waiting`. Does nothing while another process imports.
    """
    if not left_over(database):
        return []
    with alone(database, IMPORTING) as got:
        if not got:
            return []
        found = [job for job in left_over(database) if waiting or job.stage != "waiting"]
        for job in found:
            if job.stage != BRINGING:
                words = outcome_of(Died("The import was stopped before it was checked to the end. Nothing was brought in."))
                database.transact(give_up, job.id, "failed", words, datetime.now(UTC))
        sweep(database)
        finished = [job for job in found if job.stage == BRINGING]
        for job in finished:
            bring(database, job.id, kinds[job.kind])
        return finished


class Watch:
    """A thread of a server that looks for imports whose process died, and starts another one."""

    def __init__(self, database: Database, look_every: float = LOOK_EVERY) -> None:
        self._database, self._look_every = database, look_every
        self._stopped = threading.Event()
        self._before: list[tuple[int, str, int]] = []

    def start(self) -> None:
        """Start looking."""
        threading.Thread(target=self._run, name="imports", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        first = True
        while not self._stopped.wait(0 if first else self._look_every):
            try:
                self._look(first)
            except Exception:  # the thread must live on, or no import that died is ever finished
                log.exception("could not look after the imports")
            first = False

    def _look(self, first: bool) -> None:
        """Start a process where nothing moved since the last look. Its lock, and not this look, says whether it may work."""
        found = [(job.id, job.stage, job.done) for job in left_over(self._database)]
        stuck = first or found == self._before
        self._before = found
        if found and stuck and not is_imported(self._database):
            start_process(self._database, *([] if first else ["--waiting"]))


def is_imported(database: Database) -> bool:
    """Whether a process imports at this moment."""
    with alone(database, IMPORTING) as got:
        return not got
