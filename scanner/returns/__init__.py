"""Goods that customers send back: what came, how it was graded, where it went."""

from typing import Final

KIND: Final = "return"
