"""Who was at which location of a count, what was found there, and what a recount asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL
from scanner.catalogue.tables import Item, Location
from scanner.counting import KIND
from scanner.counting.tables import CountResult, RecountLine, Visit
from scanner.db.sql import run
from scanner.discrepancies.rules import DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import Operator
from scanner.scans.decision import NewLine, TaskState
from scanner.scans.result import Outcome
from scanner.scans.tables import Line, Scan, Tally, Task
from scanner.scans.tasks import extra_line, free_reference

_visit, _line, _location, _operator, _item, _recount, _result, _scan, _tally, _task, _discrepancy = (
    table.__table__  # type: ignore[attr-defined]
    for table in (Visit, Line, Location, Operator, Item, RecountLine, CountResult, Scan, Tally, Task, Discrepancy)
)
_stands = _visit.c.state != "abandoned"
_units = func.coalesce(func.sum(_line.c.scanned), 0).label("units")
_VISITS = (
    select(
        _visit.c.id, _visit.c.location_id, _visit.c.operator_id, _visit.c.device, _visit.c.state, _visit.c.said_empty,
        _location.c.code, _location.c.kind, _operator.c.name.label("operator"), _units,
    )
    .join_from(_visit, _location, _visit.c.location_id == _location.c.id)
    .join(_operator, _visit.c.operator_id == _operator.c.id)
    .join(_line, _line.c.visit_id == _visit.c.id, isouter=True)
    .where(_stands)
    .group_by(_visit.c.id, _location.c.id, _operator.c.id)
    .order_by(_visit.c.id)
)  # fmt: skip


def places_of_section(session: Session, section: str) -> list[Row[Any]]:
    """The real locations (id, code, name, kind, section, position) of a section; none for no section."""
    wanted = select(_location).where(_location.c.section == section, _location.c.kind.not_in(list(VIRTUAL)), section != "")
    return list(run(session, wanted))


def hold_section(session: Session, section: str) -> bool:
    """Have nobody else start a count of the section until the transaction ends; False where it has no real location."""
    real = and_(_location.c.section == section, _location.c.kind.not_in(list(VIRTUAL)), section != "")
    wanted = select(_location.c.id).where(real).order_by(_location.c.id).limit(1).with_for_update(key_share=True)
    return run(session, wanted).first() is not None


def hold_places(session: Session, location_ids: Iterable[int]) -> None:
    """Have nobody else judge or decide what is at these places until the transaction ends. Tasks are held before, discrepancies
    and stock after.
    """
    wanted = select(_location.c.id).where(_location.c.id.in_(sorted(set(location_ids)))).order_by(_location.c.id)
    run(session, wanted.with_for_update(key_share=True)).all()


def places_of_recount(session: Session, task_id: int) -> list[Row[Any]]:
    """The locations that a recount asks for."""
    asked = select(_recount.c.location_id).where(_recount.c.task_id == task_id)
    return list(run(session, select(_location).where(_location.c.id.in_(asked))))


def of_task(session: Session, task_id: int) -> list[Row[Any]]:
    """The visits of a count that stand (id, location_id, operator_id, device, state, said_empty, code, kind, operator, units):
    one a location, with the units found.
    """
    return list(run(session, _VISITS.where(_visit.c.task_id == task_id)))


def of_scan(session: Session, seq: int) -> Row[Any] | None:
    """The visit that stands and in which a scan was made; the person may have gone on with another device since."""
    scan = run(session, select(_scan).where(_scan.c.seq == seq)).one()
    during = and_(_visit.c.opened_seq < seq, or_(_visit.c.closed_seq.is_(None), _visit.c.closed_seq > seq))
    there = and_(_visit.c.location_id == scan.location_id, _visit.c.operator_id == scan.operator_id)
    wanted = _VISITS.where(_visit.c.task_id == scan.task_id, there, during)
    return run(session, wanted).first()


def open_visit(session: Session, task_id: int, location_id: int, operator_id: int, device: str, seq: int, at: datetime) -> int:
    """Somebody came to a location with a scan of its label; gives the visit's id."""
    values = {
        "task_id": task_id, "location_id": location_id, "operator_id": operator_id, "device": device, "state": "open",
        "said_empty": False, "opened_seq": seq, "opened_at": at,
    }  # fmt: skip
    return int(run(session, insert(_visit).returning(_visit.c.id), values).scalar_one())


