"""Statements for labels: what has a code to print, a page at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.tables import Barcode, Item, Location
from scanner.db.sql import run
from scanner.people.tables import Operator
from scanner.scans.tables import Carton, Task

_barcode, _carton, _item, _location, _operator, _task = (
    table.__table__
    for table in (Barcode, Carton, Item, Location, Operator, Task)  # type: ignore[attr-defined]
)


def badges() -> Select[Any]:
    """(code, title, more) of everybody active."""
    return select(_operator.c.badge, _operator.c.name, _operator.c.roles).where(_operator.c.active).order_by(_operator.c.name)


def orders() -> Select[Any]:
    """(code, title, more) of open tasks. A recount has no label: that there is one is not for everybody."""
    open_ones = select(_task.c.reference, _task.c.reference, _task.c.partner)
    open_ones = open_ones.where(_task.c.state == "open", _task.c.recount_of.is_(None))
    return open_ones.order_by(_task.c.reference)


def items() -> Select[Any]:
    """(code, title, units) of every barcode, and of the items that have none under their SKU."""
    coded = select(_barcode.c.code, _item.c.name, _barcode.c.units, _item.c.id).join_from(
        _barcode, _item, _barcode.c.item_id == _item.c.id
    )
    bare = select(_item.c.sku, _item.c.name, _item.c.reorder_point * 0 + 1, _item.c.id).where(
        _item.c.id.not_in(select(_barcode.c.item_id))
    )
    both = coded.union_all(bare).subquery()
    return select(both.c.code, both.c.name, both.c.units).order_by(both.c.id, both.c.units)


def locations() -> Select[Any]:
    """(code, title, more) of the places that goods can be put to."""
    return (
        select(_location.c.code, _location.c.name, _location.c.kind)
        .where(_location.c.kind.not_in([kind.value for kind in VIRTUAL]))
        .order_by(_location.c.code)
    )


def cartons() -> Select[Any]:
    """(code, title, more) of announced cartons, by their number."""
    return (
        select(_carton.c.sscc, _task.c.reference, _task.c.partner)
        .distinct()
        .join_from(_carton, _task, _carton.c.task_id == _task.c.id)
        .order_by(_carton.c.sscc)
    )


def rows(session: Session, statement: Select[Any], limit: int, offset: int) -> list[Row[Any]]:
    """One page of it."""
    return list(run(session, statement.limit(limit).offset(offset)).all())
