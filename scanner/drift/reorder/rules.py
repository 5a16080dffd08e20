"""When to order and how many: reorder points that allow for what goes missing until somebody counts.

    point = d·L + max(0, m)·(τ + L) + z·√(L·σd² + d²·σL² + v·(τ + L))

All days are those of the calendar. d: units sold a day, L: lead time in days, σd and σL their deviations, τ: days since the last
count of the item, m and v: units lost a day and their variance, of the counts of the item, shrunk to those of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from itertools import groupby
from math import ceil, sqrt
from statistics import fmean, pstdev
from typing import Protocol

PRIOR_DAYS = 180
"""T₀: a class counts for as much as so many days of the item's own counts."""
LEAST_DAYS = 14
"""Days by which units sold are divided at least: what an item sold in its first days is no more than a beginning."""
SAFETY = {"A": 1.645, "B": 1.28, "C": 1.04}
SAFETY_CRITICAL = 2.05
"""z: deviations of safety stock; 95, 90, 85 and 98 % of the times nothing is short until the goods come."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A count: how many days after the one before, and by how much the record was too high, in units."""

    days: float
    lost: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An item as it was counted at a place for the first time in a count, and by how much the record was too high.

    `lost` is 0 for opening stock: there was no record to be wrong.
    """

    day: date
    place: int
    lost: int


def gaps(counted: Iterable[Counted]) -> tuple[Gap, ...]:
    """The counts of an item that measure what went missing, of all its counts by day.

    The first count of a place measures nothing: nobody knows since when its record was wrong. Days with no other count
    end no gap. One begins where the one before ended, or at the last count of the places that end it where that is later.
    """
    found, counted_on, last = list[Gap](), dict[int, date](), None
    for day, those in groupby(counted, lambda each: each.day):
        here = tuple(those)
        again = [each for each in here if each.place in counted_on]
        if again:
            first = min(counted_on[each.place] for each in again)
            found.append(Gap((day - max(first, last or first)).days, sum(each.lost for each in again)))
            last = day
        counted_on |= {each.place: day for each in here}
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes missing a day: units, and their variance."""

    a_day: float = 0.0
    variance: float = 0.0


def loss_of_class(gaps: Iterable[Gap]) -> Loss:
    """What goes missing a day of an item of a class, by all counts of it."""
    together = tuple(gaps)
    days = sum(gap.days for gap in together)
    if days <= 0:
        return Loss()
    return Loss(sum(gap.lost for gap in together) / days, sum(gap.lost**2 for gap in together) / days)


