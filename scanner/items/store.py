"""Statements on items that are changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.store import standing_for
from scanner.catalogue.tables import Barcode, Item, KitPart, Location, MergedItem, OldSku, RetiredItem, Stock
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.items.rules import Action, Standing
from scanner.items.tables import ItemChange
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Carton, Held, Line, Movement, Tally, Task

_item, _barcode, _part, _location, _stock = (table_of(model) for model in (Item, Barcode, KitPart, Location, Stock))
_old, _merged, _retired, _change = (table_of(model) for model in (OldSku, MergedItem, RetiredItem, ItemChange))
_carton, _line, _tally, _task, _movement, _held, _operator = (
    table_of(model) for model in (Carton, Line, Tally, Task, Movement, Held, Operator)
)
_open_tasks = select(_task.c.id).where(_task.c.state == TaskState.OPEN.value)


class HeldItem(NamedTuple):
    """An item, held to the end of the transaction."""

    id: int
    sku: str
    name: str
    retired_at: datetime | None


class StoredChange(NamedTuple):
    """What was changed about an item, by whom and when."""

    at: datetime
    operator: str
    action: str
    before: str
    after: str
    detail: str


class _Standing(NamedTuple):
    location_id: int
    location: str
    units: int


_ITEM = select(_item.c.id, _item.c.sku, _item.c.name, _retired.c.at.label("retired_at")).join_from(
    _item, _retired, _retired.c.item_id == _item.c.id, isouter=True
)


def find(session: Session, sku: str) -> HeldItem | None:
    """The item that a SKU stands for, not held."""
    return fetch_one(session, HeldItem, _ITEM.where(_item.c.id == standing_for(sku)))


def hold(session: Session, *skus: str) -> list[HeldItem | None]:
    """The items that these SKUs stand for, held in one order for everybody."""
    found = [find(session, sku) for sku in skus]
    ids = sorted({each.id for each in found if each})
    held = {row.id: row for row in fetch(session, HeldItem, _ITEM.where(_item.c.id.in_(ids)).with_for_update(of=_item))}
    return [held[each.id] if each else None for each in found]


def rename(session: Session, item: HeldItem, sku: str, name: str) -> None:
    """Give an item another SKU and name. The SKU that it had goes on standing for it."""
    if sku != item.sku:
        run(session, delete(_old).where(_old.c.sku == sku, _old.c.item_id == item.id))
        run(session, insert(_old), {"sku": item.sku, "item_id": item.id})
    run(session, update(_item).where(_item.c.id == item.id).values(sku=sku, name=name))


def is_own_code(session: Session, code: str, item_id: int) -> bool:
    """Whether a code is a barcode of the item, or a SKU that it had."""
    barcode = exists().where(_barcode.c.code == code, _barcode.c.item_id == item_id)
    old = exists().where(_old.c.sku == code, _old.c.item_id == item_id)
    merged = exists().where(_merged.c.into_id == item_id, _merged.c.item_id == _item.c.id, _item.c.sku == code)
    return bool(run(session, select(or_(barcode, and_(old, ~merged)))).scalar_one())


def stock_of(session: Session, item_id: int, *, held: bool = True) -> list[Standing]:
    """Where an item is, at real places; `held` to the end of the transaction."""
    wanted = (
        select(_stock.c.location_id, _location.c.code.label("location"), _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == item_id, _stock.c.units != 0, _location.c.kind.not_in(list(VIRTUAL)))
        .order_by(_location.c.id)
    )
    wanted = wanted.with_for_update(of=_stock) if held else wanted
    return [Standing(*row) for row in fetch(session, _Standing, wanted)]


def parts_of(session: Session, item_id: int) -> frozenset[tuple[int, int]]:
    """(item id, units) of what is in one kit."""
    rows = run(session, select(_part.c.part_id, _part.c.units).where(_part.c.kit_id == item_id))
    return frozenset((row.part_id, row.units) for row in rows)


def codes_of(session: Session, item_id: int) -> int:
    """How many barcodes an item has."""
    return int(run(session, select(func.count()).select_from(_barcode).where(_barcode.c.item_id == item_id)).scalar_one())


def untouched_lines(session: Session, item_id: int) -> list[int]:
    """Ids of the lines of an item on open tasks on which nothing was scanned."""
    scanned = exists().where(_tally.c.line_id == _line.c.id)
    wanted = select(_line.c.id).where(_line.c.item_id == item_id, _line.c.task_id.in_(_open_tasks), ~scanned)
    return list(run(session, wanted.order_by(_line.c.id)).scalars())


def scanned_on(session: Session, item_id: int) -> list[str]:
    """References of the open tasks on which goods of an item were scanned."""
    wanted = (
        select(_task.c.reference)
        .distinct()
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_tally, _tally.c.line_id == _line.c.id)
        .where(_line.c.item_id == item_id, _task.c.state == TaskState.OPEN.value)
    )
    return list(run(session, wanted.order_by(_task.c.reference)).scalars())


def waits_on(session: Session, item_id: int) -> list[str]:
    """References of the open tasks on which goods of an item wait for an answer."""
    wanted = (
        select(_task.c.reference)
        .distinct()
        .join_from(_held, _task, _held.c.task_id == _task.c.id)
        .where(_held.c.item_id == item_id, _held.c.answer.is_(None), _task.c.state == TaskState.OPEN.value)
    )
    return list(run(session, wanted.order_by(_task.c.reference)).scalars())


def open_tasks_with(session: Session, item_id: int) -> list[str]:
    """References of the open tasks that have a line for an item."""
    wanted = select(_task.c.reference).where(
        _task.c.state == TaskState.OPEN.value, _task.c.id.in_(select(_line.c.task_id).where(_line.c.item_id == item_id))
    )
    return list(run(session, wanted.order_by(_task.c.reference)).scalars())


def kits_with(session: Session, item_id: int) -> list[str]:
    """SKUs of the kits that an item is in."""
    wanted = select(_item.c.sku).join_from(_part, _item, _part.c.kit_id == _item.c.id).where(_part.c.part_id == item_id)
    return list(run(session, wanted.order_by(_item.c.sku)).scalars())


def pass_on(session: Session, item: HeldItem, into_id: int, lines: list[int]) -> None:
    """Have all that names an item and is not over name the one that it is merged into: codes, open lines, cartons, kits."""
    run(session, update(_barcode).where(_barcode.c.item_id == item.id).values(item_id=into_id))
    run(session, update(_old).where(_old.c.item_id == item.id).values(item_id=into_id))
    run(session, insert(_old), {"sku": item.sku, "item_id": into_id})
    run(session, update(_merged).where(_merged.c.into_id == item.id).values(into_id=into_id))
    run(session, insert(_merged), {"item_id": item.id, "into_id": into_id})
    run(session, delete(_retired).where(_retired.c.item_id == item.id))
    run(session, update(_line).where(_line.c.id.in_(lines)).values(item_id=into_id))
    run(session, delete(_part).where(_part.c.kit_id == item.id))
    _join(session, _part, "part_id", "kit_id", item.id, into_id)
    _join(session, _carton, "item_id", "sscc", item.id, into_id)


def _join(session: Session, table: Any, column: str, beside: str, item_id: int, into_id: int) -> None:
    """Name another item in a column of a table with units; where that is there already, add the units up."""
    it, other = table.c[column], table.alias("other")
    units = select(other.c.units).where(other.c[column] == item_id, other.c[beside] == table.c[beside]).scalar_subquery()
    both = select(other.c[beside]).where(other.c[column] == item_id)
    run(session, update(table).where(it == into_id, table.c[beside].in_(both)).values(units=table.c.units + units))
    there = select(other.c[beside]).where(other.c[column] == into_id)
    run(session, delete(table).where(it == item_id, table.c[beside].in_(there)))
    run(session, update(table).where(it == item_id).values(**{column: into_id}))


def retire(session: Session, item_id: int, at: datetime) -> None:
    """Note that an item is sold no longer."""
    run(session, insert(_retired), {"item_id": item_id, "at": at})


def bring_back(session: Session, item_id: int) -> None:
    """Note that an item is sold again."""
    run(session, delete(_retired).where(_retired.c.item_id == item_id))


def add_change(
    session: Session, item_id: int, action: Action, *, operator_id: int, at: datetime, before: str, after: str, detail: str = ""
) -> None:
    """Append what was changed about an item."""
    run(
        session, insert(_change),
        {
            "item_id": item_id, "at": at, "operator_id": operator_id, "action": action, "before": before[:400],
            "after": after[:400],
            "detail": detail[:1000],
        },
    )  # fmt: skip


def changes_of(session: Session, item_id: int) -> list[StoredChange]:
    """What was changed about an item and those merged into it, the newest first."""
    merged = select(_merged.c.item_id).where(_merged.c.into_id == item_id)
    wanted = (
        select(
            _change.c.at,
            _operator.c.name.label("operator"),
            _change.c.action,
            _change.c.before,
            _change.c.after,
            _change.c.detail,
        )
        .join_from(_change, _operator, _change.c.operator_id == _operator.c.id)
        .where((_change.c.item_id == item_id) | _change.c.item_id.in_(merged))
        .order_by(_change.c.id.desc())
    )
    return fetch(session, StoredChange, wanted)


def merged_since(session: Session, scan_seq: int) -> str | None:
    """The SKU of an item that a scan moved and that was merged into another since; of several, the first by name."""
    wanted = (
        select(_item.c.sku)
        .join_from(_movement, _merged, _merged.c.item_id == _movement.c.item_id)
        .join(_item, _item.c.id == _movement.c.item_id)
        .where(_movement.c.scan_seq == scan_seq)
        .order_by(_item.c.sku)
        .limit(1)
    )
    sku: str | None = run(session, wanted).scalar_one_or_none()
    return sku
