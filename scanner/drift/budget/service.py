"""A month at a glance: its budget, what of it is used and where, and what is missing today without anybody having seen it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.drift.budget import shrink as shrinks
from scanner.drift.budget import store
from scanner.drift.budget.rules import RATE_BP, Budget, Used, budget_e4, budget_of, check_rate
from scanner.drift.budget.shrink import Shrink
from scanner.drift.budget.store import HOUSE, Costless, EntryRow, UsedRow
from scanner.drift.flows import Line
from scanner.drift.periods import Period
from scanner.errors import BadRequest, NotFound
from scanner.people.rules import OperatorView, Right

LEAST_PERCENT = 10
"""Of a step with a smaller share of the drift nothing is said."""
NAMED = 5
"""So many items without a cost are named."""


@dataclass(frozen=True, slots=True)
class SectionBudget:
    """A section's month, and what a count of it would find missing today. The section is empty for places that are in none."""

    section: str
    has_own_rate: bool
    budget: Budget
    shrink: Shrink


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page of a month."""

    period: Period
    house: Budget
    has_own_rates: bool  # some sections have: the budget is of them at theirs
    sections: tuple[SectionBudget, ...]  # those of the highest drift first
    causes: tuple[UsedRow, ...]
    suppliers: tuple[UsedRow, ...]
    classes: tuple[UsedRow, ...]
    others: tuple[UsedRow, ...]  # known damage and so on: no drift
    expected_e4: int
    now_e4: int  # what the inventory is worth at the end of the month, or today where that is not over
    costless: Costless


def page(session: Session, period: Period, today: date) -> Page:
    """A month that has begun."""
    worth = _worth(session, period, today)
    rates, used = rates_of(session, period), {row.key: row.used for row in store.used(session, period, "section")}
    shrink = shrinks.shrink(session, period, today, worth.last)
    sections = []
    for section in worth.sections.keys() | used.keys() | shrink.keys():
        value, theirs = worth.sections.get(section, 0), used.get(section, Used())
        budget = budget_of(period, today, _rate(rates, section), value, worth.days, theirs)
        is_own = section in rates and section != HOUSE
        sections.append(SectionBudget(section, is_own, budget, shrink.get(section, shrinks.NO_SHRINK)))
    sections.sort(key=lambda each: (-each.budget.used.gross_e4, -each.shrink.expected_e4, each.section))
    return Page(
        period=period,
        house=_house(period, today, rates, worth, sum(used.values(), Used())),
        has_own_rates=bool(rates.keys() - {HOUSE}),
        sections=tuple(sections),
        causes=tuple(store.used(session, period, "cause")),
        suppliers=tuple(store.used(session, period, "supplier")),
        classes=tuple(store.used(session, period, "class")),
        others=tuple(row for row in store.used(session, period, "line", None) if row.key != Line.DRIFT),
        expected_e4=sum(each.expected_e4 for each in shrink.values()),
        now_e4=sum(worth.last.values()),
        costless=store.costless(session, NAMED),
    )


@dataclass(frozen=True, slots=True)
class Worst:
    """The step that causes most drift, and where: its share of the gross drift of three months, in per cent, rounded down."""

    cause: str
    section: str
    percent: int
    since: Period


def worst(session: Session, period: Period) -> Worst | None:
    """The step that causes most drift, by cause and section, over three months; None where none stands out."""
    since = period.before.before
    most = store.costliest(session, since, period)
    if most is None or not most.total_e4:
        return None
    percent = most.gross_e4 * 100 // most.total_e4
    return Worst(most.cause, most.section, percent, since) if percent >= LEAST_PERCENT else None


def whole(session: Session, period: Period, today: date) -> Budget:
    """The budget of the house, and what of it is used."""
    used = sum((row.used for row in store.used(session, period, "line")), Used())
    return _house(period, today, rates_of(session, period), _worth(session, period, today), used)


def rates_of(session: Session, period: Period) -> dict[str, int]:
    """The rates of a month by section, those of a closed one as they were then."""
    kept = store.closed_rates(session, period)
    return store.rates(session) if kept is None else json.loads(kept)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What the inventory was worth on the days of a month that have begun, from the first day that is known on.

    `total_e4`, `sections`: sums over these `days`, of all and of each section. `last`: of each section on the last of them.
    """

    days: int
    total_e4: int
    sections: Mapping[str, int]
    last: Mapping[str, int]


def _worth(session: Session, period: Period, today: date) -> _Worth:
    begun = store.first_day(session) or today
    first, last = max(period.first, begun), min(period.last, today)
    sections = Counter(store.values_by_section(session, first, min(last, today - timedelta(days=1))))
    at_last = store.values_at(session, last, today)
    days = max((last - first).days + 1, 0)
    if last == today and days:
        sections.update(at_last)
    return _Worth(days, sections.total(), sections, at_last)


def _house(period: Period, today: date, rates: Mapping[str, int], worth: _Worth, used: Used) -> Budget:
    """The house's month: each section at its rate, so that the budgets of the sections add up to it."""
    house = budget_of(period, today, _rate(rates, HOUSE), worth.total_e4, worth.days, used)
    own = {section: rate for section, rate in rates.items() if section != HOUSE}
    if not own:
        return house
    by_rate: Counter[int] = Counter()
    for section, value in worth.sections.items():
        by_rate[_rate(rates, section)] += value
    total = sum(budget_e4(rate, value, worth.days, period.days) for rate, value in by_rate.items())
    return Budget(house.days, house.gone, house.rate_bp, house.inventory_e4, total, used)


def _rate(rates: Mapping[str, int], section: str) -> int:
    return rates.get(section, rates.get(HOUSE, RATE_BP))


def entries(
    session: Session, period: Period, wanted: Mapping[str, str], *, before: int | None = None, limit: int | None = None
) -> list[EntryRow]:
    """The movements behind a number of a month, the newest first."""
    return store.entries(session, period, wanted, before=before, limit=limit)


def set_rate(session: Session, section: str, rate_bp: int | None, operator: OperatorView, now: datetime) -> None:
    """Set how much may drift a year, of the house (`HOUSE`) or of a section. None: the house's rate, or the usual one for it.

    Raises BadRequest for a rate that is no budget, NotFound for a section without a place.
    """
    operator.demand(Right.CLOSE_MONTHS)
    if rate_bp is not None:
        try:
            check_rate(rate_bp)
        except ValueError as error:
            raise BadRequest(f"Expected {error}, got {rate_bp / 100:g} %.", "rate") from None
    audit.take_turn(session)
    before = store.rates(session).get(section)
    if section != HOUSE and before is None and not store.is_section(session, section):
        raise NotFound(f"There is no section {section[:40]}.", "section")
    store.set_rate(session, section, rate_bp)
    subject = f"section {section}" if section else "the house"
    audit.note(
        session, operator, Action.RATE_SET, "drift rate", subject, before={"rate_bp": before}, after={"rate_bp": rate_bp}, at=now
    )
