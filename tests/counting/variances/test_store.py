"""On hand at a moment is read back from now, so that a long record costs nothing; on both databases."""

from __future__ import annotations

from scanner.counting.variances import store as count_results
from tests.support.long_record import BY_ITEM_AND_NUMBER, a_long_record, plan_of
from tests.support.warehouse import Warehouse


def test_of_an_items_movements_only_what_moved_at_the_place_since_is_read(warehouse: Warehouse) -> None:
    a_long_record(warehouse)
    last = warehouse.scan("A-01-1").seq
    plan = plan_of(warehouse.database, lambda session: count_results.record_of(session, 1, last, 2))
    assert BY_ITEM_AND_NUMBER in plan or "pk_movement" in plan  # PostgreSQL sees that few are so new
