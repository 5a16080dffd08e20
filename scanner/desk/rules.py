"""What is next for a person, by what waits in the rooms and by what the person may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from scanner.people.rules import OperatorView, Right, Role
from scanner.words import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Discrepancies: how many, their value at cost without and with their signs, and since when the oldest is open."""

    number: int = 0
    gross: Decimal = Decimal()
    net: Decimal = Decimal()
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What waits in the rooms. What the person may not know of is left at nothing."""

    receipts: int = 0
    receipts_due: int = 0  # today or before, the late ones among them
    receipts_late: int = 0
    returns: int = 0
    on_bench: int = 0  # units that wait for a grade
    counts_due: int = 0
    to_put_away: int = 0
    orders: int = 0
    orders_late: int = 0
    pickable: int = 0
    mine: Worth = Worth()
    off: Worth = Worth()


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to do, in words, and the page that has it: an endpoint and its arguments."""

    words: str
    endpoint: str
    arguments: tuple[tuple[str, object], ...] = ()
    late: bool = False


def next_for(facts: Facts, person: OperatorView) -> tuple[Next, ...]:
    """What is next for a person, what is late first. Rights are looked at here, so that nothing leads where nobody may go."""
    found = (each for right, each in _all(facts) if person.may(right))
    return tuple(sorted(found, key=lambda each: not each.late))


def is_told_all(person: OperatorView) -> bool:
    """Whether a person is told what is off, what is due and what it costs, over all rooms."""
    return Role.SUPERVISOR in person.roles


def numbers(facts: Facts) -> dict[str, int]:
    """Endpoint of a room -> how many wait there."""
    return {
        "receiving.index": facts.receipts, "returns.index": facts.returns, "counting.index": facts.counts_due,
        "moves.index": facts.to_put_away, "orders.index": facts.pickable,
    }  # fmt: skip


def _all(facts: Facts) -> Iterator[tuple[Right, Next]]:
    if facts.receipts_late:
        yield Right.RECEIVE, Next(f"{plural(facts.receipts_late, 'receipt')} late", "receiving.index", late=True)
    if facts.orders_late:
        late = (("show", "late"),)
        yield Right.SEE_ORDERS, Next(f"{plural(facts.orders_late, 'order')} late", "order_office.index", late, late=True)
    if due := facts.receipts_due - facts.receipts_late:
        yield Right.RECEIVE, Next(f"{plural(due, 'receipt')} due today", "receiving.index")
    if facts.on_bench:
        yield Right.RETURN, Next(f"{plural(facts.on_bench, 'unit')} on the bench to grade", "returns.index")
    elif facts.returns:
        yield Right.RETURN, Next(f"{plural(facts.returns, 'return')} open", "returns.index")
    if facts.counts_due:
        yield Right.COUNT, Next(f"{plural(facts.counts_due, 'section')} to count", "counting.index")
    if facts.to_put_away:
        yield Right.MOVE, Next(f"{plural(facts.to_put_away, 'item')} to put away", "moves.index")
    if facts.pickable:
        yield Right.PICK, Next(f"{plural(facts.pickable, 'order')} to pick", "orders.index")
    if facts.mine.number:
        words = "discrepancy" if facts.mine.number == 1 else "discrepancies"
        mine = (("state", "open"), ("mine", 1), ("sort", "value"))
        yield Right.SEE_DISCREPANCIES, Next(f"{facts.mine.number:,} {words} of yours to settle", "discrepancies.index", mine)
