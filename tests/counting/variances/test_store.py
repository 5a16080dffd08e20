"""On hand at a moment is read back from now, so that a long record costs nothing; on both databases."""

from __future__ import annotations

from scanner.counting.variances import store as count_results
from tests.support.long_record import BY_ITEM_AND_TIME, a_long_record, plan_of
from tests.support.warehouse import NOW, Warehouse


def test_of_an_items_movements_only_what_moved_at_the_place_since_is_read(warehouse: Warehouse) -> None:
    a_long_record(warehouse)
    assert BY_ITEM_AND_TIME in plan_of(warehouse.database, lambda session: count_results.record_of(session, 1, NOW, 2))
