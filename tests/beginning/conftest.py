"""A sample warehouse for the tests of its pages."""

from __future__ import annotations

import pytest

from scanner.beginning.sample import service
from scanner.house import store as house
from tests.people.test_pages import Device


@pytest.fixture
def sample(app):
    """The small warehouse as if it were a sample in which everybody but Sam came with it."""
    warehouse = app.extensions["warehouse"]
    warehouse.database.transact(house.keep, service.MARK, "0")
    app.extensions["chosen"].read_again()
    return warehouse


@pytest.fixture
def sam(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device
