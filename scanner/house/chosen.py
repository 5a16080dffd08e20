"""The settings as they are now: what the server was started with, and what the shop chose since."""

from __future__ import annotations

import contextlib
import threading

from sqlalchemy.exc import SQLAlchemyError

from scanner.db.engine import DRIVER_ERRORS, Database
from scanner.db.watch import DatabaseGone
from scanner.house import rules, store
from scanner.settings import Settings

LOOK_SECONDS = 2.0
"""So soon a server sees what another one of the same warehouse was told."""


class ChosenSettings:
    """Settings that a page can change while the server runs. No request waits for them: they are read when they are changed,
    and by a thread of the server now and then. While the database does not answer, the last ones hold.
    """

    def __init__(self, database: Database, started: Settings) -> None:
        self.started, self._database = started, database
        self._chosen: dict[str, str] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="settings", daemon=True)
        self.read_again()

    def now(self) -> Settings:
        """The settings as they are now."""
        return self.started.changed(rules.values_of(self._chosen, self.started.fixed)) if self._chosen else self.started

    def fact(self, key: str) -> str | None:
        """What holds for the whole house, by its name, as this server saw it last; None where it was never set."""
        return self._chosen.get(key)

    def read_again(self) -> None:
        """See what was changed."""
        with contextlib.suppress(SQLAlchemyError, DatabaseGone, *DRIVER_ERRORS), self._database.read() as session:
            self._chosen = store.facts(session)

    def start(self) -> None:
        """Look now and then whether another server was told something."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join(10)

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            self.read_again()
