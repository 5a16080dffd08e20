"""What the counting plan is made of: places with their last counts, what lies in sections, the policy, value moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, case, delete, exists, func, insert, literal, select, true, update
from sqlmodel import Session

from scanner.catalogue.locations import NO_SHELVES, LocationKind
from scanner.catalogue.tables import Item, KitPart, Location, Section, Stock
from scanner.counting import KIND
from scanner.counting.tables import CountClass, CountPolicy, CountPull, CountResult, PlannedCount, Visit
from scanner.counting.visits import SAYS_SOMETHING
from scanner.db.columns import whole
from scanner.db.sql import fetch, run, table_of
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Movement, Scan, Task

_location = table_of(Location)
_visit = table_of(Visit)
_task = table_of(Task)
_stock = table_of(Stock)
_item = table_of(Item)
_section = table_of(Section)
_class = table_of(CountClass)
_policy = table_of(CountPolicy)
_movement = table_of(Movement)
_scan = table_of(Scan)
_part = table_of(KitPart)
_operator = table_of(Operator)
_result = table_of(CountResult)
_pull = table_of(CountPull)
_planned = table_of(PlannedCount)

_real = _location.c.kind.not_in(list(NO_SHELVES))
# When a place was counted last is kept with it. As of an earlier day, or where a clock that was ahead dated a visit after today,
# the count before is looked for, by index from the newest visit on.
_tomorrow = bindparam("tomorrow", type_=_visit.c.closed_at.type)
_counted_before = (
    select(_visit.c.closed_at)
    .join_from(_visit, _task, _visit.c.task_id == _task.c.id)
    .where(
        _visit.c.location_id == _location.c.id, _visit.c.closed_at < _tomorrow, *SAYS_SOMETHING,
        _task.c.state == TaskState.FINISHED.value, _task.c.recount_of.is_(None),
    )
    .order_by(_visit.c.closed_at.desc())
    .limit(1)
    .correlate(_location)
    .scalar_subquery()
)  # fmt: skip
_last_counted = case((_location.c.counted_at >= _tomorrow, _counted_before), else_=_location.c.counted_at)
_PLACES = (
    select(_location.c.id, _location.c.code, _location.c.section, _last_counted.label("counted_at"))
    .where(_location.c.section != "", _real)
    .order_by(_location.c.section)
)
_content = (
    select(_location.c.section)
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .join(_item, _stock.c.item_id == _item.c.id)
    .where(_stock.c.units != 0, _location.c.section != "", _real)
    .group_by(_location.c.section)
)
_CONTENTS = _content.add_columns(_item.c.abc_class, func.count().label("lines")).group_by(_item.c.abc_class)
_HIGHEST = _content.add_columns(func.min(_item.c.abc_class).label("abc_class"))
_OPEN_COUNTS = (
    select(_task.c.section, _task.c.reference)
    .where(_task.c.kind == KIND, _task.c.state == TaskState.OPEN.value)
    .order_by(_task.c.recount_of.is_(None), _task.c.id.desc())
)
_WITHOUT_SECTION = select(_location.c.code).where(_location.c.section == "", _location.c.kind == LocationKind.SHELF.value)
_one_end = _location.c.kind.in_([LocationKind.CUSTOMER.value, LocationKind.SUPPLIER.value])
_moved = func.sum(case((_scan.c.undoes.is_(None), _movement.c.units), else_=-_movement.c.units)).label("units")


class PlannedPlace(NamedTuple):
    """A real place in a section, and when it was counted last; None before the first count."""

    id: int
    code: str
    section: str
    counted_at: datetime | None


class SectionCount(NamedTuple):
    """A count of a section. `person` finished it; `recount_of` is the first count's reference, None for a first count."""

    reference: str
    state: str
    created_at: datetime
    finished_at: datetime | None
    person: str | None
    recount_of: str | None


class SectionContent(NamedTuple):
    """How many lines of a class the record has in a section: one for each item at each place."""

    section: str
    abc_class: str
    lines: int


