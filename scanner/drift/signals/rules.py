"""When the record says: step in. Each rule is judged by its false alarms, see `benchmarks/signals.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import ceil, inf, log
from statistics import median

from scanner.drift.signals.tails import binomial_tail, poisson_weights, rising_score, rising_tail, slower_tail

# Short picks of one item: over 8 weeks, on two days or more.
SHORT_WEEKS, SHORT_DAYS, SHORT_CHANCE = 8, 2, 0.001
PRIOR_SHORTS, PRIOR_LINES = 1, 200
# Short picks of the house or a section, week by week.
QUIET_WEEKS, LEAST_ALARM_CHANCE = 260, 1e-9
# Variance of a section, from count to count.
LEAST_COUNTS, RISING_CHANCE = 5, 1 / 119  # five counts that all rise: one order of 120
# Days without a sale.
LEAST_SALE_DAYS, FALSE_A_YEAR, DAYS_A_YEAR = 4, 0.2, 365
# Orders that met a short pick against the others.
SLOWER_CHANCE, LEAST_ORDERS, SLOWER_HOURS = 0.01, 8, 4.0


class SignalKind(StrEnum):
    """What a signal is about. The words are part of the API: none is ever renamed."""

    SHORT_RATE = "short picks rise"
    RISING = "variance rises"
    SHORT_ITEM = "short picks of an item"
    SLOWER = "orders are slower"
    STOPPED = "stopped selling"
    NO_SALE = "no sale"
    RISING_EARLY = "variance may rise"


class SignalState(StrEnum):
    """Open, or closed by what was found."""

    OPEN = "open"
    CLOSED = "closed"


STREAKS = (SignalKind.STOPPED, SignalKind.NO_SALE)
"""Kinds that have shelves counted; the count closes them."""
QUIET = frozenset({*STREAKS, SignalKind.RISING_EARLY})
"""Kinds that alarm nobody: no webhook, no line at home or in the digest. They are kept, so that their precision is known."""
LOUD = tuple(kind for kind in SignalKind if kind not in QUIET)
"""The others, the most important first."""


MERGED = "The item was merged into another one."
RETIRED = "The item is retired."
NO_STOCK = "None of it is on record any more."
UNANSWERED = frozenset({MERGED, RETIRED, NO_STOCK})
"""Notes of signals that closed by themselves, and that nobody looked into: they say nothing of what they were about."""


def house_rate(shorts: int, lines: int) -> float:
    """Short picks a line picked, of the whole house; shrunk, so that a young house has one, too."""
    return (shorts + PRIOR_SHORTS) / (lines + PRIOR_LINES)


@dataclass(frozen=True, slots=True)
class ItemPicks:
    """The picks of an item in the last 8 weeks: lines picked or short, those that were short, and on how many days."""

    lines: int
    shorts: int
    days: int


def too_many_shorts(picks: ItemPicks, rate: float) -> bool:
    """Whether an item was short more often than the house's rate explains."""
    return picks.days >= SHORT_DAYS and binomial_tail(picks.shorts, picks.lines, min(rate, 1.0)) <= SHORT_CHANCE


@dataclass(frozen=True, slots=True)
class Limits:
    """A Poisson CUSUM: what a week may bring, and the sum of what goes beyond it that is too much."""

    allowed: float  # k
    alarm: float  # h


@cache
def cusum_limits(mean: float) -> Limits:
    """The limits for so many short picks a week.

    The allowance that finds a doubling soonest is mean ÷ ln 2 (Moustakides 1986), taken in halves. The alarm is the lowest of 1,
    1.5, 2 and so on that a quiet house meets once in 260 weeks or less often.
    """
    allowed, alarm = max(round(2 * mean / log(2)) / 2, 0.5), 1.0
    while quiet_weeks(mean, Limits(allowed, alarm)) < QUIET_WEEKS:
        alarm += 0.5
    return Limits(allowed, alarm)


