"""A small warehouse for tests: the cast, a few items, shelves, and one receipt. Rows go in as the app itself writes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item, KitPart, Location
from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.errors import BadRequest
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.scans import ledger, programs, tasks
from scanner.scans.history import service as history
from scanner.scans.history.store import ScanRow
from scanner.scans.linking import service as linking
from scanner.scans.record import record_scan
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import ScanResult
from scanner.scans.tables import Carton
from scanner.scans.workflow import Finish, TaskRequest
from scanner.workflows import WORKFLOWS

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

MUG, MUG_CASE = "9501101530003", "19501101530000"
LAMP, TEE = "9501101530010", "TEE-M"
SSCC = "395011015300000011"
PEOPLE = {
    "Rosa": ("BADGE-ROSA", "receiver"),
    "Theo": ("BADGE-THEO", "returns"),
    "Carla": ("BADGE-CARLA", "counter"),
    "Sam": ("BADGE-SAM", "supervisor"),
    "Vera": ("BADGE-VERA", "service"),
    "Pia": ("BADGE-PIA", "picker"),
    "Fay": ("BADGE-FAY", "finance"),
}
ITEMS = {
    "MUG-B": ("Mug, blue", 42_500),
    "LAMP": ("Desk lamp", 180_000),
    "TEE-M": ("T-shirt M", 65_000),
    "SET": ("Gift set", 300_000),
}
BARCODES = {"09501101530003": ("MUG-B", 1), "19501101530000": ("MUG-B", 12), "09501101530010": ("LAMP", 1)}


@dataclass
class Warehouse:
    """The database with names for what is in it; `scan` sends a scan as a device would."""

    database: Database
    operators: dict[str, OperatorView] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)

    def scan(self, code: str, by: str = "Rosa", task: str = "PO-1001", device: str = "handheld-1", **more: Any) -> ScanResult:
        """Send one scan in a transaction of its own."""
        return self.database.transact(record_scan, self.request(code, by, task, device, **more), more.get("now", NOW), WORKFLOWS)

    def send(self, request: ScanRequest, now: datetime = NOW) -> ScanResult:
        """Send what a device froze, maybe for the second time."""
        return self.database.transact(record_scan, request, now, WORKFLOWS)

    def request(
        self,
        code: str,
        by: str = "Rosa",
        task: str = "PO-1001",
        device: str = "handheld-1",
        id: UUID | None = None,
        **more: Any,
    ) -> ScanRequest:
        """What a device freezes when Enter arrives."""
        more.pop("now", None)
        source = more.pop("source", Source.WEDGE)
        scanned_at = more.pop("scanned_at", NOW)
        return ScanRequest(
            id=id or uuid4(), task=task, code=code, source=source, scanned_at=scanned_at, operator_id=self.operators[by].id,
            device=device, **more,
        )  # fmt: skip

    def add_receipt(self, reference: str, lines: list[tuple[str, int]], **more: Any) -> int:
        """An open receipt with lines (sku, expected)."""
        return self.database.transact(self._add_receipt, reference, lines, more)

    def add_return(self, reference: str, lines: list[tuple[str, int]], order: str = "", **more: Any) -> int:
        """An open return with lines (sku, expected)."""
        return self.add_receipt(reference, lines, **{"kind": "return", "partner": "Jo Ng", "order_ref": order} | more)

    def _add_receipt(self, session: Session, reference: str, lines: list[tuple[str, int]], more: dict[str, Any]) -> int:
        values = {
            "reference": reference, "kind": "receiving", "state": "open", "partner": "Acme", "asn": None, "order_ref": "",
            "due_on": None, "back_order_of": None, "created_at": NOW,
        } | more  # fmt: skip
        rows = [
            {"position": place, "item_id": self.items[sku], "expected": expected}
            for place, (sku, expected) in enumerate(lines, 1)
        ]
        return tasks.add_task(session, values, rows)

    def add_items(self, skus: list[str]) -> None:
        """Items that have nothing but a SKU."""
        rows = [
            {"sku": sku, "name": sku, "unit_cost_e4": 0, "abc_class": "C", "reorder_point": 0, "critical": False} for sku in skus
        ]

        def add(session: Session) -> None:
            run(session, insert(Item.__table__), rows)
            self.items |= {row.sku: row.id for row in run(session, select(Item.__table__))}

        self.database.transact(add)

    def set_units(self, barcode: str, units: int) -> None:
        """Have a barcode stand for other units from now on."""
        self.database.transact(
            lambda session: run(session, update(Barcode.__table__).where(Barcode.__table__.c.code == barcode).values(units=units))
        )

    def stock(self) -> dict[tuple[str, str], int]:
        """(location, sku) -> units, without zeros."""
        from scanner.scans.history import store as reports

        with self.database.read() as session:
            return {(row.location, row.sku): row.units for row in reports.stock(session, real_only=False)}

    def lines(self, reference: str = "PO-1001") -> list[tuple[str, int]]:
        """(sku, scanned) of a task's lines, in order."""
        with self.database.read() as session:
            task = tasks.get_task(session, reference)
            assert task is not None
            return [(row.sku, row.scanned) for row in tasks.lines_of(session, task.id)]


