"""What is taken off the shelves, and what could not be found there."""

from typing import Final

KIND: Final = "pick"
