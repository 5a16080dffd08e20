"""Limits how many unknown codes a person or a program may try: one of them may be a badge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from scanner.errors import BadgeScanned, CodeTaken
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView
from scanner.people.session import signed_in
from scanner.scans import ledger, noting
from scanner.scans.request import ScanRequest
from scanner.scans.result import Reason, ScanResult
from scanner.web.context import now, read, transact

T = TypeVar("T")


def sender_on_pages() -> str:
    """The sender of scans from pages: the person signed in, on any device."""
    return f"person-{signed_in().id}"


def record(sender: str, use_case: Callable[..., ScanResult], *arguments: Any, **named: Any) -> ScanResult:
    """Record a scan, and count an unknown code against its sender.

    Raises TooMany after too many of them. The scan is recorded anyway: sent again after the wait, it is answered.
    """
    try:
        result = transact(use_case, *arguments, **named)
    except BadgeScanned:
        read(guesses.refuse_codes, sender, now())
        raise
    noting.note(next(each for each in arguments if isinstance(each, ScanRequest)), result)
    if result.reason is Reason.UNKNOWN:
        guesses.wait_for(transact(_count, sender, result, now()))
    return result


def count(sender: str) -> None:
    """Count an unknown code that is not recorded. Raises TooMany after too many."""
    guesses.wait_for(transact(guesses.count_code, sender, now(), is_new=True))


def give_meaning(by: OperatorView, use_case: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Carry out a use case that may give a code a meaning, and count one that has another against the person.

    Raises TooMany after too many of them, whatever code it is about.
    """
    read(guesses.refuse_new_codes, by.id, now())
    try:
        return transact(use_case, *arguments, **named)
    except CodeTaken:
        guesses.wait_for(transact(guesses.count_taken, by.id, now()))
        raise


class _MayBeTaken(Protocol):
    @property
    def taken(self) -> bool: ...


M = TypeVar("M", bound=_MayBeTaken)


def give_number(by: OperatorView, use_case: Callable[..., M], *arguments: Any, **named: Any) -> M:
    """The same for a use case that takes another number where the code has a meaning already, and says so by `taken`.

    Raises TooMany after too many of them. What was sent is in anyway: sent again after the wait, it is answered.
    """
    read(guesses.refuse_new_codes, by.id, now())
    done = transact(use_case, *arguments, **named)
    if done.taken:
        guesses.wait_for(transact(guesses.count_taken, by.id, now()))
    return done


def _count(session: Session, sender: str, result: ScanResult, now: datetime) -> float:
    """Count the code of a recorded scan, unless it was unknown before: whoever tries it again learns nothing."""
    is_new = not result.replayed and not ledger.was_unknown_before(session, result.seq)
    return guesses.count_code(session, sender, now, is_new=is_new)
