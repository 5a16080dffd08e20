"""Labels that say more, or less, than which item it is, and quantities that nobody means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.people import store as people
from scanner.scans import held, ledger, tasks
from scanner.scans.answering import asks
from scanner.scans.decision import Decision, Doubt, Fate, TaskState, accept, hold_goods, refuse
from scanner.scans.goods import marks_of
from scanner.scans.ledger import LastScan, StoredScan
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.undo import as_usual
from scanner.scans.workflow import Attempt, Workflow, Workflows, no_endless_task
from scanner.words import day, shortened, units_wait

MOST_UNASKED = 1_000
"""A larger quantity that a person gave is likely a slip, or the barcode of something else."""


_BRINGS_GOODS = frozenset(
    {
        Reason.COUNTED,
        Reason.COMPLETE,
        Reason.OVER,
        Reason.UNEXPECTED,
        Reason.EXPIRED,
        Reason.PICKED,
        Reason.SHORT,
        Reason.TAKEN,
    }
)


def doubted(session: Session, task: TaskRow, attempt: Attempt, decision: Decision) -> Decision:
    """Hold goods that would count, where an element of their label cannot be read, or a person gave a very large quantity.

    A quantity is not asked about where as many are expected. Goods that are held for another reason only name the element.
    """
    unreadable = "; ".join(each.words for each in attempt.code.unreadable)[:200]
    if decision.doubt and unreadable:
        return replace(decision, message=f"{decision.message} Not read: {unreadable}.")
    counts = decision.outcome is Outcome.ACCEPTED and decision.units > 0 and decision.reason in _BRINGS_GOODS
    if not counts or attempt.confirmed:
        return decision
    if unreadable:
        return _held(session, task, attempt, decision, Doubt.UNREADABLE, unreadable)
    if attempt.quantity > MOST_UNASKED and attempt.request.source is not Source.API and not _was_expected(decision):
        return _held(session, task, attempt, decision, Doubt.LARGE, f"{attempt.quantity:,} is a lot")
    return decision


def _was_expected(decision: Decision) -> bool:
    return decision.reason in (Reason.COUNTED, Reason.COMPLETE) and bool(decision.line and decision.line.expected is not None)


def _held(session: Session, task: TaskRow, attempt: Attempt, decision: Decision, doubt: Doubt, why: str) -> Decision:
    waiting = held.units_waiting(session, task.id, attempt.request).get(decision.item_id or 0, ())
    waits = decision.units + dict(waiting).get(doubt, 0)
    name = decision.item.name if decision.item else "The carton"
    words = f"{name}: {why}. {units_wait(waits)}. Is that right?"
    held_goods = hold_goods(decision.reason, doubt, words, units=decision.units, waits=waits)
    return replace(held_goods, item_id=decision.item_id, item=decision.item, here=attempt.here or decision.here)


def of_last_item(
    session: Session, task: TaskRow, attempt: Attempt, workflow: Workflow, before: LastScan | None
) -> tuple[Decision, int | None]:
    """The decision about a label with a lot or a date and no item, and the scan that it takes back, if any.

    It is the second label of the goods whose own was scanned just before it.
    """
    last = ledger.get_scan(session, before.seq) if before else None
    if task.state != TaskState.OPEN or last is None or last.item_id is None or not _brought(last):
        return _alone(attempt, f"This label has no item, only {_said(attempt)}. Scan the item first, then this."), None
    code, arrival = attempt.code, last.handles or last.seq
    names = catalogue.names_of(session, last.item_id, None)
    about: dict[str, Any] = {"item_id": last.item_id, "item": item_name(names.sku, names.name)}
    if code.count and code.count > 1:
        words = f"{names.name}: this label counts {code.count:,} and names no item, so only {last.units:,} counted."
        return replace(_alone(attempt, f"{words} Undo that, and give the quantity with the item."), **about), None
    marks = marks_of(replace(code, keys=(last.key,), of_last=False))
    if any(ledger.seen(session, mark) for mark in marks):
        words = f"{names.name}: serial {code.serial} is in already, and exists once. Undo the item."
        return replace(_alone(attempt, words, Reason.DUPLICATE), **about), None
    if code.expiry and code.expiry < attempt.now.astimezone().date():
        if workflow.holds_expired and last.units > 0:
            held_goods = _held_as_expired(session, task, attempt, last, workflow)
            return held_goods, last.seq if last.outcome == Outcome.ACCEPTED else None
        words = f"{names.name}: {_said(attempt)} noted. It is past its date."
    else:
        words = f"{names.name}: {_said(attempt)} noted for the {max(last.units, 1):,} scanned before."
    done = replace(accept(Reason.COUNTED, words), here=attempt.here, marks=marks, marks_of=arrival, **about)
    return replace(done, handles=arrival if last.outcome == Outcome.ACCEPTED else None), None


def _brought(last: StoredScan) -> bool:
    """Whether a scan was of goods, or of another label of theirs."""
    return (last.outcome == Outcome.HELD and last.reason in _BRINGS_GOODS) or (
        last.outcome == Outcome.ACCEPTED and (last.units > 0 or last.reason == Reason.COUNTED)
    )


def _said(attempt: Attempt) -> str:
    parts = (("lot", attempt.code.lot), ("expiry", day(attempt.code.expiry)), ("serial", attempt.code.serial))
    return " and ".join(f"{what} {value}" for what, value in parts if value) or "a count"


def _alone(attempt: Attempt, words: str, reason: Reason = Reason.UNEXPECTED) -> Decision:
    return replace(refuse(reason, words), here=attempt.here)


def _held_as_expired(session: Session, task: TaskRow, attempt: Attempt, last: StoredScan, workflow: Workflow) -> Decision:
    """The goods counted, or waited, before their date was known: they wait for an answer as any that are past it."""
    back = as_usual(session, task, attempt, last, workflow)
    if last.outcome == Outcome.HELD:
        back = replace(back, counts=(), moves=(), answers=(last.seq,), answer=Fate.ASIDE)
    waiting = held.units_waiting(session, task.id, attempt.request).get(last.item_id or 0, ())
    waits = last.units + dict(waiting).get(Doubt.EXPIRED, 0)
    name = back.item.name if back.item else "The carton"
    words = f"{name} expired on {day(attempt.code.expiry)}: {units_wait(waits)}. Yes puts it where such goods go."
    return replace(
        back, outcome=Outcome.HELD, reason=Reason.EXPIRED, doubt=Doubt.EXPIRED, message=words, units=last.units, waits=waits
    )  # fmt: skip


def of_another_task(
    session: Session, task: TaskRow, attempt: Attempt, decision: Decision, workflows: Workflows, before: LastScan | None
) -> Decision:
    """A label of another task is no unknown code, which somebody would be asked to link: it leads to that task.

    Nothing is counted or put down by that. A question that is open is answered first, or it would be forgotten.
    """
    label = attempt.code.text
    if decision.reason is not Reason.UNKNOWN:
        return decision
    is_label = tasks.is_task(session, label) or tasks.is_label(session, label)
    other = _opened_by(session, label, attempt, workflows, is_label=is_label)
    if other is None and not is_label:
        return decision
    if other is None or other == task.reference or asks(before):
        first = "answer what was asked" if asks(before) else "open that one"
        words = f"{shortened(label)} is the label of another task: {first} first. Nothing was counted."
        return replace(decision, reason=Reason.UNEXPECTED, message=words)
    on = replace(accept(Reason.LOCATED, f"Going on with {other}."), here=attempt.here, opens=other)
    return replace(on, handles=_in_hand(before))


def _in_hand(before: LastScan | None) -> int | None:
    """The arrival that stays in hand: the scan before, if that was one, or what that was about."""
    if before is None:
        return None
    return before.handles or (before.seq if before.outcome == Outcome.ACCEPTED else None)


def _opened_by(session: Session, label: str, attempt: Attempt, workflows: Workflows, *, is_label: bool) -> str | None:
    """The open task whose own label it is, of the kinds that the person may scan. One without an end needs not be there yet."""
    person = people.person(session, attempt.request.operator_id) if attempt.links is None else None
    for each in workflows.values():
        if person is None or not person.may(each.right) or not (is_label or each.endless is not no_endless_task):
            continue
        found = each.open(session, label, person)
        if found.reference and not found.by_goods:
            return found.reference
    return None
