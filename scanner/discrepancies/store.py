"""Statements on discrepancies and their events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, insert, or_, select, update
from sqlmodel import Session

from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.db.columns import whole
from scanner.db.sql import fetch, fetch_one, run, table_of
from scanner.discrepancies.rules import OWNERS, DiscrepancyKind, DiscrepancyState
from scanner.discrepancies.tables import Discrepancy, DiscrepancyEvent
from scanner.people.tables import Operator
from scanner.scans.decision import Opened
from scanner.scans.tables import Movement, Task

_discrepancy, _event, _item, _task, _operator, _location, _movement = (
    table_of(model) for model in (Discrepancy, DiscrepancyEvent, Item, Task, Operator, Location, Movement)
)


class FoundDiscrepancy(NamedTuple):
    """A discrepancy. `units` have a sign only in the variance of a count. `value_e4` is at cost."""

    id: int
    kind: str
    state: str
    task_id: int
    item_id: int
    location_id: int | None
    units: int
    value_e4: int
    owner: str
    cause: str
    opened_at: datetime
    settled_at: datetime | None


class ListedDiscrepancy(NamedTuple):
    """A discrepancy with the names of its task and item."""

    id: int
    kind: str
    state: str
    units: int
    value_e4: int
    owner: str
    cause: str
    opened_at: datetime
    settled_at: datetime | None
    reference: str
    task_kind: str
    partner: str
    sku: str
    name: str
    location: str | None


class ChangeByScan(NamedTuple):
    """Units that a scan added to a discrepancy."""

    discrepancy_id: int
    units: int
    kind: str
    item_id: int
    state: str


class Worth(NamedTuple):
    """What a discrepancy is worth, never negative: at the cost when it was found, and at the cost of today."""

    kind: str
    found_e4: int
    now_e4: int


class StoredEvent(NamedTuple):
    """What happened to a discrepancy, by whom and when."""

    at: datetime
    operator: str
    action: str
    units: int
    detail: str
    scan_seq: int | None


class OpenTotal(NamedTuple):
    """Open discrepancies of a kind: their units and value, never net."""

    kind: str
    discrepancies: int
    units: int
    value_e4: int


_found = tuple(_discrepancy.c[name] for name in FoundDiscrepancy._fields)

_LOCK_OPEN = (
    select(_discrepancy.c.id, _discrepancy.c.units)
    .where(
        _discrepancy.c.task_id == bindparam("task"),
        _discrepancy.c.item_id == bindparam("item"),
        _discrepancy.c.kind == bindparam("of_kind"),
        func.coalesce(_discrepancy.c.location_id, 0) == bindparam("place"),
        _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )
    .with_for_update()
)
_WITHDRAWN = select(func.max(_discrepancy.c.id)).where(
    _discrepancy.c.task_id == bindparam("task"),
    _discrepancy.c.item_id == bindparam("item"),
    _discrepancy.c.kind == bindparam("of_kind"),
    func.coalesce(_discrepancy.c.location_id, 0) == bindparam("place"),
    _discrepancy.c.state == DiscrepancyState.WITHDRAWN.value,
)
_SETTLED = select(func.coalesce(func.sum(_discrepancy.c.units), 0)).where(
    _discrepancy.c.task_id == bindparam("task"),
    _discrepancy.c.item_id == bindparam("item"),
    _discrepancy.c.kind == bindparam("of_kind"),
    _discrepancy.c.state == DiscrepancyState.SETTLED.value,
)
_LOCK = select(*_found).where(_discrepancy.c.id == bindparam("the_id")).with_for_update()
_COST = select(_item.c.unit_cost_e4).where(_item.c.id == bindparam("item"))
_CHANGES_BY_SCAN = (
    select(_event.c.discrepancy_id, _event.c.units, _discrepancy.c.kind, _discrepancy.c.item_id, _discrepancy.c.state)
    .join_from(_event, _discrepancy, _event.c.discrepancy_id == _discrepancy.c.id)
    .where(_event.c.scan_seq == bindparam("scan"), _event.c.units != 0)
    .order_by(_event.c.id)
    .with_for_update(of=_discrepancy)
)
_listed = (
    _discrepancy.c.id, _discrepancy.c.kind, _discrepancy.c.state, _discrepancy.c.units, _discrepancy.c.value_e4,
    _discrepancy.c.owner, _discrepancy.c.cause, _discrepancy.c.opened_at, _discrepancy.c.settled_at,
    _task.c.reference, _task.c.kind.label("task_kind"), _task.c.partner, _item.c.sku, _item.c.name,
    _location.c.code.label("location"),
)  # fmt: skip
LISTED = (
    select(*_listed)
    .join_from(_discrepancy, _task, _discrepancy.c.task_id == _task.c.id)
    .join(_item, _discrepancy.c.item_id == _item.c.id)
    .join(_location, _discrepancy.c.location_id == _location.c.id, isouter=True)
)
_EVENTS = (
    select(_event.c.at, _operator.c.name.label("operator"), _event.c.action, _event.c.units, _event.c.detail, _event.c.scan_seq)
    .join_from(_event, _operator, _event.c.operator_id == _operator.c.id)
    .where(_event.c.discrepancy_id == bindparam("the_id"))
    .order_by(_event.c.id)
)


def open_discrepancy(
    session: Session, task_id: int, opened: Opened, *, scan_seq: int | None, operator_id: int, at: datetime
) -> int:
    """Open a discrepancy, or add to the open one of the same task, item, kind and location. Gives its number."""
    cost = run(session, _COST, {"item": opened.item_id}).scalar_one()
    found = run(session, _LOCK_OPEN, _same(task_id, opened)).one_or_none()
    if found is None:
        values = {
            "kind": opened.kind, "state": DiscrepancyState.OPEN, "task_id": task_id, "item_id": opened.item_id,
            "units": opened.units, "value_e4": opened.units * cost, "location_id": opened.location_id,
            "owner": opened.owner or OWNERS[DiscrepancyKind(opened.kind)], "cause": "", "opened_at": at,
        }  # fmt: skip
        discrepancy_id = int(run(session, insert(_discrepancy).returning(_discrepancy.c.id), values).scalar_one())
        action = "opened"
    else:
        discrepancy_id, action = found.id, "added"
        change = {"units": found.units + opened.units, "value_e4": (found.units + opened.units) * cost}
        run(session, update(_discrepancy).where(_discrepancy.c.id == discrepancy_id).values(**change))
    add_event(session, discrepancy_id, at, operator_id, action, units=opened.units, scan_seq=scan_seq)
    return int(discrepancy_id)


def _same(task_id: int, opened: Opened) -> dict[str, Any]:
    return {"task": task_id, "item": opened.item_id, "of_kind": opened.kind, "place": opened.location_id or 0}


def keep_at(
    session: Session, task_id: int, wanted: Opened, *, scan_seq: int | None, operator_id: int, at: datetime, again: bool = False
) -> None:
    """Set the units of an open discrepancy to those wanted, less what was settled already.

    `again`: open a withdrawn one again, with its owner and history, rather than a new one.
    """
    found = run(session, _LOCK_OPEN, _same(task_id, wanted)).one_or_none()
    settled = run(session, _SETTLED, {"task": task_id, "item": wanted.item_id, "of_kind": wanted.kind}).scalar_one()
    change = max(wanted.units - settled, 0) - (found.units if found else 0)
    if change > 0:
        if again and found is None:
            _open_again(session, task_id, wanted)
        open_discrepancy(session, task_id, replace(wanted, units=change), scan_seq=scan_seq, operator_id=operator_id, at=at)
    elif found and change < 0:
        take_back(session, found.id, -change, scan_seq=scan_seq, operator_id=operator_id, at=at)


def _open_again(session: Session, task_id: int, wanted: Opened) -> None:
    withdrawn = run(session, _WITHDRAWN, _same(task_id, wanted)).scalar_one()
    if withdrawn is not None:
        change_discrepancy(session, withdrawn, state=DiscrepancyState.OPEN)


def changes_by_scan(session: Session, scan_seq: int) -> list[ChangeByScan]:
    """What a scan added to discrepancies. The discrepancies are locked."""
    return fetch(session, ChangeByScan, _CHANGES_BY_SCAN, {"scan": scan_seq})


def take_back(session: Session, discrepancy_id: int, units: int, *, scan_seq: int | None, operator_id: int, at: datetime) -> None:
    """Take units back from an open discrepancy. With none left it is withdrawn."""
    row = run(session, _LOCK, {"the_id": discrepancy_id}).one()
    left = row.units - units
    state = DiscrepancyState.OPEN if left else DiscrepancyState.WITHDRAWN
    value = row.value_e4 * left // row.units if row.units else 0
    run(
        session,
        update(_discrepancy).where(_discrepancy.c.id == discrepancy_id).values(units=left, value_e4=value, state=state),
    )
    add_event(session, discrepancy_id, at, operator_id, "taken back", units=-units, scan_seq=scan_seq)


def lock_discrepancy(session: Session, discrepancy_id: int) -> FoundDiscrepancy | None:
    """A discrepancy, locked until the transaction ends."""
    return fetch_one(session, FoundDiscrepancy, _LOCK, {"the_id": discrepancy_id})


def change_discrepancy(session: Session, discrepancy_id: int, **values: Any) -> None:
    """Set columns of a locked discrepancy. The caller adds the event that says who and why."""
    run(session, update(_discrepancy).where(_discrepancy.c.id == discrepancy_id).values(**values))


def add_event(
    session: Session, discrepancy_id: int, at: datetime, operator_id: int, action: str, *,
    units: int = 0, detail: str = "", scan_seq: int | None = None,
) -> None:  # fmt: skip
    """Append what happened to a discrepancy."""
    values = {
        "discrepancy_id": discrepancy_id, "at": at, "operator_id": operator_id, "scan_seq": scan_seq,
        "action": action, "units": units, "detail": detail,
    }  # fmt: skip
    run(session, insert(_event), values)


def list_discrepancies(
    session: Session, *, state: str | None = None, kind: str | None = None, owner: str | None = None,
    task_id: int | None = None, after: int = 0, limit: int = 100, hidden_while_open: Collection[str] = (),
) -> list[ListedDiscrepancy]:  # fmt: skip
    """Discrepancies with task and item, by id from `after` on; without open ones of the kinds `hidden_while_open`."""
    statement = LISTED.where(_discrepancy.c.id > after).order_by(_discrepancy.c.id).limit(limit)
    if hidden_while_open:
        is_open = _discrepancy.c.state == DiscrepancyState.OPEN.value
        statement = statement.where(~(is_open & _discrepancy.c.kind.in_([str(kind) for kind in hidden_while_open])))
    for column, wanted in (
        (_discrepancy.c.state, state),
        (_discrepancy.c.kind, kind),
        (_discrepancy.c.owner, owner),
        (_discrepancy.c.task_id, task_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return fetch(session, ListedDiscrepancy, statement)


def get_discrepancy(session: Session, discrepancy_id: int) -> ListedDiscrepancy | None:
    """One discrepancy with task and item."""
    return fetch_one(session, ListedDiscrepancy, LISTED.where(_discrepancy.c.id == discrepancy_id))


def get_row(session: Session, discrepancy_id: int) -> FoundDiscrepancy | None:
    """A discrepancy, not locked."""
    return fetch_one(session, FoundDiscrepancy, select(*_found).where(_discrepancy.c.id == discrepancy_id))


def events_of(session: Session, discrepancy_id: int) -> list[StoredEvent]:
    """The events of a discrepancy, the oldest first, with the names of the people."""
    return fetch(session, StoredEvent, _EVENTS, {"the_id": discrepancy_id})


def open_totals(session: Session) -> list[OpenTotal]:
    """Open discrepancies by kind."""
    statement = (
        select(
            _discrepancy.c.kind,
            func.count().label("discrepancies"),
            cast(func.sum(func.abs(_discrepancy.c.units)), BigInteger).label("units"),
            cast(func.sum(func.abs(_discrepancy.c.value_e4)), BigInteger).label("value_e4"),
        )
        .where(_discrepancy.c.state == DiscrepancyState.OPEN.value)
        .group_by(_discrepancy.c.kind)
        .order_by(_discrepancy.c.kind)
    )
    return fetch(session, OpenTotal, statement)


def worth(session: Session, ids: Collection[int], *, hold: bool = False) -> list[Worth]:
    """What these discrepancies are worth. `hold`: nobody changes the costs of their items until the transaction ends."""
    statement = (
        select(
            _discrepancy.c.kind,
            func.abs(_discrepancy.c.value_e4).label("found_e4"),
            (func.abs(_discrepancy.c.units) * _item.c.unit_cost_e4).label("now_e4"),
        )
        .join_from(_discrepancy, _item, _discrepancy.c.item_id == _item.c.id)
        .where(_discrepancy.c.id.in_(ids))
        .order_by(_item.c.id)
    )
    if hold:
        statement = statement.with_for_update(read=True, key_share=True, of=_item)
    return fetch(session, Worth, statement)


def booked_e4(session: Session, discrepancy_id: int) -> int | None:
    """What the record was adjusted by to settle a discrepancy, at the cost of that day; None where it was not."""
    adjustment = select(_location.c.id).where(_location.c.kind == LocationKind.ADJUSTMENT.value).scalar_subquery()
    booked = select(whole(func.sum(_movement.c.units * func.coalesce(_movement.c.cost_e4, 0)))).where(
        _movement.c.discrepancy_id == discrepancy_id,
        or_(_movement.c.source_id.in_(adjustment), _movement.c.target_id.in_(adjustment)),
    )
    found: int | None = run(session, booked).scalar_one()
    return found


def open_at_places(session: Session, item_id: int) -> list[int]:
    """Numbers of the open discrepancies of an item that are of one location."""
    wanted = select(_discrepancy.c.id).where(
        _discrepancy.c.item_id == item_id,
        _discrepancy.c.location_id.is_not(None),
        _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )
    return list(run(session, wanted.order_by(_discrepancy.c.id)).scalars())


def open_short_units(session: Session, location_id: int, item_id: int) -> int:
    """Units of an item in open short picks at a location."""
    wanted = select(func.coalesce(func.sum(_discrepancy.c.units), 0)).where(
        _discrepancy.c.location_id == location_id,
        _discrepancy.c.item_id == item_id,
        _discrepancy.c.kind == DiscrepancyKind.SHORT_PICK.value,
        _discrepancy.c.state == DiscrepancyState.OPEN.value,
    )
    return int(run(session, wanted).scalar_one())
