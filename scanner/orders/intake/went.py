"""What went of orders, by line and item: with a parcel that was packed here, or as a shop said without a scan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from scanner.orders.intake import store
from scanner.orders.intake.rules import GivenLine
from scanner.orders.intake.store import WentRow


@dataclass(frozen=True, slots=True)
class Went:
    """Units of an item that went for a line of an order, and how many are in one unit of what was ordered."""

    units: int
    went: int


ByLine = dict[str, dict[int, Went]]
"""By the name of a line and by item."""


def gather(rows: Iterable[WentRow]) -> ByLine:
    """The same item of the same line together; without lines of which nothing went."""
    found: ByLine = {}
    for each in rows:
        items = found.setdefault(each.name, {})
        before = items[each.item_id].went if each.item_id in items else 0
        items[each.item_id] = Went(each.units, before + each.went)
    return {name: items for name, items in found.items() if any(each.went for each in items.values())}


def gone_of(session: Session, task_ids: Collection[int]) -> dict[int, ByLine]:
    """By task what shops said to have sent of it without a scan. Only orders of which something went are in it."""
    mine: dict[int, list[WentRow]] = {}
    for row in store.gone_of(session, task_ids) if task_ids else ():
        mine.setdefault(row.task_id, []).append(row)
    return {task_id: gather(rows) for task_id, rows in mine.items()}


def units_of(went: ByLine) -> dict[str, int]:
    """By line what went, as it was ordered. Of a kit that is begun, all of it."""
    return {name: max(-(-each.went // each.units) for each in items.values()) for name, items in went.items()}


def left_of(line: GivenLine, items: Mapping[int, Went]) -> int:
    """Units of a line that are still to go, where this went of it."""
    lacking = (-(-max(line.wanted * each.units - each.went, 0) // each.units) for each in items.values())
    return max(lacking, default=line.wanted)


def together(first: ByLine, second: ByLine) -> ByLine:
    """What went in both."""
    rows = (
        WentRow(0, name, item_id, each.units, each.went)
        for went in (first, second) for name, items in went.items() for item_id, each in items.items()
    )  # fmt: skip
    return gather(rows)
