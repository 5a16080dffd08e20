"""The counting plan: every section, when it is due, and what pulled it forward."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.counting.plan import store
from scanner.counting.plan.policy import Policy, policy
from scanner.counting.plan.schedule import Places, Pull, due_on, is_due, minutes_for
from scanner.counting.pulls import store as pulls

MOST_NAMED = 12
"""Shelves without a section that are named; the others are a number."""


@dataclass(frozen=True, slots=True)
class PullRow:
    """Why a place of a section is to be counted before its day; `sku` and `name` where it is about an item."""

    cause: str
    location: str
    sku: str | None
    name: str | None
    at: datetime
    scan_seq: int | None


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section in the plan. `lines` are items at places by the record, `minutes` what counting them takes.

    `last_count` is the day of its newest count, None before the first; `uncounted` places of it never were counted.
    `due_on` is None where that makes it due. `count` is the reference of the count that is open there.
    """

    code: str
    owner: str
    abc_class: str
    every_days: int
    places: int
    uncounted: int
    last_count: date | None
    due_on: date | None
    due: bool
    pulls: tuple[PullRow, ...]
    lines: int
    minutes: int
    count: str | None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Every section, what is due first; minutes and sections of today; shelves that are in no section, and a few of them."""

    sections: tuple[SectionRow, ...]
    due: int
    minutes: int
    without_section: int
    some_without: tuple[str, ...]
    policy: Policy


def plan(session: Session, today: date) -> PlanPage:
    """The plan as of a day of the house's calendar."""
    rules = policy(session)
    number, some = store.without_section(session, MOST_NAMED)
    rows = _sections(session, today, rules)
    rows.sort(key=lambda row: (not row.due, not row.pulls, row.due_on or date.min, row.code))
    due = [row for row in rows if row.due]
    return PlanPage(tuple(rows), len(due), sum(row.minutes for row in due), number, tuple(some), rules)


def short_picked(session: Session) -> frozenset[str]:
    """Sections in which something could not be picked since they were counted.

    That is all of the plan that a counter may know: classes, and what else pulls a count forward, hang on what the record
    has where.
    """
    waiting = {row.location_id for row in pulls.waiting(session) if row.cause == Pull.SHORT_PICK}
    return frozenset(place.section for place in (store.places(session) if waiting else ()) if place.id in waiting)


def _sections(session: Session, today: date, rules: Policy) -> list[SectionRow]:
    places: dict[str, list[Row[Any]]] = defaultdict(list)
    for place in store.places(session):
        places[place.section].append(place)
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.contents(session):
        lines[row.section][row.abc_class] = row.lines
    waiting: dict[int, list[Row[Any]]] = defaultdict(list)
    for pull in pulls.waiting(session):
        waiting[pull.location_id].append(pull)
    owners, counts = store.owners(session), store.open_counts(session)
    return [
        _section(code, there, lines[code], _pulls(there, waiting), owners.get(code, ""), counts.get(code), today, rules)
        for code, there in places.items()
    ]


def _section(
    code: str, places: list[Row[Any]], lines: dict[str, int], pulled: tuple[PullRow, ...], owner: str, count: str | None,
    today: date, rules: Policy,
) -> SectionRow:  # fmt: skip
    """A section is of the highest class of what lies in it; an empty one is of the lowest."""
    abc_class = min(lines, default="C")
    every = rules.of(abc_class).every_days
    days = [_day(place.counted_at) for place in places if place.counted_at]
    seen = Places(len(places), len(places) - len(days), min(days, default=None), max(days, default=None))
    due = due_on(seen, every, min((_day(pull.at) for pull in pulled), default=None))
    total = sum(lines.values())
    return SectionRow(
        code, owner, abc_class, every, len(places), seen.uncounted, seen.newest, due, is_due(due, today), pulled, total,
        minutes_for(total, len(places), rules.seconds_a_line), count,
    )  # fmt: skip


def _pulls(places: list[Row[Any]], waiting: dict[int, list[Row[Any]]]) -> tuple[PullRow, ...]:
    """What waits at these places."""
    return tuple(
        PullRow(pull.cause, place.code, pull.sku, pull.name, pull.at, pull.scan_seq)
        for place in places
        for pull in waiting.get(place.id, ())
    )


def _day(moment: datetime) -> date:
    """The day of the house's calendar."""
    return moment.astimezone().date()
