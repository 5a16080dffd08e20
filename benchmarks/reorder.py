"""What reorder points that allow for drift are worth: a simulated shop that orders by them, one policy after the other.

    python -m benchmarks.reorder [--years 30] [--items 40]

An item sells 2 units a day (Poisson), its supplier takes 7 days, 53 units come at a time, and what is short is lost. Units go
missing unseen, by a Poisson process of a share of demand. The record knows sales and receipts alone, until somebody counts.
Prints the share of demand that was filled: with the plain point, with the plain point and a tenth, and with the product's own
function (`scanner.drift.reorder.rules.point`), once with the variance alone and once with mean and variance. Beside them, in
brackets, the figures by which the formula was chosen, of another program. The loss is known in the first case. In the second the
product estimates it from the item's own counts, which err by up to 2 %. The floor of each is the plain point.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from benchmarks.signals import poisson
from scanner.drift.reorder.rules import Gap, Loss, Rate, Supply, loss, point

SOLD, LEAD, LOT = Rate(2.0, 2.0**0.5), Rate(7.0), 53
YEAR = 365
Policy = Callable[[float, Loss], float]
"""The point, by the days since the last count and what is known to go missing."""


@dataclass(frozen=True, slots=True)
class Case:
    """What goes missing, as a share of what is sold, and how often somebody counts (0: never)."""

    name: str
    lost: float
    every: int
    before: tuple[float, ...]  # the figures by which the formula was chosen, policy by policy
    known: bool = True
    years: int | None = None


CASES = (
    Case("2 % lost, counted yearly, loss known", 0.02, YEAR, (93.7, 95.6, 95.2, 99.8)),
    Case("2 % lost, counted every 180 days, loss estimated", 0.02, 180, (97.4, 98.5, 99.1, 99.7), known=False),
    Case("1 % lost, never counted, five years", 0.01, 0, (51.5,), years=5),
)


def _plain(_: float, __: Loss) -> float:
    return _point(0, Loss())


def _tenth_more(_: float, __: Loss) -> float:
    return 1.1 * _point(0, Loss())


def _variance_only(uncounted: float, lost: Loss) -> float:
    return _point(uncounted, Loss(0.0, lost.variance))


def _product(uncounted: float, lost: Loss) -> float:
    return _point(uncounted, lost)


POLICIES = {"plain": _plain, "plain + 10 %": _tenth_more, "variance only": _variance_only, "mean and variance": _product}


def _point(uncounted: float, lost: Loss) -> float:
    return point(Supply(SOLD, LEAD, lost, uncounted, abc_class="B")).effective


@dataclass(slots=True)
class Shelf:
    """An item: what is there, what the record says, what is on its way, and what its counts found."""

    there: int = 60
    record: int = 60
    coming: list[tuple[int, int]] = field(default_factory=list)
    counted: int = 0
    gaps: list[Gap] = field(default_factory=list)


def filled(case: Case, policy: Policy, random: Random, years: int, items: int) -> float:
    """The share of demand that was filled, in per cent."""
    wanted = got = 0
    for _ in range(items):
        shelf = Shelf()
        for day in range(years * YEAR):
            asked, sold = _day(shelf, case, policy, random, day)
            wanted += asked
            got += sold
    return 100 * got / wanted


def _day(shelf: Shelf, case: Case, policy: Policy, random: Random, day: int) -> tuple[int, int]:
    """One day of an item: units that were wanted, and that were sold."""
    if shelf.coming and shelf.coming[0][0] == day:
        units = shelf.coming.pop(0)[1]
        shelf.there += units
        shelf.record += units
    asked = poisson(random, SOLD.mean)
    sold = min(asked, shelf.there)
    shelf.there -= sold
    shelf.record -= sold
    shelf.there -= min(poisson(random, SOLD.mean * case.lost), shelf.there)
    if case.every and day and day % case.every == 0:
        _count(shelf, case, random, day)
    lost = _known(shelf, case)
    if shelf.record + sum(units for _, units in shelf.coming) <= policy(day - shelf.counted, lost):
        shelf.coming.append((day + round(LEAD.mean), LOT))
    return asked, sold


def _count(shelf: Shelf, case: Case, random: Random, day: int) -> None:
    error = 0 if case.known else round(shelf.there * random.uniform(-0.02, 0.02))
    counted = shelf.there + error
    shelf.gaps.append(Gap(day - shelf.counted, shelf.record - counted))
    shelf.record, shelf.counted = counted, day


def _known(shelf: Shelf, case: Case) -> Loss:
    if not case.known:
        return loss(shelf.gaps, Loss())
    return Loss(SOLD.mean * case.lost, SOLD.mean * case.lost)


def main() -> None:
    """Simulate each case with each policy, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=30)
    parser.add_argument("--items", type=int, default=40)
    arguments = parser.parse_args()
    for case in CASES:
        print(f"{case.name}: % of demand filled")
        for number, (name, policy) in enumerate(POLICIES.items()):
            found = filled(case, policy, Random(7), case.years or arguments.years, arguments.items)
            before = f"({case.before[number]})" if number < len(case.before) else ""
            print(f"  {name:18} {found:6.1f}  {before}")


if __name__ == "__main__":
    main()
