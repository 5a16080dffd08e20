"""Statements on what was done for a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.db.sql import connection_of, run, table_of
from scanner.drift.tables import DailyWork

_work = table_of(DailyWork)
_CLAIM = {
    name: dialect.insert(_work).on_conflict_do_nothing(index_elements=["work", "day"]).returning(_work.c.work)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def claim(session: Session, work: str, day: date, at: datetime) -> bool:
    """Note that something is done for a day; False where it was done already, by this server or another."""
    statement = _CLAIM[connection_of(session).dialect.name]
    return run(session, statement, {"work": work, "day": day, "at": at}).scalar_one_or_none() is not None


def is_done(session: Session, work: str, day: date) -> bool:
    """Whether something was done for a day."""
    wanted = select(_work.c.work).where(_work.c.work == work, _work.c.day == day)
    return run(session, wanted).scalar_one_or_none() is not None


def claim_again(session: Session, work: str, day: date, at: datetime, rest: timedelta) -> bool:
    """The same for what is tried again: False where it was tried within the time that it rests."""
    if claim(session, work, day, at):
        return True
    moved = update(_work).where(_work.c.work == work, _work.c.day == day, _work.c.at <= at - rest).values(at=at)
    return run(session, moved.returning(_work.c.work)).scalar_one_or_none() is not None


def done(session: Session, day: date) -> frozenset[str]:
    """All that was done for a day."""
    return frozenset(run(session, select(_work.c.work).where(_work.c.day == day)).scalars())


def forget(session: Session, day: date) -> None:
    """Have all of a day done once more: so much came in since that it says nothing any more."""
    run(session, delete(_work).where(_work.c.day == day))


def last(session: Session, work: str, before: date) -> datetime | None:
    """When something was done last, for a day before."""
    found: datetime | None = run(
        session, select(func.max(_work.c.at)).where(_work.c.work == work, _work.c.day < before)
    ).scalar_one()  # fmt: skip
    return found
