"""Returns as customer service works them down: announced, arrived, graded, late or different."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.discrepancies import owners
from scanner.discrepancies.rules import Cause, unknown_cause
from scanner.discrepancies.service import DiscrepancyRow, discrepancies_of, settle_found
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.returns.facts import unfinished
from scanner.returns.lines import service as returned
from scanner.returns.lines.service import ReturnedLine
from scanner.returns.matching import store as matching
from scanner.returns.office import store
from scanner.returns.office.store import Candidate, EventRow, HeldReturn, ListedReturn
from scanner.returns.refunds import Differs, Refund, difference
from scanner.returns.rules import lacking
from scanner.scans import tasks
from scanner.scans.decision import TaskState
from scanner.scans.evidence import store as evidence

CUSTOMER_SERVICE = "customer service"
"""The owner of every return that no person took."""
FLAGS = ("open", "announced", "arrived", "graded", "overdue", "unannounced", "differs", "handled", "all")
TONES = dict.fromkeys(("overdue", "unannounced", "differs"), "bad") | dict.fromkeys(("graded", "handled"), "good")
"""How flags look; the others are neither."""
MAX_NOTE = 700
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Tag:
    """A word on a return, and how it looks: good, bad, or empty for neither."""

    word: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A flag to choose returns by, how many have it, and whether they are in trouble."""

    flag: str
    returns: int
    is_bad: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done with a return, in words, with a tone (good, bad or wait) and a sign."""

    words: str
    tone: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """A return in the list, in units."""

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
    at_bench: int  # without a grade; of a kit its parts
    differences: int
    flags: tuple[str, ...]

    @property
    def tags(self) -> list[Tag]:
        """Its flags, that it was matched, and its state where it has no flag."""
        tags = [Tag(flag, TONES.get(flag, "")) for flag in self.flags]
        if self.matched_to:
            tags.append(Tag("matched"))
        return tags if self.flags else [*tags, Tag(self.state)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An item as announced and as it came, under any number, in units."""

    sku: str
    name: str
    announced: int
    arrived: int
    differs: Differs | None  # None where it agrees
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPage:
    """The page of one return for customer service."""

    head: ReturnRow
    lines: list[ReturnedLine]
    compared: list[Compared]
    differences: list[DiscrepancyRow]
    events: list[EventRow]
    matched: list[str]  # references of returns that were matched to it
    candidates: list[Candidate]  # announced returns that it may be
    photos: dict[int, list[str]]  # ids, by the arrival whose goods they show

    @property
    def refund(self) -> Refund | None:
        """The refund of the whole return: it may go when it may for each line. None while something waits."""
        words = {line.refund for line in self.lines if line.arrived}
        if not words or None in words:
            return None
        return Refund.NEEDS_DECISION if Refund.NEEDS_DECISION in words else Refund.MAY_GO

    def waits_for(self, item: Compared) -> bool:
        """Whether what lacks of an item may still come."""
        return item.differs == Differs.MISSING and self.head.state != TaskState.FINISHED

    @property
    def next_step(self) -> NextStep:
        """What the page says first of a return that is not closed."""
        if self.refund is None:
            return NextStep("waits for its grade" if self.head.at_bench else "has not come yet", "wait", "scan")
        return NextStep(self.refund, self.refund.tone, "check" if self.refund is Refund.MAY_GO else "bang")


def returns(
    session: Session, flag: str, now: datetime, days: int, *, words: str = "", owner: str | None = None,
    before: int | None = None, limit: int = 50,
) -> list[ReturnRow]:  # fmt: skip
    """Returns of a flag, the newest first. Overdue ones were announced `days` ago; `before` pages by id."""
    rows = store.returns(
        session, flag, _late(now, days), words=words.split()[:8], owner=owner, before=before, limit=limit,
    )  # fmt: skip
    return [_row(row) for row in rows]


def counts(session: Session, now: datetime, days: int) -> dict[str, int]:
    """How many returns each flag has."""
    return store.counts(session, _late(now, days))


def filters(session: Session, now: datetime, days: int) -> list[Filter]:
    """Every flag with its number of returns."""
    found = counts(session, now, days)
    return [Filter(flag, found[flag], TONES.get(flag) == "bad" and found[flag] > 0) for flag in FLAGS]


def return_page(session: Session, reference: str, now: datetime, days: int) -> ReturnPage:
    """One return. Raises NotFound where there is none."""
    found = store.returns(session, "all", _late(now, days), reference=reference, limit=1)
    if not found:
        raise NotFound(f"There is no return {reference}.")
    head = _row(found[0])
    unmatched = not head.announced and head.matched_to is None
    return ReturnPage(
        head=head,
        lines=returned.of_tasks(session, [head.id]),
        compared=compare(session, head.reference) if head.announced else [],
        differences=discrepancies_of(session, head.id),
        events=store.events(session, head.id),
        matched=[row.reference for row in store.matched_to(session, reference)],
        candidates=store.with_items_of(session, head.id, MOST_CANDIDATES) if unmatched else [],
        photos=_photos(session, head.id),
    )


def _photos(session: Session, task_id: int) -> dict[int, list[str]]:
    photos: dict[int, list[str]] = {}
    for row in evidence.of_task(session, task_id):
        photos.setdefault(row.arrival_seq, []).append(row.uuid)
    return photos


