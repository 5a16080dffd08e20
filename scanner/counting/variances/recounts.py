"""Recounts: what they ask for again, and when they are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import and_, delete, func, insert, select, update
from sqlmodel import Session

from scanner.counting import KIND
from scanner.counting.tables import RecountLine
from scanner.db.sql import fetch, run, table_of
from scanner.scans.decision import TaskState
from scanner.scans.tables import Task
from scanner.scans.tasks import add_task, free_reference

_task = table_of(Task)
_recount = table_of(RecountLine)
_open_recount = select(_task.c.id).where(_task.c.recount_of.is_not(None), _task.c.state == TaskState.OPEN.value)


class AskedLine(NamedTuple):
    """What a recount asks for; `result_id` is the count that it repeats."""

    location_id: int
    item_id: int
    result_id: int


class CountTask(NamedTuple):
    """The task of a count; `recount_of` is the first count's id, None for a first count."""

    id: int
    reference: str
    section: str
    recount_of: int | None


def recount_asking(session: Session, location_id: int, item_id: int) -> str | None:
    """The reference of the open recount that asks for an item at a location; of several, the first that was started."""
    wanted = (
        select(_task.c.reference)
        .join_from(_recount, _task, _recount.c.task_id == _task.c.id)
        .where(_recount.c.location_id == location_id, _recount.c.item_id == item_id, _task.c.state == TaskState.OPEN.value)
        .order_by(_task.c.id)
        .limit(1)
    )
    reference: str | None = run(session, wanted).scalar_one_or_none()
    return reference


def hold_recounts_at(session: Session, location_ids: Collection[int]) -> None:
    """Hold the open recounts that ask for something at these places."""
    asks = select(_recount.c.task_id).where(_recount.c.location_id.in_(sorted(location_ids)))
    wanted = select(_task.c.id).where(_task.c.id.in_(asks), _task.c.state == TaskState.OPEN.value).order_by(_task.c.id)
    run(session, wanted.with_for_update(key_share=True)).all()


def drop_asked(session: Session, location_id: int, item_id: int) -> None:
    """Have no open recount ask for an item at a location: another count has counted it."""
    at = and_(_recount.c.location_id == location_id, _recount.c.item_id == item_id)
    run(session, delete(_recount).where(at, _recount.c.task_id.in_(_open_recount)))


def close_idle_recounts(session: Session, at: datetime, operator_id: int) -> None:
    """Finish the open recounts that ask for nothing more."""
    asks = select(_recount.c.task_id).where(_recount.c.task_id == _task.c.id).exists()
    idle = and_(_task.c.recount_of.is_not(None), _task.c.state == TaskState.OPEN.value, ~asks)
    run(session, update(_task).where(idle).values(state=TaskState.FINISHED.value, finished_at=at, finished_by=operator_id))


def add_recount(session: Session, root: CountTask, lines: Iterable[AskedLine], at: datetime) -> str:
    """Start a recount of lines of the first count `root`; gives its reference."""
    before = run(session, select(func.count()).select_from(_task).where(_task.c.recount_of == root.id)).scalar_one()
    reference = free_reference(session, (f"{root.reference}-R{each}" for each in count(before + 1)))
    values = {
        "reference": reference,
        "kind": KIND,
        "state": TaskState.OPEN.value,
        "section": root.section,
        "recount_of": root.id,
        "created_at": at,
    }
    task_id = add_task(session, values, [])
    run(session, insert(_recount), [{"task_id": task_id, **line._asdict()} for line in lines])
    return reference


def root_of(session: Session, task_id: int) -> CountTask:
    """The first count that a recount repeats; a first count itself."""
    task = _task_by_id(session, task_id)
    return _task_by_id(session, task.recount_of or task_id)


def _task_by_id(session: Session, task_id: int) -> CountTask:
    columns = (_task.c[name] for name in CountTask._fields)
    (task,) = fetch(session, CountTask, select(*columns).where(_task.c.id == task_id))
    return task
