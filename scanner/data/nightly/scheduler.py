"""The thread of a server that sees to it that each night has its backup.

It is made by a process of its own, at low priority, so that no scan waits for the copying and the checking.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from scanner.data import beside
from scanner.data.nightly.folder import state_of
from scanner.data.nightly.rules import AGAIN, is_due
from scanner.db.engine import Database
from scanner.settings import Settings

LOOK_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Nightly:
    """Looks whether a backup is due, and has it made."""

    def __init__(self, database: Database, settings: Callable[[], Settings], look: float = LOOK_SECONDS) -> None:
        self._url, self._settings, self._look = database.engine.url, settings, look
        self._rest_until = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nightly", daemon=True)

    def start(self) -> None:
        """Start looking; a night that was missed is made up at the first look."""
        self._thread.start()

    def stop(self) -> None:
        """End, and end a backup that is being made: the next server makes it."""
        self._stopped.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stopped.wait(min(self._look, 5.0)):
            try:
                if time.monotonic() >= self._rest_until and is_due(state_of(self._url, self._settings()), datetime.now(UTC)):
                    self._make()
            except Exception:  # the thread must live on, or no backup is made any more
                _log.exception("could not look after the backups")
            self._stopped.wait(self._look)

    def _make(self) -> None:
        """What an end leaves that came too soon for it to clear up, the next backup clears away."""
        if beside.run(["backups", "--if-due"], self._environment(), self._stopped):
            self._rest_until = time.monotonic() + AGAIN.total_seconds()  # should nothing take a note of it
            _log.error("No backup was made. The home page of supervisors and the command `backups` say why")

    def _environment(self) -> dict[str, str]:
        """The address goes by the environment: what stands in a command's arguments everybody on the machine can see."""
        settings = self._settings()
        more = {
            "SCANNER_DATABASE": self._url.render_as_string(hide_password=False),
            "SCANNER_BACKUP_AT": settings.backup_at,
        }
        if settings.backup_folder:
            more["SCANNER_BACKUPS"] = str(settings.backup_folder)
        return os.environ | more
