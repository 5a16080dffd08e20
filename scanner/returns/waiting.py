"""What is said before a return is finished of goods without a grade. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.returns.grading import Hand

LONGEST = 200


def before_finishing(ungraded: Iterable[tuple[str, int]], hand: Hand | None) -> str:
    """Why a return cannot be finished yet, and what to do; `ungraded` are names and units without a grade."""
    ungraded = tuple(ungraded)
    units, in_hand = sum(units for _, units in ungraded), _units_in(hand)
    names = ", ".join(dict.fromkeys(name for name, _ in ungraded))[:LONGEST]
    waits = f"{units:,} {'unit waits' if units == 1 else 'units wait'} for a grade: {names}."
    if hand is None or not in_hand:
        return f"{waits} Tap it in the list and grade it, then finish."
    if in_hand >= units:
        return f"{waits} It is in your hand: scan its grade, or tap one. Then finish."
    return f"{waits} {hand.name} is in your hand: scan its grade, or tap one. Tap the others in the list, then finish."


def _units_in(hand: Hand | None) -> int:
    return sum(each.units for each in hand.portions if each.disposition is None) if hand else 0
