"""Customer service's side of returns: what is announced, came, was graded, is late or differs, worked down by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.discrepancies.rules import Cause
from scanner.discrepancies.service import DiscrepancyRow, discrepancies_of, settle_found
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.returns import KIND
from scanner.returns.facts import unfinished
from scanner.returns.lines import service as returned
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.matching import store as matching
from scanner.returns.office import store
from scanner.returns.refunds import Differs, Refund, difference
from scanner.returns.rules import lacking
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.evidence import store as evidence

CUSTOMER_SERVICE = "customer service"
"""Owns every return that nobody took by name."""
FLAGS = ("open", "announced", "arrived", "graded", "overdue", "unannounced", "differs", "handled", "all")
MAX_NOTE, MAX_OWNER = 700, 120


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return in the list, in units. `at_bench` came and is not graded yet (a kit counts its parts)."""

    id: int
    reference: str
    order: str
    customer: str
    state: str
    announced: bool
    matched_to: str | None
    owner: str
    created_at: datetime
    handled_at: datetime | None
    lines: int
    expected: int
    arrived: int
    at_bench: int
    differences: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An item as announced and as it came, under this number or under one that was matched to it, in units."""

    sku: str
    name: str
    announced: int
    arrived: int
    differs: Differs | None
    by: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """What somebody did with a return."""

    at: datetime
    operator: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An announced return that waits for `units` of what came without a word."""

    reference: str
    order: str
    customer: str
    units: int


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """All that customer service is told of one return. `photos` are ids, by the arrival whose goods they show."""

    head: ReturnRow
    lines: list[ReturnedLine]
    compared: list[Compared]
    differences: list[DiscrepancyRow]
    events: list[EventRow]
    matched: list[str]
    candidates: list[Candidate]
    photos: dict[int, list[str]]

    @property
    def refund(self) -> Refund | None:
        """One word for all of it: a refund may go when it may for each graded line; None while something waits."""
        words = {line.refund for line in self.lines if line.arrived}
        if not words or None in words:
            return None
        return Refund.NEEDS_DECISION if Refund.NEEDS_DECISION in words else Refund.MAY_GO


def returns(
    session: Session, flag: str, now: datetime, days: int, *, words: str = "", owner: str | None = None,
    before: int | None = None, limit: int = 50,
) -> list[ReturnRow]:  # fmt: skip
    """Returns of a flag, the newest first; those announced `days` ago and not here are overdue. `before` pages by number."""
    rows = store.returns(
        session, flag, _late(now, days), words=words.split()[:8], owner=owner, before=before, limit=limit,
    )  # fmt: skip
    return [_row(row) for row in rows]


def counts(session: Session, now: datetime, days: int) -> dict[str, int]:
    """How many returns there are by flag."""
    return store.counts(session, _late(now, days))


def return_page(session: Session, reference: str, now: datetime, days: int) -> ReturnPage:
    """One return; NotFound where there is none."""
    found = store.returns(session, "all", _late(now, days), reference=reference, limit=1)
    if not found:
        raise NotFound(f"There is no return {reference}.")
    head = _row(found[0])
    lines = returned.of_tasks(session, [head.id])
    lonely = not head.announced and head.matched_to is None
    return ReturnPage(
        head, lines, compare(session, head.reference) if head.announced else [],
        discrepancies_of(session, head.id),
        [EventRow(row.at, row.operator, row.action, row.detail) for row in store.events(session, head.id)],
        [row.reference for row in store.matched_to(session, reference)],
        [Candidate(row.reference, row.order_ref, row.partner, int(row.units)) for row in store.with_items_of(session, head.id, 5)]
        if lonely else [],
        _photos(session, head.id),
    )  # fmt: skip


def _photos(session: Session, task_id: int) -> dict[int, list[str]]:
    photos: dict[int, list[str]] = {}
    for row in evidence.of_task(session, task_id):
        photos.setdefault(row.arrival_seq, []).append(row.uuid)
    return photos


def compare(session: Session, reference: str) -> list[Compared]:
    """Item by item what was announced on a return against all that came for it."""
    found = []
    for each in matching.came(session, [reference]).values():
        differs, by = difference(each.announced, each.arrived)
        if each.announced or each.arrived:
            found.append(Compared(each.sku, each.name, each.announced, each.arrived, differs, by))
    return found


def note(session: Session, reference: str, text: str, operator: OperatorView, now: datetime) -> None:
    """Keep what somebody found out."""
    held = _held(session, reference, operator)
    text = _text(text, MAX_NOTE, "note")
    if not text:
        raise BadRequest("Expected a note, got nothing.", "note")
    store.add_event(session, held.id, now, operator.id, "noted", text)


def assign(session: Session, reference: str, owner: str, operator: OperatorView, now: datetime) -> None:
    """Hand a return to somebody, by name."""
    held = _held(session, reference, operator)
    owner = _text(owner, MAX_OWNER, "owner")
    if not owner:
        raise BadRequest("Expected the name of the new owner, got nothing.", "owner")
    before = held.owner or CUSTOMER_SERVICE
    if owner == before:
        return
    store.change(session, held.id, owner="" if owner == CUSTOMER_SERVICE else owner)
    store.add_event(session, held.id, now, operator.id, "handed on", f"from {before} to {owner}")


