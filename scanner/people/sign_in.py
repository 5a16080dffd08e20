"""Signing in by badge, and by PIN where one is set. Whoever guesses has to wait (`guesses`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from werkzeug.security import check_password_hash, generate_password_hash

from scanner.people import store as people
from scanner.people.guesses.service import Watch
from scanner.people.rules import OperatorView

MAX_BADGE, MAX_PIN = 128, 12
# One check takes about 30 ms. The limits keep guessers out; a slower check would hold up every hand-over.
HASH_METHOD = "scrypt:16384:8:1"


@dataclass(frozen=True, slots=True)
class SignInResult:
    """The person signed in, or None and why not. `needs_pin`: the badge is known and wants its PIN."""

    operator: OperatorView | None = None
    needs_pin: bool = False
    message: str = ""


def hash_pin(pin: str) -> str:
    """A PIN as the database keeps it."""
    return generate_password_hash(pin, method=HASH_METHOD)


def same_or_new_hash(pin: str, there: str | None) -> str:
    """The hash that is kept already, where it is of this PIN; else a new one."""
    return there if there and check_password_hash(there, pin) else hash_pin(pin)


def nothing_is_a_label(_session: Session, _text: str) -> bool:
    """For a page on which only badges are scanned."""
    return False


def sign_in(
    session: Session, badge: str, pin: str | None, *, device: str, address: str, now: datetime,
    is_label: Callable[[Session, str], bool] = nothing_is_a_label,
) -> SignInResult:  # fmt: skip
    """Sign in the badge's owner on the device. A failure is noted, so commit in either case.

    `is_label` says of a code that it has another meaning here, so that it is no badge: scanning it by mistake on a device of the
    house costs nothing. Strangers are not even told so.
    Raises TooMany where the device, or on devices that nobody knows the address, has to wait, and where the badge has.
    """
    badge, pin = badge.strip(), (pin or "").strip()
    watch = Watch(session, device, address[:64], now)
    watch.at_badge()
    found = people.find_badge(session, badge, hold=True) if _printable(badge, MAX_BADGE) else None
    if found is None and watch.of_house and is_label(session, badge):
        return SignInResult(message="This is not a badge. Scan your badge to go on.")
    if found is None:
        watch.failed()
        return SignInResult(message="This badge is not known here. Scan your own badge, or ask your supervisor.")
    if found.pin_hash is None:
        return _succeed(session, watch, found.operator)
    watch.at_pin(found.operator.id)
    if not pin:
        return SignInResult(needs_pin=True, message=f"{found.operator.name}, enter your PIN.")
    if _is_pin(found.pin_hash, pin):
        return _succeed(session, watch, found.operator)
    watch.failed()
    return SignInResult(needs_pin=True, message="That is not the PIN of this badge. Enter it again.")


def prove(
    session: Session, person: OperatorView, said: str, *, device: str, address: str, now: datetime
) -> SignInResult:  # fmt: skip
    """Whether whoever is signed in gives the PIN again, or the badge where there is no PIN. Notes a failure; raises TooMany."""
    said = said.strip()
    watch = Watch(session, device, address[:64], now)
    watch.at_badge()
    key = people.key_of(session, person.id)
    if key.pin_hash is not None:
        watch.at_pin(person.id)
        if _is_pin(key.pin_hash, said):
            return SignInResult(person)
    elif (owner := _owner(session, said)) and owner.operator.id == person.id:
        return SignInResult(person)
    watch.failed()
    what = "badge" if key.pin_hash is None else "PIN"
    return SignInResult(needs_pin=key.pin_hash is not None, message=f"That is not the {what} of {person.name}.")


@dataclass(frozen=True, slots=True)
class Doors:
    """Whether anybody can sign in, and whether a supervisor can."""

    anybody: bool
    supervisor: bool


def doors(session: Session) -> Doors:
    """Whether anybody can sign in, and whether a supervisor can."""
    supervisor = people.has_supervisor(session)
    return Doors(anybody=supervisor or people.anybody_active(session), supervisor=supervisor)


def operator(session: Session, operator_id: int) -> OperatorView | None:
    """The person, also one who has left: what they scanned before is still theirs. None when unknown."""
    return people.person(session, operator_id)


def is_badge(session: Session, text: str) -> bool:
    """Whether the text is the badge of an active person."""
    return name_on_badge(session, text) is not None


def name_on_badge(session: Session, text: str) -> str | None:
    """The name of the active person whose badge the text is; None for any other text."""
    found = owner_of_badge(session, text)
    return found.name if found else None


def owner_of_badge(session: Session, text: str) -> OperatorView | None:
    """The active person whose badge the text is; None for any other text."""
    found = _owner(session, text.strip())
    return found.operator if found else None


def _owner(session: Session, badge: str) -> people.Badge | None:
    return people.find_badge(session, badge) if _printable(badge, MAX_BADGE) else None


def operator_on_device(session: Session, device: str, operator_id: int) -> bool:
    """Whether the person ever signed in on the device, which may then send their scans."""
    return people.signed_in_on(session, device, operator_id)


def last_sign_ins(session: Session, device: str, until: datetime) -> list[tuple[int, datetime]]:
    """Who signed in on the device up to a moment, and when: the last two, the later one first."""
    return people.last_sign_ins(session, device, until)


def _printable(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _is_pin(pin_hash: str, pin: str) -> bool:
    return _printable(pin, MAX_PIN) and check_password_hash(pin_hash, pin)


def _succeed(session: Session, watch: Watch, person: OperatorView) -> SignInResult:
    of_house = watch.succeeded(person.id)
    people.add_sign_in(session, watch.device, person.id, watch.now, of_house=of_house)
    return SignInResult(person, message=f"Signed in: {person.name}.")
