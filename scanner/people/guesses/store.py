"""Statements on wrong tries. A row that was read stays held until the transaction ends, so that none goes uncounted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.db.sql import connection_of, run, table_of
from scanner.people.guesses.rules import Tries
from scanner.people.tables import WrongTries

_tries = table_of(WrongTries)


def _hold(dialect: Any) -> Any:
    statement = dialect.insert(_tries)
    held = statement.on_conflict_do_update(index_elements=[_tries.c.key], set_={"key": statement.excluded.key})
    return held.returning(_tries.c.level, _tries.c.at)


_HOLD = {"sqlite": _hold(sqlite), "postgresql": _hold(postgresql)}
_GET = select(_tries.c.level, _tries.c.at).where(_tries.c.key == bindparam("of"))
_KEEP = update(_tries).where(_tries.c.key == bindparam("of")).values(level=bindparam("to"), at=bindparam("now"))
_FORGET = delete(_tries).where(_tries.c.at < bindparam("before"), _tries.c.owed.is_(False))


def hold(session: Session, key: str, now: datetime, *, owed: bool = False) -> Tries:
    """The wrong tries under a key, which nobody else changes until the transaction ends.

    `owed`: they are kept until they are waited off, however long that takes.
    """
    statement = _HOLD[connection_of(session).dialect.name]
    row = run(session, statement, {"key": key, "level": 0.0, "at": now, "owed": owed}).one()
    return Tries(row.level, row.at)


def get(session: Session, key: str, now: datetime) -> Tries:
    """The wrong tries under a key."""
    row = run(session, _GET, {"of": key}).one_or_none()
    return Tries(row.level, row.at) if row else Tries(0, now)


def keep(session: Session, key: str, tries: Tries) -> None:
    """Write what is kept after a try under a key that is held."""
    run(session, _KEEP, {"of": key, "to": tries.level, "now": tries.at})


def forget(session: Session, before: datetime) -> None:
    """Delete what was last tried before, but for what is owed."""
    run(session, _FORGET, {"before": before})
