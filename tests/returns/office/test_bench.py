"""From the bench to the office: what a clerk scans is what customer service, files and other systems are told."""

from __future__ import annotations

import json

import pytest

from scanner.returns import service as returns
from scanner.returns.office import service as returns_office
from scanner.returns.office.matches import match_to_return
from scanner.returns.refunds import Refund
from scanner.webhooks import service as webhooks
from tests.support import returned
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse


@pytest.fixture
def told(warehouse: Warehouse) -> Warehouse:
    """Somebody is told; RMA-1 has two mugs and a lamp, RMA-2 a gift set."""
    warehouse.database.transact(webhooks.add, "http://shop.example", warehouse.operators["Sam"], NOW)
    returned.announce(warehouse, "RMA-1", [("MUG-B", 2), ("LAMP", 1)])
    returned.announce(warehouse, "RMA-2", [("SET", 1)], order_ref="SO-8")
    return warehouse


def scan(warehouse: Warehouse, *codes: str, task: str = "RMA-1", **more: object) -> None:
    for code in codes:
        assert warehouse.scan(code, by="Theo", task=task, device="bench-1", **more).outcome == "accepted", code


def page(warehouse: Warehouse, reference: str = "RMA-1") -> returns_office.ReturnPage:
    with warehouse.database.read() as session:
        return returns_office.return_page(session, reference, NOW, 14)


def told_last(warehouse: Warehouse) -> dict[str, object]:
    with warehouse.database.read() as session:
        return json.loads(webhooks.deliveries(session, limit=1)[0].payload)["data"]


def test_a_grade_is_told_with_its_word(told: Warehouse) -> None:
    scan(told, LAMP, "CMD-REFURBISH")
    line = told_last(told)
    assert (line["sku"], line["refund"]) == ("LAMP", "needs a decision")
    assert page(told).lines[1].refund is Refund.NEEDS_DECISION


def test_a_reason_is_told_after_the_grade(told: Warehouse) -> None:
    scan(told, LAMP, "CMD-DAMAGED", "CMD-REASON-BROKEN")
    (grade,) = told_last(told)["grades"]
    assert (grade["disposition"], grade["reason"], grade["units"]) == ("damaged", "BROKEN", 1)


def test_an_undone_grade_is_told(told: Warehouse) -> None:
    scan(told, LAMP, "CMD-SCRAP-BROKEN")
    scan(told, "CMD-UNDO")
    assert (told_last(told)["grades"], told_last(told)["ungraded"], told_last(told)["refund"]) == ([], 1, None)


def test_a_part_of_a_grade_that_is_given_anew_leaves_the_rest(told: Warehouse) -> None:
    scan(told, MUG, MUG, "CMD-QUARANTINE")
    graded = {grade.disposition: grade.units for grade in page(told).lines[0].grades}
    assert sum(graded.values()) + page(told).lines[0].ungraded == 2


def test_a_kit_with_a_missing_part_needs_a_decision(told: Warehouse) -> None:
    scan(told, "SET", MUG, "CMD-QUARANTINE", LAMP, "CMD-MISSING", task="RMA-2")
    (line,) = page(told, "RMA-2").lines
    assert (line.ungraded, line.missing_parts, line.refund) == (0, 1, Refund.NEEDS_DECISION)
    assert [(row.kind, row.sku, row.units) for row in page(told, "RMA-2").differences] == [("missing part", "LAMP", 1)]


def test_what_came_without_paper_is_matched_and_told_again(told: Warehouse) -> None:
    reference = told.database.transact(returns.start_unannounced, told.operators["Theo"], NOW)
    scan(told, LAMP, "CMD-VENDOR-DOA", task=reference)
    assert told_last(told)["refund"] == "needs a decision"
    told.database.transact(match_to_return, reference, "RMA-1", told.operators["Vera"], NOW)
    assert (told_last(told)["refund"], told_last(told)["matched_to"]) == ("refund may go", "RMA-1")
    assert {row.state for row in page(told, reference).differences} == {"settled"}
    assert page(told).compared[1].arrived == 1


def test_the_ledger_still_sums_to_zero(told: Warehouse) -> None:
    from scanner.scans.verify import verify

    scan(told, MUG, "CMD-QUARANTINE", LAMP, "CMD-DAMAGED-BROKEN")
    with told.database.read() as session:
        assert verify(session) == []
