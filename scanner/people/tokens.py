"""API tokens. Only their SHA-256 is stored: 192 random bits need no salt, and the index finds them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action, Who
from scanner.errors import BadRequest, NotFound, NotSignedIn
from scanner.people import store as people
from scanner.people.rules import OperatorView

EXPECTED = "Expected the header Authorization: Bearer TOKEN, with a token that is known here."

COMMAND_LINE = "command line"
SEEN_EVERY = timedelta(minutes=10)
"""How exactly it is known when a token was last used: noting it at each request would be a write for each read."""


class NewToken(NamedTuple):
    """A token that was made: 48 hex digits, known here by their digest alone."""

    id: int
    token: str
    digest: str


def make(session: Session, operator_id: int, name: str, now: datetime) -> NewToken:
    """Make a token of that name for a person. The caller notes it."""
    token = secrets.token_hex(24)
    return NewToken(people.add_token(session, digest(token), operator_id, now, name=name), token, digest(token))


def note_seen(session: Session, token: str, now: datetime) -> None:
    """Note that a token is in use, unless that was noted within the last ten minutes."""
    people.note_token_seen(session, digest(token), now, before=now - SEEN_EVERY)


def create_token(session: Session, operator: str, now: datetime, by: Who | None = None) -> str:
    """Make a token for the person with that name or badge: 48 hex digits, shown only now. `by` is who makes it, else a command.

    Raises NotFound when there is nobody, BadRequest when several people have the name.
    """
    owner = _one_named(session, operator)
    made = make(session, owner.id, COMMAND_LINE, now)
    after = {"token": made.token, "known by": made.digest[:12]}
    audit.note(session, by or audit.machine("token"), Action.TOKEN_MADE, "person", owner.name, after=after, at=now)
    return made.token


def revoke_tokens(session: Session, operator: str, now: datetime, by: Who | None = None) -> int:
    """Revoke every token of the person with that name or badge; gives how many. Raises as `create_token`."""
    owner = _one_named(session, operator)
    revoked = people.revoke_tokens(session, owner.id, now)
    after = {"tokens revoked": revoked}
    audit.note(session, by or audit.machine("token --revoke"), Action.TOKENS_REVOKED, "person", owner.name, after=after, at=now)
    return revoked


def digest(token: str) -> str:
    """The SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def token_operator(session: Session, token: str) -> OperatorView | None:
    """The person of a token; None when it is unknown or revoked, or the person has left."""
    return people.token_operator(session, digest(token))


def ahead(session: Session, token: str) -> None:
    """Ask for the person of a token ahead of `token_operator`."""
    people.token_ahead(session, digest(token))


def require_operator(session: Session, token: str) -> OperatorView:
    """The person of a token. Raises NotSignedIn where it has none."""
    operator = token_operator(session, token)
    if operator is None:
        raise NotSignedIn(EXPECTED)
    return operator


def _one_named(session: Session, operator: str) -> OperatorView:
    found = people.operators_named(session, operator.strip())
    if not found:
        raise NotFound(f"Expected the name or badge of an operator, got {operator!r}: there is none.")
    if len(found) > 1:
        raise BadRequest(f"{len(found)} operators are called {operator!r}: give the badge instead.")
    return found[0]
