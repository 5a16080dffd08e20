"""What a page says, as a person reads it."""

from __future__ import annotations

import re

_UNBROKEN = re.compile(r'<span class="unbroken">([^<]*)</span>')


def as_read(page: str) -> str:
    """The page without what keeps its codes on one line."""
    return _UNBROKEN.sub(r"\1", page)
