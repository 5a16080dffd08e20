"""Discrepancies as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scanner.discrepancies.service import DiscrepancyRow
from scanner.web.answers import time_text


def discrepancy(row: DiscrepancyRow) -> dict[str, Any]:
    """A discrepancy; its value at cost is a number of the currency."""
    return asdict(row) | {
        "value": float(row.value), "opened_at": time_text(row.opened_at), "settled_at": time_text(row.settled_at),
    }  # fmt: skip
