"""What suppliers announced to be in their cartons and pallets."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import Item
from scanner.db.sql import Prepared, table_of
from scanner.scans.tables import Carton

_item, _carton = table_of(Item), table_of(Carton)
_BY_SSCC = Prepared(
    select(_carton.c.units, *catalogue.item_columns)
    .join_from(_carton, _item, _carton.c.item_id == _item.c.id)
    .where(_carton.c.sscc == bindparam("sscc"))
    .order_by(_item.c.id)
)


def contents(session: Session, sscc: str) -> tuple[catalogue.Content, ...]:
    """The items announced in a carton, with their units; empty where it was not announced."""
    return tuple(catalogue.content_of(session, row, row.units) for row in _BY_SSCC.rows(session, sscc=sscc))
