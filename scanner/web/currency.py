"""Amounts with the currency of the house beside them."""

from __future__ import annotations

from decimal import Decimal

from scanner.money import written
from scanner.web.context import settings


def currency() -> str:
    """The three letters of the house's currency; empty where none is set."""
    return settings().currency


def with_currency(amount: Decimal) -> str:
    """`1234.5` -> `1,234.50 EUR`."""
    return written(amount, currency())
