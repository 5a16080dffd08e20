"""Many rows at once, as imports read and change them: one statement for a batch, never one a row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, func, insert, select
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item, KitPart, Location, MergedItem, OldSku, Section, Stock, Supplier
from scanner.db.sql import fetch, run, table_of
from scanner.people.rules import Role
from scanner.people.tables import Operator
from scanner.scans.tables import Carton, Line, Task

item = table_of(Item)
old_sku = table_of(OldSku)
merged_item = table_of(MergedItem)
barcode = table_of(Barcode)
kit_part = table_of(KitPart)
location = table_of(Location)
stock = table_of(Stock)
operator = table_of(Operator)
task = table_of(Task)
line = table_of(Line)
carton = table_of(Carton)
section = table_of(Section)
supplier = table_of(Supplier)


class StoredItem(NamedTuple):
    """An item, with its cost in ten-thousandths."""

    id: int
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


class StoredBarcode(NamedTuple):
    """A barcode; one scan of it stands for `units` of the item."""

    code: str
    item_id: int
    units: int


class StoredPart(NamedTuple):
    """So many units of a part are in one kit."""

    kit_id: int
    part_id: int
    units: int


class StoredLocation(NamedTuple):
    """A location; `position` is its place on the walk."""

    id: int
    code: str
    name: str
    kind: str
    section: str
    position: int


class StoredSection(NamedTuple):
    """A section and who answers for it."""

    code: str
    owner: str


class StoredSupplier(NamedTuple):
    """Who goods come from."""

    id: int
    name: str
    contact: str
    email: str
    phone: str
    address: str
    note: str


class StoredOperator(NamedTuple):
    """A person; `roles` in the stored form, `pin_hash` None without a PIN."""

    id: int
    badge: str
    name: str
    roles: str
    pin_hash: str | None
    active: bool


class StoredTask(NamedTuple):
    """A task; `announced` is False for a return that came without a word."""

    id: int
    reference: str
    kind: str
    state: str
    announced: bool
    partner: str
    due_on: date | None
    asn: str | None
    order_ref: str


class StoredLine(NamedTuple):
    """A line of a task; `position` is its place among the others."""

    id: int
    task_id: int
    position: int
    item_id: int
    expected: int
    reason: str


class StoredCarton(NamedTuple):
    """Units of an item that were announced to be in a carton."""

    sscc: str
    item_id: int
    task_id: int
    units: int


class _ItemId(NamedTuple):
    sku: str
    id: int


class _OldSku(NamedTuple):
    sku: str
    item_id: int


T = TypeVar("T", bound=NamedTuple)


def item_ids(session: Session, skus: Collection[str]) -> dict[str, int]:
    """SKU -> id of the item that it stands for."""
    return {row.sku: row.id for row in _among(session, _ItemId, item, item.c.sku, skus)} | old_skus(session, skus)


def old_skus(session: Session, skus: Collection[str]) -> dict[str, int]:
    """Those of these SKUs that an item had before, or that a merged item had -> id of the item that stands for it."""
    return {row.sku: row.item_id for row in _among(session, _OldSku, old_sku, old_sku.c.sku, skus)}


def items(session: Session, skus: Collection[str]) -> dict[str, StoredItem]:
    """Items by SKU."""
    return {row.sku: row for row in _among(session, StoredItem, item, item.c.sku, skus)}


def barcodes(session: Session, codes: Collection[str]) -> dict[str, StoredBarcode]:
    """Barcodes by code."""
    return {row.code: row for row in _among(session, StoredBarcode, barcode, barcode.c.code, codes)}


def alike(session: Session, column: Column[Any], codes: Collection[str]) -> dict[str, list[str]]:
    """By these codes in small letters: what a column has that differs from them by capitals alone, or not at all."""
    found: dict[str, list[str]] = {}
    small = sorted({code.lower() for code in codes if code.lower() != code.upper()})
    for code in run(session, select(column).where(func.lower(column).in_(small))).scalars() if small else ():
        found.setdefault(code.lower(), []).append(code)
    return found


def parts_of(session: Session, kit_ids: Collection[int]) -> dict[tuple[int, int], StoredPart]:
    """The parts of these kits, by kit and part."""
    rows = _among(session, StoredPart, kit_part, kit_part.c.kit_id, kit_ids)
    return {(row.kit_id, row.part_id): row for row in rows}


def locations(session: Session, codes: Collection[str]) -> dict[str, StoredLocation]:
    """Locations by code."""
    return {row.code: row for row in _among(session, StoredLocation, location, location.c.code, codes)}


def sections(session: Session, codes: Collection[str]) -> dict[str, StoredSection]:
    """Sections that have an owner, by code."""
    return {row.code: row for row in _among(session, StoredSection, section, section.c.code, codes)}


def sections_with_places(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Those of these sections that a location is in, by code."""
    wanted = select(location.c.section).distinct().where(location.c.section.in_(list(codes)))
    return {code: code for code in run(session, wanted).scalars()} if codes else {}


def suppliers(session: Session, names: Collection[str]) -> dict[str, StoredSupplier]:
    """Suppliers by name."""
    return {row.name: row for row in _among(session, StoredSupplier, supplier, supplier.c.name, names)}


