"""Receiving's part of the spine: gathers what its rules may know of a scan, and lets them decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import LocationKind
from scanner.codes.commands import FINISHING
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.receiving import rules as receiving
from scanner.scans import ledger, tasks
from scanner.scans.decision import ItemName, Opened, Reason, TaskKind, TaskState
from scanner.scans.workflow import Attempt, Judgement, Workflow


def _decide(session: Session, task: Row[Any], attempt: Attempt) -> Judgement:
    """Judge one scan against a receipt."""
    places = catalog.standard_places(session)
    here = attempt.here or places[LocationKind.DOCK]
    code, contents = attempt.code, _contents(session, attempt.code)
    label = labelled = None
    if not contents and not code.command:
        label = catalog.find_location(session, code.keys[-1])
        labelled = None if label else tasks.open_task_labelled(session, TaskKind.RECEIVING, code.keys[-1])
    decision = receiving.decide(
        receiving.Facts(
            task=task.reference,
            is_open=task.state == TaskState.OPEN,
            code=code,
            today=attempt.now.astimezone().date(),
            here=here,
            supplier=places[LocationKind.SUPPLIER],
            quarantine=places[LocationKind.QUARANTINE],
            goods=tuple(_goods(session, task.id, content, attempt) for content in contents),
            label=label,
            labelled=labelled,
            seen=any(ledger.seen(session, mark) for mark in receiving.marks_of(code)),
            quantity=attempt.quantity,
            confirmed=attempt.confirmed,
            short=_short(session, task.id) if code.command in FINISHING else (),
            unlinked=ledger.count_unlinked(session, task.id) if code.command in FINISHING else 0,
        )
    )
    here = label if label and decision.location_id else here
    if len(contents) != 1:
        return Judgement(decision, here=here)
    return Judgement(decision, contents[0].item_id, ItemName(contents[0].sku, contents[0].name), here)


def _contents(session: Session, code: Code) -> tuple[catalog.Content, ...]:
    """What the code stands for: what was announced for the carton, else the item of the barcode."""
    if code.command:
        return ()
    sscc = code.sscc or next((key for key in code.keys if len(key) == 18 and key.isdigit()), None)
    if sscc and (inside := catalog.carton_contents(session, sscc)):
        return inside
    content = catalog.find_content(session, code.keys)
    return (content,) if content else ()


def _goods(session: Session, task_id: int, content: catalog.Content, attempt: Attempt) -> receiving.Goods:
    times = 1 if attempt.code.count is None else attempt.code.count
    units = content.units * attempt.quantity * times
    lines = tuple(receiving.LineFact(*line) for line in tasks.lines_for_item(session, task_id, content.item_id))
    return receiving.Goods(content.item_id, content.name, units, lines, content.parts)


def _over(session: Session, task_id: int, item_id: int) -> tuple[Opened, ...]:
    """What of an item is on a receipt beyond what was ordered."""
    lines = tuple(receiving.LineFact(*line) for line in tasks.lines_for_item(session, task_id, item_id))
    return (Opened(DiscrepancyKind.OVER, item_id, receiving.over_of(lines)),)


def _short(session: Session, task_id: int) -> tuple[receiving.ShortFact, ...]:
    return tuple(
        receiving.ShortFact(row.item_id, row.name, row.expected, row.scanned) for row in tasks.short_items(session, task_id)
    )


WORKFLOW = Workflow(_decide, _over, frozenset({Reason.OVER, Reason.EXPIRED, Reason.UNDONE}))
"""Only these reasons can make an item more, or less, than was ordered."""
