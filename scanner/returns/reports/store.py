"""Standing grades for the reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.catalogue.tables import Item
from scanner.codes.dispositions import LOST, MISSING
from scanner.db.sql import fetch, table_of
from scanner.people.tables import Operator
from scanner.reasons.tables import ReturnReason
from scanner.returns.grades import STANDING_UNITS, select_standing
from scanner.returns.tables import Grade
from scanner.scans.tables import Line, Scan, Task

NOBODY = "not known"
_grade, _scan, _item, _operator, _reason, _line, _task = (
    table_of(model) for model in (Grade, Scan, Item, Operator, ReturnReason, Line, Task)
)
_receipt, _ordered = _task.alias("receipt"), _line.alias("ordered")
_last = (
    select(_ordered.c.item_id, func.max(_receipt.c.id).label("task_id"))
    .join_from(_ordered, _receipt, _ordered.c.task_id == _receipt.c.id)
    .where(_receipt.c.kind == "receiving", _ordered.c.scanned > 0)
    .group_by(_ordered.c.item_id)
    .subquery()
)


class GradedUnits(NamedTuple):
    """Units of an item that one scan graded. `given` is the reason of the customer, `supplier` that of the last receipt."""

    scan_seq: int
    at: datetime
    reference: str
    operator: str
    sku: str
    name: str
    units: int
    disposition: str
    reason: str
    given: str
    supplier: str
    unit_cost_e4: int

    @property
    def lost_e4(self) -> int:
        """Their cost where they are worth nothing any more, else 0."""
        return self.units * self.unit_cost_e4 if self.disposition in LOST else 0

    @property
    def week(self) -> date:
        """The Monday of its week."""
        day = self.at.date()
        return day - timedelta(days=day.weekday())


_GRADES = (
    select_standing(
        _grade.c.scan_seq, _scan.c.happened_at.label("at"), _task.c.reference, _operator.c.name.label("operator"), _item.c.sku,
        _item.c.name, STANDING_UNITS.label("units"), _grade.c.disposition, func.coalesce(_reason.c.name, "").label("reason"),
        _line.c.reason.label("given"), func.coalesce(func.nullif(_receipt.c.partner, ""), NOBODY).label("supplier"),
        _item.c.unit_cost_e4,
    )
    .join(_line, _grade.c.line_id == _line.c.id)
    .join(_task, _line.c.task_id == _task.c.id)
    .join(_last, _last.c.item_id == _grade.c.item_id, isouter=True)
    .join(_receipt, _receipt.c.id == _last.c.task_id, isouter=True)
    .where(_grade.c.disposition != MISSING)
    .order_by(None)
    .order_by(_grade.c.scan_seq.desc(), _grade.c.item_id)
)  # fmt: skip


def grades(session: Session, since: datetime, until: datetime) -> list[GradedUnits]:
    """Standing grades of a period, the newest first."""
    return fetch(session, GradedUnits, _GRADES.where(_scan.c.happened_at >= since, _scan.c.happened_at < until))
