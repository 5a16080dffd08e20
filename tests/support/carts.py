"""Carts of orders for tests: begun, scanned on, and what is where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from scanner.catalogue.tables import Item, Location, Stock
from scanner.db.sql import run, table_of
from scanner.orders.carts import service as carts
from scanner.orders.carts.service import Way
from scanner.scans import homes
from scanner.scans.carts import find_cart, in_hand
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import NOW, Warehouse


def begin(warehouse: Warehouse, most: int = 6) -> str:
    """A new cart of Pia's; gives its number."""
    return warehouse.database.transact(carts.begin, warehouse.operators["Pia"], NOW, most)


def scan(warehouse: Warehouse, cart: str, *codes: str, by: str = "Pia", **more: Any) -> ScanResult:
    """Scan one code after another; gives the last answer."""
    return [warehouse.scan(code, by=by, task=cart, **more) for code in codes][-1]


def stock(warehouse: Warehouse, place: str) -> dict[str, int]:
    """SKU -> units at a place."""
    stock, item, location = table_of(Stock), table_of(Item), table_of(Location)
    wanted = (
        select(item.c.sku, stock.c.units)
        .join_from(stock, item, stock.c.item_id == item.c.id)
        .join(location, stock.c.location_id == location.c.id)
        .where(location.c.code == place, stock.c.units != 0)
    )
    with warehouse.database.read() as session:
        return {row.sku: row.units for row in run(session, wanted)}


def hand(warehouse: Warehouse, by: str = "Pia") -> dict[str, int]:
    """SKU -> units in the hand of a person, of whatever task."""
    with warehouse.database.read() as session:
        cart = find_cart(session, warehouse.operators[by].id)
        return {each.sku: each.units for each in in_hand(session, cart.id)} if cart else {}


def way(warehouse: Warehouse, cart: str, by: str = "Pia") -> Way:
    """What the page of a cart shows to a person on the first handheld."""
    person = warehouse.operators[by]
    with warehouse.database.read() as session:
        blind = homes.is_blind(person, WORKFLOWS.hidden_places(session, person))
        return carts.the_way(session, cart, person.id, "handheld-1", blind=blind)


def said(result: ScanResult) -> tuple[Outcome, Reason]:
    """How a scan ended."""
    return result.outcome, result.reason
