"""Statements on orders, their parcels, and what could not be picked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, exists, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Stock
from scanner.codes.commands import Command
from scanner.db.columns import whole
from scanner.db.sql import Prepared, fetch, fetch_one, run, settle, table_of
from scanner.orders import KIND
from scanner.orders.planning import store as planning
from scanner.orders.planning.store import DUE_FIRST
from scanner.orders.scanned import OrderState
from scanner.orders.tables import Order, OrderLine, OrderPart, Packed, ShortPick, Tote
from scanner.scans.decision import Count, TaskState
from scanner.scans.request import Source
from scanner.scans.tables import Line, Scan, Task

_order, _order_line, _part, _packed, _short, _tote, _line, _task, _scan, _stock = (
    table_of(model) for model in (Order, OrderLine, OrderPart, Packed, ShortPick, Tote, Line, Task, Scan, Stock)
)


class OrderRow(NamedTuple):
    """What an order has beside its task."""

    task_id: int
    channel: str
    reference: str
    placed_at: datetime | None
    due_at: datetime | None
    version: int
    version_is_time: bool
    cancelled_at: datetime | None
    shipped_at: datetime | None
    choice: str
    assumed: bool
    rest_of: int | None

    @property
    def ended(self) -> OrderState | None:
        """How it ended: shipped or cancelled; None while it is open."""
        if self.cancelled_at is not None:
            return OrderState.CANCELLED
        return OrderState.SHIPPED if self.shipped_at is not None else None


class OrderedLine(NamedTuple):
    """A line as the shop wrote it; without an item its SKU is unknown."""

    id: int
    task_id: int
    position: int
    name: str
    sku: str
    item_id: int | None
    ordered: int
    cancelled: int


class PartRow(NamedTuple):
    """A line of the task that is picked for a line of the order, and how far it is in units."""

    order_line_id: int
    line_id: int
    task_id: int
    item_id: int
    units: int  # in one unit of what was ordered
    expected: int
    scanned: int


class ShortRow(NamedTuple):
    """Units of a line that a scan noted as not to be had at a place."""

    line_id: int
    location_id: int | None
    units: int
    why: str


class LastPacked(NamedTuple):
    """The last scan that put something into the parcel."""

    seq: int
    id: str


class OpenOrder(NamedTuple):
    """An open order in the list of who picks. `pickable`: units still wanted that shelves have; `unknown`: of unknown items."""

    reference: str
    channel: str
    partner: str
    due_at: datetime | None
    choice: str
    lines: int
    wanted: int
    picked: int
    pickable: int
    unknown: int


class _Units(NamedTuple):
    units: int


class _LineUnits(NamedTuple):
    line_id: int
    units: int


_ROW = select(*(_order.c[name] for name in OrderRow._fields)).where(_order.c.task_id == bindparam("task"))
_UNITS_AT = Prepared(
    select(_stock.c.units).where(_stock.c.location_id == bindparam("place"), _stock.c.item_id == bindparam("item")), into=_Units
)
_PACKED_BY = select(_packed.c.line_id, _packed.c.units).where(_packed.c.scan_seq == bindparam("scan")).order_by(_packed.c.line_id)
_SHORT_BY = (
    select(_short.c.line_id, _short.c.location_id, _short.c.units, _short.c.why)
    .where(_short.c.scan_seq == bindparam("scan"))
    .order_by(_short.c.line_id)
)
_LABELLED = (
    select(_task.c.reference)
    .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
    .where(
        (_task.c.reference == bindparam("label"))
        | _task.c.id.in_(select(_tote.c.order_id).where(_tote.c.label == bindparam("label")))
    )
    .order_by(_task.c.id)
)
_LAST_PACKED = (
    select(_scan.c.seq, _scan.c.id)
    .join_from(_packed, _scan, _packed.c.scan_seq == _scan.c.seq)
    .where(_scan.c.task_id == bindparam("task"), _packed.c.units > 0)
    .order_by(_scan.c.seq.desc())
    .limit(1)
)


def order_of(session: Session, task_id: int) -> OrderRow:
    """What an order has beside its task."""
    found = fetch_one(session, OrderRow, _ROW, {"task": task_id})
    assert found is not None
    return found


def units_at(session: Session, location_id: int, item_id: int) -> int:
    """Units of an item on record at a place. Nothing is held: it only says whether to ask."""
    found = _UNITS_AT.row(session, place=location_id, item=item_id)
    return found.units if found else 0


def was_picked(session: Session, task_id: int) -> bool:
    """Whether something was picked of an order that is cancelled: it is on its lines, or was taken off them since."""
    settle(session)
    on_lines = exists().where(_line.c.task_id == task_id, _line.c.scanned > 0)
    off = exists().where(_scan.c.task_id == task_id, _scan.c.key == Command.RELEASE.value, _scan.c.units < 0)
    return bool(run(session, select(or_(on_lines, off))).scalar_one())


def packed_on(session: Session, task_ids: Collection[int]) -> dict[int, int]:
    """Line id -> units in the parcel."""
    return _sums(session, _packed, task_ids)


def gone_on(session: Session, task_id: int) -> dict[int, int]:
    """Line id -> units that the shop sent without a scan: they are no longer here."""
    settle(session)
    wanted = (
        select(_packed.c.line_id, whole(func.sum(_packed.c.units)).label("units"))
        .join_from(_packed, _scan, _packed.c.scan_seq == _scan.c.seq)
        .join(_line, _packed.c.line_id == _line.c.id)
        .where(_line.c.task_id == task_id, _scan.c.source == Source.ASSUMED.value)
        .group_by(_packed.c.line_id)
    )
    return {row.line_id: row.units for row in fetch(session, _LineUnits, wanted)}


def _sums(session: Session, table: object, task_ids: Collection[int]) -> dict[int, int]:
    settle(session)
    columns = table.c  # type: ignore[attr-defined]
    wanted = (
        select(columns.line_id, whole(func.sum(columns.units)).label("units"))
        .join(_line, columns.line_id == _line.c.id)
        .where(_line.c.task_id.in_(list(task_ids)))
        .group_by(columns.line_id)
    )
    return {row.line_id: row.units for row in fetch(session, _LineUnits, wanted)}


def packed_by(session: Session, scan_seq: int) -> tuple[Count, ...]:
    """What a scan put into the parcel."""
    return tuple(Count(*row) for row in fetch(session, _LineUnits, _PACKED_BY, {"scan": scan_seq}))


def short_by(session: Session, scan_seq: int) -> list[ShortRow]:
    """What a scan noted as not to be had."""
    return fetch(session, ShortRow, _SHORT_BY, {"scan": scan_seq})


def open_orders_labelled(session: Session, label: str) -> tuple[str, ...]:
    """References of the open orders with this number, or whose tote has this label."""
    return tuple(run(session, _LABELLED, {"label": label}).scalars())


def open_rest_of(session: Session, task_id: int) -> str | None:
    """The reference of what was kept of an order, or of a rest, and is open."""
    asked = _order.alias("asked")
    wanted = (
        select(_task.c.reference)
        .join_from(_order, _task, _order.c.task_id == _task.c.id)
        .join(asked, _order.c.rest_of == func.coalesce(asked.c.rest_of, asked.c.task_id))
        .where(asked.c.task_id == task_id, _task.c.state == TaskState.OPEN.value)
    )
    return run(session, wanted).scalar_one_or_none()


def last_packed(session: Session, task_id: int) -> LastPacked | None:
    """The last scan that put something into the parcel of an order."""
    return fetch_one(session, LastPacked, _LAST_PACKED, {"task": task_id})


def ordered_lines(session: Session, task_ids: Collection[int]) -> list[OrderedLine]:
    """The lines as the shop wrote them, by order and position."""
    wanted = select(*(_order_line.c[name] for name in OrderedLine._fields)).where(_order_line.c.task_id.in_(list(task_ids)))
    return fetch(session, OrderedLine, wanted.order_by(_order_line.c.task_id, _order_line.c.position))


def parts_of(session: Session, task_ids: Collection[int]) -> list[PartRow]:
    """The lines of these tasks with the lines of the order that they are picked for, by position."""
    settle(session)
    wanted = (
        select(
            _part.c.order_line_id, _line.c.id.label("line_id"), _line.c.task_id, _line.c.item_id, _part.c.units, _line.c.expected,
            _line.c.scanned,
        )
        .join_from(_part, _line, _part.c.line_id == _line.c.id)
        .where(_line.c.task_id.in_(list(task_ids)))
        .order_by(_line.c.task_id, _line.c.position)
    )  # fmt: skip
    return fetch(session, PartRow, wanted)


_unknown = (
    select(func.sum(_order_line.c.ordered - _order_line.c.cancelled))
    .where(_order_line.c.task_id == _task.c.id, _order_line.c.item_id.is_(None))
    .scalar_subquery()
)
"""Units of an order with SKUs that no item has."""


def wants_unknown(session: Session, task_id: int) -> bool:
    """Whether an order wants something whose SKU no item has."""
    found: int | None = run(session, select(_unknown).select_from(_task).where(_task.c.id == task_id)).scalar_one()
    return bool(found)


def open_orders(session: Session) -> list[OpenOrder]:
    """Open orders, due first, with what could be picked of each now."""
    there = planning.pickable()
    met = case((_line.c.scanned < _line.c.expected, _line.c.scanned), else_=_line.c.expected)
    wanted = (
        select(
            _task.c.reference, _order.c.channel, _task.c.partner, _order.c.due_at, _order.c.choice,
            func.count(_line.c.id).label("lines"),
            whole(func.coalesce(func.sum(_line.c.expected), 0)).label("wanted"),
            whole(func.coalesce(func.sum(met), 0)).label("picked"),
            whole(func.coalesce(func.max(there.c.units), 0)).label("pickable"),
            whole(func.coalesce(_unknown, 0)).label("unknown"),
        )
        .join_from(_task, _order, _order.c.task_id == _task.c.id)
        .join(_line, _line.c.task_id == _task.c.id, isouter=True)
        .join(there, there.c.task_id == _task.c.id, isouter=True)
        .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
        .group_by(
            _task.c.id, _task.c.reference, _order.c.channel, _task.c.partner, _order.c.due_at, _order.c.choice,
            _order.c.placed_at,
        )
        .order_by(*DUE_FIRST)
    )  # fmt: skip
    return fetch(session, OpenOrder, wanted)


def known_references(session: Session, most: int) -> list[str]:
    """References of open orders, due first."""
    wanted = (
        select(_task.c.reference)
        .join_from(_task, _order, _order.c.task_id == _task.c.id)
        .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
        .order_by(*DUE_FIRST)
    )
    return list(run(session, wanted.limit(most)).scalars())


def next_pickable(session: Session) -> str:
    """The open order that is due first of those that want something that a shelf has for them; empty where there is none."""
    there = planning.pickable()
    wanted = (
        select(_task.c.reference)
        .join_from(there, _task, there.c.task_id == _task.c.id)
        .join(_order, _order.c.task_id == _task.c.id)
        .where(there.c.units > 0)
        .order_by(*DUE_FIRST)
        .limit(1)
    )
    return str(run(session, wanted).scalar_one_or_none() or "")


def count_pickable(session: Session) -> int:
    """How many open orders want something that a shelf has for them."""
    return planning.count_pickable(session)


def add_packed(session: Session, scan_seq: int, counts: Iterable[Count]) -> None:
    """Append what a scan put into the parcel, or took out of it."""
    rows = [{"scan_seq": scan_seq, "line_id": each.line_id, "units": each.units} for each in counts]
    if rows:
        run(session, insert(_packed), rows)


def add_short(session: Session, scan_seq: int, shorts: Iterable[ShortRow]) -> None:
    """Append what a scan noted as not to be had, or took back."""
    rows = [{"scan_seq": scan_seq, **row._asdict()} for row in shorts]
    if rows:
        run(session, insert(_short), rows)


def mark_shipped(session: Session, task_id: int, at: datetime) -> None:
    """Note when an order went."""
    run(session, update(_order).where(_order.c.task_id == task_id).values(shipped_at=at))


def add_order(session: Session, row: OrderRow) -> None:
    """What a new order has beside its task."""
    run(session, insert(_order), row._asdict())


def add_line(session: Session, line: OrderedLine, parts: Iterable[PartRow]) -> None:
    """A line of a new order, with the lines of its task that are picked for it. The ids of both are given by the database."""
    values = {name: value for name, value in line._asdict().items() if name != "id"}
    line_id = int(run(session, insert(_order_line).returning(_order_line.c.id), values).scalar_one())
    for part in parts:
        place = select(func.coalesce(func.max(_line.c.position), 0) + 1).where(_line.c.task_id == line.task_id).scalar_subquery()
        row = {"task_id": line.task_id, "position": place, "item_id": part.item_id, "expected": part.expected}
        made = int(run(session, insert(_line).values(**row, scanned=0, reason="").returning(_line.c.id)).scalar_one())
        run(session, insert(_part), {"line_id": made, "order_line_id": line_id, "units": part.units})


def orders_of_lines(session: Session, line_ids: Collection[int]) -> list[int]:
    """Ids of the tasks that these lines are of."""
    wanted = select(_line.c.task_id).distinct().where(_line.c.id.in_(list(line_ids))).order_by(_line.c.task_id)
    return list(run(session, wanted).scalars())
