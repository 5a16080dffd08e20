"""Goods that came without a word, matched to an announced return: what the bench, the office and other systems are told then."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.rules import Cause
from scanner.errors import Conflict
from scanner.returns import page as returns_page
from scanner.returns import service as returns
from scanner.returns.office import service as returns_office
from scanner.returns.office.matches import match_to_order, match_to_return, unmatch
from scanner.returns.refunds import Refund
from scanner.scans.verify import verify
from scanner.webhooks import service as webhooks
from scanner.workflows import SETTLERS
from tests.support import returned
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse, finish_task

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def told(warehouse: Warehouse) -> Warehouse:
    """RMA-1 announces three mugs, RMA-2 a lamp."""
    returned.announce(warehouse, "RMA-1", [("MUG-B", 3)], order_ref="SO-7")
    returned.announce(warehouse, "RMA-2", [("LAMP", 1)], order_ref="SO-8")
    return warehouse


def scan(warehouse: Warehouse, task: str, *codes: str, now: datetime = NOW) -> list[object]:
    return [warehouse.scan(code, by="Theo", task=task, device="bench-1", now=now) for code in codes]


def without_paper(warehouse: Warehouse, *codes: str) -> str:
    reference = warehouse.database.transact(returns.start_unannounced, warehouse.operators["Theo"], NOW)
    scan(warehouse, reference, *(each for code in codes for each in (code, "CMD-VENDOR-DOA")))
    return reference


def match(warehouse: Warehouse, reference: str, announced: str, now: datetime = NOW) -> None:
    warehouse.database.transact(match_to_return, reference, announced, warehouse.operators["Vera"], now)


def undo_match(warehouse: Warehouse, reference: str) -> None:
    warehouse.database.transact(unmatch, reference, warehouse.operators["Vera"], NOW)


def page(warehouse: Warehouse, reference: str) -> returns_office.ReturnPage:
    with warehouse.database.read() as session:
        assert verify(session) == []
        return returns_office.return_page(session, reference, NOW, 14)


def open_ones(warehouse: Warehouse, reference: str) -> dict[tuple[str, str], int]:
    return {(row.kind, row.sku): row.units for row in page(warehouse, reference).differences if row.state == "open"}


def words(warehouse: Warehouse, *references: str) -> list[Refund | None]:
    return [line.refund for reference in references for line in page(warehouse, reference).lines]


def flags(warehouse: Warehouse, reference: str) -> set[str]:
    return set(page(warehouse, reference).head.flags)


def finish(warehouse: Warehouse, reference: str) -> None:
    warehouse.database.transact(finish_task, reference, warehouse.operators["Theo"], "bench-1", NOW, confirm=True)


class TestRefunds:
    def test_two_returns_matched_to_one_lamp_are_refunded_once(self, told: Warehouse) -> None:
        first, second = without_paper(told, LAMP), without_paper(told, LAMP)
        match(told, first, "RMA-2")
        match(told, second, "RMA-2", LATER)
        assert words(told, first, second) == [Refund.MAY_GO, Refund.NEEDS_DECISION]
        assert open_ones(told, second) == {("extra", "LAMP"): 1}

    def test_the_second_is_refunded_once_the_first_was_not_it(self, told: Warehouse) -> None:
        told.database.transact(webhooks.add, "http://shop.example", told.operators["Sam"], NOW)
        first, second = without_paper(told, LAMP), without_paper(told, LAMP)
        match(told, first, "RMA-2")
        match(told, second, "RMA-2", LATER)
        undo_match(told, first)
        assert words(told, first, second) == [Refund.NEEDS_DECISION, Refund.MAY_GO]
        assert open_ones(told, first) == {("unannounced", "LAMP"): 1} and open_ones(told, second) == {}
        with told.database.read() as session:
            said = [json.loads(row.payload)["data"] for row in webhooks.deliveries(session, limit=2)]
        assert {line["return"]: line["refund"] for line in said} == {first: "needs a decision", second: "refund may go"}

    def test_what_the_bench_took_in_before_the_match_keeps_its_word(self, told: Warehouse) -> None:
        reference = without_paper(told, LAMP)
        scan(told, "RMA-2", LAMP, "CMD-VENDOR-DOA")
        match(told, reference, "RMA-2", LATER)
        assert words(told, "RMA-2", reference) == [Refund.MAY_GO, Refund.NEEDS_DECISION]


class TestTheBench:
    def test_lacks_nothing_that_came_under_another_number(self, told: Warehouse) -> None:
        match(told, without_paper(told, MUG), "RMA-1")
        *_, last, _grade = scan(told, "RMA-1", MUG, "CMD-VENDOR-DOA", MUG, "CMD-VENDOR-DOA", now=LATER)
        assert (last.reason, last.line.scanned, last.line.expected) == ("complete", 3, 3)
        done = told.database.transact(finish_task, "RMA-1", told.operators["Theo"], "bench-1", NOW, confirm=False)
        assert (done.state, done.short) == ("finished", [])
        assert open_ones(told, "RMA-1") == {} and words(told, "RMA-1") == [Refund.MAY_GO]

    def test_holds_what_is_more_than_announced_under_all_numbers(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG)
        match(told, reference, "RMA-1")
        *_, held = scan(told, "RMA-1", MUG, "CMD-QUARANTINE", MUG, MUG, now=LATER)
        assert (held.outcome, held.reason) == ("held", "over")
        scan(told, "RMA-1", "CMD-CONFIRM", "CMD-VENDOR-DOA", now=LATER)
        assert open_ones(told, "RMA-1") == {("extra", "MUG-B"): 1} and open_ones(told, reference) == {}
        assert words(told, reference) == [Refund.MAY_GO]

    def test_goes_on_with_a_matched_return_as_with_its_announcement(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG)
        match(told, reference, "RMA-1")
        scan(told, reference, *[MUG, "CMD-VENDOR-DOA"] * 3, LAMP, "CMD-VENDOR-DOA", now=LATER)
        assert open_ones(told, reference) == {("extra", "MUG-B"): 1, ("other item", "LAMP"): 1}

    def test_meets_what_was_noted_as_missing(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG)
        scan(told, "RMA-1", MUG, "CMD-VENDOR-DOA")
        finish(told, "RMA-1")
        match(told, reference, "RMA-1")
        assert open_ones(told, "RMA-1") == {("missing", "MUG-B"): 1}
        scan(told, reference, MUG, now=LATER)
        assert open_ones(told, "RMA-1") == {}
        scan(told, reference, "CMD-UNDO", now=LATER)
        assert open_ones(told, "RMA-1") == {("missing", "MUG-B"): 1}

    def test_says_of_what_is_scanned_again_how_to_grade_what_came_before(self, told: Warehouse) -> None:
        first, again = scan(told, "RMA-2", LAMP, LAMP)
        assert first.outcome == "accepted" and "1 to grade" in again.message
        scan(told, "RMA-2", "CMD-UNDO", f"CMD-ARRIVAL-{first.seq}", "CMD-QUARANTINE")
        (again,) = scan(told, "RMA-2", LAMP)
        assert "more than announced" in again.message and "to grade" not in again.message

    def test_says_that_it_was_the_shelf_that_undo_took_back(self, told: Warehouse) -> None:
        *_, undone = scan(told, "RMA-2", LAMP, "CMD-RESTOCK", "A-01-1", "A-01-2", "CMD-UNDO")
        assert (undone.outcome, undone.message) == ("accepted", "Desk lamp: back to A-01-1, still graded restock.")

    def test_lists_all_that_came_without_a_word(self, told: Warehouse) -> None:
        reference = without_paper(told, LAMP, MUG)
        with told.database.read() as session:
            assert [row.scanned for row in returns.returns(session) if row.reference == reference] == [2]

    def test_shows_what_came_under_any_number(self, told: Warehouse) -> None:
        match(told, without_paper(told, MUG), "RMA-1")
        with told.database.read() as session:
            (row,) = [row for row in returns.returns(session) if row.reference == "RMA-1"]
            shown = returns_page.return_page(session, "RMA-1", told.operators["Theo"], "bench-1", frozenset())
        assert (row.scanned, row.expected) == (1, 3)
        assert [(line.scanned, line.expected) for line in shown.lines] == [(1, 3)]
        assert (shown.progress.scanned, shown.progress.expected) == (1, 3)

    def test_holds_together_what_comes_under_two_numbers_at_once(self, told: Warehouse) -> None:
        reference = told.database.transact(returns.start_unannounced, told.operators["Theo"], NOW)
        match(told, reference, "RMA-2")
        with ThreadPoolExecutor(4) as pool:
            made = [
                pool.submit(told.scan, LAMP, by="Theo", task=task, device=f"bench-{task}", confirm=True, now=LATER)
                for _ in range(8)
                for task in ("RMA-2", reference)
            ]
        assert {each.result().outcome for each in made} == {"accepted"}
        assert open_ones(told, "RMA-2")["extra", "LAMP"] + open_ones(told, reference)["extra", "LAMP"] == 15


class TestTheOffice:
    def test_lists_what_came_under_another_number_as_arrived(self, told: Warehouse) -> None:
        reference = told.database.transact(returns.start_unannounced, told.operators["Theo"], NOW)
        scan(told, reference, MUG)
        match(told, reference, "RMA-1")
        assert flags(told, "RMA-1") == {"arrived"}
        scan(told, reference, "CMD-VENDOR-DOA", now=LATER)
        assert flags(told, "RMA-1") == {"graded"} and page(told, "RMA-1").head.arrived == 1

    def test_too_much_of_one_item_makes_up_for_no_other(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-3", [("MUG-B", 1), ("LAMP", 1)])
        returned.come(warehouse, "RMA-3", "MUG-B", 2)
        with warehouse.database.read() as session:
            late = returns_office.returns(session, "overdue", NOW + timedelta(days=20), 14)
        assert [row.reference for row in late] == ["RMA-3"]

    def test_proposes_what_still_lacks_something(self, told: Warehouse) -> None:
        first, second = without_paper(told, LAMP), without_paper(told, LAMP)
        assert [each.reference for each in page(told, second).candidates] == ["RMA-2"]
        match(told, first, "RMA-2")
        assert page(told, second).candidates == []

    def test_is_done_with_no_return_that_the_bench_is_not_done_with(self, told: Warehouse) -> None:
        scan(told, "RMA-2", LAMP, "CMD-SCRAP")
        done = {"cause": Cause.UNKNOWN, "text": "", "operator": told.operators["Vera"], "now": NOW}
        with pytest.raises(Conflict, match="still open at the bench"):
            told.database.transact(returns_office.handle, "RMA-2", **done)
        scan(told, "RMA-2", "CMD-REASON-BROKEN")
        told.database.transact(returns_office.handle, "RMA-2", **done)
        assert page(told, "RMA-2").head.handled_at is not None and page(told, "RMA-2").head.state == "finished"

    def test_finishes_no_return_whose_goods_wait_for_a_grade(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG, MUG)
        scan(told, "RMA-1", MUG)
        match(told, reference, "RMA-1")
        assert page(told, "RMA-1").head.state == "open"
        scan(told, "RMA-1", "CMD-VENDOR-DOA")
        finish(told, "RMA-1")
        assert open_ones(told, "RMA-1") == {}


class TestTakingAMatchBack:
    def test_leaves_missing_what_was_missing_before(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG)
        finish(told, "RMA-1")
        match(told, reference, "RMA-1")
        assert open_ones(told, "RMA-1") == {("missing", "MUG-B"): 2}
        undo_match(told, reference)
        assert open_ones(told, "RMA-1") == {("missing", "MUG-B"): 3}

    def test_of_one_of_two_leaves_the_other(self, told: Warehouse) -> None:
        first, second = without_paper(told, MUG), without_paper(told, MUG)
        finish(told, "RMA-1")
        match(told, first, "RMA-1")
        match(told, second, "RMA-1", LATER)
        undo_match(told, first)
        assert open_ones(told, "RMA-1") == {("missing", "MUG-B"): 2}
        assert [row.arrived for row in page(told, "RMA-1").compared] == [1]

    def test_keeps_whose_the_missing_goods_are(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG, MUG, MUG)
        finish(told, "RMA-1")
        (missing,) = page(told, "RMA-1").differences
        sam = told.operators["Sam"]
        told.database.transact(discrepancies.assign, missing.id, owner="Vera", note="", operator=sam, now=NOW)
        match(told, reference, "RMA-1")
        assert open_ones(told, "RMA-1") == {}
        undo_match(told, reference)
        (again,) = page(told, "RMA-1").differences
        assert (again.id, again.owner, again.units, again.value) == (missing.id, "Vera", 3, missing.value)

    @pytest.mark.parametrize("to", ["return", "order"])
    def test_works_with_goods_that_came_since(self, told: Warehouse, to: str) -> None:
        reference = without_paper(told, MUG)
        if to == "return":
            match(told, reference, "RMA-1")
        else:
            told.database.transact(match_to_order, reference, order="SO-1", customer="", operator=told.operators["Vera"], now=NOW)
        scan(told, reference, MUG, LAMP, now=LATER)
        undo_match(told, reference)
        assert open_ones(told, reference) == {("unannounced", "MUG-B"): 2, ("unannounced", "LAMP"): 1}

    def test_opens_nothing_that_a_person_settled(self, told: Warehouse) -> None:
        reference = without_paper(told, MUG)
        (row,) = page(told, reference).differences
        told.database.transact(
            discrepancies.settle,
            row.id,
            cause=Cause.RETURN_NOT_LOGGED,
            note="she rang",
            operator=told.operators["Sam"],
            now=NOW,
            settlers=SETTLERS,
        )
        scan(told, reference, LAMP)
        match(told, reference, "RMA-1")
        undo_match(told, reference)
        assert open_ones(told, reference) == {("unannounced", "LAMP"): 1}

    def test_opens_the_announced_return_that_only_the_match_had_finished(self, told: Warehouse) -> None:
        reference = without_paper(told, LAMP)
        match(told, reference, "RMA-2", LATER)
        assert page(told, "RMA-2").head.state == "finished"
        undo_match(told, reference)
        assert page(told, "RMA-2").head.state == "open"
        finish(told, "RMA-2")
        match(told, reference, "RMA-2")
        undo_match(told, reference)
        assert page(told, "RMA-2").head.state == "finished" and open_ones(told, "RMA-2") == {("missing", "LAMP"): 1}