class ItemClass(NamedTuple):
    """The class of an item."""

    abc_class: str
    abc_pinned: bool


class ClassRow(NamedTuple):
    """How often a class is counted, and which variance of it needs no recount: units, hundredths of a per cent, value."""

    abc_class: str
    every_days: int
    tolerance_units: int
    tolerance_bp: int
    tolerance_value_e4: int


class PolicyRow(NamedTuple):
    """The Pareto cuts in hundredths of a per cent, and the limits; see the table."""

    cut_a_bp: int
    cut_b_bp: int
    period_days: int
    approval_value_e4: int
    seconds_a_line: int
    minutes_a_day: int


class PlannedRow(NamedTuple):
    """A section that was on the plan of a day, why, and the minutes that it was thought to take."""

    day: date
    section: str
    why: str
    minutes: int


class FinishedCount(NamedTuple):
    """A count of a section that is finished; recounts are none."""

    id: int
    section: str
    finished_at: datetime


class FirstLooks(NamedTuple):
    """What a count found at first look: records, and those that were wrong."""

    task_id: int
    counted: int
    wrong: int


class VisitTime(NamedTuple):
    """When somebody began at a place of a count, and left it."""

    task_id: int
    opened_at: datetime
    closed_at: datetime


class StockedItem(NamedTuple):
    """An item that stock is kept of, with its cost in ten-thousandths."""

    id: int
    sku: str
    name: str
    unit_cost_e4: int
    abc_class: str
    abc_pinned: bool


class _MovedUnits(NamedTuple):
    item_id: int
    units: int


def places(session: Session, today: date) -> list[PlannedPlace]:
    """Every real place that is in a section, by section, as it had been counted by the end of a day."""
    return fetch(session, PlannedPlace, _PLACES, {"tomorrow": _end_of(today)})


def waits_since(session: Session, today: date) -> dict[str, datetime]:
    """When the place of each section that waits longest had been counted, by the end of a day.

    A section with a place that waits for its first count is not among them.
    """
    every = _PLACES.order_by(None).cte("every").prefix_with("MATERIALIZED")  # or each place may be looked up twice
    wanted = (
        select(every.c.section, func.min(every.c.counted_at).label("counted_at"))
        .group_by(every.c.section)
        .having(func.count() == func.count(every.c.counted_at))
    )
    return {row.section: row.counted_at for row in run(session, wanted, {"tomorrow": _end_of(today)}).all()}


def _end_of(today: date) -> datetime:
    """When a day ends in the warehouse's time zone."""
    return datetime.combine(today + timedelta(days=1), time()).astimezone()


def places_of(session: Session, section: str, today: date) -> list[PlannedPlace]:
    """The real places of one section, in walking order."""
    walked = _PLACES.where(_location.c.section == section).order_by(None).order_by(_location.c.position, _location.c.code)
    return fetch(session, PlannedPlace, walked, {"tomorrow": _end_of(today)})


def counts_of(session: Session, section: str, limit: int) -> list[SectionCount]:
    """The last counts and recounts of a section, the newest first."""
    first = _task.alias("first")
    wanted = (
        select(
            _task.c.reference,
            _task.c.state,
            _task.c.created_at,
            _task.c.finished_at,
            _operator.c.name.label("person"),
            first.c.reference.label("recount_of"),
        )
        .join_from(_task, _operator, _task.c.finished_by == _operator.c.id, isouter=True)
        .join(first, _task.c.recount_of == first.c.id, isouter=True)
        .where(_task.c.kind == KIND, _task.c.section == section)
        .order_by(_task.c.id.desc())
        .limit(limit)
    )
    return fetch(session, SectionCount, wanted)


