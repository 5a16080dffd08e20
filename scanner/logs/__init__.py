"""What the server says of itself: one line for a kind of failure a minute, and never what somebody scanned or typed.

A message is a constant text. What is put into it is masked, unless it is a number or an error, of which only the harmless part is
told. Words that are known to be harmless go under the names in `FIELDS`.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import TextIO

from scanner.logs.described import short
from scanner.logs.lines import FIELDS, JsonLines, TextLines, about
from scanner.logs.seldom import Seldom

__all__ = ["ACCESS", "FIELDS", "about", "set_up"]

ACCESS = "scanner.access"
"""The logger that has one line for each request."""


def set_up(*, json: bool = False, access: bool = False, dsn: str = "") -> None:
    """Send all lines to stderr, as text or as JSON; errors also to the collector of a Sentry DSN.

    Without `access` requests have no line. Raises ValueError where a DSN is given and the library for it is missing.
    """
    logging.raiseExceptions = False  # it would print what could not be formatted
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(JsonLines() if json else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[Seldom([stderr, *_collectors(dsn)])], force=True)
    warnings.showwarning = _warned
    requests = logging.getLogger(ACCESS)
    requests.handlers, requests.propagate, requests.disabled = [stderr], False, not access
    requests.setLevel(logging.INFO)
    sys.excepthook = _died
    threading.excepthook = lambda args: _died(args.exc_type, args.exc_value, args.exc_traceback)


def _collectors(dsn: str) -> list[logging.Handler]:
    if not dsn:
        return []
    try:
        from scanner.logs.collector import ToCollector  # only here: its library is an extra
    except ImportError:
        raise ValueError("SCANNER_SENTRY_DSN: expected the extra `sentry` (sentry-sdk) to be installed; it is not") from None
    return [ToCollector(dsn)]


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Tell a warning of a library by its kind and place: its words may have a value in them."""
    logging.getLogger(__name__).warning("A library warned: %s", category(), extra={"place": f"{short(filename)}:{lineno}"})


def _died(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
    if issubclass(kind, (KeyboardInterrupt, SystemExit)):
        return
    logging.getLogger(__name__).critical("A thread ended by an error", exc_info=(kind, error or kind(), traceback))
