"""Statements on returns for customer service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, case, false, func, insert, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location
from scanner.db.columns import whole
from scanner.db.sql import connection_of, fetch, fetch_one, run, table_of
from scanner.discrepancies.rules import DiscrepancyState
from scanner.discrepancies.tables import Discrepancy, DiscrepancyEvent
from scanner.people.tables import Operator
from scanner.returns import KIND
from scanner.returns.matching.store import MATCHED
from scanner.returns.tables import TaskEvent
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.tables import Line, Movement, Scan, Task

_task, _line, _discrepancy, _movement, _scan, _location, _event, _operator, _settling = (
    table_of(model) for model in (Task, Line, Discrepancy, Movement, Scan, Location, TaskEvent, Operator, DiscrepancyEvent)
)
_is_return = _task.c.kind == KIND
_root = case((_task.c.announced, _task.c.reference), else_=func.coalesce(_task.c.matched_to, _task.c.reference))
"""The announced return that goods are for: their own, or the one matched to."""
_lines = (
    select(_line.c.task_id, func.sum(_line.c.scanned).label("arrived"), func.count().label("lines"))
    .group_by(_line.c.task_id)
    .subquery()
)
_items = (
    select(
        _root.label("root"), _line.c.item_id, func.sum(_line.c.expected).label("expected"),
        func.sum(_line.c.scanned).label("arrived"),
    )
    .join_from(_line, _task, _line.c.task_id == _task.c.id)
    .where(_is_return)
    .group_by(_root, _line.c.item_id)
    .subquery()
)  # fmt: skip
_lacking = case((_items.c.expected > _items.c.arrived, _items.c.expected - _items.c.arrived), else_=0)
_came = (
    select(
        _items.c.root, func.sum(_items.c.expected).label("expected"), func.sum(_items.c.arrived).label("arrived"),
        func.sum(_lacking).label("lacking"),
    )
    .group_by(_items.c.root)
    .subquery()
)  # fmt: skip
_benches = select(_location.c.id).where(_location.c.kind == LocationKind.BENCH.value)
_comes = case((_movement.c.target_id.in_(_benches), _movement.c.units), else_=0)
_goes = case((_movement.c.source_id.in_(_benches), _movement.c.units), else_=0)
# Goods wait on any of the benches of the warehouse: what goes from one to another waits still.
_waits = (
    select(_scan.c.task_id, _root.label("root"), func.sum(_comes - _goes).label("at_bench"))
    .join_from(_movement, _scan, _movement.c.scan_seq == _scan.c.seq)
    .join(_task, _scan.c.task_id == _task.c.id)
    .where(_is_return, _movement.c.target_id.in_(_benches) | _movement.c.source_id.in_(_benches))
    .group_by(_scan.c.task_id, _root)
)
_of_return = _waits.subquery()
_waiting = select(_of_return.c.root, func.sum(_of_return.c.at_bench).label("at_bench")).group_by(_of_return.c.root).subquery()
_differing = (
    select(_discrepancy.c.task_id, func.count().label("differences"))
    .where(_discrepancy.c.state == DiscrepancyState.OPEN.value)
    .group_by(_discrepancy.c.task_id)
    .subquery()
)
_listed = (
    select(
        *_task.c,
        whole(func.coalesce(_came.c.expected, 0)).label("expected"), func.coalesce(_came.c.lacking, 0).label("lacking"),
        whole(func.coalesce(case((_task.c.announced, _came.c.arrived), else_=_lines.c.arrived), 0)).label("arrived"),
        func.coalesce(_lines.c.lines, 0).label("lines"),
        whole(func.coalesce(case((_task.c.announced, _waiting.c.at_bench), else_=_of_return.c.at_bench), 0)).label("at_bench"),
        func.coalesce(_differing.c.differences, 0).label("differences"),
    )
    .join_from(_task, _lines, _lines.c.task_id == _task.c.id, isouter=True)
    .join(_came, (_came.c.root == _task.c.reference) & (_task.c.announced | _task.c.matched_to.is_(None)), isouter=True)
    .join(_of_return, _of_return.c.task_id == _task.c.id, isouter=True)
    .join(_waiting, _waiting.c.root == _task.c.reference, isouter=True)
    .join(_differing, _differing.c.task_id == _task.c.id, isouter=True)
    .where(_is_return)
    .subquery()
)  # fmt: skip
_c = _listed.c


class ListedReturn(NamedTuple):
    """A return with its sums in units and its flags."""

    id: int
    reference: str
    order: str
    customer: str
    state: str
    announced: bool
    matched_to: str | None
    owner: str  # empty: customer service as a whole
    created_at: datetime
    handled_at: datetime | None
    lines: int
    expected: int
    arrived: int
    at_bench: int
    differences: int
    is_announced: bool
    is_arrived: bool
    is_graded: bool
    is_overdue: bool
    is_unannounced: bool
    is_differs: bool
    is_handled: bool

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags that it has."""
        return tuple(name for name in MARKS if getattr(self, f"is_{name}"))


