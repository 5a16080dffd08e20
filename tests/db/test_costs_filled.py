"""The migration that gives older movements what their item costs on that day, and marks them; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.scans.verify import verify
from tests.support.aged import aged_on
from tests.support.files import import_csv

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
DIFFERING = (
    "SELECT count(*) FROM movement m JOIN item i ON i.id = m.item_id "
    "WHERE coalesce(m.cost_e4, 0) <> i.unit_cost_e4 OR m.cost_e4 = 0 OR NOT m.cost_filled"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old(request, tmp_path: Path) -> Iterator[Database]:
    """A warehouse from before movements had a cost, in which one item with movements has none."""
    with aged_on(request.param, "0011", tmp_path) as database:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE item SET unit_cost_e4 = 0 WHERE id = (SELECT min(item_id) FROM movement)"))
        migrate(database)
        yield database


def one(database: Database, statement: str) -> object:
    with database.engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()


def test_each_movement_has_what_its_item_costs_and_is_marked(old):
    assert one(old, "SELECT count(*) FROM movement WHERE cost_e4 > 0") and one(old, DIFFERING) == 0
    assert one(old, "SELECT count(*) FROM movement WHERE cost_e4 IS NULL")


def test_the_record_explains_what_the_inventory_is_worth_from_then_on(old):
    sku = one(old, "SELECT sku FROM item WHERE id = (SELECT max(item_id) FROM movement)")
    old.transact(import_csv, "items", BytesIO(f"sku,unit_cost\n{sku},123.45\n".encode()), None, NOW)
    old.transact(import_csv, "stock", BytesIO(f"location,sku,units\nDOCK,{sku},77\n".encode()), None, NOW)
    assert one(old, "SELECT count(*) FROM cost_change") and one(old, "SELECT count(*) FROM movement WHERE NOT cost_filled") == 1
    with old.read() as session:
        assert verify(session) == []


@pytest.mark.parametrize("statement", ["UPDATE movement SET cost_e4 = 1", "DELETE FROM movement"])
def test_the_guard_of_the_record_is_on_again(old, statement):
    with pytest.raises(DatabaseError, match="movement is append-only"), old.engine.begin() as connection:
        connection.execute(text(statement))


def test_nothing_that_filled_them_is_left(old):
    if not old.is_sqlite:
        assert one(old, "SELECT count(*) FROM pg_proc WHERE proname = 'cost_of_today'") == 0
    assert one(old, "SELECT count(*) FROM cost_change") == 0
