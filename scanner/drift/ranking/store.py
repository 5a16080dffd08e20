"""Reads of every record of stock in a section, of its counts, and of what moved there; and what a count of it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, insert, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting.tables import CountResult, PlannedCount, SectionStake
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, table_of
from scanner.drift.tables import OpenDay, RecordMoves, Supply

_stock, _item, _location, _result = (table_of(model) for model in (Stock, Item, Location, CountResult))
_moves, _supply, _open, _stake, _planned = (
    table_of(model) for model in (RecordMoves, Supply, OpenDay, SectionStake, PlannedCount)
)
FIRST_LOOK = 1
"""The round of a count that looked at a record that nobody had just corrected."""


class RecordRow(NamedTuple):
    """An item at a place of a section, by the record."""

    section: str
    location_id: int
    item_id: int
    on_hand: int
    cost_e4: int
    abc_class: str


class PastRow(NamedTuple):
    """The counts of a record: how many, how many found it wrong, by how many units in all, and when it was counted last."""

    location_id: int
    item_id: int
    counts: int
    wrong: int
    units_off: int
    counted_at: datetime


class ClassRow(NamedTuple):
    """The counts of a class."""

    abc_class: str
    counts: int
    wrong: int
    units_off: int


class MovesRow(NamedTuple):
    """How often goods moved at a record on a day."""

    location_id: int
    item_id: int
    day: date
    moves: int


class SupplyRow(NamedTuple):
    """The demand of an item."""

    item_id: int
    sold_a_day: float
    lead_days: float
    sale_days: int
    streak: int


_first_looks = _result.c.round == FIRST_LOOK
_wrong = func.sum(case((_result.c.variance != 0, 1), else_=0))
_off = func.sum(func.abs(_result.c.variance))


def records(session: Session) -> list[RecordRow]:
    """Every record of a section that can be counted."""
    wanted = (
        select(
            _location.c.section, _stock.c.location_id, _stock.c.item_id, _stock.c.units.label("on_hand"),
            _item.c.unit_cost_e4.label("cost_e4"), _item.c.abc_class,
        )
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(_item, _stock.c.item_id == _item.c.id)
        .where(_stock.c.units != 0, _location.c.section != "", _location.c.kind.not_in(list(NO_SHELVES)))
    )  # fmt: skip
    return fetch(session, RecordRow, wanted)


def pasts(session: Session) -> dict[tuple[int, int], PastRow]:
    """The counts of each record that had any, by place and item."""
    keys = (_result.c.location_id, _result.c.item_id)
    last = func.max(_result.c.counted_at, type_=_result.c.counted_at.type)
    wanted = (
        select(
            *keys, func.count().label("counts"), whole(_wrong).label("wrong"), whole(_off).label("units_off"),
            last.label("counted_at"),
        )
        .where(_first_looks)
        .group_by(*keys)
    )  # fmt: skip
    return {(row.location_id, row.item_id): row for row in fetch(session, PastRow, wanted)}


def classes(session: Session) -> dict[str, ClassRow]:
    """The counts of each class."""
    columns = (func.count().label("counts"), whole(_wrong).label("wrong"), whole(_off).label("units_off"))
    wanted = select(_result.c.abc_class, *columns).where(_first_looks).group_by(_result.c.abc_class)
    return {row.abc_class: row for row in fetch(session, ClassRow, wanted)}


def moves(session: Session) -> Iterator[MovesRow]:
    """How often goods moved at each record, day by day."""
    return map(MovesRow._make, run(session, select(*(_moves.c[name] for name in MovesRow._fields))))


def supplies(session: Session) -> dict[int, SupplyRow]:
    """The demand of each item of which it is known."""
    columns = (_supply.c[name] for name in SupplyRow._fields)
    return {row.item_id: row for row in fetch(session, SupplyRow, select(*columns))}


def open_days(session: Session, since: date) -> int:
    """On how many days anything was sold."""
    return int(run(session, select(func.count()).where(_open.c.day >= since)).scalar_one())


def keep_stakes(session: Session, rows: list[dict[str, Any]]) -> None:
    """Keep what counts of sections are worth, in the place of what they were worth before."""
    run(session, delete(_stake))
    if rows:
        run(session, insert(_stake), rows)


def plan_day(session: Session, day: date, rows: Iterable[dict[str, Any]]) -> None:
    """Keep what is to be counted on a day, in the place of what was planned for it before."""
    run(session, delete(_planned).where(_planned.c.day == day))
    planned = list(rows)
    if planned:
        run(session, insert(_planned), planned)
