"""Opens the task of a scanned code: each kind of task is asked."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.commands import PREFIX
from scanner.codes.reading import Code, parse_code
from scanner.codes.totes import tote_of
from scanner.errors import BadRequest
from scanner.people.rules import OperatorView
from scanner.scans import tasks
from scanner.scans.choices import Opening, TaskChoice
from scanner.scans.reader import read_goods
from scanner.scans.workflow import Workflow
from scanner.words import shortened

BADGE = "BADGE-"
"""Begins the badges that this app prints for a sample."""
UNKNOWN = "To link it to an item scan it on the page of the task that it came with. A new item comes with a file of items."
"""What can be done about a code that stands for nothing."""


NO_BADGE = "Nobody has this badge: ask a supervisor for a new one."


def unknown(code: str) -> str:
    """What is said of a code that stands for nothing. A badge is a key, and not said again."""
    text = code.strip()
    return NO_BADGE if text.upper().startswith(BADGE) else f"Unknown code {shortened(text)}. {UNKNOWN}"


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
    return next((each for each in openings if each.known), openings[0])


def is_place(session: Session, text: str) -> bool:
    """Whether a code is on the label of a place."""
    code = _read(text)
    return code is not None and catalogue.find_location(session, code.keys[-1]) is not None


def is_unknown(session: Session, text: str) -> bool:
    """Whether a code stands for nothing here: no goods, no place and no task."""
    code = _read(text)
    if code is None or code.command:
        return False
    label = code.keys[-1]
    known = catalogue.find_location(session, label) or tasks.is_task(session, label) or tasks.is_label(session, label)
    return not known and not read_goods(session, code).goods


def is_told(session: Session, text: str) -> bool:
    """Whether it is told what a code is that opens nothing now: a command, a tote, a task that is over."""
    code = _read(text)
    if code is None:
        return False
    label = code.keys[-1]
    says = label.upper().startswith(PREFIX) or tote_of(label) is not None
    return says or tasks.is_task(session, label)


def is_item(session: Session, text: str) -> bool:
    """Whether a code stands for one item. A carton's number opens what the carton is on, whatever is in it."""
    code = _read(text)
    found = read_goods(session, code) if code else None
    return found is not None and found.only is not None and not found.code.sscc


def _read(text: str) -> Code | None:
    """A code as it is read; None for what is none."""
    try:
        return parse_code(text)
    except BadRequest:
        return None
