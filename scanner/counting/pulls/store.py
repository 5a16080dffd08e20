"""Why places are to be counted before their day: what was noted, and what has answered it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, literal_column, select, update
from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE
from scanner.catalogue.tables import Item, Location, Section, Stock
from scanner.counting import KIND
from scanner.counting.pulls.rules import Pull
from scanner.counting.tables import CountPull, CountResult, Visit
from scanner.counting.visits import SAYS_SOMETHING
from scanner.db.sql import fetch, run, table_of
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.decision import TaskState
from scanner.scans.order import store as order
from scanner.scans.order.rules import Place
from scanner.scans.tables import Scan, Task

_pull = table_of(CountPull)
_stock = table_of(Stock)
_location = table_of(Location)
_item = table_of(Item)
_visit = table_of(Visit)
_section = table_of(Section)
_result = table_of(CountResult)
_task = table_of(Task)
_scan = table_of(Scan)
_discrepancy = table_of(Discrepancy)

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
_unknown = _scan.alias("unknown")
_knew = (
    exists()
    .where(
        _pull.c.cause == Pull.LINKED_LATE.value,
        _unknown.c.seq == _pull.c.scan_seq,
        _scan.c.task_id == _visit.c.task_id,
        _scan.c.seq > _visit.c.opened_seq,
        _scan.c.location_id == _visit.c.location_id,
        _scan.c.key == _unknown.c.key,
        _scan.c.outcome == "accepted",
        _scan.c.links.is_(None),  # one that was counted late was made before the link
    )
    .correlate(_pull, _visit)
)
BATCH = 500
"""Items asked for in one statement."""


class UnlinkedScan(NamedTuple):
    """A scan on a finished count of a code that had no item; `location` is the code of the place."""

    seq: int
    location_id: int
    location: str


class ShelfItem(NamedTuple):
    """An item that the record has at a shelf."""

    location_id: int
    item_id: int


class _Looked(NamedTuple):
    """What waits at a place, and a visit there that counted it."""

    id: int
    cause: str
    scan_seq: int | None
    at: datetime
    opened_seq: int
    opened_at: datetime
    knew: bool  # the code of that scan stood for an item when it was scanned in the visit


class WaitingPull(NamedTuple):
    """Why a place waits to be counted; the item is None where it is about the whole place."""

    location_id: int
    cause: str
    at: datetime
    scan_seq: int | None
    item_id: int | None
    sku: str | None
    name: str | None


def add(session: Session, places: Collection[tuple[int, int | None]], cause: str, scan_seq: int | None, at: datetime) -> None:
    """Note why places (location id, item id) are to be counted before their day.

    Each time is noted, also where the place waits already: a scan may be taken back, and only a visit that began after the
    scan answers it.
    """
    rows = [
        {"location_id": place, "item_id": item, "cause": cause, "scan_seq": scan_seq, "at": at, "answered_by": None}
        for place, item in sorted(set(places), key=str)
    ]
    if rows:
        run(session, insert(_pull), rows)


def pass_on(session: Session, item_id: int, into_id: int) -> None:
    """Have what waits for an item wait for the one that it was merged into."""
    run(session, update(_pull).where(_pull.c.item_id == item_id, _pull.c.answered_by.is_(None)).values(item_id=into_id))


def drop(session: Session, scan_seq: int) -> None:
    """Drop what a scan pulled forward and nobody has counted yet, once the scan is taken back."""
    run(session, _DROP, {"scan": scan_seq})


def answer(session: Session, task_id: int) -> None:
    """Answer, by a finished count, what waited at its places before the visits that counted them began.

    A recount answers nothing. It looks at some items only, and what is due must not tell a counter that there was a recount.
    """
    wanted = (
        select(
            _pull.c.id, _pull.c.cause, _pull.c.scan_seq, _pull.c.at, _visit.c.opened_seq, _visit.c.opened_at, _knew.label("knew")
        )
        .join_from(_pull, _visit, _visit.c.location_id == _pull.c.location_id)
        .join(_task, _visit.c.task_id == _task.c.id)
        .where(_pull.c.answered_by.is_(None), _visit.c.task_id == task_id, _task.c.recount_of.is_(None))
        .where(*SAYS_SOMETHING)
    )  # fmt: skip
    looked = fetch(session, _Looked, wanted)
    at = order.order_of(session, {row.opened_seq for row in looked} | {row.scan_seq for row in looked if row.scan_seq})
    answered = [row.id for row in looked if _is_later(row, at)]
    run(session, update(_pull).where(_pull.c.id.in_(answered)).values(answered_by=task_id))


def _is_later(looked: _Looked, at: Mapping[int, Place]) -> bool:
    """Whether the visit began after the pull. What somebody did at a desk stands nowhere among the scans, so its time counts.

    But a visit that knew a code is later than its link, whatever the clock said.
    """
    if looked.scan_seq is None or looked.cause == Pull.LINKED_LATE:
        return looked.knew or looked.opened_at > looked.at
    return at[looked.opened_seq] > at[looked.scan_seq]


def counted_since(session: Session, places: Collection[tuple[int, int]], seq: int) -> list[tuple[int, int]]:
    """Those of these (location id, item id) that were counted after a scan was made, in a count that has been judged."""
    since = order.reached_back(session, seq)
    wanted = select(_result.c.scan_seq).where(_result.c.scan_seq >= since)
    counted = {
        (place, item): set(run(session, wanted.where(_result.c.location_id == place, _result.c.item_id == item)).scalars())
        for place, item in sorted(places)
    }
    at = order.order_of(session, {seq}.union(*counted.values()))
    return [each for each, scans in counted.items() if any(at[scan] > at[seq] for scan in scans)]


def found_unknown(session: Session, key: str) -> list[UnlinkedScan]:
    """Scans of a code on finished counts, made before the code had an item."""
    wanted = (
        select(_scan.c.seq, _scan.c.location_id, _location.c.code.label("location"))
        .join_from(_scan, _task, _scan.c.task_id == _task.c.id)
        .join(_location, _scan.c.location_id == _location.c.id)
        .where(
            _scan.c.key == key,
            _scan.c.reason == literal_column("'unknown'"),
            _task.c.kind == KIND,
            _task.c.state == TaskState.FINISHED.value,
        )
        .order_by(_scan.c.seq)
    )
    return fetch(session, UnlinkedScan, wanted)


def shelves_of(session: Session, item_ids: Collection[int]) -> list[ShelfItem]:
    """The shelves where the record has these items."""
    found: list[ShelfItem] = []
    ids = sorted(item_ids)
    for start in range(0, len(ids), BATCH):
        wanted = (
            select(_stock.c.location_id, _stock.c.item_id)
            .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
            .where(_stock.c.item_id.in_(ids[start : start + BATCH]), _stock.c.units != 0, _location.c.kind.in_(list(SELLABLE)))
        )
        found += fetch(session, ShelfItem, wanted)
    return found


def units_on_shelf(session: Session, location_id: int, item_id: int) -> int | None:
    """Units on hand of an item at a shelf; None where the place is not a shelf, or never had the item."""
    units: int | None = run(session, _UNITS_ON_SHELF, {"place": location_id, "item": item_id}).scalar_one_or_none()
    return units


def waiting(session: Session) -> list[WaitingPull]:
    """What waits to be counted, the oldest first. Of several with the same place, cause and item, only the first."""
    wanted = (
        select(_pull.c.location_id, _pull.c.cause, _pull.c.at, _pull.c.scan_seq, _pull.c.item_id, _item.c.sku, _item.c.name)
        .join_from(_pull, _item, _pull.c.item_id == _item.c.id, isouter=True)
        .where(_pull.c.answered_by.is_(None))
        .order_by(_pull.c.id)
    )
    first: dict[tuple[int, str, int | None], WaitingPull] = {}
    for row in fetch(session, WaitingPull, wanted):
        first.setdefault((row.location_id, row.cause, row.item_id), row)
    return list(first.values())


def waiting_sections(session: Session, cause: str) -> set[str]:
    """The sections with a place that waits to be counted for this cause."""
    wanted = (
        select(_location.c.section)
        .join_from(_pull, _location, _pull.c.location_id == _location.c.id)
        .where(_pull.c.answered_by.is_(None), _pull.c.cause == cause, _location.c.section != "")
    )
    return set(run(session, wanted).scalars())
