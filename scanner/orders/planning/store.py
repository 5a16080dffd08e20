"""Statements on what orders need and where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import FromClause, ScalarSelect, Select, Subquery, and_, case, exists, func, select, true
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, VIRTUAL, Place
from scanner.catalogue.tables import Location, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, settle, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.orders import KIND
from scanner.orders.planning.rules import Need, Shelf, WalkPlace
from scanner.orders.tables import Order, ShortPick
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_line, _task, _order, _stock, _location, _discrepancy, _short_pick = (
    table_of(model) for model in (Line, Task, Order, Stock, Location, Discrepancy, ShortPick)
)
_open = (_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
DUE_FIRST: Final = (_order.c.due_at.is_(None), _order.c.due_at, _order.c.placed_at, _task.c.id)
"""The order in which orders are listed and served."""
_order_of_service = (*DUE_FIRST, _line.c.position)
_is_missed = and_(
    _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value, _discrepancy.c.state == DiscrepancyState.OPEN.value
)  # fmt: skip


class _NeedRow(NamedTuple):
    task_id: int
    line_id: int
    item_id: int
    units: int


class _ShelfRow(NamedTuple):
    location_id: int
    code: str
    section: str
    position: int
    item_id: int
    units: int


class OffShelf(NamedTuple):
    """Units of an item at a place where they cannot be picked. `kind` is the place's."""

    item_id: int
    kind: str
    code: str
    units: int


class Arriving(NamedTuple):
    """Units of an item that an open receipt still brings."""

    item_id: int
    reference: str
    due_on: date | None
    units: int


RECEIPT: Final = "receiving"
"""The kind of the tasks that bring new goods."""


