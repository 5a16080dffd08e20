"""Statements on what stands where nobody sells it, and since when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import fetch, run, table_of
from scanner.scans.tables import Movement

_movement, _stock, _location, _item = (table_of(model) for model in (Movement, Stock, Location, Item))


class AtPlace(NamedTuple):
    """Units of an item at a place."""

    location_id: int
    code: str
    kind: str
    item_id: int
    sku: str
    name: str
    units: int


def standing(session: Session, kinds: Collection[str]) -> list[AtPlace]:
    """What is at places of these kinds, by name."""
    wanted = (
        select(
            _location.c.id.label("location_id"), _location.c.code, _location.c.kind, _item.c.id.label("item_id"), _item.c.sku,
            _item.c.name, _stock.c.units,
        )
        .join_from(_stock, _location, _stock.c.location_id == _location.c.id)
        .join(_item, _item.c.id == _stock.c.item_id)
        .where(_location.c.kind.in_(list(kinds)), _stock.c.units > 0)
        .order_by(_item.c.name, _item.c.sku)
    )  # fmt: skip
    return fetch(session, AtPlace, wanted)


def since(session: Session, kinds: Collection[str]) -> dict[tuple[int, int], datetime]:
    """(place, item) -> when the oldest of its units came: what came first is taken to have gone first."""
    so_far = func.sum(_movement.c.units).over(
        partition_by=(_movement.c.target_id, _movement.c.item_id), order_by=_movement.c.seq.desc()
    )
    came = (
        select(
            _movement.c.target_id,
            _movement.c.item_id,
            _movement.c.at,
            (so_far - _movement.c.units).label("later"),
            _stock.c.units,
        )
        .join_from(_stock, _movement, (_stock.c.item_id == _movement.c.item_id) & (_stock.c.location_id == _movement.c.target_id))
        .join(_location, _location.c.id == _stock.c.location_id)
        .where(_location.c.kind.in_(list(kinds)), _stock.c.units > 0)
        .subquery()
    )
    wanted = (
        select(came.c.target_id, came.c.item_id, func.min(came.c.at).label("at"))
        .where(came.c.later < came.c.units)
        .group_by(came.c.target_id, came.c.item_id)
    )
    return {(row.target_id, row.item_id): row.at for row in run(session, wanted)}
