"""Finished counts as they lie in the record, for what reads them: rows go in without the floor's work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import Item, Location
from scanner.counting.tables import CountResult, Visit
from scanner.counting.visits import note_counted
from scanner.db.sql import run
from scanner.scans.tables import Task
from tests.support.warehouse import NOW, Warehouse

Counted = dict[str, dict[str, tuple[int, int]]]
"""Places, and what was there: {"A-01-1": {"MUG-B": (counted, on hand)}}."""


def add_count(warehouse: Warehouse, reference: str, places: Counted, at: datetime = NOW, **more: Any) -> int:
    """A count of the places' section, each place visited one minute before `at`; gives the task's id.

    `by` (Carla), `state` (finished), `visits` (closed), `recount_of`, `round` (1), `scanned` (seconds a place, 60).
    """
    seq = warehouse.scan("A-01-1", by=more.get("by", "Carla"), task="PICKS").seq
    return warehouse.database.transact(_add_count, warehouse, reference, places, at=at, seq=seq, more=more)


def _add_count(
    session: Session, warehouse: Warehouse, reference: str, places: Counted, *, at: datetime, seq: int, more: dict[str, Any]
) -> int:
    found = {code: catalogue.find_location(session, code) for code in places}
    section = run(session, select(Location.section).where(Location.code == next(iter(places)))).scalar_one()
    task = {
        "reference": reference, "kind": "count", "state": more.get("state", "finished"), "section": section,
        "created_at": at, "finished_at": at, "recount_of": more.get("recount_of"),
    }  # fmt: skip
    task_id = run(session, insert(Task.__table__).returning(Task.__table__.c.id), task).scalar_one()
    begun = at - timedelta(seconds=more.get("scanned", 60))
    operator = warehouse.operators[more.get("by", "Carla")].id
    for code, items in places.items():
        visit = {
            "task_id": task_id, "location_id": found[code].id, "operator_id": operator, "device": "handheld-1",
            "state": more.get("visits", "closed"), "opened_seq": seq, "opened_at": begun, "closed_seq": seq, "closed_at": at,
            "said_empty": not items,
        }  # fmt: skip
        visit_id = run(session, insert(Visit.__table__).returning(Visit.__table__.c.id), visit).scalar_one()
        for sku, (counted, on_hand) in items.items():
            item = run(session, select(Item.__table__).where(Item.__table__.c.sku == sku)).one()
            result = {
                "task_id": task_id, "visit_id": visit_id, "location_id": found[code].id, "item_id": item.id,
                "operator_id": operator, "round": more.get("round", 1), "counted": counted, "on_hand": on_hand,
                "variance": counted - on_hand, "cost_e4": item.unit_cost_e4, "abc_class": item.abc_class, "section": section,
                "verdict": "matched" if counted == on_hand else "outside", "scan_seq": seq, "started_at": begun,
                "counted_at": at, "evaluated_at": at,
            }  # fmt: skip
            run(session, insert(CountResult.__table__), result)
    if task["state"] == "finished" and not task["recount_of"]:
        note_counted(session, task_id)
    return task_id
