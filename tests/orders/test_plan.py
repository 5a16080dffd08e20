"""The walk of a picker: planned anew after each scan, it leads to each shelf once and never back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.orders.planning.rules import Need, Shelf, WalkPlace, plan
from scanner.orders.service import after_scan, order_page
from tests.support.carts import begin, way
from tests.support.carts import scan as cart_scan
from tests.support.orders import add_order, add_shelves, stock_up
from tests.support.warehouse import MUG, NOW

SHELVES, ITEMS = range(1, 7), range(1, 4)


def place(number: int) -> WalkPlace:
    return ("S", number, f"S-{number}")


def shelf(number: int, item: int, units: int) -> Shelf:
    return Shelf(number, f"S-{number}", place(number), item, units)


def codes(needs, shelves, at=None) -> list[str]:
    return [stop.code for stop in plan(needs, shelves, at).stops]


@pytest.mark.slow
@given(
    units=st.dictionaries(st.tuples(st.sampled_from(SHELVES), st.sampled_from(ITEMS)), st.integers(1, 9)),
    wanted=st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 20), min_size=1),
    pick=st.randoms(use_true_random=False),
)
def test_a_pick_asks_for_each_shelf_once_and_never_goes_back(units, wanted, pick):
    shelves = [shelf(number, item, many) for (number, item), many in units.items()]
    needs = [Need(1, item, item, many) for item, many in wanted.items()]
    at, asked = None, []
    while stops := plan(needs, shelves, at).stops:
        if stops[0].walk != at:
            asked.append(stops[0].walk)
        at = stops[0].walk
        stop = pick.choice([each for each in plan(needs, shelves, at).stops if each.walk == at])
        needs = [replace(each, units=each.units - (each.item_id == stop.item_id)) for each in needs]
        shelves = [
            replace(each, units=each.units - ((each.walk, each.item_id) == (at, stop.item_id))) for each in shelves
        ]  # fmt: skip
    assert asked == sorted(set(asked))
    have = {item: sum(many for (_, each), many in units.items() if each == item) for item in ITEMS}
    assert sum(each.units for each in needs) == sum(max(many - have[item], 0) for item, many in wanted.items())


@given(units=st.dictionaries(st.sampled_from(SHELVES), st.integers(1, 9)), wanted=st.integers(1, 30), at=st.sampled_from(SHELVES))
def test_the_way_goes_back_only_for_what_is_nowhere_onward(units, wanted, at):
    shelves = [shelf(number, 1, many) for number, many in units.items()]
    stops = plan([Need(1, 1, 1, wanted)], shelves, place(at)).stops
    behind = sum(many for number, many in units.items() if number < at)
    ahead = sum(many for number, many in units.items() if number >= at)
    assert sum(stop.units for stop in stops if stop.walk < place(at)) == min(max(wanted - ahead, 0), behind)
    assert sum(stop.units for stop in stops) == min(wanted, ahead + behind)


def test_of_what_is_behind_the_fewest_shelves_serve_what_is_left():
    shelves = [shelf(1, 1, 3), shelf(2, 1, 1), shelf(4, 1, 2)]
    assert codes([Need(1, 1, 1, 3)], shelves, place(3)) == ["S-4", "S-2"]


NEED = [Need(1, 1, 1, 2)]


@pytest.mark.parametrize(
    ("shelves", "at", "asked"),
    [
        pytest.param([(1, 9), (2, 2)], None, ["S-2"], id="the one that has enough and least besides"),
        pytest.param([(1, 9), (2, 2)], 1, ["S-1"], id="where the picker stands, though another has least"),
        pytest.param([(1, 2), (3, 9)], 2, ["S-3"], id="onward rather than back"),
        pytest.param([(1, 9), (2, 1), (3, 1)], 2, ["S-2", "S-3"], id="what is here, and the rest onward"),
        pytest.param([(1, 9), (3, 1)], 2, ["S-3", "S-1"], id="back only for what is nowhere onward"),
        pytest.param([(1, 9), (2, 1), (4, 1), (5, 1)], 3, ["S-4", "S-5"], id="all of it onward"),
        pytest.param([(1, 9), (3, 1)], 3, ["S-3", "S-1"], id="what is here before going back"),
    ],
)
def test_where_the_picker_stands_comes_first(shelves, at, asked):
    there = [shelf(number, 1, units) for number, units in shelves]
    assert codes(NEED, there, place(at) if at else None) == asked


@pytest.fixture
def two_shelves(floor):
    """A-01-1 has 33 mugs, B-02-1 has 20: of 21 mugs the first is taken at A-01-1; then B-02-1 has enough and less besides."""
    stock_up(floor, "A-01-1", "MUG-B", 30)
    add_order(floor, "SHOP-2", [("MUG-B", 21)], due_at=NOW)
    return floor


def next_of(floor, reference):
    with floor.database.read() as session:
        page = order_page(session, reference, floor.operators["Pia"].id, "handheld-1")
        return page.view.next.code, [stop.code for stop in page.lines[0].stops]


def test_the_page_of_an_order_stays_at_the_shelf_where_picking_began(two_shelves):
    assert next_of(two_shelves, "SHOP-2") == ("A-01-1", ["A-01-1"])
    two_shelves.scan("A-01-1", by="Pia", task="SHOP-2")
    result = two_shelves.scan(MUG, by="Pia", task="SHOP-2")
    assert next_of(two_shelves, "SHOP-2") == ("A-01-1", ["A-01-1"])
    with two_shelves.database.read() as session:
        assert after_scan(session, result, two_shelves.operators["Pia"].id, "handheld-1").next.code == "A-01-1", (
            "the answer to the scan says the same as the page"
        )
    assert two_shelves.scan("A-01-1", by="Pia", task="SHOP-2").message == "Take 20 Mug, blue."
    assert two_shelves.scan("CMD-SHORT", by="Pia", task="SHOP-2").message == "Noted: Mug, blue is not there. 20 more at B-02-1."


def test_the_walk_of_a_cart_stays_there_too(two_shelves):
    cart = begin(two_shelves, 1)
    assert [stop.location for stop in way(two_shelves, cart).stops] == ["A-01-1"]
    cart_scan(two_shelves, cart, "A-01-1", MUG)
    assert [stop.location for stop in way(two_shelves, cart).stops] == ["A-01-1"]
    assert cart_scan(two_shelves, cart, "SHOP-2").message.startswith("Next: A-01-1.")
    assert cart_scan(two_shelves, cart, "A-01-1").message == "Take 20 Mug, blue."


class TestAWrongShelf:
    """The mugs are at A-01-1, which has least, and onward at B-02-1. A-01-9 between them is a slip."""

    @pytest.fixture
    def floor(self, two_shelves):
        add_shelves(two_shelves, ["A-01-9"], section="A-01")
        stock_up(two_shelves, "B-02-1", "MUG-B", 30)
        return two_shelves

    def test_does_not_change_the_walk_of_an_order(self, floor):
        before = next_of(floor, "SHOP-2")
        told = floor.scan("A-01-9", by="Pia", task="SHOP-2")
        assert (told.message, next_of(floor, "SHOP-2")) == (f"Wrong shelf. Next: {before[0]}.", before)
        with floor.database.read() as session:
            assert after_scan(session, told, floor.operators["Pia"].id, "handheld-1").next.code == before[0]
        floor.scan("CMD-UNDO", by="Pia", task="SHOP-2")
        assert next_of(floor, "SHOP-2") == before, "nor does what is answered while the person stands there"

    def test_does_not_change_the_walk_of_a_cart(self, floor):
        cart = begin(floor, 1)
        before = [stop.location for stop in way(floor, cart).stops]
        told = cart_scan(floor, cart, "A-01-9")
        assert told.message == f"Wrong shelf: nothing is to be taken at A-01-9. Go to {before[0]}."
        assert [stop.location for stop in way(floor, cart).stops] == before
        cart_scan(floor, cart, "TOTE-1")
        assert [stop.location for stop in way(floor, cart).stops] == before, "nor does a tote that is given there"

    def test_after_picks_the_walk_goes_on_from_where_they_were(self, floor):
        floor.scan("A-01-1", by="Pia", task="SHOP-2")
        floor.scan(MUG, by="Pia", task="SHOP-2")
        before = next_of(floor, "SHOP-2")
        assert floor.scan("A-01-9", by="Pia", task="SHOP-2").message == f"Wrong shelf. Next: {before[0]}."
        assert next_of(floor, "SHOP-2") == before == ("A-01-1", ["A-01-1"])
