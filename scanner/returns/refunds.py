"""Whether a refund may go for returned goods: it follows from what came, against what was announced, and in which state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.codes.dispositions import Disposition


class Refund(StrEnum):
    """What customer service is told of a graded line."""

    MAY_GO = "refund may go"
    NEEDS_DECISION = "needs a decision"


CLEAR = frozenset({Disposition.RESTOCK, Disposition.VENDOR})
"""Dispositions that hold nothing against the customer: as good as sold, or the vendor's own fault."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came of one item on a return, in units.

    `announced` of the units that arrived were told of, on this return or on the one that it was matched to; None where nobody
    told of anything.
    `ungraded` are still at the bench, `missing_parts` of a kit did not come with it. `graded` is by disposition.
    """

    announced: int | None
    arrived: int
    ungraded: int
    missing_parts: int = 0
    graded: dict[str, int] = field(default_factory=dict)


def refund_of(came: CameBack) -> Refund | None:
    """What customer service may do about a line; None while nothing of it is graded, or something is not.

    Only goods that were announced, came whole, and are as good as sold or the vendor's fault are refunded unasked.
    """
    if not came.graded or came.ungraded:
        return None
    expected = came.announced is not None and came.arrived <= came.announced
    if expected and not came.missing_parts and came.graded.keys() <= CLEAR:
        return Refund.MAY_GO
    return Refund.NEEDS_DECISION


class Differs(StrEnum):
    """How what came differs from what was announced; the words of the discrepancies."""

    MISSING = "missing"
    EXTRA = "extra"
    OTHER_ITEM = "other item"


def difference(announced: int, arrived: int) -> tuple[Differs | None, int]:
    """How an item differs and by how many units, over the whole return; (None, 0) where it agrees."""
    if arrived < announced:
        return Differs.MISSING, announced - arrived
    if arrived > announced:
        return (Differs.EXTRA if announced else Differs.OTHER_ITEM), arrived - announced
    return None, 0
