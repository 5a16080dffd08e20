"""What items cost, from when on: the other half of the record of what the inventory is worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, literal_column, select
from sqlmodel import Session

from scanner.catalogue.locations import NO_INVENTORY
from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.scans.tables import CostChange

_item, _location, _stock, _change = (table_of(model) for model in (Item, Location, Stock, CostChange))

COST_NOW = (
    select(func.nullif(_item.c.unit_cost_e4, literal_column("0")))
    .where(_item.c.id == bindparam("costing"))
    .with_for_update(read=True, key_share=True)
    .scalar_subquery()
)
"""What the item `costing` costs as a movement of it is booked; NULL for no cost. The item is held as the movement's foreign key
holds it, but before its cost is read: who changes that holds it alone.
"""


class _There(NamedTuple):
    """Units of an item at a place."""

    item_id: int
    location_id: int
    units: int


def note_changes(session: Session, costs: Mapping[int, int], at: datetime) -> None:
    """Append that items cost something else from now on, where they are: ten-thousandths by item id, 0 for no cost.

    Call it before the items themselves are changed, in the same transaction. Until that ends nobody books a movement of them.
    """
    before = _held_costs(session, costs)
    changed = [item_id for item_id, cost in before.items() if cost != costs[item_id]]
    if changed:
        ends = {each: {"before_e4": before[each] or None, "after_e4": costs[each] or None} for each in changed}
        rows = [{"at": at, **place._asdict(), **ends[place.item_id]} for place in _there(session, changed)]
        if rows:
            run(session, insert(_change), rows)


def _held_costs(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    """What items cost by now. They are held alone to the end of the transaction, in one order for everybody."""
    wanted = select(_item.c.id, _item.c.unit_cost_e4).where(_item.c.id.in_(list(item_ids))).order_by(_item.c.id)
    return {row.id: row.unit_cost_e4 for row in run(session, wanted.with_for_update())} if item_ids else {}


def _there(session: Session, item_ids: Collection[int]) -> list[_There]:
    """Where items are in the inventory, and how many: also below zero."""
    wanted = (
        select(_stock.c.item_id, _stock.c.location_id, _stock.c.units)
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .where(_stock.c.item_id.in_(list(item_ids)), _stock.c.units != 0, _location.c.kind.not_in(list(NO_INVENTORY)))
        .order_by(_stock.c.item_id, _stock.c.location_id)
    )
    return fetch(session, _There, wanted)
