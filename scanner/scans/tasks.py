"""Statements on tasks and their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, cast, func, insert, select, true, update
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item
from scanner.db.sql import Prepared, fetch, fetch_one, run, table_of
from scanner.people.tables import Operator
from scanner.scans.decision import NewLine, TaskState
from scanner.scans.goods import LineFact
from scanner.scans.tables import Carton, Line, Task

_task, _line, _item, _carton, _operator, _barcode = (table_of(model) for model in (Task, Line, Item, Carton, Operator, Barcode))


class TaskRow(NamedTuple):
    """A task that is locked until the transaction ends."""

    id: int
    reference: str
    kind: str
    state: str


class TaskName(NamedTuple):
    """The reference and the kind of a task."""

    reference: str
    kind: str


class LineRow(NamedTuple):
    """A line of an item on a task, in units."""

    id: int
    expected: int
    scanned: int


class WholeTask(NamedTuple):
    """A task. `partner` is the supplier or the customer; `section` and `recount_of` are of counts."""

    id: int
    reference: str
    kind: str
    state: str
    partner: str
    asn: str | None
    order_ref: str
    due_on: date | None
    back_order_of: int | None
    announced: bool
    matched_to: str | None
    owner: str
    handled_at: datetime | None
    section: str
    recount_of: int | None
    created_at: datetime
    finished_at: datetime | None
    finished_by: int | None


class Progress(NamedTuple):
    """Units that came of those expected, and lines that are done. Units beyond add nothing."""

    expected: int
    scanned: int
    lines: int
    lines_done: int


class OpenTask(NamedTuple):
    """An open task with how far it is, in units and in lines."""

    id: int
    reference: str
    state: str
    partner: str
    asn: str | None
    order_ref: str
    due_on: date | None
    announced: bool
    expected: int
    scanned: int
    lines: int
    lines_done: int


class TaskLine(NamedTuple):
    """A line with what its item is called. `reason` is why a customer sends it back."""

    id: int
    position: int
    item_id: int
    sku: str
    name: str
    expected: int
    scanned: int
    reason: str


class ShortItem(NamedTuple):
    """An item of which less came than was expected, over all its lines."""

    item_id: int
    sku: str
    name: str
    expected: int
    scanned: int


class NamesAround(NamedTuple):
    """Who finished a task, and the task that it goes on with."""

    finished_by: str | None
    back_order_of: str | None


_LOCK = Prepared(
    select(_task.c.id, _task.c.reference, _task.c.kind, _task.c.state)
    .where(_task.c.reference == bindparam("reference"))
    .with_for_update(key_share=True),
    into=TaskRow,
)
_LINES_FOR_ITEM = Prepared(
    select(_line.c.id, _line.c.expected, _line.c.scanned)
    .where(_line.c.task_id == bindparam("task"), _line.c.item_id == bindparam("item"))
    .order_by(_line.c.position),
    into=LineRow,
)


def _whole(total: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL gives a decimal."""
    return cast(total, BigInteger)


