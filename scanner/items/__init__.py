"""Items that get another SKU, turn out to be one, or are sold no longer; with who did it, and when."""

from typing import Final

MERGED: Final = "items merged"
"""The cause of movements by which the stock of one item became that of another: nothing was moved, and nothing was off."""
