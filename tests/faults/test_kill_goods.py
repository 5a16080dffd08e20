"""A server is killed while goods are put away, picked and put into totes: stock sums to zero, and orders have what they say.

SCANNER_LONG=1 python3 -m scanner test tests/faults/test_kill_goods.py     # 100 kills of each database instead of 6 and 4
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from uuid import uuid4

import pytest
from sqlalchemy import text

from scanner.db.engine import Database
from scanner.orders.carts import service as carts
from scanner.people import tokens
from scanner.scans.picked import picked_for_orders
from scanner.scans.verify import verify
from tests.conftest import new_database
from tests.support.floor import Device, ServerProcess, kill_again_and_again, kills
from tests.support.orders import add_order, packing_place, stock_up
from tests.support.warehouse import LAMP, MUG, Warehouse, fill

pytestmark = pytest.mark.faults
MANY = 100_000
WALKS = {
    ("Rosa", "MOVES"): ("DOCK", MUG, MUG, "A-01-1"),
    ("Theo", "MOVES"): ("DOCK", MUG, "CMD-UNDO", LAMP, "A-01-2"),
    ("Sam", "WEB-1"): ("A-01-1", MUG, MUG, "CMD-UNDO"),
    ("Pia", "PICK-1"): ("A-01-2", LAMP, "WEB-2", LAMP, "CMD-UNDO"),
}
"""(person, task) -> what is scanned again and again."""


@dataclass
class Walker(Device):
    """A device that scans the same walk again and again."""

    walk: tuple[str, ...] = ()

    def run(self, pause: float = 0.0) -> None:
        """Scan until stopped."""
        for code in cycle(self.walk):
            if self.stopping.wait(pause):
                return
            self.code = code
            self.send_until_recorded(str(uuid4()))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request, tmp_path) -> Iterator[Database]:
    database = new_database(request.param, tmp_path)
    yield database
    database.dispose()


def house(database: Database) -> Warehouse:
    """More goods than anybody can move, and two orders for all of them."""
    warehouse = fill(database)
    for place in ("DOCK", "A-01-1", "A-01-2"):
        for sku in ("MUG-B", "LAMP"):
            stock_up(warehouse, place, sku, MANY)
    add_order(warehouse, "WEB-2", [("LAMP", MANY)])
    database.transact(carts.begin, warehouse.operators["Pia"], datetime.now(UTC), 1)
    add_order(warehouse, "WEB-1", [("MUG-B", MANY)])
    return warehouse


def test_goods_on_their_way_are_neither_lost_nor_doubled(target):
    warehouse = house(target)
    server = ServerProcess(target.url.render_as_string(hide_password=False))
    walkers = [
        Walker([server.port], target.transact(tokens.create_token, person, datetime.now(UTC)), task, walk[0], walk=walk)
        for (person, task), walk in WALKS.items()
    ]
    threads = [threading.Thread(target=walker.run) for walker in walkers]
    try:
        for thread in threads:
            thread.start()
        kill_again_and_again([server], walkers, kills(6 if target.is_sqlite else 4, 100), (0.2, 0.8))
    finally:
        for walker in walkers:
            walker.stopping.set()
        for thread in threads:
            thread.join(60)
        server.stop()
    acknowledged = [scan_id for walker in walkers for scan_id in walker.acknowledged]
    print(f"\n{len(acknowledged)} acknowledged")
    assert [walker.refused for walker in walkers] == [[]] * len(walkers)
    assert all(len(walker.acknowledged) > 10 for walker in walkers)
    with target.read() as session:
        assert verify(session) == []
        recorded = set(session.connection().execute(text("SELECT id FROM scan")).scalars())
        picked = {sku: picked_for_orders(session).get(item_id, 0) for sku, item_id in warehouse.items.items()}
    assert set(acknowledged) <= recorded and len(set(acknowledged)) == len(acknowledged)
    stock, packing = warehouse.stock(), packing_place(warehouse)
    assert {sku: units for (place, sku), units in stock.items() if place == packing} == {k: v for k, v in picked.items() if v}
    assert sum(stock.values()) == 0
    assert all(units >= 0 for (place, _), units in stock.items() if place not in ("SUPPLIER", "ADJUSTMENT"))
