"""When a section is due."""

from datetime import date

import pytest

from scanner.counting.plan.schedule import Places, due_on, is_due, minutes_for

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
COUNTED = Places(8, 0, MONDAY, TUESDAY)


def test_a_section_is_due_when_the_place_that_waits_longest_is():
    assert due_on(COUNTED, 7, None) == date(2026, 11, 23)


@pytest.mark.parametrize("places", [Places(8, 8, None, None), Places(8, 1, MONDAY, TUESDAY), Places(0, 0, None, None)])
def test_a_section_of_which_a_place_was_never_counted_is_due(places):
    assert due_on(places, 91, None) is None
    assert is_due(due_on(places, 91, None), MONDAY)


def test_a_pull_brings_the_day_forward_and_never_back():
    assert due_on(COUNTED, 91, TUESDAY) == TUESDAY
    assert due_on(COUNTED, 7, date(2027, 1, 1)) == date(2026, 11, 23)


@pytest.mark.parametrize(("today", "due"), [(date(2026, 11, 22), False), (date(2026, 11, 23), True), (date(2026, 12, 1), True)])
def test_it_is_due_on_its_day_and_after(today, due):
    assert is_due(due_on(COUNTED, 7, None), today) is due


@pytest.mark.parametrize(
    ("lines", "places", "minutes"),
    [(0, 0, 0), (1, 1, 1), (9, 8, 3), (10, 8, 4), (0, 8, 3)],
    ids=["nothing", "a line", "9 lines of 20 s are 3 minutes", "begun minutes count whole", "empty places are looked at"],
)
def test_minutes_of_counting(lines, places, minutes):
    assert minutes_for(lines, places, 20) == minutes
