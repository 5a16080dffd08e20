"""Whole tables for export, page by page, with the columns named as in the CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, select
from sqlmodel import Session

from scanner.catalogue.locations import MADE_HERE, VIRTUAL, LocationKind
from scanner.data.store import barcode, item, kit_part, line, location, merged_item, operator, section, stock, supplier, task
from scanner.db.bulk import paged
from scanner.db.sql import run

Cells = dict[str, object]
"""A row of a file, by column."""


class ItemCells(NamedTuple):
    """An item, with its cost in ten-thousandths."""

    sku: str
    name: str
    unit_cost_e4: int
    abc_class: str
    reorder_point: int
    critical: bool
    abc_pinned: bool
    supplier: str
    lead_days: int | None
    order_multiple: int
    cover_days: int | None


class BarcodeRow(NamedTuple):
    """A barcode in the form in which it is stored."""

    code: str
    sku: str
    units: int


def items(session: Session) -> Iterator[ItemCells]:
    """Every item but those that were merged into another, by SKU."""
    columns = (item.c[name] for name in ItemCells._fields)
    standing = select(*columns).where(~exists().where(merged_item.c.item_id == item.c.id))
    return (ItemCells(**row._mapping) for row in paged(session, standing, item.c.sku))


def barcodes(session: Session) -> Iterator[BarcodeRow]:
    """Every barcode, by code."""
    joined = select(barcode.c.code, item.c.sku, barcode.c.units).join_from(barcode, item, barcode.c.item_id == item.c.id)
    return (BarcodeRow(**row._mapping) for row in paged(session, joined, barcode.c.code))


def kits(session: Session) -> Iterator[Cells]:
    """Every part of every kit."""
    kit, part = item.alias("kit"), item.alias("part")
    joined = (
        select(kit.c.sku.label("kit_sku"), part.c.sku, kit_part.c.units)
        .join_from(kit_part, kit, kit_part.c.kit_id == kit.c.id)
        .join(part, kit_part.c.part_id == part.c.id)
    )
    return _dicts(session, joined, kit.c.sku, part.c.sku)


def locations(session: Session) -> Iterator[Cells]:
    """Every location that a file can bring in, the virtual ones too."""
    named = (location.c.code, location.c.name, location.c.kind, location.c.section, location.c.position)
    return _dicts(session, select(*named).where(location.c.kind.not_in(list(MADE_HERE))), location.c.code)


def sections(session: Session) -> Iterator[Cells]:
    """Every section that has an owner."""
    return _dicts(session, select(section.c.code, section.c.owner).where(section.c.owner != ""), section.c.code)


def suppliers(session: Session) -> Iterator[Cells]:
    """Every supplier, by name."""
    columns = (supplier.c[name] for name in ("name", "contact", "email", "phone", "address", "note"))
    return _dicts(session, select(*columns), supplier.c.name)


def stock_rows(session: Session) -> Iterator[Cells]:
    """Stock at every real location, in the order of the table, so that no page sorts all of it.

    Not what is in somebody's hands: another warehouse has no such cart, and no file counts it.
    """
    joined = (
        select(stock.c.location_id, stock.c.item_id, location.c.code.label("location"), item.c.sku, stock.c.units)
        .join_from(stock, location, stock.c.location_id == location.c.id)
        .join(item, stock.c.item_id == item.c.id)
        .where(stock.c.units != 0, location.c.kind.not_in([*VIRTUAL, LocationKind.CART]))
    )
    return _dicts(session, joined, stock.c.location_id, stock.c.item_id)


def operators(session: Session) -> Iterator[Cells]:
    """Every person, without PINs."""
    return _dicts(session, select(operator.c.badge, operator.c.name, operator.c.roles, operator.c.active), operator.c.badge)


def any_pinned(session: Session) -> bool:
    """Whether the class of an item is fixed."""
    return _any_item(session, item.c.abc_pinned)


def any_supplied(session: Session) -> bool:
    """Whether anybody said who an item is ordered from."""
    return _any_item(session, item.c.supplier != "")


def any_lead_days(session: Session) -> bool:
    """Whether anybody said how long an item takes to come."""
    return _any_item(session, item.c.lead_days.is_not(None))


def any_multiple(session: Session) -> bool:
    """Whether an item is ordered in cases."""
    return _any_item(session, item.c.order_multiple != 1)


def any_cover_days(session: Session) -> bool:
    """Whether anybody said how long an order of an item is to last."""
    return _any_item(session, item.c.cover_days.is_not(None))


def _any_item(session: Session, where: ColumnElement[bool]) -> bool:
    return bool(run(session, select(exists().where(where))).scalar_one())


def any_position(session: Session) -> bool:
    """Whether a location has a place on the walk."""
    return bool(run(session, select(exists().where(location.c.position != 0))).scalar_one())


def anybody_left(session: Session) -> bool:
    """Whether a person has left."""
    return bool(run(session, select(exists().where(~operator.c.active))).scalar_one())


def lines_of_tasks(
    session: Session, kind: str, *columns: ColumnElement[Any], announced: bool = False
) -> Iterator[dict[str, Any]]:
    """Lines of every task of a kind. `announced`: only those that somebody announced."""
    joined = (
        select(task.c.reference, line.c.position, *columns)
        .join_from(line, task, line.c.task_id == task.c.id)
        .join(item, line.c.item_id == item.c.id)
        .where(task.c.kind == kind)
    )
    if announced:
        joined = joined.where(task.c.announced, line.c.expected > 0)
    return _dicts(session, joined, task.c.reference, line.c.position)


def _dicts(session: Session, statement: Select[Any], *key: ColumnElement[Any]) -> Iterator[dict[str, Any]]:
    return (dict(row._mapping) for row in paged(session, statement, *key))
