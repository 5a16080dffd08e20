"""The rules of a cart by themselves: a row for each reason that a scan can end in. No database."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.reading import parse_code
from scanner.orders.carts.rules import decide
from scanner.orders.carts.scanned import Box, CartScan, GivenTote, Holding, Wanted
from scanner.orders.planning.rules import Need, Shelf, Stop
from scanner.orders.scanned import ShortPicked, ShortWhy
from scanner.scans.decision import Count, Move
from scanner.scans.goods import Goods
from scanner.scans.result import LineCount
from scanner.scans.signals import signal_of

SHELF, OTHER, DOCK = Place(2, "A-01-1", "shelf"), Place(4, "A-01-2", "shelf"), Place(1, "DOCK", "dock")
HAND, PICKED = Place(8, "CART-5", "cart"), Place(9, "PACKING", "packing")
MUG, LAMP = 7, 8
MUGS = Goods(item_id=MUG, sku="MUG", name="Mug", units=1)
LAMPS = Goods(item_id=LAMP, sku="LAMP", name="Lamp", units=1)
CASE = Goods(item_id=MUG, sku="MUG", name="Mug", units=12)
SET = Goods(item_id=9, sku="SET", name="Set", units=1, parts=((MUG, 2), (LAMP, 1)))
ONE, TWO = Box(1, "SHOP-1", "TOTE-1"), Box(2, "SHOP-2", "TOTE-2")
WANTED = (
    Wanted(1, 11, MUG, "MUG", "Mug", 2, 0),
    Wanted(1, 12, LAMP, "LAMP", "Lamp", 1, 0),
    Wanted(2, 21, MUG, "MUG", "Mug", 1, 0),
)
NOT_THERE = ShortWhy.NOT_THERE
STOP = Stop(SHELF.id, "A-01-1", ("A-01", 0, "A-01-1"), MUG, (Need(1, 11, MUG, 2), Need(2, 21, MUG, 1)))
THERE = {MUG: 20, LAMP: 5}
PIA, THEO = (5, "Pia"), (6, "Theo")
NAMES = {MUG: "Mug", LAMP: "Lamp"}


def has(person: tuple[int, str], **goods: int) -> tuple[Holding, ...]:
    """What a person has in hand of the cart: `mug=2`."""
    ids = {name.lower(): item_id for item_id, name in NAMES.items()}
    return tuple(Holding(*person, ids[name], NAMES[ids[name]], units) for name, units in goods.items())


def scan(code: str = "MUG", **more: Any) -> CartScan:
    return CartScan(
        **{
            "cart_id": 100, "task": "PICK-1", "code": parse_code(code), "me": PIA[0], "hand": HAND, "picked": PICKED,
            "here": SHELF, "boxes": (ONE, TWO), "wanted": WANTED, "there": THERE,
        }
        | more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "outcome", "reason"),
    [
        pytest.param(scan(goods=(MUGS,)), "accepted", "counted", id="taken"),
        pytest.param(scan(goods=(LAMPS,)), "accepted", "complete", id="all of an item is taken"),
        pytest.param(scan(goods=(SET,)), "accepted", "counted", id="a kit is its parts"),
        pytest.param(scan(goods=(CASE,)), "refused", "over", id="a case is more than is wanted"),
        pytest.param(scan(goods=(MUGS,), hands=has(PIA, mug=3)), "refused", "over", id="all that is wanted is in hand"),
        pytest.param(scan(goods=(MUGS,), wanted=WANTED[1:2]), "refused", "unexpected", id="no order wants it"),
        pytest.param(scan(goods=(MUGS,), here=None), "refused", "unexpected", id="nobody knows from where"),
        pytest.param(scan(goods=(MUGS,), here=DOCK), "refused", "unexpected", id="goods at the dock are not for sale"),
        pytest.param(scan(goods=(MUGS,), there={}, elsewhere="A-01-2"), "held", "unexpected", id="by the record it is elsewhere"),
        pytest.param(scan(goods=(MUGS,), there={}, elsewhere="A-01-2", confirmed=True), "accepted", "counted", id="it is here"),
        pytest.param(scan(goods=(SET,), there={MUG: 9}, elsewhere="A-01-2"), "held", "unexpected", id="a part is elsewhere"),
        pytest.param(scan("TOTE-2", box=TWO, hands=has(PIA, mug=1)), "accepted", "unexpected", id="another tote"),
        pytest.param(scan(goods=(MUGS,), there={}), "accepted", "counted", id="no shelf has it by the record, and here it is"),
        pytest.param(scan(goods=(MUGS, LAMPS)), "refused", "unexpected", id="a carton of several items"),
        pytest.param(scan("A-01-1", label=SHELF, takes=(("Mug", 3),)), "accepted", "located", id="a shelf of the walk"),
        pytest.param(scan("A-01-2", label=OTHER, next_at="A-01-1"), "refused", "unexpected", id="another shelf"),
        pytest.param(scan("DOCK", label=DOCK), "refused", "unexpected", id="the label of no shelf"),
        pytest.param(scan("TOTE-1", box=ONE, hands=has(PIA, mug=1)), "accepted", "counted", id="into a tote"),
        pytest.param(scan("TOTE-2", box=TWO, hands=has(PIA, mug=3)), "accepted", "complete", id="the tote has all of its order"),
        pytest.param(scan("TOTE-2", box=TWO, hands=has(PIA, lamp=1)), "refused", "unexpected", id="the wrong tote"),
        pytest.param(scan("TOTE-1", box=ONE), "refused", "unexpected", id="nothing in hand for a tote"),
        pytest.param(scan("TOTE-9", new_label="TOTE-9"), "refused", "unexpected", id="every order has its tote"),
        pytest.param(scan("TOTE-9", new_label="TOTE-9", boxes=(Box(1, "SHOP-1"),)), "accepted", "located", id="a new tote"),
        pytest.param(scan("TOTE-9", new_label="TOTE-9", used_by="SHOP-8"), "refused", "unexpected", id="a tote in use"),
        pytest.param(scan("CMD-SHORT", why=NOT_THERE, stops=(STOP,)), "accepted", "short_pick", id="not there"),
        pytest.param(scan("CMD-SHORT", why=NOT_THERE), "refused", "unexpected", id="nothing is taken here any more"),
        pytest.param(scan("CMD-SHORT", why=NOT_THERE, stops=(STOP,), here=None), "refused", "unexpected", id="short nowhere"),
        pytest.param(scan("CMD-DONE"), "accepted", "complete", id="finished"),
        pytest.param(scan("CMD-DONE", hands=has(PIA, mug=1)), "refused", "unexpected", id="goods are still in hand"),
        pytest.param(scan("MUG", goods=(MUGS,), is_open=False), "refused", "unexpected", id="a finished cart"),
        pytest.param(scan("CMD-DANCE"), "refused", "unexpected", id="a command of another page"),
        pytest.param(scan("WHAT"), "refused", "unknown", id="no item has the code"),
    ],
)
def test_each_scan_has_its_outcome_and_its_reason(asked: CartScan, outcome: str, reason: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.message
    assert decision.outcome == "accepted" or not (decision.moves or decision.counts or decision.effects)


def test_a_short_pick_is_of_every_order_that_wants_it_there() -> None:
    decision = decide(scan("CMD-SHORT", why=NOT_THERE, stops=(STOP,)))
    (short,) = (effect for effect in decision.effects if isinstance(effect, ShortPicked))
    assert (short.counts, short.location_id) == ((Count(11, 2), Count(21, 1)), SHELF.id)
    assert decision.units == 3


def test_a_short_pick_says_what_it_noted_and_what_else_is_taken_there() -> None:
    needs = (*STOP.shares, Need(1, 12, LAMP, 1))
    shelves = tuple(Shelf(SHELF.id, "A-01-1", STOP.walk, item, 9) for item in (MUG, LAMP))
    noted = decide(scan("CMD-SHORT-DAMAGED", why=ShortWhy.DAMAGED, stops=(STOP,), needs=needs, shelves=shelves))
    assert noted.message == "Noted: Mug is damaged. No other shelf has it. Now take 1 Lamp here."
    blind = decide(scan("CMD-SHORT", why=NOT_THERE, stops=(STOP,), needs=needs, shelves=shelves, blind=True))
    assert blind.message == "Noted: Mug is not there. No other shelf has it. Now take Lamp here."


def test_goods_go_from_the_shelf_into_the_hand() -> None:
    decision = decide(scan(goods=(MUGS,), hands=has(PIA, mug=1)))
    assert decision.moves == (Move(MUG, 1, SHELF.id, HAND.id),)
    assert decision.line == LineCount(3, 2)
    assert decision.message == "Mug: TOTE-1 takes 2. 2 in your hand."


def test_a_tote_takes_what_its_order_wants_of_all_that_is_in_hand() -> None:
    decision = decide(scan("TOTE-1", box=ONE, hands=has(PIA, mug=3, lamp=1)))
    assert decision.moves == (Move(MUG, 2, HAND.id, PICKED.id), Move(LAMP, 1, HAND.id, PICKED.id))
    assert decision.counts == (Count(11, 2), Count(12, 1))
    assert decision.message == "TOTE-2 takes 1. 3 into TOTE-1 (SHOP-1): all of it is picked."


def test_another_tote_than_was_asked_for_is_named_with_what_it_got() -> None:
    decision = decide(scan("TOTE-2", box=TWO, hands=has(PIA, mug=1), next_at="B-02-1"))
    assert decision.message == "Not TOTE-1, as asked: 1 into TOTE-2 (SHOP-2): all of it is picked. Next: B-02-1."
    assert signal_of(decision) == "over"


def test_a_new_tote_is_for_the_next_order_without_one() -> None:
    decision = decide(scan("TOTE-9", new_label="TOTE-9", boxes=(ONE, Box(2, "SHOP-2"), Box(3, "SHOP-3"))))
    assert decision.effects == (GivenTote(100, 2, "TOTE-9"),)
    assert decision.message == "TOTE-9 is for SHOP-2. 1 order without a tote."


def test_at_the_wrong_shelf_the_person_stands_there_and_is_told_the_next_one() -> None:
    decision = decide(scan("A-01-2", label=OTHER, next_at="A-01-1"))
    assert decision.here == OTHER
    assert decision.message == "Wrong shelf: nothing is to be taken at A-01-2. Go to A-01-1."


SO_FAR = (Wanted(1, 11, MUG, "MUG", "Mug", 2, 1), Wanted(2, 21, MUG, "MUG", "Mug", 1, 1))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((WANTED[2]._replace(scanned=1),), "PICK-1 is finished. Its orders go on to packing."),
        (
            SO_FAR,
            "PICK-1 is finished. 1 order goes on to packing. Not all picked: SHOP-1. "
            "Pack what there is, or put it on the next cart.",
        ),
        (WANTED, "PICK-1 is finished. Not all picked: SHOP-1, SHOP-2. Pack what there is, or put them on the next cart."),
    ],
    ids=["all of it is picked", "one order is", "nothing is"],
)
def test_a_finished_cart_names_the_orders_that_are_not_picked(wanted: tuple[Wanted, ...], words: str) -> None:
    assert decide(scan("CMD-DONE", wanted=wanted)).message == words


def test_what_was_picked_before_the_cart_is_no_part_of_its_walk() -> None:
    assert decide(scan(goods=(MUGS,), wanted=SO_FAR, before={MUG: 2})).line == LineCount(1, 1)
    assert decide(scan("TOTE-1", box=ONE, hands=has(PIA, mug=1), wanted=SO_FAR, before={MUG: 2})).line == LineCount(1, 1)


@pytest.mark.parametrize(
    ("needs", "then"),
    [((), " The order waits."), ((Need(1, 12, LAMP, 1),), " Go on with the rest.")],
    ids=["nothing else is wanted", "another shelf has something else that is"],
)
def test_what_no_other_shelf_has_is_left_and_the_rest_goes_on(needs: tuple[Need, ...], then: str) -> None:
    shelves = (Shelf(SHELF.id, "A-01-1", STOP.walk, MUG, 9), Shelf(OTHER.id, "A-01-2", ("A-01", 0, "A-01-2"), LAMP, 9))
    missed = decide(scan("CMD-SHORT", why=NOT_THERE, stops=(STOP,), needs=(*STOP.shares, *needs), shelves=shelves))
    assert missed.message == f"Noted: Mug is not there. No other shelf has it.{then}"
