"""Compares the counters, and what the inventory is worth, with the sums of the whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.money import from_e4
from scanner.scans.tables import CostChange, Line, Movement, Tally, Task
from scanner.scans.worth import Came, Revalued, Standing, unexplained

_change = table_of(CostChange)
_item = table_of(Item)
_line = table_of(Line)
_location = table_of(Location)
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


class _Sum(NamedTuple):
    """Units of an item that came to a place at one cost; below zero: that went."""

    location_id: int
    item_id: int
    cost_e4: int | None
    units: int


def verify(session: Session) -> list[str]:
    """What differs, a sentence each; empty when nothing does."""
    wrong = [
        f"{row.reference} line {row.position}: the counter says {row.counter}, the scans {row.folded}"
        for row in _wrong_lines(session)
    ]
    sums = _sums(session)
    folded, counted = _folded_stock(sums), _counted_stock(session)
    for location_id, item_id in sorted(folded.keys() | counted.keys()):
        said, moved = counted.get((location_id, item_id), 0), folded.get((location_id, item_id), 0)
        if said != moved:
            wrong.append(f"item {item_id} at location {location_id}: the counter says {said}, the movements {moved}")
    return wrong + _wrong_worth(session, sums)


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


def _sums(session: Session) -> list[_Sum]:
    """What came to each place and went from it, by item and cost: units times cost may be more than a database can add."""
    found = []
    for column, sign in ((_movement.c.target_id, 1), (_movement.c.source_id, -1)):
        keys = (column.label("place"), _movement.c.item_id, _movement.c.cost_e4)
        for row in run(session, select(*keys, func.sum(_movement.c.units).label("units")).group_by(*keys)):
            found.append(_Sum(row.place, row.item_id, row.cost_e4, sign * int(row.units)))
    return found


def _folded_stock(sums: list[_Sum]) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, summed from the movements."""
    totals: dict[tuple[int, int], int] = {}
    for each in sums:
        key = (each.location_id, each.item_id)
        totals[key] = totals.get(key, 0) + each.units
    return totals


def _counted_stock(session: Session) -> dict[tuple[int, int], int]:
    """(location id, item id) -> units, from the counters."""
    counters = select(_stock.c.location_id, _stock.c.item_id, _stock.c.units)
    return {(row.location_id, row.item_id): row.units for row in run(session, counters)}


def _wrong_worth(session: Session, sums: list[_Sum]) -> list[str]:
    """Items in the inventory that are worth something else than what moved and what changed their cost come to."""
    places = set(run(session, select(_location.c.id).where(_location.c.kind.not_in(list(NO_INVENTORY)))).scalars())
    came = (Came(each.item_id, each.units, each.cost_e4) for each in sums if each.location_id in places)
    wrong = {item: (now, then) for item, now, then in unexplained(came, _revalued(session), _standing(session, places))}
    skus = run(session, select(_item.c.sku, _item.c.id).where(_item.c.id.in_(list(wrong))).order_by(_item.c.sku)) if wrong else ()
    return [
        f"{row.sku}: it is worth {from_e4(wrong[row.id][0])} in the inventory, by the record {from_e4(wrong[row.id][1])}"
        for row in skus
    ]


def _revalued(session: Session) -> Iterator[Revalued]:
    columns = (_change.c.item_id, _change.c.units, _change.c.before_e4, _change.c.after_e4)
    for row in run(session, select(*columns)):
        yield Revalued(row.item_id, row.units, row.before_e4, row.after_e4)


def _standing(session: Session, places: set[int]) -> Iterator[Standing]:
    wanted = select(_stock.c.location_id, _stock.c.item_id, _stock.c.units, _item.c.unit_cost_e4)
    for row in run(session, wanted.join_from(_stock, _item, _stock.c.item_id == _item.c.id)):
        if row.location_id in places:
            yield Standing(row.item_id, row.units, row.unit_cost_e4)
