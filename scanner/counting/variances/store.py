"""Reads and writes the results of counts: what was found, what was on record, and open variances."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.tables import CountClass, CountPolicy, CountResult, Visit
from scanner.counting.variances.rules import OPENING, OPENING_ROUND
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.discrepancies.rules import ANSWERED_BY_COUNT, DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy, DiscrepancyEvent
from scanner.people.tables import Operator
from scanner.scans.order import store as order
from scanner.scans.tables import Line, Movement, Scan, Tally, Task

_visit = table_of(Visit)
_line = table_of(Line)
_item = table_of(Item)
_location = table_of(Location)
_operator = table_of(Operator)
_scan = table_of(Scan)
_tally = table_of(Tally)
_task = table_of(Task)
_stock = table_of(Stock)
_movement = table_of(Movement)
_result = table_of(CountResult)
_discrepancy = table_of(Discrepancy)
_event = table_of(DiscrepancyEvent)
_class = table_of(CountClass)
_policy = table_of(CountPolicy)

AT_ONE_MOMENT = 100
"""Most movements by scans that are recorded at the same moment."""
_is_open_variance = and_(
    _discrepancy.c.kind == DiscrepancyKind.VARIANCE.value, _discrepancy.c.state == DiscrepancyState.OPEN.value
)


class ClosedVisit(NamedTuple):
    """A visit that is over, with the section of its location and the last scan that was made there."""

    id: int
    location_id: int
    operator_id: int
    said_empty: bool
    opened_at: datetime
    opened_seq: int
    closed_at: datetime
    closed_seq: int
    section: str
    last_at: datetime
    last_seq: int


class FoundUnits(NamedTuple):
    """Units (`scanned`) of an item that a visit found in all, and one of the scans that counted it, or took it back."""

    item_id: int
    scanned: int
    scan_seq: int
    happened_at: datetime


class OnRecord(NamedTuple):
    """An item at a place: `units` on hand now, and one movement of it; an item without movements comes once, with None."""

    item_id: int
    units: int
    moved: int | None
    source_id: int | None
    scan_seq: int | None


class CountedItem(NamedTuple):
    """What a variance of an item is worth (cost in ten-thousandths) and which tolerance it has."""

    id: int
    unit_cost_e4: int
    abc_class: str


class ClassTolerance(NamedTuple):
    """The variance of a class that needs no recount: units, hundredths of a per cent, value in ten-thousandths."""

    abc_class: str
    tolerance_units: int
    tolerance_bp: int
    tolerance_value_e4: int


class LastResult(NamedTuple):
    """What an item at a location came to when it was counted last."""

    id: int
    operator_id: int
    round: int
    variance: int
    scan_seq: int  # the last scan that counted it


class Counting(NamedTuple):
    """One of the counts of an item at a location: units counted against on hand at that moment."""

    round: int
    counted: int
    on_hand: int
    variance: int
    operator_id: int
    operator: str
    at: datetime
    task: str
    location: str
    scan_seq: int | None


class Variance(NamedTuple):
    """A discrepancy as the variance of a count; check the `kind`, since others have no location.

    `units` and `value_e4` are signed: counted minus on hand. `task_id` is the count that opened it.
    """

    id: int
    kind: str
    state: str
    cause: str
    task_id: int
    location_id: int
    item_id: int
    units: int
    value_e4: int
    opened_at: datetime


_VARIANCES = select(*(_discrepancy.c[name] for name in Variance._fields))


def closed_visits(session: Session, task_id: int) -> list[ClosedVisit]:
    """The visits of a count that are over and stand, in the order in which they began."""
    there = and_(
        _scan.c.task_id == _visit.c.task_id,
        _scan.c.operator_id == _visit.c.operator_id,
        _scan.c.location_id == _visit.c.location_id,
        _scan.c.seq >= _visit.c.opened_seq,
        _scan.c.seq < _visit.c.closed_seq,
    )
    wanted = (
        select(
            _visit.c.id,
            _visit.c.location_id,
            _visit.c.operator_id,
            _visit.c.said_empty,
            _visit.c.opened_at,
            _visit.c.opened_seq,
            _visit.c.closed_at,
            _visit.c.closed_seq,
            _location.c.section,
            func.max(_scan.c.happened_at).label("last_at"),
            func.max(_scan.c.seq).label("last_seq"),
        )
        .join_from(_visit, _location, _visit.c.location_id == _location.c.id)
        .join(_scan, there)
        .where(_visit.c.task_id == task_id, _visit.c.state == "closed")
        .group_by(_visit.c.id, _location.c.id)
        .order_by(_visit.c.id)
    )
    return fetch(session, ClosedVisit, wanted)


def found_in(session: Session, visit_id: int) -> list[FoundUnits]:
    """What a visit found, a row for each scan of it."""
    wanted = (
        select(_line.c.item_id, _line.c.scanned, _scan.c.seq.label("scan_seq"), _scan.c.happened_at)
        .join_from(_line, _scan, _scan.c.task_id == _line.c.task_id)  # by the task: tallies are found by their scans alone
        .join(_tally, and_(_tally.c.scan_seq == _scan.c.seq, _tally.c.line_id == _line.c.id))
        .where(_line.c.visit_id == visit_id)
        .order_by(_line.c.id, _scan.c.seq)
    )
    return fetch(session, FoundUnits, wanted)


def record_of(session: Session, location_id: int, since: int, corrected_at: int) -> list[OnRecord]:
    """What the record has at a location now, and what scans from `since` on moved there, by item, in the order of the movements.

    Both are read by one statement, so that they are of the same moment. Corrections of the record are left out, since no
    goods moved: what went to or from the place `corrected_at`, and what settled a discrepancy.
    """
    physical = and_(
        _movement.c.item_id == _stock.c.item_id,
        _movement.c.seq >= _first_movement(session, since),  # so that it is found by item and number
        _movement.c.scan_seq + 0 >= since,  # not by its own index: that would read what moved of every item
        _movement.c.discrepancy_id.is_(None),
        or_(_movement.c.source_id == location_id, _movement.c.target_id == location_id),
        _movement.c.source_id != corrected_at,
        _movement.c.target_id != corrected_at,
    )
    wanted = (
        select(
            _stock.c.item_id,
            _stock.c.units,
            _movement.c.units.label("moved"),
            _movement.c.source_id,
            _movement.c.scan_seq,
        )
        .join_from(_stock, _movement, physical, isouter=True)
        .where(_stock.c.location_id == location_id)
        .order_by(_stock.c.item_id, _movement.c.seq)
    )
    return fetch(session, OnRecord, wanted)


def _first_movement(session: Session, since: int) -> int:
    """The lowest number of a movement by scans from `since` on. On PostgreSQL scans of one moment may swap theirs."""
    first = select(_movement.c.seq).where(_movement.c.scan_seq >= since).order_by(_movement.c.scan_seq).limit(AT_ONE_MOMENT)
    after_all = select(func.coalesce(func.max(_movement.c.seq), 0) + 1)
    return min(run(session, first).scalars(), default=0) or int(run(session, after_all).scalar_one())


def items(session: Session, item_ids: Collection[int]) -> dict[int, CountedItem]:
    """Item id -> what is counted of it."""
    wanted = select(_item.c.id, _item.c.unit_cost_e4, _item.c.abc_class).where(_item.c.id.in_(list(item_ids)))
    return {row.id: row for row in fetch(session, CountedItem, wanted)}


def ever_moved(session: Session, item_ids: Collection[int]) -> set[int]:
    """Those of the items of which anything ever moved, anywhere. What was only counted as opening stock did not."""
    moved = exists().where(_movement.c.item_id == _item.c.id, _movement.c.cause != OPENING)
    return set(run(session, select(_item.c.id).where(_item.c.id.in_(list(item_ids)), moved)).scalars())


def first_opening(session: Session) -> datetime | None:
    """When opening stock was booked first; None where it never was."""
    wanted = select(_result.c.evaluated_at).where(_result.c.round == OPENING_ROUND).order_by(_result.c.id).limit(1)
    return run(session, wanted).scalar_one_or_none()


def classes(session: Session) -> dict[str, ClassTolerance]:
    """ABC class -> its tolerance."""
    columns = (_class.c[name] for name in ClassTolerance._fields)
    return {row.abc_class: row for row in fetch(session, ClassTolerance, select(*columns))}


def approval_value(session: Session) -> int:
    """The value of a variance (ten-thousandths) above which a supervisor decides."""
    return int(run(session, select(_policy.c.approval_value_e4)).scalar_one())


def add_result(session: Session, values: dict[str, Any]) -> int:
    """Append what a count of a line came to; gives its id."""
    return int(run(session, insert(_result).returning(_result.c.id), values).scalar_one())


def last_result(session: Session, location_id: int, item_id: int) -> LastResult | None:
    """What an item at a location came to when it was counted last; None where it never was."""
    columns = (_result.c[name] for name in LastResult._fields)
    wanted = select(*columns).where(_result.c.location_id == location_id, _result.c.item_id == item_id)
    return fetch_one(session, LastResult, wanted.order_by(_result.c.id.desc()).limit(1))


def results_since(session: Session, location_id: int, item_id: int, task_id: int) -> list[Counting]:
    """The counts of an item at a location from that count on, the oldest first."""
    wanted = (
        select(
            _result.c.round,
            _result.c.counted,
            _result.c.on_hand,
            _result.c.variance,
            _result.c.operator_id,
            _operator.c.name.label("operator"),
            _result.c.counted_at.label("at"),
            _task.c.reference.label("task"),
            _location.c.code.label("location"),
            _result.c.scan_seq,
        )
        .join_from(_result, _operator, _result.c.operator_id == _operator.c.id)
        .join(_task, _result.c.task_id == _task.c.id)
        .join(_location, _result.c.location_id == _location.c.id)
        .where(*_from_count(location_id, item_id, task_id))
        .order_by(_result.c.id)
    )
    return fetch(session, Counting, wanted)


def _from_count(location_id: int, item_id: int, task_id: int) -> tuple[ColumnElement[bool], ...]:
    """Results are numbered in the order in which they were judged."""
    first = _result.alias("first")
    of_count = and_(first.c.task_id == task_id, first.c.location_id == location_id, first.c.item_id == item_id)
    since = select(func.min(first.c.id)).where(of_count).scalar_subquery()
    return _result.c.location_id == location_id, _result.c.item_id == item_id, _result.c.id >= since


def scans_behind(session: Session, location_id: int, item_id: int, task_id: int) -> list[int]:
    """Sequence numbers of the last scans that counted an item at a location from that count on, also as part of a kit."""
    counted = and_(_line.c.visit_id == _result.c.visit_id, _line.c.item_id == _result.c.item_id)
    wanted = (
        select(_tally.c.scan_seq)
        .join_from(_result, _line, counted)
        .join(_scan, _scan.c.task_id == _line.c.task_id)
        .join(_tally, and_(_tally.c.scan_seq == _scan.c.seq, _tally.c.line_id == _line.c.id))
        .where(*_from_count(location_id, item_id, task_id))
        .order_by(_tally.c.scan_seq.desc())
        .limit(200)
    )
    return list(run(session, wanted).scalars())


def get_variance(session: Session, discrepancy_id: int) -> Variance | None:
    """A discrepancy by its number, not held; None where there is none."""
    return fetch_one(session, Variance, _VARIANCES.where(_discrepancy.c.id == discrepancy_id))


def hold_variance(session: Session, discrepancy_id: int) -> Variance | None:
    """A discrepancy by its number, held to the end of the transaction; None where there is none."""
    return fetch_one(session, Variance, _VARIANCES.where(_discrepancy.c.id == discrepancy_id).with_for_update())


def open_variance(session: Session, location_id: int, item_id: int) -> Variance | None:
    """The open variance of an item at a location, held to the end of the transaction."""
    there = and_(_discrepancy.c.location_id == location_id, _discrepancy.c.item_id == item_id)
    wanted = _VARIANCES.where(_is_open_variance, there).order_by(_discrepancy.c.id).limit(1)
    return fetch_one(session, Variance, wanted.with_for_update())


class Noted(NamedTuple):
    """A discrepancy that says that a place is off."""

    id: int
    kind: str


def open_noted(session: Session, location_id: int, item_id: int, looked: int) -> list[Noted]:
    """What was noted of an item at a location before the scan `looked` counted it, held to the end of the transaction.

    What a person noted at a desk has no place among the scans: there the times are compared.
    """
    noted_by = select(_event.c.scan_seq).where(_event.c.discrepancy_id == _discrepancy.c.id).order_by(_event.c.id).limit(1)
    by_scan = noted_by.correlate(_discrepancy).scalar_subquery()
    then = select(_scan.c.happened_at).where(_scan.c.seq == looked).scalar_subquery()
    wanted = select(_discrepancy.c.id, _discrepancy.c.kind).where(
        _discrepancy.c.location_id == location_id,
        _discrepancy.c.item_id == item_id,
        or_(by_scan < order.reached_back(session, looked), by_scan.is_(None) & (_discrepancy.c.opened_at <= then)),
        _discrepancy.c.kind.in_([kind.value for kind in ANSWERED_BY_COUNT]),
        _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )
    return fetch(session, Noted, wanted.order_by(_discrepancy.c.id).with_for_update())