def leave(session: Session, visit_id: int, state: str, seq: int, at: datetime) -> None:
    """The visit is over: `closed`, or `abandoned` where it says nothing of the location."""
    change(session, visit_id, state=state, closed_seq=seq, closed_at=at)


def change(session: Session, visit_id: int, **values: Any) -> None:
    """Set columns of a visit; the task is held."""
    run(session, update(_visit).where(_visit.c.id == visit_id).values(**values))


def lines_at(session: Session, visit_id: int) -> list[Row[Any]]:
    """What was found in a visit (id, item_id, sku, name, scanned), the last found first."""
    wanted = (
        select(_line.c.id, _line.c.item_id, _item.c.sku, _item.c.name, _line.c.scanned)
        .join_from(_line, _item, _line.c.item_id == _item.c.id)
        .join(_tally, _tally.c.line_id == _line.c.id)
        .where(_line.c.visit_id == visit_id)
        .group_by(_line.c.id, _item.c.id)
        .order_by(func.max(_tally.c.scan_seq).desc(), _line.c.id.desc())
    )
    return list(run(session, wanted))


def counted_at(session: Session, visit_id: int) -> dict[int, tuple[int, int]]:
    """Item id -> (line id, units) of what was found in a visit."""
    wanted = select(_line.c.item_id, _line.c.id, _line.c.scanned).where(_line.c.visit_id == visit_id)
    return {row.item_id: (row.id, row.scanned) for row in run(session, wanted)}


def line_for(session: Session, task_id: int, visit_id: int, location_id: int, item_id: int) -> int:
    """The line of an item in a visit, which comes with its first scan."""
    known = counted_at(session, visit_id).get(item_id)
    return known[0] if known else extra_line(session, task_id, NewLine(item_id, 0, location_id, visit_id))


def lines_of_scan(session: Session, seq: int) -> list[Row[Any]]:
    """What a scan counted: (line_id, visit_id, item_id, scanned, units, code), with the line's units and its own."""
    wanted = (
        select(_line.c.id.label("line_id"), _line.c.visit_id, _line.c.item_id, _line.c.scanned, _tally.c.units, _location.c.code)
        .join_from(_tally, _line, _tally.c.line_id == _line.c.id)
        .join(_location, _line.c.location_id == _location.c.id)
        .where(_tally.c.scan_seq == seq)
        .order_by(_line.c.id)
    )
    return list(run(session, wanted))


def seen(session: Session, task_id: int, key: str, serial: str | None) -> bool:
    """Whether what exists once was counted on this task already, and not taken back."""
    undoing = _scan.alias("undoing")
    wanted = (
        select(_scan.c.seq)
        .join_from(_scan, _tally, _tally.c.scan_seq == _scan.c.seq)
        .join(_line, _tally.c.line_id == _line.c.id)
        .join(_visit, _line.c.visit_id == _visit.c.id)
        .where(
            _scan.c.task_id == task_id, _scan.c.key == key, _scan.c.serial == serial, _scan.c.outcome == Outcome.ACCEPTED.value,
            _scan.c.undoes.is_(None), ~select(undoing.c.seq).where(undoing.c.undoes == _scan.c.seq).exists(), _stands,
        )
        .limit(1)
    )  # fmt: skip
    return run(session, wanted).first() is not None


