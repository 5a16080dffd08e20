"""Tails of the distributions that signals are judged by. Pure, and without more than the standard library.

A tail is the chance of what was seen, or more of it, where nothing is wrong. All are exact, but for two: `slower_tail` is by the
normal distribution, and `rising_tail` is higher than the chance where values are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from math import ceil, erfc, exp, lgamma, log, log1p, sqrt


def binomial_tail(seen: int, tries: int, rate: float) -> float:
    """The chance of `seen` or more in so many tries, each at `rate`. Raises ValueError for a rate outside of 0 to 1.

    The sum begins at the likeliest number and goes away from it: up, or down for a `seen` that is no more than the mean.
    """
    if not 0 <= rate <= 1:
        raise ValueError("a rate of 0 to 1")
    if seen <= 0:
        return 1.0
    if seen > tries or rate == 0:
        return 0.0
    if rate == 1:
        return 1.0
    if seen <= tries * rate:
        return max(1.0 - _from_the_mode(tries - seen + 1, tries, 1 - rate), 0.0)
    return min(_from_the_mode(seen, tries, rate), 1.0)


def _from_the_mode(seen: int, tries: int, rate: float) -> float:
    """The chance of `seen` or more, where `seen` is above the mean: each chance is lower than the one before."""
    missed = tries - seen
    first = lgamma(tries + 1) - lgamma(seen + 1) - lgamma(missed + 1) + seen * log(rate) + missed * log1p(-rate)
    term = total = exp(first)
    odds = rate / (1 - rate)
    for hits in range(seen, tries):
        term *= odds * (tries - hits) / (hits + 1)
        total += term
        if term < total * 1e-17:
            break
    return total


def poisson_weights(mean: float, most: int) -> list[float]:
    """The chances of 0, 1, ... `most` where `mean` are expected."""
    if mean <= 0:
        return [1.0] + [0.0] * most
    return [exp(hits * log(mean) - mean - lgamma(hits + 1)) for hits in range(most + 1)]


def rising_score(values: Sequence[float]) -> int:
    """Mann and Kendall's S: pairs in which the later value is higher, less those in which it is lower."""
    return sum((late > early) - (late < early) for i, early in enumerate(values) for late in values[i + 1 :])


def rising_tail(score: int, number: int) -> float:
    """The chance of that S or a higher one among so many values in random order, no two of which are equal.

    Equal values bring an S between two of these, and other chances. Such an S counts as the next lower one. So the chance told is
    never below the true one: that holds for all equal values among up to 8, where S is above 0.
    """
    pairs = number * (number - 1) // 2
    most_swapped = ceil((pairs - score) / 2)
    counts = _swaps(number)
    return sum(counts[: most_swapped + 1]) / sum(counts) if most_swapped >= 0 else 0.0


@cache
def _swaps(number: int) -> tuple[int, ...]:
    """How many orders of so many values have 0, 1, 2, ... pairs in the wrong order (Mahonian numbers)."""
    counts = [1]
    for size in range(2, number + 1):
        longer = [0] * (len(counts) + size - 1)
        for moved in range(size):
            for swapped, orders in enumerate(counts):
                longer[swapped + moved] += orders
        counts = longer
    return tuple(counts)


def slower_tail(slow: Sequence[float], usual: Sequence[float]) -> float:
    """Mann and Whitney's test, one-sided: the chance that `slow` ranks so high or higher where both are alike.

    By the normal distribution, with corrections for equal values and for whole numbers. 1.0 where one of the two is empty.
    """
    n, m = len(slow), len(usual)
    if not n or not m:
        return 1.0
    ranked = sorted([(value, 1) for value in slow] + [(value, 0) for value in usual])
    rank_sum, before, ties = 0.0, 0, 0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        equal = [ours for _, ours in group]
        rank_sum += sum(equal) * (before + (len(equal) + 1) / 2)
        before += len(equal)
        ties += len(equal) ** 3 - len(equal)
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    above = rank_sum - n * (n + 1) / 2 - n * m / 2 - 0.5
    return 0.5 * erfc(above / sqrt(2 * variance))
