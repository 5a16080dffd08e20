"""What shops sold: orders are taken in, picked, packed and shipped."""

from typing import Final

from scanner.scans.picked import ORDER

KIND: Final = ORDER
CART: Final = "cart"
"""The kind of a task that picks several orders at once, a tote for each."""
