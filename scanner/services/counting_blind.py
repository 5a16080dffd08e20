"""What is kept from people who count: the record of what they count, what others counted, and what came of their own counts.

Who settles variances is not blind. Everybody else who counts is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.domain.errors import NotAllowed
from scanner.domain.people import OperatorView, Right
from scanner.domain.scans import TaskKind
from scanner.store import visits


def is_blind(person: OperatorView | None) -> bool:
    """Whether a person counts, and does not decide on what differs."""
    return person is not None and person.may(Right.COUNT) and not person.may(Right.SETTLE)


def hidden_tasks(session: Session, person: OperatorView | None) -> frozenset[int]:
    """Ids of the recounts of what a person counted: that there is one would say what came of it."""
    return visits.barred_from(session, person.id) if person is not None and is_blind(person) else frozenset()


def is_hidden(session: Session, task: Row[Any], person: OperatorView | None) -> bool:
    """Whether a task is not there for a person."""
    return task.kind == TaskKind.COUNT and task.recount_of is not None and task.id in hidden_tasks(session, person)


def hidden_places(session: Session, person: OperatorView | None) -> frozenset[int]:
    """Ids of the locations in the sections that a person counts now: what is on record there is not shown."""
    if person is None or not is_blind(person):
        return frozenset()
    sections = visits.sections_counted_by(session, person.id)
    return frozenset(place.id for section in sections for place in visits.places_of_section(session, section))


def refuse_while_counting(session: Session, person: OperatorView) -> None:
    """Raises NotAllowed for who is in the middle of a count, where a page says how much there is of an item in all."""
    if is_blind(person) and (sections := visits.sections_counted_by(session, person.id)):
        names = ", ".join(sorted(sections))
        raise NotAllowed(f"{person.name} is counting {names}: stock is shown again once that is finished.")


def own_only(task_kind: str, person: OperatorView | None) -> int | None:
    """Whose scans and lines of such a task alone are shown to a person; None for everybody's."""
    return person.id if person is not None and task_kind == TaskKind.COUNT and is_blind(person) else None
