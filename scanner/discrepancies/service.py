"""Discrepancies on the way to being settled: whose they are, what became of them, and what is behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.counting import blind as counting_blind
from scanner.counting.variances import decided as variances_decided
from scanner.discrepancies import store
from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right
from scanner.scans.history.service import movements_behind, scans_behind, scans_counting
from scanner.scans.history.store import MovementRow, ScanRow

MAX_OWNER, MAX_NOTE = 120, 700
"""Characters. A note and two owners, and what is said between them, are kept in one detail of 1,000."""
MOST_OF_A_TASK = 1_000


HIDDEN_FROM_WHO_COUNTS = (DiscrepancyKind.VARIANCE, DiscrepancyKind.SHORT_PICK)
"""Open, they tell how the record stands to the shelf: a short pick is one only where the record has some."""


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """A discrepancy in a list. `units` is a size (its direction is in the kind; a count's variance alone is signed).

    `value` is a size at cost; `location` where it is of one place.
    """

    id: int
    kind: str
    state: str
    task: str
    task_kind: str
    partner: str
    sku: str
    name: str
    units: int
    value: Decimal
    owner: str
    cause: str
    opened_at: datetime
    settled_at: datetime | None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened to a discrepancy, by whom and when."""

    at: datetime
    operator: str
    action: str
    units: int
    detail: str
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class DiscrepancyPage:
    """One discrepancy with its history and what is behind it: scans and movements of the item on the task."""

    head: DiscrepancyRow
    events: list[EventRow]
    scans: list[ScanRow]
    movements: list[MovementRow]


def discrepancies(
    session: Session, state: str | None = "open", kind: str | None = None, owner: str | None = None, *,
    limit: int = 200, after: int = 0, by: OperatorView | None = None,
) -> list[DiscrepancyRow]:  # fmt: skip
    """Discrepancies by id from `after` on; None asks for every state, kind or owner. Who counts sees none that counting settles
    while it is open.
    """
    hidden = HIDDEN_FROM_WHO_COUNTS if counting_blind.is_blind(by) else ()
    rows = store.list_discrepancies(
        session, state=state, kind=kind, owner=owner, limit=limit, after=after, hidden_while_open=hidden
    )
    return [_row(row) for row in rows]


def discrepancies_of(session: Session, task_id: int) -> list[DiscrepancyRow]:
    """All that ever differed on a task, but for what was withdrawn."""
    rows = [_row(row) for row in store.list_discrepancies(session, task_id=task_id, limit=MOST_OF_A_TASK)]
    return [row for row in rows if row.state != DiscrepancyState.WITHDRAWN]


def open_total(session: Session) -> tuple[int, Decimal]:
    """How many discrepancies are open, and their value at cost."""
    totals = store.open_totals(session)
    return sum(total.count for total in totals), from_e4(sum(int(total.value_e4) for total in totals))


def discrepancy(session: Session, discrepancy_id: int, by: OperatorView | None = None) -> DiscrepancyPage:
    """One discrepancy; NotFound where there is none for that person."""
    row = store.get_discrepancy(session, discrepancy_id)
    hidden = row is not None and row.kind in HIDDEN_FROM_WHO_COUNTS and row.state == DiscrepancyState.OPEN
    if row is None or (hidden and counting_blind.is_blind(by)):
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    events = [
        EventRow(event.at, event.operator, event.action, event.units, event.detail, event.scan_seq)
        for event in store.events_of(session, discrepancy_id)
    ]
    found = store.get_row(session, discrepancy_id)
    assert found is not None
    counted = found.kind == DiscrepancyKind.VARIANCE
    return DiscrepancyPage(
        _row(row),
        events,
        scans_counting(session, found.location_id, found.item_id, found.opened_at)
        if counted
        else scans_behind(session, row.reference, row.sku),
        movements_behind(session, row.reference, row.sku),
    )


def assign(session: Session, discrepancy_id: int, owner: str, operator: OperatorView, note: str, now: datetime) -> None:
    """Hand an open discrepancy to another owner."""
    _require_supervisor(operator)
    owner = owner.strip()
    if not 0 < len(owner) <= MAX_OWNER or not owner.isprintable():
        raise BadRequest("Expected the name of the new owner.", "owner")
    found = _held_open(session, discrepancy_id)
    if found.owner == owner:
        return
    store.change_discrepancy(session, discrepancy_id, owner=owner)
    detail = f"from {found.owner} to {owner}" + (f": {_note(note)}" if note.strip() else "")
    store.add_event(session, discrepancy_id, now, operator.id, "assigned", detail=detail)


def settle(session: Session, discrepancy_id: int, cause: str, note: str, operator: OperatorView, now: datetime) -> None:
    """Settle an open discrepancy with the cause that was found; the variance of a count is adjusted by that.

    Settling it the same way again changes nothing. Raises Conflict where somebody settled it otherwise, or where undo
    withdrew it.
    """
    _require_supervisor(operator)
    if cause not in set(Cause):
        raise BadRequest(f"Expected a cause out of: {', '.join(Cause)}; got {cause!r}.", "cause")
    found, note = store.get_row(session, discrepancy_id), _note(note)
    if found is not None and found.kind == DiscrepancyKind.VARIANCE:
        variances_decided.settle(session, discrepancy_id, Cause(cause), operator, now, note)
    else:
        settle_found(session, discrepancy_id, cause, note, operator.id, now)


def settle_found(session: Session, discrepancy_id: int, cause: str, note: str, operator_id: int, now: datetime) -> None:
    """The same for who was found to be allowed, with a cause and a note that were checked."""
    found = store.lock_discrepancy(session, discrepancy_id)
    if found is None:
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    if found.state == DiscrepancyState.SETTLED and found.cause == cause:
        return
    if found.state != DiscrepancyState.OPEN:
        raise Conflict(f"This discrepancy is {found.state} already.")
    store.change_discrepancy(session, discrepancy_id, state=DiscrepancyState.SETTLED, cause=cause, settled_at=now)
    store.add_event(session, discrepancy_id, now, operator_id, "settled", detail=f"{cause}: {note}" if note else cause)


def _require_supervisor(operator: OperatorView) -> None:
    if not operator.may(Right.SETTLE):
        raise NotAllowed("Only a supervisor settles or hands on discrepancies.")


def _held_open(session: Session, discrepancy_id: int) -> Row[Any]:
    found = store.lock_discrepancy(session, discrepancy_id)
    if found is None:
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    if found.state != DiscrepancyState.OPEN:
        raise Conflict(f"This discrepancy is {found.state} already.")
    return found


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > MAX_NOTE or "\x00" in note:
        raise BadRequest(f"Expected a note of at most {MAX_NOTE} characters, got {len(note)}.", "note")
    return note


def _row(row: Row[Any]) -> DiscrepancyRow:
    return DiscrepancyRow(
        row.id, row.kind, row.state, row.reference, row.task_kind, row.partner, row.sku, row.name, row.units,
        from_e4(abs(row.value_e4)), row.owner, row.cause, row.opened_at, row.settled_at, row.location,
    )  # fmt: skip
