"""Amounts are exact, and one that can be read in two ways is not read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.money import from_e4, to_e4
from scanner.spelling import Ambiguous


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.5", 125_000),
        ("0", 0),
        ("1,5", 15_000),  # a comma is the decimal sign where it can be nothing else
        ("0.0001", 1),
        ("0,99", 9_900),
        ("0,125", 1_250),  # no thousands begin with a zero
        (".5", 5_000),
        ("1234,567", 12_345_670),  # four digits before it: with a sign between thousands there would be two of them
        ("1,000.50", 10_005_000),
        ("1.000,50", 10_005_000),
        ("1,234,567", 12_345_670_000),
        ("12,34,567.00", 12_345_670_000),  # as in India
        ("1'234.50", 12_345_000),  # as in Switzerland
        ("1\u2019234.50", 12_345_000),
        ("1 234,50", 12_345_000),
        ("1\u202f234,567", 12_345_670),  # a narrow blank between thousands: the comma is the decimal sign
        ("1\u00a0234", 12_340_000),
        (" 3 ", 30_000),
        ("\uff11\uff12.\uff15", 125_000),  # full-width digits
        ("\u200e12.50", 125_000),  # a direction mark that nobody sees
        ("9999999999.9999", 99_999_999_999_999),
    ],
)
def test_an_amount_is_read_exactly(text, amount):
    assert to_e4(text) == amount


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an amount such as 12.50"),
        ("twelve", "an amount such as 12.50"),
        ("-1", "zero or more"),
        ("\u22121", "zero or more"),  # the minus sign of typographers
        ("(12.50)", "zero or more"),  # the bookkeeper's minus
        ("1-", "zero or more"),
        ("0.00001", "at most four decimals"),
        ("NaN", "an amount"),
        ("Infinity", "an amount"),
        ("1e20", "written out"),
        ("1.2E+4", "written out"),
        ("\u20ac3", "without a sign of its currency"),
        ("12.50 EUR", "without a sign of its currency"),
        ("$1,234.50", "without a sign of its currency"),
        ("12.50 \u20ac", "without a sign of its currency"),
        ("kr 12", "without a sign of its currency"),
        ("12,-", "without a sign of its currency"),
        ("12%", "an amount"),
        ("1.234.56", "an amount"),
        ("1,23,4", "an amount"),
        ("1,234 567", "an amount"),
        ("12 34", "an amount"),
        ("12.", "an amount"),
        (".", "an amount"),
        ("\u0663", "an amount"),
        ("9" * 11, "an amount"),
    ],
)
def test_what_is_no_amount_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        to_e4(text)


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,500", "999.999", "\u200b1,234"])
def test_three_digits_behind_a_lone_sign_are_not_guessed(text):
    with pytest.raises(Ambiguous, match="this may be"):
        to_e4(text)


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [("1,234", ",", 12_340), ("1,234", ".", 12_340_000), ("1.234", ".", 12_340), ("1.234", ",", 12_340_000)],
)
def test_with_the_decimal_sign_known_they_are_read(text, decimal, amount):
    assert to_e4(text, decimal) == amount


def test_two_decimals_are_shown_and_four_where_they_matter():
    assert (str(from_e4(125_000)), str(from_e4(1))) == ("12.50", "0.0001")


@given(st.integers(0, 10**13))
def test_what_is_shown_reads_back(amount):
    assert to_e4(str(from_e4(amount))) == amount
    assert from_e4(amount) == Decimal(amount) / 10_000


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([(",", "."), (".", ","), ("'", "."), ("\u202f", ",")]))
def test_every_usual_way_of_writing_an_amount_reads_alike(whole, cents, signs):
    thousands, decimal = signs
    assert to_e4(f"{whole:,}".replace(",", thousands) + f"{decimal}{cents:02}") == whole * 10_000 + cents * 100


@given(st.text("0123456789.,' -\u202f", max_size=12))
def test_nothing_is_read_in_two_ways(text):
    """What is read without a decimal sign reads the same whichever is said."""
    try:
        amount = to_e4(text)
    except ValueError:
        return
    assert to_e4(text, ",") == to_e4(text, ".") == amount
