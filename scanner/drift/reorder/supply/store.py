"""Statements of the daily work on supply. None of them reads all movements: sums, counts and receipts are enough."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Subquery, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE
from scanner.catalogue.tables import Item, Location, MergedItem, Stock
from scanner.counting.tables import CountResult
from scanner.db import bulk
from scanner.db.columns import whole
from scanner.db.sql import connection_of, fetch, run, table_of
from scanner.drift.periods import day_of
from scanner.drift.reorder import rules
from scanner.drift.reorder.store import SupplyRow
from scanner.drift.signals.rules import STREAKS, SignalState
from scanner.drift.tables import OpenDay, RecordMoves, SaleDay, Signal, Supply
from scanner.receiving import KIND as RECEIPT
from scanner.scans.result import Outcome
from scanner.scans.tables import Line, Movement, Scan, Task

_item, _location, _stock, _merged, _result, _open_day, _sale_day, _supply, _line, _movement, _scan, _task = (
    table_of(model)
    for model in (Item, Location, Stock, MergedItem, CountResult, OpenDay, SaleDay, Supply, Line, Movement, Scan, Task)
)
_signal, _moves = table_of(Signal), table_of(RecordMoves)
_ADD = {
    name: dialect.insert(_supply).on_conflict_do_nothing(index_elements=["item_id"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_undoing = _scan.alias("undoing")
_is_undone = exists().where(_undoing.c.undoes == _scan.c.seq)


class Sold(NamedTuple):
    """What of an item was sold: on how many days, units and the sum of their squares, on which days first and last.

    What was shipped and taken back was not sold, though it came back on a later day.
    """

    item_id: int
    days: int
    units: int
    squares: int
    first: date
    last: date


class Streak(NamedTuple):
    """Days without a sale that a signal was about, from the day after the last sale to the day of its closing.

    `until` is None while it is open, and so is `has_found`: whether goods were missing.
    """

    item_id: int
    last_sale: date
    until: date | None
    has_found: bool | None


class Came(NamedTuple):
    """When a receipt was made known, and when goods of an item came by it: a first scan that stands, else its end."""

    item_id: int
    partner: str
    created_at: datetime
    scanned_at: datetime | None
    finished_at: datetime | None


class CountRow(NamedTuple):
    """A first count of an item at a place (round 0: opening stock), and by how much the record was too high."""

    item_id: int
    location_id: int
    round: int
    lost: int
    counted_at: datetime


class ShelfStock(NamedTuple):
    """Units of an item on a shelf."""

    item_id: int
    location_id: int
    units: int


class FirstMove(NamedTuple):
    """The day on which goods of an item first moved at a shelf."""

    item_id: int
    location_id: int
    day: date


class _SaleDay(NamedTuple):
    item_id: int
    day: date
    units: int


class _SignalRow(NamedTuple):
    item_id: int
    evidence: str
    closed_at: datetime | None
    has_found: bool | None


class _Moved(NamedTuple):
    id: int
    at: datetime | None


def merged(session: Session) -> dict[int, int]:
    """Merged item -> the item that stands for it."""
    return {row.item_id: row.into_id for row in run(session, select(_merged.c.item_id, _merged.c.into_id))}


def write(session: Session, rows: Collection[SupplyRow]) -> set[int]:
    """Note what is known; gives the ids of items that are due and were not before.

    The statement that makes an item due says so. So of several servers that do this at once, each after the other, one is told.
    """
    values = [row._asdict() for row in rows]
    run(session, _ADD[connection_of(session).dialect.name], [each | {"is_due": False} for each in values])
    known = [{name: value for name, value in each.items() if name != "is_due"} for each in values]
    bulk.update_all(session, _supply, known, by=("item_id",))
    due, rest = ([row.item_id for row in rows if row.is_due is is_due] for is_due in (True, False))
    run(session, update(_supply).where(_supply.c.item_id.in_(rest), _supply.c.is_due).values(is_due=False))
    flip = update(_supply).where(_supply.c.item_id.in_(due), ~_supply.c.is_due).values(is_due=True)
    return set(run(session, flip.returning(_supply.c.item_id)).scalars())


def forget(session: Session, item_ids: Collection[int]) -> None:
    """Let go of what is known of items that are no longer ordered."""
    run(session, delete(_supply).where(_supply.c.item_id.in_(list(item_ids))))


def open_days(session: Session, since: date, until: date) -> list[date]:
    """The days before `until` on which anything was sold, in their order."""
    days = select(_open_day.c.day).where(_open_day.c.day >= since, _open_day.c.day < until, _open_day.c.units > 0)
    days = days.order_by(_open_day.c.day)
    return list(run(session, days).scalars())


def sold(session: Session, since: date, until: date) -> list[Sold]:
    """What was sold of each item before `until`; of merged items as of the one that stands for them."""
    both = select(_merged.c.item_id).union(select(_merged.c.into_id)).scalar_subquery()
    days = select(_sale_day.c.item_id, _sale_day.c.day, _sale_day.c.units).where(
        _sale_day.c.day >= since, _sale_day.c.day < until, _sale_day.c.units != 0
    )
    of_one = days.where(_sale_day.c.item_id.not_in(both)).subquery()
    stands = func.coalesce(_merged.c.into_id, _sale_day.c.item_id)
    of_both = (
        days.where(_sale_day.c.item_id.in_(both))
        .join_from(_sale_day, _merged, _merged.c.item_id == _sale_day.c.item_id, isouter=True)
        .with_only_columns(stands.label("item_id"), _sale_day.c.day, whole(func.sum(_sale_day.c.units)).label("units"))
        .group_by(stands, _sale_day.c.day)
        .subquery()
    )
    return [*_sums(session, of_one), *(_sums(session, of_both) if merged(session) else ())]


def _sums(session: Session, days: Subquery) -> list[Sold]:
    """The sums of each item. Where more came back on a day than went, they are made of the days that this leaves."""
    sums = (
        func.count().label("days"),
        whole(func.sum(days.c.units)).label("units"),
        whole(func.sum(days.c.units * days.c.units)).label("squares"),
        func.min(days.c.day).label("first"),
        func.max(days.c.day).label("last"),
    )
    went = days.c.units > 0
    came_back = select(days.c.item_id).where(days.c.units < 0)
    found = fetch(
        session, Sold, select(days.c.item_id, *sums).where(went, days.c.item_id.not_in(came_back)).group_by(days.c.item_id)
    )
    some = select(days.c.item_id, days.c.day, days.c.units).where(days.c.item_id.in_(came_back))
    rows = fetch(session, _SaleDay, some.order_by(days.c.item_id, days.c.day))
    for item_id, those in groupby(rows, key=lambda row: row.item_id):
        if net := rules.net_of(those):
            units = list(net.values())
            found.append(Sold(item_id, len(net), sum(units), sum(each**2 for each in units), min(net), max(net)))
    return found


def streaks(session: Session, since: datetime) -> list[Streak]:
    """Streaks whose signals are open, or were closed since a moment."""
    wanted = select(*(_signal.c[name] for name in _SignalRow._fields)).where(
        _signal.c.kind.in_([kind.value for kind in STREAKS]), _signal.c.item_id.is_not(None),
        or_(_signal.c.state == SignalState.OPEN.value, _signal.c.closed_at >= since),
    )  # fmt: skip
    found = list[Streak]()
    for row in fetch(session, _SignalRow, wanted):
        if last_sale := json.loads(row.evidence).get("last_sale"):
            until = day_of(row.closed_at) if row.closed_at else None
            found.append(Streak(row.item_id, date.fromisoformat(last_sale), until, row.has_found))
    return found


def sale_days(session: Session, item_ids: Collection[int], since: date, until: date) -> list[tuple[int, date]]:
    """The days before `until` on which some items were sold."""
    wanted, found = sorted(item_ids), list[tuple[int, date]]()
    for start in range(0, len(wanted), bulk.PAGE):
        some = _sale_day.c.item_id.in_(wanted[start : start + bulk.PAGE])
        days = select(_sale_day.c.item_id, _sale_day.c.day).where(
            some, _sale_day.c.day >= since, _sale_day.c.day < until, _sale_day.c.units > 0
        )
        found += [(row.item_id, row.day) for row in run(session, days)]
    return found


def came(session: Session, since: datetime) -> list[Came]:
    """What came by the receipts that were made known since then. What stayed on order came by one that is left out."""
    arrived = (
        select(_scan.c.task_id, _scan.c.item_id, func.min(_scan.c.happened_at).label("at"))
        .join_from(_task, _scan, _scan.c.task_id == _task.c.id)
        .where(*_recent(since), _scan.c.outcome == Outcome.ACCEPTED.value, _scan.c.units > 0, ~_is_undone)
        .group_by(_scan.c.task_id, _scan.c.item_id)
        .subquery()
    )
    wanted = (
        select(
            _line.c.item_id, _task.c.partner, _task.c.created_at, func.min(arrived.c.at).label("scanned_at"), _task.c.finished_at
        )
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .join(arrived, (arrived.c.task_id == _task.c.id) & (arrived.c.item_id == _line.c.item_id), isouter=True)
        .where(*_recent(since), _line.c.scanned > 0)
        .group_by(_task.c.id, _line.c.item_id, _task.c.partner, _task.c.created_at, _task.c.finished_at)
        .order_by(_task.c.id)
    )
    return fetch(session, Came, wanted)


def _recent(since: datetime) -> tuple[Any, ...]:
    return (_task.c.kind == RECEIPT, _task.c.created_at >= since, _task.c.back_order_of.is_(None))


def counts(session: Session, since: datetime) -> list[CountRow]:
    """First counts, and opening stock, in their order."""
    lost = (_result.c.on_hand - _result.c.counted).label("lost")
    wanted = select(_result.c.item_id, _result.c.location_id, _result.c.round, lost, _result.c.counted_at)
    return fetch(
        session, CountRow, wanted.where(_result.c.round < 2, _result.c.counted_at >= since).order_by(_result.c.counted_at)
    )


def first_moved(session: Session, item_ids: Collection[int]) -> dict[int, datetime]:
    """When these items first moved: a look into the index for each."""
    first = select(func.min(_movement.c.at)).where(_movement.c.item_id == _item.c.id).scalar_subquery()
    wanted, found = sorted(item_ids), list[_Moved]()
    for start in range(0, len(wanted), bulk.PAGE):
        page = _item.c.id.in_(wanted[start : start + bulk.PAGE])
        found += fetch(session, _Moved, select(_item.c.id, first.label("at")).where(page))
    return {row.id: row.at for row in found if row.at is not None}


def on_shelves(session: Session) -> list[ShelfStock]:
    """What is on the shelves that goods are sold from."""
    wanted = (
        select(_stock.c.item_id, _stock.c.location_id, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.units != 0, _location.c.kind.in_(list(SELLABLE)))
    )
    return fetch(session, ShelfStock, wanted)


def first_moves(session: Session, item_ids: Collection[int]) -> list[FirstMove]:
    """When goods of these items first moved at each shelf that has some: a look into the index for each."""
    here = (_moves.c.item_id == _stock.c.item_id, _moves.c.location_id == _stock.c.location_id)
    first = select(func.min(_moves.c.day, type_=_moves.c.day.type)).where(*here).scalar_subquery().label("day")
    wanted, found = sorted(item_ids), list[FirstMove]()
    for start in range(0, len(wanted), bulk.PAGE):
        some = (
            select(_stock.c.item_id, _stock.c.location_id, first)
            .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
            .where(_stock.c.item_id.in_(wanted[start : start + bulk.PAGE]))
            .where(_stock.c.units != 0, _location.c.kind.in_(list(SELLABLE)))
        )
        found += [row for row in fetch(session, FirstMove, some) if row.day is not None]
    return found
