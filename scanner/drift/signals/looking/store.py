"""Reads of the record by which signals are judged. Each is bounded by the days that its rule looks at.

What was recorded of a merged item is read as that of the item that stands for it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, LocationKind
from scanner.catalogue.tables import Item, Location, MergedItem, Stock
from scanner.counting.tables import CountResult
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy, DiscrepancyEvent
from scanner.drift.signals.rules import STREAKS
from scanner.drift.tables import ItemTrace, OpenDay, SaleDay, ShippedDay, Signal
from scanner.orders.tables import Order, ShortPick
from scanner.picking import KIND as PICKING
from scanner.scans.tables import Line, Movement, Scan, Task

(
    _item, _location, _stock, _result, _discrepancy, _event, _shipped, _trace, _open_day, _sale_day, _signal, _order, _short,
    _line, _movement, _scan, _task, _merged,
) = (
    table_of(model)
    for model in (
        Item, Location, Stock, CountResult, Discrepancy, DiscrepancyEvent, ShippedDay, ItemTrace, OpenDay, SaleDay, Signal, Order,
        ShortPick, Line, Movement, Scan, Task, MergedItem,
    )
)  # fmt: skip
_AT = select(_movement.c.at).where(_movement.c.seq >= bindparam("seq")).order_by(_movement.c.seq).limit(1)
_PARCELS = (LocationKind.PACKING, LocationKind.CUSTOMER)
BATCH = 500
"""Items asked for in one statement."""


class ShortRow(NamedTuple):
    """Units that a picker did not find (negative: taken back), of an item, in a section; it is empty for a place in none."""

    item_id: int
    section: str
    at: datetime
    units: int


class PickedRow(NamedTuple):
    """Lines of an item that were picked."""

    item_id: int
    lines: int


class WorkRow(NamedTuple):
    """Units that were picked in a section on a day."""

    section: str
    day: date
    units: int


class CountRow(NamedTuple):
    """A count of a section: when it began, the value by which it differed, and that which was counted, at cost."""

    section: str
    at: datetime
    variance_e4: int
    counted_e4: int


class ShippedRow(NamedTuple):
    """An order that went, and whether it met a short pick."""

    placed_at: datetime
    shipped_at: datetime
    was_short: bool


class SaleRow(NamedTuple):
    """On how many days an item was sold, and on which last."""

    item_id: int
    days: int
    last: date


class TraceRow(NamedTuple):
    """What the record of an item on shelves is, and how low it went."""

    item_id: int
    on_hand: int
    low: int
    low_before: int | None


class SubjectRow(NamedTuple):
    """An item, and the section of the shelf that has most of it."""

    item_id: int
    sku: str
    section: str


class FoundRow(NamedTuple):
    """What a count found of an item at a place."""

    item_id: int
    location_id: int
    variance: int
    at: datetime


def merged(session: Session) -> dict[int, int]:
    """Merged item -> the item that stands for it."""
    return {row.item_id: row.into_id for row in run(session, select(_merged.c.item_id, _merged.c.into_id))}


def _standing(item_id: ColumnElement[int]) -> ColumnElement[int]:
    """The item that stands for one, where the merged items are joined to it."""
    return func.coalesce(_merged.c.into_id, item_id)


def short_picks(session: Session, since: datetime) -> list[ShortRow]:
    """Short picks since a moment, of orders and of those who pick without one; not what was taken back as a whole."""
    section = func.coalesce(_location.c.section, "").label("section")
    is_late_enough = or_(
        _discrepancy.c.opened_at >= since, _discrepancy.c.settled_at >= since,
        _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )  # fmt: skip
    wanted = (
        select(_standing(_discrepancy.c.item_id).label("item_id"), section, _event.c.at, _event.c.units)
        .join_from(_discrepancy, _event, _event.c.discrepancy_id == _discrepancy.c.id)
        .join(_location, _discrepancy.c.location_id == _location.c.id, isouter=True)
        .join(_merged, _merged.c.item_id == _discrepancy.c.item_id, isouter=True)
        .where(_discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value)
        .where(_discrepancy.c.state != DiscrepancyState.WITHDRAWN.value, is_late_enough)
        .where(_event.c.at >= since, _event.c.units != 0)
    )
    return fetch(session, ShortRow, wanted)


def first_movement(session: Session, since: datetime) -> int:
    """The number of the first movement that was booked since a moment, or of one before it.

    Found by halves: movements have no index by their time, and are numbered in the order in which they were booked. What a device
    sent late is older than what stands beside it, so the caller asks for a moment well before what it wants.
    """
    low, high = 0, int(run(session, select(func.coalesce(func.max(_movement.c.seq), 0))).scalar_one())
    while low < high:
        middle = (low + high) // 2
        at = run(session, _AT, {"seq": middle}).scalar_one_or_none()
        low, high = (low, middle) if at is None or at >= since else (middle + 1, high)
    return low


def picked_lines(session: Session, first_seq: int, since: datetime, item_id: int | None = None) -> list[PickedRow]:
    """Lines of each item that were picked since a moment: one for each order or cart, and one for each scan of who picks without.

    What was shipped without being picked by scans is none: nobody could have said that it is not there.
    """
    packing, customers = (select(_location.c.id).where(_location.c.kind == kind.value) for kind in _PARCELS)
    is_picking = _task.c.kind == PICKING
    lines = func.count(case((~is_picking, _scan.c.task_id)).distinct()) + func.count(case((is_picking, _scan.c.seq)))
    straight = and_(_movement.c.target_id.in_(customers), _movement.c.source_id.not_in(packing))
    standing = _standing(_movement.c.item_id)
    wanted = (
        select(standing.label("item_id"), lines.label("lines"))
        .join_from(_movement, _scan, _movement.c.scan_seq == _scan.c.seq)
        .join(_task, _scan.c.task_id == _task.c.id)
        .join(_merged, _merged.c.item_id == _movement.c.item_id, isouter=True)
        .where(_movement.c.seq >= first_seq, _movement.c.at >= since)
        .where(or_(_movement.c.target_id.in_(packing), straight))
        .where(or_(_movement.c.target_id.in_(packing), is_picking))
        .group_by(standing)
    )
    return fetch(session, PickedRow, wanted if item_id is None else wanted.where(standing == item_id))


def work(session: Session, since: date, until: date, sections: Collection[str] | None = None) -> list[WorkRow]:
    """Units picked a day in these sections, or in the whole house (then the section is empty), by the sums of what moved."""
    section = literal("") if sections is None else _shipped.c.section
    wanted = (
        select(section.label("section"), _shipped.c.day, whole(func.sum(_shipped.c.units)).label("units"))
        .where(_shipped.c.day.between(since, until))
        .group_by(_shipped.c.day)
    )
    if sections is None:
        return fetch(session, WorkRow, wanted)
    return fetch(session, WorkRow, wanted.where(_shipped.c.section.in_(sorted(sections))).group_by(_shipped.c.section))


def counts(session: Session, since: datetime) -> list[CountRow]:
    """Counts of sections, by section and the oldest first; first looks only, since a recount measures the same record again."""
    seen = case((_result.c.counted > _result.c.on_hand, _result.c.counted), else_=_result.c.on_hand)
    wanted = (
        select(
            _result.c.section,
            func.min(_result.c.counted_at).label("at"),
            whole(func.sum(func.abs(_result.c.variance) * _result.c.cost_e4)).label("variance_e4"),
            whole(func.sum(seen * _result.c.cost_e4)).label("counted_e4"),
        )
        .where(_result.c.counted_at >= since, _result.c.round == 1, _result.c.section != "")
        .group_by(_result.c.section, _result.c.task_id)
        .order_by(_result.c.section, func.min(_result.c.counted_at), _result.c.task_id)
    )
    return fetch(session, CountRow, wanted)


def shipped(session: Session, since: datetime) -> list[ShippedRow]:
    """Orders that went since a moment, without rests and without those that nobody picked by scans."""
    met = select(_short.c.line_id).join_from(_line, _short, _short.c.line_id == _line.c.id)
    was_short = met.where(_line.c.task_id == _order.c.task_id).correlate(_order).exists()
    wanted = select(_order.c.placed_at, _order.c.shipped_at, was_short.label("was_short")).where(
        _order.c.shipped_at >= since, _order.c.placed_at.is_not(None), _order.c.rest_of.is_(None), ~_order.c.assumed
    )
    return fetch(session, ShippedRow, wanted)


def open_days(session: Session, since: date) -> list[date]:
    """Days on which anything was sold, in their order."""
    wanted = select(_open_day.c.day).where(_open_day.c.day >= since, _open_day.c.units > 0).order_by(_open_day.c.day)
    return list(run(session, wanted).scalars())


def sales(session: Session, since: date) -> list[SaleRow]:
    """Of each item that was sold since a day: on how many days, and on which last."""
    standing, day = _standing(_sale_day.c.item_id), _sale_day.c.day
    wanted = (
        select(standing.label("item_id"), func.count(day.distinct()).label("days"), func.max(day).label("last"))
        .join_from(_sale_day, _merged, _merged.c.item_id == _sale_day.c.item_id, isouter=True)
        .where(day >= since, _sale_day.c.units > 0)
        .group_by(standing)
    )
    return fetch(session, SaleRow, wanted)


def sold(session: Session, item_id: int, since: date) -> dict[date, int]:
    """Day -> units of an item that were sold."""
    names = or_(_sale_day.c.item_id == item_id, _sale_day.c.item_id.in_(_merged_into(item_id)))
    wanted = select(_sale_day.c.day, whole(func.sum(_sale_day.c.units)).label("units")).where(names, _sale_day.c.day >= since)
    return {row.day: row.units for row in run(session, wanted.group_by(_sale_day.c.day))}


def _merged_into(*item_ids: int) -> Select[tuple[int]]:
    return select(_merged.c.item_id).where(_merged.c.into_id.in_(item_ids))


def traces(session: Session) -> dict[int, TraceRow]:
    """Item -> its record on shelves, of those that have any."""
    columns = [_trace.c[name] for name in TraceRow._fields]
    return {row.item_id: row for row in fetch(session, TraceRow, select(*columns).where(_trace.c.on_hand > 0))}


def last_seen(session: Session, item_ids: Collection[int], since: datetime) -> dict[int, datetime]:
    """Item -> when goods of it last came to a shelf from elsewhere, or were last counted, since a moment; where either was."""
    source, target = _location.alias("source"), _location.alias("target")
    found: dict[int, datetime] = {}
    wanted = set(item_ids)
    stands_for = {item_id: into_id for item_id, into_id in merged(session).items() if into_id in wanted}
    for some in _batches({*wanted, *stands_for}):
        came = (
            select(_movement.c.item_id, func.max(_movement.c.at).label("at"))
            .join_from(_movement, source, _movement.c.source_id == source.c.id)
            .join(target, _movement.c.target_id == target.c.id)
            .where(_movement.c.item_id.in_(some), _movement.c.at >= since)
            .where(target.c.kind.in_(list(SELLABLE)), source.c.kind.not_in(list(SELLABLE)))
            .group_by(_movement.c.item_id)
        )
        counted = (
            select(_result.c.item_id, func.max(_result.c.counted_at).label("at"))
            .where(_result.c.counted_at >= since, _result.c.item_id.in_(some))
            .group_by(_result.c.item_id)
        )
        for row in (*run(session, came), *run(session, counted)):
            item_id = stands_for.get(row.item_id, row.item_id)
            found[item_id] = max(row.at, found.get(item_id, row.at))
    return found


def subjects(session: Session, item_ids: Collection[int]) -> dict[int, SubjectRow]:
    """Item -> its SKU, and where most of it is."""
    found: dict[int, SubjectRow] = {}
    for some in _batches(item_ids):
        on_shelf = and_(_stock.c.location_id == _location.c.id, _location.c.kind.in_(list(SELLABLE)))
        places = (
            select(_stock.c.item_id, _location.c.section, _stock.c.units)
            .join_from(_stock, _location, on_shelf)
            .where(_stock.c.item_id.in_(some))
            .order_by(_stock.c.units, _location.c.code.desc())
        )
        section = {row.item_id: row.section for row in run(session, places)}
        for row in run(session, select(_item.c.id, _item.c.sku).where(_item.c.id.in_(some))):
            found[row.id] = SubjectRow(row.id, row.sku, section.get(row.id, ""))
    return found


def found_since(session: Session, item_ids: Collection[int], since: datetime) -> list[FoundRow]:
    """What counts found of items since a moment, the oldest first."""
    columns = (_result.c.item_id, _result.c.location_id, _result.c.variance, _result.c.counted_at.label("at"))
    found: list[FoundRow] = []
    for some in _batches(item_ids):
        wanted = select(*columns).where(_result.c.counted_at >= since, _result.c.item_id.in_(some), _result.c.round > 0)
        found += fetch(session, FoundRow, wanted.order_by(_result.c.id))
    return found


class FlaggedRow(NamedTuple):
    """A streak that a count proved right, and when that was said."""

    item_id: int
    evidence: str
    closed_at: datetime


def flagged(session: Session, since: datetime) -> list[FlaggedRow]:
    """Streaks of goods that were not there, as counts found. Their days tell nothing of how often an item sells."""
    wanted = (
        select(_standing(_signal.c.item_id).label("item_id"), _signal.c.evidence, _signal.c.closed_at)
        .join_from(_signal, _merged, _merged.c.item_id == _signal.c.item_id, isouter=True)
        .where(_signal.c.kind.in_([kind.value for kind in STREAKS]))
        .where(_signal.c.closed_at >= since, _signal.c.has_found.is_(True))
    )
    return fetch(session, FlaggedRow, wanted)


def _batches(ids: Collection[int]) -> list[list[int]]:
    ordered = sorted(ids)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
