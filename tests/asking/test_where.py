"""What a code is and where that is, as far as who asks may see it."""

from __future__ import annotations

import pytest

from scanner.asking.answer import Answer, AnswerKind
from scanner.asking.service import where
from scanner.errors import BadRequest, NotAllowed
from scanner.people.rules import OperatorView
from scanner.scans import carts
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, SSCC, Warehouse, announce_carton, finish_task


def ask(warehouse: Warehouse, code: str, by: str = "Rosa") -> Answer:
    with warehouse.database.read() as session:
        return where(session, code, WORKFLOWS, warehouse.operators[by])


@pytest.fixture
def shelved(warehouse: Warehouse) -> Warehouse:
    """Five mugs at the dock, seven on A-01-1 and twelve on A-01-2."""
    for place, units in (("DOCK", 5), ("A-01-1", 7), ("A-01-2", 12)):
        warehouse.scan(place)
        warehouse.scan(MUG, quantity=units)
    return warehouse


def count(warehouse: Warehouse, *codes: str) -> None:
    """Carla's count of A-01, of these scans, and finished."""
    warehouse.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
    for code in codes:
        warehouse.scan(code, by="Carla", task="C-000001")
    warehouse.database.transact(finish_task, "C-000001", warehouse.operators["Carla"], "handheld-1", NOW, confirm=True)


class TestAnItem:
    def test_is_told_by_place_with_what_can_be_sold(self, shelved: Warehouse) -> None:
        answer = ask(shelved, MUG)
        assert answer.kind is AnswerKind.ITEM and answer.item is not None
        assert (answer.item.sku, answer.item.name, answer.item.units) == ("MUG-B", "Mug, blue", 1)
        assert [(row.location, row.units, row.sellable) for row in answer.stock] == [
            ("A-01-1", 7, True), ("A-01-2", 12, True), ("DOCK", 5, False)
        ]  # fmt: skip
        assert (answer.sellable, answer.on_hand) == (19, 24)

    def test_lives_where_most_of_it_is(self, shelved: Warehouse) -> None:
        assert (ask(shelved, "MUG-B").home, ask(shelved, "MUG-B").section) == ("A-01-2", "A-01")

    def test_of_a_case_says_how_many_are_in_it(self, shelved: Warehouse) -> None:
        answer = ask(shelved, MUG_CASE)
        assert answer.item is not None and answer.item.units == 12

    def test_that_is_nowhere_has_no_home_and_nothing_that_moved(self, warehouse: Warehouse) -> None:
        answer = ask(warehouse, LAMP)
        assert (answer.stock, answer.home, answer.moved, answer.counted, answer.sellable) == ((), None, None, None, 0)

    def test_of_a_kit_says_how_many_can_be_made(self, shelved: Warehouse) -> None:
        shelved.scan(LAMP, quantity=3)
        answer = ask(shelved, "SET")
        assert answer.item is not None and answer.item.can_make == 3

    def test_names_its_open_tasks_and_how_far_it_is(self, shelved: Warehouse) -> None:
        shelved.add_return("RMA-1", [("MUG-B", 2)])
        told = {(each.reference, each.kind, each.came, each.expected, each.may) for each in ask(shelved, MUG).tasks}
        assert told == {("PO-1001", "receiving", 24, 24, True), ("RMA-1", "return", 0, 2, False)}

    def test_was_moved_last_from_there_to_here_by_somebody(self, shelved: Warehouse) -> None:
        moved = ask(shelved, MUG).moved
        assert moved is not None
        assert (moved.source, moved.target, moved.units, moved.operator) == ("SUPPLIER", "A-01-2", 12, "Rosa")

    def test_was_counted_last_where_somebody_counted_it(self, shelved: Warehouse) -> None:
        count(shelved, "A-01-1", *[MUG] * 7)
        counted = ask(shelved, MUG, "Sam").counted
        assert counted is not None and (counted.location, counted.at) == ("A-01-1", NOW)


class TestWhoIsBlind:
    def test_gets_name_and_home_and_no_number(self, shelved: Warehouse) -> None:
        answer = ask(shelved, MUG, "Carla")
        assert answer.item is not None and (answer.item.name, answer.home) == ("Mug, blue", "A-01-2")
        assert answer.hidden == "You count here: numbers are hidden."
        assert (answer.stock, answer.sellable, answer.on_hand, answer.moved, answer.counted) == ((), None, None, None, None)

    def test_gets_open_tasks_of_own_kinds_alone(self, shelved: Warehouse) -> None:
        assert ask(shelved, MUG, "Carla").tasks == ()

    def test_is_told_a_home_that_tells_nothing_of_the_record(self, shelved: Warehouse) -> None:
        """A-01-2 has most by the record; the last scan put one on A-01-1."""
        shelved.scan("A-01-1")
        shelved.scan(MUG, confirm=True)
        assert (ask(shelved, MUG, "Carla").home, ask(shelved, MUG, "Rosa").home) == ("A-01-1", "A-01-2")

    def test_is_not_told_what_is_on_a_shelf(self, shelved: Warehouse) -> None:
        answer = ask(shelved, "A-01-1", "Carla")
        assert (answer.stock, answer.on_hand, answer.section) == ((), None, "A-01") and answer.hidden

    def test_comes_from_a_shelf_to_its_open_count(self, shelved: Warehouse) -> None:
        shelved.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
        assert [(each.reference, each.may) for each in ask(shelved, "A-01-1", "Carla").tasks] == [("C-000001", True)]

    def test_counts_and_receives_and_is_blind_only_while_it_is_counted(self, shelved: Warehouse) -> None:
        shelved.operators["Dora"] = OperatorView(shelved.operators["Carla"].id, "Dora", frozenset({"counter", "receiver"}))
        assert (ask(shelved, MUG, "Dora").sellable, ask(shelved, "A-01-1", "Dora").on_hand) == (19, 7)
        shelved.add_receipt("C-000001", [], kind="count", section="A-01", partner="")
        assert "is being counted" in ask(shelved, MUG, "Dora").hidden
        assert "is being counted" in ask(shelved, "A-01-1", "Dora").hidden
        assert ask(shelved, "DOCK", "Dora").on_hand == 5

    def test_is_told_nothing_of_the_recount_of_an_own_count(self, shelved: Warehouse) -> None:
        count(shelved, "A-01-1", LAMP)
        assert ask(shelved, "C-000001-R1", "Carla").kind is AnswerKind.UNKNOWN
        assert ask(shelved, "C-000001-R1", "Sam").kind is AnswerKind.TASK


