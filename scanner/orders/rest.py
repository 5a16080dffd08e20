"""What is missing when an order is shipped stays, as an order of its own."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from scanner.orders import KIND, store
from scanner.orders.store import OrderedLine, PartRow
from scanner.scans import tasks
from scanner.scans.decision import TaskState


def keep(session: Session, task_id: int, at: datetime) -> str:
    """Open an order with what is not picked of another one: the same shop, customer and day. Gives its reference.

    To the shop it is the order that it knows: what the shop says of that reaches its rest (`intake.rests`).
    """
    old, order = tasks.task_with_id(session, task_id), store.order_of(session, task_id)
    reference = tasks.next_reference(session, old)
    values = {
        "reference": reference, "kind": KIND, "state": TaskState.OPEN.value, "partner": old.partner, "asn": None,
        "order_ref": old.order_ref, "due_on": old.due_on, "back_order_of": task_id, "created_at": at,
    }  # fmt: skip
    new = tasks.add_task(session, values, [])
    rest_of = order.rest_of or task_id
    store.add_order(session, order._replace(task_id=new, rest_of=rest_of, shipped_at=None, choice="", assumed=False))
    parts = store.parts_of(session, [task_id])
    for line in store.ordered_lines(session, [task_id]):
        _keep_line(session, line, [_missing(part) for part in parts if part.order_line_id == line.id], new)
    return reference


def _missing(part: PartRow) -> PartRow:
    return part._replace(expected=max(part.expected - part.scanned, 0))


def _keep_line(session: Session, line: OrderedLine, missing: list[PartRow], new: int) -> None:
    """So many of the line as its missing parts are for; of one without an item, all of it."""
    missing = [part for part in missing if part.expected]
    units = max((-(-part.expected // part.units) for part in missing), default=0)
    if line.item_id is None:
        units = line.ordered - line.cancelled
    if units:
        store.add_line(session, line._replace(task_id=new, ordered=units, cancelled=0), missing)
