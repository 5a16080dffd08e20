"""What a cause is proposed from is read by when things moved, so that a long record costs nothing; on both databases."""

from __future__ import annotations

from datetime import timedelta

from scanner.counting.causes import store as causes
from tests.support.long_record import BY_ITEM_AND_TIME, a_long_record, plan_of
from tests.support.warehouse import NOW, Warehouse


def test_of_an_items_movements_only_the_last_are_read(warehouse: Warehouse) -> None:
    a_long_record(warehouse)
    since = NOW - timedelta(minutes=9)
    assert BY_ITEM_AND_TIME in plan_of(warehouse.database, lambda session: causes.moved_since(session, 1, since))
