"""Tasks and their lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.db.sql import Prepared, run
from scanner.people.tables import Operator
from scanner.scans.decision import NewLine, TaskKind, TaskState
from scanner.scans.tables import Carton, Line, Task

_task, _line, _item, _carton, _operator = (table.__table__ for table in (Task, Line, Item, Carton, Operator))  # type: ignore[attr-defined]

_LOCK = Prepared(
    select(_task.c.id, _task.c.reference, _task.c.kind, _task.c.state)
    .where(_task.c.reference == bindparam("reference"))
    .with_for_update(key_share=True)
)
_LINES_FOR_ITEM = Prepared(
    select(_line.c.id, _line.c.expected, _line.c.scanned)
    .where(_line.c.task_id == bindparam("task"), _line.c.item_id == bindparam("item"))
    .order_by(_line.c.position)
)
_met = case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected)
_progress_columns = (
    func.coalesce(func.sum(_line.c.expected), 0).label("expected"),
    func.coalesce(func.sum(_met), 0).label("scanned"),
    func.count(_line.c.id).label("lines"),
    func.coalesce(func.sum(case((_line.c.scanned >= _line.c.expected, 1), else_=0)), 0).label("lines_done"),
)
_PROGRESS = select(*_progress_columns).where(_line.c.task_id == bindparam("task"))
_line_columns = (
    _line.c.id, _line.c.position, _line.c.item_id, _item.c.sku, _item.c.name, _line.c.expected, _line.c.scanned, _line.c.reason,
)  # fmt: skip
_LINES = (
    select(*_line_columns)
    .join_from(_line, _item, _line.c.item_id == _item.c.id)
    .where(_line.c.task_id == bindparam("task"))
    .order_by(_line.c.position)
)
_SHORT = (
    select(
        _line.c.item_id,
        _item.c.sku,
        _item.c.name,
        func.sum(_line.c.expected).label("expected"),
        func.sum(_line.c.scanned).label("scanned"),
    )
    .join_from(_line, _item, _line.c.item_id == _item.c.id)
    .where(_line.c.task_id == bindparam("task"))
    .group_by(_line.c.item_id, _item.c.sku, _item.c.name)
    .having(func.sum(_line.c.scanned) < func.sum(_line.c.expected))
    .order_by(func.min(_line.c.position))
)
_FINISH = (
    update(_task)
    .where(_task.c.id == bindparam("task"), _task.c.state == TaskState.OPEN.value)
    .values(state=TaskState.FINISHED.value, finished_at=bindparam("at"), finished_by=bindparam("by"))
)
_BY_REFERENCE = select(_task).where(_task.c.reference == bindparam("reference"))
_EXISTS = select(_task.c.reference).where(_task.c.reference == bindparam("reference"), _task.c.recount_of.is_(None))
_OPEN_OF_CARTON = (
    select(_task.c.reference)
    .distinct()
    .join_from(_carton, _task, _carton.c.task_id == _task.c.id)
    .where(_carton.c.sscc == bindparam("sscc"), _task.c.state == TaskState.OPEN.value)
)
_BACK_ORDER = select(_task.c.reference).where(_task.c.back_order_of == bindparam("task"))
_earlier = _task.alias("earlier")
_NAMES_AROUND = (
    select(_operator.c.name.label("finished_by"), _earlier.c.reference.label("back_order_of"))
    .join_from(_task, _operator, _task.c.finished_by == _operator.c.id, isouter=True)
    .join(_earlier, _task.c.back_order_of == _earlier.c.id, isouter=True)
    .where(_task.c.id == bindparam("task"))
)
_OPEN_OF_ITEM = (
    select(_task.c.reference)
    .distinct()
    .join_from(_line, _task, _line.c.task_id == _task.c.id)
    .where(_line.c.item_id == bindparam("item"), _task.c.kind == bindparam("kind"), _task.c.state == TaskState.OPEN.value)
    .order_by(_task.c.reference)
)


def lock_task(session: Session, reference: str) -> Row[Any] | None:
    """The task (id, reference, kind, state), held to the end of the transaction: its scans happen one after another."""
    return _LOCK.row(session, reference=reference)


def get_task(session: Session, reference: str) -> Row[Any] | None:
    """The whole row of a task, not held."""
    return run(session, _BY_REFERENCE, {"reference": reference}).one_or_none()


def is_task(session: Session, reference: str) -> bool:
    """Whether a task has that reference on its label. Recounts have no labels: that there is one is not for everybody."""
    return run(session, _EXISTS, {"reference": reference}).one_or_none() is not None


def free_reference(session: Session, wanted: Iterable[str]) -> str:
    """The first of these references that no task of any kind has."""
    return next(each for each in wanted if get_task(session, each) is None)


def lines_for_item(session: Session, task_id: int, item_id: int) -> list[Row[Any]]:
    """Lines (id, expected, scanned) of an item on a task, in the order in which they fill."""
    return _LINES_FOR_ITEM.rows(session, task=task_id, item=item_id)


def lines_of(session: Session, task_id: int) -> list[Row[Any]]:
    """Lines with the names of their items, by position."""
    return list(run(session, _LINES, {"task": task_id}).all())


def lines_by_id(session: Session, line_ids: Iterable[int]) -> list[Row[Any]]:
    """The named lines with the names of their items, by position."""
    statement = (
        select(*_line_columns)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .where(_line.c.id.in_(list(line_ids)))
        .order_by(_line.c.position)
    )
    return list(run(session, statement).all())


def items_of_lines(session: Session, line_ids: Iterable[int]) -> list[int]:
    """Ids of the items that lines are for, each once and in order."""
    chosen = select(_line.c.item_id).distinct().where(_line.c.id.in_(list(line_ids))).order_by(_line.c.item_id)
    return list(run(session, chosen).scalars())


def progress(session: Session, task_id: int) -> Row[Any]:
    """Sums over a task's lines (expected, scanned, lines, lines_done); what is over counts nothing more here."""
    return run(session, _PROGRESS, {"task": task_id}).one()


