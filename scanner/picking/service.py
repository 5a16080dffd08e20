"""The page of a task of picking, for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from scanner.codes.reading import parse_code
from scanner.errors import NotFound
from scanner.people.rules import OperatorView
from scanner.picking import KIND
from scanner.picking.rules import PickTask
from scanner.scans import ledger, tasks
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.history import store as reports
from scanner.scans.ledger import UnknownCode
from scanner.scans.record import last_result
from scanner.scans.result import Outcome, ScanResult

RECENT = 6
"""How many of the last scans the page shows. They come with every answer."""


@dataclass(frozen=True, slots=True)
class PickHead:
    """The head of the page."""

    reference: str
    kind: str
    state: str
    partner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLine:
    """One of the last scans. Negative units were taken back."""

    seq: int
    at: datetime
    operator: str
    sku: str
    name: str
    units: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPage:
    """Everything on the page of a task of picking."""

    task: PickHead
    last: ScanResult | None
    location: str
    recent: list[PickLine]
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device; empty, since it must not know the stock


def open_picking(_session: Session, code: str, _operator: OperatorView) -> Opening:
    """The task of picking of a scanned label."""
    label = parse_code(code).keys[-1]
    if label in set(PickTask):
        return Opening(kind=KIND, reference=label)
    return Opening(kind=KIND, message=f"{label[:40]} is not a label of picking: those are {' and '.join(PickTask)}.")


def pick_page(session: Session, reference: str, operator_id: int, device: str) -> PickPage:
    """The page of a task of picking for one person on one device. The task need not exist yet."""
    if reference not in set(PickTask):
        raise NotFound(f"There is no task {reference[:40]} of picking.")
    head = PickHead(reference, KIND, TaskState.OPEN, "")
    known = {"task": reference, "lines": []}
    task = tasks.get_task(session, reference)
    if task is None:
        return PickPage(task=head, last=None, location="", recent=[], unknown=[], known=known)
    last = ledger.last_scan(session, task.id, operator_id, device)
    return PickPage(
        task=head,
        last=last_result(session, task.id, task.reference, task.kind, operator_id, device),
        location=(last.location_code or "") if last else "",
        recent=recent(session, reference),
        unknown=ledger.unlinked_unknown(session, task.id),
        known=known,
    )


def recent(session: Session, reference: str) -> list[PickLine]:
    """The last picks or short picks, by anybody."""
    return [
        PickLine(
            seq=row.seq, at=row.received_at, operator=row.operator, sku=row.sku, name=row.name or "", units=row.units,
            location=row.location or "",
        )
        for row in reports.scans(session, task=reference, limit=RECENT * 2)
        if row.outcome == Outcome.ACCEPTED and row.sku and row.units
    ][:RECENT]  # fmt: skip
