"""Cuts a list to what a page can show, however long it is: the first rows, those that were looked for, or some more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from scanner.web.contract import Body, query
from scanner.web.field_types import Search, WholeNumber

STEP, MOST = 100, 500
"""Rows at first, with one more STEP at each request, and the most of one page."""


class Listed(Body):
    """What is looked for in a list, and how many rows are wanted."""

    q: Search = ""
    rows: WholeNumber = STEP


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows to show. `found`: how many there are of `words`, of `total`."""

    rows: Sequence[Any]
    found: int
    total: int
    words: str

    @property
    def more(self) -> int | None:
        """How many rows a longer page has; None where nothing is left out, or one page cannot hold more."""
        shown = len(self.rows)
        return min(shown + STEP, MOST) if shown < min(self.found, MOST) else None

    @property
    def left(self) -> int:
        """Rows that are not shown."""
        return self.found - len(self.rows)


def cut(rows: Sequence[Any], *fields: str) -> Cut:
    """The rows that the address asks for: with every word of `q` in one of the fields, and no more than `rows`."""
    asked = query(Listed)
    words = asked.q.lower().split()
    found = [row for row in rows if _has(row, fields, words)] if words else rows
    return Cut(found[: min(max(asked.rows, 1), MOST)], len(found), len(rows), asked.q)


def address(rows: int) -> str:
    """The same page with so many rows."""
    return f"{request.path}?{urlencode({**request.args, 'rows': rows})}"


def _has(row: Any, fields: Sequence[str], words: Sequence[str]) -> bool:
    text = " ".join(str(getattr(row, name) or "") for name in fields).lower()
    return all(word in text for word in words)
