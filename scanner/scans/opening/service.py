"""Opens the task of a scanned code: each kind of task is asked."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from scanner.people.rules import OperatorView
from scanner.scans.choices import Opening, TaskChoice
from scanner.scans.workflow import Workflow


def open_task(session: Session, code: str, workflows: Iterable[Workflow], operator: OperatorView) -> Opening:
    """The task that the code opens. A label wins over goods. Goods on tasks of several kinds give choices.

    Raises BadRequest for what is no code.
    """
    openings = [workflow.open(session, code, operator) for workflow in workflows]
    found = [each for each in openings if each.reference]
    for each in found:
        if not each.by_goods:
            return each
    choices = [choice for each in openings for choice in each.choices]
    if len(found) == 1 and not choices:
        return found[0]
    choices += [TaskChoice(each.kind, each.reference, "has it") for each in found if each.reference]
    if choices:
        words = f"{len(choices)} open tasks have this. Choose one, or scan its number."
        return Opening(kind=openings[0].kind, choices=choices, message=words)
    return openings[0]
