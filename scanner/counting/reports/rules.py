"""How far the record and the shelves are apart: accuracy of counted records, variance, and drift against its budget.

Pluses never net minuses: a record that is 4 too high and one that is 4 too low are two wrong records.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

BUDGET_BP = (100, 300)
"""The drift allowed for a year, in hundredths of a per cent of the inventory's value: 1 to 3 %."""
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many records were counted, how many matched exactly, and by how much the others were off."""

    counted: int = 0
    matched: int = 0
    _: KW_ONLY
    plus_units: int = 0  # too much on the shelf
    minus_units: int = 0  # missing, as a size
    plus_e4: int = 0  # the same in value, ten-thousandths
    minus_e4: int = 0

    def __add__(self, other: Accuracy) -> Accuracy:
        return Accuracy(
            self.counted + other.counted,
            self.matched + other.matched,
            plus_units=self.plus_units + other.plus_units,
            minus_units=self.minus_units + other.minus_units,
            plus_e4=self.plus_e4 + other.plus_e4,
            minus_e4=self.minus_e4 + other.minus_e4,
        )

    @property
    def ira_bp(self) -> int | None:
        """Inventory record accuracy in hundredths of a per cent, rounded down (100 % means all); None of nothing."""
        return self.matched * 10_000 // self.counted if self.counted else None

    @property
    def units(self) -> int:
        """Units of variance, never net."""
        return self.plus_units + self.minus_units

    @property
    def value_e4(self) -> int:
        """Value of the variance at cost, never net."""
        return self.plus_e4 + self.minus_e4


def by(parts: Iterable[tuple[Key, Accuracy]]) -> dict[Key, Accuracy]:
    """The sum of the parts of each key, in the order in which the keys first come."""
    together: dict[Key, Accuracy] = {}
    for key, part in parts:
        together[key] = together.get(key, Accuracy()) + part
    return together


def drift_bp(adjusted_e4: int, inventory_e4: int, days: int) -> int | None:
    """Adjustments of so many days (never net) over the inventory's value, as of a year: in hundredths of a per cent, rounded up.

    None without inventory.
    """
    return -(-adjusted_e4 * 10_000 * DAYS_A_YEAR // (inventory_e4 * days)) if inventory_e4 > 0 else None


def against_budget(drift: int | None) -> str:
    """`within` (below), `in` or `over` the budget; `unknown` without inventory."""
    if drift is None:
        return "unknown"
    low, high = BUDGET_BP
    return "within" if drift < low else "in" if drift <= high else "over"


def median(numbers: Iterable[float]) -> float | None:
    """The middle number, or the mean of the two in the middle. None for no numbers. One long pause hardly changes it."""
    ranked = sorted(numbers)
    half = len(ranked) // 2
    if not ranked:
        return None
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
