"""Discrepancies: who owns them, what became of them, and which scans are behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.catalogue import store as catalogue
from scanner.discrepancies import owners, store
from scanner.discrepancies.rules import AskAbove, Cause, DiscrepancyKind, DiscrepancyState, unknown_cause
from scanner.discrepancies.store import FoundDiscrepancy, ListedDiscrepancy
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right
from scanner.scans.history.service import movements_behind, scans_behind
from scanner.scans.history.store import MovementRow, ScanRow
from scanner.scans.workflow import Workflows

MAX_NOTE = 700
"""Longest note, in characters. With two owners of 120 and the words between it fits in one detail of 1,000."""
MOST_OF_A_TASK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyRow:
    """A discrepancy in a list."""

    id: int
    kind: str
    state: str
    task: str
    task_kind: str
    partner: str
    sku: str
    name: str
    units: int  # never negative, but for the variance of a count
    value: Decimal  # at cost, never negative
    owner: str
    cause: str
    opened_at: datetime
    settled_at: datetime | None
    location: str | None = None  # of one location alone


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyEventRow:
    """What happened to a discrepancy, by whom and when."""

    at: datetime
    operator: str
    action: str
    units: int
    detail: str
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class DiscrepancyPage:
    """One discrepancy with its history, and the scans and movements of its item on its task."""

    head: DiscrepancyRow
    events: list[DiscrepancyEventRow]
    scans: list[ScanRow]
    movements: list[MovementRow]


class Settle(Protocol):
    """Settles the discrepancy of that number."""

    def __call__(
        self, session: Session, discrepancy_id: int, cause: Cause, by: OperatorView, now: datetime, *, note: str = ""
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """How discrepancies of one kind are settled, where settling does more than note the cause."""

    settle: Settle
    scans: Callable[[Session, FoundDiscrepancy], list[ScanRow]]
    choose: Callable[[Session, int, OperatorView, datetime], object]  # the choices, for the template
    template: str
    signed: bool = False  # whether their units have a sign
    books: bool = False  # whether their units are booked, at what the item costs then
    barred: Callable[[Session, OperatorView], Collection[int]] = lambda session, person: ()  # open ones that a person settles not


Settlers = Mapping[str, Settler]


def discrepancies(
    session: Session, state: str | None = "open", kind: str | None = None, owner: str | None = None, *,
    limit: int = 200, after: int = 0, hidden: Collection[str] = (),
) -> list[DiscrepancyRow]:  # fmt: skip
    """Discrepancies by id from `after` on. None asks for all. Open ones of the `hidden` kinds are left out."""
    rows = store.list_discrepancies(
        session, state=state, kind=kind, owner=owner, limit=limit, after=after, hidden_while_open=hidden
    )
    return [row_of(row) for row in rows]


def shown(
    session: Session, operator: OperatorView, workflows: Workflows, *, state: str | None = None, kind: str | None = None,
    owner: str | None = None, limit: int = 200, after: int = 0,
) -> list[DiscrepancyRow]:  # fmt: skip
    """The discrepancies that a person may see. Open ones that tell of a count are hidden from counters."""
    operator.demand(Right.SEE_DISCREPANCIES)
    hidden = workflows.hidden_discrepancies(operator)
    return discrepancies(session, state, kind, owner, limit=limit, after=after, hidden=hidden)


def discrepancies_of(session: Session, task_id: int) -> list[DiscrepancyRow]:
    """All discrepancies of a task but the withdrawn ones."""
    rows = [row_of(row) for row in store.list_discrepancies(session, task_id=task_id, limit=MOST_OF_A_TASK)]
    return [row for row in rows if row.state != DiscrepancyState.WITHDRAWN]


def open_total(session: Session) -> tuple[int, Decimal]:
    """How many discrepancies are open, and their value at cost."""
    totals = store.open_totals(session)
    return sum(total.discrepancies for total in totals), from_e4(sum(int(total.value_e4) for total in totals))


def discrepancy(session: Session, discrepancy_id: int, settlers: Settlers, hidden: Collection[str] = ()) -> DiscrepancyPage:
    """One discrepancy. Raises NotFound where there is none, or where it is open and of a `hidden` kind."""
    row, found = store.get_discrepancy(session, discrepancy_id), store.get_row(session, discrepancy_id)
    if row is None or found is None or (row.kind in hidden and row.state == DiscrepancyState.OPEN):
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    events = [
        DiscrepancyEventRow(
            at=event.at, operator=event.operator, action=event.action, units=event.units, detail=event.detail,
            scan_seq=event.scan_seq,
        )
        for event in store.events_of(session, discrepancy_id)
    ]  # fmt: skip
    settler = settlers.get(row.kind)
    scans = settler.scans(session, found) if settler else scans_behind(session, row.reference, row.sku)
    return DiscrepancyPage(row_of(row), events, scans, movements_behind(session, row.reference, row.sku))


def one_shown(
    session: Session, discrepancy_id: int, operator: OperatorView, workflows: Workflows, settlers: Settlers
) -> DiscrepancyPage:
    """One discrepancy for a person. Raises NotFound also where it is hidden from them, or of a place whose record is."""
    operator.demand(Right.SEE_DISCREPANCIES)
    found = store.get_row(session, discrepancy_id)
    if found is not None and found.location_id in workflows.hidden_places(session, operator):
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    return discrepancy(session, discrepancy_id, settlers, workflows.hidden_discrepancies(operator))


def assign(session: Session, discrepancy_id: int, *, owner: str, note: str, operator: OperatorView, now: datetime) -> None:
    """Hand an open discrepancy to another owner. Raises BadRequest for one whom the house does not know."""
    operator.demand(Right.SETTLE)
    audit.take_turn(session)
    owner = owners.checked(session, owner, Right.SEE_DISCREPANCIES)
    found = _held_open(session, discrepancy_id)
    if found.owner == owner:
        return
    store.change_discrepancy(session, discrepancy_id, owner=owner)
    detail = f"from {found.owner} to {owner}" + (f": {_note(note)}" if note.strip() else "")
    store.add_event(session, discrepancy_id, now, operator.id, "assigned", detail=detail)
    before, after = {"owner": found.owner}, {"owner": owner} | ({"note": _note(note)} if note.strip() else {})
    number = str(discrepancy_id)
    audit.note(session, operator, Action.DISCREPANCY_ASSIGNED, "discrepancy", number, before=before, after=after, at=now)


def settle(
    session: Session, discrepancy_id: int, *, cause: str, note: str, operator: OperatorView, now: datetime, settlers: Settlers,
    ask_above: AskAbove | None = None,
) -> None:  # fmt: skip
    """Settle an open discrepancy with a cause, in the way of its kind. The same again changes nothing.

    Raises Conflict where it was settled otherwise, or withdrawn by undo; AskAgain where it is worth more than
    `ask_above`.
    """
    operator.demand(Right.SETTLE)
    if cause not in set(Cause):
        raise BadRequest(unknown_cause(cause), "cause")
    audit.take_turn(session)
    found, note = store.get_row(session, discrepancy_id), _note(note)
    if ask_above and found is not None and found.state == DiscrepancyState.OPEN:
        ask_above.ask(worth(session, [discrepancy_id], settlers, hold=True))
    settler = settlers.get(found.kind) if found is not None else None
    if settler:
        settler.settle(session, discrepancy_id, Cause(cause), operator, now, note=note)
    elif settle_found(session, discrepancy_id, cause=cause, note=note, operator_id=operator.id, now=now):
        after = {"state": DiscrepancyState.SETTLED.value, "cause": cause} | ({"note": note} if note else {})
        before = {"state": DiscrepancyState.OPEN.value}
        audit.note(
            session, operator, Action.DISCREPANCY_SETTLED, "discrepancy", str(discrepancy_id), before=before, after=after, at=now
        )


def worth(session: Session, ids: Collection[int], settlers: Settlers, *, hold: bool = False) -> Decimal:
    """What it would settle to settle these now: at the cost of today what is booked, else at the value that it has.

    `hold`: nobody changes these costs until the transaction ends.
    """
    booked = {kind for kind, settler in settlers.items() if settler.books}
    rows = store.worth(session, ids, hold=hold)
    return from_e4(sum(row.now_e4 if row.kind in booked else row.found_e4 for row in rows))


def booked(session: Session, discrepancy_id: int) -> Decimal | None:
    """What was booked for a discrepancy, at the cost of that day; None where nothing was."""
    found = store.booked_e4(session, discrepancy_id)
    return None if found is None else from_e4(found)


def settle_found(session: Session, discrepancy_id: int, *, cause: str, note: str, operator_id: int, now: datetime) -> bool:
    """Settle it after the right, the cause and the note were checked; False where it was settled so already."""
    found = store.lock_discrepancy(session, discrepancy_id)
    if found is None:
        raise NotFound(f"There is no discrepancy {discrepancy_id}.")
    if found.state == DiscrepancyState.SETTLED and found.cause == cause:
        return False
    if found.state != DiscrepancyState.OPEN:
        raise Conflict(f"This discrepancy is {found.state} already.")
    _refuse_while_below(session, found)
    store.change_discrepancy(session, discrepancy_id, state=DiscrepancyState.SETTLED, cause=cause, settled_at=now)
    store.add_event(session, discrepancy_id, now, operator_id, "settled", detail=f"{cause}: {note}" if note else cause)
    return True


def _refuse_while_below(session: Session, found: FoundDiscrepancy) -> None:
    """A cause alone does not bring a record right that has less than nothing at a place: a count does."""
    if found.kind != DiscrepancyKind.BELOW_ZERO or found.location_id is None:
        return
    units = catalogue.units_at(session, found.location_id, found.item_id)
    if units < 0:
        place = catalogue.code_of(session, found.location_id)
        raise Conflict(f"The record has {units:,} there. Count {place}: that puts the record right, and then it can be settled.")


def _held_open(session: Session, discrepancy_id: int) -> FoundDiscrepancy:
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


def row_of(row: ListedDiscrepancy) -> DiscrepancyRow:
    """A discrepancy as it is shown."""
    return DiscrepancyRow(
        id=row.id,
        kind=row.kind,
        state=row.state,
        task=row.reference,
        task_kind=row.task_kind,
        partner=row.partner,
        sku=row.sku,
        name=row.name,
        units=row.units,
        value=from_e4(abs(row.value_e4)),
        owner=row.owner,
        cause=row.cause,
        opened_at=row.opened_at,
        settled_at=row.settled_at,
        location=row.location,
    )
