"""When to order and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drift.reorder.rules import (
    PRIOR_DAYS,
    Counted,
    Gap,
    Loss,
    Point,
    Rate,
    Supply,
    demand,
    demand_of,
    expected_on_shelf,
    gaps,
    is_count_first,
    lead_time,
    loss,
    loss_of_class,
    net_of,
    point,
    suggested,
)

MUG = Supply(Rate(2, 2**0.5), Rate(7), Loss(0.062, 0.05), 120, abc_class="B")
NUMBERS = st.floats(0, 500)
SUPPLIES = st.builds(
    Supply,
    st.builds(Rate, NUMBERS, NUMBERS),
    st.builds(Rate, st.floats(0, 200), st.floats(0, 60)),
    st.builds(Loss, st.floats(-5, 50), NUMBERS),
    st.floats(0, 4000),
    abc_class=st.sampled_from("ABC"),
    critical=st.booleans(),
    own_point=st.none() | st.integers(0, 10_000),
)


def test_a_point_by_hand() -> None:
    """2 × 7 = 14; 1.28 × √(7 × 2) = 4.79; 0.062 × 127 = 7.87 and √(14 + 0.05 × 127) = 4.51 × 1.28 = 5.77 instead of 4.79."""
    found = point(MUG)
    assert found == Point(14, 5, None, raised=9, raise_units_exact=found.raise_units_exact)
    assert found.raise_units_exact == pytest.approx(8.858, abs=0.001)
    assert point(MUG).effective == 28


def test_right_after_a_count_hardly_anything_is_added() -> None:
    found = point(replace(MUG, uncounted_days=0))
    assert found.raised == 1
    assert found.raise_units_exact == pytest.approx(0.493, abs=0.001)


def test_the_point_of_the_shop_gets_the_raise() -> None:
    found = point(replace(MUG, own_point=40))
    assert (found.plain, found.effective) == (40, 49)


@pytest.mark.parametrize(("own", "raised"), [(5, 5), (0, 0), (-1, 0), (8, 8), (9, 9), (10, 9)])
def test_the_raise_is_capped_by_the_point_of_the_shop(own: int, raised: int) -> None:
    found = point(replace(MUG, own_point=own))
    assert (found.plain, found.raised) == (own, raised)


def test_the_raise_is_capped_by_the_plain_point() -> None:
    found = point(replace(MUG, uncounted_days=4000))
    assert (found.plain, found.effective) == (19, 38)


@pytest.mark.parametrize(("abc_class", "critical", "safety"), [("A", False, 7), ("B", False, 5), ("C", False, 4), ("C", True, 8)])
def test_safety_by_class(abc_class: str, critical: bool, safety: int) -> None:
    assert point(replace(MUG, abc_class=abc_class, critical=critical)).safety_units == safety


@given(SUPPLIES)
def test_a_raise_is_at_most_half_of_the_point_with_it(supply: Supply) -> None:
    found = point(supply)
    assert 0 <= found.raise_units_exact <= found.raised + 1e-9
    assert 2 * found.raised <= found.effective
    assert found.lead_units >= 0
    assert found.safety_units >= 0


@given(SUPPLIES, st.floats(0, 1000))
def test_the_longer_nobody_counted_the_higher_the_point(supply: Supply, more: float) -> None:
    assert point(replace(supply, uncounted_days=supply.uncounted_days + more)).effective >= point(supply).effective


@given(SUPPLIES)
def test_what_is_found_again_and_again_lowers_no_point(supply: Supply) -> None:
    gains = replace(supply, lost=Loss(-abs(supply.lost.a_day), 0.0))
    assert point(gains).raised == 0


def test_loss_is_shrunk_to_the_class() -> None:
    assert loss([], Loss(0.05, 0.2)) == Loss(0.05, 0.2)
    assert loss([Gap(PRIOR_DAYS, 18)], Loss(0.0, 0.0)) == Loss(0.05, 0.9)
    assert loss_of_class([Gap(100, 3), Gap(100, -1)]) == Loss(0.01, 0.05)
    assert loss_of_class([]) == loss_of_class([Gap(0, 5)]) == Loss()


def test_demand_of_no_days_is_none() -> None:
    assert demand([]) == Rate(0.0)
    assert demand([2, 4]) == Rate(3.0, 1.0)


@pytest.mark.parametrize(
    ("measured", "said", "lead"),
    [([5, 7, 9], None, 7), ([5, 9], None, 14), ([], None, 14), ([5, 7, 9], 30, 30), ([], 3, 3)],
    ids=["measured", "two are too few", "as usual", "the shop says more", "the shop says so"],
)
def test_lead_time(measured: list[float], said: float | None, lead: float) -> None:
    assert lead_time(measured, said, usual=14).mean == lead


def test_what_the_shop_says_spreads_as_was_measured() -> None:
    assert lead_time([5, 7, 9], 30, usual=14).deviation == pytest.approx(1.633, abs=0.001)


@pytest.mark.parametrize(
    ("record", "lost", "days", "there"), [(20, 0.05, 100, 15), (3, 1, 100, 0), (20, -1, 100, 20), (-4, 0, 9, 0)]
)
def test_what_is_on_the_shelf_most_likely(record: int, lost: float, days: float, there: int) -> None:
    assert expected_on_shelf(record, Loss(lost, 0.0), days) == there


@pytest.mark.parametrize(
    ("there", "on_order", "units"),
    [(27, 0, 0), (26, 0, 36), (20, 0, 36), (5, 0, 60), (0, 30, 0), (0, 26, 36)],
)
def test_units_to_order_are_whole_cases(there: int, on_order: int, units: int) -> None:
    assert suggested(26, there + on_order, a_day=2, cover_days=15, multiple=12) == units


def test_at_the_point_at_least_one_is_ordered() -> None:
    assert suggested(5, 5, a_day=0, cover_days=0, multiple=1) == 1


@pytest.mark.parametrize(("raised", "first"), [(12.0, True), (11.99, False), (11.0, False), (0.0, False)])
def test_a_raise_of_a_case_is_counted_first(raised: float, first: bool) -> None:
    assert is_count_first(Point(14, 5, None, ceil(raised), raised), 12) is first


def test_what_was_just_counted_is_not_counted_first() -> None:
    assert not is_count_first(point(replace(MUG, uncounted_days=0)), 1)
    assert is_count_first(point(MUG), 1)


def test_demand_by_sums_is_demand_by_days() -> None:
    units = [0, 3, 1, 0, 7, 2]
    by_days, by_sums = demand(units), demand_of(sum(units), sum(each**2 for each in units), len(units))
    assert (by_sums.mean, by_sums.deviation) == pytest.approx((by_days.mean, by_days.deviation))
    assert demand_of(0, 0, 0) == Rate(0.0)


DAY = date(2026, 5, 1)


class Units(NamedTuple):
    """Units of a day."""

    day: date
    units: int


@pytest.mark.parametrize(
    ("units", "net"),
    [
        ([], {}),
        ([3, -3], {}),
        ([3, 2, -4, 5], {0: 1, 3: 5}),
        ([-3, 2], {1: 2}),  # it went before
        ([2, -3, 0, 4], {3: 4}),
    ],
)
def test_what_came_back_is_taken_off_the_days_on_which_it_went(units: list[int], net: dict[int, int]) -> None:
    found = net_of(Units(DAY + timedelta(nth), each) for nth, each in enumerate(units))
    assert found == {DAY + timedelta(nth): each for nth, each in net.items()}


@pytest.mark.parametrize(
    ("counted", "found"),
    [
        ([], ()),
        ([(0, 1, 5)], ()),  # nobody knows since when it was wrong
        ([(0, 1, 0), (60, 1, 3)], (Gap(60, 3),)),
        ([(0, 1, 0), (60, 1, 3), (90, 1, -1)], (Gap(60, 3), Gap(30, -1))),
        ([(0, 1, 0), (0, 2, 0), (60, 1, 3), (60, 2, -3)], (Gap(60, 0),)),  # put on the other shelf: nothing is missing
        ([(0, 1, 0), (60, 1, 3), (60, 2, 8)], (Gap(60, 3),)),  # the second shelf is counted for the first time
        ([(0, 1, 0), (30, 2, 8), (60, 1, 3)], (Gap(60, 3),)),  # no gap ends with the first count of a place
        ([(0, 1, 0), (30, 2, 8), (60, 1, 3), (90, 2, 1)], (Gap(60, 3), Gap(30, 1))),
        ([(0, 1, 0), (60, 2, 8), (90, 2, 1)], (Gap(30, 1),)),  # nor does one begin before its places were counted
    ],
)
def test_counts_measure_what_went_missing_since_the_one_before(
    counted: list[tuple[int, int, int]], found: tuple[Gap, ...]
) -> None:
    assert gaps([Counted(DAY + timedelta(days), place, lost) for days, place, lost in counted]) == found
