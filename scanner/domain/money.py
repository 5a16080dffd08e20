"""Money is counted in ten-thousandths of the currency, as a whole number: sums of it are exact."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def from_e4(amount: int) -> Decimal:
    """Ten-thousandths as an amount with two decimals, four where they matter."""
    value = Decimal(amount) / 10_000
    exact = value.quantize(Decimal("0.0001"))
    rounded = value.quantize(Decimal("0.01"))
    return rounded if rounded == exact else exact


def to_e4(text: str) -> int:
    """An amount as written (`12.5`) in ten-thousandths. Raises ValueError for what is none, negative or finer."""
    try:
        scaled = Decimal(text.strip()) * 10_000
    except InvalidOperation:
        raise ValueError(f"expected an amount like 12.50, got {text!r}") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or not 0 <= scaled <= 10**13:
        raise ValueError(f"expected an amount from 0 with at most 4 decimals, got {text!r}")
    return int(scaled)
