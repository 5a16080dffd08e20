"""Lines with an unknown SKU wait for their item. Once it is there they are picked like any other."""

from __future__ import annotations

from sqlmodel import Session

from scanner.db.bulk import update_all
from scanner.orders.intake import store
from scanner.orders.intake.parts import fit_lines


def adopt(session: Session, *task_ids: int) -> int:
    """Give lines of open orders the item that their SKU has got since; says how many. Without `task_ids`: of all orders.

    The tasks named must be held.
    """
    if not task_ids:
        store.hold(session, {row.task_id for row in store.known_now(session, None)})
    found = store.known_now(session, task_ids or None)
    update_all(session, store.order_line, [{"id": row.id, "item_id": row.item_id} for row in found])
    ids = [row.id for row in found]
    fit_lines(session, ids, afresh=ids)
    return len(ids)
