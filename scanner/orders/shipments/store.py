"""Statements on what went without a scan, and where items live."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import SELLABLE
from scanner.catalogue.tables import Location, MergedItem, Stock
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, table_of
from scanner.orders.tables import Order, OrderLine, OrderPart, Packed
from scanner.scans import homes
from scanner.scans.decision import Count, TaskState
from scanner.scans.request import Source
from scanner.scans.tables import Line, Movement, Scan, Task

_order, _sold, _part, _packed, _line, _task, _scan = (
    table_of(model) for model in (Order, OrderLine, OrderPart, Packed, Line, Task, Scan)
)
_location, _merged, _stock, _movement = (table_of(model) for model in (Location, MergedItem, Stock, Movement))
_is_shelf = _location.c.kind.in_(list(SELLABLE))


class SoldRow(NamedTuple):
    """A line of an order; of a merged item it names the one that stands for it."""

    id: int
    item_id: int | None
    wanted: int
    name: str


class PartRow(NamedTuple):
    """A line of the task for a line of an order."""

    order_line_id: int
    line_id: int
    item_id: int
    units: int
    scanned: int
    gone: int


class ShelfRow(NamedTuple):
    """Units of an item on a shelf."""

    location_id: int
    code: str
    item_id: int
    units: int


def sold(session: Session, task_id: int) -> list[SoldRow]:
    """The lines of an order, in their order."""
    standing = func.coalesce(_merged.c.into_id, _sold.c.item_id).label("item_id")
    wanted = (
        select(_sold.c.id, standing, (_sold.c.ordered - _sold.c.cancelled).label("wanted"), _sold.c.name)
        .join_from(_sold, _merged, _merged.c.item_id == _sold.c.item_id, isouter=True)
        .where(_sold.c.task_id == task_id)
        .order_by(_sold.c.position)
    )
    return fetch(session, SoldRow, wanted)


def parts(session: Session, task_id: int) -> list[PartRow]:
    """What is picked for the lines of an order, and what of it went without a scan."""
    gone = (
        select(func.coalesce(func.sum(_packed.c.units), 0))
        .join_from(_packed, _scan, _packed.c.scan_seq == _scan.c.seq)
        .where(_packed.c.line_id == _line.c.id, _scan.c.source == Source.ASSUMED.value)
        .scalar_subquery()
    )
    wanted = (
        select(
            _part.c.order_line_id, _part.c.line_id, _line.c.item_id, _part.c.units, _line.c.scanned, whole(gone).label("gone")
        )
        .join_from(_line, _part, _part.c.line_id == _line.c.id)
        .where(_line.c.task_id == task_id)
        .order_by(_line.c.position)
    )  # fmt: skip
    return fetch(session, PartRow, wanted)


def shelves(session: Session, item_ids: Collection[int]) -> list[ShelfRow]:
    """The shelves that have these items, the fullest first; and of an item that is on none, its home."""
    wanted = (
        select(_location.c.id.label("location_id"), _location.c.code, _stock.c.item_id, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id.in_(list(item_ids)), _is_shelf, _stock.c.units > 0)
        .order_by(_stock.c.units.desc(), _location.c.code)
    )
    found = fetch(session, ShelfRow, wanted)
    lived = homes.homes(session, set(item_ids) - {row.item_id for row in found})
    return found + [
        ShelfRow(place.id, place.code, item_id, catalogue.units_at(session, place.id, item_id))
        for item_id, place in lived.items()
    ]


def add_gone(session: Session, scan_seq: int, counts: Collection[Count]) -> None:
    """Note what went of each line: it was in a parcel, though nobody saw it."""
    run(session, insert(_packed), [{"scan_seq": scan_seq, "line_id": each.line_id, "units": each.units} for each in counts])


def ship(session: Session, task_id: int, at: datetime) -> None:
    """Note that an order is shipped, as the shop says."""
    run(session, update(_order).where(_order.c.task_id == task_id).values(shipped_at=at, assumed=True))


def open_again(session: Session, task_id: int) -> None:
    """Have an order take further shipments."""
    run(session, update(_order).where(_order.c.task_id == task_id).values(shipped_at=None, assumed=False))
    opened = {"state": TaskState.OPEN.value, "finished_at": None, "finished_by": None}
    run(session, update(_task).where(_task.c.id == task_id).values(**opened))
