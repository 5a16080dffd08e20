"""Drift in money against its budget."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drift.budget.rules import Used, budget_e4, budget_of, check_rate, expected_loss_e4, prior_e4, shrink_ppm
from scanner.drift.periods import Period, check_begun, period_named, period_of

NOVEMBER = Period(2026, 11)
AMOUNTS = st.integers(0, 10**14)


@given(st.dates(date(2000, 1, 1), date(2998, 12, 31)))
def test_each_day_is_in_one_month(today: date) -> None:
    period = period_of(today)
    assert period.first <= today <= period.last
    assert period.gone(today) == today.day
    assert period.after.before == period
    assert period.after.first > today
    assert period_named(str(period)) == period


@pytest.mark.parametrize(("today", "gone"), [(date(2026, 10, 31), 0), (date(2026, 11, 1), 1), (date(2027, 1, 1), 30)])
def test_days_of_a_month_that_are_gone(today: date, gone: int) -> None:
    assert NOVEMBER.gone(today) == gone


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "1999-12", "November", "2026-11-01"])
def test_what_is_no_month_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="a month such as 2026-11"):
        period_named(text)


def test_a_month_that_has_not_begun_has_no_budget() -> None:
    check_begun(NOVEMBER, date(2026, 11, 1))
    with pytest.raises(ValueError, match="a month that has begun: 2026-11 begins on 1 Nov 2026"):
        check_begun(NOVEMBER, date(2026, 10, 31))


@pytest.mark.parametrize("rate", [0, 99, 301, 4000, -200])
def test_a_rate_is_of_1_to_3_per_cent(rate: int) -> None:
    with pytest.raises(ValueError, match="a rate of 1 to 3 % a year"):
        check_rate(rate)


def test_a_budget_by_hand() -> None:
    """2 % a year of 100,000.00 for 30 days: 100,000 × 0.02 × 30 ÷ 365 = 164.3836."""
    assert budget_e4(200, 30 * 1_000_000_000, 30, 30) == 1_643_836


@given(st.integers(100, 300), st.lists(AMOUNTS, min_size=1, max_size=31), st.integers(28, 31))
def test_a_budget_is_right_to_a_ten_thousandth(rate: int, values: list[int], days: int) -> None:
    exact = Fraction(rate, 10_000) * Fraction(sum(values), len(values)) * days / 365
    assert abs(budget_e4(rate, sum(values), len(values), days) - exact) <= Fraction(1, 2)


@pytest.mark.parametrize("values", [[], [0, 0], [-5, 2]])
def test_an_inventory_of_nothing_is_allowed_nothing(values: list[int]) -> None:
    assert budget_e4(200, sum(values), len(values), 30) == 0


def test_a_month_at_a_glance() -> None:
    found = budget_of(NOVEMBER, date(2026, 11, 15), 200, 15 * 1_000_000_000, 15, Used(600_000, 221_918))
    assert (found.days, found.gone, found.inventory_e4, found.budget_e4) == (30, 15, 1_000_000_000, 1_643_836)
    assert (found.used.gross_e4, found.used.net_e4, found.left_e4) == (821_918, 378_082, 821_918)
    assert found.burn_bp == 10_000
    assert found.forecast_e4 == 1_643_836


def test_a_month_without_goods_or_days_says_nothing_of_its_burn() -> None:
    assert budget_of(NOVEMBER, date(2026, 11, 15), 200, 0, 15, Used(5)).burn_bp is None
    early = budget_of(NOVEMBER, date(2026, 10, 31), 200, 0, 0, Used())
    assert (early.burn_bp, early.forecast_e4, early.budget_e4) == (None, None, 0)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_pluses_never_net_minuses(minus: int, plus: int, other_minus: int, other_plus: int) -> None:
    used = Used(minus, plus) + Used(other_minus, other_plus)
    assert used.gross_e4 == minus + plus + other_minus + other_plus
    assert used.net_e4 == minus + other_minus - plus - other_plus


def test_what_goes_missing_of_what_is_shipped_by_hand() -> None:
    """(3,000 + 1 % × 50,000) ÷ (200,000 + 50,000) = 1.4 %."""
    assert shrink_ppm(30_000_000, 2_000_000_000, 500_000_000) == 14_000


@pytest.mark.parametrize(
    ("net", "between", "quarter", "ppm"),
    [(0, 0, 0, 10_000), (-(10**9), 10**9, 10**8, 0), (0, 10**9, 0, 0), (0, 0, 10**9, 10_000)],
)
def test_a_young_house_loses_one_per_cent_and_none_less_than_nothing(net: int, between: int, quarter: int, ppm: int) -> None:
    assert shrink_ppm(net, between, quarter) == ppm


@pytest.mark.parametrize(
    ("between", "quarter", "ppm"), [(-(10**9), 2 * 10**9, 25_000), (10**9, -5 * 10**8, 30_000), (-(10**9), -(10**9), 10_000)]
)
def test_where_more_came_back_than_was_shipped_nothing_was(between: int, quarter: int, ppm: int) -> None:
    assert shrink_ppm(30_000_000, between, quarter) == ppm


@pytest.mark.parametrize(("shipped", "loss"), [(1_000_000, 14_000), (0, 0), (-5_000, 0)])
def test_expected_loss(shipped: int, loss: int) -> None:
    assert expected_loss_e4(14_000, shipped) == loss


@pytest.mark.parametrize(
    ("quarter", "value", "prior", "why"),
    [
        (1200, 400, 1200, "what is shipped in three months"),
        (10, 4000, 1000, "a section that hardly ships has its stock stand for it: one turn a year"),
        (10, -4000, 10, "a record below nothing stands for nothing"),
        (-10, 0, 0, "more came back than was shipped"),
    ],
)
def test_what_stands_for_three_months(quarter: int, value: int, prior: int, why: str) -> None:
    assert prior_e4(quarter, value) == prior, why


def test_no_more_goes_missing_than_is_shipped() -> None:
    assert shrink_ppm(5_000_000, 10, 10) == 1_000_000
