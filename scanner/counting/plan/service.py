"""The counting plan: every section, when it is due, and what pulled it forward."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from scanner.counting import visits
from scanner.counting.plan import store
from scanner.counting.plan.found import WORDS, Way, ways
from scanner.counting.plan.policy import Policy, policy
from scanner.counting.plan.schedule import Places, due_on, is_due, minutes_for
from scanner.counting.plan.store import PlannedPlace
from scanner.counting.pulls import store as pulls
from scanner.counting.pulls.store import WaitingPull
from scanner.people.rules import OperatorView

MOST_NAMED = 12
"""Shelves without a section that are named; of the others only the number is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRow:
    """Why a place of a section is to be counted before its day."""

    cause: str
    location: str
    sku: str | None  # None where it is about the place, not an item
    name: str | None
    at: datetime
    scan_seq: int | None  # the scan behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """A section in the plan."""

    code: str
    owner: str
    abc_class: str
    every_days: int
    places: int
    uncounted: int  # places that were never counted
    last_count: date | None  # the day of its newest count
    due_on: date | None  # None while a place was never counted: it is due now
    due: bool
    pulls: tuple[PullRow, ...]
    lines: int  # an item at a place is a line, by the record
    minutes: int  # what counting it takes
    count: str | None  # the reference of the count that is open
    why: str  # it is on the plan of the day, in words; empty where it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Every section, those that are due first."""

    sections: tuple[SectionPlan, ...]
    due: int  # sections to count today
    minutes: int  # what that takes
    without_section: int  # shelves that are in no section
    some_without: tuple[str, ...]  # the first of their codes
    policy: Policy
    ways: tuple[Way, ...] = ()  # what the ways of choosing found


def plan(session: Session, today: date) -> PlanPage:
    """The plan on a day of the warehouse's calendar."""
    rules = policy(session)
    number, some = store.without_section(session, MOST_NAMED)
    rows = _sections(session, today, rules)
    rows.sort(key=lambda row: (not row.why, not row.due, not row.pulls, row.due_on or date.min, row.code))
    due = [row for row in rows if row.due]
    return PlanPage(
        sections=tuple(rows),
        due=len(due),
        minutes=sum(row.minutes for row in due),
        without_section=number,
        some_without=tuple(some),
        policy=rules,
        ways=tuple(ways(session, today)),
    )


def due_for(session: Session, operator: OperatorView, today: date) -> frozenset[str]:
    """The sections that are due and that a person may count."""
    others = _for_others(session, operator)
    return frozenset(row.code for row in plan(session, today).sections if row.due and row.code not in others)


def count_due(session: Session, today: date, operator: OperatorView | None = None) -> int:
    """How many sections are due on a day, as the plan has it; of those that a person may count, where one is named."""
    others = _for_others(session, operator) if operator else frozenset()
    return store.count_due(session, store.classes(session), today, others)


def _for_others(session: Session, operator: OperatorView) -> frozenset[str]:
    """The sections of which another has to make the recount first."""
    barred = visits.barred_from(session, operator.id)
    if not barred:
        return frozenset()
    theirs = {row.reference for row in visits.open_counts(session) if row.id in barred}
    return frozenset(section for section, reference in store.open_counts(session).items() if reference in theirs)


def _sections(session: Session, today: date, rules: Policy) -> list[SectionPlan]:
    places: dict[str, list[PlannedPlace]] = defaultdict(list)
    for place in store.places(session, today):
        places[place.section].append(place)
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.contents(session):
        lines[row.section][row.abc_class] = row.lines
    waiting: dict[int, list[WaitingPull]] = defaultdict(list)
    for pull in pulls.waiting(session):
        waiting[pull.location_id].append(pull)
    owners, counts = store.owners(session), store.open_counts(session)
    planned = {row.section: WORDS.get(row.why, "") for row in store.planned(session, today, today)}
    return [
        _section(
            code=code,
            places=there,
            lines=lines[code],
            pulled=_pulls(there, waiting),
            owner=owners.get(code, ""),
            count=counts.get(code),
            why=planned.get(code, ""),
            today=today,
            rules=rules,
        )
        for code, there in places.items()
    ]


def _section(
    *,
    code: str,
    places: list[PlannedPlace],
    lines: dict[str, int],
    pulled: tuple[PullRow, ...],
    owner: str,
    count: str | None,
    why: str,
    today: date,
    rules: Policy,
) -> SectionPlan:
    """A section is of the highest class of the `lines` (class -> number) in it; an empty one is of the lowest."""
    abc_class = min(lines, default="C")
    every = rules.of(abc_class).every_days
    days = [_day(place.counted_at) for place in places if place.counted_at]
    seen = Places(len(places), len(places) - len(days), min(days, default=None), max(days, default=None))
    due = due_on(seen, every, min((_day(pull.at) for pull in pulled), default=None))
    total = sum(lines.values())
    return SectionPlan(
        code=code,
        owner=owner,
        abc_class=abc_class,
        every_days=every,
        places=len(places),
        uncounted=seen.uncounted,
        last_count=seen.newest,
        due_on=due,
        due=is_due(due, today),
        pulls=pulled,
        lines=total,
        minutes=minutes_for(total, len(places), rules.seconds_a_line),
        count=count,
        why="" if seen.newest and seen.newest >= today else why,
    )


def _pulls(places: list[PlannedPlace], waiting: dict[int, list[WaitingPull]]) -> tuple[PullRow, ...]:
    """What waits at these places; `waiting` is by location id."""
    return tuple(
        PullRow(
            cause=pull.cause,
            location=place.code,
            sku=pull.sku,
            name=pull.name,
            at=pull.at,
            scan_seq=pull.scan_seq,
        )
        for place in places
        for pull in waiting.get(place.id, ())
    )


def _day(moment: datetime) -> date:
    """The day in the warehouse's time zone."""
    return moment.astimezone().date()