def operators(session: Session, badges: Collection[str]) -> dict[str, StoredOperator]:
    """People by badge."""
    return {row.badge: row for row in _among(session, StoredOperator, operator, operator.c.badge, badges)}


def supervisors(session: Session) -> set[str]:
    """The badges of those who may do everything, now."""
    found = run(session, select(operator.c.badge, operator.c.roles).where(operator.c.active, operator.c.roles != ""))
    return {str(row.badge) for row in found if Role.SUPERVISOR in row.roles.split(";")}


def names_of_operators(session: Session, names: Collection[str]) -> set[str]:
    """Those of these names that somebody has, all in small letters."""
    small = func.lower(operator.c.name)
    return set(run(session, select(small).where(small.in_(list(names)))).scalars()) if names else set()


def skus_of_barcodes(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Barcode -> SKU of its item, of those of the codes that are barcodes."""
    joined = select(barcode.c.code, item.c.sku).join_from(barcode, item, barcode.c.item_id == item.c.id)
    return {row.code: row.sku for row in run(session, joined.where(barcode.c.code.in_(list(codes))))} if codes else {}


def kits_and_parts(session: Session, item_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Which of the items are kits, and which are parts of kits."""

    def among(column: ColumnElement[int]) -> set[int]:
        return set(run(session, select(column).where(column.in_(list(item_ids)))).scalars())

    return among(kit_part.c.kit_id), among(kit_part.c.part_id)


def first_of_kinds(session: Session) -> dict[str, str]:
    """Code -> kind of the locations that rules send goods to: the first of each kind."""
    first = select(func.min(location.c.id)).group_by(location.c.kind)
    wanted = select(location.c.code, location.c.kind).where(location.c.id.in_(first))
    return {row.code: row.kind for row in run(session, wanted)}


def hold_stock(session: Session, location_ids: Collection[int], item_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(item id, location id) -> units, held to the end of the transaction, also of what is not there yet."""
    places = select(location.c.id).where(location.c.id.in_(list(location_ids))).order_by(location.c.id)
    run(session, places.with_for_update(key_share=True)).all()
    rows = run(session, _stock_at(location_ids, item_ids).with_for_update())
    return {(row.item_id, row.location_id): row.units for row in rows}


def stock_of(session: Session, location_ids: Collection[int], item_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(item id, location id) -> units, not held."""
    rows = run(session, _stock_at(location_ids, item_ids))
    return {(row.item_id, row.location_id): row.units for row in rows}


def places_that_had_goods(session: Session, location_ids: Collection[int]) -> set[int]:
    """Those of these locations at which goods are or were."""
    wanted = select(stock.c.location_id).distinct().where(stock.c.location_id.in_(list(location_ids)))
    return set(run(session, wanted).scalars()) if location_ids else set()


def _stock_at(location_ids: Collection[int], item_ids: Collection[int]) -> Select[Any]:
    wanted = select(stock.c.item_id, stock.c.location_id, stock.c.units).where(
        stock.c.location_id.in_(list(location_ids)), stock.c.item_id.in_(list(item_ids))
    )
    return wanted.order_by(stock.c.item_id, stock.c.location_id)


def hold_tasks(session: Session, references: Collection[str]) -> list[StoredTask]:
    """The tasks of these references, held to the end of the transaction, in one order for everybody."""
    return fetch(session, StoredTask, _tasks_named(references).with_for_update(key_share=True))


def tasks(session: Session, references: Collection[str]) -> list[StoredTask]:
    """The tasks of these references, not held."""
    return fetch(session, StoredTask, _tasks_named(references))


def _tasks_named(references: Collection[str]) -> Select[Any]:
    return _columns(StoredTask, task).where(task.c.reference.in_(list(references))).order_by(task.c.id)


def lines_of(session: Session, task_ids: Collection[int]) -> list[StoredLine]:
    """The lines of these tasks, by task and position."""
    wanted = _columns(StoredLine, line).where(line.c.task_id.in_(list(task_ids))).order_by(line.c.task_id, line.c.position)
    return fetch(session, StoredLine, wanted)


def insert_task(session: Session, values: dict[str, Any]) -> int:
    """A new task without lines; gives its id."""
    return int(run(session, insert(task).returning(task.c.id), values).scalar_one())


def cartons(session: Session, ssccs: Collection[str]) -> dict[str, dict[int, StoredCarton]]:
    """What was announced to be in these cartons: by SSCC, then by item."""
    found: dict[str, dict[int, StoredCarton]] = {}
    for row in fetch(session, StoredCarton, _columns(StoredCarton, carton).where(carton.c.sscc.in_(list(ssccs)))):
        found.setdefault(row.sscc, {})[row.item_id] = row
    return found


def _among(
    session: Session, into: type[T], table: Table, key: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> list[T]:
    """The rows of a table whose `key` is among the values."""
    return fetch(session, into, _columns(into, table).where(key.in_(list(values)))) if values else []


def _columns(into: type[T], table: Table) -> Select[Any]:
    """Those columns of a table that `into` names."""
    return select(*(table.c[name] for name in into._fields))
