"""Undo on a task of any kind; on both databases."""

from __future__ import annotations

import pytest

from scanner.scans.result import LineCount, Outcome, Reason
from tests.support.warehouse import MUG, MUG_CASE, TEE

pytestmark = pytest.mark.usefixtures("the_record_agrees")


class TestWhatIsTakenBack:
    def test_undo_takes_the_last_scan_back(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(MUG_CASE)
        result = warehouse.scan("CMD-UNDO")
        assert (result.outcome, result.reason, result.units) == (Outcome.ACCEPTED, Reason.UNDONE, -12)
        assert result.line == LineCount(24, 1)
        assert warehouse.stock()[("DOCK", "MUG-B")] == 1

    def test_undo_again_takes_the_one_before(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(MUG_CASE)
        warehouse.scan("CMD-UNDO")
        assert warehouse.scan("cmd-undo").units == -1
        assert warehouse.stock() == {}

    def test_there_may_be_nothing_to_take_back(self, warehouse):
        warehouse.scan(MUG, by="Sam", device="handheld-2")
        result = warehouse.scan("CMD-UNDO")
        assert (result.outcome, result.reason) == (Outcome.REFUSED, Reason.UNDONE)

    def test_undo_of_what_waits_puts_it_aside_and_takes_nothing_else_back(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-UNDO").message == "Put aside: nothing was counted."
        assert warehouse.lines()[0] == ("MUG-B", 1)
        assert warehouse.scan(TEE, quantity=4).outcome is Outcome.HELD
