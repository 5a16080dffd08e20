"""The rules of an order by themselves: a row for each answer that a scan can get. No database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.reading import parse_code
from scanner.orders.planning.rules import Need, Shelf
from scanner.orders.rules import decide
from scanner.orders.scanned import Choice, OrderScan, OrderState, Packs, Parcel, ParcelLine, Ships, ShortPicked, ShortWhy
from scanner.scans.decision import Count, MissedAt, Move, Opened
from scanner.scans.goods import Goods, LineFact
from scanner.scans.result import ItemName
from scanner.scans.signals import signal_of

A, B = Place(2, "A-01-1", "shelf"), Place(3, "B-02-1", "shelf")
DOCK, PACKING, CUSTOMER = Place(1, "DOCK", "dock"), Place(8, "PACKING", "packing"), Place(9, "CUSTOMER", "customer")
MUG, LAMP = 7, 8
NAMES = ((MUG, ItemName("MUG", "Mug")), (LAMP, ItemName("LAMP", "Lamp")))
ONE = Goods(item_id=MUG, sku="MUG", name="Mug", units=1)


def goods(units: int = 1, expected: int = 3, picked: int = 0, **more: Any) -> dict[str, Any]:
    """So many mugs, of which the order wants some and has some."""
    scanned = replace(ONE, units=units, **more)
    return {"goods": (scanned,), "contents": (replace(scanned, lines=(LineFact(5, expected, picked),)),), "left": 99}


def shelf(place: Place, units: int, item: int = MUG) -> Shelf:
    return Shelf(place.id, place.code, ("", 0, place.code), item, units)


def scan(code: str = "MUG", **more: Any) -> OrderScan:
    asked = {"task": "SHOP-1", "code": parse_code(code), "packing": PACKING, "customer": CUSTOMER, "here": A, "named": NAMES}
    return OrderScan(**asked | more)


def plan(*shelves: Shelf, units: int = 3) -> dict[str, Any]:
    return {"needs": (Need(1, 5, MUG, units),), "shelves": shelves}


def line(wanted: int = 2, picked: int = 2, packed: int = 2, **more: Any) -> ParcelLine:
    row = {"id": 5, "item_id": MUG, "sku": "MUG", "name": "Mug", "wanted": wanted, "picked": picked, "packed": packed}
    return ParcelLine(**row | more)


def ship(*lines: ParcelLine, code: str = "CMD-SHIP", confirmed: bool = False, **more: Any) -> OrderScan:
    return scan(code, parcel=Parcel(lines=lines, **more), confirmed=confirmed)


KIT = Goods(item_id=20, sku="SET", name="Set", units=1, parts=((MUG, 2), (LAMP, 1)))
IN_SET = (
    Goods(item_id=MUG, sku="", name="Mug", units=2, lines=(LineFact(5, 2, 0),)),
    Goods(item_id=LAMP, sku="", name="Lamp", units=1, lines=(LineFact(6, 1, 0),)),
)
PACK = {"here": PACKING}
TABLE = [
    # asked, outcome, reason, signal, words
    (scan(**goods()), "accepted", "counted", "counted", "Mug: 1 of 3."),
    (scan(**goods(picked=2)), "accepted", "complete", "complete", "Mug: all 3 are picked."),
    (scan(**goods(picked=2) | {"left": 1}), "accepted", "complete", "complete", "order is picked. Scan the label PACKING."),
    (scan(**goods(12, 12), quantity=1), "accepted", "complete", "complete", "Mug: all 12 are picked."),
    (scan(**goods(picked=3)), "refused", "over", "too-many", "Too many: 3 of 3 are picked. Put it back."),
    (
        scan(**goods(picked=3) | {"left": 0}),
        "refused",
        "over",
        "too-many",
        "All of it is picked. Scan the label PACKING. Then pack it.",
    ),
    (scan(**goods(picked=3) | {"left": 0}, packs=False), "refused", "over", "too-many", "Too many: 3 of 3 are picked."),
    (scan(**goods(picked=2) | {"left": 1}, packs=False), "accepted", "complete", "complete", "Scan CMD-SHIP to ship it."),
    (
        ship(line(packed=0), code="CMD-DONE"),
        "refused",
        "short",
        "refused",
        "All of it is picked. Scan the label PACKING. Then pack what is picked.",
    ),
    (ship(line(3, 2, 0), code="CMD-DONE"), "refused", "short", "refused", "Not picked: 1 Mug. Scan the label PACKING."),
    (ship(line(packed=0), code="CMD-DONE", packs=False), "accepted", "shipped", "finished", "SHOP-1 is shipped: 2 units."),
    (scan(**goods(12, 5)), "refused", "over", "too-many", "A case of 12, and 5 are wanted: scan single ones."),
    (scan(**goods(12, 5, 4)), "refused", "over", "too-many", "A case of 12, and 1 is wanted: scan single ones."),
    (scan(**goods(4), quantity=4), "refused", "over", "too-many", "4 at once, and 3 are wanted."),
    (scan(**goods(expected=0)), "refused", "over", "too-many", "Nothing of it is wanted any more. Put it back."),
    (scan(goods=(ONE,), contents=(ONE,)), "refused", "unexpected", "not-on-order", "Not on this order. Put it back."),
    (scan(**goods(), here=None), "refused", "unexpected", "refused", "Scan the shelf first."),
    (scan(**goods(), here=DOCK), "refused", "unexpected", "refused", "DOCK is not a shelf to pick from."),
    (scan(**goods(), lives=("B-02-1",)), "held", "unexpected", "wrong-shelf", "the record has Mug at B-02-1. 1 waits."),
    (scan(**goods(), lives=("B-02-1",), confirmed=True), "accepted", "counted", "counted", "Mug: 1 of 3."),
    (scan(**goods(expired=1)), "held", "expired", "held", "Mug expired on : 1 waits."),
    (scan(**goods(expired=1), confirmed=True), "accepted", "expired", "over", "Mug: 1 of 3."),
    (scan(goods=(KIT,), contents=IN_SET, left=99), "accepted", "complete", "complete", "Set: all 3 are picked."),
    (scan(goods=(KIT,), contents=(IN_SET[0],) * 2, left=99), "accepted", "complete", "complete", "Set: all 4 are picked."),
    (
        scan(goods=(KIT,), contents=(replace(IN_SET[0], lines=(LineFact(5, 2, 1),)),)),
        "refused",
        "over",
        "too-many",
        "A set with 2 Mug, and 1 is wanted: scan single parts.",
    ),
    (scan(goods=(ONE, KIT), contents=()), "refused", "unexpected", "refused", "has several items in it: scan each item."),
    (scan("WHAT"), "refused", "unknown", "refused", "No item has the code WHAT."),
    (scan("CMD-DANCE"), "refused", "unexpected", "refused", "is not a command here"),
    # places and orders
    (scan("A-01-1", label=A, **plan(shelf(A, 9))), "accepted", "located", "located", "Take 3 Mug."),
    (scan("A-01-1", label=A, **plan(shelf(B, 9))), "refused", "unexpected", "wrong-shelf", "Wrong shelf. Next: B-02-1."),
    (scan("A-01-1", label=A, **plan()), "refused", "unexpected", "wrong-shelf", "No shelf has what is left"),
    (scan("A-01-1", label=A), "refused", "unexpected", "wrong-shelf", "All of it is picked. Scan the label PACKING."),
    (scan("DOCK", label=DOCK), "refused", "unexpected", "refused", "DOCK is not a shelf to pick from."),
    (scan("PACKING", label=PACKING), "accepted", "located", "located", "Scan what goes into the parcel."),
    (
        scan("PACKING", label=PACKING, unpicked=True, **plan(shelf(B, 9))),
        "refused",
        "unexpected",
        "refused",
        "Nothing is picked yet, so there is nothing to pack. Next: B-02-1.",
    ),
    (scan("PACKING", label=PACKING, unpicked=True), "refused", "unexpected", "refused", "pack. It wants nothing any more."),
    (
        scan("PACKING", label=PACKING, unpicked=True, unknown=True),
        "refused",
        "unexpected",
        "refused",
        "pack. What it wants is not known yet.",
    ),
    (scan("SHOP-1", labelled=("SHOP-1",)), "accepted", "located", "located", "This is SHOP-1"),
    (scan("SHOP-2", labelled=("SHOP-2",)), "accepted", "located", "located", "Going on with SHOP-2."),
    (scan(state=OrderState.SHIPPED, **goods()), "refused", "unexpected", "refused", "SHOP-1 is shipped: it takes no more scans."),
    (scan(state=OrderState.CANCELLED), "refused", "unexpected", "refused", "SHOP-1 is cancelled"),
    (scan(state=OrderState.CANCELLED, back="1 Mug is there."), "refused", "unexpected", "refused", "1 Mug is there."),
    # short picks
    (
        scan("CMD-SHORT", **plan(shelf(A, 9))),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. No other shelf has it.",
    ),
    (
        scan("CMD-SHORT", **plan(shelf(A, 9), shelf(B, 99))),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. 3 more at B-02-1.",
    ),
    (
        scan("CMD-SHORT", **plan(shelf(A, 2), shelf(B, 1))),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. No other shelf has it.",
    ),
    (
        scan("CMD-SHORT", **plan(shelf(A, 2), shelf(B, 2), units=4)),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. No other shelf has it.",
    ),
    (
        scan("CMD-SHORT", **plan(shelf(A, 9), shelf(B, 2))),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. 2 more at B-02-1, and 1 nowhere.",
    ),
    (scan("CMD-SHORT", **plan(shelf(B, 9))), "refused", "unexpected", "refused", "is taken from A-01-1 now. Next: B-02-1."),
    (
        scan("CMD-SHORT", needs=(Need(1, 5, MUG, 2), Need(1, 6, LAMP, 1)), shelves=(shelf(A, 9), shelf(A, 9, LAMP))),
        "accepted",
        "short_pick",
        "over",
        "Noted: Mug is not there. No other shelf has it. Now take 1 Lamp here.",
    ),
    (scan("CMD-SHORT", here=None), "refused", "unexpected", "refused", "Scan the shelf first."),
    (scan(**goods(), short=True, **plan(shelf(A, 9))), "accepted", "short_pick", "over", "Noted: Mug is not there."),
    (scan(**goods(), short=True, **plan(shelf(B, 9))), "refused", "unexpected", "refused", "nothing of it is taken from A-01-1"),
    (
        scan(**goods(), short=True, why=None, **plan(shelf(A, 9))),
        "refused",
        "unexpected",
        "refused",
        "not there, damaged, wrong place",
    ),
    # the parcel
    (scan(**goods(picked=2), **PACK), "accepted", "counted", "counted", "Mug: 1 of 2 packed."),
    (scan(**goods(picked=2), **PACK, packed=((5, 1),)), "accepted", "complete", "complete", "Mug: all 2 are packed."),
    (
        scan(**goods(picked=3), **PACK, packed=((5, 3),)),
        "refused",
        "over",
        "too-many",
        "Too many: 3 of 3 are packed. Take it out.",
    ),
    (scan(**goods(picked=1), **PACK, packed=((5, 1),)), "refused", "over", "too-many", "only 1 of 3 is picked. Pick it first."),
    (scan(**goods(), **PACK), "refused", "over", "too-many", "None of it is picked yet. Pick it first."),
    (
        scan(**goods(expected=0, picked=1), **PACK),
        "refused",
        "over",
        "too-many",
        "Nothing of it is wanted any more. Take it out.",
    ),
    (scan(**goods(2, 3, 3), **PACK, packed=((5, 2),)), "refused", "over", "too-many", "2 at once, and 1 to pack"),
    (scan(goods=(ONE,), contents=(ONE,), **PACK), "refused", "unexpected", "not-on-order", "Not on this order"),
    # shipping
    (ship(line()), "accepted", "shipped", "finished", "SHOP-1 is shipped: 2 units."),
    (ship(line(picked=0, packed=0)), "refused", "short", "refused", "Nothing is picked: there is nothing to ship."),
    (ship(line(packed=1)), "refused", "short", "refused", "Not in the parcel yet: 1 Mug. Pack it first."),
    (ship(line(packed=1), confirmed=True), "refused", "short", "refused", "Not in the parcel yet: 1 Mug. Pack it first."),
    (ship(line(packed=0)), "held", "short", "held", "Nothing of it was packed here. Ship SHOP-1?"),
    (ship(line(packed=0), confirmed=True), "accepted", "shipped", "finished", "SHOP-1 is shipped"),
    (ship(line(packed=0), packs=False), "accepted", "shipped", "finished", "SHOP-1 is shipped"),
    (
        ship(line(3)),
        "held",
        "short",
        "held",
        "Not picked: 1 Mug. Ship SHOP-1 short? CMD-CONFIRM says yes, CMD-BACKORDER keeps the rest.",
    ),
    (
        ship(line(3), waiting="1 waits for an answer: 1 Mug"),
        "held",
        "short",
        "held",
        "Take that, and ship SHOP-1? CMD-CONFIRM says yes, CMD-LEAVE leaves it out, CMD-BACKORDER keeps the rest.",
    ),
    (
        ship(line(3), waiting="1 waits for an answer: 1 Mug", choice=Choice.WAIT),
        "held",
        "short",
        "held",
        "CMD-CONFIRM says yes, CMD-LEAVE leaves it out.",
    ),
    (ship(line(3), code="CMD-BACKORDER"), "held", "short", "held", "keep the rest as an order of its own?"),
    (ship(line(3), choice=Choice.SPLIT), "held", "short", "held", "keep the rest as an order of its own?"),
    (ship(line(3), choice=Choice.WAIT, confirmed=True), "refused", "short", "refused", "The supervisor wants it whole."),
    (ship(line(3), confirmed=True), "accepted", "shipped", "finished", "SHOP-1 is shipped: 2 units."),
    (ship(line(), unknown=(("NEW", 4),)), "held", "short", "held", "Not picked: 4 NEW."),
    (ship(line(1, 2, 2)), "held", "short", "held", "Cancelled since it was packed, take it out: 1 Mug."),
    (
        ship(line(), waiting="1 waits for an answer: 1 Mug", confirmed=True),
        "held",
        "short",
        "held",
        "Take that, and ship SHOP-1?",
    ),
]


@pytest.mark.parametrize(
    ("asked", "outcome", "reason", "signal", "words"), TABLE, ids=[f"{row[1]}: {row[4]}"[:60] for row in TABLE]
)
def test_each_scan_has_its_answer(asked: OrderScan, outcome: str, reason: str, signal: str, words: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason, signal_of(decision)) == (outcome, reason, signal)
    assert words in decision.message


def test_a_pick_takes_it_to_the_place_of_picked_goods() -> None:
    decision = decide(scan(**goods(2)))
    assert decision.counts == (Count(5, 2),) and decision.moves == (Move(MUG, 2, A.id, PACKING.id),)


def test_a_kit_is_picked_as_its_parts() -> None:
    decision = decide(scan(goods=(KIT,), contents=IN_SET, left=99))
    assert decision.counts == (Count(5, 2), Count(6, 1))
    assert [(move.item_id, move.units) for move in decision.moves] == [(MUG, 2), (LAMP, 1)]


def test_the_picker_stands_at_the_wrong_shelf_after_its_label() -> None:
    assert decide(scan("B-02-1", label=B, **plan(shelf(A, 9)))).here == B


def test_what_is_packed_moves_nothing() -> None:
    decision = decide(scan(**goods(picked=2), **PACK))
    assert decision.effects == (Packs((Count(5, 1),)),) and not decision.moves and not decision.counts


def test_a_short_pick_opens_a_discrepancy_of_whom_the_shelf_is_and_has_it_counted() -> None:
    decision = decide(scan("CMD-SHORT-DAMAGED", owner="Olga", **plan(shelf(A, 9))))
    assert decision.effects == (
        ShortPicked(counts=(Count(5, 3),), location_id=A.id, why=ShortWhy.DAMAGED),
        Opened(kind="short pick", item_id=MUG, units=3, location_id=A.id, owner="Olga"),
        MissedAt(MUG, A.id),
    )


def test_a_short_pick_is_of_so_many_as_are_said_and_no_more_than_are_wanted_there() -> None:
    assert [decide(scan("CMD-SHORT", quantity=said, **plan(shelf(A, 9)))).units for said in (1, 2, 9)] == [3, 2, 3]


def test_it_is_of_the_first_goods_that_are_taken_there() -> None:
    both = {"needs": (Need(1, 6, LAMP, 1), Need(1, 5, MUG, 3)), "shelves": (shelf(A, 9), shelf(A, 9, LAMP))}
    assert decide(scan("CMD-SHORT", **both)).item == ItemName("MUG", "Mug")


def test_more_than_wanted_never_goes() -> None:
    decision = decide(ship(line(1, 2, 2), line(3, 1, 1, id=6), confirmed=True))
    assert decision.moves == (Move(MUG, 2, PACKING.id, CUSTOMER.id),) and decision.finishes


@pytest.mark.parametrize(
    ("code", "choice", "rest"),
    [("CMD-SHIP", "", False), ("CMD-DONE", "", False), ("CMD-BACKORDER", "", True), ("CMD-SHIP", "split", True)],
)
def test_the_rest_stays_where_somebody_wants_it(code: str, choice: str, rest: bool) -> None:
    asked = ship(line(3), code=code, choice=Choice(choice) if choice else None, confirmed=True)
    assert decide(asked).effects == (Ships(rest=rest),)


def test_no_rest_stays_of_what_is_whole() -> None:
    assert decide(ship(line(), code="CMD-BACKORDER")).effects == (Ships(rest=False),)


def test_a_long_name_is_cut_so_that_it_shows():
    words = decide(ship(line(picked=1, name="Garden hose, " * 9))).message
    assert "1 Garden hose, Garden hose, Garden hose, Garden hose, Garden…. Ship" in words
