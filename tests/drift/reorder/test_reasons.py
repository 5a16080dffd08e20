"""The sentence that says why a point is what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.drift.reorder.reasons import Facts, ago, days, reason
from scanner.drift.reorder.rules import Point

POINT = Point(14, 5, None, 7, 6.4)
FACTS = Facts(lead_days=7, sold_a_day=2, lost_a_day=0.062, uncounted_days=120, was_counted=True)


@pytest.mark.parametrize(
    ("point", "facts", "words"),
    [
        ({}, {}, "26 = 14 for 7 days + 5 safety + 7 because 3.1 % of what moves goes missing and it was counted 120 days ago"),
        ({}, {"was_counted": False},
         "26 = 14 for 7 days + 5 safety + 7 because 3.1 % of what moves goes missing and it was never counted"),
        ({}, {"uncounted_days": 1},
         "26 = 14 for 7 days + 5 safety + 7 because 3.1 % of what moves goes missing and it was counted yesterday"),
        ({}, {"lost_a_day": -0.01},
         "26 = 14 for 7 days + 5 safety + 7 because its counts differ from the record and it was counted 120 days ago"),
        ({}, {"lost_a_day": 0.0001},
         "26 = 14 for 7 days + 5 safety + 7 because less than 0.1 % of what moves goes missing and it was counted 120 days ago"),
        ({"own": 20}, {},
         "27 = 20, your own reorder point + 7 because 3.1 % of what moves goes missing and it was counted 120 days ago"),
        ({"own": 20, "raised": 0}, {}, "20, your own reorder point"),
        ({"own": 20, "raised": 0}, {"sold_a_day": 0}, "20, your own reorder point (nothing sold before today)"),
        ({"own": 20, "raised": 2}, {"sold_a_day": 0},
         "22 = 20, your own reorder point (nothing sold before today) + 2 because 1.9 a month go missing "
         "and it was counted 120 days ago"),
        ({"raised": 0}, {}, "19 = 14 for 7 days + 5 safety"),
        ({"raised": 0, "safety_units": 0}, {"lead_days": 6.5}, "14 = 14 for 6.5 days"),
        ({"lead_units": 1_400, "raised": 0}, {"lead_days": 700}, "1,405 = 1,400 for 700 days + 5 safety"),
    ],
)  # fmt: skip
def test_a_point_in_a_sentence(point, facts, words):
    assert reason(replace(POINT, **point), replace(FACTS, **facts)) == words


@pytest.mark.parametrize(("number", "words"), [(7, "7 days"), (1, "1 day"), (0, "0 days"), (6.96, "7 days"), (7.54, "7.5 days")])
def test_days_in_words(number, words):
    assert days(number) == words


@pytest.mark.parametrize(("number", "words"), [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (1_200, "1,200 days ago")])
def test_how_long_ago(number, words):
    assert ago(number) == words
