"""What counts came to: results, the variances that are open, and the recounts that ask for them again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location, Stock
from scanner.counting import KIND
from scanner.counting.tables import CountClass, CountPolicy, CountResult, RecountLine, Visit
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Scan, Tally, Task
from scanner.scans.tasks import add_task, free_reference

_visit, _line, _item, _location, _operator, _scan, _tally, _task, _stock, _movement, _recount, _result, _discrepancy = (
    table.__table__  # type: ignore[attr-defined]
    for table in (
        Visit, Line, Item, Location, Operator, Scan, Tally, Task, Stock, Movement, RecountLine, CountResult, Discrepancy,
    )
)  # fmt: skip
_class, _policy = (table.__table__ for table in (CountClass, CountPolicy))  # type: ignore[attr-defined]
_open_recount = select(_task.c.id).where(_task.c.recount_of.is_not(None), _task.c.state == TaskState.OPEN.value)
_VARIANCE = and_(_discrepancy.c.kind == DiscrepancyKind.VARIANCE.value, _discrepancy.c.state == DiscrepancyState.OPEN.value)


def closed_visits(session: Session, task_id: int) -> list[Row[Any]]:
    """The visits of a count that are over (id, location_id, operator_id, said_empty, opened_at, opened_seq, closed_at,
    closed_seq, section, last_at, last_seq), with the last scan that was made there.
    """
    there = and_(
        _scan.c.task_id == _visit.c.task_id, _scan.c.operator_id == _visit.c.operator_id,
        _scan.c.location_id == _visit.c.location_id, _scan.c.seq >= _visit.c.opened_seq, _scan.c.seq < _visit.c.closed_seq,
    )  # fmt: skip
    wanted = (
        select(
            _visit.c.id, _visit.c.location_id, _visit.c.operator_id, _visit.c.said_empty, _visit.c.opened_at, _visit.c.opened_seq,
            _visit.c.closed_at, _visit.c.closed_seq, _location.c.section,
            func.max(_scan.c.happened_at).label("last_at"), func.max(_scan.c.seq).label("last_seq"),
        )
        .join_from(_visit, _location, _visit.c.location_id == _location.c.id)
        .join(_scan, there)
        .where(_visit.c.task_id == task_id, _visit.c.state == "closed")
        .group_by(_visit.c.id, _location.c.id)
        .order_by(_visit.c.id)
    )  # fmt: skip
    return list(run(session, wanted))


def found_in(session: Session, visit_id: int) -> list[Row[Any]]:
    """What a visit found, an item a row: (item_id, scanned, first_at, first_seq, last_at, last_seq)."""
    wanted = (
        select(
            _line.c.item_id, _line.c.scanned, func.min(_scan.c.happened_at).label("first_at"),
            func.min(_scan.c.seq).label("first_seq"), func.max(_scan.c.happened_at).label("last_at"),
            func.max(_scan.c.seq).label("last_seq"),
        )
        .join_from(_line, _tally, _tally.c.line_id == _line.c.id)
        .join(_scan, _tally.c.scan_seq == _scan.c.seq)
        .where(_line.c.visit_id == visit_id)
        .group_by(_line.c.id)
        .order_by(_line.c.id)
    )  # fmt: skip
    return list(run(session, wanted))


def record_of(session: Session, location_id: int, since: datetime, corrected_at: int) -> list[Row[Any]]:
    """What the record says of a location now, and what moved there since: (item_id, units, moved, source_id, at, scan_seq).

    One statement, so that both are of one moment. A correction of the record (to or from the place `corrected_at`, or to
    settle a discrepancy) moved nothing. An item without movements comes once, with None.
    """
    physical = and_(
        _movement.c.item_id == _stock.c.item_id, _movement.c.at >= since, _movement.c.discrepancy_id.is_(None),
        or_(_movement.c.source_id == location_id, _movement.c.target_id == location_id),
        _movement.c.source_id != corrected_at, _movement.c.target_id != corrected_at,
    )  # fmt: skip
    wanted = (
        select(
            _stock.c.item_id, _stock.c.units, _movement.c.units.label("moved"), _movement.c.source_id, _movement.c.at,
            _movement.c.scan_seq,
        )
        .join_from(_stock, _movement, physical, isouter=True)
        .where(_stock.c.location_id == location_id)
        .order_by(_stock.c.item_id, _movement.c.seq)
    )  # fmt: skip
    return list(run(session, wanted))


def items(session: Session, item_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Item id -> (id, sku, name, unit_cost_e4, abc_class)."""
    wanted = select(_item.c.id, _item.c.sku, _item.c.name, _item.c.unit_cost_e4, _item.c.abc_class)
    return {row.id: row for row in run(session, wanted.where(_item.c.id.in_(list(item_ids))))}


def classes(session: Session) -> dict[str, Row[Any]]:
    """ABC class -> how often and how exactly it is counted."""
    return {row.abc_class: row for row in run(session, select(_class))}


def approval_value(session: Session) -> int:
    """The value of a variance above which a supervisor decides, in ten-thousandths."""
    return int(run(session, select(_policy.c.approval_value_e4)).scalar_one())


def add_result(session: Session, values: dict[str, Any]) -> int:
    """Append what a count of a line came to; gives its number."""
    return int(run(session, insert(_result).returning(_result.c.id), values).scalar_one())


