"""What the inventory has to be worth by the record: by what came and went, each at its cost, and by changes of costs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Came:
    """Units of an item that came to the inventory, at what one cost when it was booked. Below zero: they went."""

    item_id: int
    units: int
    cost_e4: int | None


@dataclass(frozen=True, slots=True)
class Revalued:
    """Units of an item at a place of the inventory when what one costs changed."""

    item_id: int
    units: int
    before_e4: int | None
    after_e4: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Units of an item in the inventory now, and what one costs now."""

    item_id: int
    units: int
    cost_e4: int


def explained(came: Iterable[Came], revalued: Iterable[Revalued]) -> Counter[int]:
    """What each item in the inventory is worth by the record, in ten-thousandths by item id. No cost is worth nothing."""
    worth: Counter[int] = Counter()
    for each in came:
        worth[each.item_id] += each.units * (each.cost_e4 or 0)
    for change in revalued:
        worth[change.item_id] += change.units * ((change.after_e4 or 0) - (change.before_e4 or 0))
    return worth


def unexplained(came: Iterable[Came], revalued: Iterable[Revalued], standing: Iterable[Standing]) -> list[tuple[int, int, int]]:
    """(item id, worth now, worth by the record) of the items of which the two differ."""
    record, now = explained(came, revalued), Counter[int]()
    for each in standing:
        now[each.item_id] += each.units * each.cost_e4
    return [(each, now[each], record[each]) for each in sorted(record.keys() | now.keys()) if now[each] != record[each]]
