"""Goods that are taken from shelves, and goods that were not there."""

from typing import Final

KIND: Final = "pick"
