"""What was on hand when: folded back from the counters, so that the end is what every page says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.scans.history import service as history
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

DAY = timedelta(days=1)


def on_hand(warehouse: Warehouse, sku: str = "MUG-B", since: object = NOW - DAY) -> list[history.OnHand]:
    with warehouse.database.read() as session:
        return history.on_hand(session, warehouse.items[sku], since)


def units(warehouse: Warehouse, sku: str = "MUG-B", since: object = NOW - DAY) -> list[int]:
    return [each.units for each in on_hand(warehouse, sku, since)]


def test_each_change_is_a_step_with_its_scan(warehouse: Warehouse) -> None:
    first = warehouse.scan(MUG, quantity=5)
    second = warehouse.scan(MUG, quantity=2, now=NOW + DAY)
    assert [(each.units, each.scan_seq) for each in on_hand(warehouse)] == [(0, None), (5, first.seq), (7, second.seq)]


def test_what_was_there_before_the_picture_begins_is_its_beginning(warehouse: Warehouse) -> None:
    warehouse.scan(MUG, quantity=5)
    warehouse.scan(MUG, quantity=2, now=NOW + 3 * DAY)
    assert units(warehouse, since=NOW + DAY) == [5, 7]


def test_a_move_within_the_warehouse_changes_nothing(warehouse: Warehouse) -> None:
    warehouse.scan(MUG, quantity=5)
    warehouse.scan("CMD-UNDO")
    assert units(warehouse) == [0, 5, 0]
    assert units(warehouse, "LAMP") == [0]


def test_other_items_are_no_part_of_it(warehouse: Warehouse) -> None:
    warehouse.scan(LAMP)
    assert units(warehouse) == [0]


def test_many_changes_keep_the_last_of_each_day(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_STEPS", 3)
    for day in range(3):
        for _ in range(2):
            warehouse.scan(MUG, now=NOW + day * DAY)
    assert units(warehouse, since=NOW - 2 * DAY) == [0, 2, 4, 6]


def test_further_back_than_is_folded_it_does_not_begin_at_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_CHANGES", 2)
    for number in range(4):
        warehouse.scan(MUG, now=NOW + number * DAY)
    assert units(warehouse) == [3, 4]


class TestFindingTheItem:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("blue MUG", ["MUG-B"]), ("mug lamp", []), ("tee-m", ["TEE-M"]), (LAMP, ["LAMP"]), (f"]E0{LAMP}", ["LAMP"]),
            ("100%", []),
        ],
    )  # fmt: skip
    def test_has_every_word_in_its_name_or_number_or_is_what_the_code_stands_for(
        self, warehouse: Warehouse, text: str, found: list[str]
    ) -> None:
        with warehouse.database.read() as session:
            assert [item.sku for item in history.find_items(session, text)] == found

    def test_the_item_of_a_scanned_code_comes_first_and_once(self, warehouse: Warehouse) -> None:
        warehouse.add_items(["A-MUG-B", "MUG-B-2"])
        with warehouse.database.read() as session:
            assert [item.sku for item in history.find_items(session, "MUG-B")] == ["MUG-B", "A-MUG-B", "MUG-B-2"]
