"""Which receipt a code opens."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from scanner.codes.reading import Code, parse_code
from scanner.people.rules import OperatorView
from scanner.receiving import KIND
from scanner.scans import tasks
from scanner.scans.choices import Opening, TaskChoice
from scanner.scans.reader import read_goods
from scanner.scans.tasks import OpenTask


def open_receipt(session: Session, code: str, _operator: OperatorView) -> Opening:
    """The open receipt of a scanned code: its number, its ASN, a carton on it, or an item. Where several have it, a choice."""
    parsed = parse_code(code)
    label = parsed.keys[-1]
    named = tasks.open_tasks_labelled(session, KIND, label)
    if len(named) == 1:
        return Opening(kind=KIND, reference=named[0])
    if named:
        return _one_of(session, named, f"{len(named)} open receipts have the label {label[:40]}. Choose one, or scan its number.")
    references = _receipts_with_goods(session, parsed)
    if len(references) == 1:
        words = f"{references[0]} is open. What opened it is not counted yet: scan it again."
        return Opening(kind=KIND, reference=references[0], message=words, by_goods=True)
    if references:
        words = f"{len(references)} open receipts have this item. Choose one, or scan the order number."
        return _one_of(session, references, words)
    if tasks.is_task(session, label):
        return Opening(kind=KIND, message=f"{label} is not open for receiving.")
    problem = f" ({parsed.problem})" if parsed.problem else ""
    words = f"No open receipt has {label[:40]}{problem}. Scan the order number, or choose from the list."
    return Opening(kind=KIND, message=words)


def _one_of(session: Session, references: Collection[str], words: str) -> Opening:
    choices = [_choice(row) for row in tasks.open_tasks(session, KIND, among=references)]
    return Opening(kind=KIND, choices=choices, message=words)


def _choice(row: OpenTask) -> TaskChoice:
    return TaskChoice(KIND, row.reference, f"{row.partner}, {row.scanned:,} of {row.expected:,}")


def _receipts_with_goods(session: Session, code: Code) -> list[str]:
    if code.sscc and (references := tasks.open_tasks_with_carton(session, code.sscc)):
        return references
    goods = read_goods(session, code).only
    return tasks.open_tasks_with_item(session, KIND, goods.item_id) if goods else []
