"""Signing in by badge, and by PIN where one is set. Failures are counted in the database, for all processes together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session
from werkzeug.security import check_password_hash, generate_password_hash

from scanner.errors import TooMany
from scanner.people import store as people
from scanner.people.rules import OperatorView

WINDOW = timedelta(minutes=15)
LIMIT = 5
"""So many failures within the window, and a device or a person has to wait."""
ADDRESS_LIMIT = 20
"""The same for a network address, which a whole warehouse may share. Known devices are exempt."""

UNKNOWN_CODE_LIMIT = 2000
"""So many unknown codes within the window, and their sender has to wait: one of them may be a badge. Nobody scans so many by
mistake; a guesser needs far more.
"""

MAX_BADGE, MAX_PIN = 128, 12
# One check takes about 30 ms. The limits keep guessers out; a slower check would hold up every hand-over.
_HASH_METHOD = "scrypt:16384:8:1"


@dataclass(frozen=True, slots=True)
class SignInResult:
    """The person signed in, or None and why not. `needs_pin`: the badge is known and wants its PIN."""

    operator: OperatorView | None = None
    needs_pin: bool = False
    message: str = ""


def hash_pin(pin: str) -> str:
    """A PIN as the database keeps it."""
    return generate_password_hash(pin, method=_HASH_METHOD)


def nothing_is_a_label(_session: Session, _text: str) -> bool:
    """For a page on which only badges are scanned."""
    return False


def sign_in(
    session: Session, badge: str, pin: str | None, *, device: str, address: str, now: datetime,
    is_label: Callable[[Session, str], bool] = nothing_is_a_label,
) -> SignInResult:  # fmt: skip
    """Sign in the badge's owner on the device. A failure is noted, so commit in either case.

    Raises TooMany after too many failures of the device, the person or, on a new device, the address.
    """
    badge, pin, address = badge.strip(), (pin or "").strip(), address[:64]
    _refuse_after_failures(session, device, address, now)
    found = people.find_badge(session, badge, hold=True) if _printable(badge, MAX_BADGE) else None
    if found is None and is_label(session, badge):
        return SignInResult(message="This is no badge. Scan your badge to go on.")
    if found is None:
        _note_failure(session, device, address, None, now)
        return SignInResult(message="This badge is not known here. Scan your own badge, or ask your supervisor.")
    if found.pin_hash is None:
        return _succeed(session, found.operator, device, now)
    _refuse_after_wrong_pins(session, found.operator, now)
    if not pin:
        return SignInResult(needs_pin=True, message=f"{found.operator.name}, enter your PIN.")
    if _printable(pin, MAX_PIN) and check_password_hash(found.pin_hash, pin):
        return _succeed(session, found.operator, device, now)
    _note_failure(session, device, address, found.operator.id, now)
    return SignInResult(needs_pin=True, message="That is not the PIN of this badge. Enter it again.")


def operator(session: Session, operator_id: int) -> OperatorView | None:
    """The person; None when unknown or no longer active."""
    return people.active_operator(session, operator_id)


def is_badge(session: Session, text: str) -> bool:
    """Whether the text is the badge of an active person."""
    text = text.strip()
    return _printable(text, MAX_BADGE) and people.find_badge(session, text) is not None


def note_unknown_code(session: Session, sender: str, now: datetime) -> None:
    """Count an unknown code against its sender, a person or a token."""
    _note_failure(session, sender, sender, None, now)


def refuse_after_unknown_codes(session: Session, sender: str, now: datetime) -> None:
    """Raise TooMany where the sender tried too many unknown codes.

    Ask before a badge is answered, too: otherwise the answer tells that it is one.
    """
    _refuse_above(people.failures(session, now - WINDOW, people.failure.c.device == sender), UNKNOWN_CODE_LIMIT, now)


def operator_on_device(session: Session, device: str, operator_id: int) -> bool:
    """Whether the person ever signed in on the device, which may then send their scans."""
    return people.signed_in_on(session, device, operator_id)


def _printable(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _refuse_after_failures(session: Session, device: str, address: str, now: datetime) -> None:
    _refuse_above(people.failures(session, now - WINDOW, people.failure.c.device == device), LIMIT, now)
    if not people.anybody_signed_in_on(session, device):
        _refuse_above(people.failures(session, now - WINDOW, people.failure.c.address == address), ADDRESS_LIMIT, now)


def _refuse_after_wrong_pins(session: Session, person: OperatorView, now: datetime) -> None:
    _refuse_above(people.failures(session, now - WINDOW, people.failure.c.operator_id == person.id), LIMIT, now)


def _refuse_above(failures: tuple[int, datetime | None], limit: int, now: datetime) -> None:
    count, first = failures
    if count < limit or first is None:
        return
    wait = max(1, math.ceil((first + WINDOW - now).total_seconds()))
    raise TooMany(f"Too many unknown badges, PINs or codes. Try again in {math.ceil(wait / 60)} minutes.", wait)


def _note_failure(session: Session, device: str, address: str, operator_id: int | None, now: datetime) -> None:
    people.forget_failures(session, now - WINDOW)
    people.add_failure(session, device, address, operator_id, now)


def _succeed(session: Session, person: OperatorView, device: str, now: datetime) -> SignInResult:
    people.add_sign_in(session, device, person.id, now)
    return SignInResult(person, message=f"Signed in: {person.name}.")
