"""The path that a scan of any kind takes: retries, answers to what waits, and what is not a scan; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from uuid import uuid4

import pytest
from sqlmodel import select

from scanner.errors import BadgeScanned, BadRequest, Conflict, NotAllowed, NotFound
from scanner.scans import tasks
from scanner.scans.record import last_result, record_scan
from scanner.scans.request import Source
from scanner.scans.result import Outcome, Reason
from scanner.scans.tables import Scan
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, TEE

pytestmark = pytest.mark.usefixtures("the_record_agrees")
EXPIRED_MUG = "]C101095011015300031720010110OLD"
SERIAL_LAMP = "]C1010950110153001021SN7"


def rows(warehouse):
    """The scans as they are kept, in order."""
    with warehouse.database.read() as session:
        return session.exec(select(Scan).order_by(Scan.seq)).all()


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
        "code", [MUG, "SET", "nothing", "A-01-1", "PO-2", "CMD-UNDO", "CMD-CONFIRM", "CMD-DONE", "CMD-QTY-3"]
    )
    def test_whatever_the_answer_was_it_is_the_same_again(self, warehouse, code):
        warehouse.add_receipt("PO-2", [("MUG-B", 1)])
        warehouse.scan(LAMP, location="A-01-2")
        request_id = uuid4()
        first = warehouse.scan(code, id=request_id)
        warehouse.scan(LAMP, location="A-01-1")
        assert warehouse.scan(code, id=request_id) == replace(first, replayed=True)

    def test_a_retry_gets_its_answer_though_the_task_is_finished_by_now(self, warehouse):
        request_id = uuid4()
        first = warehouse.scan(MUG, id=request_id)
        warehouse.scan("CMD-DONE", confirm=True)
        assert warehouse.scan(MUG, id=request_id) == replace(first, replayed=True)

    def test_a_retried_serial_is_no_duplicate_of_itself(self, warehouse):
        request_id = uuid4()
        warehouse.scan(SERIAL_LAMP, id=request_id)
        assert warehouse.scan(SERIAL_LAMP, id=request_id).outcome is Outcome.ACCEPTED
        assert warehouse.lines()[1] == ("LAMP", 1)

    def test_a_retried_yes_counts_what_was_held_once(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        request_id = uuid4()
        first = warehouse.scan("CMD-CONFIRM", id=request_id)
        assert warehouse.scan("CMD-CONFIRM", id=request_id) == replace(first, replayed=True)
        assert warehouse.lines()[2] == ("TEE-M", 4)

    @pytest.mark.parametrize(
        "change",
        [
            {"code": LAMP}, {"quantity": 2}, {"by": "Sam"}, {"scanned_at": NOW - timedelta(seconds=1)}, {"task": "PO-2"},
            {"location": "A-01-1"}, {"confirm": True}, {"source": Source.TYPED},
        ],
        ids=str,
    )  # fmt: skip
    def test_the_same_id_with_another_payload_is_a_conflict(self, warehouse, change):
        warehouse.add_receipt("PO-2", [("MUG-B", 1)])
        request_id = uuid4()
        warehouse.scan(MUG, id=request_id)
        with pytest.raises(Conflict):
            warehouse.scan(**{"code": MUG, "id": request_id, **change})
        assert warehouse.lines()[0] == ("MUG-B", 1)
        assert len(rows(warehouse)) == 1

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
    @pytest.mark.parametrize("code", ["", "   ", "\r\n", "\x1d", "x" * 4_297, "x" * 10_000])
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
        assert rows(warehouse) == []

    def test_units_beyond_reason_on_a_label_are_a_refused_scan(self, warehouse):
        refused = warehouse.scan(f"]C102{MUG_CASE}3799999999")
        assert (refused.outcome, "Expected 1 to 1,000,000 units" in refused.message) == (Outcome.REFUSED, True)

    def test_a_place_that_is_none_is_a_bad_request(self, warehouse):
        with pytest.raises(BadRequest, match="location"):
            warehouse.scan(MUG, location="Z-99")

    @pytest.mark.parametrize("place", ["CUSTOMER", "ADJUSTMENT", "SUPPLIER"])
    def test_goods_are_not_put_into_a_virtual_place(self, warehouse, place):
        with pytest.raises(BadRequest, match="location"):
            warehouse.scan(MUG, location=place)


class TestWhoMay:
    def test_whose_right_is_asked_must_have_that_of_the_task(self, warehouse):
        with pytest.raises(NotAllowed):
            warehouse.database.transact(
                record_scan, warehouse.request(MUG, by="Vera"), NOW, WORKFLOWS, by=warehouse.operators["Vera"]
            )
        assert rows(warehouse) == []

    def test_where_the_use_case_asked_already_nobody_is_asked_again(self, warehouse):
        assert warehouse.scan(MUG, by="Vera").outcome is Outcome.ACCEPTED


class TestWhatIsKept:
    @pytest.mark.parametrize(
        ("code", "outcome"),
        [(MUG, "accepted"), ("SET", "held"), ("nothing", "refused"), ("CMD-CONFIRM", "refused"), ("CMD-NONSENSE", "refused")],
    )
    def test_every_scan_is_kept_as_it_came_whatever_came_of_it(self, warehouse, code, outcome):
        answer = warehouse.scan(code, quantity=2, source=Source.CAMERA)
        (row,) = rows(warehouse)
        assert (row.code, row.quantity, row.source, row.device) == (code, 2, "camera", "handheld-1")
        assert (row.outcome, row.reason, row.message) == (outcome, answer.reason, answer.message)

    def test_a_yes_is_kept_as_the_code_that_was_scanned_and_names_what_it_answers(self, warehouse):
        held = warehouse.scan(TEE, quantity=4)
        warehouse.scan("CMD-CONFIRM")
        yes = rows(warehouse)[-1]
        assert (yes.code, yes.confirms, yes.quantity, yes.units) == ("CMD-CONFIRM", held.seq, 1, 4)

    def test_a_scan_that_waited_on_the_device_happened_when_it_was_made_whatever_the_clock_there_says(self, warehouse):
        wrong = NOW - timedelta(days=365)
        warehouse.scan(MUG, scanned_at=wrong, sent_at=wrong + timedelta(hours=2))
        (row,) = rows(warehouse)
        assert (row.scanned_at, row.received_at, row.happened_at) == (wrong, NOW, NOW - timedelta(hours=2))


class TestTheLastAnswer:
    def last(self, warehouse, by="Rosa", device="handheld-1"):
        with warehouse.database.read() as session:
            task = tasks.get_task(session, "PO-1001")
            return last_result(session, task.id, task.reference, task.kind, warehouse.operators[by].id, device)

    def test_is_the_one_that_the_person_got_on_the_device(self, warehouse):
        answer = warehouse.scan(MUG_CASE)
        warehouse.scan(LAMP, by="Sam")
        warehouse.scan(LAMP, device="handheld-2")
        assert self.last(warehouse) == answer

    def test_is_none_before_the_first_scan(self, warehouse):
        warehouse.scan(MUG, by="Sam")
        assert self.last(warehouse) is None


class TestAYes:
    def test_to_nothing_is_refused_and_leaves_where_goods_go(self, warehouse):
        warehouse.scan("A-01-1")
        answer = warehouse.scan("CMD-CONFIRM")
        assert (answer.outcome, answer.message) == (Outcome.REFUSED, "Nothing waits for an answer.")
        assert warehouse.scan(MUG).location == "A-01-1"

    def test_counts_what_was_held_however_many_it_says_itself(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-CONFIRM", quantity=50).units == 4

    def test_answers_no_question_of_another_task(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 1)])
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-CONFIRM", task="PO-2").outcome is Outcome.REFUSED
        assert warehouse.scan("CMD-CONFIRM").outcome is Outcome.ACCEPTED

    def test_sends_the_goods_to_the_place_that_it_names(self, warehouse):
        warehouse.scan(TEE, quantity=4)
        assert warehouse.scan("CMD-CONFIRM", location="A-01-2").location == "A-01-2"
        assert warehouse.stock()[("A-01-2", "TEE-M")] == 4


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
