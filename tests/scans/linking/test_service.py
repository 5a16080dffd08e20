"""A code that nobody knew gets its item, and its earlier scans count; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.discrepancies.service import discrepancies
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.scans import ledger
from scanner.scans.linking import service as linking
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.scans.tables import Scan
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import MUG, NOW, SSCC, link_code

pytestmark = pytest.mark.usefixtures("the_record_agrees")


def link(warehouse, code, sku="MUG-B", by="Rosa", device="handheld-1", units=1, now=NOW):
    return warehouse.database.transact(link_code, code, sku, units, warehouse.operators[by], device, now)


def waiting(warehouse, reference="PO-1001"):
    """(code, how often, its item by now) of each unknown code of a task."""
    with warehouse.database.read() as session:
        found = linking.unknown_codes(session, reference)
    return [(each.code, each.times, each.item.sku if each.item else None) for each in found]


class TestLinkingLater:
    def test_earlier_scans_count_without_a_rescan_where_the_goods_were_put(self, warehouse):
        warehouse.scan("A-01-1")
        warehouse.scan("NEW-CODE", quantity=2)
        warehouse.scan("A-01-2")
        assert [result.units for result in link(warehouse, "NEW-CODE").results] == [2]
        assert warehouse.stock()[("A-01-1", "MUG-B")] == 2

    def test_it_leaves_where_the_next_goods_go(self, warehouse):
        warehouse.scan("A-01-1")
        warehouse.scan("NEW-CODE")
        warehouse.scan("A-01-2")
        link(warehouse, "NEW-CODE")
        assert warehouse.scan(MUG).location == "A-01-2"

    def test_what_was_not_ordered_waits_for_a_yes_as_any_scan_would(self, warehouse):
        warehouse.add_receipt("PO-2", [("LAMP", 1)])
        for _ in range(3):
            warehouse.scan("NEW-CODE", task="PO-2")
        results = link(warehouse, "NEW-CODE").results
        assert [(result.outcome, result.reason) for result in results] == [(Outcome.HELD, Reason.UNEXPECTED)] * 3
        assert warehouse.scan("CMD-CONFIRM", task="PO-2").units == 3
        assert warehouse.stock()[("QUARANTINE", "MUG-B")] == 3

    def test_who_may_not_scan_receipts_links_the_code_and_counts_nothing(self, warehouse):
        warehouse.scan("NEW-CODE")
        assert link(warehouse, "NEW-CODE", by="Theo").results == []
        assert len(link(warehouse, "NEW-CODE").results) == 1

    def test_linking_twice_counts_once(self, warehouse):
        warehouse.scan("NEW-CODE")
        assert len(link(warehouse, "NEW-CODE").results) == 1
        assert link(warehouse, "NEW-CODE").results == []
        assert warehouse.lines()[0] == ("MUG-B", 1)

    def test_a_scan_counts_its_quantity_times_the_units_that_the_code_stands_for(self, warehouse):
        warehouse.scan("NEW-CODE", quantity=2)
        link(warehouse, "NEW-CODE", units=6)
        assert warehouse.lines()[0] == ("MUG-B", 12)
        assert warehouse.scan("NEW-CODE").units == 6

    def test_more_than_ordered_waits_for_a_yes_and_is_noted(self, warehouse):
        warehouse.scan("NEW-CODE", quantity=5)
        (result,) = link(warehouse, "NEW-CODE", sku="TEE-M").results
        assert (result.outcome, result.reason) == (Outcome.HELD, Reason.OVER)
        warehouse.scan("CMD-CONFIRM")
        with warehouse.database.read() as session:
            assert [(row.kind, row.sku, row.units) for row in discrepancies(session)] == [("over", "TEE-M", 2)]

    def test_every_open_task_counts_its_own_and_a_finished_one_nothing(self, warehouse):
        for reference in ("PO-2", "PO-3"):
            warehouse.add_receipt(reference, [("MUG-B", 5)])
            warehouse.scan("NEW-CODE", task=reference)
        warehouse.scan("NEW-CODE")
        warehouse.scan("CMD-DONE", task="PO-3", confirm=True)
        assert [result.task for result in link(warehouse, "NEW-CODE").results] == ["PO-1001", "PO-2"]
        assert warehouse.lines("PO-3") == [("MUG-B", 0)]

    def test_it_counts_as_of_when_it_was_scanned_and_names_that_scan(self, warehouse):
        scanned = warehouse.scan("NEW-CODE")
        later = NOW + timedelta(hours=2)
        (result,) = link(warehouse, "NEW-CODE", by="Sam", device="desk", now=later).results
        with warehouse.database.read() as session:
            row = session.get(Scan, result.seq)
        assert (row.links, row.source, row.code) == (scanned.seq, "linked", "NEW-CODE")
        assert (row.happened_at, row.received_at) == (NOW, later)

    def test_every_spelling_of_a_number_is_the_same_code(self, warehouse):
        warehouse.scan("4006381333931")
        assert link(warehouse, "04006381333931").code == "04006381333931"
        assert warehouse.lines()[0] == ("MUG-B", 1)
        assert warehouse.scan("]E04006381333931").line == LineCount(24, 2)


class TestHowManyCount:
    """Nobody can tell a second try from a second carton: of several scans a person says how many count."""

    def said(self, warehouse, *shares):
        rosa = warehouse.operators["Rosa"]
        said = linking.Link(sku="MUG-B", units=1, operator=rosa, device="handheld-1", now=NOW, shares=shares)
        return warehouse.database.transact(linking.link_code, "NEW-CODE", said, WORKFLOWS)

    def test_several_scans_are_asked_about_and_nothing_is_linked(self, warehouse):
        for _ in range(3):
            warehouse.scan("NEW-CODE")
        with pytest.raises(BadRequest, match="scanned 3 times on PO-1001: say how many of them count"):
            self.said(warehouse)
        assert waiting(warehouse) == [("NEW-CODE", 3, None)]

    @pytest.mark.parametrize("counts", [0, 1, 3])
    def test_as_many_count_as_the_person_says_and_the_others_are_done_with(self, warehouse, counts):
        for _ in range(3):
            warehouse.scan("NEW-CODE")
        linked = self.said(warehouse, linking.Share("PO-1001", 3, counts))
        assert (len(linked.results), linked.dismissed) == (counts, 3 - counts)
        assert (warehouse.lines()[0], waiting(warehouse)) == (("MUG-B", counts), [])

    def test_what_was_scanned_since_the_question_waits_on(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 5)])
        for task in ("PO-1001", "PO-1001", "PO-1001", "PO-2"):
            warehouse.scan("NEW-CODE", task=task)
        self.said(warehouse, linking.Share("PO-1001", 2, 1))
        assert waiting(warehouse) == [("NEW-CODE", 1, "MUG-B")]
        assert waiting(warehouse, "PO-2") == [("NEW-CODE", 1, "MUG-B")]

    @pytest.mark.parametrize("share", [linking.Share("PO-1001", 1, 2), linking.Share("PO-1001", 1, -1)])
    def test_more_than_there_were_is_a_bad_request(self, warehouse, share):
        warehouse.scan("NEW-CODE")
        with pytest.raises(BadRequest, match="Expected 0 to 1 scans"):
            self.said(warehouse, share)


class TestDismissing:
    def dismiss(self, warehouse, seq, why="misread", by="Rosa", task="PO-1001"):
        return warehouse.database.transact(
            linking.dismiss_code, task, seq, why, by=warehouse.operators[by], now=NOW, workflows=WORKFLOWS
        )

    def test_a_misread_code_waits_no_more_and_says_why(self, warehouse):
        for _ in range(2):
            seq = warehouse.scan("N0NSENSE").seq
        assert self.dismiss(warehouse, seq) == 2
        assert waiting(warehouse) == []
        with warehouse.database.read() as session:
            said = ledger.dismissal_of(session, seq)
        assert (said.operator, said.reason) == ("Rosa", "misread")
        assert link(warehouse, "N0NSENSE").results == []

    def test_scanned_once_more_it_waits_again(self, warehouse):
        self.dismiss(warehouse, warehouse.scan("N0NSENSE").seq)
        warehouse.scan("N0NSENSE")
        assert waiting(warehouse) == [("N0NSENSE", 1, None)]

    def test_it_wants_a_reason_a_scan_and_the_right(self, warehouse):
        seq = warehouse.scan("N0NSENSE").seq
        for error, more in ((BadRequest, {"why": " "}), (NotFound, {"task": "PO-0"}), (NotAllowed, {"by": "Carla"})):
            with pytest.raises(error):
                self.dismiss(warehouse, seq, **more)


class TestWhatCannotBeLinked:
    @pytest.mark.parametrize("code", [MUG, "19501101530000"])
    def test_a_code_of_another_item_is_a_conflict(self, warehouse, code):
        with pytest.raises(Conflict, match="already stands for Mug, blue"):
            link(warehouse, code, sku="LAMP")

    @pytest.mark.parametrize("code", ["A-01-1", "PO-1001", "DOCK", "ASN-77"])
    def test_the_label_of_a_place_or_a_task_is_a_conflict(self, warehouse, code):
        with pytest.raises(Conflict, match="means something else already"):
            link(warehouse, code)

    def test_a_badge_is_a_conflict(self, warehouse):
        with pytest.raises(Conflict, match=r"^BADGE-SAM means something else already\.$"):
            link(warehouse, "BADGE-SAM")

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("CMD-UNDO", "is a command"), ("cmd-nonsense", "is a command"), (f"00{SSCC}", "one carton"), (SSCC, "one carton"),
            ("4006381333932", "the check digit is 2, expected 1"), ("a\x01b", "code"), ("", "code"),
        ],
    )  # fmt: skip
    def test_what_no_item_can_have_is_a_bad_request_that_says_why(self, warehouse, code, words):
        with pytest.raises(BadRequest, match=words):
            link(warehouse, code)

    @pytest.mark.parametrize("units", [0, -1, 100_001])
    def test_units_that_no_scan_stands_for_are_a_bad_request(self, warehouse, units):
        with pytest.raises(BadRequest, match="Expected 1 to 100,000 units"):
            link(warehouse, "NEW-CODE", units=units)

    def test_an_item_that_there_is_not_is_not_found(self, warehouse):
        with pytest.raises(NotFound, match="no item NOTHING"):
            link(warehouse, "NEW-CODE", sku="NOTHING")

    @pytest.mark.parametrize("by", ["Carla", "Vera"])
    def test_who_may_not_link_links_nothing(self, warehouse, by):
        warehouse.scan("NEW-CODE")
        with pytest.raises(NotAllowed):
            link(warehouse, "NEW-CODE", by=by)
        assert warehouse.scan("NEW-CODE").reason is Reason.UNKNOWN

    def test_a_scan_of_another_task_is_not_found(self, warehouse):
        warehouse.add_receipt("PO-2", [("MUG-B", 1)])
        seq = warehouse.scan("NEW-CODE").seq
        said = linking.Link(sku="LAMP", units=1, operator=warehouse.operators["Rosa"], device="handheld-1", now=NOW)
        with pytest.raises(NotFound, match=f"no scan {seq} on PO-2"):
            warehouse.database.transact(linking.link_scan, "PO-2", seq, said, WORKFLOWS)
        assert len(warehouse.database.transact(linking.link_scan, "PO-1001", seq, said, WORKFLOWS).results) == 1


class TestUnknownCodes:
    def test_each_is_there_once_the_last_one_first_until_it_counts(self, warehouse):
        for code in ("NEW-1", "NEW-2", "NEW-1", "NEW-2", "NEW-1", MUG):
            warehouse.scan(code)
        assert waiting(warehouse) == [("NEW-1", 3, None), ("NEW-2", 2, None)]
        link(warehouse, "NEW-1")
        assert waiting(warehouse) == [("NEW-2", 2, None)]

    def test_one_that_has_its_item_but_has_not_counted_says_which(self, warehouse):
        warehouse.scan("NEW-1")
        link(warehouse, "NEW-1", by="Theo")
        assert waiting(warehouse) == [("NEW-1", 1, "MUG-B")]

    def test_of_a_task_that_there_is_not_are_not_found(self, warehouse):
        with pytest.raises(NotFound):
            waiting(warehouse, "PO-0")
