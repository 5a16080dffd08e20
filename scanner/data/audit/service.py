"""The audit as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from scanner.audit import store
from scanner.audit.store import AuditRow
from scanner.people.rules import OperatorView, Right

Cells = dict[str, object]
COLUMNS = ("sequence", "at", "who", "via", "action", "kind", "subject", "before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes: by whom, which action, a part of the subject, and days in the warehouse's time zone, both among them."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """One change; `operator` is the number of the person, None for a command. `before` and `after` have what differs."""

    sequence: int
    at: datetime
    operator: int | None
    who: str
    via: str
    action: str
    kind: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """What differs: its name, what it was, what it is; None where it was or is not there."""
        return [(name, self.before.get(name), self.after.get(name)) for name in {**self.before, **self.after}]


def newest(
    session: Session, wanted: Wanted, operator: OperatorView, *, before: int | None = None, limit: int = 50
) -> list[Audited]:
    """Changes, the newest first, from the number `before` down."""
    operator.demand(Right.SEE_AUDIT)
    return [_read(row) for row in store.newest(session, _conditions(wanted), before, limit)]


def after(session: Session, operator: OperatorView, sequence: int, limit: int) -> list[Audited]:
    """Changes after a number, in their order. None appears later with a lower number."""
    operator.demand(Right.SEE_AUDIT)
    return [_read(row) for row in store.after(session, sequence, limit)]


def people(session: Session) -> list[str]:
    """Everybody who changed something."""
    return store.people(session)


def cells(session: Session, wanted: Wanted | None = None) -> Iterator[Cells]:
    """The changes as rows of a file, the oldest first."""
    return (_cells(row) for row in store.every(session, _conditions(wanted or Wanted())))


def _cells(row: AuditRow) -> Cells:
    return {**row._asdict(), "sequence": row.seq, "at": row.at.isoformat()}


def _conditions(wanted: Wanted) -> list[Any]:
    end = wanted.until + timedelta(days=1) if wanted.until else None
    return store.chosen(
        who=wanted.who, action=wanted.action, subject=wanted.subject, since=_begins(wanted.since), until=_begins(end)
    )


def _begins(day: date | None) -> datetime | None:
    return datetime.combine(day, time()).astimezone() if day else None


def _read(row: AuditRow) -> Audited:
    was, now = json.loads(row.before), json.loads(row.after)
    return Audited(row.seq, row.at, row.operator_id, row.who, row.via, row.action, row.kind, row.subject, was, now)
