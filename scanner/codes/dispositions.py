"""What is done with returned units, and which of it asks for a reason."""

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
"""Stands in place of a disposition for a part that did not come with its kit: its units are booked back to the customer."""

LOST = frozenset({Disposition.DAMAGED, Disposition.SCRAP})
"""Goods of these are worth nothing any more."""
NEED_REASON = frozenset({Disposition.DAMAGED, Disposition.VENDOR, Disposition.SCRAP})
"""These ask for a reason why the goods cannot be sold."""


def parse_disposition(text: str) -> Disposition:
    """A disposition by its word, or by `vendor` for short. Raises BadRequest for any other."""
    word = text.strip().lower()
    try:
        return Disposition.VENDOR if word == "vendor" else Disposition(word)
    except ValueError:
        raise BadRequest(f"Expected one of {', '.join(Disposition)}, got {text[:40]!r}.", "disposition") from None
