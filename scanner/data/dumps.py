"""Whole tables for export, page by page, with the columns named as in the CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, select
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.data.store import barcode, carton, item, kit_part, line, location, operator, section, stock, task
from scanner.db.bulk import paged
from scanner.db.sql import fetch, run

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


class BarcodeRow(NamedTuple):
    """A barcode in the form in which it is stored."""

    code: str
    sku: str
    units: int


class _ReceiptLine(NamedTuple):
    reference: str
    position: int
    id: int
    supplier: str
    due_on: date | None
    asn: str | None
    sku: str
    expected: int
    item_id: int


class _Packed(NamedTuple):
    item_id: int
    units: int
    sscc: str


def items(session: Session) -> Iterator[ItemCells]:
    """Every item, by SKU."""
    columns = (item.c[name] for name in ItemCells._fields)
    return (ItemCells(**row._mapping) for row in paged(session, select(*columns), item.c.sku))


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
    """Every location, the virtual ones too."""
    named = (location.c.code, location.c.name, location.c.kind, location.c.section, location.c.position)
    return _dicts(session, select(*named), location.c.code)


def sections(session: Session) -> Iterator[Cells]:
    """Every section that has an owner."""
    return _dicts(session, select(section.c.code, section.c.owner).where(section.c.owner != ""), section.c.code)


def stock_rows(session: Session) -> Iterator[Cells]:
    """Stock at every real location, in the order of the table, so that no page sorts all of it."""
    joined = (
        select(stock.c.location_id, stock.c.item_id, location.c.code.label("location"), item.c.sku, stock.c.units)
        .join_from(stock, location, stock.c.location_id == location.c.id)
        .join(item, stock.c.item_id == item.c.id)
        .where(stock.c.units != 0, location.c.kind.not_in(list(VIRTUAL)))
    )
    return _dicts(session, joined, stock.c.location_id, stock.c.item_id)


def receipts(session: Session) -> Iterator[Cells]:
    """Every line of every receipt, with the carton that it comes in."""
    head = (task.c.id, task.c.partner.label("supplier"), task.c.due_on, task.c.asn)
    task_id: int | None = None
    packed: dict[tuple[int, int], list[str]] = {}
    for cells in _lines(session, "receiving", *head, item.c.sku, line.c.expected, line.c.item_id):
        row = _ReceiptLine(**cells)
        if row.id != task_id:
            task_id, packed = row.id, _packed(session, row.id)
        labels = packed.get((row.item_id, row.expected))
        yield row._asdict() | {"sscc": labels.pop(0) if labels else None}


def _packed(session: Session, task_id: int) -> dict[tuple[int, int], list[str]]:
    """The cartons of a receipt by (item id, units), in their order: a line comes in the first one that fits it."""
    packed: dict[tuple[int, int], list[str]] = {}
    wanted = select(carton.c.item_id, carton.c.units, carton.c.sscc).where(carton.c.task_id == task_id).order_by(carton.c.sscc)
    for row in fetch(session, _Packed, wanted):
        packed.setdefault((row.item_id, row.units), []).append(row.sscc)
    return packed


def returns(session: Session) -> Iterator[Cells]:
    """Every line of every announced return."""
    named = (
        task.c.order_ref.label("order"),
        task.c.partner.label("customer"),
        item.c.sku,
        line.c.expected,
        line.c.reason,
    )
    return _lines(session, "return", *named, announced=True)


def operators(session: Session) -> Iterator[Cells]:
    """Every person, without PINs."""
    return _dicts(session, select(operator.c.badge, operator.c.name, operator.c.roles, operator.c.active), operator.c.badge)


def any_pinned(session: Session) -> bool:
    """Whether the class of an item is fixed."""
    return bool(run(session, select(exists().where(item.c.abc_pinned))).scalar_one())


def any_position(session: Session) -> bool:
    """Whether a location has a place on the walk."""
    return bool(run(session, select(exists().where(location.c.position != 0))).scalar_one())


def any_asn(session: Session) -> bool:
    """Whether a receipt has an ASN."""
    return bool(run(session, select(exists().where(task.c.asn.is_not(None)))).scalar_one())


def any_carton(session: Session) -> bool:
    """Whether a carton was announced."""
    return bool(run(session, select(exists().select_from(carton))).scalar_one())


def anybody_left(session: Session) -> bool:
    """Whether a person has left."""
    return bool(run(session, select(exists().where(~operator.c.active))).scalar_one())


def _lines(session: Session, kind: str, *columns: ColumnElement[Any], announced: bool = False) -> Iterator[dict[str, Any]]:
    """Lines of every task of a kind; with `announced` those alone that somebody announced."""
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
