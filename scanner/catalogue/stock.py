"""Statements that hold stock, for who is about to take from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue.tables import MergedItem, Stock
from scanner.db.sql import Prepared, settle, table_of

_stock, _merged = table_of(Stock), table_of(MergedItem)


class _Row(NamedTuple):
    """Units of an item at a location, and the item that it was merged into, if any."""

    location_id: int
    units: int
    into_id: int | None


@dataclass(frozen=True, slots=True)
class HeldStock:
    """Units by (item id, location id), and by merged item the one that stands for it."""

    units: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)


_HOLD = Prepared(
    select(_stock.c.location_id, _stock.c.units, _merged.c.into_id)
    .join_from(_stock, _merged, _merged.c.item_id == _stock.c.item_id, isouter=True)
    .where(_stock.c.item_id == bindparam("item"), _stock.c.location_id.in_([bindparam("one"), bindparam("other")]))
    .order_by(_stock.c.location_id)
    .with_for_update(of=_stock),
    into=_Row,
)


def hold_units(session: Session, ends: Collection[tuple[int, int, int]]) -> HeldStock:
    """Stock that is held to the end of the transaction; each of `ends` is an item and two locations.

    It is held in the order in which the ledger changes it, so that no two deadlock.
    """
    settle(session)
    held = HeldStock()
    for item, one, other in sorted(ends):
        for row in _HOLD.rows(session, item=item, one=one, other=other):
            held.units[item, row.location_id] = row.units
            if row.into_id is not None:
                held.merged[item] = row.into_id
    return held
