"""Fixtures for every test: a real SQLite, a real PostgreSQL, and a small warehouse with its people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from scanner.app import create_app
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.settings import Settings
from tests.support.postgres import cluster, drop_database, postgres_url
from tests.support.warehouse import Warehouse, fill


class CompiledOnce(BytecodeCache):
    """Templates compiled by one test's app serve the others: compiling is most of what a page costs here."""

    def __init__(self) -> None:
        self._compiled: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key + bucket.checksum] = bucket.code


TEMPLATES = CompiledOnce()


@cache
def _migrated_postgres() -> str | None:
    """A database of the newest schema to copy, so that each test's own is there at once."""
    url = postgres_url()
    if url is not None:
        template = Database(url)
        migrate(template)
        template.dispose()
    return url


@cache
def _migrated_sqlite() -> bytes:
    """A database file of the newest schema to copy."""
    with tempfile.TemporaryDirectory() as folder:
        template = Database(f"sqlite:///{folder}/warehouse.db")
        migrate(template)
        with template.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        template.dispose()
        return (Path(folder) / "warehouse.db").read_bytes()


def new_database(backend: str, folder: Path) -> Database:
    """An empty warehouse of the newest schema on SQLite or on PostgreSQL; skips where that is missing."""
    if backend == "sqlite":
        (folder / "warehouse.db").write_bytes(_migrated_sqlite())
        return Database(f"sqlite:///{folder / 'warehouse.db'}")
    server, template = cluster(), _migrated_postgres()
    if server is None or template is None:
        pytest.skip("no PostgreSQL on this machine")
    return Database(server.fresh_database(like=template))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty warehouse, on each of the two databases."""
    made = new_database(request.param, tmp_path)
    yield made
    made.dispose()
    drop_database(made.url)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """An empty warehouse on SQLite alone."""
    made = new_database("sqlite", tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def warehouse(database: Database) -> Warehouse:
    """The small warehouse, on each of the two databases."""
    return fill(database)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application on a small SQLite warehouse, found again as `app.extensions["warehouse"]`."""
    database = new_database("sqlite", tmp_path)
    made = create_app(Settings(str(database.url), secret_key="for tests"), database)
    made.testing = True
    made.jinja_env.bytecode_cache = TEMPLATES
    made.extensions["warehouse"] = fill(database)
    yield made
    made.extensions["decoder"].close()
    database.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A device that nobody is signed in on."""
    return app.test_client()
