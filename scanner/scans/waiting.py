"""What waits for an answer, as pages and programs see it: units by item, with who holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session

from scanner.codes.reading import parse_code
from scanner.scans import held
from scanner.scans.held import Waiting
from scanner.scans.reader import read_goods


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Units of an item that wait on a task, and why. A carton counts as the items in it."""

    sku: str
    name: str
    reason: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingGoods:
    """Goods that one person holds, as the page of the task shows them."""

    sku: str | None  # None: a carton of several items
    name: str
    units: int
    doubt: str
    operator: str
    mine: bool  # of this person on this device
    asked: bool  # the next yes or no is about these
    comes: bool  # they come into the house with the task; else they are taken from where they stand


def held_lines(session: Session, task_id: int, own: int | None = None) -> list[HeldLine]:
    """What waits on a task; with `own` only what that person holds."""
    return held_on(session, [task_id], own).get(task_id, [])


def held_on(session: Session, task_ids: Collection[int], own: int | None = None) -> dict[int, list[HeldLine]]:
    """Task id -> what waits on it, by item and reason. Tasks on which nothing waits are left out."""
    found: dict[tuple[int, str, str], HeldLine] = {}
    for task_id, each in held.waiting_on_tasks(session, task_ids):
        if own not in (None, each.operator_id):
            continue
        for line in _lines_of(session, each):
            key = task_id, line.sku, line.reason
            found[key] = replace(line, units=line.units + found[key].units) if key in found else line
    lines: dict[int, list[HeldLine]] = {}
    for (task_id, _, _), line in found.items():
        lines.setdefault(task_id, []).append(line)
    return lines


def _lines_of(session: Session, waiting: Waiting) -> Iterator[HeldLine]:
    if waiting.sku is not None and waiting.name is not None:
        yield HeldLine(waiting.sku, waiting.name, waiting.reason, waiting.units)
        return
    for goods in read_goods(session, parse_code(waiting.code), waiting.quantity).goods:
        yield HeldLine(goods.sku, goods.name, waiting.reason, goods.units)


def waiting_goods_of(
    session: Session, reference: str, operator_id: int, device: str, *, by_place: bool = False
) -> list[WaitingGoods]:
    """What waits on a task, what the person is asked about first. `by_place`: a yes is about one place."""
    groups = held.groups((waiting for _, waiting in held.waiting_on_reference(session, reference)), by_place=by_place)
    mine = [group for group in groups if (group[-1].operator_id, group[-1].device) == (operator_id, device)]
    asked = mine[-1] if mine else None
    rows = [
        WaitingGoods(
            sku=group[-1].sku,
            name=group[-1].name or "A carton",
            units=sum(each.units for each in group),
            doubt=group[-1].doubt,
            operator=group[-1].operator,
            mine=group in mine,
            asked=group is asked,
            comes=not by_place,
        )
        for group in reversed(groups)
    ]
    return sorted(rows, key=lambda row: (not row.asked, not row.mine))
