"""A floor to count on: a section of shelves with stock on record, and people who walk it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Item, Location
from scanner.counting import service as counting
from scanner.counting.tables import CountPolicy, CountResult
from scanner.db.sql import run
from scanner.discrepancies.service import discrepancies
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.scans import ledger, tasks
from scanner.scans.decision import Move
from scanner.scans.result import ScanResult
from scanner.scans.tables import Task
from tests.support.returned import EMPTY
from tests.support.warehouse import NOW, Warehouse, finish_task

SHELVES = ("A-01-1", "A-01-2", "A-01-3")


class Floor:
    """The small warehouse, one shelf more, a second counter (Cem) and a second supervisor (Sia). Time goes on at every scan."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.database = warehouse, warehouse.database
        self.now = NOW
        self.database.transact(self._prepare)

    def _prepare(self, session: Session) -> None:
        shelf = {"code": "A-01-3", "name": "Shelf A-01-3", "kind": "shelf", "section": "A-01"}
        run(session, insert(Location.__table__), [shelf])
        people = [("BADGE-CEM", "Cem", "counter"), ("BADGE-SIA", "Sia", "supervisor")]
        rows = [{"badge": badge, "name": name, "roles": roles, "active": True} for badge, name, roles in people]
        run(session, insert(Operator.__table__), rows)
        for row in run(session, select(Operator.__table__)):
            self.warehouse.operators[row.name] = OperatorView(row.id, row.name, frozenset(row.roles.split(";")))

    def put(self, shelf: str, sku: str, units: int, at: datetime | None = None) -> None:
        """Have units of an item come to a shelf (negative: leave it), as by a receipt or a pick."""
        self.tick()
        self.database.transact(self._put, shelf, sku, units, at or self.now)

    def _put(self, session: Session, shelf: str, sku: str, units: int, at: datetime) -> None:
        places = catalogue.standard_places(session)
        place = catalogue.find_location(session, shelf)
        assert place is not None
        source, target = places[LocationKind.SUPPLIER].id, place.id
        if units < 0:
            source, target = place.id, places[LocationKind.CUSTOMER].id
        move = Move(self.warehouse.items[sku], abs(units), source, target)
        ledger.move(session, (move,), at=at, operator_id=None, scan_seq=self._scanned(session, sku, at))

    def _scanned(self, session: Session, sku: str, at: datetime) -> int:
        """The scan behind a movement: it came now, and was made then."""
        values = {
            "id": str(uuid4()), "task_id": tasks.get_task(session, "PO-1001").id, "device": "elsewhere", "code": sku, "key": sku,
            "operator_id": self.warehouse.operators["Rosa"].id, "source": "wedge", "quantity": 1, "scanned_at": at,
            "received_at": self.now, "happened_at": at, "outcome": "refused", "reason": "unexpected", "message": "",
            "item_id": None, "units": 0, "fingerprint": "0" * 64,
        } | dict.fromkeys(EMPTY) | {"handles": None, "undoes": None}  # fmt: skip
        seq = ledger.append_scan(session, values)
        assert seq is not None
        return seq

    def set(self, sku: str, **values: Any) -> None:
        """Change an item: its class, its cost."""
        table = Item.__table__
        self.database.transact(lambda session: run(session, update(table).where(table.c.sku == sku).values(**values)))

    def approval(self, value: int) -> None:
        """From which value on a supervisor decides."""
        table = CountPolicy.__table__
        self.database.transact(lambda session: run(session, update(table).values(approval_value_e4=value * 10_000)))

    def tick(self, seconds: float = 1) -> datetime:
        """Time goes on."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def start(self, by: str = "Carla", section: str = "A-01") -> str:
        """Start a count."""
        return self.database.transact(counting.start, section, self.warehouse.operators[by], self.tick())

    def scan(self, code: str, task: str, by: str = "Carla", device: str = "", waited: int = 0, **more: Any) -> ScanResult:
        """Send a scan, which waited so many seconds on the device."""
        now = self.tick()
        if waited:
            more |= {"scanned_at": now - timedelta(seconds=waited), "sent_at": now}
        return self.warehouse.scan(code, by, task, device or f"handheld-{by}", now=now, **more)

    def walk(self, task: str, *codes: str, by: str = "Carla") -> list[ScanResult]:
        """Scan one code after the other."""
        return [self.scan(code, task, by) for code in codes]

    def finish(self, task: str, by: str = "Carla", confirm: bool = True) -> Any:
        """Finish as a page or a program does."""
        operator = self.warehouse.operators[by]
        return self.database.transact(finish_task, task, operator, f"handheld-{by}", self.tick(), confirm=confirm)

    def open_tasks(self) -> list[str]:
        """References of the open counts."""
        table = Task.__table__
        wanted = select(table.c.reference).where(table.c.kind == "count", table.c.state == "open").order_by(table.c.id)
        with self.database.read() as session:
            return list(run(session, wanted).scalars())

    def results(self) -> list[tuple[str, str, int, int, str]]:
        """(location, sku, counted, on hand, verdict) of all results, in their order."""
        table, place, item = CountResult.__table__, Location.__table__, Item.__table__
        wanted = (
            select(place.c.code, item.c.sku, table.c.counted, table.c.on_hand, table.c.verdict)
            .join_from(table, place, table.c.location_id == place.c.id)
            .join(item, table.c.item_id == item.c.id)
            .order_by(table.c.id)
        )
        with self.database.read() as session:
            return [tuple(row) for row in run(session, wanted)]

    def variances(self, state: str | None = "open") -> list[tuple[str, int]]:
        """(sku, units) of variances."""
        with self.database.read() as session:
            return [(row.sku, row.units) for row in discrepancies(session, state) if row.kind == "variance"]

    def variance_id(self, sku: str, nth: int = 0) -> int:
        """The number of an open variance."""
        with self.database.read() as session:
            return [row.id for row in discrepancies(session) if row.sku == sku and row.kind == "variance"][nth]

    def on_hand(self, shelf: str, sku: str) -> int:
        """What the record says."""
        return self.warehouse.stock().get((shelf, sku), 0)
