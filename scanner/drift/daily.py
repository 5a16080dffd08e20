"""What a server does for drift by itself: it carries the sums on as people work, and once a day looks at all of it.

The sums are a matter of milliseconds and carried on by a thread. What takes longer is done by a process of its own.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from scanner.data import beside
from scanner.db.alone import alone
from scanner.db.engine import DRIVER_ERRORS, Database
from scanner.db.watch import DatabaseGone
from scanner.drift import store
from scanner.drift.digest.service import digest
from scanner.drift.exports import MANY
from scanner.drift.fold import service as fold
from scanner.drift.periods import day_of
from scanner.drift.ranking import stakes
from scanner.drift.reorder.supply import service as supply
from scanner.drift.signals.looking import service as looking
from scanner.errors import DomainError
from scanner.settings import Settings

LOOK_SECONDS = 5.0
BATCHES = 5
"""So many times some rows of the record the thread adds at a look; of more of them the process takes care."""
FIRST_SECONDS = 60.0
"""A server that has just started has others to serve first."""
AGAIN_SECONDS = 600.0
"""So long after a failure it is tried again."""
NOT_NOW = (DomainError, SQLAlchemyError, DatabaseGone, *DRIVER_ERRORS)
"""What says that the database cannot be had just now: others say so where it matters, and the next look makes up for it."""
_log = logging.getLogger(__name__)

Do = Callable[[Database, date, datetime], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What is done once a day, with the sums up to date. Twice does no harm."""

    name: str
    do: Do


WORKS: tuple[Work, ...] = (
    Work("supply", supply.refresh),
    Work("signals", looking.look),
    Work("plan", stakes.plan_day),
)
"""In the order in which they are done."""


def is_due(session: Session, now: datetime) -> bool:
    """Whether any of today's work is still to be done."""
    return bool(_undone(session, now))


def do_all(database: Database, settings: Settings, now: datetime) -> None:
    """Bring the sums up to date, do what is still to be done today, and send the digest where it is due.

    One process at a time does it. What fails keeps nothing else from being done; the first failure is raised at the end.
    """
    with alone(database, "daily") as is_ours:
        if not is_ours:
            return
        failures = [failure for each in _steps(database, settings, now) if (failure := _tried(each))]
    if failures:
        raise failures[0]


def _steps(database: Database, settings: Settings, now: datetime) -> Iterator[Callable[[], object]]:
    today = day_of(now)
    yield lambda: fold.complete(database, now, MANY)
    with database.read() as session:
        undone = _undone(session, now)
    for work in undone:
        yield partial(_do, work, database, today, now)
    yield lambda: digest(database, settings, today, now)


def _do(work: Work, database: Database, today: date, now: datetime) -> None:
    work.do(database, today, now)
    database.transact(store.claim, work.name, today, now)


def _tried(step: Callable[[], object]) -> Exception | None:
    try:
        step()
    except Exception as failure:  # the others are done all the same
        _log.exception("a part of the day's work on drift failed")
        return failure
    return None


def _undone(session: Session, now: datetime) -> list[Work]:
    done = store.done(session, day_of(now))
    return [work for work in WORKS if work.name not in done]


class Keeper:
    """The thread of a server."""

    def __init__(self, database: Database, settings: Callable[[], Settings], look: float = LOOK_SECONDS) -> None:
        self._database, self._settings, self._look = database, settings, look
        self._rest_until = time.monotonic() + FIRST_SECONDS
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drift", daemon=True)

    def start(self) -> None:
        """Begin with the first look."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is undone the next server does."""
        self._stopped.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stopped.wait(self._look):
            try:
                with contextlib.suppress(*NOT_NOW):
                    self._see_to_it()
            except Exception:  # the thread must live on, or no day is looked at any more
                _log.exception("could not carry the sums of drift on")

    def _see_to_it(self) -> None:
        now = datetime.now(UTC)
        is_all = fold.catch_up(self._database, now, most=BATCHES)
        with self._database.read() as session:
            has_work = not is_all or is_due(session, now)
        if not has_work:
            digest(self._database, self._settings(), day_of(now), now)
        elif time.monotonic() >= self._rest_until and beside.run(["daily"], self._environment(), self._stopped):
            self._rest_until = time.monotonic() + AGAIN_SECONDS
            _log.error("The day's work on drift failed. The command `daily` says why")

    def _environment(self) -> dict[str, str]:
        """The address goes by the environment: what stands in a command's arguments everybody on the machine can see."""
        return os.environ | {"SCANNER_DATABASE": self._database.engine.url.render_as_string(hide_password=False)}
