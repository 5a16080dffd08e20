"""Labels of totes: the boxes on a picker's cart, one for each order. `TOTE-7` is printed once and used again and again."""

from __future__ import annotations

import re

PREFIX = "TOTE-"
_TOTE = re.compile(rf"{PREFIX}[A-Z0-9]{{1,12}}")


def tote_of(text: str) -> str | None:
    """The label of a tote as it is printed; None for any other text. Capitals and small letters are alike."""
    label = text.upper()
    return label if _TOTE.fullmatch(label) else None
