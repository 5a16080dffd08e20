"""Reads for the results of counting: sums a group, the lines behind them, adjustments, and what the stock is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL, LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.tables import CountResult, Visit
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import Operator
from scanner.scans.tables import Movement, Task

_result, _item, _location, _operator, _task, _visit, _movement, _stock, _discrepancy = (
    table.__table__  # type: ignore[attr-defined]
    for table in (CountResult, Item, Location, Operator, Task, Visit, Movement, Stock, Discrepancy)
)
_source, _target = _location.alias("source"), _location.alias("target")
IMPORTED = "import"
"""The cause of movements that brought stock in: a beginning, no drift."""
_plus = case((_result.c.variance > 0, _result.c.variance), else_=0)
_minus = case((_result.c.variance < 0, -_result.c.variance), else_=0)
_SUMS = (
    func.count().label("counted"),
    func.sum(case((_result.c.variance == 0, 1), else_=0)).label("matched"),
    func.sum(_plus).label("plus_units"),
    func.sum(_minus).label("minus_units"),
    func.sum(_plus * _result.c.cost_e4).label("plus_e4"),
    func.sum(_minus * _result.c.cost_e4).label("minus_e4"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which first counts of records are looked at: from `since` until before `until`, None for any of the others."""

    since: datetime
    until: datetime
    section: str | None = None
    abc_class: str | None = None
    operator_id: int | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """A recount measures the same record again, so the first round alone says how right the record was."""
        columns = ((_result.c.section, self.section), (_result.c.abc_class, self.abc_class))
        named = [column == value for column, value in (*columns, (_result.c.operator_id, self.operator_id)) if value is not None]
        return [_result.c.counted_at >= self.since, _result.c.counted_at < self.until, _result.c.round == 1, *named]


def sums(session: Session, choice: Choice) -> list[Row[Any]]:
    """(section, abc_class, operator_id, operator, counted, matched, plus_units, minus_units, plus_e4, minus_e4) a group."""
    group = (_result.c.section, _result.c.abc_class, _result.c.operator_id, _operator.c.name)
    wanted = (
        select(*group[:3], _operator.c.name.label("operator"), *_SUMS)
        .join_from(_result, _operator, _result.c.operator_id == _operator.c.id)
        .where(*choice.clauses())
        .group_by(*group)
        .order_by(_result.c.section, _result.c.abc_class, _operator.c.name)
    )
    return list(run(session, wanted))


def lines(session: Session, choice: Choice, *, differing: bool, before: int | None, limit: int) -> list[Row[Any]]:
    """Counted records, the newest first, with who counted them, and the scan, the task and the discrepancy behind."""
    wanted = (
        select(
            _result.c.id, _result.c.counted_at, _result.c.counted, _result.c.on_hand, _result.c.variance, _result.c.cost_e4,
            _result.c.verdict, _result.c.moved, _result.c.scan_seq, _result.c.round, _result.c.abc_class, _item.c.sku,
            _item.c.name, _location.c.code.label("location"), _operator.c.name.label("operator"), _task.c.reference,
        )
        .join_from(_result, _item, _result.c.item_id == _item.c.id)
        .join(_location, _result.c.location_id == _location.c.id)
        .join(_operator, _result.c.operator_id == _operator.c.id)
        .join(_task, _result.c.task_id == _task.c.id)
        .where(*choice.clauses())
        .order_by(_result.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if differing:
        wanted = wanted.where(_result.c.variance != 0)
    if before is not None:
        wanted = wanted.where(_result.c.id < before)
    return list(run(session, wanted))


def visits(session: Session, choice: Choice) -> list[Row[Any]]:
    """Visits that ended in the period: (operator, operator_id, opened_at, closed_at, lines), lines being its records."""
    counted = (
        select(_result.c.visit_id, _result.c.operator_id, _operator.c.name.label("operator"), func.count().label("lines"))
        .join_from(_result, _operator, _result.c.operator_id == _operator.c.id)
        .where(*choice.clauses())
        .group_by(_result.c.visit_id, _result.c.operator_id, _operator.c.name)
        .subquery()
    )
    wanted = select(counted.c.operator, counted.c.operator_id, _visit.c.opened_at, _visit.c.closed_at, counted.c.lines).join_from(
        counted, _visit, counted.c.visit_id == _visit.c.id
    )
    return list(run(session, wanted.where(_visit.c.closed_at.is_not(None))))


def adjusted(session: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    """Adjustments by cause: (cause, times, units, value_e4), pluses and minuses added up as sizes. Stock brought in is none."""
    worth = _movement.c.units * _item.c.unit_cost_e4
    wanted = (
        select(
            _movement.c.cause,
            func.count().label("times"),
            func.sum(_movement.c.units).label("units"),
            func.sum(worth).label("value_e4"),
        )
        .where(*_adjustments(since, until))
        .group_by(_movement.c.cause)
        .order_by(func.sum(worth).desc(), _movement.c.cause)
    )
    return list(run(session, _of_adjustments(wanted)))


def adjustments(
    session: Session, since: datetime, until: datetime, cause: str | None, before: int | None, limit: int
) -> list[Row[Any]]:
    """The movements to and from adjustment, the newest first, with what caused and settled them."""
    wanted = _of_adjustments(
        select(
            _movement.c.seq, _movement.c.at, _movement.c.units, _movement.c.cause, _movement.c.scan_seq,
            _movement.c.discrepancy_id, _item.c.sku, _item.c.name, _item.c.unit_cost_e4, _source.c.kind.label("source_kind"),
            _source.c.code.label("source"), _target.c.code.label("target"), _operator.c.name.label("operator"),
        )
        .where(*_adjustments(since, until))
        .order_by(_movement.c.seq.desc())
        .limit(limit)
    ).join(_operator, _movement.c.operator_id == _operator.c.id, isouter=True)  # fmt: skip
    if cause is not None:
        wanted = wanted.where(_movement.c.cause == cause)
    if before is not None:
        wanted = wanted.where(_movement.c.seq < before)
    return list(run(session, wanted))


def inventory_value(session: Session) -> int:
    """What is on hand at real places, at cost, in ten-thousandths."""
    wanted = (
        select(func.coalesce(func.sum(_stock.c.units * _item.c.unit_cost_e4), 0))
        .join_from(_stock, _item, _stock.c.item_id == _item.c.id)
        .join(_location, _stock.c.location_id == _location.c.id)
        .where(_location.c.kind.not_in(list(VIRTUAL)))
    )
    return int(run(session, wanted).scalar_one())


def short_picks(session: Session, since: datetime, until: datetime) -> Row[Any]:
    """(times, units, value_e4) of what was called available and could not be picked."""
    wanted = select(
        func.count().label("times"),
        func.coalesce(func.sum(_discrepancy.c.units), 0).label("units"),
        func.coalesce(func.sum(_discrepancy.c.value_e4), 0).label("value_e4"),
    ).where(
        _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value,
        _discrepancy.c.state != DiscrepancyState.WITHDRAWN.value,
        _discrepancy.c.opened_at >= since,
        _discrepancy.c.opened_at < until,
    )
    return run(session, wanted).one()


def _of_adjustments(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.select_from(_movement)
        .join(_item, _movement.c.item_id == _item.c.id)
        .join(_source, _movement.c.source_id == _source.c.id)
        .join(_target, _movement.c.target_id == _target.c.id)
    )


def _adjustments(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    virtual = LocationKind.ADJUSTMENT.value
    return (
        _movement.c.at >= since,
        _movement.c.at < until,
        _movement.c.cause != IMPORTED,
        or_(_source.c.kind == virtual, _target.c.kind == virtual),
    )
