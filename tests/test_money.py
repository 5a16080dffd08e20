"""Amounts are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.money import from_e4, to_e4


@pytest.mark.parametrize(("text", "amount"), [("12.5", 125_000), ("0", 0), ("1,5", 15_000), ("0.0001", 1)])
def test_an_amount_is_read_exactly(text, amount):
    assert to_e4(text) == amount


@pytest.mark.parametrize("text", ["", "twelve", "-1", "0.00001", "NaN", "Infinity", "1e20", "1,000.50", " 3", "\u0663", "9" * 11])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="an amount such as 12"):
        to_e4(text)


def test_two_decimals_are_shown_and_four_where_they_matter():
    assert (str(from_e4(125_000)), str(from_e4(1))) == ("12.50", "0.0001")


@given(st.integers(0, 10**12))
def test_what_is_shown_reads_back(amount):
    assert to_e4(str(from_e4(amount))) == amount
    assert from_e4(amount) == Decimal(amount) / 10_000
