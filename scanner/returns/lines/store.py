"""Statements on lines of returns and their grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location
from scanner.codes.dispositions import MISSING
from scanner.db.sql import fetch, table_of
from scanner.people.tables import Operator
from scanner.reasons.tables import ReturnReason
from scanner.returns.grades import STANDING_UNITS, select_standing
from scanner.returns.tables import Grade
from scanner.scans.tables import Line, Scan, Task

_task, _line, _item, _grade, _reason, _location, _scan, _operator = (
    table_of(model) for model in (Task, Line, Item, Grade, ReturnReason, Location, Scan, Operator)
)


class ReturnLineRow(NamedTuple):
    """A line with its item and the head of its return, in units. `said` is the reason of the customer."""

    id: int
    task_id: int
    item_id: int
    position: int
    reference: str
    order: str
    customer: str
    announced: bool
    matched_to: str | None
    sku: str
    name: str
    said: str
    expected: int
    arrived: int


_LINES = (
    select(
        _line.c.id, _line.c.task_id, _line.c.item_id, _line.c.position, _task.c.reference, _task.c.order_ref.label("order"),
        _task.c.partner.label("customer"), _task.c.announced, _task.c.matched_to, _item.c.sku, _item.c.name,
        _line.c.reason.label("said"), _line.c.expected, _line.c.scanned.label("arrived"),
    )
    .join_from(_line, _item, _line.c.item_id == _item.c.id)
    .join(_task, _line.c.task_id == _task.c.id)
    .order_by(_line.c.task_id, _line.c.position)
)  # fmt: skip


class GradeRow(NamedTuple):
    """Units of an item, or a part of it, that one scan graded, with location and operator.

    `reason` is the code on the label, `reason_name` is for people.
    """

    line_id: int
    sku: str
    name: str
    units: int
    disposition: str
    reason: str | None
    reason_name: str | None
    location: str
    scan_seq: int
    arrival_seq: int
    graded_at: datetime
    operator: str


_GRADES = select_standing(
    _grade.c.line_id, _item.c.sku, _item.c.name, STANDING_UNITS.label("units"), _grade.c.disposition,
    _reason.c.code.label("reason"), _reason.c.name.label("reason_name"), _location.c.code.label("location"),
    _grade.c.scan_seq, _grade.c.arrival_seq, _scan.c.happened_at.label("graded_at"), _operator.c.name.label("operator"),
)  # fmt: skip


def lines(
    session: Session, *, task_ids: Collection[int] | None = None, line_ids: Collection[int] | None = None
) -> list[ReturnLineRow]:
    """Lines of these returns, or these lines, by return and position."""
    chosen = _line.c.task_id.in_(list(task_ids)) if task_ids is not None else _line.c.id.in_(list(line_ids or ()))
    return fetch(session, ReturnLineRow, _LINES.where(chosen))


def lines_after(session: Session, after: int, limit: int) -> list[ReturnLineRow]:
    """Lines with a grade, by id after `after`."""
    graded = exists().where(_grade.c.line_id == _line.c.id)
    wanted = _LINES.where(_line.c.id > after, graded).order_by(None).order_by(_line.c.id).limit(limit)
    return fetch(session, ReturnLineRow, wanted)


def standing_grades(session: Session, line_ids: Collection[int], *, with_missing: bool = False) -> list[GradeRow]:
    """The standing grades of these lines, in the order in which they were given.

    Missing parts are left out unless `with_missing`, since they have a discrepancy.
    """
    statement = _GRADES if with_missing else _GRADES.where(_grade.c.disposition != MISSING)
    return fetch(session, GradeRow, statement.where(_grade.c.line_id.in_(list(line_ids))))


def missing_parts(session: Session, line_ids: Collection[int]) -> Counter[int]:
    """Units of parts that did not come with their kits, by line."""
    missing = _GRADES.where(_grade.c.disposition == MISSING, _grade.c.line_id.in_(list(line_ids)))
    found: Counter[int] = Counter()
    for row in fetch(session, GradeRow, missing):
        found[row.line_id] += row.units
    return found
