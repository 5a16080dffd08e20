"""Goods from suppliers, against what was ordered."""

from typing import Final

KIND: Final = "receiving"
