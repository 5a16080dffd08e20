"""Statements on what was done for a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.db.sql import connection_of, run, table_of
from scanner.drift.tables import DailyWork

_work = table_of(DailyWork)


def done(session: Session, day: date) -> frozenset[str]:
    """What was done for a day."""
    return frozenset(run(session, select(_work.c.work).where(_work.c.day == day)).scalars())


def note_done(session: Session, name: str, day: date, at: datetime) -> bool:
    """Note that something was done for a day; False where that was noted before."""
    dialect: Any = postgresql if connection_of(session).dialect.name == "postgresql" else sqlite
    row = dialect.insert(_work).values(work=name, day=day, at=at).on_conflict_do_nothing()
    return bool(run(session, row).rowcount)
