"""What the inventory has to be worth by the record: the rule alone."""

from __future__ import annotations

import pytest

from scanner.scans.worth import Came, Revalued, Standing, explained, unexplained

MUG, LAMP = 1, 2


@pytest.mark.parametrize(
    ("came", "revalued", "standing", "why"),
    [
        ([], [], [], "nothing is worth nothing"),
        ([Came(MUG, 10, 300)], [], [Standing(MUG, 10, 300)], "what came in at its cost"),
        ([Came(MUG, 10, 300), Came(MUG, -4, 300)], [], [Standing(MUG, 6, 300)], "what went is taken off"),
        ([Came(MUG, 10, 300)], [Revalued(MUG, 10, 300, 350)], [Standing(MUG, 10, 350)], "what was there is worth more"),
        ([Came(MUG, 10, 300)], [Revalued(MUG, 10, 300, None)], [Standing(MUG, 10, 0)], "it has no cost any more"),
        ([Came(MUG, 10, None)], [Revalued(MUG, 10, None, 300)], [Standing(MUG, 10, 300)], "it got a cost later"),
        ([Came(MUG, -2, 300)], [Revalued(MUG, -2, 300, 500)], [Standing(MUG, -2, 500)], "below zero, too"),
        (
            [Came(MUG, 10, 300), Came(MUG, -10, 500), Came(LAMP, 1, 700)],
            [Revalued(MUG, 10, 300, 500)],
            [Standing(MUG, 0, 500), Standing(LAMP, 1, 700)],
            "each item by itself",
        ),
        ([Came(MUG, 1, 5), Came(MUG, -1, 5)], [], [], "what is gone needs no counter"),
    ],
)
def test_the_record_explains(came, revalued, standing, why):
    assert unexplained(came, revalued, standing) == [], why


@pytest.mark.parametrize(
    ("came", "revalued", "standing", "wrong"),
    [
        ([Came(MUG, 10, 300)], [], [Standing(MUG, 10, 350)], [(MUG, 3500, 3000)]),
        ([Came(MUG, 10, 300)], [Revalued(MUG, 9, 300, 350)], [Standing(MUG, 10, 350)], [(MUG, 3500, 3450)]),
        ([], [], [Standing(LAMP, 1, 5)], [(LAMP, 5, 0)]),
        ([Came(LAMP, 1, 5)], [], [], [(LAMP, 0, 5)]),
    ],
)
def test_what_the_record_does_not_explain_is_named(came, revalued, standing, wrong):
    assert unexplained(came, revalued, standing) == wrong


def test_no_sum_is_too_large():
    assert explained([Came(MUG, 10**9, 10**14)], []) == {MUG: 10**23}
