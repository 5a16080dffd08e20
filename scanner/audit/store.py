"""Statements on the audit. Rows are added one after another, each with the link to the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, select, text
from sqlmodel import Session

from scanner.audit.rules import Written, link
from scanner.audit.tables import Audit
from scanner.db.bulk import paged
from scanner.db.sql import connection_of, fetch, run, table_of

_audit = table_of(Audit)


class AuditRow(NamedTuple):
    """A change as it is written. `operator_id` is None for the machine."""

    seq: int
    at: datetime
    operator_id: int | None
    who: str
    via: str
    action: str
    kind: str
    subject: str
    before: str
    after: str
    link: str

    @property
    def written(self) -> Written:
        """What its link is made of."""
        return Written(*self[1:-1])


_columns = [_audit.c[name] for name in AuditRow._fields]
_LAST = select(_audit.c.seq, _audit.c.link).order_by(_audit.c.seq.desc()).limit(1)


def hold(session: Session) -> None:
    """Have whoever else adds a row wait until this transaction ends. On SQLite it is the only one that writes."""
    if connection_of(session).dialect.name == "postgresql":
        run(session, text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))


def append(session: Session, row: Written) -> int:
    """Add a row after the last one; gives its number."""
    hold(session)
    last = run(session, _LAST).one_or_none()
    seq, before = (last.seq + 1, last.link) if last else (1, "")
    run(session, insert(_audit), {"seq": seq, **asdict(row), "link": link(before, seq, row)})
    return seq


def chosen(
    *,
    who: str = "",
    action: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[ColumnElement[bool]]:
    """What rows must fulfil; empty for any. `until` is the first moment that is too late."""
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (who, _audit.c.who == who),
        (action, _audit.c.action == action),
        (subject, _audit.c.subject.icontains(subject, autoescape=True)),
    ]
    found = [condition for said, condition in wanted if said]
    if since is not None:
        found.append(_audit.c.at >= since)
    return found if until is None else [*found, _audit.c.at < until]


def newest(session: Session, conditions: list[ColumnElement[bool]], before: int | None, limit: int) -> list[AuditRow]:
    """Rows that fulfil the conditions, the newest first, from the number `before` down."""
    wanted = select(*_columns).where(*conditions).order_by(_audit.c.seq.desc()).limit(limit)
    return fetch(session, AuditRow, wanted if before is None else wanted.where(_audit.c.seq < before))


def last(session: Session, action: str, kind: str, subject: str) -> AuditRow | None:
    """The last time that this was done to a thing."""
    wanted = select(*_columns).where(_audit.c.action == action, _audit.c.kind == kind, _audit.c.subject == subject)
    return next(iter(fetch(session, AuditRow, wanted.order_by(_audit.c.seq.desc()).limit(1))), None)


def after(session: Session, seq: int, limit: int) -> list[AuditRow]:
    """Rows after a number, in their order."""
    return fetch(session, AuditRow, select(*_columns).where(_audit.c.seq > seq).order_by(_audit.c.seq).limit(limit))


def every(session: Session, conditions: list[ColumnElement[bool]] | None = None) -> Iterator[AuditRow]:
    """Rows that fulfil the conditions, the oldest first, page by page."""
    wanted: Any = select(*_columns).where(*(conditions or []))
    return (AuditRow._make(row) for row in paged(session, wanted, _audit.c.seq))


def people(session: Session) -> list[str]:
    """Everybody who is named, by name."""
    return list(run(session, select(_audit.c.who).distinct().order_by(_audit.c.who)).scalars())
