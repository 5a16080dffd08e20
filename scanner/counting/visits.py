"""Visits of a count: who counted which location, what they found there, and what a recount asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import and_, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES
from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting import KIND
from scanner.counting.tables import CountResult, RecountLine, Visit
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import Operator
from scanner.scans.decision import NewLine, TaskState
from scanner.scans.result import Outcome
from scanner.scans.tables import Line, Scan, Tally, Task
from scanner.scans.tasks import extra_line, free_reference

_visit = table_of(Visit)
_line = table_of(Line)
_location = table_of(Location)
_operator = table_of(Operator)
_item = table_of(Item)
_stock = table_of(Stock)
_recount = table_of(RecountLine)
_result = table_of(CountResult)
_scan = table_of(Scan)
_tally = table_of(Tally)
_task = table_of(Task)
_discrepancy = table_of(Discrepancy)

_stands = _visit.c.state != "abandoned"
_is_real = _location.c.kind.not_in(list(NO_SHELVES))
SAYS_SOMETHING = (
    _visit.c.state == "closed",
    _visit.c.said_empty | select(_result.c.id).where(_result.c.visit_id == _visit.c.id).correlate(_visit).exists(),
)
"""Conditions on a visit: it counted its place, be it that nothing is there."""
_PLACES = select(_location.c.id, _location.c.code, _location.c.name, _location.c.kind, _location.c.position)
_VISITS = (
    select(
        _visit.c.id,
        _visit.c.location_id,
        _visit.c.operator_id,
        _visit.c.device,
        _visit.c.state,
        _visit.c.said_empty,
        _location.c.code,
        _location.c.kind,
        _operator.c.name.label("operator"),
        func.coalesce(func.sum(_line.c.scanned), 0).label("units"),
    )
    .join_from(_visit, _location, _visit.c.location_id == _location.c.id)
    .join(_operator, _visit.c.operator_id == _operator.c.id)
    .join(_line, _line.c.visit_id == _visit.c.id, isouter=True)
    .where(_stands)
    .group_by(_visit.c.id, _location.c.id, _operator.c.id)
    .order_by(_visit.c.id)
)


class CountedPlace(NamedTuple):
    """A location that a count covers; `position` is its place on the walk."""

    id: int
    code: str
    name: str
    kind: str
    position: int


class StandingVisit(NamedTuple):
    """A visit that was not abandoned, with the code and kind of its location and all the units found there."""

    id: int
    location_id: int
    operator_id: int
    device: str
    state: str
    said_empty: bool
    code: str
    kind: str
    operator: str
    units: int

    @property
    def is_done(self) -> bool:
        """Whether the location is counted."""
        return self.state == "closed" and bool(self.units or self.said_empty)


class FoundItem(NamedTuple):
    """An item that was found in a visit; `id` is its line, `scanned` its units."""

    id: int
    item_id: int
    sku: str
    name: str
    scanned: int


class ScannedLine(NamedTuple):
    """A line that a scan counted on: `units` by this scan, `scanned` by all scans."""

    line_id: int
    visit_id: int
    item_id: int
    scanned: int
    units: int
    code: str


class AskedItem(NamedTuple):
    """An item that a recount asks for; `result_id` is the count that was outside tolerance."""

    location_id: int
    item_id: int
    sku: str
    name: str
    result_id: int


class OpenCount(NamedTuple):
    """A count that is open; `recount_of` is the first count's id, None for a first count."""

    id: int
    reference: str
    section: str
    recount_of: int | None


class FinishedCount(NamedTuple):
    """A first count that is over."""

    reference: str
    finished_at: datetime


class UnsettledPlace(NamedTuple):
    """A location that is being counted or has an open variance; `section` may be empty."""

    id: int
    section: str


class _ScanOfVisit(NamedTuple):
    task_id: int
    location_id: int | None
    operator_id: int


def places_of_section(session: Session, section: str) -> list[CountedPlace]:
    """The real locations of a section; none for an empty name."""
    return fetch(session, CountedPlace, _PLACES.where(_location.c.section == section, _is_real)) if section else []


def hold_section(session: Session, section: str) -> bool:
    """Let nobody else start a count of the section until the transaction ends; False where it has no real location."""
    if not section:
        return False
    wanted = select(_location.c.id).where(_location.c.section == section, _is_real).order_by(_location.c.id).limit(1)
    return run(session, wanted.with_for_update(key_share=True)).first() is not None


def hold_places(session: Session, location_ids: Iterable[int]) -> None:
    """Let nobody else judge or settle what is at these places until the transaction ends.

    Hold tasks before, discrepancies and stock after: one order for everybody, so that no two wait for each other.
    """
    wanted = select(_location.c.id).where(_location.c.id.in_(sorted(set(location_ids)))).order_by(_location.c.id)
    run(session, wanted.with_for_update(key_share=True)).all()


def places_of_recount(session: Session, task_id: int) -> list[CountedPlace]:
    """The locations that a recount asks for."""
    asked_for = select(_recount.c.location_id).where(_recount.c.task_id == task_id)
    return fetch(session, CountedPlace, _PLACES.where(_location.c.id.in_(asked_for)))


