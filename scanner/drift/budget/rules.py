"""Drift in money against its budget. All amounts are whole ten-thousandths of the house's currency; all sums are exact.

Gross drift is the floor's measure: a record that was 4 too high and one that was 4 too low are two wrong records. Net shrink is
the books' measure: what is missing, less what was too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scanner.drift.periods import Period
from scanner.money import rounded

RATE_BP = 200
"""Basis points a year of the inventory's value that may drift, unless somebody sets another rate."""
LEAST_BP, MOST_BP = 100, 300
DAYS_A_YEAR = 365
BP = 10_000


def check_rate(rate_bp: int) -> None:
    """Raises ValueError in words for a rate that is no budget."""
    if not LEAST_BP <= rate_bp <= MOST_BP:
        raise ValueError(f"a rate of {LEAST_BP / 100:.0f} to {MOST_BP / 100:.0f} % a year")


def budget_e4(rate_bp: int, values_e4: int, begun: int, days: int) -> int:
    """The budget of so many days: rate × mean value a day × days ÷ 365, to the nearest ten-thousandth.

    `values_e4`: the sum of what the inventory was worth on those of the days that have `begun`; the mean of these stands for the
    others. A mean below nothing, where more went than came on record, is allowed nothing.
    """
    return rounded(rate_bp * values_e4 * days, begun * BP * DAYS_A_YEAR) if values_e4 > 0 else 0


@dataclass(frozen=True, slots=True)
class Used:
    """What counts and other corrections took and gave, as sizes at the cost of their day."""

    minus_e4: int = 0
    plus_e4: int = 0

    def __add__(self, other: Used) -> Used:
        return Used(self.minus_e4 + other.minus_e4, self.plus_e4 + other.plus_e4)

    @property
    def gross_e4(self) -> int:
        """Gross drift: pluses never net minuses."""
        return self.minus_e4 + self.plus_e4

    @property
    def net_e4(self) -> int:
        """Net shrink: negative where more was found than was missing."""
        return self.minus_e4 - self.plus_e4


@dataclass(frozen=True, slots=True)
class Budget:
    """A month at a glance. `budget_e4` is that of the whole month, as far as it can be told today."""

    days: int
    gone: int  # days
    rate_bp: int
    inventory_e4: int  # mean of its days so far
    budget_e4: int
    used: Used

    @property
    def left_e4(self) -> int:
        """Budget less gross drift."""
        return self.budget_e4 - self.used.gross_e4

    @property
    def burn_bp(self) -> int | None:
        """(used ÷ budget) ÷ (time gone ÷ time), rounded up; 10,000 is on course. None without budget or before the first day."""
        if self.budget_e4 <= 0 or not self.gone:
            return None
        return -(-self.used.gross_e4 * self.days * BP // (self.budget_e4 * self.gone))

    @property
    def forecast_e4(self) -> int | None:
        """Gross drift at the month's end, if it goes on like this. None before the first day."""
        return rounded(self.used.gross_e4 * self.days, self.gone) if self.gone else None


def budget_of(period: Period, today: date, rate_bp: int, values_e4: int, begun: int, used: Used) -> Budget:
    """The budget of a month. `values_e4`: the sum of the inventory's values on the days that have `begun`."""
    mean = rounded(values_e4, begun) if begun else 0
    return Budget(period.days, period.gone(today), rate_bp, mean, budget_e4(rate_bp, values_e4, begun, period.days), used)


ALL_PPM = 1_000_000
TURNS_A_QUARTER = 4
"""Of a section that hardly ships, so much as a quarter of its stock stands for three months' shipments: one turn a year. Else a
few units lost and fewer shipped would say that most of what is shipped goes missing.
"""


def prior_e4(quarter_shipped_e4: int, value_e4: int) -> int:
    """K: what is shipped in three months, and at least what a section of that value ships that turns over once a year."""
    return max(quarter_shipped_e4, rounded(max(value_e4, 0), TURNS_A_QUARTER), 0)


def shrink_ppm(net_shrink_e4: int, shipped_between_e4: int, quarter_shipped_e4: int) -> int:
    """ρ, millionths: net shrink for what was shipped between the counts that found it, shrunk to 1 % of a quarter's shipments.

    ρ = (net shrink of 12 months + 1 % × K) ÷ (cost shipped between those counts + K), K: three months' shipped cost. Never below
    0 nor above all of it, and 1 % where nothing was shipped. Where more came back than was shipped, nothing was.
    """
    quarter = max(quarter_shipped_e4, 0)
    weight = max(shipped_between_e4, 0) + quarter
    if not weight:
        return 10_000
    return min(max(rounded(net_shrink_e4 * ALL_PPM + quarter * 10_000, weight), 0), ALL_PPM)


def expected_loss_e4(ppm: int, shipped_since_count_e4: int) -> int:
    """What a stocktake would find missing today: ρ × the cost shipped since the last count."""
    return rounded(ppm * max(shipped_since_count_e4, 0), 1_000_000)
