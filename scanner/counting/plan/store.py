"""What the counting plan is made of: places with their last counts, what lies in sections, the policy, value moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, exists, func, insert, select, update
from sqlmodel import Session

from scanner.catalogue.locations import VIRTUAL, LocationKind
from scanner.catalogue.tables import Item, KitPart, Location, Section, Stock
from scanner.counting import KIND
from scanner.counting.tables import CountClass, CountPolicy, CountResult, Visit
from scanner.db.sql import run
from scanner.people.tables import Operator
from scanner.scans.decision import TaskState
from scanner.scans.tables import Movement, Scan, Task

_location, _visit, _task, _stock, _item, _section, _class, _policy, _movement, _scan, _part, _operator, _result = (
    table.__table__  # type: ignore[attr-defined]
    for table in (
        Location,
        Visit,
        Task,
        Stock,
        Item,
        Section,
        CountClass,
        CountPolicy,
        Movement,
        Scan,
        KitPart,
        Operator,
        CountResult,
    )
)
_real = _location.c.kind.not_in(list(VIRTUAL))
# By index from the newest on, so that a long history costs nothing. A recount looks at some items only, and a visit at which
# nobody said anything of the place is none.
_last_counted = (
    select(_visit.c.closed_at)
    .join_from(_visit, _task, _visit.c.task_id == _task.c.id)
    .where(
        _visit.c.location_id == _location.c.id,
        _visit.c.closed_at.is_not(None),
        _visit.c.state == "closed",
        _visit.c.said_empty | exists().where(_result.c.visit_id == _visit.c.id),
        _task.c.state == TaskState.FINISHED.value,
        _task.c.recount_of.is_(None),
    )
    .order_by(_visit.c.closed_at.desc())
    .limit(1)
    .correlate(_location)
    .scalar_subquery()
)
_PLACES = (
    select(_location.c.id, _location.c.code, _location.c.section, _last_counted.label("counted_at"))
    .where(_location.c.section != "", _real)
    .order_by(_location.c.section)
)
_CONTENTS = (
    select(_location.c.section, _item.c.abc_class, func.count().label("lines"))
    .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
    .join(_item, _stock.c.item_id == _item.c.id)
    .where(_stock.c.units != 0, _location.c.section != "", _real)
    .group_by(_location.c.section, _item.c.abc_class)
)
_OPEN_COUNTS = select(_task.c.section, _task.c.reference).where(
    _task.c.kind == KIND, _task.c.state == TaskState.OPEN.value, _task.c.recount_of.is_(None)
)
_WITHOUT_SECTION = select(_location.c.code).where(_location.c.section == "", _location.c.kind == LocationKind.SHELF.value)
_one_end = _location.c.kind.in_([LocationKind.CUSTOMER.value, LocationKind.SUPPLIER.value])
_moved = func.sum(case((_scan.c.undoes.is_(None), _movement.c.units), else_=-_movement.c.units)).label("units")


def places(session: Session) -> list[Row[Any]]:
    """Every real place that is in a section (id, code, section, counted_at), by section."""
    return list(run(session, _PLACES))


def places_of(session: Session, section: str) -> list[Row[Any]]:
    """The real places of one section (id, code, section, counted_at), in walking order."""
    walked = _PLACES.where(_location.c.section == section).order_by(None).order_by(_location.c.position, _location.c.code)
    return list(run(session, walked))


def counts_of(session: Session, section: str, limit: int) -> list[Row[Any]]:
    """The last counts of a section: (reference, state, created_at, finished_at, person, recount_of)."""
    first = _task.alias("first")
    wanted = (
        select(
            _task.c.reference, _task.c.state, _task.c.created_at, _task.c.finished_at, _operator.c.name.label("person"),
            first.c.reference.label("recount_of"),
        )
        .join_from(_task, _operator, _task.c.finished_by == _operator.c.id, isouter=True)
        .join(first, _task.c.recount_of == first.c.id, isouter=True)
        .where(_task.c.kind == KIND, _task.c.section == section)
        .order_by(_task.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(run(session, wanted))


def contents(session: Session) -> list[Row[Any]]:
    """How many items at places there are by the record: (section, abc_class, lines)."""
    return list(run(session, _CONTENTS))


def open_counts(session: Session) -> dict[str, str]:
    """The reference of the open first count of each section that has one."""
    return {row.section: row.reference for row in run(session, _OPEN_COUNTS)}


def owners(session: Session) -> dict[str, str]:
    """Owners by section, of those that have one."""
    return {row.code: row.owner for row in run(session, select(_section).where(_section.c.owner != ""))}


def without_section(session: Session, limit: int) -> tuple[int, list[str]]:
    """How many shelves are in no section, and the codes of the first."""
    number = run(session, select(func.count()).select_from(_WITHOUT_SECTION.subquery())).scalar_one()
    return number, list(run(session, _WITHOUT_SECTION.order_by(_location.c.code).limit(limit)).scalars())


def classes(session: Session) -> list[Row[Any]]:
    """Intervals and tolerances by class, A first."""
    return list(run(session, select(_class).order_by(_class.c.abc_class)))


def policy(session: Session) -> Row[Any]:
    """The one row of the policy."""
    return run(session, select(_policy)).one()


def change_class(session: Session, abc_class: str, **values: int) -> None:
    """Set how often a class is counted, and what of it needs no recount."""
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


def put_in_section(session: Session, code: str, section: str) -> bool:
    """Have a real place be in a section; False where there is no such place."""
    changed = update(_location).where(_location.c.code == code, _real).values(section=section)
    return run(session, changed).rowcount == 1


def moved_units(session: Session, since: datetime) -> dict[int, int]:
    """Units by item that came from a supplier or a customer, or went there, less what was taken back by undo."""
    totals: dict[int, int] = {}
    for end in (_movement.c.source_id, _movement.c.target_id):
        wanted = (
            select(_movement.c.item_id, _moved)
            .join_from(_movement, _location, end == _location.c.id)
            .join(_scan, _movement.c.scan_seq == _scan.c.seq)
            .where(_movement.c.at >= since, _one_end)
            .group_by(_movement.c.item_id)
        )
        for item_id, units in run(session, wanted):
            totals[item_id] = totals.get(item_id, 0) + int(units)
    return totals


def stocked_items(session: Session) -> list[Row[Any]]:
    """Every item that stock is kept of, so no kits: (id, sku, name, unit_cost_e4, abc_class, abc_pinned)."""
    is_kit = exists().where(_part.c.kit_id == _item.c.id)
    columns = (_item.c.id, _item.c.sku, _item.c.name, _item.c.unit_cost_e4, _item.c.abc_class, _item.c.abc_pinned)
    return list(run(session, select(*columns).where(~is_kit).order_by(_item.c.sku)))


def set_classes(session: Session, classes: dict[int, str]) -> None:
    """Give items (by id) a class."""
    changed = update(_item).where(_item.c.id == bindparam("item")).values(abc_class=bindparam("new"))
    if classes:
        run(session, changed, [{"item": item, "new": new} for item, new in sorted(classes.items())])


def pin(session: Session, item_id: int, abc_class: str | None) -> None:
    """Have an item keep a class whatever moves; None lets it go with the others again."""
    values = {"abc_pinned": True, "abc_class": abc_class} if abc_class else {"abc_pinned": False}
    run(session, update(_item).where(_item.c.id == item_id).values(**values))
