"""Open receipts and the page of each, for the receiver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from scanner.errors import NotFound
from scanner.receiving import KIND
from scanner.receiving.finish import shortages_of
from scanner.scans import ledger, tasks
from scanner.scans.ledger import UnknownCode
from scanner.scans.record import last_result
from scanner.scans.result import ScanResult
from scanner.scans.tasks import OpenTask, Progress, TaskLine, WholeTask
from scanner.scans.waiting import HeldLine, held_lines
from scanner.scans.workflow import Shortage

MOST_KNOWN = 1_000
"""Lines and labels that the device is told of, those that are open or due first. It knows them offline; the server knows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """An open receipt in a list, with units that came of those expected."""

    reference: str
    partner: str
    asn: str | None
    due_on: date | None
    state: str
    expected: int
    scanned: int
    lines: int
    lines_done: int
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHead:
    """The head of the page of a receipt."""

    reference: str
    kind: str
    state: str
    partner: str
    asn: str | None
    due_on: date | None
    finished_at: datetime | None
    finished_by: str | None
    back_order_of: str | None
    back_order: str | None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt on its page."""

    id: int
    sku: str
    name: str
    expected: int
    scanned: int

    @property
    def done(self) -> bool:
        """Nothing more is to come."""
        return self.scanned >= self.expected

    @property
    def over(self) -> int:
        """Units more than expected."""
        return max(self.scanned - self.expected, 0)


@dataclass(frozen=True, slots=True)
class ReceiptChanges:
    """What scans changed on the page."""

    progress: Progress
    lines: list[ReceiptLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """Everything on the page of a receipt."""

    task: ReceiptHead
    progress: Progress
    lines: list[ReceiptLine]
    last: ScanResult | None
    location: str
    unknown: list[UnknownCode]
    known: dict[str, Any]  # for the device while it is offline


def receipts(session: Session, today: date) -> list[ReceiptRow]:
    """Open receipts, due first."""
    return [_receipt_row(row, today) for row in tasks.open_tasks(session, KIND)]


def labels(named: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Label -> reference of the receipt that it opens, for the device, from (reference, ASN). An ASN of several opens none."""
    orders = dict(named)
    times = Counter(orders.values())
    by_asn = {asn: order for order, asn in orders.items() if asn and times[asn] == 1}
    return by_asn | {order: order for order in orders}


def receipt_page(session: Session, reference: str, operator_id: int, device: str) -> ReceiptPage:
    """The page of a receipt for one person on one device. Open lines come first, the last scanned on top."""
    task = _task(session, reference)
    lines = [_line_view(row) for row in tasks.lines_of(session, task.id)]
    last = ledger.last_scan(session, task.id, operator_id, device)
    touched = {tally.line_id for tally in ledger.tallies_of(session, last.seq)} if last else set()
    lines.sort(key=lambda line: (line.id not in touched, line.done))
    return ReceiptPage(
        task=_head(session, task),
        progress=tasks.progress(session, task.id),
        lines=lines,
        last=last_result(session, task.id, task.reference, task.kind, operator_id, device),
        location=last.location_code if last and last.location_code else "DOCK",
        unknown=ledger.unlinked_unknown(session, task.id),
        known=_known(session, task, lines[:MOST_KNOWN]),
    )


def after_scan(session: Session, result: ScanResult) -> ReceiptChanges:
    """The progress, and the lines that a scan changed."""
    task = _task(session, result.task)
    touched = {tally.line_id for tally in ledger.tallies_of(session, result.seq)}
    rows = tasks.lines_by_id(session, touched) if touched else []
    return ReceiptChanges(tasks.progress(session, task.id), [_line_view(row) for row in rows])


def changed_lines(session: Session, reference: str, lines: Collection[int]) -> ReceiptChanges:
    """The progress, and these lines as they are now."""
    task = _task(session, reference)
    rows = tasks.lines_by_id(session, lines) if lines else []
    return ReceiptChanges(tasks.progress(session, task.id), [_line_view(row) for row in rows])


def shortages(session: Session, reference: str) -> list[Shortage]:
    """Items of which less came than was ordered, summed over the lines of the receipt."""
    return shortages_of(session, _task(session, reference).id)


def waits(session: Session, reference: str) -> list[HeldLine]:
    """What waits for an answer on a receipt."""
    return held_lines(session, _task(session, reference).id)


def _task(session: Session, reference: str) -> WholeTask:
    task = tasks.of_kind(session, reference, KIND)
    if task is None:
        raise NotFound(f"There is no receipt {reference}.")
    return task


def _head(session: Session, task: WholeTask) -> ReceiptHead:
    names = tasks.names_around(session, task.id)
    return ReceiptHead(
        reference=task.reference,
        kind=task.kind,
        state=task.state,
        partner=task.partner,
        asn=task.asn,
        due_on=task.due_on,
        finished_at=task.finished_at,
        finished_by=names.finished_by,
        back_order_of=names.back_order_of,
        back_order=tasks.back_order_of(session, task.id),
    )


def _line_view(row: TaskLine) -> ReceiptLine:
    return ReceiptLine(row.id, row.sku, row.name, row.expected, row.scanned)


def _receipt_row(row: OpenTask, today: date) -> ReceiptRow:
    return ReceiptRow(
        reference=row.reference,
        partner=row.partner,
        asn=row.asn,
        due_on=row.due_on,
        state=row.state,
        expected=row.expected,
        scanned=row.scanned,
        lines=row.lines,
        lines_done=row.lines_done,
        overdue=row.due_on is not None and row.due_on < today,
    )


def _known(session: Session, task: WholeTask, lines: Sequence[ReceiptLine]) -> dict[str, Any]:
    """What the device keeps for offline use: `{"task", "lines": [[id, name, expected, scanned, {code: units}]]}`."""
    codes = tasks.codes_on_task(session, task.id)
    return {
        "task": task.reference,
        "lines": [[line.id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}] for line in lines],
    }
