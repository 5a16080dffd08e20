"""What others took out of a person's hand since that person scanned last: who gave goods away is told, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from scanner.moves import store
from scanner.scans import carts, ledger
from scanner.scans.decision import Decision
from scanner.words import shortened, some

MOST_ITEMS, LONGEST_NAME = 3, 20


def untold(session: Session, task_id: int, operator_id: int, device: str, now: int | None = None) -> str:
    """What was taken out of a person's hand after that person's last scan, on whatever device, in words; empty for nothing.

    `now`: the first of that person's scans that tell it; None where it is not told yet.
    """
    cart = carts.find_cart(session, operator_id)
    if cart is None:
        return ""
    last = ledger.last_scan(session, task_id, operator_id, device) if now is None else None
    since = last.seq if last else ledger.last_seq_of(session, task_id, operator_id, now)
    if not store.taken_over(session, cart.id, operator_id, since, now):
        return ""
    return said(store.taken_over(session, cart.id, operator_id, ledger.last_seq_of(session, task_id, operator_id, now), now))


def said(taken: Iterable[tuple[str, str, int]]) -> str:
    """`Rosa took over 2 Mug, blue.`, a sentence for each person."""
    by: dict[str, Counter[str]] = {}
    for who, name, units in taken:
        by.setdefault(who, Counter())[name] += units
    return " ".join(f"{shortened(who)} took over {_listed(items)}." for who, items in list(by.items())[:MOST_ITEMS])


def _listed(items: Counter[str]) -> str:
    """`2 Mug, blue; 1 Desk lamp and 3 more`."""
    return some((f"{units:,} {shortened(name, LONGEST_NAME)}" for name, units in items.items()), MOST_ITEMS, "; ")


def told(decision: Decision, words: str) -> Decision:
    """The decision, with what the person has to be told before it."""
    return replace(decision, message=f"{words} {decision.message}") if words else decision
