"""Statements on sessions. One of them runs at every request of a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Session

from scanner.db.sql import Prepared, fetch, run, table_of
from scanner.people.sessions.rules import LiveSession
from scanner.people.store import view_of
from scanner.people.tables import DeviceSession, Operator

_session, _operator = table_of(DeviceSession), table_of(Operator)
_LIVE = Prepared(
    select(
        _operator.c.id, _operator.c.name, _operator.c.roles, _operator.c.pin_hash,
        _session.c.began_at, _session.c.seen_at, _session.c.locked_at, _session.c.confirmed_at,
    )
    .join_from(_session, _operator, _session.c.operator_id == _operator.c.id)
    .where(_session.c.digest == bindparam("of"), _operator.c.active)
)  # fmt: skip
_ADD = insert(_session)
_SEEN = update(_session).where(_session.c.digest == bindparam("of")).values(seen_at=bindparam("now"), address=bindparam("at"))
_LOCK = update(_session).where(_session.c.digest == bindparam("of")).values(locked_at=bindparam("now"))
_CONFIRM = update(_session).where(_session.c.digest == bindparam("of")).values(confirmed_at=bindparam("now"))
_END = delete(_session).where(_session.c.digest == bindparam("of"))
_END_BEFORE = delete(_session).where(
    or_(
        _session.c.digest == bindparam("of"),
        and_(
            _session.c.device == bindparam("on"),
            or_(_session.c.operator_id != bindparam("but_of"), _session.c.began_at < bindparam("but_since")),
        ),
        _session.c.seen_at < bindparam("before"),
    )
)
_LAST_SEEN = select(_session.c.digest, _session.c.seen_at).where(_session.c.operator_id == bindparam("of"))
_OWNER = select(_session.c.operator_id).where(_session.c.digest == bindparam("of"))

AT_ONCE = 500
"""Sessions that one statement ends."""


class SessionRow(NamedTuple):
    """A session as it is listed."""

    digest: str
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    locked_at: datetime | None


class PersonRow(NamedTuple):
    """A person, and on how many devices they are signed in. `active`: they are not gone."""

    id: int
    name: str
    roles: str
    active: bool
    sessions: int


def live(session: Session, digest: str) -> LiveSession | None:
    """The session of a digest; None where it was ended, or its person has left."""
    row = _LIVE.row(session, of=digest)
    operator = view_of(row)
    if row is None or operator is None:
        return None
    began, seen, locked, confirmed = (_moment(each) for each in row[4:])
    assert began and seen
    return LiveSession(
        digest=digest, operator=operator, has_pin=row.pin_hash is not None, began_at=began, seen_at=seen, locked_at=locked,
        confirmed_at=confirmed,
    )  # fmt: skip


def add(session: Session, digest: str, operator_id: int, now: datetime, **place: str) -> None:
    """A new session. `place` is its device, address and browser."""
    values = {"digest": digest, "operator_id": operator_id, "began_at": now, "seen_at": now, **place}
    run(session, _ADD, {**values, "locked_at": None, "confirmed_at": None})


def end_before(session: Session, digest: str, device: str, forgotten: datetime, *, but_of: int, but_since: datetime) -> None:
    """End the session of a digest, every one on the device, and those that were last used before `forgotten`.

    Those of the person `but_of` on the device stay that began at `but_since` or later.
    """
    values = {"of": digest, "on": device, "before": forgotten, "but_of": but_of, "but_since": but_since}
    run(session, _END_BEFORE, values)


def last_seen(session: Session, operator_id: int) -> dict[str, datetime]:
    """When each session of a person was last used, by its digest."""
    return {row.digest: row.seen_at for row in run(session, _LAST_SEEN, {"of": operator_id})}


def end_each(session: Session, digests: Sequence[str]) -> None:
    """End these sessions."""
    for first in range(0, len(digests), AT_ONCE):
        run(session, delete(_session).where(_session.c.digest.in_(digests[first : first + AT_ONCE])))


def end(session: Session, digest: str) -> int:
    """End a session; gives how many there were."""
    return run(session, _END, {"of": digest}).rowcount


def end_all(session: Session, operator_ids: Collection[int], but: str = "") -> int:
    """End every session of these people but one; gives how many."""
    ended = delete(_session).where(_session.c.operator_id.in_(list(operator_ids)), _session.c.digest != but)
    return run(session, ended).rowcount if operator_ids else 0


def end_everybodys(session: Session) -> None:
    """End every session."""
    run(session, delete(_session))


def note_seen(session: Session, digest: str, address: str, now: datetime) -> None:
    """Write when and where a session was last used."""
    run(session, _SEEN, {"of": digest, "at": address, "now": now})


def lock(session: Session, digest: str, now: datetime) -> None:
    """Note that the device is locked."""
    run(session, _LOCK, {"of": digest, "now": now})


def confirm(session: Session, digest: str, now: datetime) -> None:
    """Note that the person gave the PIN again."""
    run(session, _CONFIRM, {"of": digest, "now": now})


def owner(session: Session, digest: str) -> int | None:
    """Whose session it is; None where there is none."""
    found: int | None = run(session, _OWNER, {"of": digest}).scalar_one_or_none()
    return found


def of_person(session: Session, operator_id: int, since: datetime) -> list[SessionRow]:
    """The sessions of a person that began since then, the one used last first."""
    columns = (_session.c[name] for name in SessionRow._fields)
    wanted = select(*columns).where(_session.c.operator_id == operator_id, _session.c.began_at > since)
    return fetch(session, SessionRow, wanted.order_by(_session.c.seen_at.desc(), _session.c.digest))


def people(session: Session, since: datetime) -> list[PersonRow]:
    """Everybody, by name and those who are gone last, with the sessions that began since then."""
    of_person = (_operator.c.id, _operator.c.name, _operator.c.roles, _operator.c.active)
    is_theirs = (_session.c.operator_id == _operator.c.id) & (_session.c.began_at > since)
    wanted = (
        select(*of_person, func.count(_session.c.digest).label("sessions"))
        .join_from(_operator, _session, is_theirs, isouter=True)
        .group_by(*of_person)
        .order_by(_operator.c.active.desc(), _operator.c.name, _operator.c.id)
    )
    return fetch(session, PersonRow, wanted)


def _moment(value: Any) -> datetime | None:
    """A time as the driver gives it: SQLite's is a text, in UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
