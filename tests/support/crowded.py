"""A warehouse with thousands of everything, put in as rows: for what must stay small however much there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlmodel import Session

from scanner.catalogue.tables import Barcode, Item, Location, Stock
from scanner.counting.tables import CountPull
from scanner.db.sql import run
from scanner.discrepancies.tables import Discrepancy
from scanner.people.tables import DeviceSession, Operator
from scanner.scans.tables import Line, Movement, Scan, Task
from scanner.webhooks.tables import Delivery, Webhook
from tests.support.warehouse import NOW, Warehouse

FIRST = 1_000
"""Where the numbers of the new rows begin."""
LARGE = "PO-LARGE"
"""The receipt with a line for each item."""


def crowd(warehouse: Warehouse, number: int) -> None:
    """Add so many items, places, stock, receipts, returns, counts, scans, movements, discrepancies, people and messages, and
    sessions of the first of these people."""
    warehouse.database.transact(_crowd, warehouse, range(number))


def _crowd(session: Session, warehouse: Warehouse, numbers: range) -> None:
    rosa = warehouse.operators["Rosa"].id
    each = [FIRST + number for number in numbers]
    _add(
        session,
        Item,
        [{"id": n, "sku": f"CROWD-{n}", "name": f"Crowded thing {n}, of a colour", "unit_cost_e4": 10_000} for n in each],
    )
    _add(session, Barcode, [{"code": f"CODE-{n}", "item_id": n, "units": 1} for n in each])
    places = [{"id": n, "code": f"Z-{n}-1", "name": f"Shelf {n}", "kind": "shelf", "section": f"Z-{n}"} for n in each]
    places += [{"id": n + 900_000, "code": f"Y-{n}", "name": "Shelf", "kind": "shelf", "section": "Y"} for n in each]
    _add(session, Location, places)
    _add(session, Stock, [{"location_id": n, "item_id": n, "units": 5} for n in each])
    _add(session, Stock, [{"location_id": n, "item_id": 1, "units": 1} for n in each])
    _add(session, Stock, [{"location_id": places[0]["id"], "item_id": n, "units": 1} for n in each[1:]])
    _add(
        session,
        Operator,
        [{"id": n, "badge": f"CROWD-B-{n}", "name": f"Person {n}", "roles": "receiver", "active": True} for n in each],
    )
    seen = {"began_at": datetime.now(UTC), "seen_at": datetime.now(UTC), "browser": "Firefox on Linux", "address": "10.0.0.7"}
    signed_in = [{"digest": f"{n:064}", "operator_id": FIRST, "device": f"crowd-{n}", **seen} for n in each]
    _add(session, DeviceSession, signed_in)
    _tasks(session, each)
    _record(session, each, rosa)
    _add(
        session,
        Webhook,
        [{"id": n, "url": f"https://shop/{n}", "secret": "whsec_x", "active": False, "created_at": NOW} for n in each[:200]],
    )
    _add(
        session, Delivery,
        [
            {"uuid": str(uuid4()), "webhook_id": FIRST, "event": "test", "payload": "{}", "state": "given up", "attempts": 1,
             "created_at": NOW, "next_at": NOW}
            for _ in each
        ],
    )  # fmt: skip
    _add(session, CountPull, [{"location_id": n, "item_id": n, "cause": "short pick", "at": NOW} for n in each])


def _tasks(session: Session, each: list[int]) -> None:
    about = {"state": "open", "created_at": NOW - timedelta(days=30)}
    tasks = [{"id": 999, "reference": LARGE, "kind": "receiving", "partner": "Acme", **about}]
    tasks += [{"id": n, "reference": f"PO-C{n}", "kind": "receiving", "partner": "Acme", **about} for n in each]
    tasks += [
        {"id": n + 100_000, "reference": f"RMA-C{n}", "kind": "return", "partner": "Jo", "order_ref": "SO-1", **about}
        for n in each
    ]
    tasks += [{"id": n + 200_000, "reference": f"C-C{n}", "kind": "count", "section": f"Z-{n}", **about} for n in each]
    _add(session, Task, tasks)
    lines = [{"task_id": 999, "position": n, "item_id": n, "expected": 3} for n in each]
    lines += [{"task_id": n + kind, "position": 1, "item_id": n, "expected": 3} for n in each for kind in (0, 100_000)]
    lines += [{"task_id": n, "position": 2, "item_id": 1, "expected": 3} for n in each]
    _add(session, Line, lines)


def _record(session: Session, each: list[int], rosa: int) -> None:
    scans = [
        {"seq": n, "id": str(uuid4()), "task_id": 999, "operator_id": rosa, "device": "d", "code": f"NOBODY-{n}",
         "key": f"NOBODY-{n}", "source": "wedge", "scanned_at": NOW, "received_at": NOW, "happened_at": NOW, "outcome": "refused",
         "reason": "unknown", "message": "No item has it.", "fingerprint": "0" * 64}
        for n in each
    ]  # fmt: skip
    _add(session, Scan, scans)
    moves = [
        {"at": NOW, "item_id": 1, "units": 1, "source_id": 8, "target_id": 1, "scan_seq": n, "operator_id": rosa} for n in each
    ]
    _add(session, Movement, moves)
    _add(
        session, Discrepancy,
        [
            {"kind": "over", "state": "open", "task_id": n, "item_id": n, "units": 2, "value_e4": 10, "owner": f"Owner {n}",
             "opened_at": NOW}
            for n in each
        ],
    )  # fmt: skip


def _add(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    for names in dict.fromkeys(tuple(row) for row in rows):  # one statement for rows with the same columns
        run(session, insert(table.__table__), [row for row in rows if tuple(row) == names])
