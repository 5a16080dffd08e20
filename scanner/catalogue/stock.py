"""Statements that hold stock, for who is about to take from it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue.tables import Stock
from scanner.db.sql import Prepared, table_of

_stock = table_of(Stock)


class _Held(NamedTuple):
    """Units of an item at a location."""

    location_id: int
    units: int


_HOLD = Prepared(
    select(_stock.c.location_id, _stock.c.units)
    .where(_stock.c.item_id == bindparam("item"), _stock.c.location_id.in_([bindparam("one"), bindparam("other")]))
    .order_by(_stock.c.location_id)
    .with_for_update(),
    into=_Held,
)


def hold_units(session: Session, ends: Collection[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """Units by (item id, location id), held to the end of the transaction; each of `ends` is an item and two locations.

    They are held in the order in which the ledger changes them, so that no two deadlock.
    """
    return {
        (item, row.location_id): row.units
        for item, one, other in sorted(ends)
        for row in _HOLD.rows(session, item=item, one=one, other=other)
    }
