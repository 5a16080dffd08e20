"""Statements on what a month brought, and on the months that are closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.drift.flows import Account, Flow, Journal
from scanner.drift.journal.rules import Entry, Signed
from scanner.drift.periods import Period, period_named
from scanner.drift.tables import ClosedPeriod, JournalRow, Reserve, Revaluation
from scanner.drift.tables import Flow as FlowTable
from scanner.people.tables import Operator

_flow, _revaluation, _closed, _row, _reserve = (
    table_of(model) for model in (FlowTable, Revaluation, ClosedPeriod, JournalRow, Reserve)
)
_operator = table_of(Operator)


class Closed(NamedTuple):
    """A month that is closed: by whom and when, what the inventory was worth, and its budget."""

    period: str
    closed_at: datetime
    by: str
    value_before_e4: int
    value_after_e4: int
    rate_bp: int
    mean_value_e4: int
    budget_e4: int


class ReserveRow(NamedTuple):
    """What a month set aside for a section: booked (accrual) against verified (found), and what is left."""

    period: str
    section: str
    shipped_e4: int
    shrink_ppm: int
    accrual_e4: int
    found_e4: int
    true_up_e4: int
    reserve_e4: int


class _FlowRow(NamedTuple):
    source_kind: str
    target_kind: str
    value_e4: int
    cause: str
    section: str
    day: date


class _ChangeRow(NamedTuple):
    section: str
    value_e4: int


class _EntryRow(NamedTuple):
    day: date
    journal: str
    debit: str
    credit: str
    debit_code: str
    credit_code: str
    cents: int
    section: str
    cause: str
    late: date | None


_CLOSED = select(
    _closed.c.period, _closed.c.closed_at, _operator.c.name.label("by"), _closed.c.value_before_e4, _closed.c.value_after_e4,
    _closed.c.rate_bp, _closed.c.mean_value_e4, _closed.c.budget_e4,
).join_from(_closed, _operator, _closed.c.closed_by == _operator.c.id)  # fmt: skip


def flows(session: Session, period: Period) -> list[Flow]:
    """What moved in a month, in one order; what is late has its day."""
    columns = [_flow.c[name] for name in _FlowRow._fields]
    wanted = select(*columns).where(_flow.c.period == str(period)).order_by(*_flow.primary_key.columns)
    return [
        Flow(
            row.source_kind, row.target_kind, value_e4=row.value_e4, cause=row.cause, section=row.section,
            late=row.day if row.day < period.first else None,
        )
        for row in fetch(session, _FlowRow, wanted)
    ]  # fmt: skip


def cost_changes(session: Session, period: Period) -> list[Signed]:
    """What changes of costs added in a month."""
    wanted = select(_revaluation.c.section, _revaluation.c.value_e4).where(_revaluation.c.period == str(period))
    return [Signed(*row) for row in fetch(session, _ChangeRow, wanted.order_by(*_revaluation.primary_key.columns))]


def closed(session: Session, period: Period) -> Closed | None:
    """A month, where it is closed."""
    return fetch_one(session, Closed, _CLOSED.where(_closed.c.period == str(period)))


def last_closed(session: Session) -> Closed | None:
    """The last month that was closed."""
    return fetch_one(session, Closed, _CLOSED.order_by(_closed.c.period.desc()).limit(1))


def all_closed(session: Session) -> list[Closed]:
    """The months that are closed, the latest first."""
    return fetch(session, Closed, _CLOSED.order_by(_closed.c.period.desc()))


def reserves(session: Session, first: Period, last: Period) -> list[ReserveRow]:
    """What the closed months from one to another set aside, by section."""
    columns = [_reserve.c[name] for name in ReserveRow._fields]
    wanted = select(*columns).where(_reserve.c.period.between(str(first), str(last)))
    return fetch(session, ReserveRow, wanted.order_by(_reserve.c.period, _reserve.c.section))


def all_reserves(session: Session) -> list[ReserveRow]:
    """The same of all closed months."""
    columns = [_reserve.c[name] for name in ReserveRow._fields]
    return fetch(session, ReserveRow, select(*columns).order_by(_reserve.c.period.desc(), _reserve.c.section))


def entries(session: Session, period: Period) -> tuple[list[Entry], dict[Account, str]]:
    """The journal of a closed month as it was closed, and what its accounts were called."""
    columns = [_row.c[name] for name in _EntryRow._fields]
    found = fetch(session, _EntryRow, select(*columns).where(_row.c.period == str(period)).order_by(_row.c.position))
    codes: dict[Account, str] = {}
    for row in found:
        codes |= {Account(row.debit): row.debit_code, Account(row.credit): row.credit_code}
    entries = [
        Entry(
            row.day, Journal(row.journal), Account(row.debit), Account(row.credit), row.cents, section=row.section,
            cause=row.cause, late=row.late,
        )
        for row in found
    ]  # fmt: skip
    return entries, codes


def keep(
    session: Session, month: ClosedPeriod, rows: Iterable[ReserveRow], entries: Iterable[Entry], codes: Mapping[Account, str]
) -> None:
    """Close a month: nothing of it is changed any more."""
    period = period_named(month.period)
    run(session, insert(_closed), {name: getattr(month, name) for name in _closed.columns.keys()})  # noqa: SIM118
    set_aside = [row._asdict() for row in rows]
    if set_aside:
        run(session, insert(_reserve), set_aside)
    booked = [
        {
            "period": str(period), "position": position, "day": entry.day, "journal": entry.journal.value,
            "debit": entry.debit.value, "credit": entry.credit.value, "cents": entry.cents, "section": entry.section,
            "debit_code": codes.get(entry.debit, entry.debit.value), "late": entry.late, "cause": entry.cause,
            "credit_code": codes.get(entry.credit, entry.credit.value),
        }
        for position, entry in enumerate(entries)
    ]  # fmt: skip
    if booked:
        run(session, insert(_row), booked)
