"""Statements on operators, their sign-ins and their tokens. Some of them run at every scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, insert, or_, select, update
from sqlmodel import Session

from scanner.db.sql import Prepared, fetch_one, run, table_of
from scanner.people.rules import OperatorView, Role
from scanner.people.tables import ApiToken, Operator, SignIn

_operator, _token, _sign_in = (table_of(model) for model in (Operator, ApiToken, SignIn))
_anybody = select(_operator.c.id, _operator.c.name, _operator.c.roles, _operator.c.pin_hash)
_active = _anybody.where(_operator.c.active)

_BY_ID = Prepared(_anybody.where(_operator.c.id == bindparam("operator")))
_KEY = select(_operator.c.badge, _operator.c.pin_hash).where(_operator.c.id == bindparam("operator"))
_BY_BADGE = _active.where(_operator.c.badge == bindparam("badge"))
_BADGES_ALIKE = select(_operator.c.badge).where(func.lower(_operator.c.badge) == bindparam("badge")).limit(2)
_SUPERVISORS = _active.where((";" + _operator.c.roles + ";").like(f"%;{Role.SUPERVISOR.value};%")).limit(1)
_HOLD_BADGE = _BY_BADGE.with_for_update(key_share=True)
_BY_NAME = _active.where(func.lower(_operator.c.name) == bindparam("name")).order_by(_operator.c.id)
_BY_TOKEN = Prepared(
    _active.join_from(_operator, _token, _token.c.operator_id == _operator.c.id).where(
        _token.c.digest == bindparam("digest"), _token.c.revoked_at.is_(None)
    )
)
_ON_DEVICE = (
    select(_sign_in.c.id)
    .where(_sign_in.c.device == bindparam("on_device"), _sign_in.c.operator_id == bindparam("operator"))
    .limit(1)
)
_LAST_ON_DEVICE = (
    select(_sign_in.c.operator_id, _sign_in.c.at)
    .where(_sign_in.c.device == bindparam("on_device"), _sign_in.c.at <= bindparam("until"))
    .order_by(_sign_in.c.at.desc(), _sign_in.c.id.desc())
    .limit(2)
)
_OF_HOUSE = select(_sign_in.c.id).where(_sign_in.c.device == bindparam("on_device"), _sign_in.c.of_house).limit(1)
_SIGN_IN, _ADD_TOKEN = insert(_sign_in), insert(_token).returning(_token.c.id)
_TOKEN_SEEN = (
    update(_token)
    .where(_token.c.digest == bindparam("of"), or_(_token.c.seen_at.is_(None), _token.c.seen_at < bindparam("before")))
    .values(seen_at=bindparam("now"))
)
_REVOKE_ALL = update(_token).where(_token.c.revoked_at.is_(None)).values(revoked_at=bindparam("at"))
_REVOKE = _REVOKE_ALL.where(_token.c.operator_id == bindparam("operator"))


@dataclass(frozen=True, slots=True)
class Badge:
    """The owner of a badge, and the hash of the PIN."""

    operator: OperatorView
    pin_hash: str | None


class Key(NamedTuple):
    """A badge, and the hash of the PIN that it needs."""

    badge: str
    pin_hash: str | None


def person(session: Session, operator_id: int) -> OperatorView | None:
    """The person, also one who has left; None when unknown."""
    return view_of(_BY_ID.row(session, operator=operator_id))


def token_operator(session: Session, digest: str) -> OperatorView | None:
    """The person of a token, by its SHA-256; None when it is unknown or revoked."""
    return view_of(_BY_TOKEN.row(session, digest=digest))


def token_ahead(session: Session, digest: str) -> None:
    """Ask for the person of a token ahead of `token_operator`."""
    _BY_TOKEN.ahead(session, digest=digest)


def find_badge(session: Session, badge: str, *, hold: bool = False) -> Badge | None:
    """The active person with this badge. `hold`: lock the row until the transaction ends.

    Capitals and small letters are alike where no two badges differ by them alone: Caps Lock swaps them.
    """
    wanted = _HOLD_BADGE if hold else _BY_BADGE
    row = run(session, wanted, {"badge": badge}).one_or_none()
    if row is None and badge.lower() != badge.upper():
        alike = run(session, _BADGES_ALIKE, {"badge": badge.lower()}).scalars().all()
        row = run(session, wanted, {"badge": alike[0]}).one_or_none() if len(alike) == 1 else None
    operator = view_of(row)
    return Badge(operator, row.pin_hash) if row and operator else None


def key_of(session: Session, operator_id: int) -> Key:
    """What a person shows to sign in."""
    return fetch_one(session, Key, _KEY, {"operator": operator_id}) or Key("", None)


def operators_named(session: Session, text: str) -> list[OperatorView]:
    """The active person with that badge, else everybody active of that name."""
    if badge := find_badge(session, text):
        return [badge.operator]
    return [view for row in run(session, _BY_NAME, {"name": text.lower()}) if (view := view_of(row))]


def anybody(session: Session) -> bool:
    """Whether there is any operator."""
    return run(session, select(_operator.c.id).limit(1)).first() is not None


def anybody_active(session: Session) -> bool:
    """Whether anybody can sign in at all."""
    return run(session, _active.limit(1)).first() is not None


def has_supervisor(session: Session) -> bool:
    """Whether somebody who can sign in may change everything."""
    return run(session, _SUPERVISORS).first() is not None


def add_token(session: Session, digest: str, operator_id: int, at: datetime, *, name: str = "") -> int:
    """Keep the digest of a new token of a person; gives its id."""
    values = {"digest": digest, "operator_id": operator_id, "created_at": at, "name": name}
    return int(run(session, _ADD_TOKEN, values).scalar_one())


def note_token_seen(session: Session, digest: str, now: datetime, *, before: datetime) -> None:
    """Write when a token was last used, where that was not written since `before`."""
    run(session, _TOKEN_SEEN, {"of": digest, "now": now, "before": before})


def revoke_tokens(session: Session, operator_id: int, at: datetime) -> int:
    """Revoke every token of a person; gives how many."""
    return run(session, _REVOKE, {"operator": operator_id, "at": at}).rowcount


def revoke_everybodys_tokens(session: Session, at: datetime) -> None:
    """Revoke every token."""
    run(session, _REVOKE_ALL, {"at": at})


def add_sign_in(session: Session, device: str, operator_id: int, at: datetime, *, of_house: bool = True) -> None:
    """Note that a person signed in on a device. `of_house`: from now on it is a device of the house."""
    run(session, _SIGN_IN, {"device": device, "operator_id": operator_id, "at": at, "of_house": of_house})


def signed_in_on(session: Session, device: str, operator_id: int) -> bool:
    """Whether the person ever signed in on the device."""
    return run(session, _ON_DEVICE, {"on_device": device, "operator": operator_id}).first() is not None


def last_sign_ins(session: Session, device: str, until: datetime) -> list[tuple[int, datetime]]:
    """Who signed in on the device up to a moment, and when: the last two, the later one first."""
    return [(row.operator_id, row.at) for row in run(session, _LAST_ON_DEVICE, {"on_device": device, "until": until})]


def is_of_house(session: Session, device: str) -> bool:
    """Whether somebody signed in on the device before, and it is one of those that count as the house's."""
    return run(session, _OF_HOUSE, {"on_device": device}).first() is not None


def view_of(row: Row[Any] | None) -> OperatorView | None:
    """The person of a row with id, name and roles."""
    if row is None:
        return None
    return OperatorView(row.id, row.name, frozenset(row.roles.split(";")) - {""})