def of_task(session: Session, task_id: int) -> list[StandingVisit]:
    """The visits of a count that stand, one a location, in the order in which they began."""
    return fetch(session, StandingVisit, _VISITS.where(_visit.c.task_id == task_id))


def of_scan(session: Session, seq: int) -> StandingVisit | None:
    """The visit that a scan was made in, if it stands. The person may have moved it to another device since."""
    of_visit = select(_scan.c.task_id, _scan.c.location_id, _scan.c.operator_id).where(_scan.c.seq == seq)
    (scan,) = fetch(session, _ScanOfVisit, of_visit)
    during = and_(_visit.c.opened_seq < seq, or_(_visit.c.closed_seq.is_(None), _visit.c.closed_seq > seq))
    there = and_(_visit.c.location_id == scan.location_id, _visit.c.operator_id == scan.operator_id)
    found = fetch(session, StandingVisit, _VISITS.where(_visit.c.task_id == scan.task_id, there, during))
    return found[0] if found else None


def open_visit(session: Session, *, task_id: int, location_id: int, operator_id: int, device: str, seq: int, at: datetime) -> int:
    """Begin a visit: somebody scanned the label of a location. Gives the visit's id."""
    values = {
        "task_id": task_id,
        "location_id": location_id,
        "operator_id": operator_id,
        "device": device,
        "state": "open",
        "said_empty": False,
        "opened_seq": seq,
        "opened_at": at,
    }
    return int(run(session, insert(_visit).returning(_visit.c.id), values).scalar_one())


def leave(session: Session, visit_id: int, state: str, seq: int, at: datetime) -> None:
    """End a visit: as `closed`, or as `abandoned` where nothing was found and it was not said to be empty."""
    change(session, visit_id, state=state, closed_seq=seq, closed_at=at)


def note_counted(session: Session, task_id: int) -> None:
    """Keep with the places of a finished count when they were counted. A recount is none: it looks at some items only."""
    of_task = (_visit.c.task_id == task_id, *SAYS_SOMETHING)
    here = select(func.max(_visit.c.closed_at)).where(*of_task, _visit.c.location_id == _location.c.id).scalar_subquery()
    is_newer = _location.c.counted_at.is_(None) | (_location.c.counted_at < here)
    places = select(_visit.c.location_id).where(*of_task)
    run(session, update(_location).where(_location.c.id.in_(places), is_newer).values(counted_at=here))


def change(session: Session, visit_id: int, **values: Any) -> None:
    """Set columns of a visit; the task is held."""
    run(session, update(_visit).where(_visit.c.id == visit_id).values(**values))


def lines_at(session: Session, visit_id: int) -> list[FoundItem]:
    """What was found in a visit, the last found first."""
    wanted = (
        select(_line.c.id, _line.c.item_id, _item.c.sku, _item.c.name, _line.c.scanned)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .join(_scan, _scan.c.task_id == _line.c.task_id)  # by the task: tallies are found by their scans alone
        .join(_tally, and_(_tally.c.scan_seq == _scan.c.seq, _tally.c.line_id == _line.c.id))
        .where(_line.c.visit_id == visit_id)
        .group_by(_line.c.id, _item.c.id)
        .order_by(func.max(_tally.c.scan_seq).desc(), _line.c.id.desc())
    )
    return fetch(session, FoundItem, wanted)


def counted_at(session: Session, visit_id: int) -> dict[int, tuple[int, int]]:
    """Item id -> (line id, units) of what was found in a visit."""
    wanted = select(_line.c.item_id, _line.c.id, _line.c.scanned).where(_line.c.visit_id == visit_id)
    return {row.item_id: (row.id, row.scanned) for row in run(session, wanted)}


def line_for(session: Session, task_id: int, visit_id: int, location_id: int, item_id: int) -> int:
    """The line of an item in a visit; the first scan of the item makes it."""
    known = counted_at(session, visit_id).get(item_id)
    return known[0] if known else extra_line(session, task_id, NewLine(item_id, 0, location_id, visit_id))


def lines_of_scan(session: Session, seq: int) -> list[ScannedLine]:
    """What a scan counted: one line for an item, several for a kit or a carton."""
    wanted = (
        select(_line.c.id.label("line_id"), _line.c.visit_id, _line.c.item_id, _line.c.scanned, _tally.c.units, _location.c.code)
        .join_from(_tally, _line, _tally.c.line_id == _line.c.id)
        .join(_location, _line.c.location_id == _location.c.id)
        .where(_tally.c.scan_seq == seq)
        .order_by(_line.c.id)
    )
    return fetch(session, ScannedLine, wanted)