def loss(gaps: Sequence[Gap], of_class: Loss) -> Loss:
    """What goes missing a day of an item: by its own counts, shrunk to its class."""
    days = sum(gap.days for gap in gaps) + PRIOR_DAYS
    return Loss(
        (sum(gap.lost for gap in gaps) + PRIOR_DAYS * of_class.a_day) / days,
        (sum(gap.lost**2 for gap in gaps) + PRIOR_DAYS * of_class.variance) / days,
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean and its standard deviation: units a day, or days."""

    mean: float
    deviation: float = 0.0


class DayUnits(Protocol):
    """Units that went on a day; below 0 where more came back."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def units(self) -> int:
        """The units."""


def net_of(days: Iterable[DayUnits]) -> dict[date, int]:
    """Units sold by day, from the first day to the last. What came back is taken off the last days on which it can have gone.

    What went before the first of these days is no part of them, nor is its way back.
    """
    net = dict[date, int]()
    for each in days:
        if each.units > 0:
            net[each.day] = each.units
        back = -each.units
        while back > 0 and net:
            day, units = net.popitem()
            if units > back:
                net[day] = units - back
            back -= units
    return net


def demand(sold: Sequence[int]) -> Rate:
    """Units a day, of the units sold on each day that counts: without the streaks flagged as phantom."""
    return Rate(fmean(sold), pstdev(sold)) if sold else Rate(0.0)


def demand_of(units: int, squares: int, days: float) -> Rate:
    """The same by the units of all days, the sum of their squares, and how many days there were."""
    if days <= 0:
        return Rate(0.0)
    mean = units / days
    return Rate(mean, sqrt(max(squares / days - mean**2, 0.0)))


def of_open_days(sold: Rate, share: float) -> Rate:
    """Units a day of the calendar, where so much of its days are open: lead times and losses go by these."""
    return Rate(sold.mean * share, sold.deviation * sqrt(share))


def lead_time(measured: Sequence[float], said: float | None, usual: float) -> Rate:
    """Days from an order to its receipt: as the shop says; else as measured, where at least three were; else as is usual.

    The deviation is the measured one, also of what the shop says; 0 where fewer than three were measured.
    """
    if said is not None:
        return Rate(said, _deviation(measured) if len(measured) > 2 else 0.0)
    return Rate(fmean(measured), _deviation(measured)) if len(measured) > 2 else Rate(usual)


def _deviation(measured: Sequence[float]) -> float:
    """The standard deviation. That of `statistics` is exact to the last digit, and takes thirty times as long."""
    mean = fmean(measured)
    return sqrt(fmean((each - mean) ** 2 for each in measured))


@dataclass(frozen=True, slots=True)
class Supply:
    """What an item's point is made of. `own_point`: the shop's own reorder point."""

    sold: Rate  # units a day
    lead: Rate  # days
    lost: Loss
    uncounted_days: float
    _: KW_ONLY
    abc_class: str = "C"
    critical: bool = False
    own_point: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A reorder point in units, and its parts, which add up to it. `raised` is `raise_units_exact` rounded up."""

    lead_units: int  # sold until the goods come
    safety_units: int
    own: int | None  # the shop's own point, in the place of these two
    raised: int  # for what goes missing
    raise_units_exact: float

    @property
    def plain(self) -> int:
        """Without drift."""
        return self.lead_units + self.safety_units if self.own is None else self.own

    @property
    def effective(self) -> int:
        """With drift."""
        return self.plain + self.raised


def point(supply: Supply) -> Point:
    """The reorder point of an item, rounded up to whole units.

    The raise is at most half of the point with it, that is: at most the plain point, which is the shop's own where it set one.
    """
    sold, lead, lost = supply.sold, supply.lead, supply.lost
    z = SAFETY_CRITICAL if supply.critical else SAFETY.get(supply.abc_class, SAFETY["C"])
    exposed = supply.uncounted_days + lead.mean
    spread = lead.mean * sold.deviation**2 + sold.mean**2 * lead.deviation**2
    plain = sold.mean * lead.mean + z * sqrt(spread)
    drift = max(0.0, lost.a_day) * exposed + z * (sqrt(spread + lost.variance * exposed) - sqrt(spread))
    lead_units = _whole(sold.mean * lead.mean)
    safety_units = max(_whole(plain) - lead_units, 0)
    most = min(plain, lead_units + safety_units) if supply.own_point is None else max(supply.own_point, 0)
    raised = min(drift, float(most))
    return Point(lead_units, safety_units, supply.own_point, ceil(round(raised, 9)), raised)


def _whole(units: float) -> int:
    """Rounded up; a thousandth comes of rates that were rounded, such as 5/7 a day."""
    return ceil(round(units, 3))


def expected_on_shelf(on_record: int, lost: Loss, uncounted_days: float) -> int:
    """What is on the shelf, most likely: the record less what goes missing, in whole units and never below nothing."""
    return max(0, min(on_record, round(on_record - max(0.0, lost.a_day) * uncounted_days)))


def suggested(effective: int, have: int, *, a_day: float, cover_days: int, multiple: int) -> int:
    """Units to order now, in whole cases; 0 where what is there and on order, and nobody's yet, is above the point.

    Enough to reach the point and to last for `cover_days` more.
    """
    short = effective - have
    if short < 0:
        return 0
    wanted = max(short + cover_units(a_day, cover_days), 1)
    return -(-wanted // multiple) * multiple


def cover_units(a_day: float, cover_days: int) -> int:
    """Units that an order is to last for beyond the point, rounded up."""
    return _whole(a_day * cover_days)


def is_count_first(found: Point, multiple: int) -> bool:
    """Whether to count before ordering: the raise, not rounded up, is at least one case of so many units."""
    return found.raise_units_exact >= multiple
