"""Discrepancies: what can differ, who owns it, and which upstream step can have failed."""

from __future__ import annotations

from enum import StrEnum


class DiscrepancyKind(StrEnum):
    """What differs: at receiving, on returns, in counts, at picking.

    The direction is in the kind, and the units are a size; a count's VARIANCE alone is signed.
    """

    SHORT = "short"
    OVER = "over"
    UNEXPECTED = "unexpected"
    EXPIRED = "expired"
    MISSING = "missing"
    EXTRA = "extra"
    OTHER_ITEM = "other item"
    UNANNOUNCED = "unannounced"
    MISSING_PART = "missing part"
    VARIANCE = "variance"
    SHORT_PICK = "short pick"


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
    CUSTOMER = "customer sent otherwise"
    UNKNOWN = "unknown"


_OF_RECEIVING = (DiscrepancyKind.SHORT, DiscrepancyKind.OVER, DiscrepancyKind.UNEXPECTED, DiscrepancyKind.EXPIRED)
_OF_COUNTING = (DiscrepancyKind.VARIANCE, DiscrepancyKind.SHORT_PICK)
OWNERS = (
    dict.fromkeys(DiscrepancyKind, "customer service")
    | dict.fromkeys(_OF_RECEIVING, "purchasing")
    | dict.fromkeys(_OF_COUNTING, "supervisor")
)
"""Who settles a discrepancy unless a person is named: what a supplier did wrong goes to purchasing, what a customer sent
to customer service. What differs in a section belongs to the section's owner, where it has one.
"""
FOLLOWS_COUNT = frozenset(
    {
        DiscrepancyKind.OVER, DiscrepancyKind.EXTRA, DiscrepancyKind.OTHER_ITEM, DiscrepancyKind.UNANNOUNCED,
        DiscrepancyKind.MISSING,
    }
)  # fmt: skip
"""Kinds whose units are kept equal to what is counted now, whoever's scan made it so."""
