"""Whoever is signed in and tries one code after another, until one turns out to be a badge, has to wait at some point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.errors import BadgeScanned
from scanner.people import sign_in as signin
from scanner.people.session import signed_in
from scanner.scans.result import Reason, ScanResult
from scanner.web.context import now, read, transact


def person() -> str:
    """Whom guesses are counted for on pages: who is signed in, whatever device that is on."""
    return f"person-{signed_in().id}"


def record(sender: str, use_case: Callable[..., ScanResult], *arguments: Any, **named: Any) -> ScanResult:
    """Record a scan, and count it for the sender where nobody knows the code.

    Raises TooMany after too many of those; the scan is recorded then all the same, and once the wait is over, sending it
    again gets its answer.
    """
    try:
        result = transact(use_case, *arguments, **named)
    except BadgeScanned:
        read(signin.refuse_after_misses, sender, now())
        raise
    if result.reason is Reason.UNKNOWN:
        read(signin.refuse_after_misses, sender, now())
        if not result.replayed:
            transact(signin.note_miss, sender, now())
    return result
