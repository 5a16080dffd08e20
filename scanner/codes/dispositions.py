"""What is done with returned units, and which grades need a reason."""

from __future__ import annotations

from enum import StrEnum

from scanner.errors import BadRequest


class Disposition(StrEnum):
    """What is done with a returned unit."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    DAMAGED = "damaged"
    VENDOR = "return to vendor"
    SCRAP = "scrap"


MISSING = "missing"
"""The grade of a kit part that did not come. Its units are booked back to the customer."""

LOST = frozenset({Disposition.DAMAGED, Disposition.SCRAP})
"""Grades of goods that are worth nothing any more."""
NEED_REASON = frozenset({Disposition.DAMAGED, Disposition.VENDOR, Disposition.SCRAP})
"""Grades that need a reason why the goods cannot be sold."""


def parse_disposition(text: str) -> Disposition:
    """A disposition by its word, or by `vendor` for short. Raises BadRequest for any other."""
    word = text.strip().lower()
    try:
        return Disposition.VENDOR if word == "vendor" else Disposition(word)
    except ValueError:
        raise BadRequest(f"Expected one of {', '.join(Disposition)}, got {text[:40]!r}.", "disposition") from None
