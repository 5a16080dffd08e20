"""How long an import holds the database at a time, and how long it leaves it to others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from scanner.db.engine import Database
from scanner.db.sql import connection_of

P = ParamSpec("P")
T = TypeVar("T")


PAGES = 1_000
"""Pages in SQLite's log after which the importer copies them into the database: a quarter of what makes a scan do it."""


def spare_others(database: Database) -> None:
    """Have this process, and not a scan, do the work on SQLite's log.

    It does not stand back by `nice`: whoever holds the lock and waits for the processor has all others wait with it.
    """
    if database.is_sqlite:
        database.transact(lambda session: connection_of(session).exec_driver_sql(f"PRAGMA wal_autocheckpoint={PAGES}").close())


@dataclass(slots=True)
class Pace:
    """Has each transaction take about `hold` seconds, and lets others in for at least `leave` seconds after it.

    A scan that finds SQLite's write lock taken tries again after 1, 2, 5, 10, 15, 20 and 25 ms: the pause has to be longer than
    such a step, or the importer is always there first.
    """

    hold: float = 0.025
    leave: float = 0.03
    at_once: int = 1
    """Slices that the next transaction takes."""
    most: int = 64
    took: float = 0.0
    """Seconds of the last one."""

    def take_turn(self, database: Database, use_case: Callable[Concatenate[Session, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do one transaction, learn from the time for which it held others up, and pause."""
        begun = time.perf_counter()

        def timed(session: Session) -> T:
            nonlocal begun
            begun = time.perf_counter()  # not before: it has waited for its turn
            return use_case(session, *args, **more)

        done = database.transact(timed)
        took = self.took = time.perf_counter() - begun
        if took > self.hold:
            self.at_once = max(1, int(self.at_once * self.hold / took))
        elif took < self.hold / 2:
            self.at_once = min(self.most, self.at_once + 1)
        time.sleep(max(self.leave, min(took, 1.0)))
        return done
