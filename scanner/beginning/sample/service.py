"""Filling an empty warehouse with a sample, and emptying it again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import SAMPLE, Action
from scanner.beginning.sample import store
from scanner.data import emptying
from scanner.data.imports import jobs
from scanner.errors import Conflict
from scanner.house import store as house
from scanner.people.rules import OperatorView, Right
from scanner.scans import meanings

MARK = "sample"
"""That what is here is a sample: the numbers of the last person and of the last token that were here before it."""
NOT_EMPTY = "A sample comes only into a warehouse without goods, places or work of its own. This one has some."
HERE_ALREADY = "The sample is here already."
GONE_ALREADY = "There is no sample here. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sample is made of, as the app hands it over."""

    fill: Callable[[Session, datetime], None]
    badges: Collection[str]
    """What its people have while it is filled; afterwards each has another, which nobody knows."""


def is_here(session: Session) -> bool:
    """Whether what is in this warehouse is a sample."""
    return house.fact(session, MARK) is not None


def may_come(session: Session, standing: Collection[str]) -> bool:
    """Whether a sample may come. `standing`: kinds of tasks that every warehouse has."""
    return not is_here(session) and not store.has_its_own(session, standing)


def fill(session: Session, sample: Sample, standing: Collection[str], by: OperatorView, now: datetime) -> None:
    """Fill an empty warehouse with a sample. Raises Conflict where it is not empty, or the sample is there."""
    by.demand(Right.CHANGE_SETTINGS)
    meanings.hold_codes(session)
    audit.take_turn(session)
    if is_here(session):
        raise Conflict(HERE_ALREADY)
    if store.has_its_own(session, standing):
        raise Conflict(NOT_EMPTY)
    if taken := store.taken_badges(session, sample.badges):
        raise Conflict(f"Somebody here has the badge {taken[0]}, which the sample needs. Give that person another one first.")
    house.keep(session, MARK, store.before_it(session))
    sample.fill(session, now)
    audit.note(session, by, Action.SAMPLE_FILLED, *SAMPLE, at=now)


def empty(session: Session, digest: str, by: OperatorView, now: datetime) -> None:
    """Take the sample out, with all that was done in it: people who came with it or since, but for who asks, too.

    What the shop chose stays, and the whole audit: whom that names stays as somebody who has left. `digest`: of the session that
    asks, which goes on. Raises Conflict where there is no sample.
    """
    by.demand(Right.CHANGE_SETTINGS)
    meanings.hold_codes(session)
    audit.take_turn(session)
    before = house.fact(session, MARK)
    if before is None:
        raise Conflict(GONE_ALREADY)
    if jobs.under_way(session):
        raise Conflict("A file is just being brought in. Empty it once that is done.")
    person, _, token = before.partition(" ")
    emptying.empty(session, store.what_stays(by.id, int(person), int(token or 0), digest, MARK), store.WHOLE)
    store.let_go(session, by.id, int(person))
    store.forget_counts(session)
    audit.note(session, by, Action.SAMPLE_EMPTIED, *SAMPLE, at=now)
