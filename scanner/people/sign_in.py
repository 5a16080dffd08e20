"""Signing in by badge, and by PIN where one is set. Guesses are counted in the database, so that every process sees them."""

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
"""Failures within the window after which a device or a person has to wait."""
ADDRESS_LIMIT = 20
"""The same for a network address, which a whole warehouse may share: devices that somebody signed in on go on."""

MISS_LIMIT = 2000
"""Codes that nobody knows within the window, after which a sender has to wait, since a badge among them hands over. Far
above what a person scans of goods that are not in the catalogue, far below what a guesser needs."""

MAX_BADGE, MAX_PIN = 128, 12
# A guess costs about 30 ms: the limits keep guessers out, and a person who hands over should not wait.
_HASH_METHOD = "scrypt:16384:8:1"


@dataclass(frozen=True, slots=True)
class SignInResult:
    """Who is signed in now; or nobody, with what to say. `needs_pin`: the badge is known and wants its PIN."""

    operator: OperatorView | None = None
    needs_pin: bool = False
    message: str = ""


def hash_pin(pin: str) -> str:
    """A PIN as the database keeps it."""
    return generate_password_hash(pin, method=_HASH_METHOD)


def nothing_is_a_label(_session: Session, _text: str) -> bool:
    """Where only badges are scanned."""
    return False


def sign_in(
    session: Session, badge: str, pin: str | None, *, device: str, address: str, now: datetime,
    is_label: Callable[[Session, str], bool] = nothing_is_a_label,
) -> SignInResult:  # fmt: skip
    """Sign the badge's owner in on the device, or note the failure (so it must be committed in either case).

    Raises TooMany while the device, the person, or for a new device the address, has failed too often within 15 minutes.
    """
    badge, pin, address = badge.strip(), (pin or "").strip(), address[:64]
    _refuse_guessers(session, device, address, now)
    found = people.find_badge(session, badge, hold=True) if _printable(badge, MAX_BADGE) else None
    if found is None and is_label(session, badge):
        return SignInResult(message="This is no badge. Scan your badge to go on.")
    if found is None:
        _fail(session, device, address, None, now)
        return SignInResult(message="This badge is not known here. Scan your own badge, or ask your supervisor.")
    if found.pin_hash is None:
        return _succeed(session, found.operator, device, now)
    _refuse_guesses_at(session, found.operator, now)
    if not pin:
        return SignInResult(needs_pin=True, message=f"{found.operator.name}, enter your PIN.")
    if _printable(pin, MAX_PIN) and check_password_hash(found.pin_hash, pin):
        return _succeed(session, found.operator, device, now)
    _fail(session, device, address, found.operator.id, now)
    return SignInResult(needs_pin=True, message="That is not the PIN of this badge. Enter it again.")


def operator(session: Session, operator_id: int) -> OperatorView | None:
    """The person, None when unknown or no longer active."""
    return people.active_operator(session, operator_id)


def is_badge(session: Session, text: str) -> bool:
    """Whether a scanned text is the badge of somebody active, so that a page hands over instead of looking it up."""
    text = text.strip()
    return _printable(text, MAX_BADGE) and people.find_badge(session, text) is not None


def note_miss(session: Session, sender: str, now: datetime) -> None:
    """Count a code that nobody knows; `sender` names the person or the token that sent it."""
    _fail(session, sender, sender, None, now)


def refuse_after_misses(session: Session, sender: str, now: datetime) -> None:
    """Raise TooMany where the sender tried too many codes that nobody knows.

    To be asked about a badge and about an unknown code alike, or the answer itself would tell which of the two it was.
    """
    _limit(people.failures(session, now - WINDOW, people.failure.c.device == sender), MISS_LIMIT, now)


def operator_on_device(session: Session, device: str, operator_id: int) -> bool:
    """Whether the device may send scans in the person's name: only where that person has signed in before."""
    return people.signed_in_on(session, device, operator_id)


def _printable(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _refuse_guessers(session: Session, device: str, address: str, now: datetime) -> None:
    _limit(people.failures(session, now - WINDOW, people.failure.c.device == device), LIMIT, now)
    if not people.anybody_signed_in_on(session, device):
        _limit(people.failures(session, now - WINDOW, people.failure.c.address == address), ADDRESS_LIMIT, now)


def _refuse_guesses_at(session: Session, person: OperatorView, now: datetime) -> None:
    _limit(people.failures(session, now - WINDOW, people.failure.c.operator_id == person.id), LIMIT, now)


def _limit(failures: tuple[int, datetime | None], limit: int, now: datetime) -> None:
    count, first = failures
    if count < limit or first is None:
        return
    wait = max(1, math.ceil((first + WINDOW - now).total_seconds()))
    raise TooMany(f"Too many unknown badges, PINs or codes. Try again in {math.ceil(wait / 60)} minutes.", wait)


def _fail(session: Session, device: str, address: str, operator_id: int | None, now: datetime) -> None:
    people.forget_failures(session, now - WINDOW)
    people.add_failure(session, device, address, operator_id, now)


def _succeed(session: Session, person: OperatorView, device: str, now: datetime) -> SignInResult:
    people.add_sign_in(session, device, person.id, now)
    return SignInResult(person, message=f"Signed in: {person.name}.")
