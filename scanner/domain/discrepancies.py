"""Discrepancies: what can differ, who owns it, and which upstream step can have failed."""

from __future__ import annotations

from enum import StrEnum


class DiscrepancyKind(StrEnum):
    """What differs. The direction is in the kind; the units of a discrepancy are a size."""

    SHORT = "short"
    OVER = "over"
    UNEXPECTED = "unexpected"
    EXPIRED = "expired"


class DiscrepancyState(StrEnum):
    """WITHDRAWN: what it noted was taken back by undo, before anybody settled it."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """The upstream step that failed."""

    RECEIVING_MISCOUNT = "receiving miscount"
    RETURN_NOT_LOGGED = "return not logged"
    DAMAGE_NOT_LOGGED = "damage not logged"
    KIT_PARTS = "kit parts"
    MISPLACED = "misplaced"
    THEFT = "theft"
    OUTBOUND_NOT_RECORDED = "outbound not recorded"
    SUPPLIER = "supplier shipped otherwise"
    UNKNOWN = "unknown"


OWNERS = dict.fromkeys(DiscrepancyKind, "purchasing")
"""Who settles a discrepancy unless a person is named: what a supplier did wrong goes to purchasing."""
