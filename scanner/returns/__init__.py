"""Goods that customers send back: what came, its grade, and where it went."""

from typing import Final

KIND: Final = "return"
