"""Discrepancies of every kind, at places and without, for lists of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from scanner.catalogue.tables import Location
from scanner.db.sql import run
from scanner.discrepancies.tables import Discrepancy
from scanner.scans.tables import Task
from tests.support.warehouse import NOW, Warehouse


def differ(warehouse: Warehouse, *rows: dict[str, Any]) -> list[int]:
    """Write discrepancies of PO-1001 as they are given, each a minute older than the next; gives their numbers."""

    def write(session: Any) -> list[int]:
        task = run(session, select(Task.__table__.c.id).where(Task.__table__.c.reference == "PO-1001")).scalar_one()
        places = {row.code: row.id for row in run(session, select(Location.__table__))}
        numbers = []
        for at, row in enumerate(rows):
            values = {
                "kind": "short", "state": "open", "task_id": task, "units": 1, "value_e4": 10_000, "owner": "purchasing",
                "cause": "", "opened_at": NOW + timedelta(minutes=at), "settled_at": None, "sku": "MUG-B", "place": None,
            } | row  # fmt: skip
            values["item_id"] = warehouse.items[values.pop("sku")]
            place = values.pop("place")
            values["location_id"] = places[place] if place else None
            statement = insert(Discrepancy.__table__).values(values).returning(Discrepancy.__table__.c.id)
            numbers.append(int(run(session, statement).scalar_one()))
        return numbers

    return warehouse.database.transact(write)
