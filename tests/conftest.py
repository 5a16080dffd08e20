"""Fixtures for every test: a real SQLite, a real PostgreSQL, and a small warehouse with its people.

What they need is imported where it is used: the process that only hands out the tests reads this file, too.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from scanner.db.engine import Database
    from tests.support.warehouse import Warehouse


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests a data folder of their own, so that they leave nothing in the one of whoever runs them."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="scanner-data-")
        os.environ["SCANNER_DATA"] = folder.name
        config.add_cleanup(folder.cleanup)
    from hypothesis import settings

    settings.register_profile("untimed", deadline=None)  # how long an example takes tells of the machine
    settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Leave what stays for the whole run out of every look for memory to free: half a million objects take up to a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _cheap_pins() -> Iterator[None]:
    """Hash PINs at a sixteenth of the cost, in this process: some hundred are made, and each takes as long as two tests.

    That the app hashes them at full cost is tested on the file itself.
    """
    from scanner.people import sign_in

    full, sign_in.HASH_METHOD = sign_in.HASH_METHOD, "scrypt:1024:8:1"
    yield
    sign_in.HASH_METHOD = full


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than the machine has cores: many tests wait for a browser, a server or a database."""
    return (os.cpu_count() or 1) + 1


@cache
def _migrated_postgres() -> str | None:
    """A database of the newest schema to copy, so that each test's own is there at once."""
    from scanner.db.engine import Database
    from scanner.db.migrations import migrate
    from tests.support.postgres import postgres_url

    url = postgres_url()
    if url is not None:
        template = Database(url)
        migrate(template)
        template.dispose()
    return url


def new_database(backend: str, folder: Path) -> Database:
    """An empty warehouse of the newest schema on SQLite or on PostgreSQL; skips where that is missing."""
    from scanner.db.engine import Database
    from tests.support.kept import new_file
    from tests.support.postgres import cluster

    if backend == "sqlite":
        return new_file(folder)
    server, template = cluster(), _migrated_postgres()
    if server is None or template is None:
        pytest.skip("no PostgreSQL on this machine")
    return Database(server.fresh_database(like=template))


@pytest.fixture
def sqlite_database() -> Database:
    """An empty warehouse on SQLite alone."""
    from tests.support.kept import empty_warehouse

    return empty_warehouse()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty warehouse, on each of the two databases."""
    from tests.support.postgres import drop_database

    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    made = new_database(request.param, tmp_path_factory.getbasetemp())
    yield made
    made.dispose()
    drop_database(made.url)


@pytest.fixture
def warehouse(database: Database) -> Warehouse:
    """The small warehouse, on each of the two databases."""
    from tests.support.warehouse import fill

    return fill(database)


@pytest.fixture(scope="session")
def kept_app() -> Iterator[Flask]:
    """The one application of this process: its routes and its decoder's processes take longer to make than most tests do."""
    from scanner.app import create_app
    from scanner.settings import Settings
    from tests.support.kept import empty_warehouse

    database = empty_warehouse()
    made = create_app(Settings(str(database.url), secret_key="for tests"), database)
    made.testing = True
    yield made
    made.extensions["decoder"].close()


@pytest.fixture
def app(kept_app: Flask) -> Iterator[Flask]:
    """The application on a small SQLite warehouse, found again as `app.extensions["warehouse"]`.

    All that an application holds is its extensions: what a test adds there goes with the test.
    """
    from tests.support.kept import small_warehouse

    before = dict(kept_app.extensions)
    kept_app.extensions["warehouse"] = small_warehouse()
    kept_app.extensions["chosen"].read_again()
    yield kept_app
    kept_app.extensions.clear()
    kept_app.extensions.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A device that nobody is signed in on."""
    return app.test_client()
