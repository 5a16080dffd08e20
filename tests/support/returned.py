"""Returns in the small warehouse, graded as rows: for tests of what the office sees of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlmodel import Session

from scanner.catalogue import locations
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.db.sql import run
from scanner.reasons.tables import ReturnReason
from scanner.returns.lines import events
from scanner.returns.tables import Grade
from scanner.scans import ledger, tasks
from scanner.scans.decision import Count, Move
from tests.support.warehouse import NOW, Warehouse

PLACES = {disposition.value: kind for disposition, kind in locations.PLACES.items()} | {"missing": LocationKind.CUSTOMER}
EMPTY = ("expected", "counted", "location_id", "lot", "expiry", "serial", "opens", "confirms", "links")


def announce(warehouse: Warehouse, reference: str, lines: list[tuple[str, int]], **more: Any) -> int:
    """An open return with lines (sku, expected)."""
    values = {"kind": "return", "partner": "Jo Ng", "order_ref": "SO-7", "announced": True} | more
    return warehouse.add_receipt(reference, lines, **values)


def come(warehouse: Warehouse, reference: str, sku: str, units: int = 1, *, now: Any = NOW, by: str = "Theo") -> int:
    """Units of an item arrive at the bench; gives the arrival's sequence number."""
    return warehouse.database.transact(_come, warehouse, reference, sku, units=units, now=now, by=by)


def _come(session: Session, warehouse: Warehouse, reference: str, sku: str, *, units: int, now: Any, by: str) -> int:
    task, places, item = tasks.get_task(session, reference), catalogue.standard_places(session), warehouse.items[sku]
    lines = tasks.lines_for_item(session, task.id, item)
    seq = _scan(session, warehouse, task.id, sku, reason="counted", units=units, now=now, by=by)
    ledger.count(session, seq, [Count(lines[-1].id, units)])
    parts = catalogue.find_content(session, (sku,)).parts or ((item, 1),)
    moved = [Move(part, units * each, places["customer"].id, places["bench"].id) for part, each in parts]
    ledger.move(session, moved, at=now, operator_id=warehouse.operators[by].id, scan_seq=seq)
    return seq


def grade(
    warehouse: Warehouse, reference: str, sku: str, disposition: str, units: int = 1, *, arrival: int, reason: str | None = None,
    replaces: int | None = None, now: Any = NOW, by: str = "Theo", at: str = "bench", part: str | None = None,
) -> int:  # fmt: skip
    """Units that arrived get a grade; gives the grade's sequence number."""
    return warehouse.database.transact(
        _grade, warehouse, reference, sku, disposition=disposition, units=units, arrival=arrival, reason=reason,
        replaces=replaces, now=now, by=by, at=at, part=part,
    )  # fmt: skip


def _grade(
    session: Session, warehouse: Warehouse, reference: str, sku: str, *, disposition: str, units: int, arrival: int,
    reason: str | None, replaces: int | None, now: Any, by: str, at: str, part: str | None,
) -> int:  # fmt: skip
    task, places, item = tasks.get_task(session, reference), catalogue.standard_places(session), warehouse.items[part or sku]
    line = tasks.lines_for_item(session, task.id, warehouse.items[sku])[-1].id
    shelf = catalogue.find_location(session, "A-01-1")
    target = shelf.id if disposition == "restock" else places[PLACES[disposition]].id
    seq = _scan(session, warehouse, task.id, part or sku, reason="graded", units=units, now=now, by=by, handles=arrival)
    ledger.move(session, [Move(item, units, places[at].id, target)], at=now, operator_id=warehouse.operators[by].id, scan_seq=seq)
    found = run(session, select(ReturnReason.__table__.c.id).where(ReturnReason.__table__.c.code == reason)).scalar_one_or_none()
    row = {
        "scan_seq": seq, "item_id": item, "arrival_seq": arrival, "line_id": line, "units": units, "disposition": disposition,
        "reason_id": found, "location_id": target, "replaces": replaces,
    }  # fmt: skip
    run(session, insert(Grade.__table__), row)
    events.tell_of_line(session, line, seq, now)
    return seq


def undo(warehouse: Warehouse, reference: str, seq: int, line_sku: str, now: Any = NOW) -> int:
    """The scan is taken back by a correcting one."""

    def take_back(session: Session) -> int:
        task = tasks.get_task(session, reference)
        mine = _scan(session, warehouse, task.id, line_sku, reason="undone", units=-1, now=now, by="Theo", undoes=seq)
        back = [Move(m.item_id, m.units, m.target_id, m.source_id) for m in ledger.moves_of(session, seq)]
        ledger.move(session, back, at=now, operator_id=warehouse.operators["Theo"].id, scan_seq=mine)
        line = tasks.lines_for_item(session, task.id, warehouse.items[line_sku])[-1].id
        events.tell_of_line(session, line, mine, now)
        return mine

    return warehouse.database.transact(take_back)


def _scan(
    session: Session, warehouse: Warehouse, task_id: int, sku: str, *, reason: str, units: int, now: Any, by: str, **about: Any
) -> int:
    values = {
        "id": str(uuid4()), "task_id": task_id, "operator_id": warehouse.operators[by].id, "device": "bench-1", "code": sku,
        "key": sku, "source": "wedge", "quantity": 1, "scanned_at": now, "received_at": now, "happened_at": now,
        "outcome": "accepted", "reason": reason, "message": "", "item_id": warehouse.items[sku], "units": units,
        "fingerprint": "0" * 64, **dict.fromkeys(EMPTY), "handles": None, "undoes": None, **about,
    }  # fmt: skip
    seq = ledger.append_scan(session, values)
    assert seq is not None
    return seq
