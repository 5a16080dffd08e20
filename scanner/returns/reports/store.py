"""Grades that stand, as reports count them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from scanner.db.sql import run
from scanner.returns.lines.store import GRADES, grade, line, scan, task
from scanner.scans.tables import Line, Task

_receipt, _ordered = Task.__table__.alias("receipt"), Line.__table__.alias("ordered")  # type: ignore[attr-defined]
_last = (
    select(_ordered.c.item_id, func.max(_receipt.c.id).label("task_id"))
    .join_from(_ordered, _receipt, _ordered.c.task_id == _receipt.c.id)
    .where(_receipt.c.kind == "receiving", _ordered.c.scanned > 0)
    .group_by(_ordered.c.item_id)
    .subquery()
)


def grades(session: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    """Grades that stand and were given in a period, the newest first, with item, reason and who supplied the item last."""
    wanted = (
        GRADES.add_columns(line.c.reason.label("said"), _receipt.c.partner.label("supplier"), task.c.reference)
        .join(line, grade.c.line_id == line.c.id)
        .join(task, line.c.task_id == task.c.id)
        .join(_last, _last.c.item_id == grade.c.item_id, isouter=True)
        .join(_receipt, _receipt.c.id == _last.c.task_id, isouter=True)
        .where(scan.c.happened_at >= since, scan.c.happened_at < until)
        .order_by(None)
        .order_by(grade.c.scan_seq.desc(), grade.c.item_id)
    )
    return list(run(session, wanted))
