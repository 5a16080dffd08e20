"""What goods cost when they moved, and changes of costs: on both databases, also at the same moment."""

from __future__ import annotations

from io import BytesIO
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from scanner.data.imports.report import ImportRefused
from scanner.db.sql import connection_of, run
from scanner.items import service as items
from scanner.scans.result import Outcome
from scanner.scans.tables import CostChange, Movement
from scanner.scans.verify import verify
from scanner.workflows import WORKFLOWS
from tests.scans.test_at_once import at_once
from tests.support.files import import_csv
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

MUG_COST, LAMP_COST = 42_500, 180_000
_movement, _change = Movement.__table__, CostChange.__table__


def bring_in(warehouse: Warehouse, kind: str, *rows: str) -> None:
    columns = {"items": "sku,unit_cost", "stock": "location,sku,units", "kits": "kit_sku,sku,units"}[kind]
    content = "\n".join((columns, *rows, ""))
    warehouse.database.transact(import_csv, kind, BytesIO(content.encode()), None, NOW)


def found(warehouse: Warehouse, *columns):
    with warehouse.database.read() as session:
        return [tuple(row) for row in run(session, select(*columns).order_by(columns[0].table.c.seq))]


def moved(warehouse: Warehouse):
    return found(warehouse, _movement.c.units, _movement.c.cost_e4)


def changes(warehouse: Warehouse):
    return found(warehouse, _change.c.before_e4, _change.c.after_e4, _change.c.units)


def said(warehouse: Warehouse) -> list[str]:
    with warehouse.database.read() as session:
        return verify(session)


@pytest.mark.usefixtures("the_record_agrees")
class TestAMovement:
    def test_carries_what_its_item_cost(self, warehouse):
        warehouse.scan(MUG)
        assert moved(warehouse) == [(1, MUG_COST)]

    def test_keeps_it_when_the_cost_changes(self, warehouse):
        warehouse.scan(MUG)
        bring_in(warehouse, "items", "MUG-B,5")
        warehouse.scan(MUG)
        warehouse.scan("CMD-UNDO")
        assert moved(warehouse) == [(1, MUG_COST), (1, 50_000), (1, 50_000)]

    def test_of_an_item_without_a_cost_has_none(self, warehouse):
        warehouse.add_items(["GIFT"])
        bring_in(warehouse, "stock", "A-01-1,GIFT,3")
        assert moved(warehouse) == [(3, None)]

    def test_of_a_kit_has_the_cost_of_each_part(self, warehouse):
        warehouse.add_receipt("PO-SET", [("SET", 2)])
        warehouse.scan("SET", task="PO-SET")
        assert sorted(moved(warehouse)) == [(1, LAMP_COST), (2, MUG_COST)]

    def test_is_not_marked_as_filled_in_later(self, warehouse):
        warehouse.scan(MUG)
        assert found(warehouse, _movement.c.cost_filled) == [(False,)]

    def test_that_came_with_a_file_has_its_cost(self, warehouse):
        bring_in(warehouse, "stock", "A-01-1,LAMP,3")
        assert moved(warehouse) == [(3, LAMP_COST)]


@pytest.mark.usefixtures("the_record_agrees")
class TestAChangeOfCost:
    def test_is_on_record_with_what_was_at_each_place(self, warehouse):
        bring_in(warehouse, "stock", "A-01-1,MUG-B,7", "A-01-2,MUG-B,3")
        bring_in(warehouse, "items", "MUG-B,5")
        assert changes(warehouse) == [(MUG_COST, 50_000, 7), (MUG_COST, 50_000, 3)]

    def test_counts_no_goods_outside_of_the_inventory(self, warehouse):
        bring_in(warehouse, "stock", "A-01-1,MUG-B,7", "DAMAGED,MUG-B,2", "VENDOR,MUG-B,1", "SCRAP,MUG-B,4")
        bring_in(warehouse, "items", "MUG-B,5")
        assert changes(warehouse) == [(MUG_COST, 50_000, 7)]

    def test_to_no_cost_and_back(self, warehouse):
        bring_in(warehouse, "stock", "A-01-1,MUG-B,7")
        bring_in(warehouse, "items", "MUG-B,0")
        bring_in(warehouse, "items", "MUG-B,1")
        assert changes(warehouse) == [(MUG_COST, None, 7), (None, 10_000, 7)]

    def test_below_zero(self, warehouse):
        warehouse.scan(MUG, by="Carla", task="PICKS", quantity=2, location="A-01-1")
        bring_in(warehouse, "items", "MUG-B,5")
        assert changes(warehouse) == [(MUG_COST, 50_000, -2)]

    def test_is_none_where_a_file_says_what_is_so(self, warehouse):
        bring_in(warehouse, "items", "MUG-B,4.25", "NEW,3")
        assert changes(warehouse) == []

    def test_that_is_refused_is_not_on_record(self, warehouse):
        with pytest.raises(ImportRefused):
            bring_in(warehouse, "items", "MUG-B,5", "LAMP,lots")
        assert changes(warehouse) == []

    def test_of_what_is_nowhere_changes_no_worth(self, warehouse):
        bring_in(warehouse, "items", "MUG-B,5")
        assert changes(warehouse) == []

    def test_stays_on_record(self, warehouse):
        bring_in(warehouse, "stock", "A-01-1,MUG-B,7")
        bring_in(warehouse, "items", "MUG-B,5")
        for statement in ("UPDATE cost_change SET units = 9", "DELETE FROM cost_change"):
            with pytest.raises(DatabaseError, match="append-only"), warehouse.database.engine.begin() as connection:
                connection.execute(text(statement))


