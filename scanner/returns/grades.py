"""Statements on arrivals and grades. An arrival is a scan that counted; grades are rows beside their scans.

A grade stands unless its scan was undone or a later grade of the same units replaced it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, Select, and_, bindparam, cast, exists, func, insert, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.codes.commands import Command
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.people.tables import Operator
from scanner.reasons.tables import ReturnReason
from scanner.returns import KIND
from scanner.returns.tables import Grade
from scanner.scans.decision import TaskState
from scanner.scans.ledger import StoredScan
from scanner.scans.tables import Line, Movement, Scan, Tally, Task

_grade, _item, _line, _location, _movement, _operator, _reason, _scan, _tally, _task = (
    table_of(model) for model in (Grade, Item, Line, Location, Movement, Operator, ReturnReason, Scan, Tally, Task)
)
_source, _undoing = _location.alias("source"), _scan.alias("undoing")
_counted_kit = _item.alias("counted")
_later, _later_scan, _undoing_later = _grade.alias("later"), _scan.alias("later_scan"), _scan.alias("undoing_later")

_stands = ~exists().where(_undoing.c.undoes == _scan.c.seq)
_replaced = func.coalesce(
    select(func.sum(_later.c.units))
    .join_from(_later, _later_scan, _later.c.scan_seq == _later_scan.c.seq)
    .where(
        _later.c.replaces == _grade.c.scan_seq,
        _later.c.item_id == _grade.c.item_id,
        _later.c.line_id == _grade.c.line_id,
        ~exists().where(_undoing_later.c.undoes == _later_scan.c.seq),
    )
    .scalar_subquery(),
    0,
)
STANDING_UNITS = _grade.c.units - _replaced
"""Units of a grade that no later one replaced."""


class StandingGrade(NamedTuple):
    """Units that one scan graded, and their location. `reason_code` is on labels, `reason` is for people."""

    scan_seq: int
    arrival_seq: int
    line_id: int
    item_id: int
    sku: str
    name: str
    units: int
    disposition: str
    reason_id: int | None
    reason_code: str | None
    reason: str | None
    location_id: int
    location: str
    location_kind: str
    operator: str


def select_standing(*columns: Any) -> Select[Any]:
    """Columns of standing grades, with their scan, item, location, operator and reason."""
    return (
        select(*columns)
        .join_from(_grade, _scan, _grade.c.scan_seq == _scan.c.seq)
        .join(_item, _grade.c.item_id == _item.c.id)
        .join(_location, _grade.c.location_id == _location.c.id)
        .join(_operator, _scan.c.operator_id == _operator.c.id)
        .join(_reason, _grade.c.reason_id == _reason.c.id, isouter=True)
        .where(_stands, STANDING_UNITS > 0)
        .order_by(_grade.c.scan_seq, _grade.c.item_id, _grade.c.line_id)
    )


_STANDING = select_standing(
    _grade.c.scan_seq, _grade.c.arrival_seq, _grade.c.line_id, _grade.c.item_id, _item.c.sku, _item.c.name,
    STANDING_UNITS.label("units"), _grade.c.disposition, _grade.c.reason_id, _reason.c.code.label("reason_code"),
    _reason.c.name.label("reason"), _grade.c.location_id, _location.c.code.label("location"),
    _location.c.kind.label("location_kind"), _operator.c.name.label("operator"),
)  # fmt: skip


class Arrival(NamedTuple):
    """Units of an item that one scan brought on a line. A kit comes as its parts.

    `counted_id` and `counted_name` are of the item of the line, such as the kit.
    """

    arrival_seq: int
    line_id: int
    item_id: int
    sku: str
    name: str
    units: int
    counted_id: int
    counted_name: str
    expiry: date | None


_arrived_units = cast(cast(_movement.c.units, BigInteger) * _tally.c.units // _scan.c.units, Integer)
"""Units that arrived. The product needs 64 bits, though the units of a scan fit in 32."""
_ARRIVED = (
    select(
        _tally.c.scan_seq.label("arrival_seq"), _tally.c.line_id, _movement.c.item_id, _item.c.sku, _item.c.name,
        _arrived_units.label("units"),
        _line.c.item_id.label("counted_id"), _counted_kit.c.name.label("counted_name"), _scan.c.expiry,
    )
    .join_from(_tally, _scan, _tally.c.scan_seq == _scan.c.seq)
    .join(_movement, _movement.c.scan_seq == _scan.c.seq)
    .join(_source, _movement.c.source_id == _source.c.id)
    .join(_item, _movement.c.item_id == _item.c.id)
    .join(_line, and_(_tally.c.line_id == _line.c.id, _scan.c.task_id == _line.c.task_id))  # found by the task, if by a line
    .join(_counted_kit, _line.c.item_id == _counted_kit.c.id)
    .where(_tally.c.units > 0, _scan.c.undoes.is_(None), _source.c.kind == LocationKind.CUSTOMER.value, _stands)
    .order_by(_tally.c.scan_seq, _tally.c.line_id, _movement.c.seq)
)  # fmt: skip


_last = tuple(_scan.c[name] for name in StoredScan._fields)
_ANSWERS = [Command.UNDO.value, Command.CONFIRM.value, Command.LEAVE.value]
_did_nothing = and_(_scan.c.outcome == "refused", _scan.c.key.in_(_ANSWERS))
_LAST = (
    select(*_last)
    .where(
        _scan.c.task_id == bindparam("task"),
        _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
        _scan.c.source != "linked",
        ~_did_nothing,
    )
    .order_by(_scan.c.seq.desc())
    .limit(1)
)
_NOTED_EXPIRY = select(func.min(_scan.c.expiry)).where(
    _scan.c.task_id == bindparam("task"), _scan.c.handles == bindparam("arrival"), _scan.c.outcome == "accepted"
)
_their = _scan.alias("their")
_LAST_OF_OTHERS = select(*_last).where(
    _scan.c.seq.in_(
        select(func.max(_their.c.seq))
        .where(
            _their.c.task_id == bindparam("task"),
            _their.c.operator_id != bindparam("operator"),
            _their.c.source != "linked",
            ~and_(_their.c.outcome == "refused", _their.c.key.in_(_ANSWERS)),
        )
        .group_by(_their.c.operator_id, _their.c.device)
    )
)


class LaterGrade(NamedTuple):
    """A later grade of the goods of a scan, and who gave it."""

    scan_seq: int
    operator: str


_BUILT_ON = (
    select(_grade.c.scan_seq, _operator.c.name.label("operator"))
    .join_from(_grade, _scan, _grade.c.scan_seq == _scan.c.seq)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .where(
        or_(_grade.c.arrival_seq == bindparam("earlier"), _grade.c.replaces == bindparam("earlier")),
        _grade.c.scan_seq != bindparam("earlier"),
        _stands,
    )
    .order_by(_grade.c.scan_seq.desc())
    .limit(1)
)


class GradedRow(NamedTuple):
    """Units that a scan graded, standing or not. `replaces` is the scan of the grade before."""

    line_id: int
    arrival_seq: int
    disposition: str
    replaces: int | None


_OF_SCAN = select(*(_grade.c[name] for name in GradedRow._fields)).where(_grade.c.scan_seq == bindparam("scan"))


def standing(session: Session, task_id: int, arrival_seq: int | None = None) -> list[StandingGrade]:
    """Standing grades of a return, or of one arrival, in the order of their scans."""
    statement = _STANDING.where(_scan.c.task_id == task_id)
    if arrival_seq is not None:
        statement = statement.where(_grade.c.arrival_seq == arrival_seq)
    return fetch(session, StandingGrade, statement)


def arrived(session: Session, task_id: int, arrival_seq: int | None = None) -> list[Arrival]:
    """Arrivals of a return, or one of them, that were not taken back."""
    statement = _ARRIVED.where(_scan.c.task_id == task_id)
    if arrival_seq is not None:
        statement = statement.where(_tally.c.scan_seq == arrival_seq)
    return fetch(session, Arrival, statement)


def arrived_on(session: Session, line_ids: Collection[int]) -> dict[int, int]:
    """Units that came, by line. A kit counts as the parts that it had then."""
    rows = _ARRIVED.where(_tally.c.line_id.in_(list(line_ids))).order_by(None).subquery()
    sums = select(rows.c.line_id, func.sum(rows.c.units).label("units")).group_by(rows.c.line_id)
    return {row.line_id: int(row.units) for row in run(session, sums)}


def waiting(session: Session) -> dict[int, int]:
    """Units without a grade, by open return. Returns without any are left out."""
    came, graded = _by_return(session, _ARRIVED), _by_return(session, _STANDING)
    return {task_id: left for task_id, units in came.items() if (left := units - graded.get(task_id, 0)) > 0}


def _by_return(session: Session, statement: Select[Any]) -> dict[int, int]:
    """Units, summed by open return."""
    rows = statement.add_columns(_scan.c.task_id).order_by(None).subquery()
    sums = select(rows.c.task_id, func.sum(rows.c.units).label("units")).group_by(rows.c.task_id)
    open_ones = select(_task.c.id).where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
    return {row.task_id: int(row.units) for row in run(session, sums.where(rows.c.task_id.in_(open_ones)))}


def last_scan(session: Session, task_id: int, operator_id: int, device: str) -> StoredScan | None:
    """The last scan of this person on this device for this return."""
    return fetch_one(session, StoredScan, _LAST, {"task": task_id, "operator": operator_id, "on_device": device})


def last_scans_of_others(session: Session, task_id: int, operator_id: int) -> list[StoredScan]:
    """The last scan of every other person and device, who may have goods in hand."""
    return fetch(session, StoredScan, _LAST_OF_OTHERS, {"task": task_id, "operator": operator_id})


def noted_expiry(session: Session, task_id: int, arrival_seq: int) -> date | None:
    """The earliest date that a second label gave for the goods of an arrival."""
    found: date | None = run(session, _NOTED_EXPIRY, {"task": task_id, "arrival": arrival_seq}).scalar_one()
    return found


def built_on(session: Session, scan_seq: int) -> LaterGrade | None:
    """The last standing grade of the goods that a scan brought, or in place of the grade that it gave."""
    return fetch_one(session, LaterGrade, _BUILT_ON, {"earlier": scan_seq})


def append(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Append grades."""
    if rows := list(rows):
        run(session, insert(_grade), rows)


def of_scan(session: Session, scan_seq: int) -> list[GradedRow]:
    """The grades of a scan."""
    return fetch(session, GradedRow, _OF_SCAN, {"scan": scan_seq})
