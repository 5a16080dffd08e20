"""What is sent to begin a cart."""

from __future__ import annotations

from typing import Annotated

from scanner.web.contract import Body
from scanner.web.field_types import Between

MOST_ORDERS = 20
"""Most orders on one cart."""


class CartForm(Body):
    """How many orders go on a new cart: those that are due first."""

    orders: Annotated[int, Between(1, MOST_ORDERS)] = 6
