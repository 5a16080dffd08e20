"""What is done with returned units: where each disposition sends them, and which ask for a reason."""

from __future__ import annotations

from enum import StrEnum

from scanner.catalogue.locations import LocationKind
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
"""Kept where a grade would be, of a kit's part that did not come: its units are back at the customer."""

PLACES: dict[Disposition, LocationKind] = {
    Disposition.RESTOCK: LocationKind.SHELF,
    Disposition.REFURBISH: LocationKind.REFURBISH,
    Disposition.QUARANTINE: LocationKind.QUARANTINE,
    Disposition.DAMAGED: LocationKind.DAMAGED,
    Disposition.VENDOR: LocationKind.VENDOR,
    Disposition.SCRAP: LocationKind.SCRAP,
}
"""The kind of place that goods of a disposition are at. Shelves alone are sellable."""
BY_PLACE: dict[str, Disposition] = {kind: disposition for disposition, kind in PLACES.items()}
NEED_REASON = frozenset({Disposition.DAMAGED, Disposition.VENDOR, Disposition.SCRAP})
"""Why goods cannot be sold is asked of these."""


def parse_disposition(text: str) -> Disposition:
    """A disposition by its word, or by `vendor` for short. Raises BadRequest for any other."""
    word = text.strip().lower()
    try:
        return Disposition.VENDOR if word == "vendor" else Disposition(word)
    except ValueError:
        raise BadRequest(f"Expected one of {', '.join(Disposition)}, got {text[:40]!r}.", "disposition") from None
