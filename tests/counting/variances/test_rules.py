"""What a count of a line comes to, and the walk through a section."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scanner.counting.variances.rules import (
    Agreement,
    Counted,
    Made,
    Moved,
    Next,
    Tolerance,
    after_recount,
    begins,
    judge,
    moved_while,
    on_hand_then,
    walk,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EXACT, LOOSE = Tolerance(), Tolerance(units=2, bp=100, value_e4=500_000)


def at(seconds: int, seq: int = 0) -> Made:
    return Made((timedelta(seconds=seconds), seq), seq, NOON + timedelta(seconds=seconds))


def moved(units: int, seconds: int, seq: int) -> Moved:
    return Moved(units, at(seconds, seq).place)


@pytest.mark.parametrize(
    ("counted", "on_hand", "cost", "tolerance", "verdict", "why"),
    [
        (5, 5, 10_000, EXACT, Agreement.MATCHED, "the record is right"),
        (4, 5, 10_000, EXACT, Agreement.OUTSIDE, "nothing is tolerated"),
        (3, 5, 10_000, LOOSE, Agreement.WITHIN, "two units are"),
        (2, 5, 10_000, LOOSE, Agreement.OUTSIDE, "three are not"),
        (995, 1000, 10_000, LOOSE, Agreement.WITHIN, "one per cent of many is"),
        (989, 1000, 10_000, LOOSE, Agreement.OUTSIDE, "more than one per cent is not"),
        (4, 5, 500_001, LOOSE, Agreement.OUTSIDE, "one dear unit is worth too much"),
        (0, 1, 10_000, LOOSE, Agreement.OUTSIDE, "not found at all: blank is not zero"),
        (1, 0, 10_000, LOOSE, Agreement.WITHIN, "one without a record"),
        (0, 0, 10_000, EXACT, Agreement.MATCHED, "nothing where nothing should be"),
        (2, -1, 10_000, LOOSE, Agreement.OUTSIDE, "a record below zero is a record"),
    ],
)
def test_a_variance_is_tolerated_by_units_share_and_value_but_an_item_not_found_never_is(
    counted, on_hand, cost, tolerance, verdict, why
):
    assert judge(counted, on_hand, cost, tolerance) is verdict, why


def test_what_moved_while_it_was_counted_is_outside_even_where_the_numbers_agree():
    assert judge(5, 5, 0, LOOSE, moved=True) is Agreement.OUTSIDE


@pytest.mark.parametrize(
    ("variance", "before", "more", "step"),
    [
        (-3, -3, {}, Next.ADJUST),
        (-3, -2, {}, Next.RECOUNT),
        (3, -3, {}, Next.RECOUNT),
        (0, 0, {}, Next.DROP),
        (0, -3, {}, Next.RECOUNT),
        (-3, -3, {"value_e4": 1_000_001}, Next.DECIDE),
        (-3, -3, {"opposite": True}, Next.DECIDE),
        (-3, -3, {"moved": True}, Next.RECOUNT),
    ],
)
def test_after_a_recount(variance, before, more, step):
    facts = {"value_e4": 30_000, "approval_e4": 1_000_000, **more}
    assert after_recount(variance, before, **facts) is step


def test_on_hand_is_that_of_the_moment_of_the_last_scan():
    counted = Counted(5, at(0, 1), at(10, 4))
    moves = [moved(7, 20, 9), moved(-2, 5, 3), moved(-1, 10, 5)]
    assert on_hand_then(11, moves, counted) == 11 - 7 + 1


def test_what_moved_before_the_first_scan_or_after_the_last_did_not_move_meanwhile():
    moves = [moved(1, -1, 1), moved(1, 11, 9)]
    assert not moved_while(moves, at(0, 2).place, at(10, 4).place)
    assert moved_while([moved(1, 5, 3)], at(0, 2).place, at(10, 4).place)


def test_shelves_are_walked_by_position_and_then_as_people_count():
    shelves = [(0, "A-10"), (0, "A-2"), (1, "A-1"), (0, "A"), (0, "B-1")]
    assert sorted(shelves, key=lambda shelf: walk(*shelf)) == [(0, "A"), (0, "A-2"), (0, "A-10"), (0, "B-1"), (1, "A-1")]


@pytest.mark.parametrize(
    ("first", "expected", "why"),
    [
        (None, True, "nothing was booked so far"),
        (NOON, True, "the first count goes on"),
        (NOON - timedelta(days=13, hours=23), True, "the shop is still counting what it has"),
        (NOON - timedelta(days=14), False, "by then goods are carried"),
        (NOON + timedelta(minutes=1), True, "another server's clock is ahead"),
    ],
)
def test_a_shop_begins_for_two_weeks(first, expected, why):
    assert begins(first, NOON) is expected, why
