"""Orders for tests, and goods on the shelves that they are picked from. Rows go in as the app itself writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.tables import Location
from scanner.db.sql import run
from scanner.orders import KIND
from scanner.orders.tables import Order, OrderLine, OrderPart
from scanner.scans import ledger, tasks
from scanner.scans.decision import Move
from scanner.scans.tables import Line, Task
from tests.support.warehouse import NOW, Warehouse


def add_order(
    warehouse: Warehouse, reference: str, lines: Iterable[tuple[str, int]], *, channel: str = "shop",
    due_at: datetime | None = None, **more: Any,
) -> int:  # fmt: skip
    """An open order with lines (sku, ordered), a kit as lines of its parts; gives the id of its task.

    `more`: columns of the order, such as `choice`, or `partner` of its task.
    """
    return warehouse.database.transact(_add_order, warehouse, reference, list(lines), channel, due_at, more)


def _add_order(
    session: Session, warehouse: Warehouse, reference: str, lines: list[tuple[str, int]], channel: str,
    due_at: datetime | None, more: dict[str, Any],
) -> int:  # fmt: skip
    task_id = tasks.add_task(session, _task(reference, due_at, more.pop("partner", "Jo Ng")), [])
    order = {"task_id": task_id, "channel": channel, "reference": reference, "placed_at": NOW, "due_at": due_at, "version": 1}
    run(session, insert(Order.__table__), order | more)
    at = 0
    for position, (sku, ordered) in enumerate(lines, 1):
        row = {
            "task_id": task_id, "position": position, "name": str(position), "sku": sku,
            "item_id": warehouse.items.get(sku), "ordered": ordered,
        }  # fmt: skip
        order_line = run(session, insert(OrderLine.__table__).returning(OrderLine.__table__.c.id), row).scalar_one()
        if sku not in warehouse.items:
            continue
        content = catalogue.content_of_item(session, warehouse.items[sku], 1)
        for item_id, each in content.parts or ((content.item_id, 1),):
            at += 1
            _add_part(session, task_id, at, item_id, order_line, each, ordered)
    return task_id


def _task(reference: str, due_at: datetime | None, partner: str) -> dict[str, Any]:
    return {
        "reference": reference, "kind": KIND, "state": "open", "partner": partner, "asn": None, "order_ref": "",
        "due_on": due_at.date() if due_at else None, "back_order_of": None, "created_at": NOW,
    }  # fmt: skip


def _add_part(session: Session, task_id: int, at: int, item_id: int, order_line: int, each: int, ordered: int) -> None:
    """A line of the task that is picked for a line of the order."""
    line = {
        "task_id": task_id, "position": at, "item_id": item_id, "location_id": None, "expected": ordered * each,
        "scanned": 0, "reason": "",
    }  # fmt: skip
    line_id = run(session, insert(Line.__table__).returning(Line.__table__.c.id), line).scalar_one()
    run(session, insert(OrderPart.__table__), {"line_id": line_id, "order_line_id": order_line, "units": each})


def cancel(warehouse: Warehouse, reference: str, at: datetime = NOW) -> None:
    """Cancel an order as its shop does."""

    def do(session: Session) -> None:
        task = tasks.get_task(session, reference)
        assert task is not None
        order = Order.__table__
        run(session, update(order).where(order.c.task_id == task.id).values(cancelled_at=at))
        tasks.close_task(session, task.id, at, warehouse.operators["Sam"].id)

    warehouse.database.transact(do)


def choose(warehouse: Warehouse, reference: str, choice: str) -> None:
    """Decide of an order that is short as the supervisor does."""

    def do(session: Session) -> None:
        task = tasks.get_task(session, reference)
        assert task is not None
        order = Order.__table__
        run(session, update(order).where(order.c.task_id == task.id).values(choice=choice))

    warehouse.database.transact(do)


def add_shelves(warehouse: Warehouse, codes: Iterable[str], section: str = "B-02") -> None:
    """Further shelves."""
    rows = [{"code": code, "name": f"Shelf {code}", "kind": "shelf", "section": section} for code in codes]
    warehouse.database.transact(lambda session: run(session, insert(Location.__table__), rows))


def stock_up(warehouse: Warehouse, shelf: str, sku: str, units: int) -> None:
    """Put goods on a shelf, as from a supplier."""

    def do(session: Session) -> None:
        place = catalogue.find_location(session, shelf)
        assert place is not None
        supplier = catalogue.standard_places(session)[LocationKind.SUPPLIER]
        move = Move(warehouse.items[sku], units, supplier.id, place.id)
        ledger.move(session, [move], at=NOW, operator_id=warehouse.operators["Sam"].id)

    warehouse.database.transact(do)


def packing_place(warehouse: Warehouse) -> str:
    """The code of the place of picked goods."""
    with warehouse.database.read() as session:
        return catalogue.standard_places(session)[LocationKind.PACKING].code


def order_row(warehouse: Warehouse, reference: str) -> Any:
    """What is on record of an order beside its task, by the reference of that."""
    order, task = Order.__table__, Task.__table__
    with warehouse.database.read() as session:
        wanted = select(order).join(task, order.c.task_id == task.c.id).where(task.c.reference == reference)
        return run(session, wanted).one()
