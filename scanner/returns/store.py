"""Returns as tasks, the reasons of grades, and where items live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind, Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.sql import run
from scanner.returns import KIND
from scanner.returns.tables import Grade, ReturnReason
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Task

_task, _line, _location, _movement, _stock, _reason, _grade = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Task, Line, Location, Movement, Stock, ReturnReason, Grade)
)
_LABELLED = (
    select(_task.c.reference)
    .where(
        _task.c.kind == KIND,
        _task.c.state == TaskState.OPEN.value,
        or_(_task.c.reference == bindparam("label"), _task.c.order_ref == bindparam("label")),
    )
    .order_by(_task.c.reference)
)
_HEAD = select(_task.c.reference, _task.c.kind, _task.c.announced).where(_task.c.id == bindparam("task"))
_MOST_STOCK = (
    select(_location.c.id, _location.c.code, _location.c.kind)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .where(_stock.c.item_id == bindparam("item"), _stock.c.units > 0, _location.c.kind == LocationKind.SHELF.value)
    .order_by(_stock.c.units.desc(), _location.c.code)
    .limit(1)
)
_LAST_SHELF = (
    select(_location.c.id, _location.c.code, _location.c.kind)
    .join_from(_movement, _location, _movement.c.target_id == _location.c.id)
    .where(_movement.c.item_id == bindparam("item"), _location.c.kind == LocationKind.SHELF.value)
    .order_by(_movement.c.seq.desc())
    .limit(1)
)
_REASON = select(_reason).where(_reason.c.code == bindparam("reason_code"))
_used = exists().where(_grade.c.reason_id == _reason.c.id).label("used")
_REASONS = select(_reason, _used).order_by(_reason.c.active.desc(), _reason.c.id)


def labelled(session: Session, label: str) -> list[str]:
    """References of the open returns that a label names: the return of that number, else those of the order."""
    found = list(run(session, _LABELLED, {"label": label}).scalars())
    return [label] if label in found else found


def head(session: Session, task_id: int) -> Row[Any]:
    """(reference, kind, announced) of a task."""
    return run(session, _HEAD, {"task": task_id}).one()


def is_announced(session: Session, task_id: int) -> bool:
    """Whether customer service told of the return before it came."""
    return bool(head(session, task_id).announced)


def home(session: Session, item_id: int) -> Place | None:
    """Where an item lives: the shelf with most of it, else the one it went to last."""
    for statement in (_MOST_STOCK, _LAST_SHELF):
        if row := run(session, statement, {"item": item_id}).one_or_none():
            return Place(row.id, row.code, row.kind)
    return None


def number_of_unannounced(session: Session) -> int:
    """How many returns came without a word: where to begin to look for a free number."""
    came = (_task.c.kind == KIND) & ~_task.c.announced
    return int(run(session, select(func.count()).select_from(_task).where(came)).scalar_one())


def came_unannounced(session: Session) -> dict[str, int]:
    """Units that came on the open returns that nobody announced, by reference."""
    wanted = (
        select(_task.c.reference, func.sum(_line.c.scanned).label("units"))
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value, ~_task.c.announced)
        .group_by(_task.c.reference)
    )
    return {row.reference: int(row.units) for row in run(session, wanted)}


def find_reason(session: Session, code: str) -> Row[Any] | None:
    """A reason (id, code, name, active) by what its label says."""
    return run(session, _REASON, {"reason_code": code}).one_or_none()


def reason_name(session: Session, reason_id: int) -> str:
    """What a reason is called."""
    return str(run(session, select(_reason.c.name).where(_reason.c.id == reason_id)).scalar_one())


def reasons(session: Session, *, active_only: bool = False) -> list[Row[Any]]:
    """The reasons (id, code, name, active, used), those that may be given first."""
    statement = _REASONS.where(_reason.c.active) if active_only else _REASONS
    return list(run(session, statement).all())


def add_reason(session: Session, code: str, name: str) -> None:
    """A new reason, which may be given."""
    run(session, insert(_reason), {"code": code, "name": name, "active": True})


def change_reason(session: Session, reason_id: int, **values: Any) -> None:
    """Rename a reason, or switch it on or off."""
    run(session, update(_reason).where(_reason.c.id == reason_id).values(**values))


def delete_reason(session: Session, reason_id: int) -> bool:
    """Delete a reason that no grade ever had; False, and nothing done, for one that has been used."""
    unused = ~exists().where(_grade.c.reason_id == reason_id)
    return run(session, _reason.delete().where(_reason.c.id == reason_id, unused)).rowcount == 1


def homes(session: Session, item_ids: Iterable[int]) -> dict[int, Place]:
    """Where each item lives, those left out that live nowhere."""
    found = ((item_id, home(session, item_id)) for item_id in sorted(set(item_ids)))
    return {item_id: place for item_id, place in found if place is not None}
