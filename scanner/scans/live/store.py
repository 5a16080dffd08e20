"""Statements on the newest scans."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.db.sql import run, table_of
from scanner.scans.tables import Scan, Tally, Task

_scan, _tally, _task = (table_of(model) for model in (Scan, Tally, Task))


class Seen(NamedTuple):
    """That somebody scanned on a task."""

    seq: int
    task_id: int
    device: str


class LiveTask(NamedTuple):
    """A task that somebody listens to."""

    id: int
    kind: str
    state: str


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


def changed_lines(session: Session, task_id: int, seq: int, *, but: str) -> Collection[int]:
    """The lines that scans of a task after one changed, without those of one device."""
    mine = (_scan.c.task_id == task_id, _scan.c.seq > seq, _scan.c.device != but)
    found = select(_tally.c.line_id).join(_scan, _scan.c.seq == _tally.c.scan_seq).where(*mine).distinct()
    return set(run(session, found).scalars())
