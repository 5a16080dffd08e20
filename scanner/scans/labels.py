"""Labels that say more, or less, than which item it is: an element that cannot be read, and a lot without an item."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.scans import held, ledger
from scanner.scans.decision import Decision, Doubt, TaskState, accept, hold_goods, refuse
from scanner.scans.result import Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt
from scanner.words import units_wait


def doubted(session: Session, task: TaskRow, attempt: Attempt, decision: Decision) -> Decision:
    """Hold goods that would count although an element of their label cannot be read. The element is named.

    Who says yes takes them in as the item that was read.
    """
    unreadable = attempt.code.unreadable
    counts = decision.outcome is Outcome.ACCEPTED and decision.units > 0
    if not unreadable or not counts or attempt.confirmed:
        return decision
    waiting = held.units_waiting(session, task.id, attempt.request).get(decision.item_id or 0, ())
    waits = decision.units + dict(waiting).get(Doubt.UNREADABLE, 0)
    name = decision.item.name if decision.item else "The carton"
    named = "; ".join(each.words for each in unreadable)[:200]
    words = f"{name}: {named}. {units_wait(waits)}. Yes takes it in as {name}."
    doubt = hold_goods(decision.reason, Doubt.UNREADABLE, words, units=decision.units, waits=waits)
    return replace(doubt, item_id=decision.item_id, item=decision.item, here=attempt.here)


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
