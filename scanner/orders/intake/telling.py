"""Other systems are told how an order stands: short, shipped, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from scanner.orders.intake.counted import LineView, views
from scanner.orders.intake.store import order_of_task
from scanner.webhooks import service as webhooks

SHORT: Final = "order.short"
SHIPPED: Final = "order.shipped"
CANCELLED: Final = "order.cancelled"
_OF_A_LINE = ("line", "sku", "ordered", "cancelled", "picked", "packed", "short")


def tell(session: Session, event: str, task_id: int, seq: int, now: datetime, *, packs: bool = True, **more: Any) -> None:
    """Tell how an order stands. `seq`: the scan behind it, so that a receiver can drop an older message.

    A rest is told of by the shop's own channel and number, too; `task` and `rest_of` say that it is one.
    """

    def data() -> dict[str, Any]:
        row = order_of_task(session, task_id)
        assert row is not None
        (order,) = views(session, [row], packs=packs)
        return {
            "sequence": seq, "channel": order.channel, "reference": order.reference, "task": order.task, "rest_of": order.rest_of,
            "shipped_at": _said(order.shipped_at), "cancelled_at": _said(order.cancelled_at), "assumed": order.assumed,
            "lines": [_fields(line) for line in order.lines], **more,
        }  # fmt: skip

    webhooks.tell(session, event, data, now)


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _fields(line: LineView) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _OF_A_LINE}
