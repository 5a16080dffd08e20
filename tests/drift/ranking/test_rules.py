"""What to count first, beside what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.drift.ranking.rules import (
    Past,
    Planned,
    Record,
    Section,
    Usual,
    Why,
    chance_empty,
    chance_wrong,
    fill,
    sales_at_stake_e4,
    units_off,
    value_at_stake_e4,
)

USUAL = Usual(wrong_a_count=0.1, units_off=2.0, days_between=90)
MUG = Record(on_hand=3, moves=50, days=45, past=Past(), usual=USUAL, cost_e4=40_000)


def test_a_chance_by_hand() -> None:
    """0.996^50 = 0.8184; half of an interval at 0.1 leaves 0.95 of it: 1 - 0.7775. Off by 2 units at 4.00."""
    assert chance_wrong(MUG) == pytest.approx(0.2225, abs=0.0001)
    assert value_at_stake_e4(MUG) == pytest.approx(17_800, abs=10)


def test_a_record_that_was_counted_just_now_is_right() -> None:
    assert chance_wrong(replace(MUG, moves=0, days=0)) == 0


def test_age_counts_no_more_than_an_interval() -> None:
    assert chance_wrong(replace(MUG, days=90)) == chance_wrong(replace(MUG, days=900))


def test_its_own_counts_go_over_those_of_its_class() -> None:
    often = replace(MUG, past=Past(counts=8, wrong=6, units_off=30))
    assert units_off(often) == pytest.approx(34 / 8)
    assert chance_wrong(often) > chance_wrong(MUG) > chance_wrong(replace(MUG, past=Past(counts=8)))


def test_a_low_record_that_no_longer_sells_is_likely_empty() -> None:
    """0.2225 × 0.5 × 0.5² = 0.0278; λ·n = 5 makes odds of 0.0286 × 148.4 = 4.245."""
    selling = replace(MUG, sale_days=0.5)
    assert chance_empty(selling) == pytest.approx(0.0278, abs=0.0001)
    assert chance_empty(replace(selling, streak=10)) == pytest.approx(0.8093, abs=0.001)
    assert chance_empty(replace(selling, streak=10, on_hand=12)) < 0.02
    assert sales_at_stake_e4(replace(selling, streak=10, margin_until_delivery_e4=100)) == pytest.approx(80.93, abs=0.1)


def test_what_is_empty_by_the_record_is_no_surprise() -> None:
    assert chance_empty(replace(MUG, on_hand=0, sale_days=1, streak=30)) == 0


@given(
    st.integers(-5, 10_000), st.integers(0, 10**5), st.floats(0, 5000), st.integers(0, 50), st.floats(0, 1), st.integers(0, 5000)
)  # fmt: skip
def test_chances_are_chances(on_hand: int, moves: int, days: float, wrong: int, sale_days: float, streak: int) -> None:
    past = Past(counts=wrong * 2, wrong=wrong, units_off=wrong * 3)
    record = Record(on_hand, moves, days, past, USUAL, sale_days=sale_days, streak=streak)
    assert 0 <= chance_wrong(record) <= 1
    assert 0 <= chance_empty(record) <= 1
    longer = chance_empty(replace(record, streak=streak + 1))
    assert longer >= chance_empty(record) * (1 - 1e-12)  # but for the last digit of a float


# Filling the minutes


def sections(*codes: str, minutes: int = 10, due: bool = False, value: float = 0.0, sales: float = 0.0) -> list[Section]:
    return [Section(code, minutes, due, value, sales) for code in codes]


def undrawn(planned: list[Planned]) -> list[tuple[str, Why]]:
    return [(each.code, each.why) for each in planned if each.why is not Why.RANDOM]


def test_what_is_due_comes_first_then_the_two_lists_in_turn() -> None:
    known = [
        *sections("V1", value=100),
        *sections("E1", sales=1),
        *sections("D2", "D1", due=True, value=9999),
        *sections("V2", value=200),
        *sections("NEVER"),
    ]
    drawn = next(seed for seed in range(1000) if [each.code for each in fill(known, 50, Random(seed))][:1] == ["NEVER"])
    assert undrawn(fill(known, 60, Random(drawn))) == [
        ("D2", Why.DUE), ("D1", Why.DUE), ("V2", Why.VALUE), ("E1", Why.EMPTY), ("V1", Why.VALUE)
    ]  # fmt: skip


def test_much_at_stake_in_few_minutes_goes_first() -> None:
    known = [Section("LONG", 40, False, value_e4=200), Section("SHORT", 5, False, value_e4=100)]
    ranked = [undrawn(fill(known, 48, Random(seed))) for seed in range(50)]
    assert [("SHORT", Why.VALUE), ("LONG", Why.VALUE)] in ranked
    assert [("LONG", Why.VALUE), ("SHORT", Why.VALUE)] not in ranked


def test_what_does_not_fit_makes_room_for_what_does() -> None:
    known = [Section("FIRST", 20, True), Section("LONG", 25, True), Section("SHORT", 5, True)]
    assert [each.code for each in fill(known, 30, Random(3))] == ["FIRST", "SHORT"]


def test_what_takes_longer_than_a_day_takes_a_whole_day() -> None:
    known = [Section("LONG", 400, True), Section("SHORT", 5, True)]
    assert [each.code for each in fill(known, 30, Random(3))] == ["LONG"]
    draws = [fill([Section("LONG", 400, False)], 30, Random(seed)) for seed in range(100)]
    assert any(each.why is Why.RANDOM for draw in draws for each in draw)


def test_a_tenth_of_the_minutes_is_drawn_whatever_a_section_takes() -> None:
    known = [Section(f"S{number}", 7 + number % 30, number % 3 == 0, value_e4=number) for number in range(100)]
    draw = Random(14)
    drawn = [sum(each.minutes for each in fill(known, 120, draw) if each.why is Why.RANDOM) for _ in range(2000)]
    assert sum(drawn) / len(drawn) == pytest.approx(12, rel=0.1)


def test_a_long_section_is_drawn_as_often_as_a_short_one() -> None:
    known = [
        *(Section(f"SHORT-{number}", 8, True) for number in range(10)),
        *(Section(f"LONG-{number}", 40, False) for number in range(10)),
    ]
    draw = Random(14)
    drawn = Counter(each.code.partition("-")[0] for _ in range(3000) for each in fill(known, 120, draw) if each.why is Why.RANDOM)
    assert drawn["LONG"] == pytest.approx(drawn["SHORT"], rel=0.15)


def test_the_same_day_draws_the_same() -> None:
    known = sections(*"ABCDEFGH", value=5)
    assert fill(known, 60, Random("2026-11-29")) == fill(known, 60, Random("2026-11-29"))


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.floats(0, 1e9), st.floats(0, 1e9)), max_size=30),
    st.integers(0, 600),
    st.integers(),
)  # fmt: skip
def test_nothing_is_planned_twice_nor_beyond_the_minutes(
    known: list[tuple[int, bool, float, float]], minutes: int, seed: int
) -> None:  # fmt: skip
    planned = fill([Section(f"S{number}", *each) for number, each in enumerate(known)], minutes, Random(seed))
    assert len({each.code for each in planned}) == len(planned)
    assert sum(min(each.minutes, minutes) for each in planned) <= minutes


def test_no_minutes_no_plan() -> None:
    assert fill(sections("A", due=True), 0, Random(1)) == []
