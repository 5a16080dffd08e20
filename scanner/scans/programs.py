"""What other programs ask of tasks of every kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from scanner.catalogue.locations import SELLABLE
from scanner.codes.reading import parse_code
from scanner.db.engine import repeatable
from scanner.errors import BadRequest, NotFound
from scanner.people import tokens
from scanner.people.rules import OperatorView, Right
from scanner.scans import ahead, listings
from scanner.scans import tasks as store
from scanner.scans.history.service import StockRow, own_only
from scanner.scans.listings import ListedLine
from scanner.scans.reader import read_goods
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest
from scanner.scans.result import ItemName, ScanResult
from scanner.scans.tasks import WholeTask
from scanner.scans.waiting import HeldLine, held_lines, held_on
from scanner.scans.workflow import Finish, Start, TaskRequest, Workflows
from scanner.web.contract import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task with its lines."""

    reference: str
    kind: str
    state: str
    partner: str
    asn: str | None
    order: str
    due_on: date | None
    finished_at: datetime | None
    lines: list[ListedLine]
    held: list[HeldLine]


@repeatable(ahead.SCAN_OF_TOKEN)
def record(session: Session, token: str, scan: ScanRequest, now: datetime, workflows: Workflows) -> ScanResult:
    """Record a scan for the operator of the token, who needs the right to scan such tasks."""
    ahead.scan_of_token(session, token, scan)
    operator = tokens.require_operator(session, token)
    ahead.keep_token(session, token, operator.id)
    return record_scan(session, replace(scan, operator_id=operator.id), now, workflows, by=operator)


def tasks(
    session: Session, workflows: Workflows, by: OperatorView, *,
    kind: str | None, state: str | None, limit: int = 100, offset: int = 0,
) -> list[TaskView]:  # fmt: skip
    """Tasks with their lines, the open ones first, without those hidden from the person."""
    by.demand(Right.SEE_TASKS)
    hidden = workflows.hidden_tasks(session, by)
    found = listings.tasks(session, kind=kind, state=state, limit=limit, offset=offset, hidden=hidden)
    lines: dict[int, list[ListedLine]] = {}
    for each, workflow in workflows.items():
        ids = [row.id for row in found if row.kind == each]
        for line in workflow.lines(session, ids, by) if ids else ():
            lines.setdefault(line.task_id, []).append(line)
    held: dict[int, list[HeldLine]] = {}
    for each, workflow in workflows.items():
        ids = [row.id for row in found if row.kind == each]
        held |= held_on(session, ids, own_only(workflow, by)) if ids else {}
    return [_task(row, lines.get(row.id, []), held.get(row.id, [])) for row in found]


def task(session: Session, workflows: Workflows, reference: str, by: OperatorView) -> TaskView:
    """One task with its lines. Raises NotFound where there is none for that person."""
    by.demand(Right.SEE_TASKS)
    return task_view(session, workflows, reference, by)


def task_view(session: Session, workflows: Workflows, reference: str, by: OperatorView) -> TaskView:
    """One task with its lines, for the person who has just begun it."""
    found = shown_task(session, workflows, reference, by)
    return _task(
        found,
        workflows[found.kind].lines(session, [found.id], by),
        held_lines(session, found.id, own_only(workflows[found.kind], by)),
    )


def shown_task(session: Session, workflows: Workflows, reference: str, by: OperatorView) -> WholeTask:
    """A task. Raises NotFound where there is none for that person."""
    found = store.get_task(session, reference)
    if found is None or found.id in workflows[found.kind].visibility.hidden_tasks(session, by):
        raise NotFound(f"There is no task {reference}.", "task")
    return found


def finish(session: Session, asked: TaskRequest, workflows: Workflows) -> Finish:
    """Finish a task of any kind. The answer says what is short or differs, which may have to be confirmed first."""
    found = shown_task(session, workflows, asked.reference, asked.operator)
    workflow = workflows[found.kind]
    if workflow.finish is None:
        raise BadRequest(f"{found.kind.capitalize()} tasks are not available for this.", "kind")
    return workflow.finish(session, asked, workflows)


def start(
    session: Session, workflows: Workflows, start: Start, body: Body, *, operator: OperatorView, now: datetime
) -> tuple[TaskView, bool]:
    """Start a task, and say whether it was not there before."""
    started = start.begin(session, body, operator, now)
    return task_view(session, workflows, started.reference, operator), started.is_new


def stock(
    session: Session, workflows: Workflows, by: OperatorView, *,
    sku: str | None, place: str | None, limit: int = 1000, offset: int = 0,
) -> list[StockRow]:  # fmt: skip
    """Stock at real locations by SKU and location, without those that the person counts now."""
    by.demand(Right.SEE_STOCK)
    hidden = workflows.hidden_places(session, by)
    rows = listings.stock_at(session, sku=sku, place=place, limit=limit, offset=offset, hidden=hidden)
    return [
        StockRow(location=row.location, sku=row.sku, name=row.name, units=row.units, sellable=row.kind in SELLABLE)
        for row in rows
    ]


def item_of(session: Session, text: str, aim: str) -> ItemName | None:
    """The item of a barcode read from a photo; None where it has none."""
    try:
        code = parse_code(text, aim)
    except BadRequest:
        return None
    goods = read_goods(session, code).only
    return goods.named if goods else None


def _task(row: WholeTask, lines: list[ListedLine], held: list[HeldLine]) -> TaskView:
    return TaskView(
        reference=row.reference,
        kind=row.kind,
        state=row.state,
        partner=row.partner,
        asn=row.asn,
        order=row.order_ref,
        due_on=row.due_on,
        finished_at=row.finished_at,
        lines=lines,
        held=held,
    )
