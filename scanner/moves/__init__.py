"""Goods that go from one place to another: put away, moved between shelves, taken out of what is not sold."""

from typing import Final

KIND: Final = "move"
MOVES: Final = "MOVES"
"""The reference of the one task of moves, which never ends."""