def compare(session: Session, reference: str) -> list[Compared]:
    """Announced against arrived, item by item, under any number."""
    found = []
    for each in matching.came(session, [reference]).values():
        differs, by = difference(each.announced, each.arrived)
        if each.announced or each.arrived:
            found.append(
                Compared(
                    sku=each.sku,
                    name=each.name,
                    announced=each.announced,
                    arrived=each.arrived,
                    differs=differs,
                    by=by,
                )
            )
    return found


def note(session: Session, reference: str, text: str, operator: OperatorView, now: datetime) -> None:
    """Keep a note on a return."""
    held = _held(session, reference, operator)
    text = _text(text, MAX_NOTE, "note")
    if not text:
        raise BadRequest("Expected a note, got nothing.", "note")
    store.add_event(session, held.id, "noted", text, operator_id=operator.id, at=now)


def assign(session: Session, reference: str, owner: str, operator: OperatorView, now: datetime) -> None:
    """Hand a return to a person or a desk. Raises BadRequest for one whom the house does not know."""
    held = _held(session, reference, operator)
    owner = owners.checked(session, owner)
    before = held.owner or CUSTOMER_SERVICE
    if owner == before:
        return
    store.change(session, held.id, owner="" if owner == CUSTOMER_SERVICE else owner)
    store.add_event(session, held.id, "handed on", f"from {before} to {owner}", operator_id=operator.id, at=now)


def handle(session: Session, reference: str, *, cause: str, text: str, operator: OperatorView, now: datetime) -> None:
    """Close a return for customer service. Open differences are settled with the cause.

    Raises Conflict while goods wait for a grade or a reason, or while only some came. A second time changes nothing.
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
        settle_found(session, row.id, cause=cause, note=text, operator_id=operator.id, now=now)
    store.change(session, held.id, handled_at=now)
    store.add_event(session, held.id, "handled", text, operator_id=operator.id, at=now)


def _finish_at_the_bench(session: Session, held: HeldReturn, operator: OperatorView, now: datetime) -> None:
    """Finish a return of which something came. Raises Conflict where the bench is not done with it."""
    if held.state != TaskState.OPEN or not any(line.scanned for line in tasks.lines_of(session, held.id)):
        return
    left = unfinished(session, held.id)
    if not left.nothing:
        raise Conflict(f"{held.reference} is still open at the bench. {lacking(left)}. It is finished there first.")
    tasks.close_task(session, held.id, now, operator.id)
    store.add_event(session, held.id, "finished", "all of it came and is graded", operator_id=operator.id, at=now)


def take_up(session: Session, reference: str, operator: OperatorView, now: datetime) -> None:
    """Open a closed return for customer service again."""
    held = _held(session, reference, operator)
    if held.handled_at is not None:
        store.change(session, held.id, handled_at=None)
        store.add_event(session, held.id, "taken up", operator_id=operator.id, at=now)


def settle(
    session: Session, reference: str, *, discrepancy_id: int, cause: str, text: str, operator: OperatorView, now: datetime
) -> None:
    """Settle one discrepancy of a return. Raises NotFound where it is of another."""
    held = _held(session, reference, operator)
    if cause not in set(Cause):
        raise BadRequest(unknown_cause(cause), "cause")
    if discrepancy_id not in {row.id for row in discrepancies_of(session, held.id)}:
        raise NotFound(f"There is no discrepancy {discrepancy_id} on {reference}.")
    settle_found(session, discrepancy_id, cause=cause, note=_text(text, MAX_NOTE, "note"), operator_id=operator.id, now=now)


def in_office(operator: OperatorView) -> bool:
    """Whether this person works for customer service and does not grade."""
    return operator.may(Right.ANNOUNCE_RETURNS) and not operator.may(Right.RETURN)


def labelled(session: Session, code: str) -> str | None:
    """The return of that number, or the only one of that order; None for any other text."""
    label = code.strip()
    found = store.of_label(session, label) if label.isprintable() else []
    return found[0] if len(found) == 1 or label in found[:1] else None


def _held(session: Session, reference: str, operator: OperatorView) -> HeldReturn:
    operator.demand(Right.ANNOUNCE_RETURNS)
    held = store.hold(session, reference)
    if held is None:
        raise NotFound(f"There is no return {reference}.")
    return held


def _text(text: str, longest: int, field: str) -> str:
    """A text that a person typed, checked. The name of an owner has only one line."""
    text = " ".join(text.split()) if field == "owner" else text.strip()
    if len(text) > longest or not all(sign.isprintable() or sign in "\r\n\t" for sign in text):
        raise BadRequest(f"Expected at most {longest} characters that can be printed, got {len(text)}.", field)
    return text


def _late(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _row(row: ListedReturn) -> ReturnRow:
    return ReturnRow(
        id=row.id,
        reference=row.reference,
        order=row.order,
        customer=row.customer,
        state=row.state,
        announced=row.announced,
        matched_to=row.matched_to,
        owner=row.owner or CUSTOMER_SERVICE,
        created_at=row.created_at,
        handled_at=row.handled_at,
        lines=row.lines,
        expected=row.expected,
        arrived=row.arrived,
        at_bench=row.at_bench,
        differences=row.differences,
        flags=row.flags,
    )
