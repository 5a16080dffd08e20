"""When the record says: step in."""

from __future__ import annotations

import pytest

from scanner.drift.signals.rules import (
    FALSE_A_YEAR,
    ItemPicks,
    Limits,
    Precision,
    Rise,
    Week,
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


@pytest.mark.parametrize("mean", [0.001, 0.05, 0.7, 30, 400, 3000])
def test_every_house_is_quiet_for_five_years(mean: float) -> None:
    assert quiet_weeks(mean, cusum_limits(mean)) >= 260


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
        ([0, 0, 0, 0, 0, 0], Rise.NONE),
        ([], Rise.NONE),
    ],
)
def test_variance_rises_from_count_to_count(values: list[float], rise: Rise) -> None:
    assert rises(values) is rise


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


def test_an_item_stops_twice_at_the_same_record() -> None:
    assert stopped_at([3], 3, 7, 90, 180) == 3
    assert stopped_at([5, 3], 3, 7, 90, 180) == 3


@pytest.mark.parametrize(
    ("lows", "on_hand", "streak"), [([], 3, 7), ([3, 4], 3, 7), ([0], 0, 7), ([3], 3, 6), ([2], 3, 90)],
    ids=["the first time", "elsewhere in between", "at nothing", "it may sell on", "at another record"],
)  # fmt: skip
def test_one_stop_is_none(lows: list[int], on_hand: int, streak: int) -> None:
    assert stopped_at(lows, on_hand, streak, 90, 180) is None


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
    ("precision", "lowered"),
    [(Precision(40, 3), True), (Precision(40, 4), False), (Precision(39, 0), False), (Precision(0, 0), False)],
)
def test_streaks_that_find_nothing_are_raised_less_often(precision: Precision, lowered: bool) -> None:
    assert (false_a_year(precision) < FALSE_A_YEAR) is lowered
