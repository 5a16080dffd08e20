"""Picking's part of the spine: gathers what its rules may know of a scan, and lets them decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import LocationKind
from scanner.counting.pulls import service as pulls
from scanner.counting.pulls import store
from scanner.picking import rules as picking
from scanner.picking.rules import Standing
from scanner.scans import tasks
from scanner.scans.decision import Decision, ItemName, Outcome, Reason, Source, TaskKind, TaskState
from scanner.scans.workflow import Attempt, Judgement, Workflow


def standing_task(session: Session, reference: str, now: datetime) -> Row[Any] | None:
    """One of the tasks that never end, made when it is first asked for; None for any other reference."""
    if reference not in set(Standing):
        return None
    tasks.add_task(
        session,
        {"reference": reference, "kind": TaskKind.PICK.value, "state": TaskState.OPEN.value, "created_at": now},
        [],
    )
    return tasks.lock_task(session, reference)


def _decide(session: Session, task: Row[Any], attempt: Attempt) -> Judgement:
    """Judge one scan on a standing task."""
    code = attempt.code
    labelled = code.keys[-1] if code.keys[-1] in set(Standing) else None
    content = None if labelled or code.command else catalog.find_content(session, code.keys)
    label = None if labelled or code.command or content else catalog.find_location(session, code.keys[-1])
    here = attempt.here
    wanted = _wanted(session, task.reference, content, attempt) if content else None
    decision = picking.decide(
        picking.Facts(
            task=task.reference,
            code=code,
            customer=catalog.standard_places(session)[LocationKind.CUSTOMER],
            here=here,
            label=label,
            labelled=labelled,
            wanted=wanted,
            owner=store.owner_at(session, here.id) if here else "",
            typed=1 if attempt.request.source is Source.API else attempt.quantity,
            confirmed=attempt.confirmed,
        )
    )
    here = label if label and decision.location_id else here
    if content is None:
        return Judgement(decision, here=here)
    return Judgement(decision, content.item_id, ItemName(content.sku, content.name), here, also=_also(decision, wanted, attempt))


def _wanted(session: Session, task: str, content: catalog.Content, attempt: Attempt) -> picking.Wanted:
    units = content.units * attempt.quantity * (1 if attempt.code.count is None else attempt.code.count)
    wanted = picking.Wanted(content.item_id, content.name, units, content.parts)
    if task != Standing.SHORT_PICKS or attempt.here is None:
        return wanted
    place = attempt.here.id
    available = tuple((item, _still_available(session, place, item)) for item, _ in wanted.contents)
    return picking.Wanted(content.item_id, content.name, units, content.parts, available)


def _still_available(session: Session, place: int, item_id: int) -> int:
    """What the record calls available there, and nobody has missed yet: the same units are short once."""
    return (store.units_on_shelf(session, place, item_id) or 0) - store.open_short_units(session, place, item_id)


def _also(decision: Decision, wanted: picking.Wanted | None, attempt: Attempt) -> Any:
    """A short pick has the shelf counted, whatever the record says: what is due must not tell that either."""
    if decision.reason is not Reason.SHORT or wanted is None or attempt.here is None:
        return None
    place, at = attempt.here.id, attempt.happened_at

    def pull(session: Session, scan_seq: int) -> None:
        for item_id, _ in wanted.contents:
            pulls.short_pick(session, place, item_id, scan_seq, at)

    return pull


def _undo(session: Session, _task: Row[Any], attempt: Attempt, undone: Row[Any]) -> Judgement | None:
    """A short pick that was found after all; a pick goes back as usual."""
    if undone.reason != Reason.SHORT:
        return None
    names = catalog.names_of(session, undone.item_id, undone.location_id)
    decision = Decision(
        Outcome.ACCEPTED, Reason.UNDONE, f"Taken back: {names.name} is at {names.location} after all.", -undone.units
    )
    return Judgement(decision, undone.item_id, ItemName(names.sku, names.name), attempt.here)


WORKFLOW = Workflow(_decide, undo=_undo)
