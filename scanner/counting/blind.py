"""What is kept from people who count: the record of what they count, what others counted, and what came of their own counts.

A person who may settle variances is not blind. Everybody else who counts is.
"""

from __future__ import annotations

from sqlmodel import Session

from scanner.counting import visits
from scanner.discrepancies.rules import ANSWERED_BY_COUNT, DiscrepancyKind
from scanner.errors import NotAllowed
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Visibility
from scanner.words import some


def counts_blind(person: OperatorView | None) -> bool:
    """Whether a person counts, and does not decide on what differs."""
    return person is not None and person.may(Right.COUNT) and not person.may(Right.SETTLE)


def hidden_tasks(session: Session, person: OperatorView | None) -> frozenset[int]:
    """Ids of the recounts of what a person counted. The person may not see them: a recount shows that the count was off."""
    return visits.barred_from(session, person.id) if person is not None and counts_blind(person) else frozenset()


def is_hidden(session: Session, task_id: int, person: OperatorView | None) -> bool:
    """Whether a count is not there for a person."""
    return task_id in hidden_tasks(session, person)


def hidden_places(session: Session, person: OperatorView | None) -> frozenset[int]:
    """Ids of the locations whose record is not shown to who counts: in sections that anybody counts, or where a variance is
    open. Who was not there today may be asked to count it again.
    """
    return frozenset(place.id for place in visits.unsettled(session)) if counts_blind(person) else frozenset()


def refuse_while_counting(session: Session, person: OperatorView) -> None:
    """Raise NotAllowed for a counter while anything is counted. Called by pages that show the total stock of an item."""
    if counts_blind(person) and (places := visits.unsettled(session)):
        names = sorted({place.section for place in places if place.section})
        raise NotAllowed(f"{some(names) or 'A shelf'} is being counted: stock is shown to who counts once that is settled.")


def own_only(person: OperatorView | None) -> bool:
    """Whether a person is shown one's own scans and lines of counts alone."""
    return counts_blind(person)


def hidden_discrepancies(person: OperatorView | None) -> frozenset[str]:
    """Kinds of discrepancies that are not shown while they are open: they tell how far the record and the shelf are apart."""
    return frozenset({DiscrepancyKind.VARIANCE, *ANSWERED_BY_COUNT}) if counts_blind(person) else frozenset()


VISIBILITY = Visibility(
    hidden_tasks=hidden_tasks,
    own_only=own_only,
    hidden_places=hidden_places,
    hidden_discrepancies=hidden_discrepancies,
    refuse_stock=refuse_while_counting,
)
