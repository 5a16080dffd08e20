"""Whose a discrepancy is, and how sure a cause is."""

import pytest

from scanner.discrepancies.desk.rules import owners_of, proposed, sureness
from scanner.people.rules import OperatorView

DAMAGED, STOLEN, UNKNOWN = "damage not logged", "theft", "unknown"


@pytest.mark.parametrize(
    ("roles", "owners"),
    [
        ({"supervisor"}, {"sam", "supervisor"}),
        ({"service"}, {"sam", "customer service"}),
        ({"receiver", "counter"}, {"sam"}),  # a section may be one's own
    ],
)
def test_mine_is_what_has_my_name_or_that_of_my_role(roles, owners):
    assert owners_of(OperatorView(1, "Sam", frozenset(roles))) == owners


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        ([DAMAGED] * 7 + [STOLEN], "Very likely: 7 of the last 8 of this kind here were: damage not logged."),
        ([DAMAGED, STOLEN, DAMAGED, STOLEN], "Likely: 2 of the last 4 of this kind here were: damage not logged."),
        ([STOLEN, DAMAGED, DAMAGED], "Likely: 2 of the last 3 of this kind here were: damage not logged."),
        ([DAMAGED] * 3 + [STOLEN] * 20, "Likely: 5 of the last 8 of this kind here were: theft."),  # older ones say nothing
        (["", DAMAGED, DAMAGED, DAMAGED], "Very likely: 3 of the last 3 of this kind here were: damage not logged."),
    ],
)
def test_how_sure_a_cause_is_follows_from_the_last_ones(earlier, words):
    assert sureness(earlier)[0].words == words


@pytest.mark.parametrize("earlier", [[], [DAMAGED], [DAMAGED, DAMAGED]])
def test_too_few_say_nothing(earlier):
    assert sureness(earlier) == ()


def test_a_cause_is_proposed_that_was_that_of_half_of_them_and_never_the_unknown():
    assert proposed(sureness([DAMAGED, DAMAGED, STOLEN])).cause == DAMAGED
    assert proposed(sureness([UNKNOWN] * 8)) is None
    assert proposed(sureness([DAMAGED, STOLEN, UNKNOWN])) is None
    assert sureness([DAMAGED, STOLEN, UNKNOWN])[1].words.startswith("Perhaps: 1 of the last 3")
