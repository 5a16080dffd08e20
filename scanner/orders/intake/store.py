"""Statements on orders that come in, many at once. They are read and changed with their tasks held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlmodel import Session

from scanner.catalogue.store import standing_for
from scanner.catalogue.tables import MergedItem
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, settle, table_of
from scanner.orders.tables import Order, OrderLine, OrderPart, Packed
from scanner.scans.decision import TaskState
from scanner.scans.request import Source
from scanner.scans.tables import Line, Scan, Task

order, order_line, order_part, line, task = (table_of(model) for model in (Order, OrderLine, OrderPart, Line, Task))
_merged, _packed, _scan = table_of(MergedItem), table_of(Packed), table_of(Scan)

Key = tuple[str, str]
"""Channel and reference of an order."""


class OrderRow(NamedTuple):
    """An order with its task. Of a rest channel and reference are those of the order that it is a rest of."""

    task_id: int
    task: str
    state: str
    channel: str
    reference: str
    customer: str
    placed_at: datetime | None
    due_at: datetime | None
    version: int
    version_is_time: bool
    cancelled_at: datetime | None
    shipped_at: datetime | None
    choice: str
    assumed: bool
    rest_of: int | None


class LineRow(NamedTuple):
    """A line as the shop wrote it; `item_id` None where its SKU is unknown."""

    id: int
    task_id: int
    position: int
    name: str
    sku: str
    item_id: int | None
    ordered: int
    cancelled: int


class PartRow(NamedTuple):
    """A line of the task that is picked for a line of the order. Of a merged item it is the one that stands for it."""

    order_line_id: int
    line_id: int
    item_id: int
    units: int
    expected: int
    scanned: int


order_columns = (
    order.c.task_id, task.c.reference.label("task"), task.c.state, order.c.channel, order.c.reference,
    task.c.partner.label("customer"), order.c.placed_at, order.c.due_at, order.c.version, order.c.version_is_time,
    order.c.cancelled_at, order.c.shipped_at, order.c.choice, order.c.assumed, order.c.rest_of,
)  # fmt: skip
_ORDERS = select(*order_columns).join_from(order, task, order.c.task_id == task.c.id)
_LINES = select(*(order_line.c[name] for name in LineRow._fields)).order_by(order_line.c.task_id, order_line.c.position)
_standing = func.coalesce(_merged.c.into_id, line.c.item_id).label("item_id")
_PARTS = (
    select(order_part.c.order_line_id, order_part.c.line_id, _standing, order_part.c.units, line.c.expected, line.c.scanned)
    .join_from(order_part, line, order_part.c.line_id == line.c.id)
    .join(_merged, _merged.c.item_id == line.c.item_id, isouter=True)
    .order_by(order_part.c.order_line_id, line.c.position)
)


def task_references(session: Session, keys: Collection[Key]) -> set[str]:
    """The references of the tasks of those of these orders that are there, and of their rests."""
    wanted = select(task.c.reference).join_from(order, task, order.c.task_id == task.c.id)
    rests = order.c.rest_of.in_(select(order.c.task_id).where(_among(keys)))
    return {*run(session, wanted.where(_among(keys))).scalars(), *run(session, wanted.where(rests)).scalars()}


def orders(session: Session, keys: Collection[Key]) -> dict[Key, OrderRow]:
    """Those of these orders that are there, as the shop knows them: without their rests."""
    return {(row.channel, row.reference): row for row in fetch(session, OrderRow, _ORDERS.where(_among(keys)))}


def order_of_task(session: Session, task_id: int) -> OrderRow | None:
    """The order of a task."""
    return next(iter(fetch(session, OrderRow, _ORDERS.where(order.c.task_id == task_id))), None)


def _among(keys: Collection[Key]) -> ColumnElement[bool]:
    return and_(tuple_(order.c.channel, order.c.reference).in_(sorted(keys)), order.c.rest_of.is_(None))


def rests_of(session: Session, task_ids: Collection[int]) -> dict[int, list[OrderRow]]:
    """By order of a shop its rests, the first one first."""
    found: dict[int, list[OrderRow]] = {}
    if task_ids:
        rows = fetch(session, OrderRow, _ORDERS.where(order.c.rest_of.in_(list(task_ids))).order_by(order.c.task_id))
        for row in rows:
            found.setdefault(row.rest_of or 0, []).append(row)
    return found


def references_of(session: Session, task_ids: Collection[int]) -> dict[int, str]:
    """The references of these tasks, by id."""
    wanted = select(task.c.id, task.c.reference).where(task.c.id.in_(list(task_ids)))
    return {row.id: row.reference for row in run(session, wanted)} if task_ids else {}


class WentRow(NamedTuple):
    """What went for a line of an order of one line of its task. `units` of the item are in one unit of what was ordered."""

    task_id: int
    name: str
    item_id: int
    units: int
    went: int


def went_of(session: Session, task_ids: Collection[int]) -> list[WentRow]:
    """What went of these orders, which are shipped."""
    settle(session)
    met = case((line.c.scanned < line.c.expected, line.c.scanned), else_=line.c.expected)
    return fetch(session, WentRow, _went(met, task_ids))


def gone_of(session: Session, task_ids: Collection[int]) -> list[WentRow]:
    """What went of these orders without a scan, as a shop said."""
    settle(session)
    gone = (
        select(func.coalesce(func.sum(_packed.c.units), 0))
        .join_from(_packed, _scan, _scan.c.seq == _packed.c.scan_seq)
        .where(_packed.c.line_id == line.c.id, _scan.c.source == Source.ASSUMED.value)
        .scalar_subquery()
    )
    return fetch(session, WentRow, _went(whole(gone), task_ids).where(gone > 0))


def last_gone(session: Session, task_ids: Collection[int]) -> dict[int, datetime]:
    """Task id -> when the last of what went without a scan went."""
    settle(session)
    wanted = (
        select(_scan.c.task_id, func.max(_scan.c.happened_at).label("at"))
        .join_from(_packed, _scan, _scan.c.seq == _packed.c.scan_seq)
        .where(_scan.c.task_id.in_(list(task_ids)), _scan.c.source == Source.ASSUMED.value)
        .group_by(_scan.c.task_id)
    )
    return {row.task_id: row.at for row in run(session, wanted)}


def _went(units: ColumnElement[int], task_ids: Collection[int]) -> Select[Any]:
    return (
        select(line.c.task_id, order_line.c.name, _standing, order_part.c.units, units.label("went"))
        .join_from(order_part, order_line, order_part.c.order_line_id == order_line.c.id)
        .join(line, order_part.c.line_id == line.c.id)
        .join(_merged, _merged.c.item_id == line.c.item_id, isouter=True)
        .where(line.c.task_id.in_(list(task_ids)))
        .order_by(line.c.task_id, line.c.position)
    )


def lines_of(session: Session, task_ids: Collection[int]) -> list[LineRow]:
    """Lines of these orders, by order and position."""
    return fetch(session, LineRow, _LINES.where(order_line.c.task_id.in_(list(task_ids))))


def lines_by_id(session: Session, line_ids: Collection[int]) -> list[LineRow]:
    """These lines, by order and position."""
    return fetch(session, LineRow, _LINES.where(order_line.c.id.in_(list(line_ids))))


def parts_of(session: Session, order_line_ids: Collection[int]) -> dict[int, list[PartRow]]:
    """By line of an order what is picked for it, in the order of the task."""
    found: dict[int, list[PartRow]] = {}
    for row in fetch(session, PartRow, _PARTS.where(order_part.c.order_line_id.in_(list(order_line_ids)))):
        found.setdefault(row.order_line_id, []).append(row)
    return found


class TooMuch(NamedTuple):
    """A line of a task with what is picked of it, what a shop sent of it without a scan (`gone`), and what is packed."""

    task_id: int
    line_id: int
    item_id: int
    expected: int
    scanned: int
    gone: int
    packed: int


def picked_lines(session: Session, task_ids: Collection[int]) -> list[TooMuch]:
    """The lines of these tasks of which something is picked, or was packed, by task and item."""
    settle(session)
    packed = select(func.coalesce(func.sum(_packed.c.units), 0)).where(_packed.c.line_id == line.c.id)
    gone = packed.join(_scan, _scan.c.seq == _packed.c.scan_seq).where(_scan.c.source == Source.ASSUMED.value)
    wanted = (
        select(
            line.c.task_id, line.c.id.label("line_id"), line.c.item_id, line.c.expected, line.c.scanned,
            whole(gone.scalar_subquery()).label("gone"), whole(packed.scalar_subquery()).label("packed"),
        )
        .where(line.c.task_id.in_(list(task_ids)), or_(line.c.scanned > 0, packed.scalar_subquery() > 0))
        .order_by(line.c.task_id, line.c.item_id, line.c.position)
    )  # fmt: skip
    return fetch(session, TooMuch, wanted)


def last_scan(session: Session, task_id: int) -> int:
    """The number of the last scan of a task; 0 where it has none."""
    return int(run(session, select(func.coalesce(func.max(_scan.c.seq), 0)).where(_scan.c.task_id == task_id)).scalar_one())


def last_positions(session: Session, task_ids: Collection[int]) -> dict[int, int]:
    """Task id -> the highest position of a line of it."""
    wanted = select(line.c.task_id, func.max(line.c.position).label("last")).where(line.c.task_id.in_(list(task_ids)))
    return {row.task_id: row.last for row in run(session, wanted.group_by(line.c.task_id))}


def line_ids(session: Session, task_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(task id, position) -> id of the lines of these tasks."""
    wanted = select(line.c.task_id, line.c.position, line.c.id).where(line.c.task_id.in_(list(task_ids)))
    return {(row.task_id, row.position): row.id for row in run(session, wanted)}


class Unknown(NamedTuple):
    """A line of an open order whose SKU was unknown, and the item that it stands for now."""

    id: int
    task_id: int
    item_id: int


def known_now(session: Session, task_ids: Collection[int] | None) -> list[Unknown]:
    """Lines of open orders (None: of all of them) whose SKU was unknown and has an item now."""
    found = standing_for(order_line.c.sku).label("item_id")
    wanted = (
        select(order_line.c.id, order_line.c.task_id, found)
        .join_from(order_line, task, order_line.c.task_id == task.c.id)
        .where(order_line.c.item_id.is_(None), task.c.state == TaskState.OPEN.value, found.is_not(None))
        .order_by(order_line.c.task_id, order_line.c.id)
    )
    if task_ids is not None:
        wanted = wanted.where(order_line.c.task_id.in_(list(task_ids)))
    return fetch(session, Unknown, wanted)


def hold(session: Session, task_ids: Collection[int]) -> None:
    """Hold these tasks to the end of the transaction, in one order for everybody."""
    wanted = select(task.c.id).where(task.c.id.in_(list(task_ids))).order_by(task.c.id)
    run(session, wanted.with_for_update(key_share=True)).all()
