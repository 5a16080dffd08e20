"""Links an unknown code to its item. What was scanned of it counts without another scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.commands import PREFIX
from scanner.codes.reading import barcode_key, parse_code
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.history import store as history
from scanner.scans.ledger import WaitingScan as Waiting
from scanner.scans.reader import read_goods
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import ItemName, ScanResult
from scanner.scans.workflow import Workflows


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
    """The code and its item. `results` are the earlier scans, counted now.

    `again` are the locations of finished counts that found the code: they are due again.
    """

    code: str
    item: ItemName
    results: list[ScanResult]
    again: tuple[str, ...] = ()


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
    """Link a code to units of an item, and count its earlier scans.

    Raises NotFound (no such item), Conflict (the code stands for something else), BadRequest (it cannot be linked).
    """
    link.operator.demand(Right.LINK_CODES)
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
    waiting = [scan for scan in ledger.unknown_of_key(session, key) if link.operator.may(workflows[scan.kind].right)]
    for reference in sorted({scan.reference for scan in waiting}):
        tasks.lock_task(session, reference)  # all tasks before any stock, as every scan does, against deadlocks
    results = [_count_late(session, scan, link, workflows) for scan in waiting]
    return Linked(key, ItemName(item.sku, item.name), results, again)


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
    if catalogue.find_location(session, parsed.key) or tasks.is_task(session, parsed.key):
        raise Conflict(f"{parsed.key} is the label of a place or a task.", "code")
    return parsed.gtin or barcode_key(parsed.key)


def _count_late(session: Session, scan: Waiting, link: Link, workflows: Workflows) -> ScanResult:
    """Count an earlier scan of a code that was unknown, at the location where its goods went.

    The goods are in, so nothing is held: what is over becomes a discrepancy. The UUID of the new scan follows from that of the
    old one, so that linking twice counts once.
    """
    request = ScanRequest(
        id=uuid5(NAMESPACE_OID, scan.id), task=scan.reference, code=scan.code, source=Source.LINKED,
        scanned_at=scan.scanned_at, operator_id=link.operator.id, device=link.device, quantity=scan.quantity,
        location=scan.location_code, confirm=True, sent_at=scan.scanned_at + (link.now - scan.happened_at),
    )  # fmt: skip
    return record_scan(session, request, link.now, workflows, links=scan.seq)
