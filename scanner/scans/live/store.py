"""Statements on the newest scans."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, union_all
from sqlmodel import Session

from scanner.db.sql import run, table_of
from scanner.scans.tables import Line, Scan, Tally, Task

_scan, _tally, _task, _line = (table_of(model) for model in (Scan, Tally, Task, Line))
# Each statement is made once: many pages ask the same at the same moment.
_undone = _scan.alias("undone")
_wanted = (_line.c.task_id == _task.c.id, _line.c.expected > 0)
_BY_OTHERS = (
    _scan.c.task_id + 0 == bindparam("task"),  # so that no database takes the index of tasks: of a long task few scans are new
    _scan.c.seq > bindparam("seq"),
    _scan.c.device != bindparam("but"),
)
_NEWEST = select(func.coalesce(func.max(_scan.c.seq), 0))
_AFTER = select(_scan.c.seq, _scan.c.task_id, _scan.c.device).where(_scan.c.seq > bindparam("seq")).order_by(_scan.c.seq)
_TASK = select(_task.c.id, _task.c.kind, _task.c.state).where(_task.c.reference == bindparam("reference"))
_SHAPES = select(
    _task.c.id,
    _task.c.state,
    select(func.coalesce(func.sum(_line.c.expected), 0)).where(*_wanted).scalar_subquery().label("wanted"),
    select(func.count()).select_from(_line).where(*_wanted).scalar_subquery().label("lines"),
).where(_task.c.id.in_(bindparam("tasks", expanding=True)))
_OTHERS = select(_scan.c.seq).where(*_BY_OTHERS)
_ABOUT = union_all(
    select(_scan.c.seq).where(*_BY_OTHERS),
    select(_scan.c.handles).where(*_BY_OTHERS),
    select(_scan.c.undoes).where(*_BY_OTHERS),
    select(_undone.c.handles).join(_scan, _scan.c.undoes == _undone.c.seq).where(*_BY_OTHERS),
).subquery()
_CHANGED = select(_tally.c.line_id).where(_tally.c.scan_seq.in_(select(_ABOUT.c[0]))).distinct()


class Seen(NamedTuple):
    """That something changed on a task, by a scan of a device; without one, by nobody on the floor."""

    seq: int
    task_id: int
    device: str


class LiveTask(NamedTuple):
    """A task that somebody listens to."""

    id: int
    kind: str


class Shape(NamedTuple):
    """What changes of a task without a scan: its state, the units wanted, and how many lines want some."""

    state: str
    wanted: int
    lines: int

    def __str__(self) -> str:
        return f"{self.state} {self.wanted} {self.lines}"


def newest(session: Session) -> int:
    """The number of the newest scan; 0 where there is none."""
    return int(run(session, _NEWEST).scalar_one())


def after(session: Session, seq: int) -> list[Seen]:
    """All scans after one, by their numbers."""
    return [Seen(row.seq, row.task_id, row.device) for row in run(session, _AFTER, {"seq": seq})]


def task(session: Session, reference: str) -> LiveTask | None:
    """The task; None where there is none."""
    row = run(session, _TASK, {"reference": reference}).first()
    return LiveTask(row.id, row.kind) if row else None


def shapes(session: Session, task_ids: Collection[int]) -> dict[int, Shape]:
    """Of each task what changes without a scan, as when its shop cancels it."""
    rows = run(session, _SHAPES, {"tasks": list(task_ids)}) if task_ids else ()
    return {row.id: Shape(row.state, row.wanted, row.lines) for row in rows}


def others(session: Session, task_id: int, seq: int, *, but: str) -> list[int]:
    """The scans that devices but one made on a task after scan `seq`."""
    return list(run(session, _OTHERS, {"task": task_id, "seq": seq, "but": but}).scalars())


def changed_lines(session: Session, task_id: int, seq: int, *, but: str) -> Collection[int]:
    """The lines that scans of a task after one changed, without those of one device: counted, graded or taken back."""
    return set(run(session, _CHANGED, {"task": task_id, "seq": seq, "but": but}).scalars())
