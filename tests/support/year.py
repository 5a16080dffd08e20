"""A year of a small warehouse, made of movements and costs at days of one's own choosing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from scanner.catalogue.tables import Item, Location
from scanner.counting.tables import Visit
from scanner.counting.visits import note_counted
from scanner.db.engine import Database
from scanner.db.sql import run, table_of
from scanner.drift.fold import service as fold
from scanner.people.rules import OperatorView
from scanner.people.tables import Operator
from scanner.scans import ledger
from scanner.scans.costs import note_changes
from scanner.scans.decision import Move
from scanner.scans.tables import Scan, Task

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_item, _location, _operator = (table_of(model) for model in (Item, Location, Operator))


@dataclass
class Year:
    """A warehouse with items and shelves in sections; `now` is the time of the server, and only goes on."""

    database: Database
    now: datetime = START
    items: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    fay: OperatorView = field(init=False)

    def __post_init__(self) -> None:
        self.database.transact(self._fill)

    def _fill(self, session: Session) -> None:
        given = {"badge": "BADGE-FAY", "name": "Fay", "roles": "finance", "active": True}
        person = run(session, insert(_operator).values(given).returning(_operator.c.id)).scalar_one()
        self.fay = OperatorView(person, "Fay", frozenset({"finance"}))
        for sku, cost in (("MUG", 42_517), ("LAMP", 180_033), ("FREE", 0)):
            self._add_item(session, sku, cost)
        for code in ("A-01-1", "A-02-1", "B-01-1"):
            run(session, insert(_location), {"code": code, "name": code, "kind": "shelf", "section": code[:4], "position": 0})
        run(session, insert(_location), {"code": "PACK", "name": "", "kind": "packing", "section": "", "position": 0})
        run(session, insert(_location), {"code": "CART", "name": "", "kind": "cart", "section": "", "position": 0})
        self.places = {row.code: row.id for row in run(session, select(_location.c.code, _location.c.id))}

    def _add_item(self, session: Session, sku: str, cost: int) -> None:
        given = {"sku": sku, "name": sku, "unit_cost_e4": cost, "abc_class": "C", "reorder_point": 0, "critical": False}
        self.items[sku] = run(session, insert(_item).values(given).returning(_item.c.id)).scalar_one()

    def after(self, **more: float) -> datetime:
        """Let time go on."""
        self.now += timedelta(**more)
        return self.now

    def move(self, sku: str, units: int, source: str, target: str, cause: str = "", *, days_ago: float = 0) -> None:
        """Move goods; `days_ago` is for how long that waited on a device."""
        move = Move(self.items[sku], units, self.places[source], self.places[target])
        at = self.now - timedelta(days=days_ago)
        self.database.transact(ledger.move, [move], at=at, operator_id=None, cause=cause)

    def cost(self, sku: str, cost_e4: int) -> None:
        """Have an item cost something else."""
        self.database.transact(self._cost, self.items[sku], cost_e4)

    def _cost(self, session: Session, item_id: int, cost_e4: int) -> None:
        note_changes(session, {item_id: cost_e4}, self.now)
        run(session, update(_item).where(_item.c.id == item_id).values(unit_cost_e4=cost_e4))

    def put_in_section(self, place: str, section: str) -> None:
        """Have a place counted with another section."""
        statement = update(_location).where(_location.c.code == place).values(section=section)
        self.database.transact(run, statement)

    def count(self, section: str) -> None:
        """Finish a count of all places of a section."""
        self.database.transact(self._count, section)

    def _count(self, session: Session, section: str) -> None:
        task = {
            "reference": f"C-{self.now:%Y%m%d%H%M}-{section}", "kind": "count", "state": "finished", "section": section,
            "created_at": self.now, "finished_at": self.now, "partner": "", "order_ref": "", "announced": True, "owner": "",
        }  # fmt: skip
        task_id = run(session, insert(table_of(Task)).values(task).returning(table_of(Task).c.id)).scalar_one()
        scan = {
            "id": task["reference"], "task_id": task_id, "operator_id": self.fay.id, "device": "d", "code": "x", "key": "x",
            "source": "wedge", "quantity": 1, "scanned_at": self.now, "received_at": self.now, "happened_at": self.now,
            "outcome": "accepted", "reason": "located", "message": "", "units": 0, "fingerprint": "",
        }  # fmt: skip
        seq = run(session, insert(table_of(Scan)).values(scan).returning(table_of(Scan).c.seq)).scalar_one()
        places = list(run(session, select(_location.c.id).where(_location.c.section == section)).scalars())
        visits = [
            {
                "task_id": task_id, "location_id": place, "operator_id": self.fay.id, "device": "d", "state": "closed",
                "said_empty": True, "opened_seq": seq, "closed_seq": seq, "opened_at": self.now, "closed_at": self.now,
            }
            for place in places
        ]  # fmt: skip
        run(session, insert(table_of(Visit)), visits)
        note_counted(session, task_id)

    def at(self, day: int, month: int = 9) -> None:
        """Go to noon of a day of 2026."""
        self.now = START.replace(month=month, day=day)

    def fold(self) -> None:
        """Bring the sums up to date."""
        fold.catch_up(self.database, self.now)

    def read(self, query: Any, *args: Any, **more: Any) -> Any:
        """What a service says."""
        with self.database.read() as session:
            return query(session, *args, **more)

    def do(self, use_case: Any, *args: Any, **more: Any) -> Any:
        """Do something in a transaction of its own."""
        return self.database.transact(use_case, *args, **more)
