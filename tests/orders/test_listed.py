"""What the list of who picks says of an open order."""

import pytest

from scanner.orders.listed import how_far


@pytest.mark.parametrize(
    ("wanted", "picked", "pickable", "unknown", "said"),
    [
        (0, 0, 0, 0, "nothing is wanted any more"),
        (0, 0, 0, 3, "cannot be filled: unknown item"),
        (3, 3, 0, 0, "all picked: pack it"),
        (3, 3, 0, 1, "all that is known is picked, an item is unknown"),
        (3, 1, 2, 0, "can be picked"),
        (3, 1, 1, 0, "can be picked in part"),
        (3, 1, 2, 1, "can be picked in part, an item is unknown"),
        (3, 0, 0, 0, "nothing of it on a shelf"),
        (3, 0, 0, 1, "nothing of it on a shelf, an item is unknown"),
    ],
)
def test_it_says_whether_an_order_can_be_picked(wanted, picked, pickable, unknown, said):
    assert how_far(wanted=wanted, picked=picked, pickable=pickable, unknown=unknown, blind=False) == said


@pytest.mark.parametrize("pickable", [0, 1, 2, 9])
def test_who_is_blind_is_not_told_what_shelves_have(pickable):
    assert how_far(wanted=3, picked=1, pickable=pickable, unknown=0, blind=True) == "to be picked"


@pytest.mark.parametrize(
    ("pickable", "picked", "unknown", "blind", "said"),
    [
        (1, 1, 0, False, "can be picked in part, waits for the rest"),
        (0, 1, 0, False, "nothing of it on a shelf, waits for the rest"),
        (2, 1, 0, False, "can be picked"),
        (0, 3, 0, False, "all picked: pack it"),
        (0, 3, 1, False, "all that is known is picked, an item is unknown, waits for the rest"),
        (1, 1, 0, True, "to be picked, goes only whole"),
        (2, 1, 0, True, "to be picked, goes only whole"),
    ],
)
def test_an_order_that_the_supervisor_wants_whole_waits_for_its_rest(pickable, picked, unknown, blind, said):
    assert how_far(wanted=3, picked=picked, pickable=pickable, unknown=unknown, choice="wait", blind=blind) == said


def test_one_that_is_split_waits_for_nothing():
    assert how_far(wanted=3, picked=1, pickable=1, unknown=0, choice="split", blind=False) == "can be picked in part"