def seen(session: Session, task_id: int, key: str, serial: str | None) -> bool:
    """Whether a carton or a serial was counted on this task already, and not taken back."""
    undoing = _scan.alias("undoing")
    wanted = (
        select(_scan.c.seq)
        .join_from(_scan, _tally, _tally.c.scan_seq == _scan.c.seq)
        .join(_line, _tally.c.line_id == _line.c.id)
        .join(_visit, _line.c.visit_id == _visit.c.id)
        .where(
            _scan.c.task_id == task_id,
            _scan.c.key == key,
            _scan.c.serial == serial,
            _scan.c.outcome == Outcome.ACCEPTED.value,
            _scan.c.undoes.is_(None),
            ~select(undoing.c.seq).where(undoing.c.undoes == _scan.c.seq).exists(),
            _stands,
        )
        .limit(1)
    )
    return run(session, wanted).first() is not None


def asked(session: Session, task_id: int) -> list[AskedItem]:
    """What a recount asks for, by name."""
    wanted = (
        select(_recount.c.location_id, _recount.c.item_id, _item.c.sku, _item.c.name, _recount.c.result_id)
        .join_from(_recount, _item, _recount.c.item_id == _item.c.id)
        .where(_recount.c.task_id == task_id)
        .order_by(_item.c.name, _item.c.id)
    )
    return fetch(session, AskedItem, wanted)


def recounts_at(session: Session, location_id: int) -> frozenset[int]:
    """Ids of the recounts that ask for something at a location."""
    return frozenset(run(session, select(_recount.c.task_id).where(_recount.c.location_id == location_id)).scalars())


def barred(session: Session, task_id: int) -> frozenset[int]:
    """Ids of the people who made the counts that a recount repeats. They may not make it."""
    wanted = select(_result.c.operator_id).join_from(_recount, _result, _recount.c.result_id == _result.c.id)
    return frozenset(run(session, wanted.where(_recount.c.task_id == task_id)).scalars())


def barred_from(session: Session, operator_id: int) -> frozenset[int]:
    """Ids of the recounts that repeat what a person counted."""
    wanted = select(_recount.c.task_id).join_from(_recount, _result, _recount.c.result_id == _result.c.id)
    return frozenset(run(session, wanted.where(_result.c.operator_id == operator_id)).scalars())


def open_counts(session: Session) -> list[OpenCount]:
    """Open counts and recounts, by section and age."""
    wanted = select(_task.c.id, _task.c.reference, _task.c.section, _task.c.recount_of).where(
        _task.c.kind == KIND, _task.c.state == TaskState.OPEN.value
    )
    return fetch(session, OpenCount, wanted.order_by(_task.c.section, _task.c.id))


def open_counts_of_item(session: Session, item_id: int) -> list[str]:
    """References of the open counts and recounts of places where the record has the item, or that ask for it."""
    there = (
        select(_location.c.section)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id == item_id, _stock.c.units != 0, _location.c.section != "")
    )
    asked = select(_recount.c.task_id).where(_recount.c.item_id == item_id)
    wanted = select(_task.c.reference).where(
        _task.c.kind == KIND,
        _task.c.state == TaskState.OPEN.value,
        or_(and_(_task.c.recount_of.is_(None), _task.c.section.in_(there)), _task.c.id.in_(asked)),
    )
    return list(run(session, wanted.order_by(_task.c.id)).scalars())


def open_count_of(session: Session, section: str) -> str | None:
    """The reference of the open first count of a section."""
    return next((row.reference for row in open_counts(session) if row.section == section and not row.recount_of), None)


def last_count_of(session: Session, section: str) -> FinishedCount | None:
    """The first count of a section that was finished last: no two are open at once, so it is the one that was started last."""
    wanted = select(_task.c.reference, _task.c.finished_at).where(
        _task.c.kind == KIND, _task.c.section == section, _task.c.recount_of.is_(None), _task.c.finished_at.is_not(None)
    )
    return fetch_one(session, FinishedCount, wanted.order_by(_task.c.id.desc()).limit(1))


def next_number(session: Session) -> str:
    """The next free reference after that of the count started last: C-000001 for the first."""
    own = and_(_task.c.kind == KIND, _task.c.recount_of.is_(None), _task.c.reference.like("C-%"))
    last = run(session, select(_task.c.reference).where(own).order_by(_task.c.id.desc()).limit(1)).scalar_one_or_none()
    number = int(last[2:]) if last and last[2:].isdigit() else 0
    return free_reference(session, (f"C-{each:06d}" for each in count(number + 1)))


def unsettled(session: Session) -> list[UnsettledPlace]:
    """Every place whose section is being counted or has an open variance; without a section, the place with the variance."""
    counted = select(_task.c.section).where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value, _task.c.section != "")
    differs = select(_discrepancy.c.location_id).where(
        _discrepancy.c.kind == DiscrepancyKind.VARIANCE.value, _discrepancy.c.state == DiscrepancyState.OPEN.value
    )
    beside = select(_location.c.section).where(_location.c.id.in_(differs), _location.c.section != "")
    wanted = select(_location.c.id, _location.c.section).where(
        _is_real, or_(_location.c.section.in_(counted.union(beside)), _location.c.id.in_(differs))
    )
    return fetch(session, UnsettledPlace, wanted)
