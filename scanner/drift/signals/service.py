"""Signals as people see them: the list, each with its evidence, who answers for it, and what was found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.discrepancies import owners
from scanner.drift.signals import store, told
from scanner.drift.signals.looking import service as looking
from scanner.drift.signals.looking import store as record
from scanner.drift.signals.rules import QUIET, Precision, SignalKind
from scanner.drift.signals.store import CLOSED, OPEN, ShortRow, SignalRow
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right

MAX_NOTE = 400
MOST_AT_HOME, MOST_COUNTED = 3, 1_000
MOST_EARLIER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """A signal with its evidence in words."""

    id: int
    kind: str
    subject: str
    title: str
    section: str
    opened_at: datetime
    owner: str
    state: str
    evidence: dict[str, Any]  # with `words`
    closed_at: datetime | None
    closed_by: str  # empty where a count closed it
    has_found: bool | None
    note: str
    sku: str
    name: str
    supplier: str
    is_quiet: bool

    @property
    def words(self) -> str:
        """The evidence, in words."""
        return str(self.evidence["words"])


@dataclass(frozen=True, slots=True)
class SignalList:
    """Some of the signals, and whether there are more; of each kind how many are open, and how precise it was."""

    rows: list[SignalView]
    has_more: bool
    open: dict[str, int]
    precision: dict[str, Precision]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a count found since the signal opened."""

    has_found: bool
    words: str


@dataclass(frozen=True, slots=True)
class SignalPage:
    """One signal with how precise its kind was, the last ones of it, and what a count proposes."""

    signal: SignalView
    precision: Precision
    earlier: list[SignalView]
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A signal in a line, with what was seen in short."""

    id: int
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a home page says of signals: how many are open, and the most important ones."""

    number: int
    first: list[Line]


def page(
    session: Session, operator: OperatorView, *, state: str | None, kind: str | None = None, after: int = 0, limit: int = 50
) -> SignalList:
    """A page of the list, the open ones first."""
    operator.demand(Right.SEE_SIGNALS)
    rows = store.listed(session, state=state, kind=kind, after=after, limit=limit + 1)
    numbers = store.numbers(session)
    opened = {kind.value: numbers.get((OPEN, kind.value), 0) for kind in SignalKind}
    precision = store.precision(session, told.MOST_PRECISION)
    return SignalList([_view(row) for row in rows[:limit]], len(rows) > limit, opened, precision)


def shown(
    session: Session, operator: OperatorView, *, state: str | None = None, kind: str | None = None, after: int = 0,
    limit: int = 200,
) -> list[SignalView]:  # fmt: skip
    """Signals by number, for programs."""
    operator.demand(Right.SEE_SIGNALS)
    rows = store.by_number(session, state=state, kind=kind, after=after, limit=limit)
    return [_view(row) for row in rows]


def every(session: Session, operator: OperatorView, *, state: str | None, kind: str | None) -> Iterator[SignalView]:
    """All of a list, by number."""
    after = 0
    while rows := shown(session, operator, state=state, kind=kind, after=after, limit=500):
        yield from rows
        after = rows[-1].id


def one(session: Session, signal_id: int, operator: OperatorView) -> SignalPage:
    """One signal. Raises NotFound."""
    operator.demand(Right.SEE_SIGNALS)
    row = store.get(session, signal_id)
    if row is None:
        raise _not_there(signal_id)
    precision = store.precision(session, told.MOST_PRECISION).get(row.kind, Precision(0, 0))
    earlier = [_view(each) for each in store.last_of(session, row.kind, signal_id, MOST_EARLIER)]
    return SignalPage(_view(row), precision, earlier, _proposal(session, row))


def at_home(session: Session, operator: OperatorView) -> Told:
    """The open signals that alarm, in two reads."""
    operator.demand(Right.SEE_SIGNALS)
    rows = store.loud_open(session, MOST_COUNTED)
    first = rows[:MOST_AT_HOME]
    evidence = store.evidence_of(session, [row.id for row in first])
    return Told(len(rows), [_line(row, evidence[row.id]) for row in first])


