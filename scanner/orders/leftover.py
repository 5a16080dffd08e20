"""What was picked of a cancelled order and is still where picked goods stand: somebody puts it away."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item
from scanner.codes.commands import Command
from scanner.db.columns import whole
from scanner.db.sql import fetch, settle, table_of
from scanner.scans.picked import spare_at
from scanner.scans.tables import Line, Scan

_scan, _line, _item = (table_of(model) for model in (Scan, Line, Item))


class Leftover(NamedTuple):
    """Units of an item."""

    item_id: int
    name: str
    units: int


def left_of(session: Session, task_id: int) -> tuple[Leftover, ...]:
    """What is to be put away of a cancelled order: no more than stands there for no open order."""
    was = _was_picked(session, task_id)
    if not was:
        return ()
    packing = catalogue.standard_places(session)[LocationKind.PACKING]
    free = spare_at(session, packing.id, {each.item_id for each in was})
    left = (each._replace(units=min(each.units, free[each.item_id])) for each in was)
    return tuple(each for each in left if each.units > 0)


def listed(left: tuple[Leftover, ...]) -> str:
    """`1 Mug, blue and 2 Desk lamp`."""
    return " and ".join(f"{each.units:,} {each.name}" for each in left)


def said(left: tuple[Leftover, ...], packing: str) -> str:
    """What stands where, and how it is put away."""
    verb, goods = ("is", "it") if sum(each.units for each in left) == 1 else ("are", "them")
    return f"{listed(left)} {verb} at {packing} on record: scan {packing} on MOVES to put {goods} away."


def _was_picked(session: Session, task_id: int) -> list[Leftover]:
    """By item what is on its lines and what was taken off them since its shop wants no more."""
    settle(session)
    on_lines = select(_line.c.item_id, _line.c.scanned.label("units")).where(_line.c.task_id == task_id, _line.c.scanned > 0)
    off = select(_scan.c.item_id, (-_scan.c.units).label("units")).where(
        _scan.c.task_id == task_id, _scan.c.key == Command.RELEASE.value, _scan.c.units < 0
    )
    both = union_all(on_lines, off).subquery()
    wanted = (
        select(both.c.item_id, _item.c.name, whole(func.sum(both.c.units)).label("units"))
        .join(_item, both.c.item_id == _item.c.id)
        .group_by(both.c.item_id, _item.c.name)
        .order_by(_item.c.name, both.c.item_id)
    )
    return fetch(session, Leftover, wanted)
