"""From what moved to a balanced journal. Every movement is between two places, and each place has an account.

All amounts of movements are whole ten-thousandths, at the cost when they were booked; those of the journal are whole cents. The
journals of all periods together move the inventory account by exactly what the inventory's value changed, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date

from scanner.drift.flows import Account, Flow, Journal, accounts_of
from scanner.money import rounded

CENT_E4 = 100


@dataclass(frozen=True, slots=True)
class Signed:
    """An amount of a section that is no movement: negative where it takes from the inventory, or from the reserve."""

    section: str
    value_e4: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A debit and a credit of one amount."""

    day: date
    journal: Journal
    debit: Account
    credit: Account
    cents: int  # above 0
    _: KW_ONLY
    section: str = ""
    cause: str = ""
    late: date | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What a period brought: movements, cost changes, and what was set aside for shrink."""

    flows: Sequence[Flow] = ()
    cost_changes: Sequence[Signed] = ()
    accruals: Sequence[Signed] = ()
    true_ups: Sequence[Signed] = ()


def change_of_inventory_e4(booked: Booked) -> int:
    """By how much the inventory's value changed, exactly."""
    moved = 0
    for flow in booked.flows:
        found = accounts_of(flow)
        if found:
            moved += flow.value_e4 * ((found[0] is Account.INVENTORY) - (found[1] is Account.INVENTORY))
    return moved + sum(change.value_e4 for change in booked.cost_changes)


def journal(day: date, booked: Booked, before_e4: int) -> list[Entry]:
    """The journal of a period that ends on `day` and began with an inventory of that value; the same of the same, in one order.

    Amounts are rounded to cents, halves away from zero. What that leaves is an entry of its own, so that the inventory account
    stands at the inventory's value, rounded once, after every period.
    """
    entries = [
        *_of_flows(day, booked.flows),
        *_of_signed(day, Journal.COST, Account.INVENTORY, Account.REVALUED, booked.cost_changes),
        *_of_signed(day, Journal.ACCRUAL, Account.SHRINK, Account.RESERVE, booked.accruals),
        *_of_signed(day, Journal.TRUE_UP, Account.SHRINK, Account.RESERVE, booked.true_ups),
    ]
    wanted = cents_of(before_e4 + change_of_inventory_e4(booked)) - cents_of(before_e4)
    left = wanted - sum(inventory_cents(entry) for entry in entries)
    rest = _signed(day, Journal.ROUNDING, Account.INVENTORY, Account.ROUNDING, left)
    return [*entries, *rest]


def inventory_cents(entry: Entry) -> int:
    """By how much an entry changes the inventory account."""
    return entry.cents * ((entry.debit is Account.INVENTORY) - (entry.credit is Account.INVENTORY))


def _of_flows(day: date, flows: Iterable[Flow]) -> Iterator[Entry]:
    sums: dict[tuple[Journal, Account, Account, str, str, date | None], int] = {}
    for flow in flows:
        found = accounts_of(flow)
        if found:
            debit, credit, kind = found
            key = (kind, debit, credit, flow.section, flow.cause, flow.late)
            sums[key] = sums.get(key, 0) + flow.value_e4
    order = list(Journal)
    for key in sorted(sums, key=lambda key: (order.index(key[0]), *key[1:5], key[5] or date.min)):
        kind, debit, credit, section, cause, late = key
        if cents := cents_of(sums[key]):
            yield Entry(day, kind, debit, credit, cents, section=section, cause=cause, late=late)


def _of_signed(day: date, kind: Journal, debit: Account, credit: Account, amounts: Iterable[Signed]) -> Iterator[Entry]:
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.section] = sums.get(amount.section, 0) + amount.value_e4
    for section in sorted(sums):
        yield from _signed(day, kind, debit, credit, cents_of(sums[section]), section)


def _signed(day: date, kind: Journal, debit: Account, credit: Account, cents: int, section: str = "") -> Iterator[Entry]:
    """The entry of an amount that may be below nothing: then the accounts change sides."""
    if cents > 0:
        yield Entry(day, kind, debit, credit, cents, section=section)
    elif cents < 0:
        yield Entry(day, kind, credit, debit, -cents, section=section)


def cents_of(amount_e4: int) -> int:
    """Ten-thousandths to cents, halves away from zero."""
    return rounded(amount_e4, CENT_E4)
