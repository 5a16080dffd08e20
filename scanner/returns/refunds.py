"""Whether a refund may go, from what came, what was announced, and the grades."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.codes.dispositions import Disposition


class Refund(StrEnum):
    """The refund of a graded line."""

    MAY_GO = "refund may go"
    NEEDS_DECISION = "needs a decision"

    @property
    def tone(self) -> str:
        """How it looks: good or bad."""
        return "good" if self is Refund.MAY_GO else "bad"


CLEAR = frozenset({Disposition.RESTOCK, Disposition.VENDOR})
"""Grades that do not count against the customer: as good as sold, or the fault of the vendor."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came of one item on a return, in units."""

    announced: int | None  # on this return or the one matched to it; None where nobody knows of any
    arrived: int
    ungraded: int  # still at the bench
    missing_parts: int = 0  # of a kit
    graded: dict[str, int] = field(default_factory=dict)  # by disposition


def refund_of(came: CameBack) -> Refund | None:
    """The refund of a line; None while some of it has no grade.

    It may go for goods that were announced, came whole, and are as good as sold or at fault of the vendor.
    """
    if not came.graded or came.ungraded:
        return None
    expected = came.announced is not None and came.arrived <= came.announced
    if expected and not came.missing_parts and came.graded.keys() <= CLEAR:
        return Refund.MAY_GO
    return Refund.NEEDS_DECISION


class Differs(StrEnum):
    """How an item differs from what was announced."""

    MISSING = "missing"
    EXTRA = "extra"
    OTHER_ITEM = "other item"


def difference(announced: int, arrived: int) -> tuple[Differs | None, int]:
    """How an item differs, and by how many units, over the whole return; (None, 0) where it does not."""
    if arrived < announced:
        return Differs.MISSING, announced - arrived
    if arrived > announced:
        return (Differs.EXTRA if announced else Differs.OTHER_ITEM), arrived - announced
    return None, 0
