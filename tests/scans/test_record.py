"""The path that a scan of any kind takes: retries, answers to what waits, and what is no scan; on both databases."""

from __future__ import annotations

from datetime import timedelta, timezone
from uuid import uuid4

import pytest

from scanner.errors import BadgeScanned, BadRequest, Conflict, NotFound
from scanner.scans.result import Outcome, Reason
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW

pytestmark = pytest.mark.usefixtures("the_record_agrees")
EXPIRED_MUG = "]C101095011015300031720010110OLD"


class TestTheSameScanTwice:
    def test_a_retry_gets_the_same_answer_and_counts_once(self, warehouse):
        request_id = uuid4()
        first = warehouse.scan(MUG, id=request_id)
        warehouse.scan(MUG_CASE)
        again = warehouse.scan(MUG, id=request_id)
        assert again.replayed and not first.replayed
        assert (again.seq, again.line, again.message, again.item) == (first.seq, first.line, first.message, first.item)
        assert warehouse.lines()[0] == ("MUG-B", 13)

    @pytest.mark.parametrize(
        "change", [{"code": LAMP}, {"quantity": 2}, {"by": "Sam"}, {"scanned_at": NOW - timedelta(seconds=1)}]
    )
    def test_the_same_id_with_another_payload_is_a_conflict(self, warehouse, change):
        request_id = uuid4()
        warehouse.scan(MUG, id=request_id)
        with pytest.raises(Conflict):
            warehouse.scan(**{"code": MUG, "id": request_id, **change})
        assert warehouse.lines()[0] == ("MUG-B", 1)

    def test_a_retried_undo_undoes_once(self, warehouse):
        warehouse.scan(MUG)
        warehouse.scan(MUG)
        undo = uuid4()
        warehouse.scan("CMD-UNDO", id=undo)
        warehouse.scan("CMD-UNDO", id=undo)
        assert warehouse.lines()[0] == ("MUG-B", 1)

    def test_a_retry_that_writes_the_same_moment_in_another_zone_is_a_retry(self, warehouse):
        request_id = uuid4()
        warehouse.scan(MUG, id=request_id)
        assert warehouse.scan(MUG, id=request_id, scanned_at=NOW.astimezone(timezone(timedelta(hours=1)))).replayed


class TestWhatCannotBeRecorded:
    @pytest.mark.parametrize("code", ["", "   ", "\r\n", "x" * 513, "x" * 10_000, "a\x00b", "\x1b[2J", "\ud800"])
    def test_what_is_no_code_is_a_bad_request(self, warehouse, code):
        with pytest.raises(BadRequest):
            warehouse.scan(code)

    @pytest.mark.parametrize("quantity", [0, -1, 100_001, 9501101530003])
    def test_a_quantity_out_of_range_is_a_bad_request(self, warehouse, quantity):
        with pytest.raises(BadRequest):
            warehouse.scan(MUG, quantity=quantity)

    def test_units_beyond_reason_are_a_bad_request(self, warehouse):
        with pytest.raises(BadRequest):
            warehouse.scan(f"]C102{MUG_CASE}3799999999", quantity=100_000)

    def test_a_task_that_is_none_is_not_found(self, warehouse):
        with pytest.raises(NotFound):
            warehouse.scan(MUG, task="PO-0")

    def test_a_badge_is_no_scan(self, warehouse):
        with pytest.raises(BadgeScanned):
            warehouse.scan("BADGE-SAM")

    def test_a_count_of_nothing_is_a_bad_request(self, warehouse):
        with pytest.raises(BadRequest, match="got 0"):
            warehouse.scan(f"]C102{MUG_CASE}3700")

    def test_a_place_that_is_none_is_a_bad_request(self, warehouse):
        with pytest.raises(BadRequest, match="location"):
            warehouse.scan(MUG, location="Z-99")

    @pytest.mark.parametrize("place", ["CUSTOMER", "ADJUSTMENT", "SUPPLIER"])
    def test_goods_are_not_put_into_a_virtual_place(self, warehouse, place):
        with pytest.raises(BadRequest, match="location"):
            warehouse.scan(MUG, location=place)


class TestWhatLooksLikeAnAnswer:
    @pytest.mark.parametrize(
        "second",
        ["]C101095011015300031730010110NEW", "]C101095011015300031720010110OTHER"],
        ids=["another date", "another lot"],
    )
    def test_other_goods_of_the_same_item_do_not_confirm(self, warehouse, second):
        warehouse.scan(EXPIRED_MUG)
        assert warehouse.scan(second).reason in (Reason.COUNTED, Reason.EXPIRED)
        assert ("QUARANTINE", "MUG-B") not in warehouse.stock()

    def test_another_count_on_the_label_does_not_confirm(self, warehouse):
        warehouse.scan(f"]C102{MUG_CASE}3712")
        assert warehouse.scan(f"]C102{MUG_CASE}373").outcome is Outcome.HELD
        assert warehouse.stock() == {}
