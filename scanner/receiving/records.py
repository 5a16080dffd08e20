"""Receipts line by line, as records that are kept in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlmodel import Session

from scanner.data.records.kinds import SKU, Kind
from scanner.data.records.rules import Cells, Field
from scanner.data.store import carton, item, line, task
from scanner.db.sql import run
from scanner.receiving import KIND
from scanner.scans.decision import TaskState


def _lines() -> Select[Any]:
    """Every line of every receipt; `nth`: which of the lines of its item it is, from 0."""
    earlier = line.alias("earlier")
    # Counted for the lines of a page alone: a window would have to go through all lines of all receipts first.
    nth = (
        select(func.count())
        .where(earlier.c.task_id == line.c.task_id, earlier.c.item_id == line.c.item_id, earlier.c.position < line.c.position)
        .correlate(line)
        .scalar_subquery()
    )
    packed = (
        select(func.min(carton.c.sscc))
        .where(carton.c.task_id == task.c.id, carton.c.item_id == item.c.id, carton.c.units == line.c.expected)
        .scalar_subquery()
    )
    return (
        select(
            task.c.reference, task.c.partner.label("supplier"), task.c.due_on, item.c.sku, line.c.expected, task.c.asn,
            packed.label("sscc"), item.c.name, task.c.state, nth.label("nth"),
        )
        .join_from(line, task, line.c.task_id == task.c.id)
        .join(item, line.c.item_id == item.c.id)
        .where(task.c.kind == KIND)
    )  # fmt: skip


def _closed(cells: Mapping[str, str]) -> str:
    return f"{cells['reference']} is finished: nothing of it changes any more." if cells["state"] == TaskState.FINISHED else ""


def _clear(session: Session, cells: Cells, names: Sequence[str]) -> None:
    """A receipt without a supplier, a day or a delivery note."""
    empty = {_HEADS[name]: "" if name == "supplier" else None for name in names}
    run(session, update(task).where(task.c.kind == KIND, task.c.reference == cells["reference"]).values(empty))


_HEADS = {"supplier": "partner", "due_on": "due_on", "asn": "asn"}
RECORDS: dict[str, Kind] = {
    "receipts": Kind(
        name="receipts", title="Receipts", one="receipt line", about="What suppliers announced, one line an item.",
        fields=(
            Field("reference", "Receipt", "The number of the order or delivery, such as PO-1001.", takes_code=True),
            Field(
                "supplier", "Supplier", "Who sends it. It is one for the whole receipt.", offers="suppliers", may_clear=True,
                shared="{} is from {}.",
            ),
            Field(
                "due_on", "Due", "The day on which it should come, for the whole receipt.", "date", may_clear=True,
                shared="{} is due {}.",
            ),
            SKU,
            Field("expected", "Units expected", "0 where it does not come after all.", "number"),
            Field(
                "asn", "Delivery note", "The number of the announcement on its label.", takes_code=True, may_clear=True,
                shared="{} has the delivery note {}.",
            ),
            Field("sscc", "Carton", "The 18 digits on the carton that this line comes in.", takes_code=True),
        ),
        key=("reference", "sku"), rows=_lines, found_by=("reference", "supplier", "sku", "name"), nth=True,
        closed=_closed, clear=_clear,
    )
}  # fmt: skip
