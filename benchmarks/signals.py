"""How often each signal cries for nothing, and how soon it sees what is wrong: a simulated shop, by the product's own rules.

    python -m benchmarks.signals [--weeks 520] [--items 2000] [--shops 400]

Lines and short picks are Poisson; an item is sold on a day or not. In brackets beside a figure is the one by which its threshold
was chosen, of another program. The floor of the first and of the fourth is a simpler rule that shops use: two short picks in four
weeks, the longest streak of a hundred.
"""

from __future__ import annotations

import argparse
from collections import deque
from math import exp
from random import Random
from statistics import median

from scanner.drift.signals.rules import (
    SHORT_WEEKS,
    ItemPicks,
    Rise,
    after_week,
    cusum_limits,
    is_phantom_streak,
    longest_streak,
    quiet_weeks,
    rises,
    slower,
    stopped_at,
    too_many_shorts,
)

RATE = 0.002
"""Short picks a line of a house in order."""
LINES_A_WEEK = (1, 1, 2, 3, 5, 8, 15)
"""Lines a week of items of different speed."""


def poisson(random: Random, mean: float) -> int:
    """So many events where `mean` are expected (Knuth)."""
    limit, hits, chance = exp(-mean), 0, random.random()
    while chance > limit:
        hits += 1
        chance *= random.random()
    return hits


class PickedItem:
    """The picks of an item in its last 8 weeks."""

    def __init__(self, lines: float) -> None:
        self.lines = lines
        self.weeks: deque[tuple[int, int, int]] = deque(maxlen=SHORT_WEEKS)

    def week(self, random: Random, rate: float) -> None:
        """One more week: each short pick is on a day of its own, by chance."""
        lines = poisson(random, self.lines)
        shorts = [random.randrange(6) for _ in range(lines) if random.random() < rate]
        self.weeks.append((lines, len(shorts), len(set(shorts))))

    @property
    def picks(self) -> ItemPicks:
        """What the rule is told."""
        return ItemPicks(*(sum(week[i] for week in self.weeks) for i in range(3)))

    @property
    def is_twice_in_four(self) -> bool:
        """Whether the simpler rule cries."""
        return sum(week[1] for week in list(self.weeks)[-4:]) >= 2


def short_items(random: Random, weeks: int, items: int) -> None:
    """False alarms a week, each counted when it begins, and the weeks until an item that is 10 % short is found."""
    begun = floor = 0
    shelves = [PickedItem(LINES_A_WEEK[i % len(LINES_A_WEEK)]) for i in range(items)]
    was, was_floor = [False] * items, [False] * items
    for _ in range(weeks):
        for i, item in enumerate(shelves):
            item.week(random, RATE)
            cries, simple = too_many_shorts(item.picks, RATE), item.is_twice_in_four
            begun += cries and not was[i]
            floor += simple and not was_floor[i]
            was[i], was_floor[i] = cries, simple
    found = [_weeks_until_found(random, LINES_A_WEEK[-2]) for _ in range(40)]
    print("short picks of an item")
    print(f"  false alarms a week at {items:,} items: {begun / weeks:.2f} (0.12); two in four weeks: {floor / weeks:.2f} (2.7)")
    print(f"  an item 10 % short, 8 lines a week: {sum(week is not None for week in found)} of 40 found (40), "
          f"in {median(week or 99 for week in found):.0f} weeks, median (4)")  # fmt: skip


def _weeks_until_found(random: Random, lines: float) -> int | None:
    item = PickedItem(lines)
    for _ in range(SHORT_WEEKS):
        item.week(random, RATE)
    for week in range(1, 53):
        item.week(random, 0.1)
        if too_many_shorts(item.picks, RATE):
            return week
    return None


def short_rate(random: Random, shops: int) -> None:
    """Weeks until a false alarm, and until a doubling is seen: exact, and simulated beside it."""
    print("short picks of the house or a section: weeks until an alarm, exact / seen")
    for mean, before in ((1.0, "(274, 9)"), (2.0, "(412, 6)"), (5.0, "(348, 3)"), (12.0, "(260, 1.5)"), (40.0, "")):
        limits = cusum_limits(mean)
        quiet, doubled = (sum(_weeks_until(random, by, mean) for _ in range(shops)) / shops for by in (mean, 2 * mean))
        print(f"  {mean:4.0f} a week, allowed {limits.allowed}, alarm {limits.alarm}: quiet {quiet_weeks(mean, limits):.0f} / "
              f"{quiet:.0f}; doubled {quiet_weeks(2 * mean, limits):.1f} / {doubled:.1f}  {before}")  # fmt: skip


def _weeks_until(random: Random, mean: float, usual: float) -> int:
    limits, value, week = cusum_limits(usual), 0.0, 0
    while value < limits.alarm:
        week += 1
        value = after_week(value, poisson(random, mean), limits)
    return week


def rising(random: Random, shops: int) -> None:
    """Sections whose variance stays as it is, and sections where it grows by a half from count to count."""
    print("variance from count to count: share of sections that cry")
    for counts in (5, 6, 8, 10):
        still, grows = (_rising(random, counts, shops, growth) for growth in (1.0, 1.5))
        print(f"  {counts} counts: {still:.4f} where nothing changes (.0083 or less); {grows:.2f} where it grows")


