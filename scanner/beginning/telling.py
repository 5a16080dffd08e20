"""When the server says the one-time code again: where somebody opens the page that asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0


class Teller:
    """Tells the code when the page is opened, once a minute at most: whoever opens it again and again fills no log."""

    def __init__(self, tell: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._lock = threading.Lock()
        self._told = float("-inf")

    def opened(self) -> None:
        """Somebody opened the page."""
        with self._lock:
            if self._clock() - self._told < EVERY_SECONDS:
                return
            self._told = self._clock()
        self._tell()