def handle(session: Session, reference: str, cause: str, text: str, operator: OperatorView, now: datetime) -> None:
    """Customer service has nothing more to do with a return. What differs is settled with the cause that was found.

    The bench needs nothing more of it then, either. Raises Conflict while goods of it wait for a grade or a reason, or are
    still to come after others. A second time changes nothing.
    """
    held = _held(session, reference, operator)
    if held.handled_at is not None:
        return
    if (waiting := store.at_bench(session, reference)) > 0:
        raise Conflict(f"{waiting:,} of {reference} wait for a grade: it is not done before they have one.")
    _finish_at_the_bench(session, held, operator, now)
    text = _text(text, MAX_NOTE, "note")
    open_ones = [row for row in discrepancies_of(session, held.id) if row.state == "open"]
    if open_ones and cause not in set(Cause):
        raise BadRequest(f"Expected the cause of what differs, out of: {', '.join(Cause)}.", "cause")
    for row in open_ones:
        settle_found(session, row.id, cause, text, operator.id, now)
    store.change(session, held.id, handled_at=now)
    store.add_event(session, held.id, now, operator.id, "handled", text)


def _finish_at_the_bench(session: Session, held: Row[Any], operator: OperatorView, now: datetime) -> None:
    """A return of which something came is finished with it, where the bench has nothing left to do but to say so."""
    if held.state != TaskState.OPEN or not any(line.scanned for line in tasks.lines_of(session, held.id)):
        return
    left = unfinished(session, held.id)
    if not left.nothing:
        raise Conflict(f"{held.reference} is still open at the bench. {lacking(left)}. It is finished there first.")
    tasks.close_task(session, held.id, now, operator.id)
    store.add_event(session, held.id, now, operator.id, "finished", "all of it came and is graded")


def take_up(session: Session, reference: str, operator: OperatorView, now: datetime) -> None:
    """A return that was handled is worked on again."""
    held = _held(session, reference, operator)
    if held.handled_at is not None:
        store.change(session, held.id, handled_at=None)
        store.add_event(session, held.id, now, operator.id, "taken up")


def settle(
    session: Session, reference: str, discrepancy_id: int, cause: str, text: str, operator: OperatorView, now: datetime
) -> None:
    """Settle one thing that differs on a return: those are customer service's own."""
    held = _held(session, reference, operator)
    if cause not in set(Cause):
        raise BadRequest(f"Expected a cause out of: {', '.join(Cause)}; got {cause[:40]!r}.", "cause")
    if discrepancy_id not in {row.id for row in discrepancies_of(session, held.id)}:
        raise NotFound(f"There is no discrepancy {discrepancy_id} on {reference}.")
    settle_found(session, discrepancy_id, cause, _text(text, MAX_NOTE, "note"), operator.id, now)


def in_office(operator: OperatorView) -> bool:
    """Whether returns are this person's to work down, and not to grade."""
    return operator.may(Right.ANNOUNCE_RETURNS) and not operator.may(Right.RETURN)


def labelled(session: Session, code: str) -> str | None:
    """The return of that number, or the only one of that order."""
    label = code.strip()
    found = store.of_label(session, label) if label.isprintable() else []
    return found[0] if len(found) == 1 or label in found[:1] else None


def require_office(operator: OperatorView) -> None:
    """Only who may announce returns works them down."""
    if not operator.may(Right.ANNOUNCE_RETURNS):
        raise NotAllowed(f"{operator.name} may not {Right.ANNOUNCE_RETURNS}.")


def _held(session: Session, reference: str, operator: OperatorView) -> Row[Any]:
    """The whole row of a return, held to the end of the transaction."""
    require_office(operator)
    held = tasks.lock_task(session, reference)
    if held is None or held.kind != KIND:
        raise NotFound(f"There is no return {reference}.")
    row = tasks.get_task(session, reference)
    assert row is not None
    return row


def _text(text: str, longest: int, field: str) -> str:
    """What a person typed, on one line or several, without what a database refuses."""
    text = " ".join(text.split()) if field == "owner" else text.strip()
    if len(text) > longest or not all(sign.isprintable() or sign in "\r\n\t" for sign in text):
        raise BadRequest(f"Expected at most {longest} characters that can be printed, got {len(text)}.", field)
    return text


def _late(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _row(row: Row[Any]) -> ReturnRow:
    marks = tuple(name for name in FLAGS if name not in ("open", "all") and getattr(row, f"is_{name}"))
    return ReturnRow(
        row.id, row.reference, row.order_ref, row.partner, row.state, row.announced, row.matched_to,
        row.owner or CUSTOMER_SERVICE, row.created_at, row.handled_at, int(row.lines), int(row.expected), int(row.arrived),
        int(row.at_bench), int(row.differences), marks,
    )  # fmt: skip
