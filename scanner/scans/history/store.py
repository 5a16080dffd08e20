"""The record with the names of people, items and locations, for pages and reports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, literal, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, VIRTUAL
from scanner.catalogue.store import standing_for
from scanner.catalogue.tables import Barcode, Item, KitPart, Location, MergedItem, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.money import from_e4
from scanner.people.tables import Operator
from scanner.scans.result import Outcome
from scanner.scans.tables import Line, Movement, Scan, Tally, Task

_scan, _movement, _item, _task, _operator, _location, _stock, _line, _tally, _barcode, _part = (
    table_of(model) for model in (Scan, Movement, Item, Task, Operator, Location, Stock, Line, Tally, Barcode, KitPart)
)
_merged = table_of(MergedItem)
_source, _target = _location.alias("source"), _location.alias("target")

_real = _location.c.kind.not_in([kind.value for kind in VIRTUAL])


class ScanRow(NamedTuple):
    """One scan. `sku` and `name` are None where no item was found."""

    seq: int
    id: str
    task: str
    operator: str
    device: str
    code: str
    source: str
    quantity: int
    scanned_at: datetime  # by the device's clock
    received_at: datetime  # by the server's clock
    outcome: str
    reason: str
    message: str
    sku: str | None
    name: str | None
    units: int
    location: str | None  # where goods go from this scan on
    lot: str | None
    expiry: date | None
    serial: str | None
    confirms: int | None
    undoes: int | None
    links: int | None

    @property
    def is_accepted(self) -> bool:
        """Whether it counts."""
        return self.outcome == Outcome.ACCEPTED


_SCANS = (
    select(
        _scan.c.seq, _scan.c.id, _task.c.reference.label("task"), _operator.c.name.label("operator"), _scan.c.device,
        _scan.c.code, _scan.c.source, _scan.c.quantity, _scan.c.scanned_at, _scan.c.received_at, _scan.c.outcome, _scan.c.reason,
        _scan.c.message, _item.c.sku, _item.c.name, _scan.c.units, _location.c.code.label("location"), _scan.c.lot,
        _scan.c.expiry, _scan.c.serial, _scan.c.confirms, _scan.c.undoes, _scan.c.links,
    )
    .join_from(_scan, _task, _scan.c.task_id == _task.c.id)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .join(_item, _scan.c.item_id == _item.c.id, isouter=True)
    .join(_location, _scan.c.location_id == _location.c.id, isouter=True)
    .order_by(_scan.c.seq.desc())
)  # fmt: skip


class MovementRow(NamedTuple):
    """A movement of units. A scan caused it, or an adjustment with its `cause`."""

    seq: int
    at: datetime
    sku: str
    name: str
    units: int
    source: str
    target: str
    operator: str | None
    scan_seq: int | None
    task: str | None
    cause: str
    cost_e4: int | None  # of one unit when it was booked; None: it had no cost

    @property
    def unit_cost(self) -> Decimal | None:
        """What one unit cost when it was booked."""
        return None if self.cost_e4 is None else from_e4(self.cost_e4)


_MOVEMENTS = (
    select(
        _movement.c.seq, _movement.c.at, _item.c.sku, _item.c.name, _movement.c.units, _source.c.code.label("source"),
        _target.c.code.label("target"), _operator.c.name.label("operator"), _movement.c.scan_seq,
        _task.c.reference.label("task"), _movement.c.cause, _movement.c.cost_e4,
    )
    .join_from(_movement, _item, _movement.c.item_id == _item.c.id)
    .join(_source, _movement.c.source_id == _source.c.id)
    .join(_target, _movement.c.target_id == _target.c.id)
    .join(_operator, _movement.c.operator_id == _operator.c.id, isouter=True)
    .join(_scan, _movement.c.scan_seq == _scan.c.seq, isouter=True)
    .join(_task, _scan.c.task_id == _task.c.id, isouter=True)
)  # fmt: skip


def scans(
    session: Session, *, task: str | None = None, sku: str | None = None, seq: int | None = None,
    before: int | None = None, limit: int = 50, operator_id: int | None = None,
) -> list[ScanRow]:  # fmt: skip
    """Scans, the newest first; `before` pages by sequence number."""
    statement = _SCANS.limit(limit)
    chosen = ((_task.c.reference, task), (_item.c.sku, sku), (_scan.c.seq, seq), (_scan.c.operator_id, operator_id))
    for column, wanted in chosen:
        if wanted is not None:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(_scan.c.seq < before)
    return fetch(session, ScanRow, statement)


def scans_by_seq(session: Session, seqs: Collection[int]) -> list[ScanRow]:
    """The named scans, the newest first."""
    return fetch(session, ScanRow, _SCANS.where(_scan.c.seq.in_(list(seqs))))


def scans_about(session: Session, seq: int) -> list[ScanRow]:
    """Later scans that confirm this one, take it back, or count it."""
    about = (_scan.c.confirms == seq) | (_scan.c.undoes == seq) | (_scan.c.links == seq)
    return fetch(session, ScanRow, _SCANS.where(about))


def movements(session: Session, *, after: int = 0, limit: int = 200) -> list[MovementRow]:
    """Movements by sequence number, from `after` on."""
    return fetch(session, MovementRow, _MOVEMENTS.where(_movement.c.seq > after).order_by(_movement.c.seq).limit(limit))


def latest_movements(
    session: Session, *, sku: str | None = None, task: str | None = None, scan_seq: int | None = None,
    item_id: int | None = None, limit: int = 50,
) -> list[MovementRow]:  # fmt: skip
    """Movements, the newest first; of `item_id` with those of the items that were merged into it."""
    statement: Select[Any] = _MOVEMENTS.order_by(_movement.c.seq.desc()).limit(limit)
    for column, wanted in ((_item.c.sku, sku), (_task.c.reference, task), (_movement.c.scan_seq, scan_seq)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if item_id is not None:
        merged = select(_merged.c.item_id).where(_merged.c.into_id == item_id)
        statement = statement.where((_movement.c.item_id == item_id) | _movement.c.item_id.in_(merged))
    return fetch(session, MovementRow, statement)


class StoredStock(NamedTuple):
    """Units of an item at a location."""

    location: str
    kind: str
    sku: str
    name: str
    units: int


def stock(session: Session, sku: str | None = None, *, real_only: bool = True) -> list[StoredStock]:
    """Units of items at locations, without zeros."""
    statement = (
        select(_location.c.code.label("location"), _location.c.kind, _item.c.sku, _item.c.name, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(_item, _stock.c.item_id == _item.c.id)
        .where(_stock.c.units != 0)
        .order_by(_item.c.sku, _location.c.code)
    )
    if sku is not None:
        statement = statement.where(_item.c.id == standing_for(sku))
    if real_only:
        statement = statement.where(_real)
    return fetch(session, StoredStock, statement)


def units_on_hand(session: Session, item_id: int) -> int:
    """Units of an item at all real locations together."""
    total = select(func.coalesce(func.sum(_stock.c.units), 0)).join_from(
        _stock, _location, _stock.c.location_id == _location.c.id
    )
    return int(run(session, total.where(_stock.c.item_id == item_id, _real)).scalar_one())


def kits_that_can_be_made(session: Session, item_id: int) -> int | None:
    """How many kits the sellable parts make; None where the item is not a kit."""
    sellable = (
        select(func.coalesce(func.sum(_stock.c.units), 0))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == _part.c.part_id, _location.c.kind.in_([kind.value for kind in SELLABLE]))
        .scalar_subquery()
    )
    parts = run(session, select(_part.c.units, sellable.label("there")).where(_part.c.kit_id == item_id)).all()
    return min((max(int(row.there), 0) // row.units for row in parts), default=None)


class StockChange(NamedTuple):
    """Units that came to real locations, or (negative) left them. `scan_seq` is the scan behind it, if any."""

    at: datetime
    units: int
    scan_seq: int | None


def changes_of_on_hand(session: Session, item_id: int, since: datetime, limit: int) -> list[StockChange]:
    """Changes of the units on hand of an item, the newest first."""
    virtual = [kind.value for kind in VIRTUAL]
    comes = _source.c.kind.in_(virtual) & _target.c.kind.not_in(virtual)
    goes = _source.c.kind.not_in(virtual) & _target.c.kind.in_(virtual)
    statement = (
        select(_movement.c.at, case((comes, _movement.c.units), else_=-_movement.c.units).label("units"), _movement.c.scan_seq)
        .join_from(_movement, _source, _movement.c.source_id == _source.c.id)
        .join(_target, _movement.c.target_id == _target.c.id)
        .where(_movement.c.item_id == item_id, _movement.c.at >= since, comes | goes)
        .order_by(_movement.c.at.desc(), _movement.c.seq.desc())
        .limit(limit)
    )
    return fetch(session, StockChange, statement)


class CodeRow(NamedTuple):
    """A barcode of an item, and the units that one scan of it stands for."""

    code: str
    units: int


def item_codes(session: Session, item_id: int) -> list[CodeRow]:
    """Barcodes of an item."""
    wanted = select(_barcode.c.code, _barcode.c.units).where(_barcode.c.item_id == item_id).order_by(_barcode.c.code)
    return fetch(session, CodeRow, wanted)


class KitRow(NamedTuple):
    """Another item of a kit: a part of this one ("has"), or a kit with this one ("in")."""

    relation: str
    sku: str
    name: str
    units: int


def kit_relations(session: Session, item_id: int) -> list[KitRow]:
    """The parts of this kit, then the kits with this item."""
    parts = (
        select(literal("has").label("relation"), _item.c.sku, _item.c.name, _part.c.units)
        .join_from(_part, _item, _part.c.part_id == _item.c.id)
        .where(_part.c.kit_id == item_id)
        .order_by(_item.c.sku)
    )
    kits = (
        select(literal("in").label("relation"), _item.c.sku, _item.c.name, _part.c.units)
        .join_from(_part, _item, _part.c.kit_id == _item.c.id)
        .where(_part.c.part_id == item_id)
        .order_by(_item.c.sku)
    )
    return fetch(session, KitRow, parts) + fetch(session, KitRow, kits)


class OpenLine(NamedTuple):
    """A line of an item on an open task, in units."""

    reference: str
    kind: str
    partner: str
    expected: int
    scanned: int
    task_id: int


def open_lines_of_item(session: Session, item_id: int) -> list[OpenLine]:
    """Lines of the item on open tasks."""
    statement = (
        select(_task.c.reference, _task.c.kind, _task.c.partner, _line.c.expected, _line.c.scanned, _line.c.task_id)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(_line.c.item_id == item_id, _task.c.state == "open")
        .order_by(_task.c.reference, _line.c.position)
    )
    return fetch(session, OpenLine, statement)
