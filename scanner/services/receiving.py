"""What people do with receipts beside scanning: find one, see how far it is, link a code, finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from sqlalchemy import Row
from sqlmodel import Session

from scanner.domain.codes import barcode_key, parse_code
from scanner.domain.commands import Command
from scanner.domain.errors import BadRequest, Conflict, NotFound
from scanner.domain.people import RIGHT_TO_SCAN, OperatorView
from scanner.domain.scans import ItemName, ScanRequest, ScanResult, Source, TaskKind, TaskState
from scanner.services.scanning import record_scan, result_of
from scanner.store import catalog, ledger, tasks


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
class Opening:
    """The receipt that a code opens; or, where several could be meant, those; or why none."""

    reference: str | None
    choices: list[ReceiptRow]
    message: str = ""


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
class UnknownScan:
    """A code that no item had when it was scanned, how often, and when last; `item` is what has it by now."""

    seq: int
    code: str
    times: int
    at: datetime
    operator: str
    item: ItemName | None


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
    """What finishing a receipt came to. `needs_confirm`: nothing was done yet, since some of it is short, or since
    `unlinked` unknown codes could not count any more.
    """

    reference: str
    state: str
    short: list[Shortage]
    needs_confirm: bool
    back_order: str | None
    unlinked: int = 0


@dataclass(frozen=True, slots=True)
class Linked:
    """A code now stands for an item; `results` are the earlier scans of it, counted late."""

    code: str
    item: ItemName
    results: list[ScanResult]


def receipts(session: Session, today: date) -> list[ReceiptRow]:
    """Open receipts, due first."""
    return [_receipt_row(row, today) for row in tasks.open_tasks(session, TaskKind.RECEIVING)]


def open_receipt(session: Session, code: str, today: date) -> Opening:
    """The open receipt that a label names: its own number, its ASN, a carton on it, or an item that only one has."""
    parsed = parse_code(code)
    label = parsed.keys[-1]
    if reference := tasks.open_task_labelled(session, TaskKind.RECEIVING, label):
        return Opening(reference, [])
    references = _receipts_with_goods(session, parsed.sscc, parsed.keys)
    if len(references) == 1:
        return Opening(references[0], [], f"{references[0]} is open. What opened it is not counted yet: scan it again.")
    if references:
        choices = [row for row in receipts(session, today) if row.reference in references]
        return Opening(None, choices, f"{len(references)} open receipts have this item. Choose one, or scan the order number.")
    if tasks.is_task(session, label):
        return Opening(None, [], f"{label} is not open for receiving.")
    problem = f" ({parsed.problem})" if parsed.problem else ""
    return Opening(None, [], f"No open receipt has {label[:40]}{problem}. Scan the order number, or choose from the list.")


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


def unknown_codes(session: Session, reference: str) -> list[UnknownScan]:
    """Codes on a receipt that still wait for their item."""
    return unknown_scans(session, _task(session, reference).id)


def unknown_scans(session: Session, task_id: int) -> list[UnknownScan]:
    """Codes on a task that were unknown when scanned and have not counted since."""
    found = []
    for row in ledger.unlinked_unknown(session, task_id):
        content = catalog.find_content(session, parse_code(row.code).keys)
        item = ItemName(content.sku, content.name) if content else None
        found.append(UnknownScan(row.seq, row.key, row.times, row.received_at, row.operator, item))
    return found


def link_code(session: Session, code: str, sku: str, units: int, operator: OperatorView, device: str, now: datetime) -> Linked:
    """Have a code stand for `units` of an item, and count the scans of it that were refused as unknown.

    Raises NotFound (no such item), Conflict (the code stands for something else), BadRequest (no code for an item).
    """
    item = catalog.find_item(session, sku.strip())
    if item is None:
        raise NotFound(f"There is no item {sku}.", "sku")
    if not 1 <= units <= 100_000:
        raise BadRequest(f"Expected 1 to 100,000 units a scan, got {units}.", "units")
    key = _linkable(session, code)
    owner = catalog.find_content(session, (key,))
    if owner is None:
        catalog.add_barcode(session, key, item.id, units)
    elif owner.item_id != item.id:
        raise Conflict(f"{key} already stands for {owner.name} ({owner.sku}).", "code")
    waiting = ledger.unknown_of_key(session, key) if operator.may(RIGHT_TO_SCAN[TaskKind.RECEIVING]) else []
    for reference in sorted({scan.reference for scan in waiting}):
        tasks.lock_task(session, reference)  # all of them before any stock, as every scan does
    results = [_count_late(session, scan, operator, device, now) for scan in waiting]
    return Linked(key, ItemName(item.sku, item.name), results)


def find_items(session: Session, text: str, limit: int = 20) -> list[ItemName]:
    """Items whose SKU or name has the words of `text`, the one whose barcode it is first; without words, the first ones."""
    found = [ItemName(row.sku, row.name) for row in catalog.search_items(session, text.split()[:8], limit)]
    content = catalog.find_content(session, parse_code(text).keys) if text.strip().isprintable() and text.strip() else None
    scanned = [ItemName(content.sku, content.name)] if content else []
    return scanned + [item for item in found if item not in scanned]


def _linkable(session: Session, code: str) -> str:
    """The key under which a code may be linked; not what is another kind of label."""
    parsed = parse_code(code)
    if parsed.command:
        raise BadRequest(f"{code} is a command, no item's code.", "code")
    if parsed.sscc and not parsed.gtin:
        raise BadRequest("This is the number of one carton: link the items that are in it.", "code")
    if parsed.problem:
        raise BadRequest(f"This code cannot be linked: {parsed.problem}.", "code")
    if catalog.find_location(session, parsed.key) or tasks.is_task(session, parsed.key):
        raise Conflict(f"{parsed.key} is the label of a place or a task.", "code")
    return parsed.gtin or barcode_key(parsed.key)


def _count_late(session: Session, scan: Row[Any], operator: OperatorView, device: str, now: datetime) -> ScanResult:
    """Count a scan of a code that was unknown, as if the item had been known: at the place where the goods were put.

    The goods are in already, so what would be held is taken in with its discrepancy. The new scan's id follows from the
    old one's, so that linking twice counts once.
    """
    request = ScanRequest(
        uuid5(NAMESPACE_OID, scan.id), scan.reference, scan.code, Source.LINKED, scan.scanned_at, operator.id, device,
        quantity=scan.quantity, location=scan.location_code, confirm=True,
        sent_at=scan.scanned_at + (now - scan.happened_at),
    )  # fmt: skip
    return record_scan(session, request, now, links=scan.seq)


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