_met = case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected)
_progress_columns = (
    _whole(func.coalesce(func.sum(_line.c.expected), 0)).label("expected"),
    _whole(func.coalesce(func.sum(_met), 0)).label("scanned"),
    func.count(_line.c.id).label("lines"),
    _whole(func.coalesce(func.sum(case((_line.c.scanned >= _line.c.expected, 1), else_=0)), 0)).label("lines_done"),
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
        _whole(func.sum(_line.c.expected)).label("expected"),
        _whole(func.sum(_line.c.scanned)).label("scanned"),
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
_BY_REFERENCE = select(*(_task.c[name] for name in WholeTask._fields)).where(_task.c.reference == bindparam("reference"))
_LABELLED = (
    select(_task.c.id)
    .where((_task.c.asn == bindparam("label")) | (_task.c.order_ref == bindparam("label")), _task.c.state == TaskState.OPEN.value)
    .limit(1)
)
_EXISTS = select(_task.c.reference).where(_task.c.reference == bindparam("reference"), _task.c.recount_of.is_(None))
_OPEN_OF_CARTON = (
    select(_task.c.reference)
    .distinct()
    .join_from(_carton, _task, _carton.c.task_id == _task.c.id)
    .where(_carton.c.sscc == bindparam("sscc"), _task.c.state == TaskState.OPEN.value)
    .order_by(_task.c.reference)
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

_CODES_ON_TASK = (
    select(_item.c.sku, _barcode.c.code, _barcode.c.units)
    .distinct()
    .join_from(_line, _item, _line.c.item_id == _item.c.id)
    .join(_barcode, _barcode.c.item_id == _item.c.id)
    .where(_line.c.task_id == bindparam("task"))
)


def lock_task(session: Session, reference: str) -> TaskRow | None:
    """The task, locked until the transaction ends, so that its scans come one after another."""
    held: TaskRow | None = _LOCK.row(session, reference=reference)
    return held


def opened_at(session: Session, task_id: int) -> datetime:
    """When the task was opened."""
    opened: datetime = run(session, select(_task.c.created_at).where(_task.c.id == task_id)).scalar_one()
    return opened


def lock_ahead(session: Session, reference: str) -> None:
    """Ask for the lock ahead of `lock_task`. What is asked for after it is read under the lock."""
    _LOCK.ahead(session, reference=reference)


def lines_ahead(session: Session, task_id: int, item_id: int) -> None:
    """Ask for the lines of an item ahead of `lines_for_item`."""
    _LINES_FOR_ITEM.ahead(session, task=task_id, item=item_id)


def counted(session: Session, line_id: int, units: int) -> None:
    """Units are about to be added to a line: those that were asked for ahead have them."""
    _LINES_FOR_ITEM.amend(session, lambda line: line._replace(scanned=line.scanned + units) if line.id == line_id else line)


def get_task(session: Session, reference: str) -> WholeTask | None:
    """A task, not locked."""
    return fetch_one(session, WholeTask, _BY_REFERENCE, {"reference": reference})


def task_with_id(session: Session, task_id: int) -> WholeTask:
    """A task, by its id."""
    (task,) = fetch(session, WholeTask, select(*(_task.c[name] for name in WholeTask._fields)).where(_task.c.id == task_id))
    return task


def of_kind(session: Session, reference: str, kind: str) -> WholeTask | None:
    """A task of that kind, not locked."""
    found = get_task(session, reference)
    return found if found is not None and found.kind == kind else None


def name_of(session: Session, task_id: int) -> TaskName:
    """The reference and the kind of a task."""
    (found,) = fetch(session, TaskName, select(_task.c.reference, _task.c.kind).where(_task.c.id == task_id))
    return found


def is_task(session: Session, reference: str) -> bool:
    """Whether a task has that reference on its label. Recounts have none: they must not be noticed."""
    return run(session, _EXISTS, {"reference": reference}).one_or_none() is not None


def is_label(session: Session, text: str) -> bool:
    """Whether an open task has this as its ASN or its order."""
    return run(session, _LABELLED, {"label": text}).first() is not None


def free_reference(session: Session, wanted: Iterable[str]) -> str:
    """The first of these references that no task of any kind has."""
    return next(each for each in wanted if get_task(session, each) is None)


def lines_for_item(session: Session, task_id: int, item_id: int) -> tuple[LineFact, ...]:
    """The lines of an item on a task, in the order in which they fill."""
    return tuple(LineFact(*row) for row in _LINES_FOR_ITEM.rows(session, task=task_id, item=item_id))


def lines_of(session: Session, task_id: int) -> list[TaskLine]:
    """Lines with the names of their items, by position."""
    return fetch(session, TaskLine, _LINES, {"task": task_id})


def lines_by_id(session: Session, line_ids: Iterable[int]) -> list[TaskLine]:
    """The named lines with the names of their items, by position."""
    statement = (
        select(*_line_columns)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .where(_line.c.id.in_(list(line_ids)))
        .order_by(_line.c.position)
    )
    return fetch(session, TaskLine, statement)


def items_of_lines(session: Session, line_ids: Iterable[int]) -> list[int]:
    """Ids of the items that lines are for, each once and in order."""
    chosen = select(_line.c.item_id).distinct().where(_line.c.id.in_(list(line_ids))).order_by(_line.c.item_id)
    return list(run(session, chosen).scalars())


def progress(session: Session, task_id: int) -> Progress:
    """The progress of a task. Units beyond those expected add nothing."""
    (found,) = fetch(session, Progress, _PROGRESS, {"task": task_id})
    return found


def short_items(session: Session, task_id: int) -> list[ShortItem]:
    """Items of which less came than expected, over all their lines."""
    return fetch(session, ShortItem, _SHORT, {"task": task_id})


def close_task(session: Session, task_id: int, at: datetime, operator_id: int) -> bool:
    """Finish an open task; False when it was finished already."""
    return run(session, _FINISH, {"task": task_id, "at": at, "by": operator_id}).rowcount == 1


def open_tasks_with_item(session: Session, kind: str, item_id: int) -> list[str]:
    """References of the open tasks that have a line for the item."""
    return list(run(session, _OPEN_OF_ITEM, {"item": item_id, "kind": kind}).scalars())


def open_tasks_labelled(session: Session, kind: str, label: str) -> tuple[str, ...]:
    """References of the open tasks that a label names, the oldest first.

    The one with that number; else all with that ASN, which may be on several; else the open back orders of those.
    """
    found = select(_task.c.reference, _task.c.state, _task.c.id).order_by(_task.c.id)
    rows = run(session, found.where(_task.c.kind == kind, (_task.c.reference == label) | (_task.c.asn == label))).all()
    while rows:
        if open_ones := tuple(row.reference for row in rows if row.state == TaskState.OPEN):
            return (label,) if label in open_ones else open_ones
        rows = run(session, found.where(_task.c.back_order_of.in_([row.id for row in rows]))).all()
    return ()


def open_tasks(session: Session, kind: str, among: Collection[str] | None = None) -> list[OpenTask]:
    """Open tasks of a kind with the sums over their lines, due first. `among`: only those of these references."""
    statement = (
        select(*(_task.c[name] for name in OpenTask._fields[:8]), *_progress_columns)
        .join_from(_task, _line, _line.c.task_id == _task.c.id, isouter=True)
        .where(_task.c.kind == kind, _task.c.state == TaskState.OPEN.value)
        .where(true() if among is None else _task.c.reference.in_(list(among)))
        .group_by(_task.c.id)
        .order_by(_task.c.due_on.is_(None), _task.c.due_on, _task.c.reference)
    )
    return fetch(session, OpenTask, statement)


def open_tasks_with_carton(session: Session, sscc: str) -> list[str]:
    """References of the open tasks on which a carton was announced."""
    return list(run(session, _OPEN_OF_CARTON, {"sscc": sscc}).scalars())


def back_order_of(session: Session, task_id: int) -> str | None:
    """The reference of the back order of a finished task; None where it has none."""
    return run(session, _BACK_ORDER, {"task": task_id}).scalar_one_or_none()


def names_around(session: Session, task_id: int) -> NamesAround:
    """Who finished a task, and the reference of the task whose back order it is."""
    (found,) = fetch(session, NamesAround, _NAMES_AROUND, {"task": task_id})
    return found


def add_back_order(session: Session, task_id: int, at: datetime) -> str:
    """Open a back order with what a finished task is short of, a line for each item. Gives its reference."""
    task = task_with_id(session, task_id)
    reference = next_reference(session, task)
    values = {
        "reference": reference, "kind": task.kind, "state": TaskState.OPEN.value, "partner": task.partner, "asn": None,
        "order_ref": task.order_ref, "due_on": task.due_on, "back_order_of": task_id, "created_at": at,
    }  # fmt: skip
    missing = short_items(session, task_id)
    lines = [
        {"position": place, "item_id": row.item_id, "expected": row.expected - row.scanned}
        for place, row in enumerate(missing, 1)
    ]
    add_task(session, values, lines)
    return reference


def next_reference(session: Session, task: WholeTask) -> str:
    """The next free number for what a task is short of: PO-1/2 after PO-1, then PO-1/3."""
    root, number = task.reference, 2
    if task.back_order_of is not None and "/" in root:
        root, _, last = root.rpartition("/")
        number = int(last) + 1 if last.isdigit() else number
    return free_reference(session, (f"{root[:60]}/{each}" for each in count(number)))


def add_task(session: Session, values: dict[str, Any], lines: list[dict[str, Any]]) -> int:
    """A new task with its lines; gives its id."""
    task_id = int(run(session, insert(_task).returning(_task.c.id), values).scalar_one())
    if lines:
        run(
            session,
            insert(_line),
            [{"location_id": None, "scanned": 0, "reason": "", **line, "task_id": task_id} for line in lines],
        )
    return task_id


def extra_line(session: Session, task_id: int, new: NewLine) -> int:
    """Add a line, the last one, for an item that was not expected; gives its id. The task must be locked."""
    place = select(func.coalesce(func.max(_line.c.position), 0) + 1).where(_line.c.task_id == task_id).scalar_subquery()
    values = {
        "task_id": task_id, "position": place, "item_id": new.item_id, "location_id": new.location_id,
        "visit_id": new.visit_id, "expected": 0, "scanned": 0, "reason": "",
    }  # fmt: skip
    return int(run(session, insert(_line).values(**values).returning(_line.c.id)).scalar_one())


def codes_on_task(session: Session, task_id: int) -> dict[str, dict[str, int]]:
    """SKU -> {barcode: units} of the items on a task."""
    found: dict[str, dict[str, int]] = {}
    for row in run(session, _CODES_ON_TASK, {"task": task_id}):
        found.setdefault(row.sku, {})[row.code] = row.units
    return found
