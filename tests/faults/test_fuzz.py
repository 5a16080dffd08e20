"""Thousands of requests that hardly anybody would make, from people who may: none is answered with a fault of the server.

SCANNER_LONG=1 python3 -m scanner test tests/faults/test_fuzz.py -s     # 100,000 requests instead of 2,000
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from scanner.app import create_app
from scanner.db.engine import Database
from scanner.people.guesses import rules
from scanner.scans.history import service as history
from scanner.scans.verify import verify
from scanner.settings import Settings
from tests.conftest import new_database
from tests.support.doubled import Doubled
from tests.support.floor import kills
from tests.support.fuzz import Walker
from tests.web.test_two_of_everything import known

pytestmark = pytest.mark.faults
REQUESTS = kills(1_000, 50_000)
"""On each of the two databases."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def walker(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walker]:
    """A walker on a warehouse with two of everything, as it is served. It may try more unknown codes than others."""
    monkeypatch.setattr(rules, "CODES", replace(rules.CODES, free=10**9))
    logging.getLogger("scanner").setLevel(logging.CRITICAL)
    database = new_database(request.param, tmp_path)
    doubled = Doubled(database, datetime.now(UTC))
    app = create_app(Settings(str(database.url), secret_key="for tests"), database)
    names = known(database) | {"kind": [*app.extensions["exports"]], "photo_id": doubled.photos}
    yield Walker(app, doubled, names, seed=REQUESTS)
    _close(app, database)
    logging.getLogger("scanner").setLevel(logging.NOTSET)


def _close(app: Flask, database: Database) -> None:
    app.extensions["decoder"].close()
    database.dispose()


def test_no_request_is_answered_with_a_fault_and_the_record_is_sound_after_it(walker):
    walker.run(REQUESTS)
    print(f"\n{REQUESTS} requests, reached {walker.reached:.0%}: {dict(sorted(walker.answers.items()))}")
    assert walker.broken == []
    assert walker.reached >= 0.5
    with walker.app.extensions["database"].read() as session:
        assert verify(session) == []


def test_a_page_that_fails_is_seen(walker, monkeypatch):
    def item_page(_session: object, sku: str, *_more: object, **_named: object) -> object:
        raise KeyError(sku)

    monkeypatch.setattr(history, "item_page", item_page)
    walker.run(3 * len(walker.rules))
    assert {(path.split("/")[1], status) for _, path, status in walker.broken} == {("items", 500)}
