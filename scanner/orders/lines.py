"""The lines of orders as the shop wrote them, and how far each is. Pages, programs and webhooks say the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from scanner.orders import store
from scanner.orders.store import OrderedLine, PartRow


@dataclass(frozen=True, slots=True)
class LineOfOrder:
    """One line of an order, in units of what was ordered: of a kit so many as all its parts are there for."""

    task_id: int
    line: str
    sku: str
    known: bool
    ordered: int
    cancelled: int
    picked: int
    packed: int
    short: int

    @property
    def wanted(self) -> int:
        """Units that the shop wants still."""
        return self.ordered - self.cancelled

    def fields(self) -> dict[str, Any]:
        """For a message."""
        said = asdict(self)
        return {name: said[name] for name in ("line", "sku", "ordered", "cancelled", "picked", "packed", "short")}


def of_orders(session: Session, task_ids: Collection[int]) -> list[LineOfOrder]:
    """The lines of these orders, by order and position."""
    packed, short = store.packed_on(session, task_ids), store.short_on(session, task_ids)
    parts: dict[int, list[PartRow]] = {}
    for part in store.parts_of(session, task_ids):
        parts.setdefault(part.order_line_id, []).append(part)
    return [_line(line, parts.get(line.id, []), packed, short) for line in store.ordered_lines(session, task_ids)]


def _line(line: OrderedLine, parts: list[PartRow], packed: dict[int, int], short: dict[int, int]) -> LineOfOrder:
    picked = min((part.scanned // part.units for part in parts), default=0)
    missed = max((-(-short.get(part.line_id, 0) // part.units) for part in parts), default=0)
    return LineOfOrder(
        task_id=line.task_id, line=line.name, sku=line.sku, known=line.item_id is not None, ordered=line.ordered,
        cancelled=line.cancelled, picked=picked,
        packed=min((packed.get(part.line_id, 0) // part.units for part in parts), default=0),
        short=max(min(missed, line.ordered - line.cancelled - picked), 0),
    )  # fmt: skip