_LISTED = (
    _c.id, _c.reference, _c.order_ref.label("order"), _c.partner.label("customer"), _c.state, _c.announced, _c.matched_to,
    _c.owner, _c.created_at, _c.handled_at, _c.lines, _c.expected, _c.arrived, _c.at_bench, _c.differences,
)  # fmt: skip
MARKS = tuple(name.removeprefix("is_") for name in ListedReturn._fields if name.startswith("is_"))


def flags(late_before: datetime) -> dict[str, ColumnElement[bool]]:
    """The flags of returns. Overdue: announced before `late_before`, and something is missing.

    All but `handled` and `all` are of returns that customer service has not closed.
    """
    due = and_(_c.announced, _c.state == TaskState.OPEN.value, _c.lacking > 0)
    open_flags = {
        "announced": and_(_c.announced, _c.state == TaskState.OPEN.value, _c.arrived == 0),
        "arrived": and_(_c.arrived > 0, _c.at_bench > 0),
        "graded": and_(_c.arrived > 0, _c.at_bench <= 0),
        "overdue": and_(due, _c.created_at < late_before),
        "unannounced": and_(~_c.announced, _c.matched_to.is_(None), _c.order_ref == ""),
        "differs": _c.differences > 0,
    }
    open_ones = {name: and_(_c.handled_at.is_(None), is_so) for name, is_so in {"open": true(), **open_flags}.items()}
    return {**open_ones, "handled": _c.handled_at.is_not(None), "all": true()}


def counts(session: Session, late_before: datetime) -> dict[str, int]:
    """How many returns each flag has."""
    sums = [func.coalesce(func.sum(case((is_so, 1), else_=0)), 0).label(name) for name, is_so in flags(late_before).items()]
    return {name: int(number) for name, number in run(session, select(*sums).select_from(_listed)).one()._mapping.items()}


def returns(
    session: Session, flag: str, late_before: datetime, *, words: Iterable[str] = (), reference: str | None = None,
    owner: str | None = None, before: int | None = None, limit: int = 100,
) -> list[ListedReturn]:  # fmt: skip
    """Returns of a flag, the newest first; `before` pages by id."""
    is_so = flags(late_before)
    marks = [case((is_so[name], true()), else_=false()).label(f"is_{name}") for name in MARKS]
    wanted = select(*_LISTED, *marks).where(is_so.get(flag, false())).order_by(_c.id.desc()).limit(limit)
    for word in words:
        wanted = wanted.where(
            or_(*(column.icontains(word, autoescape=True) for column in (_c.reference, _c.order_ref, _c.partner)))
        )
    for column, value in ((_c.reference, reference), (_c.owner, owner)):
        if value is not None:
            wanted = wanted.where(column == value)
    if before is not None:
        wanted = wanted.where(_c.id < before)
    return fetch(session, ListedReturn, wanted)


def at_bench(session: Session, reference: str) -> int:
    """Units without a grade, on all benches together, of a return and of those matched to it."""
    mine = _waits.where((_task.c.reference == reference) | (_task.c.matched_to == reference)).subquery()
    return int(run(session, select(func.coalesce(func.sum(mine.c.at_bench), 0))).scalar_one())


class Candidate(NamedTuple):
    """An announced return that misses `units` of what came on a return without paper."""

    reference: str
    order: str
    customer: str
    units: int


def with_items_of(session: Session, task_id: int, limit: int) -> list[Candidate]:
    """Announced returns that miss items of this one, those that miss most first."""
    came = select(_line.c.item_id, func.sum(_line.c.scanned).label("units")).where(_line.c.task_id == task_id)
    mine = came.group_by(_line.c.item_id).subquery()
    shared = func.sum(case((_lacking < mine.c.units, _lacking), else_=mine.c.units))
    wanted = (
        select(
            _task.c.reference,
            _task.c.order_ref.label("order"),
            _task.c.partner.label("customer"),
            whole(shared).label("units"),
        )
        .join_from(_task, _items, _items.c.root == _task.c.reference)
        .join(mine, mine.c.item_id == _items.c.item_id)
        .where(_is_return, _task.c.announced, _task.c.handled_at.is_(None), _lacking > 0)
        .group_by(_task.c.id)
        .order_by(shared.desc(), _task.c.id)
        .limit(limit)
    )
    return fetch(session, Candidate, wanted)