def needs(session: Session, task_ids: Collection[int] | None = None) -> list[Need]:
    """What open orders still need, in the order in which they are served: due first. `task_ids`: of these alone."""
    units = _line.c.expected - _line.c.scanned
    wanted = (
        select(_task.c.id.label("task_id"), _line.c.id.label("line_id"), _line.c.item_id, units.label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .join(_order, _order.c.task_id == _task.c.id)
        .where(*_open, units > 0)
        .order_by(*_order_of_service)
    )
    if task_ids is not None:
        wanted = wanted.where(_task.c.id.in_(list(task_ids)))
    return [Need(*row) for row in fetch(session, _NeedRow, wanted)]


def shelves(session: Session, item_ids: Collection[int], at: int | None = None) -> list[Shelf]:
    """Where these items can be picked by the record. Not where a picker did not find them, until somebody has counted there.

    `at`: the place where a picker stands who does not find them either. What is short there already is left out.
    """
    gone = (
        select(_discrepancy.c.location_id, _discrepancy.c.item_id, func.sum(_discrepancy.c.units).label("units"))
        .where(_is_missed, _discrepancy.c.item_id.in_(list(item_ids)))
        .group_by(_discrepancy.c.location_id, _discrepancy.c.item_id)
        .subquery()
    )
    units = whole(_stock.c.units - func.coalesce(gone.c.units, 0))
    wanted = (
        select(_location.c.id.label("location_id"), _location.c.code, _location.c.section, _location.c.position,
               _stock.c.item_id, units.label("units"))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(gone, (gone.c.location_id == _stock.c.location_id) & (gone.c.item_id == _stock.c.item_id), isouter=True)
        .where(_stock.c.item_id.in_(list(item_ids)), _location.c.kind.in_(list(SELLABLE)), units > 0)
        .where(gone.c.units.is_(None) | (_location.c.id == at))
    )  # fmt: skip
    return [
        Shelf(row.location_id, row.code, (row.section, row.position, row.code), row.item_id, row.units)
        for row in fetch(session, _ShelfRow, wanted)
    ]


def walk_to(session: Session, place: Place | None) -> WalkPlace | None:
    """Where a shelf is in walking order. None for a place that nothing is picked from: the walk begins anew after it."""
    if place is None or place.kind not in SELLABLE:
        return None
    wanted = select(_location.c.section, _location.c.position, _location.c.code).where(_location.c.id == place.id)
    row = run(session, wanted).one()
    return row.section, row.position, row.code


def off_shelves(session: Session, item_ids: Collection[int], hidden: Collection[int] = ()) -> list[OffShelf]:
    """Units of these items in the house that cannot be picked where they are, but at the `hidden` places."""
    wanted = (
        select(_stock.c.item_id, _location.c.kind, _location.c.code, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(
            _stock.c.item_id.in_(list(item_ids)), _stock.c.units > 0,
            _location.c.kind.not_in([*SELLABLE, *VIRTUAL]), _location.c.id.not_in(list(hidden)),
        )
        .order_by(_stock.c.item_id, _location.c.kind, _location.c.code)
    )  # fmt: skip
    return fetch(session, OffShelf, wanted)


def arriving(session: Session, item_ids: Collection[int]) -> list[Arriving]:
    """What open receipts still bring of these items, due first."""
    units = func.sum(_line.c.expected - _line.c.scanned)
    wanted = (
        select(_line.c.item_id, _task.c.reference, _task.c.due_on, whole(units).label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .where(_task.c.kind == RECEIPT, _task.c.state == TaskState.OPEN.value, _line.c.item_id.in_(list(item_ids)))
        .group_by(_line.c.item_id, _task.c.reference, _task.c.due_on)
        .having(units > 0)
        .order_by(_task.c.due_on.is_(None), _task.c.due_on, _task.c.reference)
    )
    return fetch(session, Arriving, wanted)


def missed(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    """Item id -> units on record at shelves where pickers did not find them, and nobody counted since."""
    units = func.sum(_discrepancy.c.units)
    wanted = select(_discrepancy.c.item_id, whole(units).label("units")).where(
        _is_missed, _discrepancy.c.item_id.in_(list(item_ids))
    )
    return {row.item_id: row.units for row in run(session, wanted.group_by(_discrepancy.c.item_id))}


def lacking(session: Session, task_ids: Collection[int] | None = None) -> list[Need]:
    """What open orders (of these alone) need and no shelf has, the earlier ones being served first: `rules.lacking`, in SQL."""
    short = _short(task_ids)
    wanted = select(short.c.task_id, short.c.line_id, short.c.item_id, whole(short.c.units).label("units"))
    wanted = wanted.where(short.c.units > 0)
    if task_ids is not None:
        wanted = wanted.where(short.c.task_id.in_(list(task_ids)))
    return [Need(*row) for row in fetch(session, _NeedRow, wanted.order_by(short.c.task_id, short.c.line_id))]


def lacking_tasks() -> Select[tuple[int]]:
    """The ids of the open orders of which a shelf lacks something."""
    short = _short(None)
    return select(short.c.task_id).where(short.c.units > 0)


def pickable() -> Subquery:
    """By open order that needs something (`task_id`) the units that shelves have for it, the earlier ones being served first."""
    short = _short(None)
    units = func.sum(short.c.needed - short.c.units)
    return select(short.c.task_id, whole(units).label("units")).group_by(short.c.task_id).subquery()


def count_pickable(session: Session) -> int:
    """How many open orders want something that a shelf has for them: `pickable`, without the units."""
    need, have = _served(None)
    wanted = select(func.count(need.c.task_id.distinct())).join_from(need, have, have.c.item_id == need.c.item_id)
    return int(run(session, wanted.where(need.c.served - need.c.units < have.c.units)).scalar_one())


def _short(task_ids: Collection[int] | None) -> Subquery:
    """Of each line that open orders need, the units that no shelf has. Of some orders: only lines of the items that they need."""
    need, have = _served(task_ids)
    there = func.coalesce(have.c.units, 0)
    short = case(
        (need.c.served <= there, 0), (need.c.served - need.c.units >= there, need.c.units), else_=need.c.served - there
    )  # fmt: skip
    return (
        select(need.c.task_id, need.c.line_id, need.c.item_id, need.c.units.label("needed"), short.label("units"))
        .join_from(need, have, have.c.item_id == need.c.item_id, isouter=True)
        .subquery()
    )


def _served(task_ids: Collection[int] | None) -> tuple[Subquery, Subquery]:
    """Each line that open orders need, with the units of its item that it and those before it need; and what shelves have."""
    lines, items = _open_lines(task_ids)
    order = (*DUE_FIRST, lines.c.position)  # no two lines are in one place, so `rows` gives the same and costs less
    served = func.sum(lines.c.units).over(partition_by=lines.c.item_id, order_by=order, rows=(None, 0))
    needed = (
        select(_task.c.id.label("task_id"), lines.c.id.label("line_id"), lines.c.item_id, lines.c.units, served.label("served"))
        .join_from(lines, _task, lines.c.task_id == _task.c.id)
        .join(_order, _order.c.task_id == _task.c.id)
        .where(*_open)
    )
    return needed.subquery(), _on_shelves(items)


def _open_lines(task_ids: Collection[int] | None) -> tuple[FromClause, ScalarSelect[int] | None]:
    """Lines of which something is missing, and the items that they are of where those are not all.

    Of some items they are found by the index of the items, once: told otherwise, SQLite goes through all open tasks.
    """
    units = _line.c.expected - _line.c.scanned
    lines = select(_line.c.id, _line.c.task_id, _line.c.item_id, _line.c.position, units.label("units")).where(units > 0)
    if task_ids is None:
        return lines.subquery(), None
    mine = _line.alias("mine")
    items = select(mine.c.item_id).where(mine.c.task_id.in_(list(task_ids)), mine.c.expected > mine.c.scanned)
    found = lines.where(_line.c.item_id.in_(items)).cte("open_lines").prefix_with("MATERIALIZED")
    return found, items.scalar_subquery()


def _on_shelves(items: ScalarSelect[int] | None) -> Subquery:
    """By item what `shelves` has of it."""
    missed = exists().where(
        _is_missed, _discrepancy.c.location_id == _stock.c.location_id, _discrepancy.c.item_id == _stock.c.item_id
    )  # fmt: skip
    return (
        select(_stock.c.item_id, func.sum(_stock.c.units).label("units"))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_location.c.kind.in_(list(SELLABLE)), _stock.c.units > 0, ~missed)
        .where(true() if items is None else _stock.c.item_id.in_(items))
        .group_by(_stock.c.item_id)
        .subquery()
    )


def but_noted(session: Session, needs: Iterable[Need], at: int) -> tuple[Need, ...]:
    """The needs without what was noted as missing at a place and nobody has counted since: the same units are short only once."""
    settle(session)
    needs = tuple(needs)
    noted = (
        select(_short_pick.c.line_id, whole(func.sum(_short_pick.c.units)).label("units"))
        .join(_line, _short_pick.c.line_id == _line.c.id)
        .where(_line.c.id.in_([need.line_id for need in needs]), _short_pick.c.location_id == at)
        .where(exists().where(_is_missed, _discrepancy.c.item_id == _line.c.item_id, _discrepancy.c.location_id == at))
        .group_by(_short_pick.c.line_id)
    )
    found = {row.line_id: row.units for row in run(session, noted)}
    left = (replace(need, units=need.units - found.get(need.line_id, 0)) for need in needs)
    return tuple(need for need in left if need.units > 0)
