"""Customer service's list: what each return is found by, and how it is worked down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session

from scanner.discrepancies import store as discrepancies
from scanner.discrepancies.rules import Cause, DiscrepancyKind
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.returns.lines import service as returned_service
from scanner.returns.office import service as returns_office
from scanner.returns.office.announce import AnnouncedLine, Announcement, announce
from scanner.returns.office.matches import match_to_order, match_to_return, unmatch
from scanner.returns.refunds import Refund
from scanner.scans import tasks
from scanner.scans.decision import Opened
from scanner.webhooks import service as webhooks
from tests.support import returned
from tests.support.warehouse import MUG, NOW, Warehouse

DAYS = 14
LATER = NOW + timedelta(days=20)


def listed(warehouse: Warehouse, flag: str = "open", **more: object) -> list[str]:
    with warehouse.database.read() as session:
        now = more.pop("now", NOW)
        return [row.reference for row in returns_office.returns(session, flag, now, DAYS, **more)]


def page(warehouse: Warehouse, reference: str, now: object = NOW) -> returns_office.ReturnPage:
    with warehouse.database.read() as session:
        return returns_office.return_page(session, reference, now, DAYS)


def office(warehouse: Warehouse, use_case: object, *args: object, by: str = "Vera", now: object = NOW, **more: object) -> object:
    return warehouse.database.transact(use_case, *args, operator=warehouse.operators[by], now=now, **more)


def differ(warehouse: Warehouse, reference: str, kind: DiscrepancyKind, sku: str, units: int) -> None:
    def note(session: Session) -> None:
        task = tasks.get_task(session, reference)
        opened = Opened(kind=kind, item_id=warehouse.items[sku], units=units)
        discrepancies.open_discrepancy(
            session, task.id, opened, scan_seq=None, operator_id=warehouse.operators["Theo"].id, at=NOW
        )

    warehouse.database.transact(note)


def lack(warehouse: Warehouse, reference: str, sku: str, units: int) -> None:
    """The bench finished a return, and noted what did not come."""
    differ(warehouse, reference, DiscrepancyKind.MISSING, sku, units)
    theo = warehouse.operators["Theo"].id
    warehouse.database.transact(lambda session: tasks.close_task(session, tasks.get_task(session, reference).id, NOW, theo))


def unannounced(warehouse: Warehouse, reference: str = "UN-000001", lines: tuple[tuple[str, int], ...] = (("MUG-B", 2),)) -> None:
    returned.announce(warehouse, reference, [(sku, 0) for sku, _ in lines], announced=False, partner="", order_ref="")
    for sku, units in lines:
        arrival = returned.come(warehouse, reference, sku, units)
        returned.grade(warehouse, reference, sku, "restock", units, arrival=arrival)
        differ(warehouse, reference, DiscrepancyKind.UNANNOUNCED, sku, units)


def open_kinds(warehouse: Warehouse, reference: str) -> dict[tuple[str, str], int]:
    return {(row.kind, row.sku): row.units for row in page(warehouse, reference).differences if row.state == "open"}


class TestTheList:
    def test_finds_each_return_by_what_it_waits_for(self, warehouse: Warehouse) -> None:
        for number in range(1, 5):
            returned.announce(warehouse, f"RMA-{number}", [("MUG-B", 2), ("LAMP", 1)])
        returned.come(warehouse, "RMA-2", "MUG-B")
        arrival = returned.come(warehouse, "RMA-3", "LAMP")
        returned.grade(warehouse, "RMA-3", "LAMP", "scrap", arrival=arrival)
        differ(warehouse, "RMA-4", DiscrepancyKind.MISSING, "LAMP", 1)
        unannounced(warehouse)
        assert listed(warehouse, "announced") == ["RMA-4", "RMA-1"]
        assert listed(warehouse, "arrived") == ["RMA-2"]
        assert listed(warehouse, "graded") == ["UN-000001", "RMA-3"]
        assert listed(warehouse, "unannounced") == ["UN-000001"]
        assert listed(warehouse, "differs") == ["UN-000001", "RMA-4"]
        assert listed(warehouse, "overdue") == []
        assert listed(warehouse, "overdue", now=LATER) == ["RMA-4", "RMA-3", "RMA-2", "RMA-1"]
        with warehouse.database.read() as session:
            counted = returns_office.counts(session, LATER, DAYS)
        assert {flag: counted[flag] for flag in ("open", "announced", "overdue", "handled")} == {
            "open": 5, "announced": 2, "overdue": 4, "handled": 0,
        }  # fmt: skip

    def test_is_searched_by_number_order_and_customer(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)], partner="Jo Ng", order_ref="SO-1")
        returned.announce(warehouse, "RMA-2", [("LAMP", 1)], partner="Ada 100%", order_ref="SO-22")
        assert listed(warehouse, words="so-2") == ["RMA-2"]
        assert listed(warehouse, words="ng jo") == ["RMA-1"]
        assert listed(warehouse, words="%") == ["RMA-2"]

    def test_comes_in_pages(self, warehouse: Warehouse) -> None:
        for number in range(1, 5):
            returned.announce(warehouse, f"RMA-{number}", [("LAMP", 1)])
        first = listed(warehouse, limit=2)
        with warehouse.database.read() as session:
            last = returns_office.returns(session, "open", NOW, DAYS, limit=2)[-1].id
        assert first + listed(warehouse, limit=2, before=last) == ["RMA-4", "RMA-3", "RMA-2", "RMA-1"]

    def test_shows_no_receipt(self, warehouse: Warehouse) -> None:
        assert listed(warehouse, "all") == []
        with pytest.raises(NotFound):
            page(warehouse, "PO-1001")


class TestAReturn:
    def test_is_compared_item_by_item(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 2), ("LAMP", 1), ("TEE-M", 0)])
        returned.come(warehouse, "RMA-1", "MUG-B", 3)
        returned.come(warehouse, "RMA-1", "TEE-M")
        said = {row.sku: (row.announced, row.arrived, row.differs, row.by) for row in page(warehouse, "RMA-1").compared}
        assert said == {"MUG-B": (2, 3, "extra", 1), "LAMP": (1, 0, "missing", 1), "TEE-M": (0, 1, "other item", 1)}

    def test_says_one_word_once_all_that_came_is_graded(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 1), ("LAMP", 1)])
        mug = returned.come(warehouse, "RMA-1", "MUG-B")
        lamp = returned.come(warehouse, "RMA-1", "LAMP")
        returned.grade(warehouse, "RMA-1", "MUG-B", "restock", arrival=mug)
        assert page(warehouse, "RMA-1").refund is None
        first = returned.grade(warehouse, "RMA-1", "LAMP", "damaged", arrival=lamp, reason="BROKEN")
        assert page(warehouse, "RMA-1").refund is Refund.NEEDS_DECISION
        returned.grade(warehouse, "RMA-1", "LAMP", "return to vendor", arrival=lamp, replaces=first, at="damaged")
        assert page(warehouse, "RMA-1").refund is Refund.MAY_GO

    def test_of_a_kit_waits_for_each_part(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("SET", 1)])
        arrival = returned.come(warehouse, "RMA-1", "SET")
        returned.grade(warehouse, "RMA-1", "SET", "restock", 2, arrival=arrival, part="MUG-B")
        assert page(warehouse, "RMA-1").lines[0].ungraded == 1
        returned.grade(warehouse, "RMA-1", "SET", "missing", 1, arrival=arrival, part="LAMP")
        (line,) = page(warehouse, "RMA-1").lines
        assert (line.ungraded, line.missing_parts, line.refund) == (0, 1, Refund.NEEDS_DECISION)

    def test_is_handed_on_and_noted_by_name(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        office(warehouse, returns_office.assign, "RMA-1", " Vera ")
        office(warehouse, returns_office.note, "RMA-1", "She will call.\nOn Monday.")
        seen = page(warehouse, "RMA-1")
        assert seen.head.owner == "Vera"
        assert [(event.action, event.operator) for event in seen.events] == [("noted", "Vera"), ("handed on", "Vera")]
        assert seen.events[1].detail == "from customer service to Vera"

    def test_that_is_handled_leaves_the_list_and_can_be_taken_up(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        for _ in range(2):
            office(warehouse, returns_office.handle, "RMA-1", cause="", text="")
        assert listed(warehouse) == [] and listed(warehouse, "handled") == ["RMA-1"]
        assert [event.action for event in page(warehouse, "RMA-1").events] == ["handled"]
        office(warehouse, returns_office.take_up, "RMA-1")
        assert listed(warehouse) == ["RMA-1"]

    def test_is_not_handled_while_goods_wait_for_a_grade(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        returned.come(warehouse, "RMA-1", "LAMP")
        with pytest.raises(Conflict, match="1 of RMA-1"):
            office(warehouse, returns_office.handle, "RMA-1", cause="", text="")

    def test_that_differs_is_handled_with_a_cause(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        differ(warehouse, "RMA-1", DiscrepancyKind.MISSING, "LAMP", 1)
        with pytest.raises(BadRequest):
            office(warehouse, returns_office.handle, "RMA-1", cause="", text="she kept it")
        office(warehouse, returns_office.handle, "RMA-1", cause=Cause.UNKNOWN, text="she kept it")
        (row,) = page(warehouse, "RMA-1").differences
        assert (row.state, row.cause) == ("settled", "unknown")

    def test_has_its_differences_settled_one_by_one(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        differ(warehouse, "RMA-1", DiscrepancyKind.MISSING, "LAMP", 1)
        (row,) = page(warehouse, "RMA-1").differences
        office(warehouse, returns_office.settle, "RMA-1", discrepancy_id=row.id, cause=Cause.UNKNOWN, text="")
        assert open_kinds(warehouse, "RMA-1") == {}

    def test_settles_no_difference_of_another_task(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        differ(warehouse, "PO-1001", DiscrepancyKind.SHORT, "LAMP", 1)
        with pytest.raises(NotFound):
            office(warehouse, returns_office.settle, "RMA-1", discrepancy_id=1, cause=Cause.UNKNOWN, text="")

    @pytest.mark.parametrize("by", ["Theo", "Rosa", "Carla"])
    def test_is_worked_down_by_the_office_alone(self, warehouse: Warehouse, by: str) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        for use_case, said in (
            (returns_office.note, {"text": "x"}),
            (returns_office.assign, {"owner": "x"}),
            (returns_office.handle, {"cause": "", "text": ""}),
        ):
            with pytest.raises(NotAllowed):
                office(warehouse, use_case, "RMA-1", by=by, **said)

    @pytest.mark.parametrize("text", ["", "  ", "x" * 701, "a\x00b"])
    def test_takes_no_note_that_is_none(self, warehouse: Warehouse, text: str) -> None:
        returned.announce(warehouse, "RMA-1", [("LAMP", 1)])
        with pytest.raises(BadRequest):
            office(warehouse, returns_office.note, "RMA-1", text)


class TestAnnouncing:
    def wanted(self, **more: object) -> Announcement:
        said = {"order": "SO-9", "customer": "Ada Kern", "lines": [AnnouncedLine("LAMP", 1, "flickers"), AnnouncedLine(MUG, 2)]}
        return Announcement(**said | more)

    def test_gives_a_number_and_finds_items_by_sku_or_barcode(self, warehouse: Warehouse) -> None:
        made = office(warehouse, announce, self.wanted())
        assert made.reference == "RMA-000001" and made.is_new
        seen = page(warehouse, made.reference)
        assert [(line.sku, line.expected, line.said) for line in seen.lines] == [("LAMP", 1, "flickers"), ("MUG-B", 2, "")]
        assert (seen.head.order, seen.head.customer, seen.head.flags) == ("SO-9", "Ada Kern", ("announced",))

    def test_counts_on(self, warehouse: Warehouse) -> None:
        office(warehouse, announce, self.wanted(reference="RMA-000002"))
        assert [office(warehouse, announce, self.wanted()).reference for _ in range(2)] == ["RMA-000003", "RMA-000004"]

    def test_at_once_gives_each_a_number_of_its_own(self, warehouse: Warehouse) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: office(warehouse, announce, self.wanted()).reference, range(16)))
        assert len(set(made)) == 16

    def test_of_the_same_number_twice_changes_nothing_more(self, warehouse: Warehouse) -> None:
        made = [office(warehouse, announce, self.wanted(reference="R-1")) for _ in range(2)]
        assert [each.is_new for each in made] == [True, False] and len(page(warehouse, "R-1").lines) == 2

    def test_of_a_number_that_says_something_else_is_a_conflict(self, warehouse: Warehouse) -> None:
        office(warehouse, announce, self.wanted(reference="R-1"))
        with pytest.raises(Conflict):
            office(warehouse, announce, self.wanted(reference="R-1", order="SO-10"))
        with pytest.raises(Conflict):
            office(warehouse, announce, self.wanted(reference="R-1", lines=[AnnouncedLine("LAMP", 3)]))

    @pytest.mark.parametrize("reference", ["PO-1001", "A-01-1", "BADGE-THEO", "LAMP"])
    def test_under_another_label_is_a_conflict(self, warehouse: Warehouse, reference: str) -> None:
        with pytest.raises(Conflict):
            office(warehouse, announce, self.wanted(reference=reference))

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"lines": []}, "lines"),
            ({"lines": [AnnouncedLine("LAMP", 0)]}, "lines[0].expected"),
            ({"lines": [AnnouncedLine("LAMP"), AnnouncedLine("NOTHING")]}, "lines[1].sku"),
            ({"lines": [AnnouncedLine("", 1)]}, "lines[0].sku"),
            ({"lines": [AnnouncedLine("LAMP", 1, "x" * 301)]}, "lines[0].reason"),
            ({"order": "x" * 65}, "order"),
            ({"customer": "a\x00b"}, "customer"),
            ({"reference": "CMD-DONE"}, "reference"),
        ],
    )
    def test_names_what_is_wrong(self, warehouse: Warehouse, more: dict[str, object], field: str) -> None:
        with pytest.raises(BadRequest) as refused:
            office(warehouse, announce, self.wanted(**more))
        assert refused.value.field == field

    def test_is_the_offices(self, warehouse: Warehouse) -> None:
        with pytest.raises(NotAllowed):
            office(warehouse, announce, self.wanted(), by="Theo")


class TestMatching:
    def test_meets_what_is_missing_on_the_announced_return(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 2)], partner="Jo Ng", order_ref="SO-7")
        unannounced(warehouse)
        assert [(each.reference, each.units) for each in page(warehouse, "UN-000001").candidates] == [("RMA-1", 2)]
        assert page(warehouse, "UN-000001").refund is Refund.NEEDS_DECISION
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        came, told = page(warehouse, "UN-000001"), page(warehouse, "RMA-1")
        assert (came.head.matched_to, came.head.order, came.head.customer) == ("RMA-1", "SO-7", "Jo Ng")
        assert [(row.sku, row.announced, row.arrived, row.differs) for row in told.compared] == [("MUG-B", 2, 2, None)]
        assert told.head.state == "finished" and told.matched == ["UN-000001"]
        assert came.refund is Refund.MAY_GO
        (row,) = came.differences
        assert (row.state, row.cause) == ("settled", "return not logged")
        assert listed(warehouse, "unannounced") == [] and listed(warehouse, "overdue", now=LATER) == []

    def test_opens_what_was_not_announced(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 1), ("TEE-M", 1)])
        unannounced(warehouse, lines=(("MUG-B", 3), ("LAMP", 1)))
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        assert open_kinds(warehouse, "UN-000001") == {("extra", "MUG-B"): 2, ("other item", "LAMP"): 1}
        assert page(warehouse, "RMA-1").head.state == "open"  # the T-shirt is still to come
        words = {line.sku: line.refund for line in page(warehouse, "UN-000001").lines}
        assert set(words.values()) == {Refund.NEEDS_DECISION}

    @pytest.mark.parametrize(("came", "left"), [(1, {("missing", "MUG-B"): 1}), (2, {})])
    def test_takes_back_what_was_noted_as_missing(self, warehouse: Warehouse, came: int, left: dict[object, int]) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 2)])
        lack(warehouse, "RMA-1", "MUG-B", 2)
        unannounced(warehouse, lines=(("MUG-B", came),))
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        assert open_kinds(warehouse, "RMA-1") == left

    def test_to_an_order_needs_no_announcement(self, warehouse: Warehouse) -> None:
        unannounced(warehouse)
        office(warehouse, match_to_order, "UN-000001", order=" SO-99 ", customer="Ada Kern")
        seen = page(warehouse, "UN-000001")
        assert (seen.head.order, seen.head.customer, seen.refund) == ("SO-99", "Ada Kern", Refund.MAY_GO)
        assert open_kinds(warehouse, "UN-000001") == {}

    def test_tells_other_systems_that_the_word_changed(self, warehouse: Warehouse) -> None:
        unannounced(warehouse)
        warehouse.database.transact(webhooks.add, "http://shop.example", warehouse.operators["Sam"], NOW)
        office(warehouse, match_to_order, "UN-000001", order="SO-99", customer="")
        with warehouse.database.read() as session:
            assert '"refund": "refund may go"' in webhooks.deliveries(session)[0].payload

    def test_that_was_wrong_is_taken_back(self, warehouse: Warehouse) -> None:
        for reference in ("RMA-1", "RMA-2"):
            returned.announce(warehouse, reference, [("MUG-B", 2)])
        unannounced(warehouse, lines=(("MUG-B", 2), ("LAMP", 1)))
        before = open_kinds(warehouse, "UN-000001")
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        office(warehouse, unmatch, "UN-000001")
        assert page(warehouse, "RMA-1").head.state == "open" and open_kinds(warehouse, "UN-000001") == before
        assert page(warehouse, "UN-000001").refund is Refund.NEEDS_DECISION
        office(warehouse, match_to_return, "UN-000001", "RMA-2")
        assert page(warehouse, "RMA-2").head.state == "finished" and listed(warehouse, "announced") == ["RMA-1"]
        assert open_kinds(warehouse, "UN-000001") == {("other item", "LAMP"): 1}

    def test_that_was_wrong_leaves_missing_what_was_missing(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 2)])
        lack(warehouse, "RMA-1", "MUG-B", 2)
        unannounced(warehouse)
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        office(warehouse, unmatch, "UN-000001")
        assert open_kinds(warehouse, "RMA-1") == {("missing", "MUG-B"): 2}

    def test_to_an_order_is_taken_back(self, warehouse: Warehouse) -> None:
        unannounced(warehouse)
        office(warehouse, match_to_order, "UN-000001", order="SO-1", customer="Jo")
        office(warehouse, unmatch, "UN-000001")
        assert listed(warehouse, "unannounced") == ["UN-000001"]

    def test_of_what_is_matched_already_is_a_conflict(self, warehouse: Warehouse) -> None:
        returned.announce(warehouse, "RMA-1", [("MUG-B", 2)])
        unannounced(warehouse)
        office(warehouse, match_to_return, "UN-000001", "RMA-1")
        with pytest.raises(Conflict, match="RMA-1"):
            office(warehouse, match_to_order, "UN-000001", order="SO-1", customer="")

    @pytest.mark.parametrize("reference", ["RMA-9", "PO-1001", "UN-000001"])
    def test_is_with_an_announced_return(self, warehouse: Warehouse, reference: str) -> None:
        unannounced(warehouse)
        with pytest.raises(NotFound):
            office(warehouse, match_to_return, "UN-000001", reference)

    def test_is_of_what_came_without_a_word(self, warehouse: Warehouse) -> None:
        for reference in ("RMA-1", "RMA-2"):
            returned.announce(warehouse, reference, [("MUG-B", 2)])
        with pytest.raises(NotFound):
            office(warehouse, match_to_return, "RMA-1", "RMA-2")

    def test_is_the_offices(self, warehouse: Warehouse) -> None:
        unannounced(warehouse)
        with pytest.raises(NotAllowed):
            office(warehouse, match_to_order, "UN-000001", order="SO-1", customer="", by="Theo")


def test_lines_are_read_on_from_the_last(warehouse: Warehouse) -> None:
    unannounced(warehouse, lines=(("MUG-B", 1), ("LAMP", 1)))
    with warehouse.database.read() as session:
        first = returned_service.graded_after(session, 0, 1)
        assert [line.sku for line in first + returned_service.graded_after(session, first[0].id, 5)] == ["MUG-B", "LAMP"]
