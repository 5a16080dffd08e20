"""Grades that stand, as reports count them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from scanner.domain.scans import TaskKind
from scanner.store.returned import STANDS, grade, item, line, operator, reason, scan, task
from scanner.store.sql import run
from scanner.store.tables import Line, Task

_receipt, _ordered = Task.__table__.alias("receipt"), Line.__table__.alias("ordered")  # type: ignore[attr-defined]
_last = (
    select(_ordered.c.item_id, func.max(_receipt.c.id).label("task_id"))
    .join_from(_ordered, _receipt, _ordered.c.task_id == _receipt.c.id)
    .where(_receipt.c.kind == TaskKind.RECEIVING.value, _ordered.c.scanned > 0)
    .group_by(_ordered.c.item_id)
    .subquery()
)


def grades(session: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    """Grades that stand and were given in a period, the newest first, with item, reason and who supplied the item last."""
    wanted = (
        select(
            grade.c.scan_seq, grade.c.units, grade.c.disposition, reason.c.code.label("reason"),
            reason.c.name.label("reason_name"), line.c.reason.label("said"), item.c.sku, item.c.name, item.c.unit_cost_e4,
            _receipt.c.partner.label("supplier"), task.c.reference, scan.c.happened_at, operator.c.name.label("operator"),
        )
        .join_from(grade, scan, grade.c.scan_seq == scan.c.seq)
        .join(operator, scan.c.operator_id == operator.c.id)
        .join(item, grade.c.item_id == item.c.id)
        .join(line, grade.c.line_id == line.c.id)
        .join(task, line.c.task_id == task.c.id)
        .join(reason, grade.c.reason_id == reason.c.id, isouter=True)
        .join(_last, _last.c.item_id == grade.c.item_id, isouter=True)
        .join(_receipt, _receipt.c.id == _last.c.task_id, isouter=True)
        .where(*STANDS, scan.c.happened_at >= since, scan.c.happened_at < until)
        .order_by(grade.c.scan_seq.desc(), item.c.sku)
    )  # fmt: skip
    return list(run(session, wanted))
