"""Beginning and ending sessions. The cookie holds a random id; only its SHA-256 is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import NotFound
from scanner.people import sign_in as signin
from scanner.people import store as people
from scanner.people.rules import OperatorView, Right
from scanner.people.sessions import rules, store
from scanner.people.sessions.rules import LiveSession
from scanner.people.sessions.store import PersonRow, SessionRow
from scanner.people.sign_in import SignInResult
from scanner.people.tokens import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """The session that a sign-in begins. `replaces` is what the cookie held until now."""

    secret: str
    replaces: str
    device: str
    address: str
    browser: str


def new_secret() -> str:
    """What a cookie holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def begin_by_badge(
    session: Session, badge: str, pin: str, new: NewSession, now: datetime, is_label: Callable[[Session, str], bool]
) -> SignInResult:
    """Sign in by badge and PIN, and end every session that the device had, and those that the person has too many. A failure is
    noted, so commit in either case.

    Raises TooMany as `sign_in`.
    """
    result = signin.sign_in(session, badge, pin, device=new.device, address=new.address, now=now, is_label=is_label)
    if result.operator:
        replaced = digest(new.replaces)
        # The same badge sent once more by the page that was loaded while the first one hung: whichever comes later must not end
        # the session that the device has by now.
        is_again = bool(new.replaces) and store.owner(session, replaced) is None
        but_since = now - rules.SENT_AGAIN if is_again else now + rules.LONGEST
        store.end_before(session, replaced, new.device, now - rules.FORGOTTEN, but_of=result.operator.id, but_since=but_since)
        store.end_each(session, rules.beyond(store.last_seen(session, result.operator.id), now))
        place = {"device": new.device, "address": new.address[:64], "browser": new.browser[:200]}
        store.add(session, digest(new.secret), result.operator.id, now, **place)
    return result


def live(session: Session, secret: str, now: datetime) -> LiveSession | None:
    """The session of a cookie. None where it is over or was ended, or its person has left."""
    found = store.live(session, digest(secret))
    return found if found and not rules.is_over(found, now) else None


def end(session: Session, session_digest: str) -> None:
    """Sign out."""
    store.end(session, session_digest)


def lock(session: Session, session_digest: str, now: datetime) -> None:
    """Have the device ask for a badge from now on."""
    store.lock(session, session_digest, now)


def note_seen(session: Session, session_digest: str, address: str, now: datetime) -> None:
    """Write when and where a session was last used."""
    store.note_seen(session, session_digest, address[:64], now)


def confirm(
    session: Session, mine: LiveSession, said: str, *, device: str, address: str, now: datetime
) -> SignInResult:  # fmt: skip
    """Take the PIN again, or the badge of a person without one. A failure is noted, so commit in either case.

    Raises TooMany as `sign_in`.
    """
    result = signin.prove(session, mine.operator, said, device=device, address=address, now=now)
    if result.operator:
        store.confirm(session, mine.digest, now)
    return result


def confirm_begun(session: Session, new: NewSession, now: datetime) -> None:
    """Ask whoever chose their PIN just now for nothing more, in the session that began with it."""
    store.confirm(session, digest(new.secret), now)


def end_one(session: Session, session_digest: str, by: OperatorView) -> int:
    """End a session of one's own, or of anybody by who may; gives whose it was. Raises NotFound where there is none."""
    owner = store.owner(session, session_digest)
    if owner != by.id:
        by.demand(Right.END_SESSIONS)
    if owner is None:
        raise NotFound("That device is signed out already.")
    store.end(session, session_digest)
    _note_ended(session, owner, by, 1)
    return owner


def end_others(session: Session, operator_id: int, by: OperatorView, but: str) -> int:
    """End every session of a person but the one in which that is asked; gives how many."""
    _demand(operator_id, by)
    ended = store.end_all(session, [operator_id], but)
    _note_ended(session, operator_id, by, ended)
    return ended


def of_person(session: Session, operator_id: int, by: OperatorView, now: datetime) -> tuple[OperatorView, list[SessionRow]]:
    """A person and where that person is signed in. Raises NotFound."""
    _demand(operator_id, by)
    person = people.person(session, operator_id)
    if person is None:
        raise NotFound("There is no such person.")
    return person, store.of_person(session, operator_id, now - rules.LONGEST)


def everybody(session: Session, by: OperatorView, now: datetime) -> list[PersonRow]:
    """Everybody, also who is gone, and on how many devices they are signed in."""
    by.demand(Right.END_SESSIONS)
    return store.people(session, now - rules.LONGEST)


def _note_ended(session: Session, operator_id: int, by: OperatorView, ended: int) -> None:
    """Note in the audit that a supervisor signed somebody else out."""
    if operator_id == by.id or not ended:
        return
    whose = people.person(session, operator_id)
    name = whose.name if whose else str(operator_id)
    audit.note(session, by, Action.SESSIONS_ENDED, "person", name, after={"devices": ended})


def _demand(operator_id: int, by: OperatorView) -> None:
    if operator_id != by.id:
        by.demand(Right.END_SESSIONS)