def _line(row: ShortRow, evidence: str) -> Line:
    seen = told.shortly(row.kind, json.loads(evidence))
    title = told.titled(row.kind, row.subject)
    return Line(row.id, f"{title}: {seen}" if seen else title, row.owner)


def assign(session: Session, signal_id: int, *, owner: str, operator: OperatorView, now: datetime) -> str:
    """Hand an open signal to another owner; gives the owner as the house spells it. Raises BadRequest, Conflict, NotFound."""
    operator.demand(Right.CLOSE_SIGNALS)
    audit.take_turn(session)
    owner = owners.checked(session, owner, Right.SEE_SIGNALS)
    found = _held_open(session, signal_id)
    store.change(session, signal_id, owner=owner)
    before, after = {"owner": found.owner}, {"owner": owner}
    audit.note(session, operator, Action.SIGNAL_ASSIGNED, "signal", str(signal_id), before=before, after=after, at=now)
    return owner


def close(
    session: Session, signal_id: int, *, has_found: bool | None, note: str, operator: OperatorView, now: datetime
) -> SignalView:  # fmt: skip
    """Close an open signal by whether anything was found. The same again by the same person changes nothing.

    Raises BadRequest where that is not said, Conflict where somebody else closed it, NotFound.
    """
    operator.demand(Right.CLOSE_SIGNALS)
    if has_found is None:
        raise BadRequest("Say whether anything was found: yes or no.", "found")
    note = _checked(note)
    audit.take_turn(session)
    found = store.lock(session, signal_id)
    if found is None:
        raise _not_there(signal_id)
    if found.state == CLOSED and (found.closed_by, found.has_found, found.note) == (operator.name, has_found, note):
        return _view(found)
    _refuse_closed(found)
    store.close_open(
        session, signal_id, {"has_found": has_found, "note": note, "closed_at": now, "closed_by": operator.id}
    )  # fmt: skip
    before, after = {"state": OPEN}, {"state": CLOSED, "found": has_found} | ({"note": note} if note else {})
    audit.note(session, operator, Action.SIGNAL_CLOSED, "signal", str(signal_id), before=before, after=after, at=now)
    closed = store.get(session, signal_id)
    assert closed is not None
    return _view(closed)


def _held_open(session: Session, signal_id: int) -> SignalRow:
    found = store.lock(session, signal_id)
    if found is None:
        raise _not_there(signal_id)
    _refuse_closed(found)
    return found


def _refuse_closed(found: SignalRow) -> None:
    if found.state == CLOSED:
        by = f"by {found.closed_by}" if found.closed_by else "by itself"
        was = "something was found" if found.has_found else "nothing was found"
        raise Conflict(f"This signal was closed {by}: {was}.")


def _not_there(signal_id: int) -> NotFound:
    return NotFound(f"There is no signal {signal_id}.")


def _checked(note: str) -> str:
    note = note.strip()
    if len(note) > MAX_NOTE or "\x00" in note:
        raise BadRequest(f"Expected a note of at most {MAX_NOTE} characters, got {len(note)}.", "note")
    return note


def _proposal(session: Session, row: SignalRow) -> Proposal | None:
    """What the counts of its shelves say of an item that was not there."""
    if row.state != OPEN or row.item_id is None:
        return None
    rows = [each for each in record.found_since(session, [row.item_id], row.opened_at) if each.at > row.opened_at]
    answer = looking.answered(rows, looking.shelves_of(session, row.item_id))
    return Proposal(*answer) if answer else None


def _view(row: SignalRow) -> SignalView:
    evidence = json.loads(row.evidence)
    return SignalView(
        id=row.id, kind=row.kind, subject=row.subject, title=told.titled(row.kind, row.subject), section=row.section,
        opened_at=row.opened_at, owner=row.owner, state=row.state,
        evidence={**evidence, "words": told.words(row.kind, evidence)}, closed_at=row.closed_at,
        closed_by=row.closed_by or "", has_found=row.has_found, note=row.note, sku=row.sku or "", name=row.name or "",
        supplier=row.supplier or "", is_quiet=row.kind in QUIET,
    )  # fmt: skip
