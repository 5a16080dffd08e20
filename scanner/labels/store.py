"""What has a code to print, a page at a time."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES, VIRTUAL
from scanner.catalogue.store import is_merged, is_retired, standing_for
from scanner.catalogue.tables import Barcode, Item, Location
from scanner.db.sql import fetch, table_of
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


class CartonLabel(NamedTuple):
    """An announced carton, with the task that it comes on."""

    sscc: str
    reference: str
    partner: str


def badges(session: Session, limit: int, offset: int) -> list[PlainLabel]:
    """Active people, by name; the subtitle is their roles."""
    wanted = (
        select(_operator.c.badge.label("code"), _operator.c.name.label("title"), _operator.c.roles.label("subtitle"))
        .where(_operator.c.active)
        .order_by(_operator.c.name, _operator.c.id)
    )
    return fetch(session, PlainLabel, wanted.limit(limit).offset(offset))


def orders(session: Session, limit: int, offset: int) -> list[PlainLabel]:
    """Open tasks. A recount has no label: not everybody may know that there is one."""
    reference = _task.c.reference
    wanted = (
        select(reference.label("code"), reference.label("title"), _task.c.partner.label("subtitle"))
        .where(_task.c.state == "open", _task.c.recount_of.is_(None))
        .order_by(reference)
    )
    return fetch(session, PlainLabel, wanted.limit(limit).offset(offset))


def items(session: Session, limit: int, offset: int, sku: str = "") -> list[ItemLabel]:
    """Every barcode of what is sold still, and the SKU of each such item that has none; of one item alone where that is named."""
    coded = (
        select(_barcode.c.code, _item.c.name, _barcode.c.units, _item.c.id)
        .join_from(_barcode, _item, _barcode.c.item_id == _item.c.id)
        .where(~is_retired)
    )
    bare = select(_item.c.sku, _item.c.name, _item.c.reorder_point * 0 + 1, _item.c.id).where(
        _item.c.id.not_in(select(_barcode.c.item_id)), ~is_retired, ~is_merged
    )
    both = coded.union_all(bare).subquery()
    wanted = select(both.c.code, both.c.name, both.c.units).order_by(both.c.id, both.c.units, both.c.code)
    if sku:
        wanted = wanted.where(both.c.id == standing_for(sku))
    return fetch(session, ItemLabel, wanted.limit(limit).offset(offset))


def locations(session: Session, limit: int, offset: int, code: str = "") -> list[PlainLabel]:
    """The places that goods can be put to; the subtitle is their kind. Carts are not among them: asked for by code, one is."""
    left_out = VIRTUAL if code else NO_SHELVES
    wanted = (
        select(_location.c.code, _location.c.name.label("title"), _location.c.kind.label("subtitle"))
        .where(_location.c.kind.not_in([kind.value for kind in left_out]))
        .order_by(_location.c.code)
    )
    if code:
        wanted = wanted.where(_location.c.code == code)
    return fetch(session, PlainLabel, wanted.limit(limit).offset(offset))


def cartons(session: Session, limit: int, offset: int) -> list[CartonLabel]:
    """Announced cartons, by their SSCC."""
    wanted = (
        select(_carton.c.sscc, _task.c.reference, _task.c.partner)
        .distinct()
        .join_from(_carton, _task, _carton.c.task_id == _task.c.id)
        .order_by(_carton.c.sscc, _task.c.reference)
    )
    return fetch(session, CartonLabel, wanted.limit(limit).offset(offset))