class TestAPlace:
    def test_says_what_is_on_it(self, shelved: Warehouse) -> None:
        answer = ask(shelved, "a-01-1")
        assert answer.kind is AnswerKind.LOCATION and answer.place is not None
        assert (answer.place.code, answer.place.kind, answer.section) == ("A-01-1", "shelf", "A-01")
        assert [(row.sku, row.name, row.units) for row in answer.stock] == [("MUG-B", "Mug, blue", 7)]

    def test_was_counted_last_when_somebody_left_it(self, shelved: Warehouse) -> None:
        count(shelved, "A-01-1", *[MUG] * 7, "A-01-2", MUG_CASE)
        counted = ask(shelved, "A-01-1", "Sam").counted
        assert counted is not None and counted.at == NOW

    def test_that_is_a_cart_says_in_whose_hands_it_is(self, shelved: Warehouse) -> None:
        cart = shelved.database.transact(carts.cart_of, shelved.operators["Rosa"].id)
        answer = ask(shelved, cart.code)
        assert answer.place is not None and answer.place.holder == "Rosa" and answer.section == ""

    def test_where_nothing_can_lie_has_no_stock(self, shelved: Warehouse) -> None:
        answer = ask(shelved, "SUPPLIER", "Sam")
        assert answer.place is not None and not answer.place.on_floor and answer.stock == ()


class TestOtherCodes:
    @pytest.mark.parametrize("label", ["PO-1001", "ASN-77"])
    def test_a_label_of_a_task_names_it(self, warehouse: Warehouse, label: str) -> None:
        task = ask(warehouse, label).task
        assert task is not None and (task.reference, task.kind, task.state, task.may) == ("PO-1001", "receiving", "open", True)
        task = ask(warehouse, label, "Vera").task
        assert task is not None and not task.may

    def test_a_task_that_is_done_says_so(self, warehouse: Warehouse) -> None:
        rosa = warehouse.operators["Rosa"]
        warehouse.database.transact(finish_task, "PO-1001", rosa, "handheld-1", NOW, confirm=True)
        task = ask(warehouse, "PO-1001").task
        assert task is not None and task.state == "finished"

    def test_a_task_without_end_is_there_before_its_first_scan(self, warehouse: Warehouse) -> None:
        task = ask(warehouse, "PICKS").task
        assert task is not None and (task.reference, task.state) == ("PICKS", "open")

    def test_an_order_with_several_returns_offers_them(self, warehouse: Warehouse) -> None:
        for reference in ("RMA-1", "RMA-2"):
            warehouse.add_return(reference, [("MUG-B", 1)], order="O-7")
        answer = ask(warehouse, "O-7", "Theo")
        assert answer.kind is AnswerKind.TASK and [each.reference for each in answer.tasks] == ["RMA-1", "RMA-2"]

    def test_a_carton_of_several_items_leads_to_its_receipt(self, warehouse: Warehouse) -> None:
        task_id = warehouse.add_receipt("PO-5", [("MUG-B", 2), ("LAMP", 1)])
        announce_carton(warehouse, task_id, [("MUG-B", 2), ("LAMP", 1)])
        answer = ask(warehouse, SSCC)
        assert [each.reference for each in answer.tasks] == ["PO-5"] and "A carton of" in answer.words

    def test_a_badge_is_a_name_and_is_not_said_again(self, warehouse: Warehouse) -> None:
        answer = ask(warehouse, "BADGE-VERA")
        assert (answer.kind, answer.person, answer.code) == (AnswerKind.PERSON, "Vera", "")

    @pytest.mark.parametrize(
        ("code", "words"), [("NOPE", "Nothing here has the code NOPE."), ("CMD-DONE", "Open a task first, then scan CMD-DONE.")]
    )
    def test_anything_else_is_said_to_be_unknown(self, warehouse: Warehouse, code: str, words: str) -> None:
        answer = ask(warehouse, code)
        assert answer.kind is AnswerKind.UNKNOWN and words in answer.words

    @pytest.mark.parametrize("code", ["", "  ", "x" * 10_000])
    def test_what_is_no_code_is_refused(self, warehouse: Warehouse, code: str) -> None:
        with pytest.raises(BadRequest):
            ask(warehouse, code)

    def test_nothing_is_said_to_who_may_see_no_tasks(self, warehouse: Warehouse) -> None:
        warehouse.operators["Nobody"] = OperatorView(99, "Nobody", frozenset())
        with pytest.raises(NotAllowed):
            ask(warehouse, MUG, "Nobody")
