"""Statements on people and their tokens, for the pages that change them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.people.tables import ApiToken, Operator
from scanner.staff.rules import Kept

_operator, _token = table_of(Operator), table_of(ApiToken)
_kept = select(*(_operator.c[name] for name in Kept._fields))


class TokenRow(NamedTuple):
    """A token that is good, with whose it is."""

    id: int
    digest: str
    operator_id: int
    operator: str
    roles: str
    name: str
    created_at: datetime
    seen_at: datetime | None


_tokens = (
    select(
        _token.c.id, _token.c.digest, _token.c.operator_id, _operator.c.name.label("operator"), _operator.c.roles,
        _token.c.name, _token.c.created_at, _token.c.seen_at,
    )
    .join_from(_token, _operator, _token.c.operator_id == _operator.c.id)
    .where(_token.c.revoked_at.is_(None), _operator.c.active)
)  # fmt: skip


def find(session: Session, operator_id: int) -> Kept | None:
    """A person, also one who is gone."""
    return fetch_one(session, Kept, _kept.where(_operator.c.id == operator_id))


def everybody(session: Session) -> list[Kept]:
    """Who works here by name, then who is gone."""
    return fetch(session, Kept, _kept.order_by(_operator.c.active.desc(), _operator.c.name, _operator.c.id))


def supervisors_but(session: Session, operator_id: int) -> int:
    """How many others may do everything."""
    return sum(
        each.is_supervisor for each in fetch(session, Kept, _kept.where(_operator.c.active, _operator.c.id != operator_id))
    )


def is_name(session: Session, text: str) -> bool:
    """Whether somebody is called so."""
    return run(session, select(_operator.c.id).where(func.lower(_operator.c.name) == text.lower()).limit(1)).first() is not None


def is_called(session: Session, name: str, but: int | None = None) -> bool:
    """Whether somebody who works here, other than `but`, is called so."""
    found = select(_operator.c.id).where(func.lower(_operator.c.name) == name.lower(), _operator.c.active)
    return run(session, found.where(_operator.c.id != (but or 0)).limit(1)).first() is not None


def is_badge(session: Session, text: str) -> bool:
    """Whether it is somebody's badge, in capitals or small letters."""
    return run(session, select(_operator.c.id).where(func.lower(_operator.c.badge) == text.lower()).limit(1)).first() is not None


def add(session: Session, values: dict[str, Any]) -> int:
    """Add a person; gives the id."""
    return int(run(session, insert(_operator).values(values).returning(_operator.c.id)).scalar_one())


def change(session: Session, operator_id: int, values: dict[str, Any]) -> None:
    """Write what a person is now."""
    run(session, update(_operator).where(_operator.c.id == operator_id).values(values))


def tokens(session: Session) -> list[TokenRow]:
    """Every token that is good, the newest first."""
    return fetch(session, TokenRow, _tokens.order_by(_token.c.id.desc()))


def find_token(session: Session, token_id: int) -> TokenRow | None:
    """One of them."""
    return fetch_one(session, TokenRow, _tokens.where(_token.c.id == token_id))


def revoke(session: Session, token_id: int, now: datetime) -> None:
    """Revoke a token."""
    run(session, update(_token).where(_token.c.id == token_id).values(revoked_at=now))
