"""Reads for the results of counting: sums by group, the records behind them, and how long visits took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location
from scanner.counting.tables import CountResult, Visit
from scanner.db.sql import fetch, table_of
from scanner.money import from_e4
from scanner.people.tables import Operator
from scanner.scans.tables import Task

_result = table_of(CountResult)
_item = table_of(Item)
_location = table_of(Location)
_operator = table_of(Operator)
_task = table_of(Task)
_visit = table_of(Visit)

BigSum = int | Decimal
"""A sum of large numbers: PostgreSQL gives a Decimal."""
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
class RecordFilter:
    """Which counted records are looked at."""

    since: datetime
    until: datetime  # before this moment
    section: str | None = None  # None: of any section, class or counter
    abc_class: str | None = None
    operator_id: int | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """Only first counts say how right the record was. A recount measures the same record again."""
        columns = ((_result.c.section, self.section), (_result.c.abc_class, self.abc_class))
        named = [column == value for column, value in (*columns, (_result.c.operator_id, self.operator_id)) if value is not None]
        return [_result.c.counted_at >= self.since, _result.c.counted_at < self.until, _result.c.round == 1, *named]


class AccuracySums(NamedTuple):
    """The counted records of a counter in a section and class: units and values too much and missing, both as sizes."""

    section: str
    abc_class: str
    operator_id: int
    operator: str
    counted: int
    matched: int
    plus_units: BigSum
    minus_units: BigSum
    plus_e4: BigSum
    minus_e4: BigSum


class CountedRecord(NamedTuple):
    """One record as it was counted. `moved`: stock of it moved during the count."""

    id: int
    at: datetime
    counted: int
    on_hand: int
    variance: int
    cost_e4: int
    verdict: str
    moved: bool
    scan_seq: int | None
    sku: str
    name: str
    location: str
    operator: str
    task: str

    @property
    def value(self) -> Decimal:
        """The variance at cost, as a size."""
        return from_e4(abs(self.variance) * self.cost_e4)


class CountedVisit(NamedTuple):
    """How long a visit took, and how many records were counted in it."""

    operator: str
    operator_id: int
    opened_at: datetime
    closed_at: datetime
    lines: int


def sums(session: Session, choice: RecordFilter) -> list[AccuracySums]:
    """What was counted, by section, class and counter."""
    group = (_result.c.section, _result.c.abc_class, _result.c.operator_id, _operator.c.name)
    wanted = (
        select(*group[:3], _operator.c.name.label("operator"), *_SUMS)
        .join_from(_result, _operator, _result.c.operator_id == _operator.c.id)
        .where(*choice.clauses())
        .group_by(*group)
        .order_by(_result.c.section, _result.c.abc_class, _operator.c.name)
    )
    return fetch(session, AccuracySums, wanted)


def lines(session: Session, choice: RecordFilter, *, differing: bool, before: int | None, limit: int) -> list[CountedRecord]:
    """Counted records below the id `before`, the newest first. `differing`: only those that did not match."""
    wanted = (
        select(
            _result.c.id,
            _result.c.counted_at.label("at"),
            _result.c.counted,
            _result.c.on_hand,
            _result.c.variance,
            _result.c.cost_e4,
            _result.c.verdict,
            _result.c.moved,
            _result.c.scan_seq,
            _item.c.sku,
            _item.c.name,
            _location.c.code.label("location"),
            _operator.c.name.label("operator"),
            _task.c.reference.label("task"),
        )
        .join_from(_result, _item, _result.c.item_id == _item.c.id)
        .join(_location, _result.c.location_id == _location.c.id)
        .join(_operator, _result.c.operator_id == _operator.c.id)
        .join(_task, _result.c.task_id == _task.c.id)
        .where(*choice.clauses())
        .order_by(_result.c.id.desc())
        .limit(limit)
    )
    if differing:
        wanted = wanted.where(_result.c.variance != 0)
    if before is not None:
        wanted = wanted.where(_result.c.id < before)
    return fetch(session, CountedRecord, wanted)


def visits(session: Session, choice: RecordFilter) -> list[CountedVisit]:
    """The visits in which the chosen records were counted."""
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
    return fetch(session, CountedVisit, wanted.where(_visit.c.closed_at.is_not(None)))
