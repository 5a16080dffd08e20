"""What has a code to print, a page at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES, VIRTUAL
from scanner.catalogue.store import is_merged, is_retired, standing_for
from scanner.catalogue.tables import Barcode, Item, Location
from scanner.db.sql import fetch, run, table_of
from scanner.people.tables import Operator
from scanner.scans.tables import Carton, Task

_barcode = table_of(Barcode)
_carton = table_of(Carton)
_item = table_of(Item)
_location = table_of(Location)
_operator = table_of(Operator)
_task = table_of(Task)


class PlainLabel(NamedTuple):
    """A code, and the words beside it."""

    code: str
    title: str
    subtitle: str


class ItemLabel(NamedTuple):
    """A barcode of an item, or its SKU; `units` are what one scan of it stands for."""

    code: str
    name: str
    units: int
    sku: str


class CartonLabel(NamedTuple):
    """An announced carton, with the task that it comes on."""

    sscc: str
    reference: str
    partner: str


def counted(session: Session, wanted: Select[Any]) -> int:
    """How many rows a statement gives."""
    return int(run(session, select(func.count()).select_from(wanted.order_by(None).subquery())).scalar_one())


def plain(session: Session, wanted: Select[Any], limit: int | None = None, offset: int = 0) -> list[PlainLabel]:
    """Labels of a statement for plain ones."""
    return fetch(session, PlainLabel, wanted.limit(limit).offset(offset))


def of_items(session: Session, wanted: Select[Any], limit: int | None = None, offset: int = 0) -> list[ItemLabel]:
    """Labels of a statement for items."""
    return fetch(session, ItemLabel, wanted.limit(limit).offset(offset))


def of_cartons(session: Session, wanted: Select[Any], limit: int | None = None, offset: int = 0) -> list[CartonLabel]:
    """Labels of a statement for cartons."""
    return fetch(session, CartonLabel, wanted.limit(limit).offset(offset))


def badges(words: str = "") -> Select[Any]:
    """Active people, by name; the subtitle is their roles. What is looked for is a name: a badge is a key."""
    return (
        select(_operator.c.badge.label("code"), _operator.c.name.label("title"), _operator.c.roles.label("subtitle"))
        .where(_operator.c.active, *_has(words, _operator.c.name))
        .order_by(_operator.c.name, _operator.c.id)
    )


def orders(words: str = "", code: str = "") -> Select[Any]:
    """Open tasks. A recount has no label: not everybody may know that there is one."""
    reference = _task.c.reference
    return (
        select(reference.label("code"), reference.label("title"), _task.c.partner.label("subtitle"))
        .where(_task.c.state == "open", _task.c.recount_of.is_(None), *_has(words, reference, _task.c.partner))
        .where(*([reference == code] if code else []))
        .order_by(reference)
    )


def items(words: str = "", sku: str = "") -> Select[Any]:
    """Every barcode of what is sold still, and the SKU of each such item that has none; of one item alone where that is named."""
    coded = (
        select(_barcode.c.code, _item.c.name, _barcode.c.units, _item.c.id, _item.c.sku)
        .join_from(_barcode, _item, _barcode.c.item_id == _item.c.id)
        .where(~is_retired)
    )
    bare = select(_item.c.sku, _item.c.name, _item.c.reorder_point * 0 + 1, _item.c.id, _item.c.sku.label("named")).where(
        _item.c.id.not_in(select(_barcode.c.item_id)), ~is_retired, ~is_merged
    )
    both = coded.union_all(bare).subquery()
    wanted = select(both.c.code, both.c.name, both.c.units, both.c.sku).order_by(both.c.id, both.c.units, both.c.code)
    wanted = wanted.where(*_has(words, both.c.code, both.c.name, both.c.sku))
    return wanted.where(both.c.id == standing_for(sku)) if sku else wanted


def locations(words: str = "", code: str = "") -> Select[Any]:
    """The places that goods can be put to; the subtitle is their kind. Carts are not among them: asked for by code, one is."""
    left_out = VIRTUAL if code else NO_SHELVES
    return (
        select(_location.c.code, _location.c.name.label("title"), _location.c.kind.label("subtitle"))
        .where(_location.c.kind.not_in([kind.value for kind in left_out]), *_has(words, _location.c.code, _location.c.name))
        .where(*([_location.c.code == code] if code else []))
        .order_by(_location.c.code)
    )


def cartons(words: str = "", code: str = "") -> Select[Any]:
    """Announced cartons, by their SSCC."""
    return (
        select(_carton.c.sscc, _task.c.reference, _task.c.partner)
        .distinct()
        .join_from(_carton, _task, _carton.c.task_id == _task.c.id)
        .where(*_has(words, _carton.c.sscc, _task.c.reference, _task.c.partner))
        .where(*([_carton.c.sscc == code] if code else []))
        .order_by(_carton.c.sscc, _task.c.reference)
    )


def _has(words: str, *columns: Any) -> list[ColumnElement[bool]]:
    """Each of the words is in one of the columns."""
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words.split()]