def fill(database: Database) -> Warehouse:
    """The cast, four items (one a kit of two mugs and a lamp), two shelves, and PO-1001: 24 mugs, 6 lamps, 3 T-shirts."""
    warehouse = Warehouse(database)
    database.transact(_fill, warehouse)
    warehouse.add_receipt("PO-1001", [("MUG-B", 24), ("LAMP", 6), ("TEE-M", 3)], asn="ASN-77")
    return warehouse


def _fill(session: Session, warehouse: Warehouse) -> None:
    people = [{"badge": badge, "name": name, "roles": roles, "active": True} for name, (badge, roles) in PEOPLE.items()]
    run(session, insert(Operator.__table__), people)
    for row in run(session, select(Operator.__table__)):
        warehouse.operators[row.name] = OperatorView(row.id, row.name, frozenset(row.roles.split(";")))
    defaults = {"abc_class": "C", "reorder_point": 0, "critical": False}
    items = [{"sku": sku, "name": name, "unit_cost_e4": cost, **defaults} for sku, (name, cost) in ITEMS.items()]
    run(session, insert(Item.__table__), items)
    warehouse.items |= {row.sku: row.id for row in run(session, select(Item.__table__))}
    ids = warehouse.items
    codes = [{"code": code, "item_id": ids[sku], "units": units} for code, (sku, units) in BARCODES.items()]
    run(session, insert(Barcode.__table__), codes)
    parts = [{"kit_id": ids["SET"], "part_id": ids[part], "units": units} for part, units in (("MUG-B", 2), ("LAMP", 1))]
    run(session, insert(KitPart.__table__), parts)
    shelves = [{"code": code, "name": f"Shelf {code}", "kind": "shelf", "section": "A-01"} for code in ("A-01-1", "A-01-2")]
    run(session, insert(Location.__table__), shelves)


def announce_carton(warehouse: Warehouse, task_id: int, contents: list[tuple[str, int]], sscc: str = SSCC) -> None:
    """Announce a carton of items (sku, units) on a receipt."""
    rows = [{"sscc": sscc, "task_id": task_id, "item_id": warehouse.items[sku], "units": units} for sku, units in contents]
    warehouse.database.transact(lambda session: run(session, insert(Carton.__table__), rows))


def finish_task(
    session: Session, reference: str, operator: OperatorView, device: str, now: datetime, *,
    confirm: bool = False, back_order: bool = False,
) -> Finish:  # fmt: skip
    """Finish a task of any kind, as a program would."""
    asked = TaskRequest(
        reference=reference, operator=operator, device=device, now=now, confirm=confirm, back_order=back_order
    )  # fmt: skip
    return programs.finish(session, asked, WORKFLOWS)


def link_code(
    session: Session, code: str, sku: str, units: int, operator: OperatorView, device: str, now: datetime
) -> linking.Linked:
    """Link an unknown code to an item; all its earlier scans count."""
    try:
        key = linking.parse_code(code).key
    except BadRequest:
        key = code
    there = Counter(scan.reference for scan in ledger.unknown_of_key(session, key))
    shares = tuple(linking.Share(reference, times, times) for reference, times in there.items())
    link = linking.Link(sku=sku, units=units, operator=operator, device=device, now=now, shares=shares)
    return linking.link_code(session, code, link, WORKFLOWS)


def task_scans(session: Session, reference: str, limit: int = 50) -> list[ScanRow]:
    """The scans of a task, the newest first."""
    return history.task_scans(session, reference, WORKFLOWS, None, limit=limit)
