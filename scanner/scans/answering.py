"""The answers to what waits: CMD-CONFIRM is the only yes, CMD-LEAVE the no. A question is answered before goods.

A scan is a label that somebody saw. The same code again is another unit, never a yes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from scanner.codes.reading import parse_code
from scanner.scans import held
from scanner.scans.attempts import brought_by
from scanner.scans.decision import Decision, Effect, Fate, accept, refuse
from scanner.scans.held import Waiting
from scanner.scans.ledger import LastScan
from scanner.scans.result import ItemName, Outcome, Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt, Workflow
from scanner.words import plural, some, units_wait

QUESTIONS = frozenset({Reason.SHORT, Reason.LOCATED})
"""Reasons of held scans that ask something and bring no goods: to finish, to count a shelf again, where goods go."""


def asks(before: LastScan | None) -> bool:
    """Whether the last scan asked a question that is not answered yet."""
    return before is not None and before.outcome == Outcome.HELD and before.reason in QUESTIONS


def answering(attempt: Attempt, before: LastScan) -> Attempt:
    """The yes to a question: the scan that asked, now confirmed."""
    return replace(attempt, code=parse_code(before.key), quantity=before.quantity, confirmed=True, confirms=before.seq)


def yes_to(attempt: Attempt, group: tuple[Waiting, ...]) -> Attempt:
    """The yes to held scans of one item. Of several dates the earliest stands for all."""
    code = replace(parse_code(group[-1].code), expiry=min((each.expiry for each in group if each.expiry), default=None))
    return replace(attempt, code=code, quantity=1, confirmed=True, confirms=group[-1].seq, yes_to=group)


def decide_yes(
    session: Session, task: TaskRow, attempt: Attempt, group: tuple[Waiting, ...], workflow: Workflow
) -> tuple[Attempt, Decision]:
    """The yes, and the decision about it. The goods go to where they were scanned; the person stays where they are.

    A carton or serial number that came in meanwhile is put aside, and does not keep out the others.
    """
    at = attempt if attempt.request.location is not None else replace(attempt, here=group[-1].place or attempt.here)
    fresh = group
    decision = workflow.decide(session, task, yes_to(at, group))
    if decision.reason is Reason.DUPLICATE and len(group) > 1:
        fresh = tuple(each for each in group if not _came_since(session, task, at, each, workflow)) or group
        decision = workflow.decide(session, task, yes_to(at, fresh))
    yes = yes_to(attempt, fresh)
    aside = tuple(each.seq for each in group if each not in fresh)
    decision = answered(replace(decision, here=attempt.here or decision.here), yes)
    return yes, replace(decision, aside=aside) if decision.answers else decision


def _came_since(session: Session, task: TaskRow, at: Attempt, waiting: Waiting, workflow: Workflow) -> bool:
    return workflow.decide(session, task, yes_to(at, (waiting,))).reason is Reason.DUPLICATE


def answered(decision: Decision, attempt: Attempt) -> Decision:
    """The decision about a yes, and what it answers. What turned out to be in already is put aside."""
    seqs = tuple(each.seq for each in attempt.yes_to)
    if decision.outcome is Outcome.ACCEPTED:
        return replace(decision, answers=seqs)
    if decision.reason is Reason.DUPLICATE:
        return replace(decision, answers=seqs, answer=Fate.ASIDE)
    return decision


def question_aside(attempt: Attempt, before: LastScan) -> Decision:
    """A no, or undo, to a question: nothing is done."""
    return replace(accept(Reason.UNDONE, "Put aside: nothing was done."), here=attempt.here, handles=before.handles)


def nothing_waits(attempt: Attempt) -> Decision:
    """Refuse an answer that nobody asked for."""
    return replace(refuse(Reason.UNEXPECTED, "Nothing waits for an answer."), here=attempt.here)


def leave_out(session: Session, task: TaskRow, attempt: Attempt, group: tuple[Waiting, ...], workflow: Workflow) -> Decision:
    """Leave held goods of one item out. They become a discrepancy where the kind of task has one for it."""
    units, name = sum(each.units for each in group), group[-1].name or "The carton"
    effects = left_out(session, task, attempt, group, workflow)
    noted = " Noted." if effects else ""
    words = accept(Reason.UNDONE, f"{name}: {plural(units, 'unit')} left out, not counted.{noted}")
    return replace(
        words, here=attempt.here, item_id=group[-1].item_id, item=name_of(group[-1]), effects=effects,
        answers=tuple(each.seq for each in group), answer=Fate.LEFT,
    )  # fmt: skip


def left_out(
    session: Session, task: TaskRow, attempt: Attempt, group: Iterable[Waiting], workflow: Workflow
) -> tuple[Effect, ...]:
    """The discrepancies of goods that are left out."""
    note = workflow.left_out
    if note is None:
        return ()
    goods = brought_by(session, task.id, replace(attempt, yes_to=tuple(group))).goods
    return tuple(note(each.item_id, each.units) for each in goods)


def name_of(waiting: Waiting) -> ItemName | None:
    """SKU and name of what waits."""
    return item_name(waiting.sku, waiting.name)


def what_waits(session: Session, task_id: int, own: int | None = None) -> str:
    """What waits on a task, in words for whoever finishes it; empty where nothing does.

    `own`: the id of a person who may see only their own scans. Of others' it is said whose they are.
    """
    waiting = held.waiting_on(session, task_id)
    shown = [each for each in waiting if own in (None, each.operator_id)]
    others = dict.fromkeys(each.operator for each in waiting if each not in shown)
    return "; ".join([*_units_that_wait(shown), *(f"goods that {name} scanned wait for an answer" for name in others)])


def _units_that_wait(waiting: list[Waiting]) -> list[str]:
    parts: dict[str, int] = {}
    for each in waiting:
        name = each.name or "carton"
        parts[name] = parts.get(name, 0) + each.units
    if not parts:
        return []
    names = some(f"{units:,} {name}" for name, units in parts.items())
    return [f"{units_wait(sum(parts.values()))} for an answer: {names}"]
