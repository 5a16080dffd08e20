"""How far orders are: picked, packed and short of each line, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlmodel import Session

from scanner.db.columns import whole
from scanner.db.sql import fetch, settle, table_of
from scanner.orders.intake import store
from scanner.orders.intake.rules import Version
from scanner.orders.intake.store import LineRow, OrderRow
from scanner.orders.scanned import OrderState
from scanner.orders.tables import Packed, ShortPick

_packed, _short = table_of(Packed), table_of(ShortPick)
_order, _order_line, _part, _line = store.order, store.order_line, store.order_part, store.line


class _Counted(NamedTuple):
    order_line_id: int
    units: int
    scanned: int
    packed: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of an order, in units as they were ordered. `known`: its SKU has an item."""

    line: str
    sku: str
    name: str
    known: bool
    ordered: int
    cancelled: int
    picked: int
    packed: int
    short: int

    @property
    def wanted(self) -> int:
        """Units to send."""
        return self.ordered - self.cancelled


@dataclass(frozen=True, slots=True)
class RestView:
    """A rest of an order: the reference of its task, and how far it is."""

    task: str
    state: OrderState
    shipped_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order with its lines. `id` is the number of its task.

    A rest has the channel and the reference of the order that it is a rest of; `rest_of` is the task of that.
    """

    id: int
    channel: str
    reference: str
    task: str
    state: OrderState
    placed_at: datetime | None
    due_at: datetime | None
    version: int | str | None
    customer: str
    cancelled_at: datetime | None
    shipped_at: datetime | None
    assumed: bool
    choice: str
    lines: tuple[LineView, ...]
    rest_of: str | None = None
    rests: tuple[RestView, ...] = ()

    @property
    def wanted(self) -> int:
        """Units to send."""
        return sum(line.wanted for line in self.lines)

    @property
    def picked(self) -> int:
        """Units picked of those to send."""
        return sum(min(line.picked, line.wanted) for line in self.lines)


def views(
    session: Session, rows: Collection[OrderRow], names: dict[int, str] | None = None, *, packs: bool = True
) -> list[OrderView]:  # fmt: skip
    """Orders with their lines and rests. `names`: of items, by id. Where nobody `packs` by scans, what is picked is packed."""
    rests = store.rests_of(session, [row.task_id for row in rows if row.shipped_at])
    further = {row.task_id: row for mine in rests.values() for row in mine}
    found = {view.id: view for view in _views(session, [*further.values(), *rows], names, packs=packs)}
    roots = store.references_of(session, [row.rest_of for row in rows if row.rest_of])
    return [
        replace(
            found[row.task_id], rest_of=roots.get(row.rest_of or 0),
            rests=tuple(_rest(found[rest.task_id]) for rest in rests.get(row.task_id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _rest(view: OrderView) -> RestView:
    return RestView(view.task, view.state, view.shipped_at, view.cancelled_at)


def _views(
    session: Session, rows: Collection[OrderRow], names: dict[int, str] | None, *, packs: bool
) -> list[OrderView]:  # fmt: skip
    settle(session)
    lines: dict[int, list[LineRow]] = {}
    for line in store.lines_of(session, [row.task_id for row in rows]):
        lines.setdefault(line.task_id, []).append(line)
    counted: dict[int, list[_Counted]] = {}
    for part in _counted(session, [row.task_id for row in rows]):
        part = part if packs else part._replace(packed=max(part.packed, part.scanned))
        counted.setdefault(part.order_line_id, []).append(part)
    return [_view(row, lines.get(row.task_id, []), counted, names or {}) for row in rows]


def _counted(session: Session, task_ids: list[int]) -> list[_Counted]:
    """Of each line of the tasks that is picked for a line of an order: units picked, packed and not found."""
    packed = select(func.coalesce(func.sum(_packed.c.units), 0)).where(_packed.c.line_id == _line.c.id).scalar_subquery()
    short = select(func.coalesce(func.sum(_short.c.units), 0)).where(_short.c.line_id == _line.c.id).scalar_subquery()
    wanted = (
        select(
            _part.c.order_line_id, _part.c.units, _line.c.scanned,
            whole(packed).label("packed"), whole(short).label("short"),
        )
        .join_from(_line, _part, _part.c.line_id == _line.c.id)
        .where(_line.c.task_id.in_(task_ids))
    )  # fmt: skip
    return fetch(session, _Counted, wanted)


def _view(row: OrderRow, lines: list[LineRow], counted: dict[int, list[_Counted]], names: dict[int, str]) -> OrderView:
    shown = tuple(_line_view(line, counted.get(line.id, []), names) for line in lines)
    begun = any(part.scanned > 0 for line in lines for part in counted.get(line.id, []))
    return OrderView(
        id=row.task_id, channel=row.channel, reference=row.reference, task=row.task, state=_state(row, shown, begun=begun),
        placed_at=row.placed_at, due_at=row.due_at, version=Version(row.version, row.version_is_time).said, customer=row.customer,
        cancelled_at=row.cancelled_at, shipped_at=row.shipped_at, assumed=row.assumed, choice=row.choice, lines=shown,
    )  # fmt: skip


def _line_view(line: LineRow, parts: list[_Counted], names: dict[int, str]) -> LineView:
    wanted, picked = line.ordered - line.cancelled, _sets(parts, "scanned")
    short = max((-(-part.short // part.units) for part in parts), default=0)
    return LineView(
        line=line.name, sku=line.sku, name=names.get(line.item_id or 0, line.sku), known=line.item_id is not None,
        ordered=line.ordered, cancelled=line.cancelled, picked=picked, packed=_sets(parts, "packed"),
        short=max(min(short, wanted - picked), 0),
    )  # fmt: skip


def _sets(parts: Iterable[_Counted], what: str) -> int:
    """Whole ones that can be made of the parts."""
    return min((max(getattr(part, what), 0) // part.units for part in parts), default=0)


def _state(row: OrderRow, lines: tuple[LineView, ...], *, begun: bool) -> OrderState:
    if row.cancelled_at or row.shipped_at:
        return OrderState.CANCELLED if row.cancelled_at else OrderState.SHIPPED
    wanted = [line for line in lines if line.wanted]
    if wanted and all(line.packed >= line.wanted for line in wanted):
        return OrderState.PACKED
    return OrderState.PICKING if begun else OrderState.OPEN


def state_is(state: OrderState, *, packs: bool = True) -> ColumnElement[bool]:
    """The condition for orders of a state; the same that a view says. `packs`: as in `views`."""
    if state is OrderState.CANCELLED:
        return _order.c.cancelled_at.is_not(None)
    if state is OrderState.SHIPPED:
        return and_(_order.c.shipped_at.is_not(None), _order.c.cancelled_at.is_(None))
    here = and_(_order.c.cancelled_at.is_(None), _order.c.shipped_at.is_(None))
    if state is OrderState.PACKED:
        return and_(here, _all_packed(packs=packs))
    begun = exists().where(_line.c.task_id == _order.c.task_id, _line.c.scanned > 0)
    return and_(here, not_(_all_packed(packs=packs)), begun if state is OrderState.PICKING else not_(begun))


def _all_packed(*, packs: bool) -> ColumnElement[bool]:
    """Whether something is wanted, and all of it is packed. A line with an unknown SKU is not."""
    mine = and_(_order_line.c.task_id == _order.c.task_id, _order_line.c.ordered > _order_line.c.cancelled)
    packed = select(func.coalesce(func.sum(_packed.c.units), 0)).where(_packed.c.line_id == _line.c.id).scalar_subquery()
    lacking = _line.c.expected > packed
    lacking = lacking if packs else and_(lacking, _line.c.expected > _line.c.scanned)
    lacks = exists().where(_line.c.task_id == _order.c.task_id, lacking)
    unknown = exists().where(mine, _order_line.c.item_id.is_(None))
    return and_(exists().where(mine), not_(or_(lacks, unknown)))
