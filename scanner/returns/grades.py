"""What came back and what it was graded. Arrivals are scans with tallies; grades are rows of their own beside their scans.

A grade stands unless its scan was undone; of the units that a later grade replaced, that one stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BigInteger, Integer, Row, Select, and_, bindparam, cast, exists, func, insert, or_, select
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.codes.commands import Command
from scanner.db.sql import run
from scanner.people.tables import Operator
from scanner.returns import KIND
from scanner.returns.tables import Grade, ReturnReason
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Scan, Tally, Task

_grade, _item, _line, _location, _movement, _operator, _reason, _scan, _tally, _task = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Grade, Item, Line, Location, Movement, Operator, ReturnReason, Scan, Tally, Task)
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
_units = (_grade.c.units - _replaced).label("units")
_STANDING = (
    select(
        _grade.c.scan_seq, _grade.c.arrival_seq, _grade.c.line_id, _grade.c.item_id, _item.c.sku, _item.c.name, _units,
        _item.c.unit_cost_e4, _grade.c.disposition, _reason.c.code.label("reason_code"), _reason.c.name.label("reason"),
        _grade.c.reason_id, _grade.c.location_id, _location.c.code.label("location"), _location.c.kind.label("location_kind"),
        _grade.c.replaces,
        _scan.c.id.label("scan_id"), _scan.c.task_id, _scan.c.happened_at.label("at"), _operator.c.name.label("operator"),
    )
    .join_from(_grade, _scan, _grade.c.scan_seq == _scan.c.seq)
    .join(_item, _grade.c.item_id == _item.c.id)
    .join(_location, _grade.c.location_id == _location.c.id)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .join(_reason, _grade.c.reason_id == _reason.c.id, isouter=True)
    .where(_stands, _grade.c.units - _replaced > 0)
    .order_by(_grade.c.scan_seq, _grade.c.item_id, _grade.c.line_id)
)  # fmt: skip
_arrived_units = cast(cast(_movement.c.units, BigInteger) * _tally.c.units // _scan.c.units, Integer)
"""In eight bytes while it is multiplied: what one scan brings fits in four, its square does not."""
_ARRIVED = (
    select(
        _tally.c.scan_seq.label("arrival_seq"), _tally.c.line_id, _movement.c.item_id, _item.c.sku, _item.c.name,
        _arrived_units.label("units"),
        _line.c.item_id.label("counted_id"), _counted_kit.c.name.label("counted_name"), _scan.c.expiry, _scan.c.task_id,
    )
    .join_from(_tally, _scan, _tally.c.scan_seq == _scan.c.seq)
    .join(_movement, _movement.c.scan_seq == _scan.c.seq)
    .join(_source, _movement.c.source_id == _source.c.id)
    .join(_item, _movement.c.item_id == _item.c.id)
    .join(_line, _tally.c.line_id == _line.c.id)
    .join(_counted_kit, _line.c.item_id == _counted_kit.c.id)
    .where(_tally.c.units > 0, _scan.c.undoes.is_(None), _source.c.kind == LocationKind.CUSTOMER.value, _stands)
    .order_by(_tally.c.scan_seq, _tally.c.line_id, _movement.c.seq)
)  # fmt: skip
_LAST = (
    select(_scan)
    .where(
        _scan.c.task_id == bindparam("task"),
        _scan.c.operator_id == bindparam("operator"),
        _scan.c.device == bindparam("on_device"),
        _scan.c.source != "linked",
        ~and_(_scan.c.outcome == "refused", _scan.c.key.in_([Command.UNDO.value, Command.CONFIRM.value])),  # did nothing
    )
    .order_by(_scan.c.seq.desc())
    .limit(1)
)
_their = _scan.alias("their")
_LAST_OF_OTHERS = select(_scan).where(
    _scan.c.seq.in_(
        select(func.max(_their.c.seq))
        .where(
            _their.c.task_id == bindparam("task"),
            _their.c.operator_id != bindparam("operator"),
            _their.c.source != "linked",
            ~and_(_their.c.outcome == "refused", _their.c.key.in_([Command.UNDO.value, Command.CONFIRM.value])),
        )
        .group_by(_their.c.operator_id, _their.c.device)
    )
)
_BUILT_ON = (
    select(_grade.c.scan_seq, _operator.c.name.label("operator"))
    .join_from(_grade, _scan, _grade.c.scan_seq == _scan.c.seq)
    .join(_operator, _scan.c.operator_id == _operator.c.id)
    .where(
        or_(_grade.c.arrival_seq == bindparam("earlier"), _grade.c.replaces == bindparam("earlier")),
        _grade.c.scan_seq != bindparam("earlier"),
        _stands,
    )
    .limit(1)
)


def standing(session: Session, task_id: int, arrival_seq: int | None = None) -> list[Row[Any]]:
    """Grades that stand on a return, of one arrival where it is named, in the order of their scans.

    Rows: scan_seq, scan_id (UUID), arrival_seq, line_id, item_id, sku, name, units (still standing), unit_cost_e4,
    disposition, reason_id, reason_code, reason, location_id, location and location_kind (where they went), replaces, task_id,
    at, operator.
    """
    statement = _STANDING.where(_scan.c.task_id == task_id)
    if arrival_seq is not None:
        statement = statement.where(_grade.c.arrival_seq == arrival_seq)
    return list(run(session, statement).all())


def standing_statement() -> Select[Any]:
    """The same for all returns, to be narrowed by reports."""
    return _STANDING


def arrived(session: Session, task_id: int, arrival_seq: int | None = None) -> list[Row[Any]]:
    """What came on a return and was not taken back: a row an arrival, line and item; a kit as its parts.

    Rows: arrival_seq, line_id, item_id, sku, name, units, counted_id and counted_name (of the line's item: the kit), expiry.
    """
    statement = _ARRIVED.where(_scan.c.task_id == task_id)
    if arrival_seq is not None:
        statement = statement.where(_tally.c.scan_seq == arrival_seq)
    return list(run(session, statement).all())


def arrived_on(session: Session, line_ids: Collection[int]) -> dict[int, int]:
    """Units that came on lines, by line: of a kit its parts, as they were when it came."""
    rows = _ARRIVED.where(_tally.c.line_id.in_(list(line_ids))).order_by(None).subquery()
    sums = select(rows.c.line_id, func.sum(rows.c.units).label("units")).group_by(rows.c.line_id)
    return {row.line_id: int(row.units) for row in run(session, sums)}


def waiting(session: Session) -> dict[int, int]:
    """Units at the bench by the open return that they came on, those left out that have none."""
    came = _per_task(_ARRIVED)
    graded = _per_task(_STANDING)
    of_return = {row.task_id: int(row.units) for row in run(session, came)}
    done = {row.task_id: int(row.units) for row in run(session, graded)}
    return {task_id: left for task_id, units in of_return.items() if (left := units - done.get(task_id, 0)) > 0}


def _per_task(statement: Select[Any]) -> Select[Any]:
    """Units of the rows by return, of the open ones alone."""
    rows = statement.order_by(None).subquery()
    sums = select(rows.c.task_id, func.sum(rows.c.units).label("units")).group_by(rows.c.task_id)
    open_ones = select(_task.c.id).where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
    return sums.where(rows.c.task_id.in_(open_ones))


def last_scan(session: Session, task_id: int, operator_id: int, device: str) -> Row[Any] | None:
    """The whole row of what this person scanned last on this device for this return: it says what is in hand."""
    return run(session, _LAST, {"task": task_id, "operator": operator_id, "on_device": device}).one_or_none()


def last_scans_of_others(session: Session, task_id: int, operator_id: int) -> list[Row[Any]]:
    """The same of everybody else, a row a person and device: what they have in hand is theirs."""
    return list(run(session, _LAST_OF_OTHERS, {"task": task_id, "operator": operator_id}).all())


def built_on(session: Session, scan_seq: int) -> Row[Any] | None:
    """A standing grade (scan_seq, operator) of what a scan brought in, or in place of what it graded."""
    return run(session, _BUILT_ON, {"earlier": scan_seq}).one_or_none()


def append(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Append grades."""
    if rows := list(rows):
        run(session, insert(_grade), rows)


def of_scan(session: Session, scan_seq: int) -> list[Row[Any]]:
    """The rows that a scan graded, whether they stand or not."""
    return list(run(session, select(_grade).where(_grade.c.scan_seq == scan_seq)).all())
