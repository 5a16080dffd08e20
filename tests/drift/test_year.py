"""The simulated year: its truth stays outside of the warehouse, and a count brings the record to it."""

from __future__ import annotations

import pytest

from benchmarks.year import POLICIES, simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs():
    return {policy: simulate(policy, seed=1, days=12, minutes=12) for policy in POLICIES}


def test_every_way_of_counting_meets_the_same_days(runs):
    assert len({(run.ordered, run.not_found) for run in runs.values()}) == 1 and runs["none"].ordered > 500


def test_counts_bring_the_record_to_the_truth(runs):
    drift = {policy: run.months[-1].drift for policy, run in runs.items()}
    assert drift["none"] > max(drift["yearly"], drift["abc"], drift["ranked"]) > 0
    assert runs["none"].scans == 0 and runs["yearly"].counts == 24


def test_two_ways_of_the_same_minutes_take_about_as_long(runs):
    assert runs["ranked"].hours == pytest.approx(runs["abc"].hours, rel=0.2)
