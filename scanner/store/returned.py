"""What came back and how it was graded: returns line by line, as customer service and other systems read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlmodel import Session

from scanner.domain.dispositions import MISSING
from scanner.store.grades import standing_statement
from scanner.store.sql import run
from scanner.store.tables import Grade, Item, KitPart, Line, Scan, Task

task, line, item, grade, scan, part = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Task, Line, Item, Grade, Scan, KitPart)
)
_matched = task.alias("matched")

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


def standing_grades(session: Session, line_ids: Collection[int]) -> list[Row[Any]]:
    """The grades that stand on these lines, in the order in which they were given, with names."""
    return list(run(session, GRADES.where(grade.c.line_id.in_(list(line_ids)))))


def parts(session: Session, item_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """What is in each of these items that is a kit: item -> {part: units}."""
    found: dict[int, dict[int, int]] = {}
    for row in run(session, select(part).where(part.c.kit_id.in_(list(item_ids)))):
        found.setdefault(row.kit_id, {})[row.part_id] = row.units
    return found


def missing_parts(session: Session, line_ids: Collection[int]) -> dict[int, int]:
    """Units of parts that did not come with the kits of these lines, by line."""
    found: dict[int, int] = {}
    lacking = standing_statement().where(grade.c.disposition == MISSING, grade.c.line_id.in_(list(line_ids)))
    for row in run(session, lacking):
        found[row.line_id] = found.get(row.line_id, 0) + row.units
    return found


def announced_elsewhere(session: Session, references: Collection[str]) -> dict[tuple[str, int], int]:
    """Units by return and item that were announced there and did not come under its own number."""
    wanted = (
        select(
            task.c.reference, line.c.item_id, func.sum(line.c.expected).label("expected"), func.sum(line.c.scanned).label("came")
        )
        .join_from(line, task, line.c.task_id == task.c.id)
        .where(task.c.reference.in_(list(references)))
        .group_by(task.c.reference, line.c.item_id)
    )
    return {(row.reference, row.item_id): max(int(row.expected) - int(row.came), 0) for row in run(session, wanted)}


def came_elsewhere(session: Session, references: Collection[str]) -> list[Row[Any]]:
    """What came on returns that were matched to these: (matched_to, task_id, reference, item_id, sku, name, units)."""
    wanted = (
        select(
            _matched.c.matched_to, _matched.c.id.label("task_id"), _matched.c.reference, line.c.item_id,
            item.c.sku, item.c.name, func.sum(line.c.scanned).label("units"),
        )
        .join_from(line, _matched, line.c.task_id == _matched.c.id)
        .join(item, line.c.item_id == item.c.id)
        .where(_matched.c.matched_to.in_(list(references)))
        .group_by(_matched.c.matched_to, _matched.c.id, _matched.c.reference, line.c.item_id, item.c.sku, item.c.name)
        .order_by(_matched.c.id)
    )  # fmt: skip
    return list(run(session, wanted))
