"""An order floor: shelves with goods, and the people who pick."""

import json

import pytest
from sqlalchemy import insert, select

from scanner.catalogue.tables import Section
from scanner.db.sql import run
from scanner.webhooks.tables import Delivery, Webhook
from tests.support.orders import add_order, add_shelves, stock_up
from tests.support.warehouse import NOW


@pytest.fixture
def floor(warehouse):
    """Mugs on A-01-1 (3) and B-02-1 (20), lamps on A-01-2 (5), T-shirts on B-02-2 (9). A-01 is Olga's.

    SHOP-1001 is of 2 mugs and a lamp.
    """
    stock(warehouse)
    warehouse.database.transact(lambda session: run(session, insert(Section.__table__), {"code": "A-01", "owner": "Olga"}))
    add_order(warehouse, "SHOP-1001", [("MUG-B", 2), ("LAMP", 1)])
    return warehouse


def stock(warehouse):
    add_shelves(warehouse, ["B-02-1", "B-02-2"])
    for shelf, sku, units in (("A-01-1", "MUG-B", 3), ("B-02-1", "MUG-B", 20), ("A-01-2", "LAMP", 5), ("B-02-2", "TEE-M", 9)):
        stock_up(warehouse, shelf, sku, units)


@pytest.fixture
def told(warehouse):
    """What other systems are told: (event, data), the oldest first."""
    values = {"url": "https://shop.example/hook", "secret": "s", "active": True, "created_at": NOW}
    warehouse.database.transact(lambda session: run(session, insert(Webhook.__table__), values))

    def read():
        with warehouse.database.read() as session:
            rows = run(session, select(Delivery.__table__).order_by(Delivery.__table__.c.id)).all()
        return [(row.event, json.loads(row.payload)["data"]) for row in rows]

    return read
