"""Reads of what drifted, of what the inventory was worth, and of what may drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Date, Select, case, delete, func, insert, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.plan import store as plans
from scanner.db import bulk
from scanner.db.columns import whole
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.discrepancies.rules import Cause
from scanner.drift.budget.rules import Used
from scanner.drift.flows import Line
from scanner.drift.fold import store as folds
from scanner.drift.periods import Period, day_of, period_named
from scanner.drift.tables import ClosedPeriod, DriftEntry, DriftRate, Flow, SectionMonth, ShippedDay, ValueDay
from scanner.people.tables import Operator
from scanner.scans.tables import Movement, Scan, Task

_entry, _rate, _flow, _closed = (table_of(model) for model in (DriftEntry, DriftRate, Flow, ClosedPeriod))
_shipped, _value_day, _item, _location = (table_of(model) for model in (ShippedDay, ValueDay, Item, Location))
_stock, _task, _movement, _operator = (table_of(model) for model in (Stock, Task, Movement, Operator))
_scan, _month = table_of(Scan), table_of(SectionMonth)
_source, _target = _location.alias("source"), _location.alias("target")
HOUSE = ""
"""The section that stands for the whole house in the table of rates."""


class UsedRow(NamedTuple):
    """What was lost and gained of a kind of drift, as sizes: ten-thousandths. `key`: of a section, a cause, and so on."""

    key: str
    times: int
    minus_e4: int
    plus_e4: int

    @property
    def used(self) -> Used:
        """Both together."""
        return Used(self.minus_e4, self.plus_e4)


class Moved(NamedTuple):
    """What was shipped of a section, and its net shrink by counts, at the cost when it was booked."""

    section: str
    shipped_e4: int = 0
    shrink_e4: int = 0


class Costliest(NamedTuple):
    """Gross drift of a cause in a section, and of all."""

    cause: str
    section: str
    gross_e4: int
    total_e4: int


class EntryRow(NamedTuple):
    """A movement behind a number: what, where from and to, at what cost, who, why, and of which month its journal is."""

    seq: int
    at: datetime
    day: date
    period: str
    line: str
    section: str
    cause: str
    supplier: str
    abc_class: str
    units: int
    value_e4: int
    cost_e4: int | None
    cost_filled: bool
    sku: str
    name: str
    source: str
    target: str
    operator: str | None
    task: str | None
    discrepancy_id: int | None


class Costless(NamedTuple):
    """Items in stock that have no cost, so that they are worth nothing here."""

    number: int
    skus: tuple[str, ...]


COLUMNS: dict[str, ColumnElement[str]] = {
    "line": _entry.c.line,
    "section": _entry.c.section,
    "cause": _entry.c.cause,
    "supplier": _entry.c.supplier,
    "class": _entry.c.abc_class,
}
"""By what drift is shown, and what its movements are asked for by."""


def rates(session: Session) -> dict[str, int]:
    """Basis points a year by section, of those that have a rate of their own; the house is `HOUSE`."""
    return {row.section: row.rate_bp for row in run(session, select(_rate.c.section, _rate.c.rate_bp))}


def closed_rates(session: Session, period: Period) -> str | None:
    """The rates with which a month was closed, as JSON; None where it is open."""
    found: str | None = run(session, select(_closed.c.rates).where(_closed.c.period == str(period))).scalar_one_or_none()
    return found


def set_rate(session: Session, section: str, rate_bp: int | None) -> None:
    """Set the rate of a section; None takes its own away."""
    run(session, delete(_rate).where(_rate.c.section == section))
    if rate_bp is not None:
        run(session, insert(_rate), {"section": section, "rate_bp": rate_bp})


def first_day(session: Session) -> date | None:
    """The first day of which values are written down."""
    found: date | None = run(session, select(func.min(_value_day.c.day))).scalar_one()
    return found


def values_by_section(session: Session, first: date, last: date) -> dict[str, int]:
    """The sum of what each section was worth on these days, of those that are over."""
    values = select(_value_day.c.section, whole(func.sum(_value_day.c.value_e4)))
    return _by_section(session, values.where(_value_day.c.day.between(first, last)).group_by(_value_day.c.section))


def values_now(session: Session) -> dict[str, int]:
    """What each section is worth, as far as the sums go."""
    return folds.values(session)


def values_at(session: Session, day: date, today: date) -> dict[str, int]:
    """What each section was worth at the end of a day, or is worth now where that is today."""
    return values_now(session) if day == today else values_by_section(session, day, day)


def used(session: Session, period: Period, by: str, line: Line | None = Line.DRIFT) -> list[UsedRow]:
    """What was lost and gained in a month by a column, those of the highest value first; of all lines where none is named."""
    column = COLUMNS[by]
    value = _entry.c.value_e4
    minus = whole(func.coalesce(func.sum(case((value < 0, -value), else_=0)), 0))
    plus = whole(func.coalesce(func.sum(case((value > 0, value), else_=0)), 0))
    wanted = (
        select(column.label("key"), func.count().label("times"), minus.label("minus_e4"), plus.label("plus_e4"))
        .where(_entry.c.period == str(period))
        .group_by(column)
        .order_by((minus + plus).desc(), column)
    )
    return fetch(session, UsedRow, wanted if line is None else wanted.where(_entry.c.line == line.value))


def costliest(session: Session, first: Period, last: Period) -> Costliest | None:
    """The cause and section of the highest gross drift of some months, of causes that are known; None where there is none."""
    gross = whole(func.sum(func.abs(_entry.c.value_e4)))
    of_all = whole(func.sum(func.sum(func.abs(_entry.c.value_e4))).over())
    is_known = _entry.c.cause.not_in(["", Cause.UNKNOWN.value])
    wanted = (
        select(_entry.c.cause, _entry.c.section, gross.label("gross_e4"), of_all.label("total_e4"))
        .where(_entry.c.period.between(str(first), str(last)), _entry.c.line == Line.DRIFT.value)
        .group_by(_entry.c.cause, _entry.c.section)
        .order_by(is_known.desc(), gross.desc(), _entry.c.cause, _entry.c.section)
        .limit(1)
    )
    found = fetch_one(session, Costliest, wanted)
    return found if found and found.cause not in ("", Cause.UNKNOWN) else None


def entries(
    session: Session, period: Period, wanted: Mapping[str, str], *, before: int | None, limit: int | None
) -> list[EntryRow]:
    """The movements behind a number of a month, the newest first. `wanted`: values by the names of `COLUMNS`."""
    query = (
        select(
            _entry.c.seq, _movement.c.at, _entry.c.day, _entry.c.period, _entry.c.line, _entry.c.section, _entry.c.cause,
            _entry.c.supplier, _entry.c.abc_class, _entry.c.units, _entry.c.value_e4, _movement.c.cost_e4,
            _movement.c.cost_filled, _item.c.sku, _item.c.name, _source.c.code.label("source"), _target.c.code.label("target"),
            _operator.c.name.label("operator"), _task.c.reference.label("task"), _movement.c.discrepancy_id,
        )
        .join_from(_entry, _movement, _entry.c.seq == _movement.c.seq)
        .join(_item, _entry.c.item_id == _item.c.id)
        .join(_source, _movement.c.source_id == _source.c.id)
        .join(_target, _movement.c.target_id == _target.c.id)
        .join(_operator, _movement.c.operator_id == _operator.c.id, isouter=True)
        .join(_scan, _movement.c.scan_seq == _scan.c.seq, isouter=True)
        .join(_task, _scan.c.task_id == _task.c.id, isouter=True)
        .where(_entry.c.period == str(period), *(COLUMNS[name] == value for name, value in wanted.items()))
        .order_by(_entry.c.seq.desc())
        .limit(limit)
    )  # fmt: skip
    return fetch(session, EntryRow, query if before is None else query.where(_entry.c.seq < before))


def first_month(session: Session) -> Period | None:
    """The first month in which anything was booked."""
    found = run(session, select(func.min(_flow.c.period))).scalar_one()
    return period_named(found) if found else None


def moved(session: Session, first: Period, last: Period) -> list[Moved]:
    """What was shipped of each section in the months from one to another, and what counts found missing of it."""
    sums = [whole(func.sum(_month.c[name])).label(name) for name in ("shipped_e4", "shrink_e4")]
    wanted = select(_month.c.section, *sums).where(_month.c.period.between(str(first), str(last))).group_by(_month.c.section)
    return fetch(session, Moved, wanted)


def last_counts(session: Session, day: date) -> dict[str, date]:
    """When each section was counted last by the end of a day. None of its places waits for its first count."""
    return {section: day_of(at) for section, at in plans.waits_since(session, day).items()}


def sections(session: Session) -> set[str]:
    """Every section that a place is in; the empty one is of those that are in none."""
    return {"", *run(session, select(_location.c.section).distinct()).scalars().all()}


def shipped_since(session: Session, begins: Mapping[str, date], last: date) -> dict[str, int]:
    """What was shipped of each of these sections from its day on, up to `last`; of those that anything was."""
    since = _days(session, begins)
    shipped = func.sum(_shipped.c.value_e4)
    theirs = select(shipped).where(_shipped.c.section == since.c.key, _shipped.c.day.between(since.c.value, last))
    return _of_each(session, since, theirs)


def found_since(session: Session, begins: Mapping[str, date], first: Period, last: date) -> dict[str, int]:
    """What counts found missing of each of these sections from its day on, net, booked in the month `first` or later."""
    since = _days(session, begins)
    theirs = select(-func.sum(_entry.c.value_e4)).where(
        _entry.c.section == since.c.key, _entry.c.day.between(since.c.value, last),
        _entry.c.period >= str(first), _entry.c.line == Line.DRIFT.value,
    )  # fmt: skip
    return _of_each(session, since, theirs)


def _days(session: Session, days: Mapping[str, date]) -> CTE:
    return bulk.pairs(session, {section: day.isoformat() for section, day in days.items()}, Date)


def _of_each(session: Session, days: CTE, theirs: Select[Any]) -> dict[str, int]:
    """A sum of each section that has any, looked up by its key: for a join PostgreSQL would read what all had in a year."""
    return _by_section(session, select(days.c.key, whole(theirs.scalar_subquery())))


def _by_section(session: Session, wanted: Select[Any]) -> dict[str, int]:
    """Two columns, a section and a number or none."""
    rows: Sequence[Any] = run(session, wanted).all()
    return {section: number for section, number in rows if number is not None}


def costless(session: Session, named: int) -> Costless:
    """Items without a cost that are in the inventory, and the first of their SKUs."""
    there = (
        select(_item.c.sku)
        .join_from(_item, _stock, _stock.c.item_id == _item.c.id)
        .join(_location, _stock.c.location_id == _location.c.id)
        .where(_item.c.unit_cost_e4 == 0, _stock.c.units != 0, _location.c.kind.not_in(list(NO_INVENTORY)))
        .group_by(_item.c.sku)
        .order_by(_item.c.sku)
    )
    skus = [row.sku for row in run(session, there)]
    return Costless(len(skus), tuple(skus[:named]))


def is_section(session: Session, code: str) -> bool:
    """Whether any place is in the section."""
    return run(session, select(_location.c.id).where(_location.c.section == code).limit(1)).first() is not None
