"""Discrepancies at a desk: a page of a list, its totals, what comes next, and settling many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.discrepancies import service
from scanner.discrepancies.desk import rules, store
from scanner.discrepancies.desk.rules import Sureness, Wanted
from scanner.discrepancies.desk.store import Hidden
from scanner.discrepancies.rules import AskAbove, DiscrepancyState
from scanner.discrepancies.service import DiscrepancyRow, Settlers
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right
from scanner.scans.workflow import Workflows

MOST_AT_ONCE = 200
"""Most that are settled together."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are, what they are worth at cost without (`gross`) and with their signs, and since when the oldest is."""

    discrepancies: int
    gross: Decimal
    net: Decimal
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list, the number that the next page begins behind, and what all of the list comes to."""

    rows: list[DiscrepancyRow]
    after: int | None
    total: Total
    owners: list[str]
    sections: list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """Some to settle at once, and what that would settle in all."""

    rows: list[DiscrepancyRow]
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Failed:
    """One that was not settled, and why."""

    id: int
    message: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of those that were chosen."""

    settled: list[int]
    failed: list[Failed]


def page(
    session: Session, wanted: Wanted, operator: OperatorView, workflows: Workflows, *, limit: int, after: int = 0
) -> Page:  # fmt: skip
    """A page of a list, as far as the person may see it."""
    hidden = _hidden(session, operator, workflows)
    rows = store.listed(session, wanted, hidden, limit=limit + 1, after=after)
    shown = [service.row_of(row) for row in rows[:limit]]
    found = store.total(session, wanted, hidden)
    return Page(
        shown, shown[-1].id if len(rows) > limit else None, _total(found),
        store.owners(session, wanted.state, hidden), store.sections(session, wanted.state, hidden),
    )  # fmt: skip


def total(session: Session, wanted: Wanted, operator: OperatorView, workflows: Workflows) -> Total:
    """What all of a list comes to."""
    return _total(store.total(session, wanted, _hidden(session, operator, workflows)))


def every(session: Session, wanted: Wanted, operator: OperatorView, workflows: Workflows) -> Iterator[DiscrepancyRow]:
    """All of a list."""
    hidden, after = _hidden(session, operator, workflows), 0
    while rows := store.listed(session, wanted, hidden, limit=500, after=after):
        yield from map(service.row_of, rows)
        after = rows[-1].id


def following(session: Session, wanted: Wanted, after: int, operator: OperatorView, workflows: Workflows) -> int | None:
    """The number of the next one of a list behind that one; its first where none is behind. None where nothing is left."""
    hidden = _hidden(session, operator, workflows)
    behind = store.listed(session, wanted, hidden, limit=1, after=after) or store.listed(session, wanted, hidden, limit=1)
    return behind[0].id if behind else None


def chosen(session: Session, ids: Collection[int], operator: OperatorView, workflows: Workflows) -> list[DiscrepancyRow]:
    """Those of these numbers that are open, and that the person may see. Raises BadRequest where none is."""
    if not 0 < len(set(ids)) <= MOST_AT_ONCE:
        raise BadRequest(f"Choose 1 to {MOST_AT_ONCE} of them, then settle.", "chosen")
    rows = store.chosen(session, ids, _hidden(session, operator, workflows))
    found = [service.row_of(row) for row in rows if row.state == DiscrepancyState.OPEN]
    if not found:
        raise BadRequest("None of those is open any more.", "chosen")
    return found


def barred(session: Session, operator: OperatorView, settlers: Settlers) -> frozenset[int]:
    """Open ones that this person settles not, whoever else does."""
    return frozenset(number for settler in settlers.values() for number in settler.barred(session, operator))


def not_now(session: Session, operator: OperatorView, settlers: Settlers) -> frozenset[int]:
    """Those, and the open ones that nobody settles before a count."""
    return barred(session, operator, settlers) | frozenset(store.below_nothing(session))


def choosable(
    session: Session, ids: Collection[int], operator: OperatorView, settlers: Settlers, workflows: Workflows
) -> Choice:  # fmt: skip
    """Those of these numbers that the person can settle now. Raises BadRequest where none is."""
    refused = not_now(session, operator, settlers)
    found = [row for row in chosen(session, ids, operator, workflows) if row.id not in refused]
    if not found:
        raise BadRequest("None of those is yours to settle now: open one to see why.", "chosen")
    return Choice(found, service.worth(session, [row.id for row in found], settlers))


def earlier(session: Session, discrepancy_id: int) -> tuple[Sureness, ...]:
    """How sure each cause is by the last ones of that kind there, the surest first."""
    place = store.place_of(session, discrepancy_id)
    return rules.sureness(store.earlier_causes(session, place)) if place else ()


def settle_many(
    session: Session, ids: Sequence[int], *, cause: str, note: str, operator: OperatorView, now: datetime, settlers: Settlers,
    workflows: Workflows, ask_above: AskAbove | None = None,
) -> Settled:  # fmt: skip
    """Settle those of these numbers that can be, in one transaction; each is on record. What cannot be is named, and stays open.

    Raises AskAgain where they are worth more than `ask_above` together.
    """
    operator.demand(Right.SETTLE)
    audit.take_turn(session)
    rows = chosen(session, ids, operator, workflows)
    refused = not_now(session, operator, settlers)
    if ask_above:
        ask_above.ask(service.worth(session, [row.id for row in rows if row.id not in refused], settlers, hold=True))
    open_ones, settled = {row.id for row in rows}, []
    failed = [Failed(each, "It is not open any more.") for each in sorted(set(ids) - open_ones)]
    for number in sorted(open_ones, key=lambda each: (each not in refused, each)):  # before any other lifts the record of these
        try:
            service.settle(session, number, cause=cause, note=note, operator=operator, now=now, settlers=settlers)
        except (Conflict, NotAllowed, NotFound) as problem:  # each is raised before anything of it is written
            failed.append(Failed(number, problem.message))
        else:
            settled.append(number)
    return Settled(settled, failed)


def _hidden(session: Session, operator: OperatorView, workflows: Workflows) -> Hidden:
    operator.demand(Right.SEE_DISCREPANCIES)
    return Hidden(workflows.hidden_discrepancies(operator), workflows.hidden_places(session, operator))


def _total(found: store.Total) -> Total:
    return Total(found.discrepancies, from_e4(int(found.gross_e4)), from_e4(int(found.net_e4)), found.oldest)
