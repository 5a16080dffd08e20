"""Reads for pages and reports: the record with the names of people, items and places. They bypass the write model."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE, VIRTUAL
from scanner.catalogue.tables import Barcode, Item, KitPart, Location, Stock
from scanner.db.sql import run
from scanner.people.tables import Operator
from scanner.scans.tables import Line, Movement, Scan, Tally, Task

_scan, _movement, _item, _task, _operator, _location, _stock, _line, _tally, _barcode, _part = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Scan, Movement, Item, Task, Operator, Location, Stock, Line, Tally, Barcode, KitPart)
)
_source, _target = _location.alias("source"), _location.alias("target")

_SCANS = (
    select(
        _scan,
        _task.c.reference,
        _operator.c.name.label("operator"),
        _item.c.sku,
        _item.c.name,
        _location.c.code.label("location"),
    )
    .join_from(_scan, _task, _scan.c.task_id == _task.c.id)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .join(_item, _scan.c.item_id == _item.c.id, isouter=True)
    .join(_location, _scan.c.location_id == _location.c.id, isouter=True)
    .order_by(_scan.c.seq.desc())
)
_MOVEMENTS = (
    select(
        _movement.c.seq, _movement.c.at, _movement.c.units, _movement.c.scan_seq, _movement.c.cause, _item.c.sku, _item.c.name,
        _source.c.code.label("source"), _target.c.code.label("target"), _operator.c.name.label("operator"),
        _task.c.reference,
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
) -> list[Row[Any]]:  # fmt: skip
    """Scans with names, the newest first; `before` pages by sequence number."""
    statement = _SCANS.limit(limit)
    chosen = ((_task.c.reference, task), (_item.c.sku, sku), (_scan.c.seq, seq), (_scan.c.operator_id, operator_id))
    for column, wanted in chosen:
        if wanted is not None:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(_scan.c.seq < before)
    return list(run(session, statement).all())


def scans_by_seq(session: Session, seqs: Collection[int]) -> list[Row[Any]]:
    """The named scans, the newest first."""
    return list(run(session, _SCANS.where(_scan.c.seq.in_(list(seqs)))).all())


def scans_about(session: Session, seq: int) -> list[Row[Any]]:
    """Later scans that confirm, undo or count this one."""
    about = (_scan.c.confirms == seq) | (_scan.c.undoes == seq) | (_scan.c.links == seq)
    return list(run(session, _SCANS.where(about)).all())


def movements(session: Session, *, after: int = 0, limit: int = 200) -> list[Row[Any]]:
    """Movements with names, by sequence number from `after` on."""
    return list(run(session, _MOVEMENTS.where(_movement.c.seq > after).order_by(_movement.c.seq).limit(limit)).all())


def latest_movements(
    session: Session, *, sku: str | None = None, task: str | None = None, scan_seq: int | None = None, limit: int = 50
) -> list[Row[Any]]:
    """Movements with names, the newest first."""
    statement: Select[Any] = _MOVEMENTS.order_by(_movement.c.seq.desc()).limit(limit)
    for column, wanted in ((_item.c.sku, sku), (_task.c.reference, task), (_movement.c.scan_seq, scan_seq)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return list(run(session, statement).all())


def stock(session: Session, sku: str | None = None, *, real_only: bool = True) -> list[Row[Any]]:
    """Units of items at locations: (location, kind, section, sku, name, units), without zeros."""
    statement = (
        select(
            _location.c.code.label("location"),
            _location.c.kind,
            _location.c.section,
            _item.c.sku,
            _item.c.name,
            _stock.c.units,
        )
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(_item, _stock.c.item_id == _item.c.id)
        .where(_stock.c.units != 0)
        .order_by(_item.c.sku, _location.c.code)
    )
    if sku is not None:
        statement = statement.where(_item.c.sku == sku)
    if real_only:
        statement = statement.where(_location.c.kind.not_in(["supplier", "customer", "adjustment"]))
    return list(run(session, statement).all())


_real = _location.c.kind.not_in([kind.value for kind in VIRTUAL])


def units_on_hand(session: Session, item_id: int) -> int:
    """Units of an item at all real locations together."""
    total = select(func.coalesce(func.sum(_stock.c.units), 0)).join_from(
        _stock, _location, _stock.c.location_id == _location.c.id
    )
    return int(run(session, total.where(_stock.c.item_id == item_id, _real)).scalar_one())


def kits_that_can_be_made(session: Session, item_id: int) -> int | None:
    """How many of a kit there are sellable parts for; None where the item is no kit."""
    sellable = (
        select(func.coalesce(func.sum(_stock.c.units), 0))
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == _part.c.part_id, _location.c.kind.in_([kind.value for kind in SELLABLE]))
        .scalar_subquery()
    )
    parts = run(session, select(_part.c.units, sellable.label("there")).where(_part.c.kit_id == item_id)).all()
    return min((max(int(row.there), 0) // row.units for row in parts), default=None)


def changes_of_on_hand(session: Session, item_id: int, since: datetime, limit: int) -> list[Row[Any]]:
    """Movements (at, units, scan_seq) of an item into real locations, or (negative) out of them, the newest first."""
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
    return list(run(session, statement))


def item_codes(session: Session, item_id: int) -> list[Row[Any]]:
    """Barcodes (code, units) of an item."""
    return list(
        run(
            session,
            select(_barcode.c.code, _barcode.c.units).where(_barcode.c.item_id == item_id).order_by(_barcode.c.code),
        ).all()
    )


def kit_relations(session: Session, item_id: int) -> list[Row[Any]]:
    """(relation, sku, name, units): the parts in this kit ("has"), and the kits that this item is in ("in")."""
    has = (
        select(_item.c.sku, _item.c.name, _part.c.units)
        .join_from(_part, _item, _part.c.part_id == _item.c.id)
        .where(_part.c.kit_id == item_id)
    )
    within = (
        select(_item.c.sku, _item.c.name, _part.c.units)
        .join_from(_part, _item, _part.c.kit_id == _item.c.id)
        .where(_part.c.part_id == item_id)
    )
    rows = [("has", *row) for row in run(session, has.order_by(_item.c.sku))]
    return rows + [("in", *row) for row in run(session, within.order_by(_item.c.sku))]  # type: ignore[return-value]


def open_lines_of_item(session: Session, item_id: int) -> list[Row[Any]]:
    """Lines (reference, kind, partner, expected, scanned) of the item on open tasks."""
    statement = (
        select(_task.c.reference, _task.c.kind, _task.c.partner, _line.c.expected, _line.c.scanned)
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .where(_line.c.item_id == item_id, _task.c.state == "open")
        .order_by(_task.c.reference)
    )
    return list(run(session, statement).all())


def wrong_lines(session: Session) -> list[Row[Any]]:
    """Lines whose counter is not the sum of their tallies: (reference, position, counter, folded)."""
    folded = func.coalesce(func.sum(_tally.c.units), 0)
    statement = (
        select(_task.c.reference, _line.c.position, _line.c.scanned.label("counter"), folded.label("folded"))
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_tally, _tally.c.line_id == _line.c.id, isouter=True)
        .group_by(_line.c.id, _task.c.reference, _line.c.position, _line.c.scanned)
        .having(_line.c.scanned != folded)
    )
    return list(run(session, statement).all())


def folded_stock(session: Session) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, from the movements alone."""
    totals: dict[tuple[int, int], int] = {}
    for column, sign in ((_movement.c.target_id, 1), (_movement.c.source_id, -1)):
        grouped = select(column, _movement.c.item_id, func.sum(_movement.c.units)).group_by(column, _movement.c.item_id)
        for location_id, item_id, units in run(session, grouped):
            totals[location_id, item_id] = totals.get((location_id, item_id), 0) + sign * int(units)
    return totals


def counted_stock(session: Session) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, as the counters have it."""
    return {(row.location_id, row.item_id): row.units for row in run(session, select(_stock))}
