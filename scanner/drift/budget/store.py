"""Reads of what drifted, of what the inventory was worth, and of what may drift."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, case, delete, func, insert, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY, LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.plan import store as plans
from scanner.db import bulk
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, table_of
from scanner.drift.budget.rules import Used
from scanner.drift.flows import LEFT, NO_SHRINK, PUT_BACK, Line
from scanner.drift.fold import store as folds
from scanner.drift.periods import Period, day_of, period_named
from scanner.drift.tables import ClosedPeriod, DriftEntry, DriftRate, Flow, ShippedDay, ValueDay
from scanner.people.tables import Operator
from scanner.scans.tables import Movement, Scan, Task

_entry, _rate, _flow, _closed = (table_of(model) for model in (DriftEntry, DriftRate, Flow, ClosedPeriod))
_shipped, _value_day, _item, _location = (table_of(model) for model in (ShippedDay, ValueDay, Item, Location))
_stock, _task, _movement, _operator = (table_of(model) for model in (Stock, Task, Movement, Operator))
_scan = table_of(Scan)
_source, _target = _location.alias("source"), _location.alias("target")
ADJUSTMENT = LocationKind.ADJUSTMENT.value
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


class CauseAndSection(NamedTuple):
    """Gross drift of a cause in a section."""

    cause: str
    section: str
    gross_e4: int


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


class _SectionSum(NamedTuple):
    section: str
    value_e4: int


class _DaySum(NamedTuple):
    day: date
    value_e4: int


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


def values_by_day(session: Session, first: date, last: date) -> dict[date, int]:
    """What the inventory was worth on the days from one to another, of those that are over."""
    wanted = (
        select(_value_day.c.day, whole(func.sum(_value_day.c.value_e4)).label("value_e4"))
        .where(_value_day.c.day.between(first, last))
        .group_by(_value_day.c.day)
    )
    return {row.day: row.value_e4 for row in fetch(session, _DaySum, wanted)}


def values_by_section(session: Session, first: date, last: date) -> dict[str, int]:
    """The sum of what each section was worth on these days, of those that are over."""
    wanted = (
        select(_value_day.c.section, whole(func.sum(_value_day.c.value_e4)).label("value_e4"))
        .where(_value_day.c.day.between(first, last))
        .group_by(_value_day.c.section)
    )
    return {row.section: row.value_e4 for row in fetch(session, _SectionSum, wanted)}


def values_now(session: Session) -> dict[str, int]:
    """What each section is worth, as far as the sums go."""
    return folds.values(session)


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


def by_cause_and_section(session: Session, first: Period, last: Period) -> list[CauseAndSection]:
    """Gross drift of the months from one to another."""
    gross = whole(func.sum(func.abs(_entry.c.value_e4)))
    wanted = (
        select(_entry.c.cause, _entry.c.section, gross.label("gross_e4"))
        .where(_entry.c.period.between(str(first), str(last)), _entry.c.line == Line.DRIFT.value)
        .group_by(_entry.c.cause, _entry.c.section)
        .order_by(_entry.c.cause, _entry.c.section)
    )
    return fetch(session, CauseAndSection, wanted)


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
    shipped = case((_goes(*LEFT), _flow.c.value_e4), (_goes(*PUT_BACK), -_flow.c.value_e4), else_=0)
    adjusts = _flow.c.cause.not_in(sorted(NO_SHRINK))
    lost = case(
        (adjusts & (_flow.c.target_kind == ADJUSTMENT), _flow.c.value_e4),
        (adjusts & (_flow.c.source_kind == ADJUSTMENT), -_flow.c.value_e4),
        else_=0,
    )
    wanted = (
        select(
            _flow.c.section, whole(func.sum(shipped)).label("shipped_e4"), whole(func.sum(lost)).label("shrink_e4")
        )
        .where(_flow.c.period.between(str(first), str(last)))
        .group_by(_flow.c.section)
    )  # fmt: skip
    return fetch(session, Moved, wanted)


def _goes(sources: Collection[str], targets: Collection[str]) -> ColumnElement[bool]:
    return _flow.c.source_kind.in_(sorted(sources)) & _flow.c.target_kind.in_(sorted(targets))


def last_counts(session: Session, day: date) -> dict[str, date]:
    """When each section was counted last by the end of a day. None of its places waits for its first count."""
    return {section: day_of(at) for section, at in plans.waits_since(session, day).items()}


def shipped_after(session: Session, counted: Mapping[str, date], first: date, last: date) -> dict[str, int]:
    """What was shipped of each section after the day of its last count, or from `first` where it has none, up to `last`."""
    since = dict.fromkeys(_sections(session), first)
    since |= {section: max(first, day + timedelta(days=1)) for section, day in counted.items()}
    begins = bulk.pairs(session, {section: day.isoformat() for section, day in since.items()}, Date)
    wanted = (
        select(_shipped.c.section, whole(func.sum(_shipped.c.value_e4)).label("value_e4"))
        .join_from(begins, _shipped, _shipped.c.section == begins.c.key)
        .where(_shipped.c.day >= begins.c.value, _shipped.c.day <= last)
        .group_by(_shipped.c.section)
    )
    return {row.section: row.value_e4 for row in fetch(session, _SectionSum, wanted)}


def found_after(session: Session, counted: Mapping[str, date], days: int, first: Period, last: date) -> dict[str, int]:
    """What counts found missing of each section, net, more than so many days after its last count; all where it has none."""
    begins = dict.fromkeys(_sections(session), first.first)
    begins |= {section: day + timedelta(days=days + 1) for section, day in counted.items()}
    since = bulk.pairs(session, {section: day.isoformat() for section, day in begins.items()}, Date)
    wanted = (
        select(_entry.c.section, whole(-func.sum(_entry.c.value_e4)).label("value_e4"))
        .join_from(since, _entry, _entry.c.section == since.c.key)
        .where(_entry.c.period >= str(first), _entry.c.line == Line.DRIFT.value)
        .where(_entry.c.day >= since.c.value, _entry.c.day <= last)
        .group_by(_entry.c.section)
    )
    return {row.section: row.value_e4 for row in fetch(session, _SectionSum, wanted)}


def _sections(session: Session) -> set[str]:
    """Every section that a place is in; the empty one is of those that are in none."""
    return {"", *run(session, select(_location.c.section).distinct()).scalars()}


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
