"""Money is counted in ten-thousandths of the currency, as a whole number: sums of it are exact."""

from __future__ import annotations

import re
from decimal import Decimal
from unicodedata import category

from scanner.spelling import Ambiguous, numeral

NO_BREAK = "\N{NO-BREAK SPACE}"
MOST_DIGITS = 10
_PLAIN = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}|[0-9]{4}))?")
_NEGATIVE = re.compile(r"\s*(?:[-\u2212\u2013(].*|.*[0-9)][-\u2212])\s*", re.DOTALL)
_POWER = re.compile(r"[0-9.,]+E[+-]?[0-9]+", re.IGNORECASE)
_WITH_CURRENCY = re.compile(r"[^\W\d_]{2,3}\.?\s*[0-9][0-9., ']*|[0-9][0-9., ']*(?:\s*[^\W\d_]{2,3}|[.,][-\u2013])")
_EXPECTED = "an amount such as 12.50, with at most four decimals"


def from_e4(amount: int) -> Decimal:
    """Ten-thousandths as an amount with two decimals, four where they matter."""
    value = Decimal(amount) / 10_000
    exact = value.quantize(Decimal("0.0001"))
    rounded = value.quantize(Decimal("0.01"))
    return rounded if rounded == exact else exact


def in_cents(amount: int) -> Decimal:
    """Ten-thousandths as an amount with two decimals; halves away from zero, as the books round."""
    return Decimal(rounded(amount, 100)).scaleb(-2)


def written(value: Decimal, currency: str) -> str:
    """`1234.5` -> `1,234.50 EUR`; without a currency where none is set. The two do not part at the end of a line."""
    return f"{value:,.2f}{NO_BREAK}{currency}" if currency else f"{value:,.2f}"


def rounded(above: int, below: int) -> int:
    """The quotient as a whole number, to the nearest; halves away from zero. `below` is above zero."""
    sign = -1 if above < 0 else 1
    return sign * ((2 * abs(above) + below) // (2 * below))


def to_e4(text: str, decimal: str | None = None) -> int:
    """`12.5` -> 125000 ten-thousandths. `decimal` is the decimal sign, where it is known from elsewhere.

    Raises Ambiguous for `1,234` without it, and ValueError for what is no amount; both say what was expected.
    """
    if plain := _PLAIN.fullmatch(text):
        return int(plain[1]) * 10_000 + int((plain[2] or "").ljust(4, "0"))
    try:
        read = numeral(text, decimal)
    except Ambiguous as two:
        raise Ambiguous(f"{_EXPECTED}; this may be {two}: write it with two or four decimals") from None
    except ValueError:
        raise ValueError(_said_of(text)) from None
    if len(read.whole.lstrip("0")) > MOST_DIGITS or len(read.decimals) > 4:
        raise ValueError(_EXPECTED)
    return int(read.whole) * 10_000 + int(read.decimals.ljust(4, "0"))


def _said_of(text: str) -> str:
    """The words for what is no amount."""
    if _NEGATIVE.fullmatch(text) and any(map(str.isdigit, text)):
        return "an amount of zero or more, such as 12.50"
    if _POWER.fullmatch(text):
        return f"{_EXPECTED}, written out and not as a power of ten"
    if _WITH_CURRENCY.fullmatch(text) or (text[-1:].isdigit() != text[:1].isdigit() and any(category(c) == "Sc" for c in text)):
        return f"{_EXPECTED}, and without a sign of its currency"
    return _EXPECTED
