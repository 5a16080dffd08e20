"""Reads for drift: adjustments, short picks, and what the stock is worth."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY, LocationKind
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.reports.store import BigSum
from scanner.counting.variances.rules import OPENING
from scanner.db.sql import fetch, run, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.items import MERGED
from scanner.money import from_e4
from scanner.people.tables import Operator
from scanner.scans.tables import Movement

_item = table_of(Item)
_location = table_of(Location)
_operator = table_of(Operator)
_movement = table_of(Movement)
_stock = table_of(Stock)
_discrepancy = table_of(Discrepancy)
_source, _target = _location.alias("source"), _location.alias("target")
_cost = func.coalesce(_movement.c.cost_e4, 0)

NO_DRIFT = ("import", MERGED, OPENING)
"""Causes of movements to or from the adjustment place that are no drift: a file brought stock in, two items became one, or goods
were counted for the first time."""


class CauseSums(NamedTuple):
    """The adjustments of a cause (it may be empty). Pluses and minuses add up; they do not cancel out."""

    cause: str
    times: int
    units: BigSum
    value_e4: BigSum


class ShortPicks(NamedTuple):
    """What the record called available and could not be picked."""

    times: int
    units: BigSum
    value_e4: BigSum


class Adjustment(NamedTuple):
    """A movement to or from the adjustment location."""

    seq: int
    at: datetime
    moved: int
    cause: str
    scan_seq: int | None
    discrepancy_id: int | None
    sku: str
    name: str
    cost_e4: int
    source_kind: str
    source: str
    target: str
    operator: str | None

    @property
    def adds(self) -> bool:
        """Whether the record has more units now."""
        return self.source_kind == LocationKind.ADJUSTMENT

    @property
    def location(self) -> str:
        """The place whose record was adjusted."""
        return self.target if self.adds else self.source

    @property
    def units(self) -> int:
        """Negative where the record has fewer units now."""
        return self.moved if self.adds else -self.moved

    @property
    def value(self) -> Decimal:
        """What it was worth at cost when it was booked, as a size."""
        return from_e4(self.moved * self.cost_e4)


def adjusted(session: Session, since: datetime, until: datetime) -> list[CauseSums]:
    """Adjustments by cause, at cost when they were booked, those of the highest value first. Imported stock is none."""
    worth = _movement.c.units * _cost
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
    return fetch(session, CauseSums, _of_adjustments(wanted))


def adjustments(
    session: Session, since: datetime, until: datetime, *, cause: str | None, before: int | None, limit: int
) -> list[Adjustment]:
    """The movements to and from adjustment, the newest first, from the sequence number `before` down."""
    wanted = _of_adjustments(
        select(
            _movement.c.seq,
            _movement.c.at,
            _movement.c.units.label("moved"),
            _movement.c.cause,
            _movement.c.scan_seq,
            _movement.c.discrepancy_id,
            _item.c.sku,
            _item.c.name,
            _cost.label("cost_e4"),
            _source.c.kind.label("source_kind"),
            _source.c.code.label("source"),
            _target.c.code.label("target"),
            _operator.c.name.label("operator"),
        )
        .where(*_adjustments(since, until))
        .order_by(_movement.c.seq.desc())
        .limit(limit)
    ).join(_operator, _movement.c.operator_id == _operator.c.id, isouter=True)
    if cause is not None:
        wanted = wanted.where(_movement.c.cause == cause)
    if before is not None:
        wanted = wanted.where(_movement.c.seq < before)
    return fetch(session, Adjustment, wanted)


def inventory_value(session: Session) -> int:
    """What the inventory is worth at the cost of today, in ten-thousandths."""
    wanted = (
        select(func.coalesce(func.sum(_stock.c.units * _item.c.unit_cost_e4), 0))
        .join_from(_stock, _item, _stock.c.item_id == _item.c.id)
        .join(_location, _stock.c.location_id == _location.c.id)
        .where(_location.c.kind.not_in(list(NO_INVENTORY)))
    )
    return int(run(session, wanted).scalar_one())


def short_picks(session: Session, since: datetime, until: datetime) -> ShortPicks:
    """The short picks of a period that were not withdrawn."""
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
    (found,) = fetch(session, ShortPicks, wanted)
    return found


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
        _movement.c.cause.not_in(NO_DRIFT),
        or_(_source.c.kind == virtual, _target.c.kind == virtual),
    )