def quiet_weeks(mean: float, limits: Limits) -> float:
    """How many weeks pass on average, with so many short picks a week, until the alarm (average run length).

    The sum takes steps of a half, so it is a Markov chain; both limits must be halves. Infinite where the chance that
    a week brings the alarm cannot be told from none.
    """
    states = ceil(limits.alarm * 2)
    most = states + ceil(limits.allowed * 2)
    weights = poisson_weights(mean, most + 100)
    if sum(weights[round(2 * limits.allowed) // 2 + 1 :]) < LEAST_ALARM_CHANCE:
        return inf
    rows = []
    for state in range(states):
        row = [0.0] * states
        for hits, weight in enumerate(weights):
            following = max(0, state + 2 * hits - round(2 * limits.allowed))
            if following >= states:
                break
            row[following] += weight
        rows.append([(1.0 if other == state else 0.0) - chance for other, chance in enumerate(row)] + [1.0])
    return _solve(rows)[0]


def _solve(rows: list[list[float]]) -> list[float]:
    """The solution of so many linear equations, by Gauss."""
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(at + 1, size):
            factor = rows[row][at] / rows[at][at]
            if factor:
                rows[row] = [value - factor * above for value, above in zip(rows[row], rows[at], strict=True)]
    solved = [0.0] * size
    for at in reversed(range(size)):
        solved[at] = (rows[at][size] - sum(rows[at][i] * solved[i] for i in range(at + 1, size))) / rows[at][at]
    return solved


@dataclass(frozen=True, slots=True)
class Week:
    """The short picks of a week, and the lines that were picked or short."""

    shorts: int
    lines: int


def after_week(value: float, shorts: int, limits: Limits, share: float = 1.0) -> float:
    """The sum of a CUSUM after one more week, which begins again after an alarm. `share`: of the lines of an average week."""
    before = 0.0 if value >= limits.alarm else value
    return max(0.0, before + shorts - limits.allowed * share)


def cusum(weeks: Sequence[Week], rate: float) -> list[float]:
    """The sum of what went beyond the allowance, after each week; after a week with an alarm it begins again.

    The limits are those of an average week at `rate` a line; a week with more lines is allowed more. Weeks without a line change
    nothing.
    """
    worked = [week.lines for week in weeks if week.lines]
    if not worked:
        return [0.0] * len(weeks)
    usual = sum(worked) / len(worked)
    limits = cusum_limits(rate * usual)
    found, value = [], 0.0
    for week in weeks:
        value = after_week(value, week.shorts, limits, week.lines / usual)
        found.append(value)
    return found


def is_rate_up(weeks: Sequence[Week], rate: float) -> bool:
    """Whether the last week brought the sum to its alarm."""
    usual = [week.lines for week in weeks if week.lines]
    return bool(usual) and cusum(weeks, rate)[-1] >= cusum_limits(rate * sum(usual) / len(usual)).alarm


class Rise(StrEnum):
    """How sure it is that values rise."""

    NONE = "none"
    AMBER = "amber"  # too few to be sure
    SURE = "sure"


def rises(values: Sequence[float]) -> Rise:
    """Whether a section's variance rises from count to count: by Mann and Kendall's exact test, one-sided.

    `values`: variance value for each 1,000 of value counted, first rounds only, by days since the count before; the oldest first.
    Below five counts nothing is sure: amber where each of three or four is higher than the one before.
    """
    number, score = len(values), rising_score(values)
    if number < LEAST_COUNTS:
        return Rise.AMBER if number > 2 and score == number * (number - 1) // 2 else Rise.NONE
    return Rise.SURE if rising_tail(score, number) <= RISING_CHANCE else Rise.NONE


def longest_streak(sale_days: int, open_days: int, false_a_year: float = FALSE_A_YEAR) -> float | None:
    """How many open days without a sale are no chance yet; None where too few sale days were seen to say.

    A streak of g days comes by chance λ·365·exp(-λ·g) times a year. λ is a share: sale days, of the days that are open. The true
    chance of g days without a sale is (1-λ)^g, which is lower. So fast items cry less often than `false_a_year`.
    """
    if sale_days < LEAST_SALE_DAYS or open_days < sale_days:
        return None
    a_day = sale_days / open_days
    return max(log(DAYS_A_YEAR * a_day / false_a_year) / a_day, 1.0)


def is_phantom_streak(streak: int, sale_days: int, open_days: int, false_a_year: float = FALSE_A_YEAR) -> bool:
    """Whether an item that is on hand by the record has not sold for longer than chance explains; days are open days."""
    longest = longest_streak(sale_days, open_days, false_a_year)
    return longest is not None and streak > longest


def stopped_at(
    lows: Sequence[int], on_hand: int, streak: int, *, sale_days: int, open_days: int, false_a_year: float = FALSE_A_YEAR
) -> int | None:
    """The record above nothing to which an item was sold down twice, then for longer than chance explains no more; None if none.

    `lows`: the lowest record between one arrival of goods and the next, the oldest first, without what stands now. The last of
    them is the first time, what stands now is the second. So many units are on record and not on the shelf.
    """
    is_second = on_hand > 0 and bool(lows) and lows[-1] == on_hand
    return on_hand if is_second and is_phantom_streak(streak, sale_days, open_days, false_a_year) else None


@dataclass(frozen=True, slots=True)
class Slower:
    """Hours from order to shipped: medians, and the chance that they differ so by chance."""

    hours: float
    usual_hours: float
    chance: float


def slower(short: Sequence[float], others: Sequence[float]) -> Slower | None:
    """Whether orders that met a short pick are shipped later than the others; hours of each. None where they are not."""
    if min(len(short), len(others)) < LEAST_ORDERS:
        return None
    found = Slower(median(short), median(others), slower_tail(short, others))
    return found if found.chance <= SLOWER_CHANCE and found.hours - found.usual_hours >= SLOWER_HOURS else None


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the last signals of a kind that were closed, how many found something."""

    closed: int
    found: int


LOWER_FROM, LOWER_BELOW = 40, 10  # of 40 fewer than 10 %


def false_a_year(precision: Precision) -> float:
    """F of the streaks: a quarter of it where fewer than a tenth of 40 checks found something."""
    poor = precision.closed >= LOWER_FROM and precision.found * 100 < precision.closed * LOWER_BELOW
    return FALSE_A_YEAR / 4 if poor else FALSE_A_YEAR
