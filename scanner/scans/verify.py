"""Compares the counters with the sums of the whole record."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.catalogue.tables import Stock
from scanner.db.sql import fetch, run, table_of
from scanner.scans.tables import Line, Movement, Tally, Task

_line = table_of(Line)
_movement = table_of(Movement)
_stock = table_of(Stock)
_tally = table_of(Tally)
_task = table_of(Task)


class _WrongLine(NamedTuple):
    """A line whose counter differs from the sum of its tallies (`folded`)."""

    reference: str
    position: int
    counter: int
    folded: int


def verify(session: Session) -> list[str]:
    """What differs, a sentence each; empty when nothing does."""
    wrong = [
        f"{row.reference} line {row.position}: the counter says {row.counter}, the scans {row.folded}"
        for row in _wrong_lines(session)
    ]
    folded, counted = _folded_stock(session), _counted_stock(session)
    for location_id, item_id in sorted(folded.keys() | counted.keys()):
        said, moved = counted.get((location_id, item_id), 0), folded.get((location_id, item_id), 0)
        if said != moved:
            wrong.append(f"item {item_id} at location {location_id}: the counter says {said}, the movements {moved}")
    return wrong


def _wrong_lines(session: Session) -> list[_WrongLine]:
    """Lines whose counter differs from the sum of their tallies."""
    folded = func.coalesce(func.sum(_tally.c.units), 0)
    statement = (
        select(_task.c.reference, _line.c.position, _line.c.scanned.label("counter"), folded.label("folded"))
        .join_from(_line, _task, _line.c.task_id == _task.c.id)
        .join(_tally, _tally.c.line_id == _line.c.id, isouter=True)
        .group_by(_line.c.id, _task.c.reference, _line.c.position, _line.c.scanned)
        .having(_line.c.scanned != folded)
    )
    return fetch(session, _WrongLine, statement)


def _folded_stock(session: Session) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, summed from the movements."""
    totals: dict[tuple[int, int], int] = {}
    for column, sign in ((_movement.c.target_id, 1), (_movement.c.source_id, -1)):
        sums = (
            select(column.label("location_id"), _movement.c.item_id, func.sum(_movement.c.units).label("units"))
            .group_by(column, _movement.c.item_id)
        )  # fmt: skip
        for row in run(session, sums):
            key = (row.location_id, row.item_id)
            totals[key] = totals.get(key, 0) + sign * int(row.units)
    return totals


def _counted_stock(session: Session) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, from the counters."""
    counters = select(_stock.c.location_id, _stock.c.item_id, _stock.c.units)
    return {(row.location_id, row.item_id): row.units for row in run(session, counters)}
