"""How far record and shelves are apart: accuracy of counted records, variance, and drift against its budget.

Pluses never net minuses: a record that is 4 too high and one that is 4 too low are two wrong records.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

BUDGET_BP = (100, 300)
"""The drift allowed for, in hundredths of a per cent of the inventory's value: 1 to 3 %."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Records that were counted, how many matched exactly, and by how much the others did not.

    Units and values (ten-thousandths) of what was too much and of what was missing, both as sizes.
    """

    counted: int = 0
    matched: int = 0
    plus_units: int = 0
    minus_units: int = 0
    plus_e4: int = 0
    minus_e4: int = 0

    def __add__(self, other: Accuracy) -> Accuracy:
        return Accuracy(
            self.counted + other.counted, self.matched + other.matched,
            self.plus_units + other.plus_units, self.minus_units + other.minus_units,
            self.plus_e4 + other.plus_e4, self.minus_e4 + other.minus_e4,
        )  # fmt: skip

    @property
    def ira_bp(self) -> int | None:
        """Inventory record accuracy in hundredths of a per cent, rounded down: only all is 100 %. None of nothing."""
        return self.matched * 10_000 // self.counted if self.counted else None

    @property
    def units(self) -> int:
        """Units of variance, pluses and minuses added up as sizes."""
        return self.plus_units + self.minus_units

    @property
    def value_e4(self) -> int:
        """Value of the variance at cost, pluses and minuses added up as sizes."""
        return self.plus_e4 + self.minus_e4


def by(parts: Iterable[tuple[Key, Accuracy]]) -> dict[Key, Accuracy]:
    """The parts of each key together, in the order of the keys' first appearance."""
    together: dict[Key, Accuracy] = {}
    for key, part in parts:
        together[key] = together.get(key, Accuracy()) + part
    return together


def drift_bp(adjusted_e4: int, inventory_e4: int) -> int | None:
    """Adjustments (sizes, never net) over the inventory's value, in hundredths of a per cent, rounded up; None of nothing."""
    return -(-adjusted_e4 * 10_000 // inventory_e4) if inventory_e4 > 0 else None


def against_budget(drift: int | None) -> str:
    """`within`, `in` or `over` the budget; `unknown` where there is no inventory to measure by."""
    if drift is None:
        return "unknown"
    low, high = BUDGET_BP
    return "within" if drift < low else "in" if drift <= high else "over"


def median(numbers: Iterable[float]) -> float | None:
    """The middle one, the mean of the two middle ones; None of nothing. One pause of a day does not move it."""
    ranked = sorted(numbers)
    half = len(ranked) // 2
    if not ranked:
        return None
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
