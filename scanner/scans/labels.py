"""Labels that say more, or less, than which item it is, and quantities that nobody means."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.scans import held, ledger, tasks
from scanner.scans.decision import Decision, Doubt, TaskState, accept, hold_goods, refuse
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt
from scanner.words import shortened, units_wait

MOST_UNASKED = 1_000
"""A larger quantity that a person gave is likely a slip, or the barcode of something else."""


def doubted(session: Session, task: TaskRow, attempt: Attempt, decision: Decision) -> Decision:
    """Hold goods that would count, where an element of their label cannot be read, or a person gave a very large quantity.

    A quantity is not asked about where as many are expected: more than that is held anyway.
    """
    counts = decision.outcome is Outcome.ACCEPTED and decision.units > 0
    if not counts or attempt.confirmed:
        return decision
    if attempt.code.unreadable:
        named = "; ".join(each.words for each in attempt.code.unreadable)[:200]
        return _held(session, task, attempt, decision, Doubt.UNREADABLE, named)
    if attempt.quantity > MOST_UNASKED and attempt.request.source is not Source.API and not _was_expected(decision):
        return _held(session, task, attempt, decision, Doubt.LARGE, f"{attempt.quantity:,} at once")
    return decision


def _was_expected(decision: Decision) -> bool:
    return decision.line is not None and decision.line.expected is not None


def _held(session: Session, task: TaskRow, attempt: Attempt, decision: Decision, doubt: Doubt, why: str) -> Decision:
    waiting = held.units_waiting(session, task.id, attempt.request).get(decision.item_id or 0, ())
    waits = decision.units + dict(waiting).get(doubt, 0)
    name = decision.item.name if decision.item else "The carton"
    words = f"{name}: {why}. {units_wait(waits)}. Yes, if that is right."
    held_goods = hold_goods(decision.reason, doubt, words, units=decision.units, waits=waits)
    return replace(held_goods, item_id=decision.item_id, item=decision.item, here=attempt.here)


def of_last_item(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """A label with a lot or a date and no item is the second one of the goods that were scanned before it."""
    code, request = attempt.code, attempt.request
    parts = (("lot", code.lot), ("expiry", code.expiry), ("serial", code.serial))
    said = " and ".join(f"{what} {value}" for what, value in parts if value) or "the label"
    last = ledger.undoable_scan(session, task.id, request.operator_id, request.device) if task.state == TaskState.OPEN else None
    if last is None or last.item_id is None:
        words = f"This label has no item, only {said}. Scan the item first, then this."
        return replace(refuse(Reason.UNEXPECTED, words), here=attempt.here)
    names = catalogue.names_of(session, last.item_id, None)
    item = item_name(names.sku, names.name)
    if code.expiry is not None and code.expiry < attempt.now.astimezone().date():
        words = f"{names.name} expired on {code.expiry}, and {last.units:,} of it counted as good just now: undo that."
        return replace(
            refuse(Reason.EXPIRED, words), here=attempt.here, item_id=last.item_id, item=item, handles=last.handles or last.seq
        )
    words = f"{names.name}: {said} noted for the {last.units:,} scanned before."
    done = accept(Reason.COUNTED, words)
    return replace(done, here=attempt.here, item_id=last.item_id, item=item, handles=last.handles or last.seq)


def of_another_task(session: Session, attempt: Attempt, decision: Decision) -> Decision:
    """A label of another task is no unknown code, which somebody would be asked to link."""
    label = attempt.code.text
    if decision.reason is not Reason.UNKNOWN or not (tasks.is_task(session, label) or tasks.is_label(session, label)):
        return decision
    words = f"{shortened(label)} is the label of another task: open that one first. Nothing was counted."
    return replace(decision, reason=Reason.UNEXPECTED, message=words)
