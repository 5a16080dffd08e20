"""A warehouse moves to another database whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.data.copying import MADE_BY_MIGRATION, rows_in
from scanner.data.moving import move
from scanner.errors import Conflict
from tests.conftest import new_database
from tests.support.warehouse import MUG, TEE, Warehouse, fill


@pytest.fixture
def small(sqlite_database) -> Warehouse:
    warehouse = fill(sqlite_database)
    warehouse.scan(TEE, quantity=4, confirm=True)
    warehouse.scan(MUG)
    warehouse.scan("CMD-UNDO")
    return warehouse


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request, tmp_path: Path):
    (tmp_path / "target").mkdir()
    made = new_database(request.param, tmp_path / "target")
    yield made
    made.dispose()


def test_scanning_goes_on_where_it_was_left(small, target):
    move(small.database, target)
    before = small.stock()
    small.database = target
    assert small.stock() == before
    assert small.scan(MUG).line.scanned == 1
    assert small.scan("CMD-UNDO").units == -1


def test_a_target_with_something_in_it_is_refused(small, target):
    move(small.database, target)
    with pytest.raises(Conflict, match="not empty"):
        move(small.database, target)


def test_a_counter_that_lies_is_found_after_the_move(small, target):
    from sqlalchemy import text

    with small.database.engine.begin() as connection:
        connection.execute(text("UPDATE stock SET units = units + 1"))
    with pytest.raises(Conflict, match="does not verify"):
        move(small.database, target)
    with target.read() as session:
        assert {name for name, rows in rows_in(session).items() if rows} == MADE_BY_MIGRATION


def test_after_a_move_that_failed_the_next_one_finds_the_target_empty(small, target):
    from sqlalchemy import text

    for change in ("units + 1", "units - 1"):
        with small.database.engine.begin() as connection:
            connection.execute(text(f"UPDATE stock SET units = {change}"))
        if change == "units + 1":
            with pytest.raises(Conflict):
                move(small.database, target)
    assert move(small.database, target)["scan"] == 3
