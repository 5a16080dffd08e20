"""What pulls the count of a place forward."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, insert, literal_column, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE
from scanner.catalogue.tables import Item, Location, Section, Stock
from scanner.counting import KIND
from scanner.counting.tables import CountPull, CountResult, Visit
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.decision import TaskState
from scanner.scans.tables import Scan, Task

_pull, _stock, _location, _item, _visit, _section, _result, _task, _scan, _discrepancy = (
    table.__table__  # type: ignore[attr-defined]
    for table in (CountPull, Stock, Location, Item, Visit, Section, CountResult, Task, Scan, Discrepancy)
)
_DROP = delete(_pull).where(_pull.c.scan_seq == bindparam("scan"), _pull.c.answered_by.is_(None))
_UNITS_ON_SHELF = (
    select(_stock.c.units)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .where(
        _stock.c.location_id == bindparam("place"),
        _stock.c.item_id == bindparam("item"),
        _location.c.kind.in_(list(SELLABLE)),
    )
)
_OWNER = (
    select(_section.c.owner)
    .join_from(_section, _location, _location.c.section == _section.c.code)
    .where(_location.c.id == bindparam("place"))
)
BATCH = 500


def add(session: Session, places: Collection[tuple[int, int | None]], cause: str, scan_seq: int | None, at: datetime) -> None:
    """Note why places (location id, item id) are to be counted before their day, each time anew: every scan can be taken back,
    and only a look that began after it answers it.
    """
    rows = [
        {"location_id": place, "item_id": item, "cause": cause, "scan_seq": scan_seq, "at": at, "answered_by": None}
        for place, item in sorted(set(places), key=str)
    ]
    if rows:
        run(session, insert(_pull), rows)


def drop(session: Session, scan_seq: int) -> None:
    """The scan was taken back: what it pulled forward, and nobody has counted yet, is not due any more."""
    run(session, _DROP, {"scan": scan_seq})


def answer(session: Session, task_id: int) -> None:
    """The count was finished: what waited at a place is answered where somebody then came to look, and said something of it.

    A recount answers nothing: it looks at some items only, and what is due must not tell who counts that there was one.
    """
    said = _visit.c.said_empty | select(_result.c.id).where(_result.c.visit_id == _visit.c.id).correlate(_visit).exists()
    later = or_(
        _visit.c.opened_at > _pull.c.at,
        and_(_visit.c.opened_at == _pull.c.at, _visit.c.opened_seq > func.coalesce(_pull.c.scan_seq, 0)),
    )
    looked = (
        select(_visit.c.id)
        .join_from(_visit, _task, _visit.c.task_id == _task.c.id)
        .where(_visit.c.task_id == task_id, _task.c.recount_of.is_(None), _visit.c.state == "closed", said, later)
        .where(_visit.c.location_id == _pull.c.location_id)
    )
    run(session, update(_pull).where(_pull.c.answered_by.is_(None), looked.exists()).values(answered_by=task_id))


def counted_since(session: Session, places: Collection[tuple[int, int]], at: datetime) -> list[tuple[int, int]]:
    """Those of these (location id, item id) of which a count that was judged already looked after a moment."""
    looked = select(_result.c.id).where(_result.c.counted_at > at)
    return [
        (place, item)
        for place, item in sorted(places)
        if run(session, looked.where(_result.c.location_id == place, _result.c.item_id == item).limit(1)).first()
    ]


def found_unknown(session: Session, key: str) -> list[Row[Any]]:
    """Scans (seq, location_id, location) on finished counts of a code that nobody knew."""
    wanted = (
        select(_scan.c.seq, _scan.c.location_id, _location.c.code.label("location"))
        .join_from(_scan, _task, _scan.c.task_id == _task.c.id)
        .join(_location, _scan.c.location_id == _location.c.id)
        .where(
            _scan.c.key == key, _scan.c.reason == literal_column("'unknown'"),
            _task.c.kind == KIND, _task.c.state == TaskState.FINISHED.value,
        )
        .order_by(_scan.c.seq)
    )  # fmt: skip
    return list(run(session, wanted))


def open_short_units(session: Session, location_id: int, item_id: int) -> int:
    """Units of an item that could not be picked at a place, and that nobody has settled."""
    wanted = select(func.coalesce(func.sum(_discrepancy.c.units), 0)).where(
        _discrepancy.c.location_id == location_id, _discrepancy.c.item_id == item_id,
        _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value, _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )  # fmt: skip
    return int(run(session, wanted).scalar_one())


def shelves_of(session: Session, item_ids: Collection[int]) -> list[tuple[int, int]]:
    """(location id, item id) of the shelves where the items lie by the record."""
    found: list[tuple[int, int]] = []
    ids = sorted(item_ids)
    for start in range(0, len(ids), BATCH):
        wanted = (
            select(_stock.c.location_id, _stock.c.item_id)
            .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
            .where(_stock.c.item_id.in_(ids[start : start + BATCH]), _stock.c.units != 0, _location.c.kind.in_(list(SELLABLE)))
        )
        found += [(row.location_id, row.item_id) for row in run(session, wanted)]
    return found


def units_on_shelf(session: Session, location_id: int, item_id: int) -> int | None:
    """On hand of an item at a shelf; None where the place is no shelf, or never had any."""
    return run(session, _UNITS_ON_SHELF, {"place": location_id, "item": item_id}).scalar_one_or_none()


def owner_at(session: Session, location_id: int) -> str:
    """Who answers for what differs at a place: its section's owner; empty where the section has none."""
    return run(session, _OWNER, {"place": location_id}).scalar_one_or_none() or ""


def waiting(session: Session) -> list[Row[Any]]:
    """What waits to be counted, each once and the oldest first: (location_id, cause, at, scan_seq, item_id, sku, name)."""
    wanted = (
        select(_pull.c.location_id, _pull.c.cause, _pull.c.at, _pull.c.scan_seq, _pull.c.item_id, _item.c.sku, _item.c.name)
        .join_from(_pull, _item, _pull.c.item_id == _item.c.id, isouter=True)
        .where(_pull.c.answered_by.is_(None))
        .order_by(_pull.c.id)
    )
    first: dict[tuple[int, str, int | None], Row[Any]] = {}
    for row in run(session, wanted):
        first.setdefault((row.location_id, row.cause, row.item_id), row)
    return list(first.values())
