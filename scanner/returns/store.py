"""Statements on returns and reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, insert, or_, select, update
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.people.tables import Operator
from scanner.returns import KIND
from scanner.returns.tables import Grade, ReturnReason
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_task, _line, _reason, _grade, _operator = (table_of(model) for model in (Task, Line, ReturnReason, Grade, Operator))
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


class KnownReason(NamedTuple):
    """A reason why goods cannot be sold. One that is not `active` may not be given any more."""

    id: int
    code: str
    name: str
    active: bool


class ReasonRow(NamedTuple):
    """A reason in the list. Its `code` is on labels and never changes. A `used` one cannot be deleted."""

    code: str
    name: str
    active: bool
    used: bool


_REASON = select(_reason.c.id, _reason.c.code, _reason.c.name, _reason.c.active).where(_reason.c.code == bindparam("reason_code"))
_used = exists().where(_grade.c.reason_id == _reason.c.id).label("used")
_REASONS = select(_reason.c.code, _reason.c.name, _reason.c.active, _used).order_by(_reason.c.active.desc(), _reason.c.id)


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


def find_reason(session: Session, code: str) -> KnownReason | None:
    """A reason by its code."""
    return fetch_one(session, KnownReason, _REASON, {"reason_code": code})


def reason_name(session: Session, reason_id: int) -> str:
    """The name of a reason."""
    return str(run(session, select(_reason.c.name).where(_reason.c.id == reason_id)).scalar_one())


def reasons(session: Session, *, active_only: bool = False) -> list[ReasonRow]:
    """The reasons, those that may be given first."""
    return fetch(session, ReasonRow, _REASONS.where(_reason.c.active) if active_only else _REASONS)


def add_reason(session: Session, code: str, name: str) -> None:
    """A new reason, which may be given."""
    run(session, insert(_reason), {"code": code, "name": name, "active": True})


def change_reason(session: Session, reason_id: int, **values: Any) -> None:
    """Rename a reason, or switch it on or off."""
    run(session, update(_reason).where(_reason.c.id == reason_id).values(**values))


def delete_reason(session: Session, reason_id: int) -> bool:
    """Delete a reason that no grade has. False, and nothing done, for a used one."""
    unused = ~exists().where(_grade.c.reason_id == reason_id)
    return run(session, _reason.delete().where(_reason.c.id == reason_id, unused)).rowcount == 1
