"""One unit from the supplier to the customer by scanner alone, and a cart of orders with a short pick and no Wi-Fi half-way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from scanner.catalogue.tables import Location
from scanner.db.sql import run, table_of
from scanner.orders.intake import service as intake
from scanner.orders.tables import Order
from scanner.scans.tables import Movement, Scan, Task
from tests.browser.conftest import MAKE
from tests.support import shop
from tests.support.orders import add_order, add_shelves, packing_place, stock_up
from tests.support.warehouse import Warehouse

SKU = "UNIT-1"


def way_of(warehouse: Warehouse, sku: str) -> list[tuple[str, str, str]]:
    """(task, from, to) of each movement of an item, in order."""
    movement, scan, task = table_of(Movement), table_of(Scan), table_of(Task)
    source, target = table_of(Location).alias("source"), table_of(Location).alias("target")
    wanted = (
        select(task.c.reference, source.c.code.label("source"), target.c.code.label("target"))
        .join_from(movement, scan, movement.c.scan_seq == scan.c.seq)
        .join(task, scan.c.task_id == task.c.id)
        .join(source, movement.c.source_id == source.c.id)
        .join(target, movement.c.target_id == target.c.id)
        .where(movement.c.item_id == warehouse.items[sku])
        .order_by(movement.c.seq)
    )
    with warehouse.database.read() as session:
        return [tuple(row) for row in run(session, wanted)]


def test_one_unit_goes_from_the_supplier_to_the_customer_by_scanner_alone(handheld: MAKE, warehouse: Warehouse) -> None:
    warehouse.add_items([SKU])
    warehouse.add_receipt("PO-WAY", [(SKU, 1)])
    sold = shop.order(shop.line("1", SKU, 1), reference="WEB-WAY")
    warehouse.database.transact(intake.put, sold, warehouse.operators["Sam"], datetime.now(UTC))
    packing, cart = packing_place(warehouse), f"CART-{warehouse.operators['Rosa'].id}"

    rosa = handheld("BADGE-ROSA")
    rosa.open("/")
    rosa.scan("PO-WAY")
    rosa.page.wait_for_url("**/receiving/PO-WAY")
    rosa.ready()
    rosa.scan(SKU)
    rosa.expect_signal("complete")
    rosa.scan("CMD-DONE")
    rosa.expect_signal("finished")
    rosa.open("/")
    rosa.scan("MOVES")
    rosa.page.wait_for_url("**/moves/MOVES")
    rosa.ready()
    rosa.burst(["DOCK", SKU, "A-01-2"])
    rosa.expect_sent()
    rosa.expect_signal("complete")

    pia = handheld("BADGE-PIA")
    pia.open("/")
    pia.scan("WEB-WAY")
    pia.page.wait_for_url("**/orders/**")
    pia.ready()
    pia.burst(["A-01-2", SKU, packing, SKU])
    pia.expect_sent()
    pia.scan("CMD-SHIP")
    pia.expect_sent()
    expect(pia.page.locator("body")).to_contain_text("shipped")

    assert way_of(warehouse, SKU) == [
        ("PO-WAY", "SUPPLIER", "DOCK"),
        ("MOVES", "DOCK", cart),
        ("MOVES", cart, "A-01-2"),
        ("WEB-WAY", "A-01-2", packing),
        ("WEB-WAY", packing, "CUSTOMER"),
    ]
    order = table_of(Order)
    with warehouse.database.read() as session:
        shipped = run(session, select(order.c.shipped_at).where(order.c.reference == "WEB-WAY")).scalar_one()
    assert shipped is not None


@pytest.fixture
def two_orders(warehouse: Warehouse) -> Warehouse:
    """Two units at one shelf and three at another, two orders for them."""
    if "WALK-1" not in warehouse.items:
        warehouse.add_items(["WALK-1", "WALK-2"])
        add_shelves(warehouse, ["D-01-1", "D-01-2"], section="D-01")
        for place, sku, units in (("D-01-1", "WALK-1", 2), ("D-01-2", "WALK-1", 3), ("D-01-2", "WALK-2", 5)):
            stock_up(warehouse, place, sku, units)
        long_due = datetime(2020, 1, 1, tzinfo=UTC)  # so that they come before whatever other tests left open
        add_order(warehouse, "WALK-A", [("WALK-1", 1), ("WALK-2", 2)], due_at=long_due)
        add_order(warehouse, "WALK-B", [("WALK-1", 1)], due_at=long_due)
    return warehouse


def test_a_cart_of_orders_is_walked_out_of_wifi_and_a_short_pick_sends_to_the_other_shelf(
    handheld: MAKE, two_orders: Warehouse
) -> None:
    pia = handheld("BADGE-PIA")
    pia.open("/carts")
    pia.page.fill("input[name=orders]", "2")
    pia.page.click("text=Begin a cart")
    pia.page.wait_for_url("**/carts/PICK-*")
    pia.ready()
    pia.scan("D-01-1")
    pia.expect_signal("located")
    pia.scan("CMD-SHORT")
    pia.expect_sent()
    expect(pia.result).to_contain_text("2 more at D-01-2")
    pia.offline()
    pia.burst(["D-01-2", "WALK-1", "WALK-1", "WALK-A", "WALK-B"])
    pia.expect_unsent(5)
    pia.offline(False)
    pia.expect_sent()
    assert two_orders.lines("WALK-A") == [("WALK-1", 1), ("WALK-2", 0)]
    assert two_orders.lines("WALK-B") == [("WALK-1", 1)]
    pia.burst(["WALK-2", "WALK-2", "WALK-A", "CMD-DONE"])
    pia.expect_sent()
    assert two_orders.lines("WALK-A") == [("WALK-1", 1), ("WALK-2", 2)]
    carla = handheld("BADGE-CARLA")
    carla.open("/counting")
    expect(carla.page.locator("button[value='D-01']")).to_contain_text("a picker did not find goods")
