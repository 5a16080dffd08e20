"""The sentence that says why a point is what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.drift.reorder.reasons import Amount, Facts, ago, amount, days, reason
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


AMOUNT = Amount(suggested=53, effective=52, have=37, for_orders=0, cover_units=38, cover_days=13, multiple=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "53 = 52 − 37 there and on order + 38 for 13 days more"),
        ({"suggested": 72, "multiple": 24}, "72, in cases of 24: 53 = 52 − 37 there and on order + 38 for 13 days more"),
        ({"suggested": 15, "cover_units": 0}, "15 = 52 − 37 there and on order"),
        ({"have": 33, "for_orders": 4, "suggested": 57},
         "57 = 52 − 33 there and on order, less 4 for orders + 38 for 13 days more"),
        ({"have": -3, "for_orders": 4, "suggested": 93}, "93 = 52 + 3 that orders lack + 38 for 13 days more"),
        ({"have": 52, "cover_units": 0, "suggested": 1}, "1, so that there is more than the point"),
        ({"have": 52, "cover_units": 0, "suggested": 6, "multiple": 6}, "6, so that there is more than the point"),
    ],
)  # fmt: skip
def test_an_order_in_a_sentence(change, words):
    assert amount(replace(AMOUNT, **change)) == words


@pytest.mark.parametrize(("number", "words"), [(7, "7 days"), (1, "1 day"), (0, "0 days"), (6.96, "7 days"), (7.54, "7.5 days")])
def test_days_in_words(number, words):
    assert days(number) == words


@pytest.mark.parametrize(("number", "words"), [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (1_200, "1,200 days ago")])
def test_how_long_ago(number, words):
    assert ago(number) == words
