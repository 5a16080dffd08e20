"""How long an import holds the database at a time, and how long it leaves it to others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from scanner.db.engine import Database

P = ParamSpec("P")
T = TypeVar("T")


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

    def take_turn(self, database: Database, use_case: Callable[Concatenate[Session, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do one transaction, learn from the time for which it held others up, and pause."""
        begun = time.perf_counter()

        def timed(session: Session) -> T:
            nonlocal begun
            begun = time.perf_counter()  # not before: it has waited for its turn
            return use_case(session, *args, **more)

        done = database.transact(timed)
        took = time.perf_counter() - begun
        if took > self.hold:
            self.at_once = max(1, int(self.at_once * self.hold / took))
        elif took < self.hold / 2:
            self.at_once = min(self.most, self.at_once + 1)
        time.sleep(max(self.leave, min(took, 1.0)))
        return done
