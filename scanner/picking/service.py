"""The pages of picking: what a person did last on one of the tasks that never end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.codes.reading import parse_code
from scanner.errors import NotFound
from scanner.picking.rules import Standing
from scanner.scans import ledger, tasks
from scanner.scans.decision import Outcome, ScanResult, TaskKind, TaskState
from scanner.scans.history import store as reports
from scanner.scans.linking.service import UnknownScan, unknown_scans
from scanner.scans.opening.service import Opening
from scanner.scans.record import result_of

RECENT = 6
"""Scans on the page: enough to see what one did, few enough to come with every answer."""


@dataclass(frozen=True, slots=True)
class PickHead:
    """What stands over the page."""

    reference: str
    kind: str
    state: str
    partner: str


@dataclass(frozen=True, slots=True)
class PickLine:
    """One of the last scans: units of an item at a shelf, and who. Negative took them back."""

    seq: int
    at: datetime
    operator: str
    sku: str
    name: str
    units: int
    location: str


@dataclass(frozen=True, slots=True)
class PickPage:
    """Everything on the page of a standing task. `known` holds nothing: what lies where is not for devices to know."""

    task: PickHead
    last: ScanResult | None
    location: str
    recent: list[PickLine]
    unknown: list[UnknownScan]
    known: dict[str, Any]


def open_picking(_session: Session, code: str) -> Opening:
    """The standing task that a label names."""
    label = parse_code(code).keys[-1]
    if label in set(Standing):
        return Opening(TaskKind.PICK, label)
    return Opening(TaskKind.PICK, None, [], f"{label[:40]} is no label of picking: those are {' and '.join(Standing)}.")


def pick_page(session: Session, reference: str, operator_id: int, device: str) -> PickPage:
    """The page of a standing task for one person on one device; it need not be there yet."""
    if reference not in set(Standing):
        raise NotFound(f"There is no task {reference[:40]} of picking.")
    head = PickHead(reference, TaskKind.PICK, TaskState.OPEN, "")
    known = {"task": reference, "lines": []}
    task = tasks.get_task(session, reference)
    if task is None:
        return PickPage(head, None, "", [], [], known)
    last = ledger.last_scan(session, task.id, operator_id, device)
    full = ledger.get_scan(session, last.seq) if last else None
    return PickPage(
        head, result_of(session, full, task) if full else None, (last.location_code or "") if last else "",
        recent(session, reference), unknown_scans(session, task.id), known,
    )  # fmt: skip


def recent(session: Session, reference: str) -> list[PickLine]:
    """What was picked, or could not be, last, by anybody."""
    return [
        PickLine(row.seq, row.received_at, row.operator, row.sku, row.name or "", row.units, row.location or "")
        for row in reports.scans(session, task=reference, limit=RECENT * 2)
        if row.outcome == Outcome.ACCEPTED and row.sku and row.units
    ][:RECENT]
