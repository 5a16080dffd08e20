"""Which open variances a person does not decide now, and who does."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session

from scanner.counting.tables import CountResult, RecountLine
from scanner.db.sql import run, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.people.rules import OperatorView, Right
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Task
from scanner.staff import store as staff
from scanner.staff.rules import Kept

_discrepancy, _result, _recount = table_of(Discrepancy), table_of(CountResult), table_of(RecountLine)
_task, _operator = table_of(Task), table_of(Operator)
MOST_NAMED = 3
"""Other supervisors that are named: one of them is enough."""


def not_decided_by(session: Session, operator: OperatorView) -> frozenset[int]:
    """The open variances that a person counted, and those that are being counted again, which nobody decides."""
    first = _result.alias("first")
    begun = select(func.min(first.c.id)).where(first.c.task_id == _discrepancy.c.task_id, *_at(first.c))
    counted = exists().where(
        _result.c.operator_id == operator.id, *_at(_result.c), _result.c.id >= begun.correlate(_discrepancy).scalar_subquery()
    )
    again = exists().where(
        _recount.c.task_id == _task.c.id, _task.c.state == TaskState.OPEN.value, *_at(_recount.c)
    )  # fmt: skip
    is_open = and_(
        _discrepancy.c.kind == DiscrepancyKind.VARIANCE.value, _discrepancy.c.state == DiscrepancyState.OPEN.value
    )  # fmt: skip
    return frozenset(run(session, select(_discrepancy.c.id).where(is_open, or_(counted, again))).scalars())


def deciders(session: Session, counted_by: Collection[int]) -> tuple[str, ...]:
    """The first who work here, may settle, and did not count it."""
    able = (
        each.name
        for each in staff.everybody(session)
        if each.active and each.id not in counted_by and _view(each).may(Right.SETTLE)
    )
    return tuple(name for name, _ in zip(able, range(MOST_NAMED), strict=False))


def _view(kept: Kept) -> OperatorView:
    return OperatorView(kept.id, kept.name, frozenset(kept.roles.split(";")))


def _at(columns: object) -> tuple[ColumnElement[bool], ...]:
    """That a row is of the item at the place of the discrepancy."""
    return tuple(getattr(columns, name) == _discrepancy.c[name] for name in ("location_id", "item_id"))
