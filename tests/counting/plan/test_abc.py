"""Classes by Pareto cuts."""

import pytest

from scanner.counting.plan.abc import Cuts, Mover, changes, classify
from scanner.errors import BadRequest

CUTS = Cuts(8000, 9500)


def classes(values, cuts=CUTS):
    return "".join(classify([Mover(nth, value, "C") for nth, value in enumerate(values)], cuts).values())


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([800, 150, 50], "ABC"),
        ([700, 200, 60, 40], "AABC"),
        ([100], "A"),
        ([0, 0], "CC"),
        ([100, 0], "AC"),
        ([], ""),
    ],
    ids=["the cuts exactly", "what crosses a cut is still above it", "one is all", "nothing moved", "it did not move", "none"],
)
def test_items_are_of_the_class_in_which_their_share_begins(values, found):
    assert classes(values) == found


def test_the_order_of_the_items_does_not_matter():
    assert classify([Mover(2, 50, "C"), Mover(1, 900, "C")], CUTS) == {1: "A", 2: "B"}


def test_sums_beyond_what_a_float_can_hold_are_exact():
    huge = 10**18
    assert classes([8 * huge - 1, huge + 1, huge], Cuts(8000, 9000)) == "AAC"


def test_without_a_b_there_is_none():
    assert classes([800, 150, 50], Cuts(8000, 8000)) == "ACC"


@pytest.mark.parametrize(("a", "b"), [(0, 9500), (9000, 8000), (8000, 10001), (-1, 5)])
def test_cuts_that_are_none_are_refused(a, b):
    with pytest.raises(BadRequest):
        Cuts(a, b)


def test_a_pinned_item_keeps_its_class():
    movers = [Mover(1, 900, "C", pinned=True), Mover(2, 80, "C"), Mover(3, 20, "C")]
    assert changes(movers, {1: "A", 2: "B", 3: "C"}) == {2: "B"}
