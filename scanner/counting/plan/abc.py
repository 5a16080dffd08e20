"""ABC classes by Pareto cuts: the few items that make up most of the value moved are counted most often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.errors import BadRequest

CLASSES = ("A", "B", "C")
WHOLE_BP = 10_000
"""100 % in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Shares of the value moved, in hundredths of a per cent: up to `a` is class A, up to `b` is class B."""

    a: int
    b: int

    def __post_init__(self) -> None:
        if not 0 < self.a <= self.b <= WHOLE_BP:
            raise BadRequest("Expected cuts over 0 and up to 100 %, the one of A no higher than that of B.", "cut_a")


@dataclass(frozen=True, slots=True)
class Mover:
    """An item, the value of it that moved in the period (ten-thousandths), and its class now."""

    item_id: int
    value_e4: int
    abc_class: str
    pinned: bool = False


def classify(movers: Iterable[Mover], cuts: Cuts) -> dict[int, str]:
    """The class of each item, by its id, pinned or not.

    Items are taken from the highest value down. An item is of the class in which its share begins: one that crosses a cut is
    of the higher class. What did not move is C. Items of equal value go by id, so that the answer is always the same.
    """
    ranked = sorted(movers, key=lambda mover: (-mover.value_e4, mover.item_id))
    total, before, classes = sum(mover.value_e4 for mover in ranked), 0, {}
    for mover in ranked:
        classes[mover.item_id] = _class_at(before * WHOLE_BP, total, cuts) if mover.value_e4 > 0 else "C"
        before += mover.value_e4
    return classes


def changes(movers: Iterable[Mover], classes: dict[int, str]) -> dict[int, str]:
    """The items that would get another class, with that class. Pinned ones keep theirs."""
    return {
        mover.item_id: classes[mover.item_id]
        for mover in movers
        if not mover.pinned and classes[mover.item_id] != mover.abc_class
    }


def _class_at(before: int, total: int, cuts: Cuts) -> str:
    return "A" if before < cuts.a * total else "B" if before < cuts.b * total else "C"
