"""What movements take beyond the record: a row for each way in which stock can run out. No database."""

from __future__ import annotations

import pytest

from scanner.scans.below import taken_below
from scanner.scans.decision import Move, TakenBelow

MUG, LAMP = 1, 2
SHELF, OTHER, DOCK, CUSTOMER = 10, 11, 12, 90
STOCK = {(MUG, SHELF): 5, (LAMP, SHELF): -2, (MUG, DOCK): 3}


@pytest.mark.parametrize(
    ("moves", "beyond"),
    [
        pytest.param([Move(MUG, 5, SHELF, CUSTOMER)], [], id="the last ones there"),
        pytest.param([Move(MUG, 50, SHELF, CUSTOMER)], [(MUG, SHELF, 45)], id="what is there is not part of it"),
        pytest.param([Move(LAMP, 3, SHELF, CUSTOMER)], [(LAMP, SHELF, 3)], id="below zero already: only what is new"),
        pytest.param([Move(MUG, 1, OTHER, CUSTOMER)], [(MUG, OTHER, 1)], id="a place that never had it"),
        pytest.param([Move(MUG, 9, CUSTOMER, SHELF)], [], id="a virtual place has no stock to run out of"),
        pytest.param([Move(MUG, 3, SHELF, OTHER), Move(MUG, 3, SHELF, DOCK)], [(MUG, SHELF, 1)], id="two moves out of one place"),
        pytest.param([Move(MUG, 9, SHELF, OTHER), Move(MUG, 9, OTHER, DOCK)], [(MUG, SHELF, 4)], id="only through a place"),
        pytest.param([Move(MUG, 9, SHELF, OTHER), Move(MUG, 9, OTHER, SHELF)], [], id="there and back"),
        pytest.param(
            [Move(MUG, 6, SHELF, CUSTOMER), Move(LAMP, 1, SHELF, CUSTOMER)],
            [(MUG, SHELF, 1), (LAMP, SHELF, 1)],
            id="parts of a kit",
        ),
    ],
)
def test_only_what_the_record_does_not_have_is_beyond_it(moves, beyond) -> None:
    assert taken_below(moves, STOCK, frozenset({CUSTOMER})) == tuple(TakenBelow(*each) for each in beyond)
