"""Links an unknown code to its item. What was scanned of it counts without another scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.commands import PREFIX
from scanner.codes.reading import barcode_key, parse_code
from scanner.errors import BadRequest, CodeTaken, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, meanings, tasks
from scanner.scans.history import store as history
from scanner.scans.ledger import WaitingScan as Waiting
from scanner.scans.reader import read_goods
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import ItemName, ScanResult
from scanner.scans.workflow import Workflows

SCANNED_AGAIN = "the same goods scanned again"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownScan:
    """A code that had no item when it was scanned, with how often and when last. `item` has it by now."""

    seq: int
    code: str
    times: int
    at: datetime
    operator: str
    item: ItemName | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The code and its item. `results` are the earlier scans that count now, `dismissed` how many do not.

    `again` are the locations of finished counts that found the code: they are due again.
    """

    code: str
    item: ItemName
    results: list[ScanResult]
    dismissed: int = 0
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierScan:
    """A scan of the code that has not counted: when, who, and how many times."""

    at: datetime
    operator: str
    quantity: int


@dataclass(frozen=True, slots=True)
class EarlierScans:
    """The scans of the code on one open task, the oldest first."""

    reference: str
    scans: tuple[EarlierScan, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the first `shown` scans on a task count. The others of them were the same goods scanned again."""

    reference: str
    shown: int
    counts: int


def unknown_codes(session: Session, reference: str) -> list[UnknownScan]:
    """Codes on a task that still wait for their item."""
    task = tasks.get_task(session, reference)
    if task is None:
        raise NotFound(f"There is no task {reference}.")
    return unknown_scans(session, task.id)


def unknown_scans(session: Session, task_id: int) -> list[UnknownScan]:
    """Codes of a task that were unknown when scanned and have not counted since."""
    found = []
    for row in ledger.unlinked_unknown(session, task_id):
        goods = read_goods(session, parse_code(row.code)).only
        item = goods.named if goods else None
        found.append(
            UnknownScan(seq=row.seq, code=row.key, times=row.times, at=row.received_at, operator=row.operator, item=item)
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a person says: a code stands for `units` of an item."""

    sku: str
    units: int
    operator: OperatorView
    device: str
    now: datetime
    shares: tuple[Share, ...] = ()  # of the tasks where the code was scanned more than once


def link_scan(session: Session, reference: str, seq: int, link: Link, workflows: Workflows) -> Linked:
    """Link the code of a scan on a task. Raises as `link_code`, and NotFound where the task has no such scan."""
    link.operator.demand(Right.LINK_CODES)
    return link_code(session, code_of(session, reference, seq), link, workflows)


def code_of(session: Session, reference: str, seq: int) -> str:
    """The code of a scan on a task. Raises NotFound where the task has no such scan."""
    scans = history.scans(session, task=reference, seq=seq)
    if not scans:
        raise NotFound(f"There is no scan {seq} on {reference}.")
    return scans[0].code


def link_code(session: Session, code: str, link: Link, workflows: Workflows) -> Linked:
    """Link a code to units of an item, and count as many of its earlier scans as the person says.

    Raises NotFound (no such item), Conflict (the code stands for something else), BadRequest (it cannot be linked, or of
    several scans nobody said how many count).
    """
    link.operator.demand(Right.LINK_CODES)
    meanings.hold_codes(session)
    item = catalogue.find_item(session, link.sku.strip())
    if item is None:
        raise NotFound(f"There is no item {link.sku}.", "sku")
    if not 1 <= link.units <= 100_000:
        raise BadRequest(f"Expected 1 to 100,000 units a scan, got {link.units}.", "units")
    key = _linkable(session, code)
    again: tuple[str, ...] = ()
    owner = catalogue.find_content(session, (key,))
    if owner is None:
        catalogue.add_barcode(session, key, item.id, link.units)
        again = _due_again(session, workflows, key, item.id, link.now)
    elif owner.item_id != item.id:
        raise Conflict(f"{key} already stands for {owner.name} ({owner.sku}).", "code")
    for reference in sorted({scan.reference for scan in ledger.unknown_of_key(session, key)}):
        tasks.lock_task(session, reference)  # all tasks before any stock, as every scan does, against deadlocks
    waiting = [scan for scan in ledger.unknown_of_key(session, key) if link.operator.may(workflows[scan.kind].right)]
    count, drop = _shared_out(waiting, link.shares)
    ledger.dismiss(session, [scan.seq for scan in drop], operator_id=link.operator.id, at=link.now, reason=SCANNED_AGAIN)
    results = [_count_late(session, scan, link, workflows) for scan in count]
    return Linked(key, ItemName(item.sku, item.name), results, len(drop), again)


def open_items(session: Session, reference: str) -> list[ItemName]:
    """What a task still waits for: a code that nobody knows is likeliest of that. A count waits for nothing."""
    task = tasks.get_task(session, reference)
    lines = tasks.lines_of(session, task.id) if task else []
    return list(dict.fromkeys(ItemName(line.sku, line.name) for line in lines if line.scanned < line.expected))


def earlier_scans(session: Session, reference: str, seq: int, operator: OperatorView, workflows: Workflows) -> list[EarlierScans]:
    """The scans of a code that would count once it is linked, by task; those of the task itself come first."""
    key = parse_code(code_of(session, reference, seq)).key
    found: dict[str, list[EarlierScan]] = {reference: []}
    for scan in ledger.unknown_of_key(session, key):
        if operator.may(workflows[scan.kind].right):
            found.setdefault(scan.reference, []).append(EarlierScan(scan.happened_at, scan.operator, scan.quantity))
    return [EarlierScans(task, tuple(scans)) for task, scans in found.items() if scans]


def dismiss_code(
    session: Session, reference: str, seq: int, why: str, *, by: OperatorView, now: datetime, workflows: Workflows
) -> int:
    """Dismiss an unknown code on a task, such as a misread, and give how many scans of it count for nothing now.

    Raises NotFound where the task has no such scan, BadRequest without a reason.
    """
    by.demand(Right.LINK_CODES)
    if not why.strip():
        raise BadRequest("Expected why the code is no goods, got nothing.", "reason")
    key = parse_code(code_of(session, reference, seq)).key
    task = tasks.lock_task(session, reference)
    if task is not None:
        by.demand(workflows[task.kind].right)
    seqs = [scan.seq for scan in ledger.unknown_of_key(session, key) if scan.reference == reference]
    ledger.dismiss(session, seqs, operator_id=by.id, at=now, reason=why.strip())
    return len(seqs)


def _shared_out(waiting: list[Waiting], shares: tuple[Share, ...]) -> tuple[list[Waiting], list[Waiting]]:
    """The scans that count, and those that do not. What a person was not shown waits on.

    Nobody can tell a second try from a second carton: of several scans on one task a person says how many count.
    """
    said = {share.reference: share for share in shares}
    count: list[Waiting] = []
    drop: list[Waiting] = []
    for reference in dict.fromkeys(scan.reference for scan in waiting):
        there = [scan for scan in waiting if scan.reference == reference]
        if shares and reference not in said:
            continue  # scanned there since the person was asked
        share = said.get(reference) or Share(reference, 1, 1)
        if reference not in said and len(there) > 1:
            words = f"{there[0].code[:40]} was scanned {len(there)} times on {reference}: say how many of them count."
            raise BadRequest(words, "counts")
        if not 0 <= share.counts <= share.shown:
            raise BadRequest(f"Expected 0 to {share.shown} scans of {reference} that count, got {share.counts}.", "counts")
        count += there[: share.counts]
        drop += there[share.counts : share.shown]
    return count, drop


def _due_again(session: Session, workflows: Workflows, key: str, item_id: int, now: datetime) -> tuple[str, ...]:
    """Locations that are due to be counted again, now that the code has an item."""
    found = (each.linked(session, key, item_id, now) for each in workflows.followers if each.linked is not None)
    return tuple(place for places in found for place in places)


def _linkable(session: Session, code: str) -> str:
    """The key of a code that may be linked. Raises for commands, cartons, locations and tasks."""
    parsed = parse_code(code)
    if parsed.command or parsed.key.upper().startswith(PREFIX):
        raise BadRequest(f"{code} is a command, no item's code.", "code")
    if parsed.sscc and not parsed.gtin:
        raise BadRequest("This is the number of one carton: link the items that are in it.", "code")
    if parsed.problem:
        raise BadRequest(f"This code cannot be linked: {parsed.problem}.", "code")
    if catalogue.find_location(session, parsed.key) or tasks.is_task(session, parsed.key) or tasks.is_label(session, parsed.key):
        raise CodeTaken(parsed.key, "code")
    if meanings.owners_of(session, {parsed.key}, but=("items", "old SKUs", "barcodes")):  # a badge, also of who has left
        raise CodeTaken(parsed.key, "code")
    return parsed.gtin or barcode_key(parsed.key)


def _count_late(session: Session, scan: Waiting, link: Link, workflows: Workflows) -> ScanResult:
    """Count an earlier scan of a code that was unknown, at the location where its goods went, by the same rules as any scan.

    The UUID of the new scan follows from that of the old one, so that linking twice counts once.
    """
    request = ScanRequest(
        id=uuid5(NAMESPACE_OID, scan.id), task=scan.reference, code=scan.code, source=Source.LINKED,
        scanned_at=scan.scanned_at, operator_id=link.operator.id, device=link.device, quantity=scan.quantity,
        location=scan.location_code, sent_at=scan.scanned_at + (link.now - scan.happened_at),
    )  # fmt: skip
    return record_scan(session, request, link.now, workflows, links=scan.seq)
