"""Statements on what was sent back to vendors, and why."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location, Supplier
from scanner.codes.commands import find_grade
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.moves.hand import SENT_BACK
from scanner.moves.store import taken_back
from scanner.moves.tables import GradedMove
from scanner.people.tables import Operator
from scanner.reasons.tables import ReturnReason
from scanner.scans.tables import Movement, Scan, Task

_scan, _movement, _item, _location, _operator, _graded, _reason, _task, _vendor = (
    table_of(model) for model in (Scan, Movement, Item, Location, Operator, GradedMove, ReturnReason, Task, Supplier)
)


class SentHead(NamedTuple):
    """When goods went back, and who sent them."""

    seq: int
    at: datetime
    operator: str
    units: int


class SentItem(NamedTuple):
    """Units of an item that went back."""

    item_id: int
    sku: str
    name: str
    units: int


class _Came(NamedTuple):
    seq: int
    key: str
    handles: int | None
    units: int
    reason: str | None


_undoing = _scan.alias("undone_before")
_taken_back_before = exists().where(_undoing.c.undoes == _scan.c.seq, _undoing.c.seq < bindparam("before"))
"""Whether a scan had been taken back by then: what is taken back later changes no paper."""

_SENT = (
    select(_scan.c.seq, _scan.c.happened_at.label("at"), _operator.c.name.label("operator"), _scan.c.units)
    .join_from(_graded, _scan, _graded.c.scan_seq == _scan.c.seq)
    .join(_operator, _operator.c.id == _scan.c.operator_id)
    .where(_graded.c.disposition == SENT_BACK, ~taken_back)
)
_ITEMS = (
    select(_item.c.id.label("item_id"), _item.c.sku, _item.c.name, func.sum(_movement.c.units).label("units"))
    .join_from(_movement, _item, _item.c.id == _movement.c.item_id)
    .where(_movement.c.scan_seq == bindparam("seq"))
    .group_by(_item.c.id, _item.c.sku, _item.c.name)
    .order_by(_item.c.name, _item.c.sku)
)
_CAME = (
    select(_scan.c.seq, _scan.c.key, _scan.c.handles, _movement.c.units, _reason.c.name.label("reason"))
    .join_from(_movement, _location, _location.c.id == _movement.c.target_id)
    .join(_scan, _scan.c.seq == _movement.c.scan_seq)
    .join(_graded, _graded.c.scan_seq == _scan.c.seq, isouter=True)
    .join(_reason, _reason.c.id == _graded.c.reason_id, isouter=True)
    .where(
        _movement.c.item_id == bindparam("item"), _location.c.kind == LocationKind.VENDOR.value,
        _scan.c.seq < bindparam("before"), _scan.c.undoes.is_(None), ~_taken_back_before,
    )
    .order_by(_movement.c.seq.desc())
    .limit(50)
)  # fmt: skip
_SUPPLIER = (
    select(_task.c.partner)
    .join_from(_movement, _location, _location.c.id == _movement.c.source_id)
    .join(_scan, _scan.c.seq == _movement.c.scan_seq)
    .join(_task, _task.c.id == _scan.c.task_id)
    .where(
        _movement.c.item_id == bindparam("item"), _location.c.kind == LocationKind.SUPPLIER.value,
        _scan.c.seq < bindparam("before"), _task.c.partner != "", _scan.c.undoes.is_(None), ~_taken_back_before,
    )
    .order_by(_movement.c.seq.desc())
    .limit(1)
)  # fmt: skip


def sent(session: Session, limit: int) -> list[SentHead]:
    """What went back, the newest first."""
    return fetch(session, SentHead, _SENT.order_by(_scan.c.seq.desc()).limit(limit))


def find_sent(session: Session, seq: int) -> SentHead | None:
    """What went back by one scan."""
    return fetch_one(session, SentHead, _SENT.where(_scan.c.seq == seq))


def items(session: Session, seq: int) -> list[SentItem]:
    """The items that went back by one scan."""
    return [SentItem(row.item_id, row.sku, row.name, int(row.units)) for row in run(session, _ITEMS, {"seq": seq})]


def supplier(session: Session, item_id: int, before: int) -> str:
    """Who an item came from last; empty where nobody knows."""
    return str(run(session, _SUPPLIER, {"item": item_id, "before": before}).scalar_one_or_none() or "")


def address_of(session: Session, vendor: str) -> str:
    """Where a vendor is, as it is kept now; empty where nobody wrote it down."""
    wanted = select(_vendor.c.address).where(_vendor.c.name == vendor)
    return str(run(session, wanted).scalar_one_or_none() or "")


def reasons(session: Session, item: SentItem, before: int) -> list[str]:
    """Why these units were to go back, by the scans that brought them where they stood."""
    found: dict[str, None] = {}
    left = item.units
    for came in fetch(session, _Came, _CAME, {"item": item.item_id, "before": before}):
        if left <= 0:
            break
        left -= came.units
        if why := came.reason or _said(session, came):
            found[why] = None
    return list(found)


def _said(session: Session, came: _Came) -> str:
    """The reason on the label of the grade, or on the one that was scanned for the same goods later."""
    keys = [came.key]
    if came.handles is not None:
        later = select(_scan.c.key).where(_scan.c.handles == came.handles, ~taken_back).order_by(_scan.c.seq.desc())
        keys = [*run(session, later).scalars(), came.key]
    codes = [said.reason for key in keys if (said := find_grade(key)) and said.reason]
    if not codes:
        return ""
    return str(run(session, select(_reason.c.name).where(_reason.c.code == codes[0])).scalar_one_or_none() or "")
