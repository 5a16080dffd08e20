"""What is behind a number: the scans and movements that made it, down to who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import SELLABLE
from scanner.errors import NotFound
from scanner.people.rules import OperatorView
from scanner.scans import tasks
from scanner.scans.history import store as reports
from scanner.scans.workflow import Workflow, Workflows

MOST_CHANGES = 5_000
"""How far back a picture of what was on hand is folded."""
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan as the record has it. `scanned_at` is the device's clock, `received_at` the server's."""

    seq: int
    id: str
    task: str
    operator: str
    device: str
    code: str
    source: str
    quantity: int
    scanned_at: datetime
    received_at: datetime
    outcome: str
    reason: str
    message: str
    sku: str | None
    name: str | None
    units: int
    location: str | None
    lot: str | None
    expiry: date | None
    serial: str | None
    confirms: int | None
    undoes: int | None
    links: int | None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """Units of an item from one location to another: by whom, when, and caused by which scan or adjustment."""

    seq: int
    at: datetime
    sku: str
    name: str
    units: int
    source: str
    target: str
    operator: str | None
    scan_seq: int | None
    task: str | None
    cause: str


@dataclass(frozen=True, slots=True)
class StockRow:
    """Units of an item at a location."""

    location: str
    sku: str
    name: str
    units: int
    sellable: bool


@dataclass(frozen=True, slots=True)
class OnHand:
    """Units of an item at all real locations from a moment on; `scan_seq` is the scan that made it so, where one did."""

    at: datetime
    units: int
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Where an item is, what stands for it, which open tasks have it, its last movements, and what was on hand when.

    `can_make`: how many of a kit its sellable parts make; None of what is no kit.
    """

    sku: str
    name: str
    unit_cost_e4: int
    abc_class: str
    codes: list[tuple[str, int]]
    kit: list[tuple[str, str, str, int]]
    stock: list[StockRow]
    tasks: list[tuple[str, str, str, int, int]]
    movements: list[MovementRow]
    on_hand: list[OnHand]
    can_make: int | None


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One scan, later scans about it, and the movements it caused."""

    scan: ScanRow
    about: list[ScanRow]
    movements: list[MovementRow]


def task_scans(
    session: Session, reference: str, workflows: Workflows, by: OperatorView | None, *, before: int | None = None, limit: int = 50
) -> list[ScanRow]:
    """Scans of a task, the newest first; one's own alone where others' are not for that person."""
    own = _own_only(workflows[kind_of(session, reference, workflows, by)], by)
    return [_scan(row) for row in reports.scans(session, task=reference, before=before, limit=limit, operator_id=own)]


def kind_of(session: Session, reference: str, workflows: Workflows, by: OperatorView | None = None) -> str:
    """The kind of a task; NotFound where there is none for that person."""
    task = tasks.get_task(session, reference)
    if task is None or task.id in workflows[task.kind].sight.hidden_tasks(session, by):
        raise NotFound(f"There is no task {reference}.")
    return task.kind


def scan_page(session: Session, seq: int, workflows: Workflows, by: OperatorView | None = None) -> ScanPage:
    """One scan and what follows from it; NotFound where there is none for that person."""
    found = reports.scans(session, seq=seq)
    if not found or not _is_for(session, seq, found[0].reference, workflows, by):
        raise NotFound(f"There is no scan {seq}.")
    about = [_scan(row) for row in reports.scans_about(session, seq)]
    return ScanPage(_scan(found[0]), about, [_movement(row) for row in reports.latest_movements(session, scan_seq=seq)])


def _is_for(session: Session, seq: int, reference: str, workflows: Workflows, by: OperatorView | None) -> bool:
    task = tasks.get_task(session, reference)
    assert task is not None
    own = _own_only(workflows[task.kind], by)
    return own is None or bool(reports.scans(session, seq=seq, operator_id=own))


def _own_only(workflow: Workflow, by: OperatorView | None) -> int | None:
    """Whose scans alone are shown to a person; None for everybody's."""
    return by.id if by is not None and workflow.sight.own_only(by) else None


def movements(session: Session, after: int = 0, limit: int = 200) -> list[MovementRow]:
    """Movements by sequence number from `after` on."""
    return [_movement(row) for row in reports.movements(session, after=after, limit=limit)]


def stock(session: Session, sku: str | None = None) -> list[StockRow]:
    """Units of items at real locations."""
    return [_stock(row) for row in reports.stock(session, sku)]


def item_page(session: Session, sku: str, now: datetime, days: int) -> ItemPage:
    """Everything that a page says of an item; `on_hand` is of the last `days`."""
    item = catalog.find_item(session, sku)
    if item is None:
        raise NotFound(f"There is no item {sku}.")
    return ItemPage(
        item.sku, item.name, item.unit_cost_e4, item.abc_class,
        [tuple(row) for row in reports.item_codes(session, item.id)],
        [tuple(row) for row in reports.kit_relations(session, item.id)],
        stock(session, sku),
        [tuple(row) for row in reports.open_lines_of_item(session, item.id)],
        [_movement(row) for row in reports.latest_movements(session, sku=sku)],
        on_hand(session, item.id, now - timedelta(days=days)),
        reports.kits_that_can_be_made(session, item.id),
    )  # type: ignore[arg-type] # fmt: skip


def on_hand(session: Session, item_id: int, since: datetime) -> list[OnHand]:
    """Units of an item at real locations from `since` on, in time; the first is what there was then.

    Folded backwards from the counters, so that the end is what every other page says. Where there are many changes, each
    day keeps its last.
    """
    units = reports.units_on_hand(session, item_id)
    changes = reports.changes_of_on_hand(session, item_id, since, MOST_CHANGES)
    steps = []
    for row in changes:
        steps.append(OnHand(row.at, units, row.scan_seq))
        units -= row.units
    steps.reverse()
    if len(steps) < MOST_CHANGES:
        steps.insert(0, OnHand(since, units, None))
    return steps if len(steps) <= MOST_STEPS else list({step.at.date(): step for step in steps}.values())


def scans_behind(session: Session, task: str, sku: str) -> list[ScanRow]:
    """The scans of an item on a task, the newest first."""
    return [_scan(row) for row in reports.scans(session, task=task, sku=sku, limit=200)]


def scans_by_seq(session: Session, seqs: list[int]) -> list[ScanRow]:
    """These scans, the newest first."""
    return [_scan(row) for row in reports.scans_by_seq(session, seqs)]


def movements_behind(session: Session, task: str, sku: str) -> list[MovementRow]:
    """The movements of an item that a task's scans caused, the newest first."""
    return [_movement(row) for row in reports.latest_movements(session, task=task, sku=sku, limit=200)]


def _scan(row: Row[Any]) -> ScanRow:
    return ScanRow(
        row.seq, row.id, row.reference, row.operator, row.device, row.code, row.source, row.quantity, row.scanned_at,
        row.received_at, row.outcome, row.reason, row.message, row.sku, row.name, row.units, row.location, row.lot,
        row.expiry, row.serial, row.confirms, row.undoes, row.links,
    )  # fmt: skip


def _movement(row: Row[Any]) -> MovementRow:
    return MovementRow(
        row.seq,
        row.at,
        row.sku,
        row.name,
        row.units,
        row.source,
        row.target,
        row.operator,
        row.scan_seq,
        row.reference,
        row.cause,
    )


def _stock(row: Row[Any]) -> StockRow:
    return StockRow(row.location, row.sku, row.name, row.units, row.kind in SELLABLE)
