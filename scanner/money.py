"""Money is counted in ten-thousandths of the currency, as a whole number: sums of it are exact."""

from __future__ import annotations

import re
from decimal import Decimal

_AMOUNT = re.compile(r"[0-9]{1,10}(?:[.,][0-9]{1,4})?")


def from_e4(amount: int) -> Decimal:
    """Ten-thousandths as an amount with two decimals, four where they matter."""
    value = Decimal(amount) / 10_000
    exact = value.quantize(Decimal("0.0001"))
    rounded = value.quantize(Decimal("0.01"))
    return rounded if rounded == exact else exact


def to_e4(text: str) -> int:
    """`12.5` -> 125000 ten-thousandths. A comma may be the decimal point. No signs between thousands.

    Raises ValueError that says what was expected.
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError("an amount such as 12.50, with at most four decimals")
    return int(Decimal(text.replace(",", ".")).scaleb(4))
