"""Discrepancies: what can differ, who owns it, and which upstream step can have failed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scanner.errors import Conflict
from scanner.money import written


class DiscrepancyKind(StrEnum):
    """What differs: at receiving, on returns, in counts, at picking; BELOW_ZERO is more taken than the record has at a place.

    LEFT_OUT is of goods that were held and not taken in.

    The kind gives the direction, and the units are never negative. Only the units of VARIANCE, of a count, have a sign.
    """

    SHORT = "short"
    OVER = "over"
    UNEXPECTED = "unexpected"
    EXPIRED = "expired"
    LEFT_OUT = "left out"
    MISSING = "missing"
    EXTRA = "extra"
    OTHER_ITEM = "other item"
    UNANNOUNCED = "unannounced"
    MISSING_PART = "missing part"
    VARIANCE = "variance"
    SHORT_PICK = "short pick"
    BELOW_ZERO = "below zero"


class DiscrepancyState(StrEnum):
    """Open, settled, or withdrawn because undo took back what it noted."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """The step that failed."""

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


def unknown_cause(said: str) -> str:
    """What is wrong with a cause that is none, in a sentence."""
    return f"Expected a cause out of: {', '.join(Cause)}; got {said[:40]!r}." if said else "Choose what went wrong."


_OF_RECEIVING = (
    DiscrepancyKind.SHORT,
    DiscrepancyKind.OVER,
    DiscrepancyKind.UNEXPECTED,
    DiscrepancyKind.EXPIRED,
    DiscrepancyKind.LEFT_OUT,
)
ANSWERED_BY_COUNT = (DiscrepancyKind.SHORT_PICK, DiscrepancyKind.BELOW_ZERO)
"""Kinds that say that a place is off. A later count of the place says by how much, and what became of it."""
_OF_COUNTING = (DiscrepancyKind.VARIANCE, *ANSWERED_BY_COUNT)
OWNERS = (
    dict.fromkeys(DiscrepancyKind, "customer service")
    | dict.fromkeys(_OF_RECEIVING, "purchasing")
    | dict.fromkeys(_OF_COUNTING, "supervisor")
)
"""Who settles a discrepancy of each kind, unless a person is named or its section has an owner.

Purchasing settles what a supplier did wrong, customer service what a customer sent.
"""
FOLLOWS_COUNT = frozenset(
    {
        DiscrepancyKind.OVER, DiscrepancyKind.EXTRA, DiscrepancyKind.OTHER_ITEM, DiscrepancyKind.UNANNOUNCED,
        DiscrepancyKind.MISSING,
    }
)  # fmt: skip
"""Kinds whose units are kept equal to the count, whichever scan changed it."""


@dataclass(frozen=True, slots=True)
class AskAbove:
    """So much is settled without asking, in the currency of the house (three letters, or empty)."""

    value: Decimal
    currency: str

    def ask(self, worth: Decimal) -> None:
        """Raise AskAgain where this is worth more."""
        if worth > self.value:
            raise AskAgain(worth, self.currency)


class AskAgain(Conflict):
    """So much is settled only by who says so twice."""

    def __init__(self, value: Decimal, currency: str) -> None:
        super().__init__(f"This settles {written(value, currency)}. Settle that much?", "sure")
        self.value = value