def short_items(session: Session, task_id: int) -> list[Row[Any]]:
    """Items (item_id, sku, name, expected, scanned) of which less came than expected, over all their lines."""
    return list(run(session, _SHORT, {"task": task_id}).all())


def close_task(session: Session, task_id: int, at: datetime, operator_id: int) -> bool:
    """Finish an open task; False when it was finished already."""
    return run(session, _FINISH, {"task": task_id, "at": at, "by": operator_id}).rowcount == 1


def open_tasks_with_item(session: Session, kind: TaskKind, item_id: int) -> list[str]:
    """References of the open tasks that have a line for the item."""
    return list(run(session, _OPEN_OF_ITEM, {"item": item_id, "kind": kind.value}).scalars())


def open_task_labelled(session: Session, kind: TaskKind, label: str) -> str | None:
    """The open task whose reference or ASN a label says, or the open back order of a finished one."""
    found = select(_task.c.reference, _task.c.state, _task.c.id).where(
        _task.c.kind == kind.value, (_task.c.reference == label) | (_task.c.asn == label)
    )
    rows = run(session, found.order_by(_task.c.id)).all()
    open_ones = [row.reference for row in rows if row.state == TaskState.OPEN]
    if open_ones or not rows:
        return open_ones[0] if open_ones else None
    back_order = select(_task.c.reference, _task.c.state, _task.c.id).where(_task.c.back_order_of.in_([row.id for row in rows]))
    following = run(session, back_order).first()
    if following is None:
        return None
    return following.reference if following.state == TaskState.OPEN else open_task_labelled(session, kind, following.reference)


def open_tasks(session: Session, kind: TaskKind) -> list[Row[Any]]:
    """Open tasks of a kind with the sums over their lines, due first."""
    statement = (
        select(_task, *_progress_columns)
        .join_from(_task, _line, _line.c.task_id == _task.c.id, isouter=True)
        .where(_task.c.kind == kind.value, _task.c.state == TaskState.OPEN.value)
        .group_by(_task.c.id)
        .order_by(_task.c.due_on.is_(None), _task.c.due_on, _task.c.reference)
    )
    return list(run(session, statement).all())


def open_task_with_carton(session: Session, sscc: str) -> str | None:
    """The open task on which a carton was announced."""
    return run(session, _OPEN_OF_CARTON, {"sscc": sscc}).scalar_one_or_none()


def back_order_of(session: Session, task_id: int) -> str | None:
    """The reference of the task that goes on with what a finished one was short of."""
    return run(session, _BACK_ORDER, {"task": task_id}).scalar_one_or_none()


def names_around(session: Session, task_id: int) -> Row[Any]:
    """(finished_by, back_order_of): a person's name, and the reference of the task that this one goes on with."""
    return run(session, _NAMES_AROUND, {"task": task_id}).one()


def add_back_order(session: Session, task_id: int, at: datetime) -> str:
    """Open a task with what a finished one is short of, a line an item, and give its reference."""
    task = run(session, select(_task).where(_task.c.id == task_id)).one()
    reference = _free_reference(session, task)
    values = {
        "reference": reference, "kind": task.kind, "state": TaskState.OPEN.value, "partner": task.partner, "asn": None,
        "order_ref": task.order_ref, "due_on": task.due_on, "back_order_of": task_id, "created_at": at,
    }  # fmt: skip
    missing = short_items(session, task_id)
    lines = [
        {"position": place, "item_id": row.item_id, "expected": int(row.expected - row.scanned)}
        for place, row in enumerate(missing, 1)
    ]
    add_task(session, values, lines)
    return reference


def _free_reference(session: Session, task: Row[Any]) -> str:
    """PO-1 goes on as PO-1/2, that as PO-1/3; a number that a task has already is passed over."""
    root, number = task.reference, 2
    if task.back_order_of is not None and "/" in root:
        root, _, last = root.rpartition("/")
        number = int(last) + 1 if last.isdigit() else number
    return free_reference(session, (f"{root[:60]}/{each}" for each in count(number)))


def add_task(session: Session, values: dict[str, Any], lines: list[dict[str, Any]]) -> int:
    """A new task with its lines; gives its id."""
    task_id = run(session, insert(_task).returning(_task.c.id), values).scalar_one()
    if lines:
        run(
            session,
            insert(_line),
            [{"location_id": None, "scanned": 0, "reason": "", **line, "task_id": task_id} for line in lines],
        )
    return task_id


def extra_line(session: Session, task_id: int, new: NewLine) -> int:
    """Add a line for an item that nothing was expected of, behind the others; gives its id. The task is held."""
    place = select(func.coalesce(func.max(_line.c.position), 0) + 1).where(_line.c.task_id == task_id).scalar_subquery()
    values = {
        "task_id": task_id, "position": place, "item_id": new.item_id, "location_id": new.location_id,
        "visit_id": new.visit_id, "expected": 0, "scanned": 0, "reason": "",
    }  # fmt: skip
    return run(session, insert(_line).values(**values).returning(_line.c.id)).scalar_one()
