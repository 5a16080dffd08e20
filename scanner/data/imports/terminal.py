"""Bringing a file in from a terminal: one line says how far it is, and Ctrl-C cancels."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import IO, Any

from scanner.data.imports.report import ImportReport
from scanner.data.imports.service import Kinds, bring_in_here
from scanner.data.imports.small import Upload
from scanner.db.engine import Database

LINE_EVERY = 5.0
"""Seconds between two lines where they cannot be written over."""
WORDS = {"reading": "Reading", "checking": "Checking", "keeping": "Getting ready", "bringing": "Bringing in"}


def bring_in(database: Database, upload: Upload, kinds: Kinds, out: IO[str] | None = None) -> ImportReport:
    """Bring a file in and say on `out` (stderr) how far it is. Raises as `bring_in_here`."""
    line = _Line(out or sys.stderr)
    with _cancelled_by_ctrl_c(line) as stop:
        try:
            return bring_in_here(database, upload, kinds, tell=line.tell, stop=stop)
        finally:
            line.end()


class _Line:
    """One line that is written over on a terminal; else a line now and then."""

    def __init__(self, out: IO[str]) -> None:
        self._out, self._over = out, out.isatty()
        self.stage = ""
        self._told = 0.0
        self._written = False

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far it is."""
        if not self._over and stage == self.stage and time.monotonic() - self._told < LINE_EVERY:
            return
        self.stage, self._told, self._written = stage, time.monotonic(), True
        words = f"{WORDS[stage]}: {done:,} of {total:,} rows" if total else WORDS[stage]
        print(f"\r{words:<60}" if self._over else words, end="" if self._over else "\n", file=self._out, flush=True)

    def say(self, words: str) -> None:
        """Say something in a line of its own."""
        self.end()
        print(words, file=self._out, flush=True)

    def end(self) -> None:
        """Go to the next line."""
        if self._written and self._over:
            print(file=self._out, flush=True)
        self._written = False


@contextmanager
def _cancelled_by_ctrl_c(line: _Line) -> Iterator[Event]:
    stop = Event()

    def interrupted(*_: Any) -> None:
        if not line.stage:  # a small file, or none yet
            raise KeyboardInterrupt
        if line.stage == "bringing":
            line.say("The file is checked and is coming in: this is finished, and cannot be cancelled any more.")
        stop.set()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
