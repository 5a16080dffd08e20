"""Statements on files between two pages, and on headers that were seen before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.data.mapping.tables import DraftFile, MappedHeader
from scanner.db.sql import connection_of, fetch_one, run, table_of

draft, mapped = table_of(DraftFile), table_of(MappedHeader)


def _or_instead(statement: Any) -> Executable:
    new = statement.excluded
    put: Executable = statement.on_conflict_do_update(index_elements=["digest"], set_={"plan": new.plan, "at": new.at})
    return put


_INSERT = {"sqlite": _or_instead(sqlite.insert(mapped)), "postgresql": _or_instead(postgresql.insert(mapped))}


class StoredDraft(NamedTuple):
    """A file, packed and sealed."""

    name: str
    content: bytes


class StoredPlan(NamedTuple):
    """What a header was taken for, as JSON."""

    plan: str


def add_draft(session: Session, mark: str, operator_id: int, name: str, content: bytes, now: datetime) -> None:
    """Keep a file."""
    run(session, insert(draft), {"mark": mark, "operator_id": operator_id, "name": name[-200:], "at": now, "content": content})


def draft_of(session: Session, mark: str, operator_id: int, since: datetime) -> StoredDraft | None:
    """A file of that person that is not too old."""
    mine = draft.c.mark == mark, draft.c.operator_id == operator_id, draft.c.at >= since
    return fetch_one(session, StoredDraft, select(draft.c.name, draft.c.content).where(*mine))


def drop_draft(session: Session, mark: str, operator_id: int) -> None:
    """Delete a file."""
    run(session, delete(draft).where(draft.c.mark == mark, draft.c.operator_id == operator_id))


def drop_old_drafts(session: Session, before: datetime, operator_id: int, own: int, most: int) -> None:
    """Delete files that are too old, and all but the newest of a person and of the house."""
    newest = select(draft.c.mark).order_by(draft.c.at.desc(), draft.c.mark)
    mine = newest.where(draft.c.operator_id == operator_id)
    beyond = [_beyond(session, newest, most), _beyond(session, mine, own)]
    run(session, delete(draft).where(or_(draft.c.at < before, *(draft.c.mark.in_(marks) for marks in beyond if marks))))


def _beyond(session: Session, newest: Select[Any], most: int) -> list[str]:
    return [row.mark for row in run(session, newest.offset(most).limit(1_000)).all()]


def plan_of(session: Session, digest: str) -> StoredPlan | None:
    """What a header was taken for."""
    return fetch_one(session, StoredPlan, select(mapped.c.plan).where(mapped.c.digest == digest))


def keep_plan(session: Session, digest: str, plan: str, now: datetime, most: int) -> None:
    """Remember what a header was taken for, and forget the oldest beyond so many."""
    statement = _INSERT[connection_of(session).dialect.name]
    run(session, statement, {"digest": digest, "plan": plan, "at": now})
    old = select(mapped.c.digest).order_by(mapped.c.at.desc(), mapped.c.digest).offset(most).limit(1_000)
    if gone := [row.digest for row in run(session, old).all()]:
        run(session, delete(mapped).where(mapped.c.digest.in_(gone)))
