"""Gathers what the rules of picking need to know of a scan, and asks them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind, Place
from scanner.discrepancies import store as discrepancies
from scanner.picking import KIND, rules
from scanner.picking.rules import PickTask
from scanner.scans import tasks
from scanner.scans.attempts import Brought, brought_by, with_waiting
from scanner.scans.decision import Decision, TaskState
from scanner.scans.goods import Goods
from scanner.scans.ledger import StoredScan
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt

PICK_TASKS = frozenset(PickTask)


def endless_task(session: Session, reference: str, now: datetime) -> TaskRow | None:
    """A task of picking, made when it is first asked for; None for any other reference."""
    if reference not in PICK_TASKS:
        return None
    tasks.add_task(session, {"reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "created_at": now}, [])
    return tasks.lock_task(session, reference)


def decide(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide one scan on a task of picking."""
    said = attempt.code.keys[-1]
    labelled = said if said in PICK_TASKS else None
    brought = Brought(attempt.code) if labelled else brought_by(session, task.id, attempt)
    is_label = not (labelled or brought.goods or attempt.code.command)
    typed = 1 if attempt.request.source is Source.API else attempt.quantity
    goods = brought.goods
    if typed > rules.MOST_UNASKED and not attempt.confirmed:
        goods = with_waiting(session, task.id, attempt, goods)
    return rules.decide(
        rules.PickScan(
            task=task.reference,
            code=brought.code,
            customer=catalogue.standard_places(session)[LocationKind.CUSTOMER],
            here=attempt.here,
            label=catalogue.find_location(session, said) if is_label else None,
            labelled=labelled,
            goods=goods,
            available=_available(session, task.reference, brought.only, attempt.here),
            owner=catalogue.owner_at(session, attempt.here.id) if attempt.here else "",
            typed=typed,
            confirmed=attempt.confirmed,
        )
    )


def _available(session: Session, task: str, goods: Goods | None, here: Place | None) -> tuple[tuple[int, int], ...]:
    """Units on record at the shelf, less those already short there: the same units are short only once."""
    if task != PickTask.SHORT_PICKS or goods is None or here is None:
        return ()
    return tuple(
        (item_id, catalogue.units_at(session, here.id, item_id) - discrepancies.open_short_units(session, here.id, item_id))
        for item_id, _ in goods.contents
    )


def undo(session: Session, _task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision | None:
    """Take back a short pick. A pick is taken back as usual."""
    if undone.reason != Reason.SHORT:
        return None
    names = catalogue.names_of(session, undone.item_id, undone.location_id)
    return Decision(
        outcome=Outcome.ACCEPTED,
        reason=Reason.UNDONE,
        message=f"Taken back: {names.name} is at {names.location} after all.",
        units=-undone.units,
        item_id=undone.item_id,
        item=item_name(names.sku, names.name),
        here=attempt.here,
    )
