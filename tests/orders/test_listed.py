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