def _rising(random: Random, counts: int, shops: int, growth: float) -> float:
    series = ([random.lognormvariate(0, 0.5) * growth**i for i in range(counts)] for _ in range(10 * shops))
    return sum(rises(values) is Rise.SURE for values in series) / shops / 10


SOLD_A_DAY = ((0.9, ""), (0.5, " (13.6)"), (0.2, " (29.5)"), (0.1, " (52.0)"))
"""Sale days, as a share of the days an item is on hand, and the streak that was too long in the other program."""


def streaks(random: Random, shops: int) -> None:
    """Items on hand that sell by chance: streaks that cry, an item-year; the days that are no chance yet."""
    print("no sale though on hand: false alarms an item-year (0.2), those of a 1 % rule (3.7 for a fast one)")
    for a_day, before in SOLD_A_DAY:
        years = [_year_of_streaks(random, a_day) for _ in range(shops)]
        ours, simple = (sum(year[i] for year in years) / shops for i in range(2))
        print(f"  {a_day} sale days a day: {longest_streak(round(180 * a_day), 180):.1f} days{before}; {ours:.2f}; {simple:.2f}")


def _year_of_streaks(random: Random, a_day: float) -> tuple[int, int]:
    """False alarms of a year by the rule, which knows the last 180 days, and by a rule that cries at one streak of a hundred."""
    days = deque((random.random() < a_day for _ in range(180)), maxlen=180)
    streak, ours, simple, cried, cried_simple = 0, 0, 0, False, False
    for _ in range(365):
        sold = random.random() < a_day
        days.append(sold)
        streak = 0 if sold else streak + 1
        if sold:
            cried = cried_simple = False
        elif not cried and is_phantom_streak(streak, *_before(days, streak)):
            ours, cried = ours + 1, True
        if not sold and not cried_simple and (1 - a_day) ** streak <= 0.01:
            simple, cried_simple = simple + 1, True
    return ours, simple


def _before(days: deque[bool], streak: int) -> tuple[int, int]:
    """Sale days and open days of the last 180, before the streak that goes on."""
    known = list(days)[: max(len(days) - streak, 0)]
    return sum(known), len(known)


GOODS_DAYS, MISSING_DAYS = 150, 90
"""Of items that stop: goods come every so many days and last until the next; the sales of so many days are missing."""


def stops(random: Random, shops: int) -> None:
    """Items with a right record that come to the same low twice by chance, and items of which more than a half is missing."""
    print("stopped twice at a record: alarms an item-year where the record is right, and where goods are missing")
    for a_day, _ in SOLD_A_DAY:
        right = sum(_year_of_stops(random, a_day, 0) for _ in range(10 * shops)) / shops / 10
        wrong = sum(_year_of_stops(random, a_day, round(MISSING_DAYS * a_day)) for _ in range(shops)) / shops
        print(f"  {a_day} sale days a day: {right:.4f}; {wrong:.2f}")


def _year_of_stops(random: Random, a_day: float, missing: int) -> int:
    """Alarms of a year, each counted when it begins. Open days are those with something on record, without flagged streaks."""
    days = deque((random.random() < a_day for _ in range(180)), maxlen=180)
    full = round(GOODS_DAYS * a_day) + 2
    record, streak, cries, cried = full, 0, 0, False
    lows: list[int] = []
    for day in range(1, 366):
        if day % GOODS_DAYS == 0:
            lows.append(record)
            if is_phantom_streak(streak, *_before(days, streak)):
                days = deque(list(days)[: len(days) - streak], maxlen=180)
            record, streak, cried = full, 0, False
        if not record:
            continue
        sold = record > missing and random.random() < a_day
        days.append(sold)
        record, streak = record - sold, 0 if sold else streak + 1
        sale_days, open_days = _before(days, streak)
        cried = cried and not sold
        if not cried and stopped_at(lows, record, streak, sale_days=sale_days, open_days=open_days) is not None:
            cries, cried = cries + 1, True
    return cries


def fulfilment(random: Random, shops: int) -> None:
    """Orders that met a short pick, no slower than the others and eight hours slower."""
    print("fulfilment slower: share of looks that cry, 12 orders that were short and 60 others")
    for name, more in (("no slower (.01 or less)", 0.0), ("8 hours slower", 8.0)):
        looks = ((_hours(random, 12, more), _hours(random, 60, 0.0)) for _ in range(10 * shops))
        print(f"  {name}: {sum(slower(short, others) is not None for short, others in looks) / shops / 10:.3f}")


def _hours(random: Random, orders: int, more: float) -> list[float]:
    return [random.lognormvariate(2.5, 0.5) + more for _ in range(orders)]


def main() -> None:
    """Simulate each kind, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=520)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--shops", type=int, default=400)
    arguments = parser.parse_args()
    random = Random(11)
    short_items(random, arguments.weeks, arguments.items)
    short_rate(random, arguments.shops)
    rising(random, arguments.shops)
    streaks(random, arguments.shops)
    fulfilment(random, arguments.shops)
    stops(random, arguments.shops)


if __name__ == "__main__":
    main()
