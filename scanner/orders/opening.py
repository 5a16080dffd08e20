"""Which order a code opens."""

from __future__ import annotations

from sqlmodel import Session

from scanner.codes.reading import parse_code
from scanner.orders import KIND, store
from scanner.people.rules import OperatorView
from scanner.scans import tasks
from scanner.scans.choices import Opening, TaskChoice


def open_order(session: Session, code: str, _operator: OperatorView) -> Opening:
    """The open order of a scanned number, or of the label on its tote. The number of one that went in part opens its rest."""
    label = parse_code(code).keys[-1]
    found = store.open_orders_labelled(session, label)
    if len(found) == 1:
        return Opening(kind=KIND, reference=found[0])
    if found:
        choices = [TaskChoice(KIND, reference, "has this label") for reference in found]
        return Opening(kind=KIND, choices=choices, message=f"{len(found)} open orders have the label {label[:40]}. Choose one.")
    if over := tasks.of_kind(session, label, KIND):
        if rest := store.open_rest_of(session, over.id):
            return Opening(kind=KIND, reference=rest)
        return Opening(kind=KIND, message=f"{label} is shipped or cancelled already.")
    return Opening(kind=KIND, message=f"No open order has {label[:40]}. Scan the number of the order, or choose from the list.")
