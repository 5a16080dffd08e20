"""Statements on lists of discrepancies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.discrepancies.desk.rules import LACKING, LOOKED_AT, Sort, Wanted
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.store import LISTED, ListedDiscrepancy
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.tables import Task

_discrepancy, _item, _location, _task, _stock = (
    table_of(model) for model in (Discrepancy, Item, Location, Task, Stock)
)  # fmt: skip
_value = func.abs(_discrepancy.c.value_e4)
_net = case((_discrepancy.c.kind.in_([kind.value for kind in LACKING]), -_value), else_=_discrepancy.c.value_e4)
_OPEN = _discrepancy.c.state == DiscrepancyState.OPEN.value
MOST_CHOICES = 200
"""Most owners or sections that a filter offers."""


class Hidden(NamedTuple):
    """What is kept from a person: open ones of these kinds, and what is of these places."""

    kinds: Collection[str] = ()
    places: Collection[int] = ()


class Total(NamedTuple):
    """How many there are, their value at cost added up with and without its sign, and since when the oldest is open."""

    discrepancies: int
    gross_e4: int
    net_e4: int
    oldest: datetime | None


class Place(NamedTuple):
    """Where a discrepancy is: its kind, the section of its place, and whom its task is with."""

    kind: str
    section: str | None
    partner: str


def listed(session: Session, wanted: Wanted, hidden: Hidden, *, limit: int, after: int = 0) -> list[ListedDiscrepancy]:
    """Those wanted, in their order, from behind the discrepancy `after` on, whether or not that one is still wanted."""
    statement = LISTED.where(*_conditions(wanted, hidden)).limit(limit)
    if after and (passed := _behind(session, wanted.sort, after)) is not None:
        statement = statement.where(passed)
    return fetch(session, ListedDiscrepancy, statement.order_by(*_order(wanted.sort)))


def chosen(session: Session, ids: Collection[int], hidden: Hidden) -> list[ListedDiscrepancy]:
    """Discrepancies by their numbers, as far as they are not hidden."""
    everything = Wanted(state=None)
    statement = LISTED.where(_discrepancy.c.id.in_(sorted(ids)), *_conditions(everything, hidden))
    return fetch(session, ListedDiscrepancy, statement.order_by(_discrepancy.c.id))


def below_nothing(session: Session) -> list[int]:
    """Open discrepancies of places where the record has less than nothing still: a count comes before they are settled."""
    here = and_(_stock.c.location_id == _discrepancy.c.location_id, _stock.c.item_id == _discrepancy.c.item_id)
    wanted = select(_discrepancy.c.id).join_from(_discrepancy, _stock, here)
    still = wanted.where(_OPEN, _discrepancy.c.kind == DiscrepancyKind.BELOW_ZERO.value, _stock.c.units < 0)
    return list(run(session, still).scalars())


def total(session: Session, wanted: Wanted, hidden: Hidden) -> Total:
    """How many are wanted, and what they are worth."""
    statement = (
        select(
            func.count().label("discrepancies"),
            func.coalesce(cast(func.sum(_value), BigInteger), 0).label("gross_e4"),
            func.coalesce(cast(func.sum(_net), BigInteger), 0).label("net_e4"),
            func.min(_discrepancy.c.opened_at).label("oldest"),
        )
        .select_from(_discrepancy)
        .where(*_conditions(wanted, hidden))
    )
    if wanted.section is not None:
        statement = statement.join(_location, _discrepancy.c.location_id == _location.c.id)
    found = fetch_one(session, Total, statement)
    assert found is not None
    return found


def owners(session: Session, state: str | None, hidden: Hidden) -> list[str]:
    """Who owns any of that state."""
    return _choices(session, select(_discrepancy.c.owner), _discrepancy.c.owner, state, hidden)


def sections(session: Session, state: str | None, hidden: Hidden) -> list[str]:
    """In which sections there are any of that state."""
    wanted = select(_location.c.section).join_from(_discrepancy, _location, _discrepancy.c.location_id == _location.c.id)
    return _choices(session, wanted.where(_location.c.section != ""), _location.c.section, state, hidden)


def place_of(session: Session, discrepancy_id: int) -> Place | None:
    """Where a discrepancy is; None where there is none of that number."""
    statement = (
        select(_discrepancy.c.kind, _location.c.section, _task.c.partner)
        .join_from(_discrepancy, _task, _discrepancy.c.task_id == _task.c.id)
        .join(_location, _discrepancy.c.location_id == _location.c.id, isouter=True)
        .where(_discrepancy.c.id == discrepancy_id)
    )
    return fetch_one(session, Place, statement)


def earlier_causes(session: Session, place: Place) -> list[str]:
    """The causes of the last settled ones of that kind there, the newest first: in the section, or with the partner."""
    wanted = select(_discrepancy.c.cause).where(
        _discrepancy.c.state == DiscrepancyState.SETTLED.value, _discrepancy.c.kind == place.kind, _discrepancy.c.cause != ""
    )
    if place.section:
        wanted = wanted.join(_location, _discrepancy.c.location_id == _location.c.id).where(_location.c.section == place.section)
    else:
        wanted = wanted.join(_task, _discrepancy.c.task_id == _task.c.id).where(_task.c.partner == place.partner)
    last_first = wanted.order_by(_discrepancy.c.settled_at.desc(), _discrepancy.c.id.desc()).limit(LOOKED_AT)
    return list(run(session, last_first).scalars())


def _choices(session: Session, wanted: Any, column: ColumnElement[str], state: str | None, hidden: Hidden) -> list[str]:
    wanted = wanted.where(*_conditions(Wanted(state=state), hidden))
    return list(run(session, wanted.distinct().order_by(column).limit(MOST_CHOICES)).scalars())


def _conditions(wanted: Wanted, hidden: Hidden) -> list[ColumnElement[bool]]:
    found = [
        column == value
        for column, value in (
            (_discrepancy.c.state, wanted.state),
            (_discrepancy.c.kind, wanted.kind),
            (_discrepancy.c.owner, wanted.owner),
            (_discrepancy.c.cause, wanted.cause),
            (_location.c.section, wanted.section),
        )
        if value is not None
    ]
    if wanted.owners is not None:
        found.append(func.lower(_discrepancy.c.owner).in_(sorted(wanted.owners)))
    if wanted.but:
        found.append(_discrepancy.c.id.not_in(sorted(wanted.but)))
    if wanted.least_e4:
        found.append(_value >= wanted.least_e4)
    if hidden.kinds:
        found.append(~and_(_OPEN, _discrepancy.c.kind.in_([str(kind) for kind in hidden.kinds])))
    if hidden.places:
        found.append(or_(_discrepancy.c.location_id.is_(None), _discrepancy.c.location_id.not_in(sorted(hidden.places))))
    return found


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    """What is sorted by, and the number, so that no two are alike."""
    if sort is Sort.VALUE:
        return (_value.desc(), _discrepancy.c.id)
    if sort is Sort.ITEM:
        return (_item.c.sku, _discrepancy.c.id)
    return (_discrepancy.c.opened_at, _discrepancy.c.id)


def _behind(session: Session, sort: Sort, after: int) -> ColumnElement[bool] | None:
    """What comes behind a discrepancy in that order; None where there is none of that number."""
    key: Any = {Sort.VALUE: -_value, Sort.ITEM: _item.c.sku, Sort.AGE: _discrepancy.c.opened_at}[sort]
    last = select(key).join_from(_discrepancy, _item, _discrepancy.c.item_id == _item.c.id).where(_discrepancy.c.id == after)
    found = run(session, last).scalar_one_or_none()
    return None if found is None else or_(key > found, and_(key == found, _discrepancy.c.id > after))
