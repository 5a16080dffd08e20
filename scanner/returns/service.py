"""What people do with returns besides scanning: open one, start one without paper, finish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.codes.commands import NO_PAPER, Command
from scanner.codes.reading import parse_code
from scanner.errors import Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.returns import KIND, grades, store
from scanner.returns.facts import lacking_items, unfinished
from scanner.returns.matching import store as matching
from scanner.returns.rules import lacking
from scanner.scans import meanings, tasks
from scanner.scans.choices import Opening, TaskChoice
from scanner.scans.decision import Fate, TaskState
from scanner.scans.reader import read_goods
from scanner.scans.record import answer_all, record_scan
from scanner.scans.result import Outcome
from scanner.scans.tasks import OpenTask
from scanner.scans.waiting import held_lines
from scanner.scans.workflow import Finish, Shortage, TaskRequest, Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReturn:
    """An open return in a list."""

    reference: str
    order: str
    customer: str
    announced: bool
    expected: int
    scanned: int  # units that came of those announced; of a return without paper, all units
    waiting: int  # units without a grade


def returns(session: Session) -> list[OpenReturn]:
    """Open returns, those with goods that wait for a grade first."""
    waiting, open_ones = grades.waiting(session), tasks.open_tasks(session, KIND)
    met = _met_elsewhere(session, open_ones)
    met |= store.came_unannounced(session)
    rows = [_row(row, met.get(row.reference, row.scanned), waiting.get(row.id, 0)) for row in open_ones]
    return sorted(rows, key=lambda row: (not row.waiting, not row.scanned))


def open_return(session: Session, code: str, _operator: OperatorView) -> Opening:
    """The open return of a scanned code: its number, its order, or an item that only one has."""
    parsed = parse_code(code)
    label = parsed.keys[-1]
    if references := store.labelled(session, label):
        return _one_of(session, references, f"{label} has {len(references)} open returns. Choose one, or scan its number.")
    goods = read_goods(session, parsed).only
    references = tasks.open_tasks_with_item(session, KIND, goods.item_id) if goods else []
    if len(references) == 1:
        words = f"{references[0]} is open. What opened it is not counted yet: scan it again."
        return Opening(kind=KIND, reference=references[0], message=words, by_goods=True)
    if references:
        return _one_of(
            session, references, f"{len(references)} open returns have this item. Choose one, or scan the return's number."
        )
    task = tasks.get_task(session, label)
    if task is not None and task.kind == KIND:
        return Opening(kind=KIND, reference=label, message=f"{label} is finished. Tap a line to grade its goods again.")
    problem = f" ({parsed.problem})" if parsed.problem else ""
    words = f"No open return has {label[:40]}{problem}. Is it not announced? Then begin a return without paper."
    return Opening(kind=KIND, message=words)


def is_no_paper(code: str) -> bool:
    """Whether the code begins a return without paper."""
    return code.strip().upper() == NO_PAPER


def start_unannounced(session: Session, operator: OperatorView, now: datetime) -> str:
    """Begin a return without paper and give its reference. Its owner is customer service."""
    operator.demand(Right.RETURN)
    meanings.hold_codes(session)
    values = {
        "reference": _free_reference(session), "kind": KIND, "state": TaskState.OPEN.value, "partner": "",
        "asn": None, "order_ref": "", "due_on": None, "back_order_of": None, "announced": False, "created_at": now,
    }  # fmt: skip
    tasks.add_task(session, values, [])
    reference = str(values["reference"])
    if operator.is_administrator:
        audit.note(session, operator, Action.TASK_STARTED, "task", reference, after={"kind": KIND}, at=now)
    return reference


def _free_reference(session: Session) -> str:
    """The next free number from UN-000001. One with any other meaning is skipped."""
    number = store.number_of_unannounced(session) + 1
    while taken := meanings.owners_of(session, codes := [f"UN-{each:06}" for each in range(number, number + 50)]):
        if free := [code for code in codes if code not in taken]:
            return free[0]
        number += len(codes)
    return codes[0]


MOST_KNOWN = 1_000
"""Returns whose labels a device is told of, those with goods that wait first."""


def labels(rows: list[OpenReturn], reference: str, order: str) -> dict[str, str]:
    """Label -> reference of the return that it opens, for the device. An order with several returns opens none.

    The return of the page is in it, too, to come back to it while offline.
    """
    named = {(row.order, row.reference) for row in rows} | {(order, reference)}
    orders = [label for label, _ in named]
    by_order = {label: one for label, one in named if label and orders.count(label) == 1}
    return by_order | {one: one for _, one in named}


def finish(session: Session, asked: TaskRequest, workflows: Workflows) -> Finish:
    """Finish a return. Goods that did not come and grades without a reason must be confirmed.

    Raises Conflict while goods have no grade. A return that is finished already is only answered.
    """
    asked.operator.demand(workflows[KIND].right)
    task = tasks.lock_task(session, asked.reference)
    if task is None or task.kind != KIND:
        raise NotFound(f"There is no return {asked.reference}.")
    left = unfinished(session, task.id)
    short = [Shortage(each.sku, each.name, each.announced, each.arrived) for each in lacking_items(session, task.id)]
    if task.state == TaskState.FINISHED:
        return Finish(reference=task.reference, state=task.state, short=short)
    waits = held_lines(session, task.id)
    if waits and (asked.held is None or not asked.confirm):
        return Finish(
            reference=task.reference,
            state=task.state,
            short=short,
            needs_confirm=True,
            unlinked=left.unlinked,
            held=waits,
            waits=True,
        )
    if waits and asked.held is Fate.TAKEN:
        raise Conflict(f"{waits[0].name} waits for an answer: say yes and grade it first, or leave it out.", "held")
    if waits:
        answer_all(session, task, asked.answer, asked.now, workflows)
    words = lacking(left)
    if not left.ungraded and words and not asked.confirm:
        return Finish(
            reference=task.reference, state=task.state, short=short, needs_confirm=True, unlinked=left.unlinked, lacking=words
        )
    result = record_scan(session, asked.scan(Command.DONE, confirm=True), asked.now, workflows)
    if result.outcome is not Outcome.ACCEPTED:
        raise Conflict(result.message)
    return Finish(
        reference=task.reference, state=TaskState.FINISHED, short=short, unlinked=left.unlinked, lacking=words
    )  # fmt: skip


def _one_of(session: Session, references: list[str], words: str) -> Opening:
    if len(references) == 1:
        return Opening(kind=KIND, reference=references[0])
    rows = [row for row in returns(session) if row.reference in references]
    return Opening(kind=KIND, choices=[TaskChoice(KIND, row.reference, _detail(row)) for row in rows], message=words)


def _detail(row: OpenReturn) -> str:
    whose = ", ".join(filter(None, (row.customer, row.order))) or "without paper"
    came = f"{row.scanned:,} of {row.expected:,} came" if row.announced else f"{row.scanned:,} came"
    return f"{whose}, {came}"


def _met_elsewhere(session: Session, rows: list[OpenTask]) -> dict[str, int]:
    """Announced units that came, for returns with goods under another number, too."""
    by_id = {row.id: row.reference for row in rows}
    references = {by_id[task_id] for task_id, _ in matching.all_elsewhere(session, by_id)}
    met: dict[str, int] = {}
    for (reference, _), each in matching.came(session, references).items() if references else ():
        met[reference] = met.get(reference, 0) + min(each.arrived, each.announced)
    return met


def _row(row: OpenTask, met: int, waiting: int) -> OpenReturn:
    return OpenReturn(
        reference=row.reference,
        order=row.order_ref,
        customer=row.partner,
        announced=row.announced,
        expected=row.expected,
        scanned=met,
        waiting=waiting,
    )
