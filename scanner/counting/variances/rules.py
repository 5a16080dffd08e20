"""The variance of a counted line against on hand at that moment, and what is done about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from scanner.scans.order.rules import Place

_BASIS_POINTS = 10_000
OPENING = "opening stock"
"""Why the record changes where goods are counted for the first time that never moved: what is there is what there is."""

OPENING_ROUND = 0
"""The round of a count that says with what the shop begins. It tells nothing of how right the record was."""
OPENING_LASTS = timedelta(days=14)
"""How long a shop begins, from its first opening stock on. What an empty shelf has later was most likely carried there."""


class Agreement(StrEnum):
    """How a count of a line stands to the record."""

    MATCHED = "matched"
    WITHIN = "within"
    OUTSIDE = "outside"


class Next(StrEnum):
    """What becomes of a line that was counted again."""

    ADJUST = "adjust"
    DECIDE = "decide"  # by a supervisor
    RECOUNT = "recount"
    DROP = "drop"  # the record was right


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The variance of a class that needs no recount: within `units` or `bp`, and always within `value_e4`."""

    units: int = 0
    bp: int = 0  # hundredths of a per cent of what is on hand
    value_e4: int = 0

    def allows(self, variance: int, on_hand: int, cost_e4: int) -> bool:
        """Whether a variance needs no recount."""
        size = abs(variance)
        small = size <= self.units or size * _BASIS_POINTS <= self.bp * abs(on_hand)
        return small and size * cost_e4 <= self.value_e4


class Made(NamedTuple):
    """A scan: where it stands among the others, which alone is compared, its number, and the time that people are shown."""

    place: Place
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """Units that came to a shelf (negative: left it), and where their scan stands. Corrections of the record are none."""

    units: int
    place: Place


@dataclass(frozen=True, slots=True)
class Counted:
    """Units of an item that a visit found, from its first scan to its last."""

    units: int
    first: Made
    last: Made  # the moment of the count


def on_hand_then(now: int, movements: Iterable[Moved], counted: Counted) -> int:
    """Units on hand when the line was counted: those of `now` less what moved since."""
    return now - sum(each.units for each in movements if each.place > counted.last.place)


def moved_while(movements: Iterable[Moved], first: Place, last: Place) -> bool:
    """Whether stock moved during a count: nobody can tell whether those units were counted."""
    return any(first < each.place < last for each in movements)


def judge(counted: int, on_hand: int, cost_e4: int, tolerance: Tolerance, *, moved: bool = False) -> Agreement:
    """How a first count stands to the record.

    Always outside tolerance: an item on record that was not found at all, since blank is not zero; and a line whose stock
    moved during the count, even where the numbers agree.
    """
    variance = counted - on_hand
    if moved or (counted == 0 and on_hand != 0):
        return Agreement.OUTSIDE
    if variance == 0:
        return Agreement.MATCHED
    return Agreement.WITHIN if tolerance.allows(variance, on_hand, cost_e4) else Agreement.OUTSIDE


def begins(first_opening: datetime | None, now: datetime) -> bool:
    """Whether a shop still takes down with what it begins. `first_opening`: when it booked the first of that; None for never."""
    return first_opening is None or now - first_opening < OPENING_LASTS


def is_opening(counted: int, *, place_is_new: bool, item_is_new: bool) -> bool:
    """Whether a first count says with what a shop begins: the record never said anything of the place, nor of the item.

    What was counted of the item as opening stock elsewhere, by this count or an earlier one, is part of that beginning. The
    caller asks only of a shop that still begins (`begins`).
    """
    return counted > 0 and place_is_new and item_is_new


def after_recount(
    variance: int, before: int, value_e4: int, approval_e4: int, *, moved: bool = False, opposite: bool = False
) -> Next:
    """What becomes of a line that another person counted again; `before` is the variance of the count before.

    Variances are compared, never counts: stock may have moved in between. `opposite`: another place of the section has an
    open variance of the other sign. The goods may only be misplaced, so a supervisor looks at both.
    """
    if moved or variance != before:
        return Next.RECOUNT
    if variance == 0:
        return Next.DROP
    return Next.DECIDE if opposite or value_e4 > approval_e4 else Next.ADJUST


def walk(position: int, code: str) -> tuple[object, ...]:
    """The sorting key of a walk: by position, then by code as people count (A-2 before A-10)."""
    parts = re.split(r"(\d+)", code)
    return (position, [(int(part), "") if part.isdigit() else (-1, part) for part in parts])
