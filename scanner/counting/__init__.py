"""Cycle counts: who was at which shelf and what was found there, blind."""

from typing import Final

KIND: Final = "count"
