"""Gathers what the rules of shipments need to know of a line, and asks them."""

from __future__ import annotations

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.catalogue.store import Content
from scanner.db.sql import settle
from scanner.orders.intake.store import order_of_task
from scanner.orders.shipments import rules, store
from scanner.orders.shipments.rules import AssumedScan, PartFact, ShelfFact, SoldFact
from scanner.scans.decision import Decision, refuse
from scanner.scans.result import ItemName, Reason
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt


def decide_assumed(session: Session, task: TaskRow, attempt: Attempt) -> Decision:
    """Decide a scan that the server made of a line of a shipment, on an order."""
    content = catalogue.find_content(session, attempt.code.keys)
    if content is None:
        return refuse(Reason.UNEXPECTED, f"No item has the SKU {attempt.code.key}: nothing was booked.")
    return weigh(session, task, content, attempt.quantity, attempt.request.line or "")


def weigh(session: Session, task: TaskRow, content: Content, units: int, line: str = "") -> Decision:
    """What comes of units of an item that the shop says are shipped, of the line that it names first."""
    settle(session)
    order = order_of_task(session, task.id)
    lines = _lines(session, task.id)
    item_ids = {part.item_id for line in lines if line.item_id == content.item_id for part in line.parts}
    places = catalogue.standard_places(session)
    packing = places[LocationKind.PACKING]
    scan = AssumedScan(
        order=order.reference if order else task.reference, item_id=content.item_id, item=ItemName(content.sku, content.name),
        units=units, line=line, packing=(packing.id, packing.code), customer_id=places[LocationKind.CUSTOMER].id, lines=lines,
        shelves=tuple(ShelfFact(*row) for row in store.shelves(session, item_ids)) if item_ids else (),
        names=catalogue.names_by_id(session, item_ids), cancelled=bool(order and order.cancelled_at),
        shipped=bool(order and order.shipped_at),
    )  # fmt: skip
    return rules.decide_assumed(scan)


def _lines(session: Session, task_id: int) -> tuple[SoldFact, ...]:
    parts: dict[int, list[PartFact]] = {}
    for row in store.parts(session, task_id):
        parts.setdefault(row.order_line_id, []).append(PartFact(*row[1:]))
    return tuple(
        SoldFact(row.item_id, row.wanted, tuple(parts.get(row.id, ())), row.name) for row in store.sold(session, task_id)
    )


def gone_of(session: Session, task_id: int) -> dict[int, int]:
    """By line of an order the units that went, as they were ordered."""
    settle(session)
    rows = store.sold(session, task_id)
    return {row.id: line.gone for row, line in zip(rows, _lines(session, task_id), strict=True)}
