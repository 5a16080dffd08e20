"""A warehouse to bring files into, and what it then says."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from tests.support.files import export_csv, import_csv

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


CATALOG = {
    "items": "sku,name,unit_cost\nMUG-B,Mug blue,3.50\nLAMP,Desk lamp,12\nTEE-M,T-shirt M,4.25\nGIFT,Gift set,0\n",
    "locations": "code,kind\nA-01-1,shelf\nA-01-2,shelf\n",
}


@pytest.fixture
def database(sqlite_database):
    """Most of this is about files; what is about databases asks for either of them (`test_exports`, too)."""
    return sqlite_database


@pytest.fixture
def bring_in(database):
    def bring_in(kind, text, encoding="utf-8"):
        data = text if isinstance(text, bytes) else text.encode(encoding)
        return database.transact(import_csv, kind, BytesIO(data), None, NOON)

    return bring_in


@pytest.fixture
def catalog(bring_in):
    for kind, text in CATALOG.items():
        bring_in(kind, text)
    return bring_in


@pytest.fixture
def rows(database):
    def rows(statement):
        with database.read() as session:
            return [tuple(row) for row in session.execute(statement)]

    return rows


@pytest.fixture
def dump(database):
    def dump(kind):
        with database.read() as session:
            return "".join(export_csv(session, kind)).replace("\r\n", "\n")

    return dump
