"""Returns as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scanner.discrepancies.answers import discrepancy
from scanner.returns.lines.events import line_view
from scanner.returns.office.service import ReturnPage, ReturnRow
from scanner.web.answers import time_text, without_none


def return_row(row: ReturnRow) -> dict[str, Any]:
    """A return in customer service's list."""
    whole = asdict(row) | {
        "flags": list(row.flags),
        "created_at": time_text(row.created_at),
        "handled_at": time_text(row.handled_at),
    }
    return without_none(whole)


def return_page(page: ReturnPage) -> dict[str, Any]:
    """One return with its lines and what differs."""
    return return_row(page.head) | {
        "refund": page.refund,
        "lines": [line_view(line) for line in page.lines],
        "compared": [without_none(asdict(row)) for row in page.compared],
        "differences": [discrepancy(row) for row in page.differences],
        "matched": page.matched,
    }