def count_due(session: Session, rules: Sequence[ClassRow], today: date, but: Collection[str] = ()) -> int:
    """How many sections, but for some, are due on a day: the `due` of the plan, without its rows.

    A day has come for whatever was counted before that day ended, so that the database compares moments and knows no calendar.
    """
    classes, earlier = _HIGHEST.subquery(), _pull.alias("earlier")
    since = case(
        {rule.abc_class: literal(_end_of(today - timedelta(days=rule.every_days)), _tomorrow.type) for rule in rules},
        value=func.coalesce(classes.c.abc_class, "C"),
    )
    said_before = exists().where(
        earlier.c.answered_by.is_(None), earlier.c.location_id == _pull.c.location_id, earlier.c.cause == _pull.c.cause,
        earlier.c.item_id.is_not_distinct_from(_pull.c.item_id), earlier.c.id < _pull.c.id,
    )  # fmt: skip
    pulled = (
        select(_location.c.section)
        .join_from(_pull, _location, _pull.c.location_id == _location.c.id)
        .where(_pull.c.answered_by.is_(None), _pull.c.at < _tomorrow, _real, ~said_before)
    )
    is_due = func.coalesce(_last_counted < since, true())
    wanted = (
        select(func.count(_location.c.section.distinct()))
        .join_from(_location, classes, classes.c.section == _location.c.section, isouter=True)
        .where(_location.c.section != "", _location.c.section.not_in(sorted(but)), _real)
        .where(is_due | _location.c.section.in_(pulled))
    )
    return int(run(session, wanted, {"tomorrow": _end_of(today)}).scalar_one())


def contents(session: Session) -> list[SectionContent]:
    """What the record has in every section, by class."""
    return fetch(session, SectionContent, _CONTENTS)


def open_counts(session: Session) -> dict[str, str]:
    """The reference of the open count of each section that has one: of its first count, or else of its oldest recount."""
    return {row.section: row.reference for row in run(session, _OPEN_COUNTS)}


def owners(session: Session) -> dict[str, str]:
    """Owners by section, of those that have one."""
    wanted = select(_section.c.code, _section.c.owner).where(_section.c.owner != "")
    return {row.code: row.owner for row in run(session, wanted)}


def without_section(session: Session, limit: int) -> tuple[int, list[str]]:
    """How many shelves are in no section, and the codes of the first."""
    number = run(session, select(func.count()).select_from(_WITHOUT_SECTION.subquery())).scalar_one()
    return number, list(run(session, _WITHOUT_SECTION.order_by(_location.c.code).limit(limit)).scalars())


def classes(session: Session) -> list[ClassRow]:
    """Intervals and tolerances by class, A first."""
    columns = (_class.c[name] for name in ClassRow._fields)
    return fetch(session, ClassRow, select(*columns).order_by(_class.c.abc_class))


def policy(session: Session) -> PolicyRow:
    """The one row of the policy."""
    columns = (_policy.c[name] for name in PolicyRow._fields)
    (row,) = fetch(session, PolicyRow, select(*columns))
    return row


def planned(session: Session, since: date, until: date) -> list[PlannedRow]:
    """What was on the plans of the days from one to another."""
    columns = (_planned.c[name] for name in PlannedRow._fields)
    wanted = select(*columns).where(_planned.c.day.between(since, until))
    return fetch(session, PlannedRow, wanted.order_by(_planned.c.day, _planned.c.section))


def finished_counts(session: Session, since: datetime) -> list[FinishedCount]:
    """The counts of sections that were finished since then, in that order."""
    wanted = (
        select(_task.c.id, _task.c.section, _task.c.finished_at)
        .where(
            _task.c.kind == KIND, _task.c.state == TaskState.FINISHED.value, _task.c.recount_of.is_(None),
            _task.c.finished_at >= since,
        )
        .order_by(_task.c.finished_at, _task.c.id)
    )  # fmt: skip
    return fetch(session, FinishedCount, wanted)


def first_looks(session: Session, since: datetime) -> list[FirstLooks]:
    """What each count that was looked at since then found at first look."""
    wrong = func.sum(case((_result.c.variance != 0, 1), else_=0))
    wanted = (
        select(_result.c.task_id, func.count().label("counted"), whole(wrong).label("wrong"))
        .where(_result.c.counted_at >= since, _result.c.round == 1)
        .group_by(_result.c.task_id)
    )
    return fetch(session, FirstLooks, wanted)


