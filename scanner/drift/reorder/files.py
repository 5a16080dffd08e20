"""What to order as a file. There is no import: it follows from what is sold, counted and received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sqlmodel import Session

from scanner.data.dumps import Cells
from scanner.data.exports import Export
from scanner.drift.periods import day_of
from scanner.drift.reorder import service
from scanner.drift.reorder.due import Ordering

COLUMNS = (
    "sku", "name", "supplier", "sellable", "expected_on_shelf", "on_order", "for_orders", "per_day", "lead_days", "reorder_point",
    "raise", "effective", "suggested", "count_first", "reason",
)  # fmt: skip


def cells(rows: Iterable[Ordering]) -> Iterator[Cells]:
    """The rows of the file."""
    for row in rows:
        said = {name: getattr(row, name) for name in COLUMNS if name != "raise"}
        yield said | {"raise": row.raised, "per_day": round(row.per_day, 3), "lead_days": round(row.lead_days, 1)}


def _reorder(session: Session) -> Iterator[Cells]:
    return cells(service.plan(session, day_of(datetime.now(UTC))))


EXPORTS = {"reorder": Export(COLUMNS, _reorder)}
