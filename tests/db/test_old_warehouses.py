"""A warehouse of every earlier version comes to the newest whole, and goes on: each was left by the code of its time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from scanner.db.engine import Database
from scanner.db.migrations import BEFORE_UPGRADE, HERE, migrate
from scanner.errors import Conflict
from scanner.people.rules import OperatorView
from scanner.people.store import person
from scanner.people.tokens import create_token, token_operator
from scanner.scans.result import Outcome
from scanner.scans.verify import verify
from tests.support.aged import aged_on, everything
from tests.support.first_schema import DROPPED
from tests.support.old_warehouses import COMMITS, NEVER_THE_NEWEST, NOW, unpacked
from tests.support.warehouse import Warehouse

FOLDED = {"barcode": {"code"}, "item": {"sku"}, "location": {"code"}, "section": {"code"}}
"""Columns that 0005 writes in one case."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old(request, revision: str, tmp_path: Path) -> Iterator[Database]:
    """The warehouse of one earlier schema."""
    with aged_on(request.param, revision, tmp_path) as database:
        yield database


def test_every_schema_but_the_newest_has_a_warehouse_of_its_time():
    released = sorted(path.name[:4] for path in (HERE / "versions").glob("0*.py"))
    assert set(released[:-1]) <= COMMITS.keys() | NEVER_THE_NEWEST, "make one by the last commit at which it was the newest"


@pytest.mark.parametrize("revision", COMMITS)
def test_a_fixture_is_rich_and_of_its_schema(revision, tmp_path):
    with sqlite3.connect(unpacked(revision, tmp_path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT t.kind FROM scan s JOIN task t ON t.id = s.task_id")}
        outcomes = {outcome for (outcome,) in connection.execute("SELECT DISTINCT outcome FROM scan")}
        for table in ("tally", "movement", "grade", "count_result", "discrepancy", "visit", "api_token"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0, table
    connection.close()
    assert {"receiving", "return", "count", "pick"} <= kinds and {"accepted", "held", "refused"} <= outcomes


@pytest.mark.slow
@pytest.mark.parametrize("revision", COMMITS)
def test_it_keeps_all_that_it_had_and_verifies(old):
    before = everything(old)
    migrate(old)
    after = everything(old)
    for name, rows in before.items():
        if name in DROPPED:
            continue
        assert len(after[name]) >= len(rows), name
        folded = FOLDED.get(name, set())
        for was, now in zip(rows, after[name], strict=False):
            kept = {column: value for column, value in was.items() if column in now and column not in folded}
            assert {column: now[column] for column in kept} == kept, name
            assert all(str(was[column]).casefold() == str(now[column]).casefold() for column in folded & was.keys())
    with old.read() as session:
        assert verify(session) == []


@pytest.mark.parametrize("revision", COMMITS)
def test_it_goes_on_scanning_and_knows_what_it_recorded(old):
    migrate(old)
    people, items, expected = cast(old)
    warehouse = Warehouse(old, people, items)
    sku = next(iter(items))
    warehouse.add_receipt("PO-AFTER", [(sku, 5)])
    assert warehouse.scan(sku, task="PO-AFTER").outcome is Outcome.ACCEPTED
    assert warehouse.lines("PO-AFTER") == [(sku, 1)]
    again = warehouse.request("CMD-QTY-7", task=expected[1], id=UUID(int=1))
    with pytest.raises(Conflict):  # the number of an old scan is known, and what it was for
        warehouse.send(again)
    with old.read() as session:
        assert verify(session) == []
    token = old.transact(create_token, "Rosa", NOW)
    with old.read() as session:
        assert token_operator(session, token).name == "Rosa"


def cast(database: Database) -> tuple[dict[str, OperatorView], dict[str, int], tuple[str, str]]:
    """Its people, a few of its items, and the code and task of the first scan that a program sent."""
    with database.read() as session:
        connection = session.connection()
        ids = connection.execute(text("SELECT name, id FROM operator")).all()
        people = {name: person(session, number) for name, number in ids}
        items = {row.sku: row.id for row in connection.execute(text("SELECT sku, id FROM item ORDER BY id LIMIT 3"))}
        first = connection.execute(
            text("SELECT s.code, t.reference FROM scan s JOIN task t ON t.id = s.task_id WHERE s.source = 'api' LIMIT 1")
        ).one()
    return people, items, (first[0], first[1])


@pytest.mark.slow
@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_a_copy_of_what_it_was_is_kept_beside_it(revision, tmp_path):
    path = unpacked(revision, tmp_path)
    content = everything(Database(f"sqlite:///{path}"))
    database = Database(f"sqlite:///{path}")
    migrate(database)
    migrate(database)
    database.dispose()
    (copy,) = tmp_path.glob(f"*{BEFORE_UPGRADE}*")
    assert copy.name == f"{revision}.db{BEFORE_UPGRADE}{revision}"
    kept = Database(f"sqlite:///{copy}")
    assert everything(kept) == content
    kept.dispose()


def test_a_newest_one_needs_no_copy(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(database)
    migrate(database)
    database.dispose()
    assert list(tmp_path.glob(f"*{BEFORE_UPGRADE}*")) == []
