"""Tails, against what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
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


@pytest.mark.parametrize(
    ("seen", "tries", "rate"),
    [(5, 8000, "1/10"), (700, 8000, "1/10"), (800, 8000, "1/10"), (801, 8000, "1/10"), (900, 8000, "1/10"), (95, 100, "99/100"),
     (7999, 8000, "9999/10000"), (1, 5000, "1/2"), (2500, 5000, "1/2"), (4000, 5000, "1/2"), (120, 10_000, "1/100")],
)  # fmt: skip
def test_a_tail_of_many_tries_is_their_sum(seen: int, tries: int, rate: str) -> None:
    share = Fraction(rate)
    won, lost = share.numerator, share.denominator - share.numerator
    ways, term = 0, lost**tries
    for hits in range(tries + 1):
        ways += term if hits >= seen else 0
        term = term * (tries - hits) * won // ((hits + 1) * lost)
    exact = float(Fraction(ways, share.denominator**tries))
    assert binomial_tail(seen, tries, float(share)) == pytest.approx(exact, rel=1e-8)


@given(tries=st.integers(1, 100_000), rate=st.floats(0, 1), data=st.data())
def test_one_more_is_never_likelier(tries: int, rate: float, data: st.DataObject) -> None:
    seen = data.draw(st.integers(0, tries))
    fewer, more = binomial_tail(seen, tries, rate), binomial_tail(seen + 1, tries, rate)
    assert 0 <= more <= fewer + 1e-8 <= 1 + 1e-8


@pytest.mark.parametrize("mean", [0, 0.3, 12, 900])
def test_the_chances_of_all_numbers_are_one(mean: float) -> None:
    assert isclose(sum(poisson_weights(mean, 1500)), 1)


@pytest.mark.parametrize("number", range(2, 8))
def test_a_rising_tail_counts_the_orders_that_rise_so_much(number: int) -> None:
    scores = [rising_score(order) for order in permutations(range(number))]
    for score in range(-number * number, number * number):
        reached = score - (score - scores[0]) % 2
        assert isclose(rising_tail(score, number), sum(each >= reached for each in scores) / len(scores))


@pytest.mark.parametrize("number", range(3, 7))
def test_equal_values_are_never_rarer_than_is_told(number: int) -> None:
    for values in _with_equals(number):
        scores = [rising_score(order) for order in permutations(values)]
        for score in {each for each in scores if each > 0}:
            assert rising_tail(score, number) >= sum(each >= score for each in scores) / len(scores) - 1e-12


def _with_equals(number: int) -> list[Sequence[int]]:
    """All ways in which neighbours of so many sorted values may be equal."""
    steps = product((0, 1), repeat=number - 1)
    return [[sum(step[:place]) for place in range(number)] for step in steps]


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
    seen = _score(slow, usual)
    return sum(each >= seen for each in scores) / len(scores)


def _score(slow: list[int], usual: list[int]) -> float:
    return sum((a > b) + 0.5 * (a == b) for a in slow for b in usual)


@pytest.mark.parametrize(
    ("slow", "usual"), [([5, 7, 8, 9, 11], [1, 2, 3, 6, 10]), ([4, 5, 5, 6], [1, 3, 5, 5, 6, 2]), ([1, 2, 3, 4], [5, 6, 7, 8, 9])]
)
def test_slower_is_near_to_the_exact_chance(slow: list[int], usual: list[int]) -> None:
    assert slower_tail(slow, usual) == pytest.approx(_by_counting(slow, usual), abs=0.012)


@pytest.mark.parametrize(
    ("slow", "usual"),
    [
        ([29, 24, 6, 23, 20, 10, 11, 15], [1, 10, 7, 13, 14, 2, 8, 6]),
        ([8, 9, 7, 19, 27, 19, 26, 20], [14, 18, 5, 4, 8, 6, 4, 18]),
        ([18, 15, 25, 15, 23, 26, 12, 27], [15, 0, 18, 1, 21, 0, 11, 8]),
        ([28, 15, 18, 18, 12, 29, 12, 18], [9, 16, 4, 18, 10, 4, 16, 1]),
    ],
)
def test_where_it_decides_slower_is_right_to_a_third_of_a_per_cent(slow: list[int], usual: list[int]) -> None:
    exact = _by_counting(slow, usual)
    assert 0.007 < exact < 0.013
    assert slower_tail(slow, usual) == pytest.approx(exact, abs=0.003)
    assert slower_tail(slow, usual) >= exact


@pytest.mark.parametrize(("slow", "usual"), [([], [1.0]), ([1.0], []), ([2.0, 2.0], [2.0, 2.0])])
def test_of_nothing_to_compare_nothing_is_slower(slow: list[float], usual: list[float]) -> None:
    assert slower_tail(slow, usual) == 1.0
