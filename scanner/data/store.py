"""Many rows at once, as imports and exports read and change them: one statement for a batch, never one a row."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item, KitPart, Location, Section, Stock
from scanner.db.sql import run, table_of
from scanner.people.tables import Operator
from scanner.scans.tables import Carton, Line, Task

item, barcode, kit_part, location, stock, operator, task, line, carton, section = (
    table_of(model) for model in (Item, Barcode, KitPart, Location, Stock, Operator, Task, Line, Carton, Section)
)


def parts_of(session: Session, kit_ids: Collection[int]) -> dict[tuple[int, int], Row[Any]]:
    """The parts of these kits, by kit and part."""
    rows = run(session, select(kit_part).where(kit_part.c.kit_id.in_(list(kit_ids))))
    return {(row.kit_id, row.part_id): row for row in rows}


def own_barcodes(session: Session, skus: Collection[str]) -> set[str]:
    """Which of these SKUs are barcodes of their own items, too."""
    wanted = select(item.c.sku).join_from(barcode, item, barcode.c.item_id == item.c.id)
    return set(run(session, wanted.where(item.c.sku.in_(list(skus)), barcode.c.code == item.c.sku)).scalars())


def kits_and_parts(session: Session, item_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Which of the items are kits, and which are parts of kits."""

    def among(column: ColumnElement[int]) -> set[int]:
        return set(run(session, select(column).where(column.in_(list(item_ids)))).scalars())

    return among(kit_part.c.kit_id), among(kit_part.c.part_id)


def first_of_kinds(session: Session) -> dict[str, str]:
    """Codes, with their kind, of the locations that rules send goods to: the first of each kind."""
    first = select(func.min(location.c.id)).group_by(location.c.kind)
    return {row.code: row.kind for row in run(session, select(location).where(location.c.id.in_(first)))}


def hold_stock(session: Session, location_ids: Collection[int], item_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Units by item and location, held to the end of the transaction."""
    wanted = select(stock).where(stock.c.location_id.in_(list(location_ids)), stock.c.item_id.in_(list(item_ids)))
    rows = run(session, wanted.order_by(stock.c.item_id, stock.c.location_id).with_for_update())
    return {(row.item_id, row.location_id): row.units for row in rows}


def hold_tasks(session: Session, references: Collection[str]) -> list[Row[Any]]:
    """The tasks of these references, held to the end of the transaction, in one order for everybody."""
    wanted = select(task).where(task.c.reference.in_(list(references))).order_by(task.c.id)
    return list(run(session, wanted.with_for_update(key_share=True)))


def lines_of(session: Session, task_ids: Collection[int]) -> list[Row[Any]]:
    """The lines of these tasks, by task and position."""
    return list(run(session, select(line).where(line.c.task_id.in_(list(task_ids))).order_by(line.c.task_id, line.c.position)))


def insert_task(session: Session, values: dict[str, Any]) -> int:
    """A new task without lines; gives its id."""
    return int(run(session, insert(task).returning(task.c.id), values).scalar_one())


def cartons(session: Session, ssccs: Collection[str]) -> dict[str, dict[int, Row[Any]]]:
    """What was announced to be in these cartons: by SSCC, then by item."""
    found: dict[str, dict[int, Row[Any]]] = {}
    for row in run(session, select(carton).where(carton.c.sscc.in_(list(ssccs)))):
        found.setdefault(row.sscc, {})[row.item_id] = row
    return found
