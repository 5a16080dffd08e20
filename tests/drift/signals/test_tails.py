"""Exact tails, against what they are made of."""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drift.signals.tails import binomial_tail, poisson_weights, rising_score, rising_tail, slower_tail


@given(tries=st.integers(0, 60), rate=st.floats(0, 1), data=st.data())
def test_a_binomial_tail_is_the_sum_of_its_chances(tries: int, rate: float, data: st.DataObject) -> None:
    seen = data.draw(st.integers(0, tries + 1))
    chances = sum(comb(tries, hits) * rate**hits * (1 - rate) ** (tries - hits) for hits in range(seen, tries + 1))
    assert isclose(binomial_tail(seen, tries, rate), chances, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_is_a_share(rate: float) -> None:
    with pytest.raises(ValueError, match="a rate of 0 to 1"):
        binomial_tail(1, 2, rate)


def test_a_tail_of_many_tries_does_not_run_over() -> None:
    assert 0 < binomial_tail(1200, 100_000, 0.01) < 1e-9


@pytest.mark.parametrize("mean", [0, 0.3, 12, 900])
def test_the_chances_of_all_numbers_are_one(mean: float) -> None:
    assert isclose(sum(poisson_weights(mean, 1500)), 1)


@pytest.mark.parametrize("number", range(2, 8))
def test_a_rising_tail_counts_the_orders_that_rise_so_much(number: int) -> None:
    scores = [rising_score(order) for order in permutations(range(number))]
    for score in range(-number * number, number * number):
        assert isclose(rising_tail(score, number), sum(each >= score for each in scores) / len(scores))


@pytest.mark.parametrize(("number", "score", "chance"), [(5, 10, 1 / 120), (6, 13, 1 / 120), (7, 17, 0.0054), (8, 20, 0.0071)])
def test_the_table_of_mann_and_kendall(number: int, score: int, chance: float) -> None:
    assert rising_tail(score, number) == pytest.approx(chance, abs=5e-5)


def test_equal_values_neither_rise_nor_fall() -> None:
    assert rising_score([3, 3, 3, 3]) == 0


def _by_counting(slow: list[int], usual: list[int]) -> float:
    """The share of all ways to part the values in which the first part ranks so high."""
    values = slow + usual
    parts = combinations(range(len(values)), len(slow))
    scores = [_score([values[i] for i in part], [value for i, value in enumerate(values) if i not in part]) for part in parts]
    return sum(each >= _score(slow, usual) for each in scores) / len(scores)


def _score(slow: list[int], usual: list[int]) -> float:
    return sum((a > b) + 0.5 * (a == b) for a in slow for b in usual)


@pytest.mark.parametrize(
    ("slow", "usual"), [([5, 7, 8, 9, 11], [1, 2, 3, 6, 10]), ([4, 5, 5, 6], [1, 3, 5, 5, 6, 2]), ([1, 2, 3, 4], [5, 6, 7, 8, 9])]
)
def test_slower_is_near_to_the_exact_chance(slow: list[int], usual: list[int]) -> None:
    assert slower_tail(slow, usual) == pytest.approx(_by_counting(slow, usual), abs=0.02)


@pytest.mark.parametrize(("slow", "usual"), [([], [1.0]), ([1.0], []), ([2.0, 2.0], [2.0, 2.0])])
def test_of_nothing_to_compare_nothing_is_slower(slow: list[float], usual: list[float]) -> None:
    assert slower_tail(slow, usual) == 1.0
