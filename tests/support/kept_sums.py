"""What is kept with places and months, against what the record says when it is asked anew: by the migration that filled it."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import text
from sqlmodel import Session

from scanner.db.sql import connection_of

_migration = import_module("scanner.db.migrations.versions.0014_counts_and_months_at_a_glance")
PLACES = "SELECT id, counted_at FROM location ORDER BY id"
MONTHS = "SELECT period, section, shipped_e4, shrink_e4 FROM section_month ORDER BY period, section"


def check(session: Session) -> tuple[int, int]:
    """Fill both anew and compare; nothing stays of that. Gives how many places were counted, and how many months are kept."""
    connection = connection_of(session)
    kept = [connection.execute(text(each)).all() for each in (PLACES, MONTHS)]
    connection.execute(text("UPDATE location SET counted_at = NULL"))
    connection.execute(text("DELETE FROM section_month"))
    for statement in (_migration.COUNTED, _migration.MONTHS):
        connection.execute(text(statement))
    assert [connection.execute(text(each)).all() for each in (PLACES, MONTHS)] == kept
    connection.rollback()
    return sum(row.counted_at is not None for row in kept[0]), len(kept[1])
