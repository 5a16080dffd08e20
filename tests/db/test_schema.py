"""The tables that the code knows are the tables that the migrations make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Inspector, inspect
from sqlmodel import SQLModel

import scanner.tables  # noqa: F401 - fills the metadata
from scanner.db.engine import Database
from tests.conftest import new_database
from tests.support.postgres import cluster, drop_database

# Indexes are compared by their SQL.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
INDEXES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
ROWIDS = "SELECT name, wr FROM pragma_table_list WHERE type = 'table'"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What the models make of an empty database, and what the migrations do."""
    migrated = new_database(request.param, tmp_path)
    server = cluster()
    bare = Database(f"sqlite:///{tmp_path / 'bare.db'}" if migrated.is_sqlite else server.fresh_database())
    SQLModel.metadata.create_all(bare.engine)
    yield schema(bare), schema(migrated)
    for database in (bare, migrated):
        database.dispose()
        drop_database(database.url)


def schema(database: Database) -> dict[str, Any]:
    """Everything that a table is made of, by table, but Alembic's own."""
    with database.engine.connect() as connection:
        found = inspect(connection)
        tables = {name: table(found, name) for name in found.get_table_names() if name != "alembic_version"}
        for name, index, sql in connection.exec_driver_sql(INDEXES[connection.dialect.name]):
            if name in tables:
                tables[name]["indexes"][index] = plain(sql)
        for name, without_rowid in rowids(connection):
            if name in tables:
                tables[name]["without rowid"] = without_rowid
    return tables


def table(found: Inspector, name: str) -> dict[str, Any]:
    columns = {
        each["name"]: (str(each["type"]), each["nullable"], str(each["default"]), each.get("autoincrement"))
        for each in found.get_columns(name)
    }
    return {
        "columns": columns,
        "primary key": named(found.get_pk_constraint(name)),
        "foreign keys": sorted(map(named, found.get_foreign_keys(name))),
        "unique": sorted(map(named, found.get_unique_constraints(name))),
        "checks": sorted(map(named, found.get_check_constraints(name))),
        "indexes": {},
    }


def named(constraint: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(constraint.items()) if key not in ("comment", "dialect_options"))


def plain(sql: str) -> str:
    return re.sub(r"[\s\"]+", " ", sql).strip()


def rowids(connection: Connection) -> list[Any]:
    return list(connection.exec_driver_sql(ROWIDS)) if connection.dialect.name == "sqlite" else []


@pytest.mark.slow
def test_models_and_migrations_make_the_same_tables(both):
    models, migrations = both
    assert models.keys() == migrations.keys()
    assert models == migrations


def test_indexes_and_checks_are_among_what_is_compared(both):
    movement = both[1]["movement"]
    assert "WHERE" in movement["indexes"]["ix_movement_scan_seq"]
    assert any("ck_movement_places" in check for check in movement["checks"])
