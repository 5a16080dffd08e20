"""A shop that sends orders, and what became of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session

from scanner.db.engine import Database
from scanner.db.sql import connection_of
from scanner.orders.intake import service
from scanner.orders.intake.counted import OrderView
from scanner.orders.intake.rules import GivenLine, GivenOrder, Version
from scanner.orders.shipments import service as shipments
from scanner.orders.shipments.service import Booked, SentLine, Shipment
from scanner.scans import ledger
from scanner.scans.decision import Count, Move
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import NOW, Warehouse

PLACED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def line(name: str, sku: str, ordered: int, cancelled: int = 0) -> GivenLine:
    """A line of an order."""
    return GivenLine(name, sku, ordered, cancelled)


def order(*lines: GivenLine, version: int = 1, **more: Any) -> GivenOrder:
    """A version of order SO-1 of the shop `web`."""
    head = {"channel": "web", "reference": "SO-1", "placed_at": PLACED, "customer": "Jo Ng"} | more
    return GivenOrder(version=Version(version), lines=lines, **head)


class Shop:
    """The small warehouse with a shop that sends orders in Vera's name."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.database: Database = warehouse.database

    def put(self, given: GivenOrder, by: str = "Vera", now: datetime = NOW) -> OrderView:
        """Send a version; gives the order as it is now."""
        return self.database.transact(service.put, given, self.warehouse.operators[by], now).order

    def ship(self, *lines: SentLine, by: str = "Vera", now: datetime = NOW, **more: Any) -> Booked:
        """Book a shipment of the order."""
        told = Shipment(lines=lines, **{"channel": "web", "reference": "SO-1"} | more)
        return self.database.transact(shipments.ship, told, self.warehouse.operators[by], now, WORKFLOWS)

    def order(self, reference: str = "SO-1", channel: str = "web") -> OrderView:
        """The order as it is now."""
        with self.database.read() as session:
            return service.one(session, channel, reference, self.warehouse.operators["Sam"])

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a statement finds."""
        with self.database.read() as session:
            return [tuple(row) for row in connection_of(session).execute(text(sql), values)]

    def stock(self, sku: str, place: str, units: int) -> None:
        """Put units of an item at a place, from the supplier."""
        self._move(sku, units, "SUPPLIER", place)

    def pick(self, sku: str, units: int, shelf: str = "A-01-1", task: str = "SO-1") -> None:
        """Pick as a scan of the task would: its line counts, and the goods stand where picked goods stand."""
        (line_id,) = self.rows(
            "SELECT line.id FROM line JOIN task ON task.id = line.task_id JOIN item ON item.id = line.item_id "
            "WHERE task.reference = :task AND item.sku = :sku AND line.expected > 0",
            task=task, sku=sku,
        )[0]  # fmt: skip
        seq = self._scan(task)
        self.database.transact(lambda session: ledger.count(session, seq, [Count(line_id, units)]))
        self._move(sku, units, shelf, "PACKING")

    def pack(self, sku: str, units: int, task: str = "SO-1") -> None:
        """Pack as a scan of the task would."""
        self._note("packed", "", sku, units, task)

    def miss(self, sku: str, units: int, task: str = "SO-1") -> None:
        """Note units that a picker did not find."""
        self._note("short_pick", "not there", sku, units, task)

    def _note(self, table: str, why: str, sku: str, units: int, task: str) -> None:
        seq = self._scan(task)

        def add(session: Session) -> None:
            names, values = ("scan_seq, line_id, units", ":seq, line.id, :units")
            names, values = (f"{names}, why", f"{values}, :why") if why else (names, values)
            connection_of(session).execute(
                text(
                    f"INSERT INTO {table} ({names}) SELECT {values} FROM line JOIN task ON task.id = line.task_id "
                    "JOIN item ON item.id = line.item_id WHERE task.reference = :task AND item.sku = :sku"
                ),
                {"seq": seq, "units": units, "task": task, "sku": sku, "why": why},
            )

        self.database.transact(add)

    def _scan(self, task: str) -> int:
        """A scan of somebody, for rows that name one."""
        (task_id,) = self.rows("SELECT id FROM task WHERE reference = :task", task=task)[0]
        rosa = self.warehouse.operators["Rosa"].id
        values = {
            "id": str(uuid4()), "task_id": task_id, "operator_id": rosa, "device": "d", "code": "c", "key": "c",
            "source": "wedge", "quantity": 1, "scanned_at": NOW, "received_at": NOW, "happened_at": NOW,
            "outcome": "accepted", "reason": "counted", "message": "", "item_id": None, "units": 0, "expected": None,
            "counted": None, "location_id": None, "lot": None, "expiry": None, "serial": None, "opens": None,
            "confirms": None, "undoes": None, "links": None, "handles": None, "fingerprint": "f",
        }  # fmt: skip
        return self.database.transact(lambda session: ledger.append_scan(session, values)) or 0

    def _move(self, sku: str, units: int, source: str, target: str) -> None:
        places = dict(self.rows("SELECT code, id FROM location"))
        move = Move(self.warehouse.items[sku], units, places[source], places[target])
        self.database.transact(lambda session: ledger.move(session, [move], at=NOW, operator_id=None, cause="test"))


def lines_of(view: OrderView) -> list[tuple[str, int, int, int, int, int]]:
    """(sku, ordered, cancelled, picked, packed, short) of its lines."""
    return [(each.sku, each.ordered, each.cancelled, each.picked, each.packed, each.short) for each in view.lines]
