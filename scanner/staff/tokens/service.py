"""Making and revoking tokens. A token may do what its person may; it is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.errors import NotFound
from scanner.people import tokens
from scanner.people.rules import OperatorView, Right
from scanner.staff import rules, store
from scanner.staff import service as staff
from scanner.staff.store import TokenRow


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token that was made, and whose it is."""

    id: int
    token: str
    name: str
    operator: str


def listed(session: Session, by: OperatorView) -> list[TokenRow]:
    """Every token that is good, the newest first."""
    by.demand(Right.CONNECT)
    return store.tokens(session)


def make(session: Session, operator_id: int, name: str, by: OperatorView, now: datetime) -> MadeToken:
    """Make a token for a person. Raises NotFound, Conflict for who is gone, NotAllowed for who may do more than who makes it."""
    by.demand(Right.CONNECT)
    audit.take_turn(session)
    owner = staff.person(session, operator_id, by)
    staff.demand_works_here(owner)
    for role in filter(None, owner.roles.split(";")):
        rules.demand_may_give(by, role)
    made = tokens.make(session, owner.id, name, now)
    after = {"token": made.token, "known by": made.digest[:12], "name": name}
    audit.note(session, by, Action.TOKEN_MADE, staff.PERSON, owner.name, after=after, at=now)
    return MadeToken(made.id, made.token, name, owner.name)


def revoke(session: Session, token_id: int, by: OperatorView, now: datetime) -> TokenRow:
    """Revoke one token at once. Raises NotFound where it is good no longer."""
    by.demand(Right.CONNECT)
    audit.take_turn(session)
    found = store.find_token(session, token_id)
    if found is None:
        raise NotFound("There is no such token, or it is revoked already.")
    store.revoke(session, token_id, now)
    after = {"tokens revoked": 1, "known by": found.digest[:12], "name": found.name}
    audit.note(session, by, Action.TOKENS_REVOKED, staff.PERSON, found.operator, after=after, at=now)
    return found
