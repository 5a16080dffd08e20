"""API tokens. Only their SHA-256 is stored: 192 random bits need no salt, and the index finds them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlmodel import Session

from scanner.errors import BadRequest, NotFound, NotSignedIn
from scanner.people import store as people
from scanner.people.rules import OperatorView

EXPECTED = "Expected the header Authorization: Bearer TOKEN, with a token that is known here."


def create_token(session: Session, operator: str, now: datetime) -> str:
    """Make a token for the person with that name or badge: 48 hex digits, shown only now.

    Raises NotFound when there is nobody, BadRequest when several people have the name.
    """
    owner = _one_named(session, operator)
    token = secrets.token_hex(24)
    people.add_token(session, digest(token), owner.id, now)
    return token


def revoke_tokens(session: Session, operator: str, now: datetime) -> int:
    """Revoke every token of the person with that name or badge; gives how many. Raises as `create_token`."""
    return people.revoke_tokens(session, _one_named(session, operator).id, now)


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
