"""Asks the checks so that asking costs nothing: each at most once in some seconds, and nobody waits long for an answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

KEPT_SECONDS = 3.0
"""A finding is given again for so long, however often it is asked for."""
PATIENCE_SECONDS = 2.0
"""A check that takes longer has failed. It goes on, and is not begun a second time meanwhile."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. Strangers read it: no path, address, name or version in it."""

    well: bool
    words: str
    figures: Mapping[str, float] = field(default_factory=dict)


Check = Callable[[], Finding]


class Readiness:
    """The last finding of each check. Thread-safe."""

    def __init__(self, checks: Mapping[str, Check], kept: float = KEPT_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        self._asked = {name: _Asked(name, check) for name, check in checks.items()}
        self._kept, self._patience = kept, patience

    def ask(self) -> dict[str, Finding]:
        """What each check found, within a moment ago."""
        for asked in self._asked.values():
            asked.begin(self._kept)
        return {name: asked.finding(self._patience) for name, asked in self._asked.items()}


class _Asked:
    """One check, run by a thread of its own, one at a time."""

    def __init__(self, name: str, check: Check) -> None:
        self._name, self._check = name, check
        self._state = threading.Lock()
        self._done = threading.Event()
        self._runs = False
        self._at = self._began = float("-inf")
        self._found = Finding(False, "not asked yet")

    def begin(self, kept: float) -> None:
        """Run the check unless its finding is fresh, or it runs already."""
        with self._state:
            if self._runs or time.monotonic() - self._at < kept:
                return
            self._runs, self._began = True, time.monotonic()
            self._done.clear()
        threading.Thread(target=self._run, name=f"check {self._name}", daemon=True).start()

    def finding(self, patience: float) -> Finding:
        """The finding; a failure where there is none so long after the check began. Who asks later does not wait anew."""
        if not self._done.wait(max(0, self._began + patience - time.monotonic())):
            return Finding(False, "no answer in time")
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._check()
        except Exception:
            _log.exception("A check failed", extra={"check": self._name})
            self._found = Finding(False, "failed; the log says why")
        with self._state:
            self._runs, self._at = False, time.monotonic()
            self._done.set()
