"""Statements on the newest scans."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select, union_all
from sqlmodel import Session

from scanner.db.sql import run, table_of
from scanner.scans.tables import Line, Scan, Tally, Task

_scan, _tally, _task, _line = (table_of(model) for model in (Scan, Tally, Task, Line))


class Seen(NamedTuple):
    """That something changed on a task, by a scan of a device; without one, by nobody on the floor."""

    seq: int
    task_id: int
    device: str


class LiveTask(NamedTuple):
    """A task that somebody listens to."""

    id: int
    kind: str
    state: str


class Others(NamedTuple):
    """How many scans other devices made on a task after a scan, and after a later one."""

    all: int
    recent: int


def newest(session: Session) -> int:
    """The number of the newest scan; 0 where there is none."""
    return int(run(session, select(func.coalesce(func.max(_scan.c.seq), 0))).scalar_one())


def after(session: Session, seq: int) -> list[Seen]:
    """All scans after one, by their numbers."""
    newer = select(_scan.c.seq, _scan.c.task_id, _scan.c.device).where(_scan.c.seq > seq).order_by(_scan.c.seq)
    return [Seen(row.seq, row.task_id, row.device) for row in run(session, newer)]


def task(session: Session, reference: str) -> LiveTask | None:
    """The task; None where there is none."""
    row = run(session, select(_task.c.id, _task.c.kind, _task.c.state).where(_task.c.reference == reference)).first()
    return LiveTask(row.id, row.kind, row.state) if row else None


def shapes(session: Session, task_ids: Collection[int]) -> dict[int, str]:
    """Of each task what changes without a scan, as when its shop cancels it: its state, its lines and the units wanted."""
    lines = (_line.c.task_id == _task.c.id, _line.c.expected > 0)
    wanted = select(func.coalesce(func.sum(_line.c.expected), 0)).where(*lines).scalar_subquery()
    number = select(func.count()).select_from(_line).where(*lines).scalar_subquery()
    found = select(_task.c.id, _task.c.state, wanted.label("wanted"), number.label("number")).where(_task.c.id.in_(task_ids))
    return {row.id: f"{row.state} {row.wanted} {row.number}" for row in run(session, found)} if task_ids else {}


def others(session: Session, task_id: int, seq: int, recent: int, *, but: str) -> Others:
    """How many scans devices but one made on a task after scan `seq`, and how many of them after `recent`, a later one."""
    later = func.count(case((_scan.c.seq > recent, 1))).label("later")
    row = run(session, select(func.count().label("all"), later).where(*_by_others(task_id, seq, but))).one()
    return Others(row.all, row.later)


def changed_lines(session: Session, task_id: int, seq: int, *, but: str) -> Collection[int]:
    """The lines that scans of a task after one changed, without those of one device: counted, graded or taken back."""
    mine, undone = _by_others(task_id, seq, but), _scan.alias("undone")
    graded = select(undone.c.handles).join(_scan, _scan.c.undoes == undone.c.seq)
    about: tuple[Select[tuple[int]], ...] = (select(_scan.c.seq), select(_scan.c.handles), select(_scan.c.undoes), graded)
    seqs = union_all(*(each.where(*mine) for each in about)).subquery()
    found = select(_tally.c.line_id).where(_tally.c.scan_seq.in_(select(seqs.c[0]))).distinct()
    return set(run(session, found).scalars())


def _by_others(task_id: int, seq: int, device: str) -> tuple[ColumnElement[bool], ...]:
    """The sum keeps databases from the index of tasks: of a long task few scans are new."""
    return _scan.c.task_id + 0 == task_id, _scan.c.seq > seq, _scan.c.device != device
