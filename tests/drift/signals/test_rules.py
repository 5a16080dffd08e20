"""When the record says: step in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import log

import pytest

from scanner.drift.signals.rules import (
    ItemPicks,
    Limits,
    Precision,
    Rise,
    Week,
    after_week,
    cusum,
    cusum_limits,
    false_a_year,
    house_rate,
    is_phantom_streak,
    is_rate_up,
    longest_streak,
    quiet_weeks,
    rises,
    slower,
    stopped_at,
    too_many_shorts,
)
from scanner.drift.signals.tails import rising_score


def test_an_item_that_is_short_again_and_again_is_a_signal() -> None:
    assert too_many_shorts(ItemPicks(lines=40, shorts=5, days=3), 0.01)


@pytest.mark.parametrize(
    "picks",
    [ItemPicks(40, 5, 1), ItemPicks(400, 5, 3), ItemPicks(40, 0, 0), ItemPicks(0, 0, 0), ItemPicks(40, 1, 1)],
    ids=["all on one day", "of many lines", "never short", "never picked", "once"],
)
def test_what_chance_explains_is_no_signal(picks: ItemPicks) -> None:
    assert not too_many_shorts(picks, 0.01)


def test_a_young_house_has_a_rate_too() -> None:
    assert house_rate(0, 0) == 1 / 200
    assert house_rate(99, 9_800) == 0.01


@pytest.mark.parametrize(
    ("mean", "limits", "quiet", "doubled"),
    [(1, (1.5, 5), 274, 9), (2, (3, 5.5), 412, 6), (5, (7, 6.5), 348, 3), (12, (17.5, 5), 260, 1.5)],
)
def test_the_limits_of_a_house(mean: float, limits: tuple[float, float], quiet: int, doubled: float) -> None:
    found = cusum_limits(mean)
    assert (found.allowed, found.alarm) == limits
    assert quiet_weeks(mean, found) == pytest.approx(quiet, abs=0.5)
    assert quiet_weeks(2 * mean, found) == pytest.approx(doubled, abs=0.5)


@pytest.mark.parametrize("mean", [0, 308.62872309455867, 337.8333031730344, 369.8014222021566, 1000])
def test_a_large_house_has_limits(mean: float) -> None:
    """Its alarm is so rare that rounding made the weeks negative."""
    assert quiet_weeks(mean, Limits(round(2 * mean / log(2)) / 2, 1)) > 1e9


@pytest.mark.parametrize("mean", [0.001, 0.05, 0.7, 30, 400, 3000])
def test_every_house_is_quiet_for_five_years(mean: float) -> None:
    assert quiet_weeks(mean, cusum_limits(mean)) >= 260


@pytest.mark.parametrize("mean", [0.7, 1, 2, 5, 12, 30])
def test_a_lower_alarm_would_cry_more_often(mean: float) -> None:
    limits = cusum_limits(mean)
    assert quiet_weeks(mean, replace(limits, alarm=limits.alarm - 0.5)) < 260


@pytest.mark.parametrize(("mean", "allowed"), [(0.001, 0.5), (0.05, 0.5), (400, 577), (3000, 4328)])
def test_no_alarm_is_below_one(mean: float, allowed: float) -> None:
    """In a house of few short picks the first of them is no alarm."""
    assert cusum_limits(mean) == Limits(allowed, 1)


@pytest.mark.parametrize(("value", "share", "after"), [(0, 1, 3), (6, 1, 9), (6.5, 1, 3), (6, 2, 2), (0, 2, 0)])
def test_a_week_adds_what_goes_beyond_the_allowance(value: float, share: float, after: float) -> None:
    assert after_week(value, 10, Limits(7, 6.5), share) == after


def test_weeks_as_usual_keep_quiet_and_a_doubling_does_not() -> None:
    usual = [Week(5, 1000)] * 20
    assert not is_rate_up(usual, 0.005)
    assert is_rate_up([*usual, *[Week(10, 1000)] * 3], 0.005)


def test_a_busy_week_may_bring_more() -> None:
    weeks = [Week(5, 1000)] * 20
    assert not is_rate_up([*weeks, Week(15, 3000)], 0.005)
    assert is_rate_up([*weeks, Week(15, 1000)], 0.005)


def test_after_an_alarm_the_sum_begins_again() -> None:
    sums = cusum([Week(5, 1000)] * 10 + [Week(20, 1000), Week(5, 1000)], 0.005)
    assert sums[-2] >= Limits(7, 6.5).alarm
    assert sums[-1] == 0


@pytest.mark.parametrize("weeks", [[], [Week(0, 0)] * 3])
def test_a_house_that_picks_nothing_is_quiet(weeks: list[Week]) -> None:
    assert not is_rate_up(weeks, 0.005)
    assert cusum(weeks, 0.005) == [0.0] * len(weeks)


@pytest.mark.parametrize(
    ("values", "rise"),
    [
        ([1, 2, 3, 4, 5], Rise.SURE),
        ([1, 2, 3, 5, 4], Rise.NONE),
        ([1, 2, 3, 5, 4, 6], Rise.SURE),
        ([1, 2, 3], Rise.AMBER),
        ([1, 2], Rise.NONE),
        ([2, 2, 3], Rise.NONE),
        ([0, 0, 1, 2, 3], Rise.NONE),
        ([0, 0, 0, 1, 2, 3], Rise.NONE),
        ([0, 0, 1, 2, 3, 4], Rise.SURE),
        ([0, 0, 0, 0, 0, 0], Rise.NONE),
        ([], Rise.NONE),
    ],
)
def test_variance_rises_from_count_to_count(values: list[float], rise: Rise) -> None:
    assert rises(values) is rise


@pytest.mark.parametrize(("number", "least"), [(5, 10), (6, 13), (7, 17)])
def test_equal_values_need_the_score_of_the_table(number: int, least: int) -> None:
    sure = [values for values in _series(number) if rises(values) is Rise.SURE]
    assert min(rising_score(values) for values in sure) == least


def _series(number: int) -> list[Sequence[int]]:
    """Series of so many values that nearly rise, many of them with equal ones."""
    return list(product(*[range(max(place - 2, 0), place + 2) for place in range(number)]))


def test_ten_counts_need_a_score_of_27() -> None:
    enough = [9, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    equal = [9, 0, 1, 2, 3, 4, 5, 6, 7, 7]
    assert (rising_score(enough), rising_score(equal)) == (27, 26)
    assert (rises(enough), rises(equal)) == (Rise.SURE, Rise.NONE)


@pytest.mark.parametrize(("a_day", "days"), [(1, 7.5), (0.5, 13.6), (0.2, 29.5), (0.1, 52.1)])
def test_a_slow_item_may_rest_longer(a_day: float, days: float) -> None:
    assert longest_streak(round(180 * a_day), 180) == pytest.approx(days, abs=0.05)


def test_a_streak_is_longer_than_chance_explains() -> None:
    assert is_phantom_streak(14, 90, 180)
    assert not is_phantom_streak(13, 90, 180)


@pytest.mark.parametrize(("sale_days", "open_days"), [(3, 180), (0, 0), (0, 180), (5, 4)])
def test_of_few_sales_nothing_is_said(sale_days: int, open_days: int) -> None:
    assert longest_streak(sale_days, open_days) is None
    assert not is_phantom_streak(1000, sale_days, open_days)


@pytest.mark.parametrize("lows", [[3], [5, 3], [3, 3]])
def test_an_item_stops_twice_at_the_same_record(lows: list[int]) -> None:
    assert stopped_at(lows, 3, 14, sale_days=90, open_days=180) == 3


@pytest.mark.parametrize(
    ("lows", "on_hand", "streak"), [([], 3, 90), ([3, 4], 3, 90), ([0], 0, 90), ([3], 3, 13), ([2], 3, 90), ([-1], -1, 90)],
    ids=["the first time", "elsewhere in between", "at nothing", "chance explains it", "at another record", "below nothing"],
)  # fmt: skip
def test_one_stop_is_none(lows: list[int], on_hand: int, streak: int) -> None:
    assert stopped_at(lows, on_hand, streak, sale_days=90, open_days=180) is None


def test_where_checks_find_little_an_item_stops_for_longer() -> None:
    assert stopped_at([3], 3, 14, sale_days=90, open_days=180, false_a_year=0.05) is None
    assert stopped_at([3], 3, 17, sale_days=90, open_days=180, false_a_year=0.05) == 3


def test_orders_that_met_a_short_pick_ship_later() -> None:
    found = slower([30, 32, 40, 45, 50, 52, 60, 61], [5, 6, 7, 8, 9, 10, 11, 12])
    assert found is not None
    assert (found.hours, found.usual_hours) == (47.5, 8.5)
    assert found.chance < 0.001


@pytest.mark.parametrize(
    ("short", "others"),
    [
        ([30.0] * 7, [5.0] * 30),
        ([30.0] * 30, [5.0] * 7),
        ([8.0] * 10, [5.0] * 10),
        ([5.0, 50.0] * 5, [6.0, 40.0] * 5),
        ([], []),
    ],
    ids=["few that were short", "few others", "by three hours", "as likely as not", "none"],
)
def test_orders_that_are_hardly_later_are_no_signal(short: list[float], others: list[float]) -> None:
    assert slower(short, others) is None


@pytest.mark.parametrize(
    ("precision", "a_year"),
    [(Precision(40, 3), 0.05), (Precision(40, 4), 0.2), (Precision(39, 0), 0.2), (Precision(0, 0), 0.2)],
)
def test_streaks_that_find_nothing_are_raised_less_often(precision: Precision, a_year: float) -> None:
    assert false_a_year(precision) == pytest.approx(a_year)
