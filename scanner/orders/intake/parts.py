"""Makes the lines of the task from those of the order: one for an item, one a part of a kit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session

from scanner.data.store import parts_of as parts_of_kits
from scanner.db.bulk import insert_all, update_all
from scanner.db.sql import run
from scanner.orders.intake import store
from scanner.orders.intake.rules import Fit, Part, fit
from scanner.orders.intake.store import LineRow, PartRow


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of an order that went in part: units wanted of it in all, item id -> units in one, item id -> units that went."""

    wanted: int
    contents: Mapping[int, int]
    went: Mapping[int, int]


def fit_lines(
    session: Session, order_line_ids: Collection[int], *, afresh: Collection[int] = (), sold: Mapping[int, Sold] | None = None
) -> None:  # fmt: skip
    """Have the tasks, which are held, expect what these lines of orders want.

    Those `afresh` have another item than before, or none so far; a kit of the others keeps the parts that it was sold with.
    `sold`: of lines of a rest what the whole order wants, and what of it went.
    """
    sold = sold or {}
    lines = store.lines_by_id(session, order_line_ids) if order_line_ids else []
    there = store.parts_of(session, [line.id for line in lines])
    contents = _contents(session, {line.item_id for line in lines if line.item_id and _is_new(line, there, afresh)})
    fits = {}
    for line in lines:
        mine = there.get(line.id, [])
        parts = [Part(part.line_id, part.item_id, part.units, part.expected) for part in mine]
        if begun := sold.get(line.id):
            fits[line.id] = fit(parts, begun.contents, begun.wanted, begun.went)
            continue
        wanted = {part.item_id: part.units for part in mine}
        if line.item_id is None:
            wanted = {}
        elif _is_new(line, there, afresh):
            wanted = contents[line.item_id]
        fits[line.id] = fit(parts, wanted, line.ordered - line.cancelled)
    _write(session, lines, fits)


def _is_new(line: LineRow, there: dict[int, list[PartRow]], afresh: Collection[int]) -> bool:
    return line.id in afresh or line.id not in there


def _contents(session: Session, item_ids: set[int]) -> dict[int, dict[int, int]]:
    """By item what is in one: its parts where it is a kit, else itself."""
    found: dict[int, dict[int, int]] = {}
    for kit_id, part_id in (parts := parts_of_kits(session, item_ids)):
        found.setdefault(kit_id, {})[part_id] = parts[kit_id, part_id].units
    return {item_id: dict(sorted(found.get(item_id, {item_id: 1}).items())) for item_id in item_ids}


def _write(session: Session, lines: list[LineRow], fits: dict[int, Fit]) -> None:
    kept = [each for one in fits.values() for each in one.kept]
    dropped = [line_id for one in fits.values() for line_id in one.dropped]
    update_all(session, store.line, [{"id": line_id, "expected": expected} for line_id, _, expected in kept])
    update_all(session, store.order_part, [{"line_id": line_id, "units": each} for line_id, each, _ in kept], ("line_id",))
    update_all(session, store.line, [{"id": line_id, "expected": 0} for line_id in dropped])
    if dropped:
        run(session, delete(store.order_part).where(store.order_part.c.line_id.in_(dropped)))
    _add(session, [(line, *new) for line in lines for new in fits[line.id].new])


def _add(session: Session, new: list[tuple[LineRow, int, int, int]]) -> None:
    if not new:
        return
    tasks = {line.task_id for line, *_ in new}
    last = store.last_positions(session, tasks)
    rows, owners = [], {}
    for line, item_id, each, expected in new:
        position = last[line.task_id] = last.get(line.task_id, 0) + 1
        owners[line.task_id, position] = (line.id, each)
        rows.append({
            "task_id": line.task_id, "position": position, "item_id": item_id, "location_id": None, "visit_id": None,
            "expected": expected, "scanned": 0, "reason": "",
        })  # fmt: skip
    insert_all(session, store.line, rows)
    ids = store.line_ids(session, tasks)
    made = [
        {"line_id": ids[place], "order_line_id": order_line_id, "units": each} for place, (order_line_id, each) in owners.items()
    ]
    insert_all(session, store.order_part, made)
