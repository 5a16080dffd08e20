"""What came back and how it was graded: returns line by line, as customer service and other systems read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, exists, select
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.codes.dispositions import MISSING
from scanner.db.sql import run
from scanner.returns.grades import standing_statement
from scanner.returns.tables import Grade
from scanner.scans.tables import Line, Scan, Task

task, line, item, grade, scan = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Task, Line, Item, Grade, Scan)
)

_LINES = (
    select(
        line.c.id, line.c.task_id, line.c.position, line.c.item_id, line.c.expected, line.c.scanned, line.c.reason,
        item.c.sku, item.c.name, item.c.unit_cost_e4,
        task.c.reference, task.c.announced, task.c.matched_to, task.c.order_ref, task.c.partner,
    )
    .join_from(line, item, line.c.item_id == item.c.id)
    .join(task, line.c.task_id == task.c.id)
    .order_by(line.c.task_id, line.c.position)
)  # fmt: skip
GRADES = standing_statement().where(grade.c.disposition != MISSING)
"""Without the parts that did not come: their discrepancy tells of them."""


def lines(
    session: Session, *, task_ids: Collection[int] | None = None, line_ids: Collection[int] | None = None
) -> list[Row[Any]]:
    """Lines with their items and the heads of their returns, by return and position."""
    chosen = line.c.task_id.in_(list(task_ids)) if task_ids is not None else line.c.id.in_(list(line_ids or ()))
    return list(run(session, _LINES.where(chosen)))


def lines_after(session: Session, after: int, limit: int) -> list[Row[Any]]:
    """Lines of returns of which something was graded, by their ids from `after` on."""
    graded = exists().where(grade.c.line_id == line.c.id)
    wanted = _LINES.where(line.c.id > after, graded).order_by(None).order_by(line.c.id).limit(limit)
    return list(run(session, wanted))


def standing_grades(session: Session, line_ids: Collection[int], *, with_missing: bool = False) -> list[Row[Any]]:
    """The grades that stand on these lines, in the order in which they were given, with names; parts that did not come
    `with_missing` alone.
    """
    statement = standing_statement() if with_missing else GRADES
    return list(run(session, statement.where(grade.c.line_id.in_(list(line_ids)))))


def missing_parts(session: Session, line_ids: Collection[int]) -> dict[int, int]:
    """Units of parts that did not come with the kits of these lines, by line."""
    found: dict[int, int] = {}
    lacking = standing_statement().where(grade.c.disposition == MISSING, grade.c.line_id.in_(list(line_ids)))
    for row in run(session, lacking):
        found[row.line_id] = found.get(row.line_id, 0) + row.units
    return found