@pytest.mark.usefixtures("the_record_agrees")
def test_items_that_become_one_move_at_the_cost_of_each(warehouse):
    bring_in(warehouse, "items", "LAMP-OLD,17")
    bring_in(warehouse, "stock", "A-01-1,LAMP-OLD,5", "DAMAGED,LAMP-OLD,1", "A-01-1,LAMP,3")
    bring_in(warehouse, "items", "LAMP-OLD,16", "LAMP,19")
    warehouse.database.transact(items.merge, "LAMP-OLD", "LAMP", warehouse.operators["Sam"], NOW, WORKFLOWS)
    assert sorted(moved(warehouse)[3:]) == [(1, 160_000), (1, 190_000), (5, 160_000), (5, 190_000)]


@pytest.mark.parametrize(
    "slip",
    [
        "UPDATE item SET unit_cost_e4 = 50000 WHERE sku = 'MUG-B'",
        "INSERT INTO cost_change (at, item_id, location_id, units, before_e4, after_e4) "
        "SELECT at, item_id, target_id, 1, 1, 3 FROM movement",
    ],
)
def test_verify_names_an_item_whose_worth_the_record_does_not_explain(warehouse, slip):
    warehouse.scan(MUG)
    assert said(warehouse) == []
    with warehouse.database.engine.begin() as connection:
        connection.execute(text(slip))
    (sentence,) = said(warehouse)
    assert "MUG-B: it is worth" in sentence


@pytest.mark.usefixtures("the_record_agrees")
def test_costs_change_while_devices_scan(warehouse):
    """Whichever comes first: each unit is booked at the cost before a change and counted by it, or after it and not."""
    warehouse.add_receipt("PO-2", [("MUG-B", 500), ("LAMP", 500), ("SET", 100)])
    bring_in(warehouse, "stock", "DOCK,MUG-B,1", "DOCK,LAMP,1")

    def work(number: int) -> None:
        for turn in range(15):
            if number == 0:
                bring_in(warehouse, "items", f"MUG-B,{turn + 1}", f"LAMP,{turn + 2}")
            else:
                code = (MUG, LAMP, "SET")[(turn + number) % 3]
                answer = warehouse.scan(code, task="PO-2", device=f"handheld-{number}")
                assert answer.outcome is Outcome.ACCEPTED

    at_once(work, 5)
    assert sum(units for units, _ in moved(warehouse)[2:]) == sum(
        units * (3 if sku == "SET" else 1) for sku, units in warehouse.lines("PO-2")
    )
    assert len(changes(warehouse)) == 30


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("the_record_agrees")
class TestOnOneItem:
    """A movement waits for a change of its item's cost, and a change for the movements that are under way."""

    def test_a_movement_waits_and_has_the_new_cost(self, warehouse):
        began = []
        bring_in(warehouse, "stock", "DOCK,MUG-B,2")

        def change(session):
            import_csv(session, "items", BytesIO(b"sku,unit_cost\nMUG-B,5\n"), None, NOW)
            began.append(Thread(target=warehouse.scan, args=(MUG,)))
            began[0].start()
            began[0].join(0.3)
            assert began[0].is_alive()

        warehouse.database.transact(change)
        began[0].join()
        assert moved(warehouse)[1:] == [(1, 50_000)] and changes(warehouse) == [(MUG_COST, 50_000, 2)]

    def test_a_change_waits_and_counts_what_moved(self, warehouse):
        scan = warehouse.request(MUG, quantity=4)
        began = []

        def book(session):
            from scanner.scans.record import record_scan

            record_scan(session, scan, NOW, WORKFLOWS)
            connection_of(session).exec_driver_sql("SELECT 1")
            began.append(Thread(target=bring_in, args=(warehouse, "items", "MUG-B,5")))
            began[0].start()
            began[0].join(0.3)
            assert began[0].is_alive()

        warehouse.database.transact(book)
        began[0].join()
        assert moved(warehouse) == [(4, MUG_COST)] and changes(warehouse) == [(MUG_COST, 50_000, 4)]
