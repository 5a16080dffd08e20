"""Moving a warehouse to another database: all is copied, then checked. The old one stays as it was."""

from __future__ import annotations

from sqlmodel import Session

from scanner.data.copying import MADE_BY_MIGRATION, copy_all, rows_in
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.errors import Conflict
from scanner.scans.verify import verify


def move(source: Database, target: Database) -> dict[str, int]:
    """Copy the warehouse into an empty database and verify it there, in one transaction; gives the rows of each table.

    Raises Conflict where the target is not empty, or where the copy is not the same; then nothing is kept.
    """
    migrate(target)
    return target.transact(_copy, source)


def _copy(target: Session, source: Database) -> dict[str, int]:
    already = {name: rows for name, rows in rows_in(target).items() if rows and name not in MADE_BY_MIGRATION}
    if already:
        raise Conflict(f"The target is not empty: it has rows in {', '.join(sorted(already))}.")
    with source.read() as reading:
        copy_all(reading, target)
    with source.read() as afterwards:  # a scan that came during the copying is not in the copy
        sent, arrived = rows_in(afterwards), rows_in(target)
    if sent != arrived:
        raise Conflict(f"Not all rows arrived (was the server still running?): {_differences(sent, arrived)}.")
    if wrong := verify(target):
        raise Conflict(f"The copy does not verify: {wrong[0]}")
    return arrived


def _differences(sent: dict[str, int], arrived: dict[str, int]) -> str:
    return "; ".join(f"{name} {sent[name]} against {arrived[name]}" for name in sent if sent[name] != arrived[name])
