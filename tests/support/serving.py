"""The app as people start it: `python -m scanner serve`, on a free port."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.ports import free_ports

CHROMIUM = "/usr/bin/chromium"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds that a start or a stop may take on a busy machine before it counts as failed."""


class Server:
    """A server process on one database; `start` again after `stop` serves the same address."""

    def __init__(self, database_url: str, folder: Path, *more: str, environment: dict[str, str] | None = None) -> None:
        self.port = free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.command = [
            sys.executable, "-m", "scanner", "serve", "--host", "127.0.0.1", "--port", str(self.port),
            "--database", database_url, *more,
        ]  # fmt: skip
        self._environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"expected a server, got:\n{self.log.read_text()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, as Ctrl-C does."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