def asked(session: Session, task_id: int) -> list[Row[Any]]:
    """What a recount asks for: (location_id, item_id, sku, name, result_id), by name."""
    wanted = (
        select(_recount.c.location_id, _recount.c.item_id, _item.c.sku, _item.c.name, _recount.c.result_id)
        .join_from(_recount, _item, _recount.c.item_id == _item.c.id)
        .where(_recount.c.task_id == task_id)
        .order_by(_item.c.name, _item.c.id)
    )
    return list(run(session, wanted))


def recounts_at(session: Session, location_id: int) -> frozenset[int]:
    """Ids of the recounts that ask for something at a location."""
    return frozenset(run(session, select(_recount.c.task_id).where(_recount.c.location_id == location_id)).scalars())


def barred(session: Session, task_id: int) -> frozenset[int]:
    """Ids of the people who counted last what a recount asks for: another person counts it again."""
    wanted = select(_result.c.operator_id).join_from(_recount, _result, _recount.c.result_id == _result.c.id)
    return frozenset(run(session, wanted.where(_recount.c.task_id == task_id)).scalars())


def barred_from(session: Session, operator_id: int) -> frozenset[int]:
    """Ids of the recounts that repeat what a person counted."""
    wanted = select(_recount.c.task_id).join_from(_recount, _result, _recount.c.result_id == _result.c.id)
    return frozenset(run(session, wanted.where(_result.c.operator_id == operator_id)).scalars())


def open_counts(session: Session) -> list[Row[Any]]:
    """Open counts (id, reference, section, recount_of), by section and number."""
    wanted = select(_task.c.id, _task.c.reference, _task.c.section, _task.c.recount_of).where(
        _task.c.kind == KIND, _task.c.state == TaskState.OPEN.value
    )
    return list(run(session, wanted.order_by(_task.c.section, _task.c.id)))


def open_count_of(session: Session, section: str) -> str | None:
    """The reference of the open first count of a section."""
    return next((row.reference for row in open_counts(session) if row.section == section and not row.recount_of), None)


def next_number(session: Session) -> str:
    """A reference that no task of any kind has yet: C-000001, and on from the count that was started last."""
    own = and_(_task.c.kind == KIND, _task.c.recount_of.is_(None), _task.c.reference.like("C-%"))
    last = run(session, select(_task.c.reference).where(own).order_by(_task.c.id.desc()).limit(1)).scalar_one_or_none()
    number = int(last[2:]) if last and last[2:].isdigit() else 0
    return free_reference(session, (f"C-{each:06d}" for each in count(number + 1)))


def unsettled(session: Session) -> list[Row[Any]]:
    """Places (id, section) of open counts and recounts, by their sections, and those where a variance is open."""
    counted = select(_task.c.section).where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value, _task.c.section != "")
    differs = select(_discrepancy.c.location_id).where(
        _discrepancy.c.kind == DiscrepancyKind.VARIANCE.value, _discrepancy.c.state == DiscrepancyState.OPEN.value
    )
    beside = select(_location.c.section).where(_location.c.id.in_(differs), _location.c.section != "")
    wanted = select(_location.c.id, _location.c.section).where(
        _location.c.kind.not_in(list(VIRTUAL)),
        or_(_location.c.section.in_(counted.union(beside)), _location.c.id.in_(differs)),
    )
    return list(run(session, wanted))


def sections(session: Session) -> list[Row[Any]]:
    """Sections with real locations: (section, places, counted_at), with the end of the last visit that stands."""
    wanted = (
        select(
            _location.c.section, func.count(_location.c.id.distinct()).label("places"),
            func.max(_visit.c.closed_at).label("counted_at"),
        )
        .join_from(_location, _visit, and_(_visit.c.location_id == _location.c.id, _visit.c.state == "closed"), isouter=True)
        .where(_location.c.section != "", _location.c.kind.not_in(list(VIRTUAL)))
        .group_by(_location.c.section)
    )  # fmt: skip
    return list(run(session, wanted))
