"""What holds after every test of the spine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.warehouse import Warehouse


@pytest.fixture
def the_record_agrees(warehouse: Warehouse) -> Iterator[None]:
    """After the test, whatever happened in it: counters equal the fold of the record."""
    from scanner.scans.verify import verify

    yield
    with warehouse.database.read() as session:
        assert verify(session) == []
