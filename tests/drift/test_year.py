"""The simulated year: its truth stays outside of the warehouse, and a count brings the record to it."""

from __future__ import annotations

import pytest

from benchmarks.year import POLICIES, simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs():
    return {policy: simulate(policy, seed=1, days=12, minutes=12) for policy in POLICIES}


def test_every_way_of_counting_meets_the_same_days(runs):
    assert len({run.wanted for run in runs.values()}) == 1 and runs["none"].wanted > 500


def test_counts_bring_the_record_to_the_truth(runs):
    drift = {policy: run.months[-1].drift for policy, run in runs.items()}
    assert drift["none"] > max(drift["yearly"], drift["abc"], drift["ranked"]) > 0
    assert runs["none"].scans == 0 and runs["yearly"].counts == 24


def test_two_ways_of_the_same_minutes_take_about_as_long(runs):
    assert runs["ranked"].hours == pytest.approx(runs["abc"].hours, rel=0.2)


def test_a_section_that_takes_longer_than_a_day_has_is_counted_all_the_same():
    assert simulate("abc", seed=1, days=3, minutes=2).counts > 0
