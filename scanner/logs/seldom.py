"""One line a kind of failure a minute: a disk that is full fails a thousand scans, and a thousand lines say no more than one."""

from __future__ import annotations

import copy
import logging
import re
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from scanner.logs.described import place

SECONDS = 60.0
MOST_KINDS = 300
"""Kinds that are remembered. Beyond them the oldest one may say its line again."""
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class _Kind:
    """A kind of failure: when its line was said, and how many came since."""

    said_at: float
    record: logging.LogRecord
    more: int = 0


class Seldom(logging.Handler):
    """Hands a record on unless one of its kind was handed on within the last minute. What was left out is counted and told."""

    def __init__(
        self, inner: Sequence[logging.Handler], seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._inner, self._seconds, self._clock = inner, seconds, clock
        self._kinds: dict[Hashable, _Kind] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Say the record, or count it."""
        now, kind = self._clock(), _kind_of(record)
        known = self._kinds.get(kind)
        if known is not None and now - known.said_at < self._seconds:
            known.more += 1
            return
        self._tell_what_was_left_out(now)
        if len(self._kinds) >= MOST_KINDS:
            del self._kinds[next(iter(self._kinds))]
        self._kinds[kind] = _Kind(now, record)
        self._hand_on(record)

    def close(self) -> None:
        """Tell what was left out until now."""
        self._tell_what_was_left_out(float("inf"))
        super().close()

    def _tell_what_was_left_out(self, now: float) -> None:
        over = [kind for kind, known in self._kinds.items() if now - known.said_at >= self._seconds]
        for known in (self._kinds.pop(kind) for kind in over):
            if known.more:
                again = copy.copy(known.record)
                again.exc_info, again.suppressed = None, known.more
                self._hand_on(again)

    def _hand_on(self, record: logging.LogRecord) -> None:
        for handler in self._inner:
            handler.handle(record)


def _kind_of(record: logging.LogRecord) -> Hashable:
    """What makes two records the same failure: the words, the types of the errors in them, and where the error was raised."""
    error = record.exc_info[1] if record.exc_info else None
    args = record.args if isinstance(record.args, tuple) else ()
    told = tuple(type(getattr(value, "orig", value)).__name__ for value in args if isinstance(value, BaseException))
    raised = (type(error).__name__, place(error)) if error is not None else ()
    said = (record.__dict__.get("check"), record.__dict__.get("place"))
    return record.name, record.levelno, _DIGITS.sub("0", str(record.msg))[:300], told, raised, said
