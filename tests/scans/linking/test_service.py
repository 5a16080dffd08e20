"""A code that nobody knew gets its item, and its earlier scans count; on both databases."""

from __future__ import annotations

import pytest

from scanner.scans.result import Outcome, Reason
from tests.support.warehouse import MUG, NOW, link_code

pytestmark = pytest.mark.usefixtures("the_record_agrees")


class TestLinkingLater:
    def link(self, warehouse, code, sku="MUG-B", by="Rosa", device="handheld-1", units=1):
        arguments = (code, sku, units, warehouse.operators[by], device, NOW)
        return warehouse.database.transact(link_code, *arguments)

    def test_earlier_scans_count_without_a_rescan_where_the_goods_were_put(self, warehouse):
        warehouse.scan("A-01-1")
        warehouse.scan("NEW-CODE", quantity=2)
        warehouse.scan("A-01-2")
        assert [result.units for result in self.link(warehouse, "NEW-CODE").results] == [2]
        assert warehouse.stock()[("A-01-1", "MUG-B")] == 2

    def test_it_leaves_where_the_next_goods_go(self, warehouse):
        warehouse.scan("A-01-1")
        warehouse.scan("NEW-CODE")
        warehouse.scan("A-01-2")
        self.link(warehouse, "NEW-CODE")
        assert warehouse.scan(MUG).location == "A-01-2"

    def test_what_is_in_already_is_taken_in_with_its_discrepancy(self, warehouse):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        for _ in range(3):
            warehouse.scan("NEW-CODE", task="PO-2")
        results = self.link(warehouse, "NEW-CODE").results
        assert [(result.outcome, result.reason) for result in results] == [(Outcome.ACCEPTED, Reason.UNEXPECTED)] * 3
        assert warehouse.stock()[("QUARANTINE", "MUG-B")] == 3

    def test_who_may_not_scan_receipts_links_the_code_and_counts_nothing(self, warehouse):
        warehouse.scan("NEW-CODE")
        assert self.link(warehouse, "NEW-CODE", by="Theo").results == []
        assert len(self.link(warehouse, "NEW-CODE").results) == 1
