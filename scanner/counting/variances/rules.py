"""What a count of a line comes to: its variance against on hand at that moment, and what is done about it. Source: Counting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_BASIS_POINTS = 10_000


class Verdict(StrEnum):
    """How a count of a line stands to the record."""

    MATCHED = "matched"
    WITHIN = "within"
    OUTSIDE = "outside"


class Next(StrEnum):
    """What becomes of a line that was counted again: adjusted, decided by a supervisor, counted once more, or no matter."""

    ADJUST = "adjust"
    DECIDE = "decide"
    RECOUNT = "recount"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The variance of a class that needs no recount: `units`, or `bp` hundredths of a per cent of what is on hand; and not
    more than `value_e4` in any case.
    """

    units: int = 0
    bp: int = 0
    value_e4: int = 0

    def allows(self, variance: int, on_hand: int, cost_e4: int) -> bool:
        """Whether so many units more or less need no second look."""
        size = abs(variance)
        small = size <= self.units or size * _BASIS_POINTS <= self.bp * abs(on_hand)
        return small and size * cost_e4 <= self.value_e4


@dataclass(frozen=True, slots=True)
class Moved:
    """Units that came to a place (negative: left it), when, and by which scan. What was only corrected is not moved."""

    units: int
    at: datetime
    scan_seq: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Units of an item that a visit found, and between which scans (moment, sequence number) it looked.

    The moment of the count is that of the last scan.
    """

    units: int
    first: tuple[datetime, int]
    last: tuple[datetime, int]


def on_hand_then(now: int, movements: Iterable[Moved], counted: Counted) -> int:
    """Units on hand when the line was counted: those of now without what moved since."""
    return now - sum(each.units for each in movements if (each.at, each.scan_seq) > counted.last)


def moved_while(movements: Iterable[Moved], first: tuple[datetime, int], last: tuple[datetime, int]) -> bool:
    """Whether stock moved while it was counted: nobody can tell then whether what moved was counted."""
    return any(first < (each.at, each.scan_seq) < last for each in movements)


def judge(counted: int, on_hand: int, cost_e4: int, tolerance: Tolerance, *, moved: bool = False) -> Verdict:
    """How a first count stands to the record.

    What is on record and was not found at all is never within tolerance: blank is not zero. Nor is what moved while it was
    counted, even where the numbers agree.
    """
    variance = counted - on_hand
    if moved or (counted == 0 and on_hand != 0):
        return Verdict.OUTSIDE
    if variance == 0:
        return Verdict.MATCHED
    return Verdict.WITHIN if tolerance.allows(variance, on_hand, cost_e4) else Verdict.OUTSIDE


def after_recount(
    variance: int, before: int, value_e4: int, approval_e4: int, *, moved: bool = False, opposite: bool = False
) -> Next:
    """What becomes of a line that was counted again, by another person, with `before` as the variance of the count before.

    Variances are compared, never counts: stock may have moved between them. `opposite`: elsewhere as much of the item is
    too many as is too few here, so it may only be misplaced, and a person looks at both.
    """
    if moved or variance != before:
        return Next.RECOUNT
    if variance == 0:
        return Next.DROP
    return Next.DECIDE if opposite or value_e4 > approval_e4 else Next.ADJUST


def walk(position: int, code: str) -> tuple[object, ...]:
    """The key by which locations are walked: by position, then by code as people count (A-2 before A-10)."""
    parts = re.split(r"(\d+)", code)
    return (position, [(int(part), "") if part.isdigit() else (-1, part) for part in parts])
