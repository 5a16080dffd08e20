"""The scans and movements behind a number, with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import SELLABLE
from scanner.codes.reading import parse_code
from scanner.errors import NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import held, ledger, tasks
from scanner.scans.history import store
from scanner.scans.history.store import CodeRow, KitRow, MovementRow, OpenLine, ScanRow
from scanner.scans.ledger import Dismissed
from scanner.scans.reader import read_goods
from scanner.scans.result import ItemName
from scanner.scans.workflow import Workflow, Workflows

MOST_CHANGES = 5_000
"""Most movements that the chart of an item goes back."""
MOST_STEPS = 200
"""Most steps of the chart. Where there are more, each day shows its last."""


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
    """Units of an item on hand from a moment on. `scan_seq` is the scan that changed them, if one did."""

    at: datetime
    units: int
    scan_seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTask:
    """An open task with the item on it, in units. None where nothing is expected that may be told, as on a count."""

    reference: str
    kind: str
    partner: str
    came: int | None
    expected: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """What a page says of an item."""

    sku: str
    name: str
    unit_cost_e4: int
    abc_class: str
    codes: list[CodeRow]
    kit: list[KitRow]
    stock: list[StockRow]
    tasks: list[ItemTask]
    movements: list[MovementRow]  # the last ones
    on_hand: list[OnHand]
    old_skus: list[str]  # that stand for it, too
    retired: bool
    can_make: int | None  # kits that the sellable parts make; None for an item that is not a kit


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One scan, later scans about it, and the movements it caused."""

    scan: ScanRow
    about: list[ScanRow]
    movements: list[MovementRow]
    dismissed: Dismissed | None  # where it was of an unknown code that counts for nothing
    answered_by: int | None  # where it was held: the scan that answered it


def task_scans(
    session: Session, reference: str, workflows: Workflows, by: OperatorView | None, *, before: int | None = None, limit: int = 50
) -> list[ScanRow]:
    """Scans of a task, the newest first; only one's own where those of others are hidden."""
    own = own_only(workflows[kind_of(session, reference, workflows, by)], by)
    return store.scans(session, task=reference, before=before, limit=limit, operator_id=own)


def kind_of(session: Session, reference: str, workflows: Workflows, by: OperatorView | None = None) -> str:
    """The kind of a task. Raises NotFound where there is none for that person."""
    task = tasks.get_task(session, reference)
    if task is None or task.id in workflows[task.kind].visibility.hidden_tasks(session, by):
        raise NotFound(f"There is no task {reference}.")
    return task.kind


def scan_page(session: Session, seq: int, workflows: Workflows, by: OperatorView) -> ScanPage:
    """One scan with its consequences. Raises NotFound where there is none for that person."""
    by.demand(Right.SEE_STOCK)
    found = store.scans(session, seq=seq)
    if not found or not _is_for(session, seq, found[0].task, workflows, by):
        raise NotFound(f"There is no scan {seq}.")
    return ScanPage(
        scan=found[0], about=store.scans_about(session, seq), movements=store.latest_movements(session, scan_seq=seq),
        dismissed=ledger.dismissal_of(session, seq), answered_by=held.answer_of(session, seq),
    )  # fmt: skip


def _is_for(session: Session, seq: int, reference: str, workflows: Workflows, by: OperatorView) -> bool:
    task = tasks.get_task(session, reference)
    assert task is not None
    own = own_only(workflows[task.kind], by)
    return own is None or bool(store.scans(session, seq=seq, operator_id=own))


def own_only(workflow: Workflow, by: OperatorView | None) -> int | None:
    """The person whose scans alone are shown; None for all scans."""
    return by.id if by is not None and workflow.visibility.own_only(by) else None


def movements(session: Session, workflows: Workflows, by: OperatorView, after: int = 0, limit: int = 200) -> list[MovementRow]:
    """Movements by sequence number, after `after`. Raises NotAllowed for a counter while a count is open."""
    by.demand(Right.SEE_STOCK)
    workflows.refuse_stock(session, by)
    return store.movements(session, after=after, limit=limit)


def stock(session: Session, sku: str | None = None) -> list[StockRow]:
    """Units of items at real locations."""
    return [StockRow(row.location, row.sku, row.name, row.units, row.kind in SELLABLE) for row in store.stock(session, sku)]


def item_page(session: Session, sku: str, workflows: Workflows, by: OperatorView, *, now: datetime, days: int) -> ItemPage:
    """The page of an item; `on_hand` is of the last `days`.

    Raises NotFound where there is no such item, NotAllowed for a counter while a count is open.
    """
    by.demand(Right.SEE_STOCK)
    workflows.refuse_stock(session, by)
    item = catalogue.find_item(session, sku)
    if item is None:
        raise NotFound(f"There is no item {sku}.")
    return ItemPage(
        sku=item.sku,
        name=item.name,
        unit_cost_e4=item.unit_cost_e4,
        abc_class=item.abc_class,
        codes=store.item_codes(session, item.id),
        kit=store.kit_relations(session, item.id),
        stock=stock(session, sku),
        tasks=[_open_task(line, workflows) for line in store.open_lines_of_item(session, item.id)],
        movements=store.latest_movements(session, item_id=item.id),
        on_hand=on_hand(session, item.id, now - timedelta(days=days)),
        old_skus=catalogue.old_skus_of(session, item.id),
        retired=catalogue.retired(session, item.id),
        can_make=store.kits_that_can_be_made(session, item.id),
    )


def _open_task(line: OpenLine, workflows: Workflows) -> ItemTask:
    told = workflows[line.kind].brings_goods or line.expected > 0  # a count expects nothing that may be told
    return ItemTask(
        reference=line.reference, kind=line.kind, partner=line.partner,
        came=line.scanned if told else None, expected=line.expected if told else None,
    )  # fmt: skip


def on_hand(session: Session, item_id: int, since: datetime) -> list[OnHand]:
    """Units of an item on hand since `since`, in the order of time. The first is what there was then.

    Computed backwards from the stock, so that the last step is the stock of now.
    """
    units = store.units_on_hand(session, item_id)
    changes = store.changes_of_on_hand(session, item_id, since, MOST_CHANGES)
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
    return store.scans(session, task=task, sku=sku, limit=200)


def scans_by_seq(session: Session, seqs: list[int]) -> list[ScanRow]:
    """These scans, the newest first."""
    return store.scans_by_seq(session, seqs)


def movements_behind(session: Session, task: str, sku: str) -> list[MovementRow]:
    """The movements of an item that a task's scans caused, the newest first."""
    return store.latest_movements(session, task=task, sku=sku, limit=200)


def find_items(session: Session, text: str, limit: int = 20) -> list[ItemName]:
    """Items with all words of `text` in SKU or name; the item of a scanned barcode comes first."""
    found = [ItemName(row.sku, row.name) for row in catalogue.search_items(session, text.split()[:8], limit)]
    goods = read_goods(session, parse_code(text)).only if text.strip().isprintable() and text.strip() else None
    scanned = [goods.named] if goods else []
    return scanned + [item for item in found if item not in scanned]
