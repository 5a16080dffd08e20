"""Statements on files that are brought in, and on their rows that are not in yet."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from scanner.data.tables import FileImport, ImportSlice
from scanner.db.sql import fetch, fetch_one, run, table_of

job, slice_ = table_of(FileImport), table_of(ImportSlice)

BEFORE = ("waiting", "reading", "checking", "keeping")
"""Stages in which nothing is decided: the import can be cancelled, and what died in them leaves nothing."""
BRINGING = "bringing"
UNDER_WAY = (*BEFORE, BRINGING)
KEPT = 100
"""Imports that the database remembers."""


class Job(NamedTuple):
    """A file that is or was brought in. `done` of `total` rows are through its stage."""

    id: int
    kind: str
    name: str
    operator_id: int | None
    started_at: datetime
    ended_at: datetime | None
    stage: str
    total: int
    done: int
    added: int
    changed: int
    unchanged: int
    cancel: bool
    outcome: str
    digest: str

    @property
    def under_way(self) -> bool:
        """Whether it is not over."""
        return self.stage in UNDER_WAY

    def said(self) -> dict[str, Any]:
        """What came of it: `notes`, `ignored`, and where nothing came in `problems`, how many (`bad`), or `words`."""
        found: dict[str, Any] = json.loads(self.outcome)
        return found


class Slice(NamedTuple):
    """Some checked rows of a file, packed."""

    number: int
    rows: int
    content: bytes


_JOB = select(*(job.c[name] for name in Job._fields))


def add(session: Session, *, kind: str, name: str, operator_id: int | None, now: datetime, stage: str, **more: Any) -> int:
    """Note a file that is to be brought in; gives its number."""
    values = {"kind": kind, "name": name[-200:], "operator_id": operator_id, "started_at": now, "stage": stage, **more}
    made = int(run(session, insert(job).returning(job.c.id), values).scalar_one())
    _forget_old(session, made)
    return made


def get(session: Session, number: int) -> Job | None:
    """The import of that number."""
    return fetch_one(session, Job, _JOB.where(job.c.id == number))


def last(session: Session, operator_id: int | None = None) -> Job | None:
    """The newest import, of that person alone if one is named."""
    mine = [job.c.operator_id == operator_id] if operator_id is not None else []
    return fetch_one(session, Job, _JOB.where(*mine).order_by(job.c.id.desc()).limit(1))


def under_way(session: Session) -> list[Job]:
    """Imports that are not over."""
    return fetch(session, Job, _JOB.where(job.c.stage.in_(UNDER_WAY)).order_by(job.c.id))


def step(session: Session, number: int, was: Collection[str], **values: Any) -> bool:
    """Change an import that is in one of the stages `was`; gives whether it is."""
    changed = update(job).where(job.c.id == number, job.c.stage.in_(list(was))).values(**values)
    return bool(run(session, changed).rowcount == 1)


def ask_to_cancel(session: Session, number: int) -> bool:
    """Note that somebody wants an import to stop; False where it is decided or over."""
    return step(session, number, BEFORE, cancel=True)


def add_slices(session: Session, number: int, slices: list[Slice]) -> None:
    """Keep checked rows."""
    run(session, insert(slice_), [{"import_id": number, **each._asdict()} for each in slices])


def next_slices(session: Session, number: int, most: int) -> list[Slice]:
    """The next rows that are not in yet."""
    wanted = select(*(slice_.c[name] for name in Slice._fields)).where(slice_.c.import_id == number)
    return fetch(session, Slice, wanted.order_by(slice_.c.number).limit(most))


def take_slices(session: Session, number: int, numbers: Collection[int]) -> bool:
    """Delete slices, as they come in; False where another process was first."""
    gone = delete(slice_).where(slice_.c.import_id == number, slice_.c.number.in_(list(numbers)))
    return bool(run(session, gone).rowcount == len(numbers))


def count_in(session: Session, number: int, *, rows: int, added: int, changed: int, unchanged: int) -> None:
    """Add up what slices changed."""
    more = {"done": rows, "added": added, "changed": changed, "unchanged": unchanged}
    run(session, update(job).where(job.c.id == number).values({name: job.c[name] + value for name, value in more.items()}))


def drop_slices(session: Session, most: int) -> int:
    """Delete some of the rows that nobody will bring in; gives how many slices."""
    over = select(job.c.id).where(job.c.stage.not_in(UNDER_WAY))
    wanted = select(slice_.c.import_id, slice_.c.number).where(slice_.c.import_id.in_(over)).limit(most)
    found = run(session, wanted).all()
    for row in found:
        run(session, delete(slice_).where(slice_.c.import_id == row.import_id, slice_.c.number == row.number))
    return len(found)


def _forget_old(session: Session, newest: int) -> None:
    held = select(slice_.c.import_id).distinct()
    run(session, delete(job).where(job.c.id <= newest - KEPT, job.c.stage.not_in(UNDER_WAY), job.c.id.not_in(held)))
