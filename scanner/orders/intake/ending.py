"""An order of which a version leaves nothing to go is shipped, where a part of it went without a scan: as with its last unit."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from scanner.db.bulk import update_all
from scanner.orders.intake import store


def end(session: Session, task_ids: Collection[int]) -> None:
    """Note that these orders are shipped, as the shop says. They went with the last of what went, not with the version."""
    last = store.last_gone(session, task_ids) if task_ids else {}
    rows = [{"task_id": task_id, "shipped_at": last[task_id], "assumed": True} for task_id in task_ids]
    update_all(session, store.order, rows, ("task_id",))
