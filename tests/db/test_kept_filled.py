"""The migration that keeps when places were counted, and what a section shipped and lost in a month; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from scanner.counting.plan import service as plan
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.drift.fold import service as fold
from tests.support.aged import aged_on
from tests.support.kept_sums import check

FLOWS = (
    "'shelf', 'packing', ''", "'dock', 'customer', ''", "'customer', 'shelf', ''", "'shelf', 'adjustment', 'theft'",
    "'adjustment', 'shelf', 'unknown'", "'shelf', 'adjustment', 'damage not logged'", "'shelf', 'adjustment', 'misplaced'",
    "'adjustment', 'shelf', 'import'", "'supplier', 'dock', ''", "'shelf', 'damaged', ''",
)  # fmt: skip
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old(request, tmp_path: Path) -> Iterator[Database]:
    """A warehouse from before, with its sums carried on and some places counted."""
    with aged_on(request.param, "0013", tmp_path) as database:
        with database.engine.begin() as connection:
            for flow in FLOWS:
                connection.execute(text(f"INSERT INTO flow VALUES ('2026-10', 'A', {flow}, '2026-10-31', 1, 250000)"))
        migrate(database)
        yield database


def test_places_that_were_counted_are_not_due_as_if_nobody_had_been_there(old):
    counted, _ = old.transact(check)
    with old.read() as session:
        sections = plan.plan(session, NOW.astimezone().date()).sections
    assert counted == sum(each.places - each.uncounted for each in sections) > 0


def test_the_months_go_on_from_what_they_were(old):
    assert old.transact(check)[1] == 1
    fold.catch_up(old, NOW)
    assert old.transact(check)[1] > 1


def test_what_was_shipped_and_lost_is_told_from_all_else(old):
    with old.engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM section_month")).one()
    assert kept == ("2026-10", "A", 250_000, 250_000)
