"""What is due today is due until the midnight of the house, on every page."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from scanner.web import context
from tests.people.test_pages import Device

EVENING = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
"""18:00 of the day before in Los Angeles."""


@pytest.fixture
def los_angeles(monkeypatch):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    monkeypatch.setattr(context, "now", lambda: EVENING)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("due", "late"), [(date(2026, 11, 29), False), (date(2026, 11, 28), True)], ids=["today", "yesterday"])
def test_a_receipt_is_late_from_the_day_after(app, los_angeles, due, late):
    sam = Device(app)
    sam.post("/sign-in", badge="BADGE-SAM")
    app.extensions["warehouse"].add_receipt("PO-LA", [("MUG-B", 1)], due_on=due)
    for page in ("/receiving", "/progress"):
        told = sam.get(page).text.partition("PO-LA")[2][:600]
        assert ("late" in told) == late, page
