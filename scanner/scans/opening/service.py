"""Which task a code opens: what each kind of task makes of a label or of goods, so that a page can go there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlmodel import Session

from scanner.scans.decision import TaskKind


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the tasks that a code may mean, and what tells it from the others."""

    kind: TaskKind
    reference: str
    detail: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The task that a code opens; or, where several could be meant, those; or why none.

    `by_goods`: no label named it, the goods led there; `message` says so. `starts` is the section whose count can be
    started, where none is open.
    """

    kind: TaskKind
    reference: str | None
    choices: list[Choice] = field(default_factory=list)
    message: str = ""
    by_goods: bool = False
    starts: str = ""


Opener = Callable[[Session, str], Opening]


def open_task(session: Session, code: str, openers: Iterable[Opener]) -> Opening:
    """What the code opens. A label wins over goods; goods that lead to several kinds of task are asked about.

    Raises BadRequest for what is no code.
    """
    openings = [opener(session, code) for opener in openers]
    found = [each for each in openings if each.reference]
    for each in found:
        if not each.by_goods:
            return each
    choices = [choice for each in openings for choice in each.choices]
    if len(found) == 1 and not choices:
        return found[0]
    choices += [Choice(each.kind, each.reference, "has it") for each in found if each.reference]
    if choices:
        return Opening(openings[0].kind, None, choices, f"{len(choices)} open tasks have this. Choose one, or scan its number.")
    return openings[0]
