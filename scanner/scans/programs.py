"""What other programs ask, of tasks of every kind alike: the workflow is looked up, and so is whether the person may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.catalogue import store as catalog
from scanner.catalogue.locations import SELLABLE
from scanner.codes.reading import parse_code
from scanner.counting import blind as counting_blind
from scanner.counting import service as counting
from scanner.errors import BadRequest, NotAllowed, NotFound
from scanner.people import tokens
from scanner.people.rules import RIGHT_TO_SCAN, OperatorView, Right
from scanner.receiving import service as receiving
from scanner.returns import service as returns
from scanner.scans import listings
from scanner.scans import record as scanning
from scanner.scans.decision import ItemName, ScanRequest, ScanResult, TaskKind
from scanner.scans.history.service import StockRow


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a task, in units. `expected` is None where the count is blind."""

    sku: str
    name: str
    location: str | None
    expected: int | None
    scanned: int


@dataclass(frozen=True, slots=True)
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
    lines: list[LineView]


Finisher = Callable[..., receiving.Finish]
FINISHERS: dict[str, Finisher] = {
    TaskKind.RECEIVING: receiving.finish,
    TaskKind.COUNT: counting.finish,
    TaskKind.RETURN: returns.finish,
}
"""How a task of a kind is finished: (session, reference, operator, device, now, *, confirm, back_order)."""

Starter = Callable[[Session, str, OperatorView, datetime], str]
STARTERS: dict[str, Starter] = {TaskKind.COUNT: counting.start}
"""How a program starts a task of a kind: (session, section, operator, now) -> reference."""

RIGHT_TO_START = {TaskKind.COUNT: Right.START_COUNTS}


def record(session: Session, token: str, scan: ScanRequest, now: datetime) -> ScanResult:
    """Record a scan in the name of the token's operator, who may scan such tasks."""
    operator = tokens.require_operator(session, token)
    return scanning.record_scan(session, replace(scan, operator_id=operator.id), now, operator)


def tasks(
    session: Session, kind: str | None, state: str | None, limit: int = 100, offset: int = 0, by: OperatorView | None = None
) -> list[TaskView]:
    """Tasks with their lines, the open ones first; to who counts, neither recounts of the person's own nor others' counts."""
    found = listings.tasks(session, kind, state, limit, offset, counting_blind.hidden_tasks(session, by))
    lines: dict[int, list[Row[Any]]] = {}
    for line in listings.lines(session, [row.id for row in found], counting_blind.own_only(TaskKind.COUNT, by)):
        lines.setdefault(line.task_id, []).append(line)
    return [_task(row, lines.get(row.id, [])) for row in found]


def task(session: Session, reference: str, by: OperatorView | None = None) -> TaskView:
    """One task with its lines; NotFound where there is none, or none for that person."""
    found = listings.task(session, reference)
    if found is None or counting_blind.is_hidden(session, found, by):
        raise NotFound(f"There is no task {reference}.", "task")
    return _task(found, listings.lines(session, [found.id], counting_blind.own_only(found.kind, by)))


def finish(
    session: Session, reference: str, operator: OperatorView, device: str, now: datetime, *, confirm: bool, back_order: bool
) -> receiving.Finish:
    """Finish a task of any kind; what is short or varies is in the answer, and may have to be confirmed first."""
    found = task(session, reference, operator)
    _check(operator, found.kind)
    finisher = _workflow(FINISHERS, found.kind)
    return finisher(session, reference, operator, device, now, confirm=confirm, back_order=back_order)


def start(session: Session, kind: str, section: str, operator: OperatorView, now: datetime) -> TaskView:
    """Start a task of a kind that programs may start."""
    if kind not in RIGHT_TO_START:
        raise BadRequest(f"Expected one of {', '.join(RIGHT_TO_START)}, got {kind!r}: other tasks are imported.", "kind")
    if not operator.may(RIGHT_TO_START[TaskKind(kind)]):
        raise NotAllowed(f"{operator.name} may not {RIGHT_TO_START[TaskKind(kind)]}.")
    return task(session, _workflow(STARTERS, kind)(session, section, operator, now), operator)


def stock(
    session: Session, sku: str | None, place: str | None, limit: int = 1000, offset: int = 0, by: OperatorView | None = None
) -> list[StockRow]:
    """Units of items at real locations, by SKU and location; not where that person counts now."""
    rows = listings.stock_at(session, sku, place, limit, offset, counting_blind.hidden_places(session, by))
    return [StockRow(row.location, row.sku, row.name, row.units, row.kind in SELLABLE) for row in rows]


def item_of(session: Session, text: str, aim: str) -> ItemName | None:
    """The item that a reading stands for, None when it stands for none, or for something else."""
    try:
        code = parse_code(text, aim)
    except BadRequest:
        return None
    found = catalog.find_content(session, code.keys)
    return ItemName(found.sku, found.name) if found else None


def _check(operator: OperatorView, kind: str) -> None:
    right = RIGHT_TO_SCAN[TaskKind(kind)]
    if not operator.may(right):
        raise NotAllowed(f"{operator.name} may not {right}.")


def _workflow(table: dict[str, Any], kind: str) -> Any:
    if kind not in table:
        raise BadRequest(f"{kind.capitalize()} tasks are not available for this.", "kind")
    return table[kind]


def _task(row: Row[Any], lines: list[Row[Any]]) -> TaskView:
    blind = row.kind == TaskKind.COUNT
    return TaskView(
        row.reference, row.kind, row.state, row.partner, row.asn, row.order_ref, row.due_on, row.finished_at,
        [LineView(line.sku, line.name, line.location, None if blind else line.expected, line.scanned) for line in lines],
    )  # fmt: skip
