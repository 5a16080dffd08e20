"""Statements on returns."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, KitPart
from scanner.db.sql import fetch_one, run, table_of
from scanner.people.tables import Operator
from scanner.returns import KIND
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_task, _line, _operator, _item, _part = (table_of(model) for model in (Task, Line, Operator, Item, KitPart))
_LABELLED = (
    select(_task.c.reference)
    .where(
        _task.c.kind == KIND,
        _task.c.state == TaskState.OPEN.value,
        or_(_task.c.reference == bindparam("label"), _task.c.order_ref == bindparam("label")),
    )
    .order_by(_task.c.reference)
)


class ReturnTask(NamedTuple):
    """What a task is called, and whether it was announced."""

    reference: str
    kind: str
    announced: bool


_HEAD = select(_task.c.reference, _task.c.kind, _task.c.announced).where(_task.c.id == bindparam("task"))


class ReturnHead(NamedTuple):
    """The head of the page of a return. `finished_by` is a name; None while it is open."""

    id: int
    reference: str
    kind: str
    state: str
    partner: str
    order: str
    announced: bool
    finished_at: datetime | None
    finished_by: str | None


_RETURN = (
    select(
        _task.c.id, _task.c.reference, _task.c.kind, _task.c.state, _task.c.partner, _task.c.order_ref.label("order"),
        _task.c.announced, _task.c.finished_at, _operator.c.name.label("finished_by"),
    )
    .join_from(_task, _operator, _task.c.finished_by == _operator.c.id, isouter=True)
    .where(_task.c.reference == bindparam("reference"), _task.c.kind == KIND)
)  # fmt: skip


def labelled(session: Session, label: str) -> list[str]:
    """References of the open returns of a label: the one of that number, else all of that order."""
    found = list(run(session, _LABELLED, {"label": label}).scalars())
    return [label] if label in found else found


def head(session: Session, task_id: int) -> ReturnTask:
    """What a task is called, and whether it was announced."""
    found = fetch_one(session, ReturnTask, _HEAD, {"task": task_id})
    assert found is not None
    return found


def find_return(session: Session, reference: str) -> ReturnHead | None:
    """The return of that number."""
    return fetch_one(session, ReturnHead, _RETURN, {"reference": reference})


def is_announced(session: Session, task_id: int) -> bool:
    """Whether the return was announced before it came."""
    return head(session, task_id).announced


def number_of_unannounced(session: Session) -> int:
    """How many returns came without paper. The search for a free number begins there."""
    came = (_task.c.kind == KIND) & ~_task.c.announced
    return int(run(session, select(func.count()).select_from(_task).where(came)).scalar_one())


def came_unannounced(session: Session) -> dict[str, int]:
    """Units that came on open returns without paper, by reference."""
    wanted = (
        select(_task.c.reference, func.sum(_line.c.scanned).label("units"))
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value, ~_task.c.announced)
        .group_by(_task.c.reference)
    )
    return {row.reference: int(row.units) for row in run(session, wanted)}


def announced_kits_with(session: Session, task_id: int, item_id: int) -> list[str]:
    """The names of the kits that were announced on a return and have an item in them, the first line first."""
    wanted = (
        select(_item.c.name)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .join(_part, _part.c.kit_id == _item.c.id)
        .where(_line.c.task_id == task_id, _line.c.expected > 0, _part.c.part_id == item_id)
        .order_by(_line.c.position)
    )
    return list(run(session, wanted).scalars())
