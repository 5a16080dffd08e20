"""What people do with receipts beside scanning: find one, see how far it is, finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.codes.commands import Command
from scanner.codes.reading import parse_code
from scanner.errors import NotFound
from scanner.people.rules import OperatorView
from scanner.scans import ledger, tasks
from scanner.scans.decision import ScanRequest, ScanResult, Source, TaskKind, TaskState
from scanner.scans.linking.service import UnknownScan, unknown_scans
from scanner.scans.opening.service import Choice, Opening
from scanner.scans.record import record_scan, result_of


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """An open receipt in a list: what is due, from whom, how far it is (units met of units expected)."""

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


@dataclass(frozen=True, slots=True)
class TaskHead:
    """What stands over a task's page."""

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
class Progress:
    """Units met of units expected, and lines that are done. What is over adds nothing."""

    expected: int
    scanned: int
    lines: int
    lines_done: int


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a task as a page shows it."""

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
class Touched:
    """What a scan changed on the page."""

    progress: Progress
    lines: list[LineView]


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Everything on the page of a receipt. `known` is what the device may know while it is offline."""

    task: TaskHead
    progress: Progress
    lines: list[LineView]
    last: ScanResult | None
    location: str
    unknown: list[UnknownScan]
    known: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item of which less came than was ordered."""

    sku: str
    name: str
    expected: int
    scanned: int

    @property
    def missing(self) -> int:
        """Units that did not come."""
        return self.expected - self.scanned

    @property
    def untouched(self) -> bool:
        """Nobody scanned any of it: blank, which is not zero."""
        return self.scanned == 0


@dataclass(frozen=True, slots=True)
class Finish:
    """What finishing a task came to. `needs_confirm`: nothing was done yet, since some of it is short, or since
    `unlinked` unknown codes could not count any more; `lacking` says what, where that is more. `uncounted` are a count's
    locations that nobody counted.
    """

    reference: str
    state: str
    short: list[Shortage]
    needs_confirm: bool
    back_order: str | None
    unlinked: int = 0
    lacking: str = ""
    uncounted: tuple[str, ...] = ()


def receipts(session: Session, today: date) -> list[ReceiptRow]:
    """Open receipts, due first."""
    return [_receipt_row(row, today) for row in tasks.open_tasks(session, TaskKind.RECEIVING)]


def open_receipt(session: Session, code: str) -> Opening:
    """The open receipt that a label names: its own number, its ASN, a carton on it, or an item that only one has."""
    parsed = parse_code(code)
    label = parsed.keys[-1]
    if reference := tasks.open_task_labelled(session, TaskKind.RECEIVING, label):
        return Opening(TaskKind.RECEIVING, reference)
    references = _receipts_with_goods(session, parsed.sscc, parsed.keys)
    if len(references) == 1:
        words = f"{references[0]} is open. What opened it is not counted yet: scan it again."
        return Opening(TaskKind.RECEIVING, references[0], message=words, by_goods=True)
    if references:
        choices = [_choice(row) for row in tasks.open_tasks(session, TaskKind.RECEIVING) if row.reference in references]
        words = f"{len(references)} open receipts have this item. Choose one, or scan the order number."
        return Opening(TaskKind.RECEIVING, None, choices, words)
    if tasks.is_task(session, label):
        return Opening(TaskKind.RECEIVING, None, [], f"{label} is not open for receiving.")
    problem = f" ({parsed.problem})" if parsed.problem else ""
    words = f"No open receipt has {label[:40]}{problem}. Scan the order number, or choose from the list."
    return Opening(TaskKind.RECEIVING, None, [], words)


def _choice(row: Row[Any]) -> Choice:
    return Choice(TaskKind.RECEIVING, row.reference, f"{row.partner}, {row.scanned:,} of {row.expected:,}")


def _receipts_with_goods(session: Session, sscc: str | None, keys: tuple[str, ...]) -> list[str]:
    for key in (sscc, *keys):
        if key and (reference := tasks.open_task_with_carton(session, key)):
            return [reference]
    content = catalog.find_content(session, keys)
    return tasks.open_tasks_with_item(session, TaskKind.RECEIVING, content.item_id) if content else []


def receipt_page(session: Session, reference: str, operator_id: int, device: str) -> ReceiptPage:
    """The page of a receipt, for one person on one device. Lines still open come first, the last touched on top."""
    task = _task(session, reference)
    lines = [_line_view(row) for row in tasks.lines_of(session, task.id)]
    last = ledger.last_scan(session, task.id, operator_id, device)
    full = ledger.get_scan(session, last.seq) if last else None
    touched = {tally.line_id for tally in ledger.tallies_of(session, last.seq)} if last else set()
    lines.sort(key=lambda line: (line.id not in touched, line.done))
    return ReceiptPage(
        _head(session, task),
        _progress(session, task.id),
        lines,
        result_of(session, full, task) if full else None,
        last.location_code if last and last.location_code else "DOCK",
        unknown_scans(session, task.id),
        _known(session, task, lines),
    )


def after_scan(session: Session, result: ScanResult) -> Touched:
    """The progress and the lines that a scan touched: all that changes on the page."""
    task = _task(session, result.task)
    touched = {tally.line_id for tally in ledger.tallies_of(session, result.seq)}
    rows = tasks.lines_by_id(session, touched) if touched else []
    return Touched(_progress(session, task.id), [_line_view(row) for row in rows])


def shortages(session: Session, reference: str) -> list[Shortage]:
    """Items of which less came than was ordered, over all lines of the receipt."""
    return _shortages(session, _task(session, reference).id)


def finish(
    session: Session,
    reference: str,
    operator: OperatorView,
    device: str,
    now: datetime,
    *,
    confirm: bool,
    back_order: bool,
) -> Finish:
    """Finish a receipt. What is short must be confirmed; it becomes discrepancies, and a back order where wanted.

    A receipt that is finished already is answered with what it was short of, and nothing is done.
    """
    task = tasks.lock_task(session, reference)
    if task is None or task.kind != TaskKind.RECEIVING:
        raise NotFound(f"There is no receipt {reference}.")
    short = _shortages(session, task.id)
    if task.state == TaskState.FINISHED:
        return Finish(reference, task.state, short, False, tasks.back_order_of(session, task.id))
    unlinked = ledger.count_unlinked(session, task.id)
    if (short or unlinked) and not confirm:
        return Finish(reference, task.state, short, True, None, unlinked)
    code = Command.BACK_ORDER if back_order else Command.DONE
    request = ScanRequest(uuid4(), reference, code, Source.TYPED, now, operator.id, device, confirm=True)
    record_scan(session, request, now)
    return Finish(reference, TaskState.FINISHED, short, False, tasks.back_order_of(session, task.id), unlinked)


def _task(session: Session, reference: str) -> Row[Any]:
    task = tasks.get_task(session, reference)
    if task is None or task.kind != TaskKind.RECEIVING:
        raise NotFound(f"There is no receipt {reference}.")
    return task


def _head(session: Session, task: Row[Any]) -> TaskHead:
    names = tasks.names_around(session, task.id)
    return TaskHead(
        task.reference, task.kind, task.state, task.partner, task.asn, task.due_on, task.finished_at,
        names.finished_by, names.back_order_of, tasks.back_order_of(session, task.id),
    )  # fmt: skip


def _progress(session: Session, task_id: int) -> Progress:
    row = tasks.progress(session, task_id)
    return Progress(int(row.expected), int(row.scanned), row.lines, int(row.lines_done))


def _line_view(row: Row[Any]) -> LineView:
    return LineView(row.id, row.sku, row.name, row.expected, row.scanned)


def _shortages(session: Session, task_id: int) -> list[Shortage]:
    return [Shortage(row.sku, row.name, int(row.expected), int(row.scanned)) for row in tasks.short_items(session, task_id)]


def _receipt_row(row: Row[Any], today: date) -> ReceiptRow:
    overdue = row.due_on is not None and row.due_on < today
    return ReceiptRow(
        row.reference, row.partner, row.asn, row.due_on, row.state, int(row.expected), int(row.scanned), row.lines,
        int(row.lines_done), overdue,
    )  # fmt: skip


def _known(session: Session, task: Row[Any], lines: Sequence[LineView]) -> dict[str, Any]:
    """Lines with the codes that stand for their items: `{"task", "lines": [[id, name, expected, scanned, {code: units}]]}`."""
    codes = catalog.codes_on_task(session, task.id)
    return {
        "task": task.reference,
        "lines": [[line.id, line.name, line.expected, line.scanned, codes.get(line.sku, {}) | {line.sku: 1}] for line in lines],
    }
