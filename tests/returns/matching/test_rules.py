"""What came for an announced return under any number, against what was told of."""

from __future__ import annotations

import pytest

from scanner.discrepancies.rules import DiscrepancyKind
from scanner.returns.matching.rules import Came, Part, beyond

MUG, TOLD, FIRST, SECOND = 7, 1, 2, 3


def came(*parts: Part, **beyond: int) -> Came:
    return Came(MUG, "MUG-B", "Mug, blue", parts, {TOLD: beyond.get("told", 0), FIRST: beyond.get("first", 0)})


@pytest.mark.parametrize(
    ("announced", "arrivals", "too_much"),
    [
        (2, [(TOLD, 1), (FIRST, 1)], {}),
        (1, [(FIRST, 1), (SECOND, 1)], {SECOND: 1}),
        (2, [(TOLD, 1), (FIRST, 3), (TOLD, 1)], {FIRST: 2, TOLD: 1}),
        (0, [(FIRST, 2)], {FIRST: 2}),
    ],
)
def test_who_came_first_is_met_first(announced: int, arrivals: list[tuple[int, int]], too_much: dict[int, int]) -> None:
    assert beyond(announced, arrivals) == too_much


def test_what_is_too_much_of_a_return_is_on_its_last_lines() -> None:
    each = came(Part(1, TOLD, 2, 2), Part(2, TOLD, 1, 3), Part(3, FIRST, 0, 1), told=2, first=1)
    assert [each.beyond_on(line) for line in (1, 2, 3)] == [0, 2, 1]


def test_what_lacks_is_what_came_under_no_number() -> None:
    each = came(Part(1, TOLD, 3, 1), Part(2, FIRST, 0, 1))
    assert (each.announced, each.arrived, each.lacking, each.elsewhere(TOLD)) == (3, 2, 1, 1)


@pytest.mark.parametrize(
    ("expected", "scanned", "finished", "kinds"),
    [
        (2, 1, False, {(DiscrepancyKind.EXTRA, 0, TOLD)}),
        (2, 1, True, {(DiscrepancyKind.EXTRA, 0, TOLD), (DiscrepancyKind.MISSING, 1, TOLD)}),
        (2, 3, False, {(DiscrepancyKind.EXTRA, 1, TOLD)}),
        (0, 3, False, {(DiscrepancyKind.OTHER_ITEM, 3, TOLD)}),
    ],
)
def test_what_differs_follows_from_what_came(expected: int, scanned: int, finished: bool, kinds: set[object]) -> None:
    each = came(Part(1, TOLD, expected, scanned), told=max(scanned - expected, 0))
    assert {(o.kind, o.units, o.task_id) for o in each.differs(TOLD, finished=finished)} == kinds


def test_each_return_answers_for_what_came_under_its_number() -> None:
    each = came(Part(1, TOLD, 1, 1), Part(2, FIRST, 0, 2), first=2)
    assert {(o.units, o.task_id) for o in each.differs(TOLD, finished=False)} == {(0, TOLD), (2, FIRST)}
