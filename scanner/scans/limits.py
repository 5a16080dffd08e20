"""Limits how many unknown codes a person or a program may try: one of them may be a badge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.errors import BadgeScanned
from scanner.people import sign_in as signin
from scanner.people.session import signed_in
from scanner.scans import noting
from scanner.scans.request import ScanRequest
from scanner.scans.result import Reason, ScanResult
from scanner.web.context import now, read, transact


def sender_on_pages() -> str:
    """The sender of scans from pages: the person signed in, on any device."""
    return f"person-{signed_in().id}"


def record(sender: str, use_case: Callable[..., ScanResult], *arguments: Any, **named: Any) -> ScanResult:
    """Record a scan, and count an unknown code against its sender.

    Raises TooMany after too many of them. The scan is recorded all the same: sent again after the wait, it is answered.
    """
    try:
        result = transact(use_case, *arguments, **named)
    except BadgeScanned:
        read(signin.refuse_after_unknown_codes, sender, now())
        raise
    noting.note(next(each for each in arguments if isinstance(each, ScanRequest)), result)
    if result.reason is Reason.UNKNOWN:
        read(signin.refuse_after_unknown_codes, sender, now())
        if not result.replayed:
            transact(signin.note_unknown_code, sender, now())
    return result