_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def add_return(session: Session, values: dict[str, Any], lines: list[dict[str, Any]]) -> int | None:
    """Add a return with its lines; gives its id, None where its number was taken meanwhile."""
    insert_task = _INSERT[connection_of(session).dialect.name](_task).values(**values)
    found = run(session, insert_task.on_conflict_do_nothing(index_elements=[_task.c.reference]).returning(_task.c.id)).scalar()
    if found is not None:
        run(session, insert(_line), [{"scanned": 0, **line, "task_id": found} for line in lines])
    return found


class HeldReturn(NamedTuple):
    """A return, locked until the transaction ends."""

    id: int
    reference: str
    state: str
    announced: bool
    matched_to: str | None
    order_ref: str
    partner: str
    owner: str
    handled_at: datetime | None


_HELD = tuple(_task.c[name] for name in HeldReturn._fields)


def hold(session: Session, reference: str) -> HeldReturn | None:
    """Lock the return of that number; None where there is none."""
    held = tasks.lock_task(session, reference)
    if held is None or held.kind != KIND:
        return None
    return fetch_one(session, HeldReturn, select(*_HELD).where(_task.c.id == held.id))


def change(session: Session, task_id: int, **values: Any) -> None:
    """Set columns of a locked return. The caller adds the event that says who and why."""
    run(session, update(_task).where(_task.c.id == task_id).values(**values))


def add_event(session: Session, task_id: int, action: str, detail: str = "", *, operator_id: int, at: datetime) -> None:
    """Append an event to a return."""
    values = {"task_id": task_id, "at": at, "operator_id": operator_id, "action": action, "detail": detail}
    run(session, insert(_event).values(**values))


class EventRow(NamedTuple):
    """What somebody did with a return."""

    at: datetime
    operator: str
    action: str
    detail: str


def events(session: Session, task_id: int) -> list[EventRow]:
    """What people did with a return, the newest first."""
    wanted = (
        select(_event.c.at, _operator.c.name.label("operator"), _event.c.action, _event.c.detail)
        .join_from(_event, _operator, _event.c.operator_id == _operator.c.id)
        .where(_event.c.task_id == task_id)
        .order_by(_event.c.id.desc())
    )
    return fetch(session, EventRow, wanted)


class Matched(NamedTuple):
    """A return that came without paper."""

    id: int
    reference: str


def matched_to(session: Session, reference: str) -> list[Matched]:
    """Returns that were matched to this one."""
    wanted = select(_task.c.id, _task.c.reference).where(_task.c.matched_to == reference).order_by(_task.c.id)
    return fetch(session, Matched, wanted)


def of_label(session: Session, label: str) -> list[str]:
    """References of the returns of that number or order, the one of the number first."""
    if not label:
        return []
    named = (_task.c.reference == label) | (_task.c.order_ref == label)
    wanted = select(_task.c.reference).where(_is_return, named).order_by(_task.c.reference != label, _task.c.id)
    return list(run(session, wanted.limit(2)).scalars())


def was_finished_by_match(session: Session, task_id: int) -> bool:
    """Whether a match finished the return: all that it missed came under another number."""
    told = (_event.c.task_id == task_id) & (_event.c.action == "finished") & (_event.c.at == _task.c.finished_at)
    wanted = select(_event.c.id).join_from(_event, _task, _event.c.task_id == _task.c.id).where(told).limit(1)
    return run(session, wanted).first() is not None


def was_settled_by_match(session: Session, discrepancy_id: int) -> bool:
    """Whether a match settled the discrepancy and nobody changed it since."""
    mine = _settling.c.discrepancy_id == discrepancy_id
    wanted = select(_settling.c.action).where(mine).order_by(_settling.c.id.desc()).limit(1)
    return run(session, wanted).scalar() == MATCHED


def number_of_returns(session: Session) -> int:
    """How many returns there are. The search for a free number begins there."""
    return int(run(session, select(func.count()).select_from(_task).where(_is_return)).scalar_one())


def last_scan(session: Session, task_id: int) -> int:
    """The sequence number of the last scan of a return, 0 before the first."""
    return int(run(session, select(func.coalesce(func.max(_scan.c.seq), 0)).where(_scan.c.task_id == task_id)).scalar_one())


def owners(session: Session) -> list[str]:
    """The names of the owners of open returns."""
    wanted = select(_task.c.owner).distinct().where(_is_return, _task.c.handled_at.is_(None), _task.c.owner != "")
    return sorted(run(session, wanted).scalars())
