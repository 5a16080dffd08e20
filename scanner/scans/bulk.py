"""Many rows at once: what imports and exports need. One statement for a batch, never one a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item, KitPart, Location, Section, Stock
from scanner.db.sql import connection_of, run
from scanner.people.tables import Operator
from scanner.scans.tables import Carton, Line, Task

item, barcode, kit_part, location, stock, operator, task, line, carton, section = (
    table.__table__
    for table in (Item, Barcode, KitPart, Location, Stock, Operator, Task, Line, Carton, Section)  # type: ignore[attr-defined]
)
PAGE = 1_000
"""Rows read or written by one statement."""


def rows_by(session: Session, key: ColumnElement[Any], values: Collection[Any], *columns: Any) -> dict[Any, Row[Any]]:
    """The rows whose `key` is among `values`, by it. Without `columns`, whole rows."""
    wanted = select(key, *(columns or (key.table,))).where(key.in_(list(values)))  # type: ignore[attr-defined]
    return {row[0]: row for row in run(session, wanted)} if values else {}


def insert_all(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows, all with the same columns."""
    if rows:
        run(session, insert(table), rows)


def update_all(session: Session, table: Table, rows: list[dict[str, Any]], by: tuple[str, ...] = ("id",)) -> None:
    """Set every column of `rows` but those of `by`, which name the row; all rows have the same columns."""
    if not rows:
        return
    changed = [name for name in rows[0] if name not in by]
    found = [table.c[name] == bindparam(f"by_{name}") for name in by]
    statement = update(table).where(*found).values({name: bindparam(f"new_{name}") for name in changed})
    run(
        session,
        statement,
        [{("by_" if name in by else "new_") + name: value for name, value in row.items()} for row in rows],
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


def owners_of(session: Session, codes: Collection[str], but: Iterable[str] = ()) -> dict[str, str]:
    """Which of the codes mean something already, and what ("the location A-01-1"); kinds in `but` are not asked."""
    labels: dict[str, tuple[str, ColumnElement[str]]] = {
        "items": ("the item", item.c.sku),
        "barcodes": ("a barcode", barcode.c.code),
        "locations": ("the location", location.c.code),
        "operators": ("somebody's badge", operator.c.badge),
        "tasks": ("the task", task.c.reference),
    }
    found: dict[str, str] = {}
    for kind, (noun, column) in labels.items():
        if kind not in but:
            found |= {code: f"{noun} {code}" for code in rows_by(session, column, codes, column)}
    return found


def paged(session: Session, statement: Select[Any], *key: ColumnElement[Any]) -> Iterator[Row[Any]]:
    """Every row of a statement in the order of `key`, which names one row and is what it selects first.

    Page by page, each asked for anew: a long export must not hold the database's log open.
    """
    after: tuple[Any, ...] | None = None
    while True:
        page = statement.order_by(*key).limit(PAGE)
        if after is not None:
            page = page.where(_beyond(key, after))
        rows = run(session, page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = tuple(rows[-1][: len(key)])
        let_go(session)


def let_go(session: Session) -> None:
    """Between two pages of a long reading: what is read next is of its own moment."""
    connection_of(session).rollback()
    connection_of(session).begin()


def _beyond(key: tuple[ColumnElement[Any], ...], after: tuple[Any, ...]) -> ColumnElement[bool]:
    """`key > after` for one column or several, first column first."""
    beyond = key[-1] > after[-1]
    for column, value in zip(reversed(key[:-1]), reversed(after[:-1]), strict=True):
        beyond = (column > value) | ((column == value) & beyond)
    return beyond