def last_result(session: Session, location_id: int, item_id: int) -> Row[Any] | None:
    """What an item at a location came to when it was counted last."""
    wanted = select(_result).where(_result.c.location_id == location_id, _result.c.item_id == item_id)
    return run(session, wanted.order_by(_result.c.id.desc()).limit(1)).one_or_none()


def results_since(session: Session, location_id: int, item_id: int, since: datetime) -> list[Row[Any]]:
    """Counts of an item at a location (a result with operator, task and location by name), the first first."""
    wanted = (
        select(_result, _operator.c.name.label("operator"), _task.c.reference, _location.c.code.label("location"))
        .join_from(_result, _operator, _result.c.operator_id == _operator.c.id)
        .join(_task, _result.c.task_id == _task.c.id)
        .join(_location, _result.c.location_id == _location.c.id)
        .where(_result.c.location_id == location_id, _result.c.item_id == item_id, _result.c.evaluated_at >= since)
        .order_by(_result.c.id)
    )
    return list(run(session, wanted))


def scans_behind(session: Session, location_id: int, item_id: int, since: datetime) -> list[int]:
    """Sequence numbers of the scans that counted an item at a location, by its own code or in a kit, in the counts since."""
    counted = and_(_line.c.visit_id == _result.c.visit_id, _line.c.item_id == _result.c.item_id)
    wanted = (
        select(_tally.c.scan_seq)
        .join_from(_result, _line, counted)
        .join(_tally, _tally.c.line_id == _line.c.id)
        .where(_result.c.location_id == location_id, _result.c.item_id == item_id, _result.c.evaluated_at >= since)
        .order_by(_tally.c.scan_seq.desc())
        .limit(200)
    )
    return list(run(session, wanted).scalars())


def open_variance(session: Session, location_id: int, item_id: int) -> Row[Any] | None:
    """The variance of an item at a location that nobody has settled, held."""
    at = and_(_discrepancy.c.location_id == location_id, _discrepancy.c.item_id == item_id)
    wanted = select(_discrepancy).where(_VARIANCE, at).order_by(_discrepancy.c.id).limit(1)
    return run(session, wanted.with_for_update()).one_or_none()


def recount_asking(session: Session, location_id: int, item_id: int) -> str | None:
    """The reference of the open recount that asks for an item at a location."""
    wanted = (
        select(_task.c.reference)
        .join_from(_recount, _task, _recount.c.task_id == _task.c.id)
        .where(_recount.c.location_id == location_id, _recount.c.item_id == item_id, _task.c.state == TaskState.OPEN.value)
        .limit(1)
    )
    return run(session, wanted).scalar_one_or_none()


def open_short_picks(session: Session, location_id: int, item_id: int, until: datetime) -> list[int]:
    """Numbers of what could not be picked there up to a moment, and is open; they are held."""
    wanted = select(_discrepancy.c.id).where(
        _discrepancy.c.location_id == location_id, _discrepancy.c.item_id == item_id, _discrepancy.c.opened_at <= until,
        _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value, _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )  # fmt: skip
    return list(run(session, wanted.order_by(_discrepancy.c.id).with_for_update()).scalars())


def hold_recounts_at(session: Session, location_ids: Collection[int]) -> None:
    """Hold the open recounts that ask for something at these places."""
    asks = select(_recount.c.task_id).where(_recount.c.location_id.in_(sorted(location_ids)))
    wanted = select(_task.c.id).where(_task.c.id.in_(asks), _task.c.state == TaskState.OPEN.value).order_by(_task.c.id)
    run(session, wanted.with_for_update(key_share=True)).all()


def drop_asked(session: Session, location_id: int, item_id: int) -> None:
    """No open recount asks for it any more: it was counted otherwise."""
    at = and_(_recount.c.location_id == location_id, _recount.c.item_id == item_id)
    run(session, delete(_recount).where(at, _recount.c.task_id.in_(_open_recount)))


def close_idle_recounts(session: Session, at: datetime, operator_id: int) -> None:
    """Finish the open recounts that ask for nothing any more."""
    asks = select(_recount.c.task_id).where(_recount.c.task_id == _task.c.id).exists()
    idle = and_(_task.c.recount_of.is_not(None), _task.c.state == TaskState.OPEN.value, ~asks)
    run(session, update(_task).where(idle).values(state=TaskState.FINISHED.value, finished_at=at, finished_by=operator_id))


def add_recount(session: Session, root: Row[Any], lines: Iterable[tuple[int, int, int]], at: datetime) -> str:
    """A recount of lines (location id, item id, result id) of a count; gives its reference."""
    before = run(session, select(func.count()).select_from(_task).where(_task.c.recount_of == root.id)).scalar_one()
    reference = free_reference(session, (f"{root.reference}-R{each}" for each in count(before + 1)))
    values = {
        "reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "section": root.section,
        "recount_of": root.id, "created_at": at,
    }  # fmt: skip
    task_id = add_task(session, values, [])
    rows = [{"task_id": task_id, "location_id": place, "item_id": item, "result_id": result} for place, item, result in lines]
    run(session, insert(_recount), rows)
    return reference


def root_of(session: Session, task_id: int) -> Row[Any]:
    """The first count that a task goes back to; itself, where it is one."""
    task = run(session, select(_task).where(_task.c.id == task_id)).one()
    return run(session, select(_task).where(_task.c.id == (task.recount_of or task_id))).one()
