"""The thread of a server that sees to it that each night has its backup.

It is made by a process of its own, at low priority, so that no scan waits for the copying and the checking.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scanner.data.nightly.folder import state_of
from scanner.data.nightly.rules import AGAIN, is_due
from scanner.db.engine import Database
from scanner.settings import Settings

LOOK_SECONDS = 30.0
ROOT = Path(__file__).resolve().parents[3]
COMMAND = "import sys; sys.path.insert(0, sys.argv[1]); from scanner.cli import main; sys.exit(main(['backups', '--if-due']))"
NICE = 10
CLEARING_SECONDS = 8.0
"""How long a backup that is ended may take to clear up: a server that stops waits for it."""
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
        with subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(ROOT)], env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            _be_nice(process.pid)
            while process.poll() is None:
                if self._stopped.wait(0.2):
                    _end(process)
                    return
        if process.returncode:
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


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have it clear up and end. What one leaves that does not, the next backup clears away."""
    process.terminate()
    try:
        process.wait(CLEARING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _be_nice(process: int) -> None:
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, NICE)
