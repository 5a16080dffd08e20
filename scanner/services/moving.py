"""Moving a warehouse to another database: everything is copied, then checked, and the old one stays as it was."""

from __future__ import annotations

from scanner.domain.errors import Conflict
from scanner.services.verify import verify
from scanner.store.copying import copy_all, rows_in
from scanner.store.engine import Database
from scanner.store.migrations import migrate

MADE_BY_MIGRATION = {"location"}


def move(source: Database, target: Database) -> dict[str, int]:
    """Copy the warehouse into an empty database and verify it there; gives the rows of each table.

    Raises Conflict where the target has something in it, or where what arrived is not what was sent (then nothing stays).
    """
    migrate(target)
    already = {name: rows for name, rows in rows_in(target).items() if rows and name not in MADE_BY_MIGRATION}
    if already:
        raise Conflict(f"The target is not empty: it has rows in {', '.join(sorted(already))}.")
    copy_all(source, target)
    sent, arrived = rows_in(source), rows_in(target)
    if sent != arrived:
        raise Conflict(f"Not all rows arrived (was the server still running?): {_differences(sent, arrived)}.")
    with target.read() as session:
        if wrong := verify(session):
            raise Conflict(f"The copy does not verify: {wrong[0]}")
    return arrived


def _differences(sent: dict[str, int], arrived: dict[str, int]) -> str:
    return "; ".join(f"{name} {sent[name]} against {arrived[name]}" for name in sent if sent[name] != arrived[name])
