"""What was picked for orders and has not gone yet. It stands at one place; what is there beyond it is to be put away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import case, func, select
from sqlmodel import Session

from scanner.db.columns import whole
from scanner.db.sql import run, settle, table_of
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

ORDER: Final = "order"
"""The kind of the tasks whose goods stand there."""
_line, _task = table_of(Line), table_of(Task)


def picked_for_orders(session: Session, item_ids: Collection[int] | None = None) -> dict[int, int]:
    """Item id -> units that open orders have there. More than an order wants any more is not its own."""
    settle(session)
    picked = func.sum(case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected))
    wanted = (
        select(_line.c.item_id, whole(picked).label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .where(_task.c.kind == ORDER, _task.c.state == TaskState.OPEN.value, _line.c.scanned > 0)
        .group_by(_line.c.item_id)
    )
    if item_ids is not None:
        wanted = wanted.where(_line.c.item_id.in_(list(item_ids)))
    return {row.item_id: row.units for row in run(session, wanted)}