def visit_times(session: Session, since: datetime) -> list[VisitTime]:
    """The visits of counts that ended since then."""
    columns = (_visit.c[name] for name in VisitTime._fields)
    wanted = select(*columns).where(_visit.c.closed_at >= since, _visit.c.state == "closed")
    return fetch(session, VisitTime, wanted)


def change_class(session: Session, abc_class: str, **values: int) -> None:
    """Set columns of a class."""
    run(session, update(_class).where(_class.c.abc_class == abc_class).values(**values))


def change_policy(session: Session, **values: int) -> None:
    """Set columns of the policy."""
    run(session, update(_policy).values(**values))


def is_section(session: Session, code: str) -> bool:
    """Whether a real place is in the section."""
    return bool(run(session, select(exists().where(_location.c.section == code, _real))).scalar_one())


def set_owner(session: Session, section: str, owner: str) -> None:
    """Say who answers for a section; nobody when empty."""
    run(session, delete(_section).where(_section.c.code == section))
    if owner:
        run(session, insert(_section), {"code": section, "owner": owner})


def owner_of(session: Session, section: str) -> str:
    """Who answers for a section; empty where nobody was named."""
    found = run(session, select(_section.c.owner).where(_section.c.code == section)).scalar_one_or_none()
    return str(found or "")


def section_of(session: Session, code: str) -> str | None:
    """The section of a real place; None where there is no such place."""
    found: str | None = run(session, select(_location.c.section).where(_location.c.code == code, _real)).scalar_one_or_none()
    return found


def put_in_section(session: Session, code: str, section: str) -> bool:
    """Put a real place in a section; False where there is no such place."""
    changed = update(_location).where(_location.c.code == code, _real).values(section=section)
    return run(session, changed).rowcount == 1


def moved_units(session: Session, since: datetime) -> dict[int, int]:
    """Item id -> units that came from or went to suppliers and customers since; what undo took back is subtracted."""
    totals: dict[int, int] = {}
    for end in (_movement.c.source_id, _movement.c.target_id):
        wanted = (
            select(_movement.c.item_id, _moved)
            .join_from(_movement, _location, end == _location.c.id)
            .join(_scan, _movement.c.scan_seq == _scan.c.seq)
            .where(_movement.c.at >= since, _one_end)
            .group_by(_movement.c.item_id)
        )
        for row in fetch(session, _MovedUnits, wanted):
            totals[row.item_id] = totals.get(row.item_id, 0) + int(row.units)
    return totals


def stocked_items(session: Session) -> list[StockedItem]:
    """Every item that stock is kept of, so no kits, by SKU."""
    is_kit = exists().where(_part.c.kit_id == _item.c.id)
    columns = (_item.c[name] for name in StockedItem._fields)
    return fetch(session, StockedItem, select(*columns).where(~is_kit).order_by(_item.c.sku))


def set_classes(session: Session, classes: dict[int, str]) -> None:
    """Give items (by id) a class."""
    changed = update(_item).where(_item.c.id == bindparam("item")).values(abc_class=bindparam("new"))
    if classes:
        run(session, changed, [{"item": item, "new": new} for item, new in sorted(classes.items())])


def class_of(session: Session, item_id: int) -> ItemClass:
    """The class of an item, and whether a person fixed it."""
    (found,) = fetch(session, ItemClass, select(_item.c.abc_class, _item.c.abc_pinned).where(_item.c.id == item_id))
    return found


def pin(session: Session, item_id: int, abc_class: str | None) -> None:
    """Fix the class of an item; None lets the next computation set it again."""
    values = {"abc_pinned": True, "abc_class": abc_class} if abc_class else {"abc_pinned": False}
    run(session, update(_item).where(_item.c.id == item_id).values(**values))
