"""Accuracy and drift, never net."""

import pytest

from scanner.counting.reports.rules import Accuracy, against_budget, by, drift_bp, median


def test_pluses_never_net_minuses():
    found = Accuracy(1, 0, plus_units=4, plus_e4=400) + Accuracy(1, 0, minus_units=4, minus_e4=400)
    assert (found.units, found.value_e4, found.ira_bp) == (8, 800, 0)


def test_accuracy_is_the_share_that_matched_exactly():
    assert Accuracy(counted=8, matched=7).ira_bp == 8750


def test_only_all_is_a_hundred_per_cent():
    assert Accuracy(counted=100_000, matched=99_999).ira_bp == 9999
    assert Accuracy(counted=3, matched=3).ira_bp == 10_000


def test_nothing_counted_is_not_nothing_right():
    assert Accuracy().ira_bp is None


def test_parts_are_put_together_by_their_key():
    assert by([("A", Accuracy(2, 1)), ("B", Accuracy(1, 1)), ("A", Accuracy(3, 3))]) == {"A": Accuracy(5, 4), "B": Accuracy(1, 1)}


@pytest.mark.parametrize(
    ("adjusted", "inventory", "drift", "word"),
    [(0, 100, 0, "within"), (99, 10_000, 99, "within"), (1, 100, 100, "in"), (3, 100, 300, "in"), (301, 10_000, 301, "over"),
     (3001, 100_000, 301, "over"), (5, 0, None, "unknown")],
)  # fmt: skip
def test_drift_against_its_budget(adjusted, inventory, drift, word):
    assert drift_bp(adjusted, inventory, 365) == drift
    assert against_budget(drift) == word


@pytest.mark.parametrize(("numbers", "middle"), [([], None), ([5], 5), ([1, 2, 86_400], 2), ([1, 3], 2)])
def test_one_pause_of_a_day_does_not_move_the_median(numbers, middle):
    assert median(numbers) == middle


@pytest.mark.parametrize(("days", "drift"), [(365, 100), (73, 500), (730, 50), (91, 402)])
def test_the_drift_of_some_days_counts_as_of_a_year(days, drift):
    assert drift_bp(1, 100, days) == drift
