"""Statements on items that are ordered: what the shop says of each, what is known of its supply, and what there is of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Subquery, exists, func, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, LocationKind
from scanner.catalogue.store import is_merged, is_retired
from scanner.catalogue.tables import Item, KitPart, Location, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, settle, table_of
from scanner.drift.tables import Supply
from scanner.orders import KIND as ORDER
from scanner.receiving import KIND as RECEIPT
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Task

_item, _part, _location, _stock, _supply, _line, _task = (
    table_of(model) for model in (Item, KitPart, Location, Stock, Supply, Line, Task)
)
_is_kit = exists().where(_part.c.kit_id == _item.c.id)


class OrderedItem(NamedTuple):
    """An item that can be ordered, with what the shop says of that."""

    id: int
    sku: str
    name: str
    abc_class: str
    critical: bool
    reorder_point: int
    supplier: str
    lead_days: int | None
    order_multiple: int
    cover_days: int | None
    is_retired: bool


class SupplyRow(NamedTuple):
    """What is known of the demand and supply of an item."""

    item_id: int
    day: date
    sold_a_day: float
    sold_deviation: float
    lead_days: float
    lead_deviation: float
    lead_measured: int
    lost_a_day: float
    lost_variance: float
    counted_on: date | None
    since: date | None
    sale_days: int
    streak: int
    is_due: bool


class Have(NamedTuple):
    """Units on shelves by the record, those on their way there, and those that open orders of customers still take.

    On their way are those that open receipts still bring, and those that came and are not put away yet.
    """

    sellable: int = 0
    on_order: int = 0
    for_orders: int = 0

    @property
    def units(self) -> int:
        """What is there, or will be, for who buys next."""
        return self.sellable + self.on_order - self.for_orders


class Listed(NamedTuple):
    """An item on the list, what is known of it, and its units."""

    item: OrderedItem
    known: SupplyRow | None
    have: Have


class _Section(NamedTuple):
    item_id: int
    section: str


def items(session: Session) -> list[OrderedItem]:
    """Every item that stock is kept of, by SKU: no kits, and none that was merged."""
    columns = (_item.c[name] for name in OrderedItem._fields[:-1])
    wanted = select(*columns, is_retired.label("is_retired")).where(~is_merged, ~_is_kit).order_by(_item.c.sku)
    return fetch(session, OrderedItem, wanted)


def supplies(session: Session, item_ids: Collection[int] | None = None) -> dict[int, SupplyRow]:
    """What is known of these items, of all where none are named."""
    wanted = select(*(_supply.c[name] for name in SupplyRow._fields))
    if item_ids is not None:
        wanted = wanted.where(_supply.c.item_id.in_(list(item_ids)))
    return {row.item_id: row for row in fetch(session, SupplyRow, wanted)}


_OF_ITEM = len(OrderedItem._fields) - 1
"""Columns of the item itself; whether it is retired is told apart."""
ON_THE_WAY = (LocationKind.DOCK, LocationKind.CART)
"""Kinds of places from which goods go to a shelf: they came, and are not put away yet."""


def _standing(kinds: Collection[str]) -> Subquery:
    """Units of each item at places of some kinds."""
    return (
        select(_stock.c.item_id, whole(func.sum(_stock.c.units)).label("units"))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.units != 0, _location.c.kind.in_(list(kinds)))
        .group_by(_stock.c.item_id)
        .subquery()
    )


def _missing(kind: str) -> Subquery:
    """Units of each item that the open tasks of a kind expect still."""
    return (
        select(_line.c.item_id, whole(func.sum(_line.c.expected - _line.c.scanned)).label("units"))
        .join_from(_task, _line, _line.c.task_id == _task.c.id)
        .where(_task.c.kind == kind, _task.c.state == TaskState.OPEN.value, _line.c.expected > _line.c.scanned)
        .group_by(_line.c.item_id)
        .subquery()
    )


_UNITS = (_standing(SELLABLE), _missing(RECEIPT), _standing(ON_THE_WAY), _missing(ORDER))
"""What an item has, by item: see `_have`."""


def _have(sellable: int, announced: int, came: int, for_orders: int) -> Have:
    """What came can be below 0: where more was put away than a receipt said."""
    return Have(sellable, max(announced + came, 0), for_orders)


def have(session: Session) -> dict[int, Have]:
    """What there is of each item of which there is anything."""
    units: dict[int, list[int]] = {}
    for nth, each in enumerate(_UNITS):
        for row in run(session, select(each)):
            units.setdefault(row.item_id, [0] * len(_UNITS))[nth] = row.units
    return {item_id: _have(*those) for item_id, those in units.items()}


def rows(session: Session) -> list[tuple[Any, ...]]:
    """A row of each item that is sold, or has a point of its own: see `listed`."""
    settle(session)
    columns = (_item.c[name] for name in OrderedItem._fields[:-1]), (_supply.c[name] for name in SupplyRow._fields)
    units = (func.coalesce(each.c.units, 0) for each in _UNITS)
    wanted = select(*columns[0], *columns[1], *units).join_from(_item, _supply, _supply.c.item_id == _item.c.id, isouter=True)
    for each in _UNITS:
        wanted = wanted.join(each, each.c.item_id == _item.c.id, isouter=True)
    is_listed = (_item.c.reorder_point > 0) | (_supply.c.sold_a_day > 0)
    wanted = wanted.where(~is_merged, ~_is_kit, ~is_retired, is_listed)
    return [tuple(row) for row in run(session, wanted).all()]


def listed(row: tuple[Any, ...]) -> Listed:
    """An item with what is known of it and there, of its row."""
    item, known, units = row[:_OF_ITEM], row[_OF_ITEM : -len(_UNITS)], row[-len(_UNITS) :]
    supply = SupplyRow._make(known) if known[0] is not None else None
    return Listed(OrderedItem._make((*item, False)), supply, _have(*units))


def sections(session: Session, item_ids: Collection[int]) -> dict[int, list[str]]:
    """Item id -> the sections of the shelves that it is on, those that can be counted."""
    if not item_ids:
        return {}
    wanted = (
        select(_stock.c.item_id, _location.c.section)
        .distinct()
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id.in_(list(item_ids)), _stock.c.units != 0, _location.c.kind.in_(list(SELLABLE)))
        .where(_location.c.section != "")
        .order_by(_location.c.section)
    )
    found: dict[int, list[str]] = {}
    for row in fetch(session, _Section, wanted):
        found.setdefault(row.item_id, []).append(row.section)
    return found
