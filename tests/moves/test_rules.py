"""The rules of moves by themselves: a row for each reason that a scan can end in. No database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.commands import find_grade
from scanner.codes.dispositions import Disposition
from scanner.codes.reading import parse_code
from scanner.moves.hand import (
    Earlier,
    GradedSo,
    Holder,
    Home,
    InHand,
    MoveScan,
    Part,
    ReasonFact,
    Step,
    Trail,
    graded_good,
    pending_grade,
)
from scanner.moves.rules import decide
from scanner.scans.decision import Move
from scanner.scans.goods import Goods
from scanner.scans.signals import signal_of

PLACES = {
    kind: Place(number, kind.upper(), kind)
    for number, kind in enumerate(
        ("dock", "bench", "refurbish", "quarantine", "damaged", "vendor", "scrap", "packing", "supplier", "customer"), 1
    )
}
DOCK, VENDOR, QUARANTINE, PACKING = (PLACES[kind] for kind in ("dock", "vendor", "quarantine", "packing"))
MENDED, SHELF, OTHER = PLACES["refurbish"], Place(21, "A-01-1", "shelf"), Place(22, "A-01-2", "shelf")
THIRD = Place(23, "B-01-1", "shelf")
OWN, THEIRS = Place(31, "CART-1", "cart"), Place(32, "CART-2", "cart")
THEO, LEFT = Holder("Theo", True), Holder("Vera", False)
MUG, LAMP = 7, 8
MUGS = Goods(item_id=MUG, sku="MUG", name="Mug", units=2)
SET = Goods(item_id=9, sku="SET", name="Set", units=1, parts=((MUG, 2), (LAMP, 1)))
HELD = (InHand(MUG, "MUG", "Mug", 3),)
BOTH = (*HELD, InHand(LAMP, "LAMP", "Lamp", 1))
CRUSHED, OLD = ReasonFact(5, "CRUSHED", "Crushed", True), ReasonFact(6, "OLD", "Old", False)


def scan(code: str = "MUG", **more: Any) -> MoveScan:
    return MoveScan(**{"code": parse_code(code), "places": PLACES, "here": DOCK, "cart": OWN} | more)


def taken(there: int = 9, promised: int = 0, **more: Any) -> MoveScan:
    return scan(goods=(MUGS,), parts=(Part(MUG, "Mug", 2, there, promised),), **more)


def put(label: Place, **more: Any) -> MoveScan:
    return scan(label.code, **{"label": label, "hand": HELD, "origins": frozenset({DOCK})} | more)


def said(code: str, **more: Any) -> MoveScan:
    return scan(code, **{"said": find_grade(code), "hand": HELD, "origins": frozenset({SHELF}), "reasons": ("CRUSHED",)} | more)


def over(label: Place, **more: Any) -> MoveScan:
    return scan(f"CMD-TAKE-{label.code}", takes_over=True, label=label, holder=THEO, **more)


def sends(to: Place | None, **more: Any) -> MoveScan:
    given = {"here": SHELF, "origins": frozenset({more.get("here", SHELF)}), "wanted": to.code if to else "", "to": to}
    return taken(**given | {"direct": True, "reasons": ("CRUSHED",)} | more)


@pytest.mark.parametrize(
    ("asked", "outcome", "reason"),
    [
        pytest.param(taken(), "accepted", "taken", id="goods from the dock"),
        pytest.param(taken(0, here=SHELF), "accepted", "taken", id="more than the record has on a shelf is in hand anyway"),
        pytest.param(taken(here=PLACES["bench"]), "refused", "unexpected", id="what stands at the bench waits for its grade"),
        pytest.param(taken(here=PLACES["supplier"]), "refused", "unexpected", id="nothing is taken from the supplier"),
        pytest.param(taken(here=OWN), "refused", "unexpected", id="what is in hand already"),
        pytest.param(taken(2, here=THEIRS), "accepted", "taken", id="out of another hand"),
        pytest.param(taken(1, here=THEIRS), "refused", "unexpected", id="more than is in that hand"),
        pytest.param(taken(0, here=THEIRS), "refused", "unexpected", id="what is not in that hand"),
        pytest.param(taken(4, 2, here=PACKING), "accepted", "taken", id="picked, and no order has it"),
        pytest.param(taken(4, 3, here=PACKING), "refused", "unexpected", id="picked for an order"),
        pytest.param(taken(1, here=PACKING), "refused", "unexpected", id="more than was picked"),
        pytest.param(scan("NOPE"), "refused", "unknown", id="no item and no place"),
        pytest.param(scan("CMD-DANCE"), "refused", "unexpected", id="no command here"),
        pytest.param(scan("CMD-DONE"), "refused", "unexpected", id="nothing ends"),
        pytest.param(scan("MOVES", labelled=True), "accepted", "located", id="the label of the task"),
        pytest.param(scan("A-01-1", label=SHELF), "accepted", "located", id="a place with an empty hand"),
        pytest.param(scan("RETURNS", label=PLACES["bench"]), "refused", "unexpected", id="the bench with an empty hand"),
        pytest.param(scan("CART-1", label=OWN), "refused", "unexpected", id="one's own cart with an empty hand"),
        pytest.param(scan("CART-2", label=THEIRS, holder=THEO, stands=HELD), "accepted", "located", id="another's cart"),
        pytest.param(scan("CART-2", label=THEIRS, holder=THEO), "refused", "unexpected", id="another's empty cart"),
        pytest.param(put(SHELF), "accepted", "moved", id="put on a shelf"),
        pytest.param(put(DOCK), "accepted", "moved", id="put back"),
        pytest.param(put(OWN), "refused", "unexpected", id="into one's own hand"),
        pytest.param(put(THEIRS, holder=THEO), "accepted", "moved", id="given to somebody"),
        pytest.param(put(THEIRS, holder=LEFT), "refused", "unexpected", id="given to somebody who moves no goods"),
        pytest.param(put(PLACES["customer"]), "refused", "unexpected", id="to the customer"),
        pytest.param(put(PLACES["bench"]), "refused", "unexpected", id="to the bench"),
        pytest.param(put(PACKING), "refused", "unexpected", id="to what is picked"),
        pytest.param(put(SHELF, origins=frozenset({QUARANTINE})), "refused", "unexpected", id="out of quarantine, not graded"),
        pytest.param(put(SHELF, origins=frozenset({QUARANTINE}), graded=True), "accepted", "moved", id="graded once more"),
        pytest.param(put(SHELF, origins=frozenset({PLACES["refurbish"]})), "accepted", "moved", id="mended"),
        pytest.param(put(MENDED, origins=frozenset({QUARANTINE})), "refused", "unexpected", id="to be mended, by its grade"),
        pytest.param(put(MENDED, origins=frozenset({MENDED})), "accepted", "moved", id="back among what is mended"),
        pytest.param(put(QUARANTINE), "refused", "unexpected", id="the label of quarantine, with goods of the dock in hand"),
        pytest.param(put(QUARANTINE, origins=frozenset({QUARANTINE})), "accepted", "moved", id="back in quarantine"),
        pytest.param(put(PACKING, origins=frozenset({PACKING})), "accepted", "moved", id="back among what was picked"),
        pytest.param(put(DOCK, origins=frozenset({SHELF})), "held", "located", id="from a shelf to the dock: is that so?"),
        pytest.param(put(DOCK, origins=frozenset({SHELF}), agreed=True), "accepted", "moved", id="it is"),
        pytest.param(sends(MENDED, here=QUARANTINE), "refused", "unexpected", id="a program, to be mended, not said so"),
        pytest.param(
            sends(MENDED, here=QUARANTINE, as_=Disposition.RESTOCK), "refused", "unexpected", id="a program, good, to be mended"
        ),
        pytest.param(sends(MENDED, here=QUARANTINE, as_=Disposition.REFURBISH), "accepted", "moved", id="a program says so"),
        pytest.param(put(VENDOR), "refused", "unexpected", id="to the vendor, and why?"),
        pytest.param(put(PLACES["damaged"]), "refused", "unexpected", id="among the damaged, and why?"),
        pytest.param(put(PLACES["scrap"]), "refused", "unexpected", id="to scrap, and why?"),
        pytest.param(put(VENDOR, origins=frozenset({VENDOR, DOCK})), "refused", "unexpected", id="not all of it stood there"),
        pytest.param(put(VENDOR, origins=frozenset({VENDOR})), "accepted", "moved", id="put back for the vendor"),
        pytest.param(sends(VENDOR), "accepted", "moved", id="a program, to the vendor's place"),
        pytest.param(said("CMD-RESTOCK"), "accepted", "graded", id="good to sell"),
        pytest.param(said("CMD-QUARANTINE"), "accepted", "moved", id="to be looked at"),
        pytest.param(said("CMD-DAMAGED"), "held", "located", id="damaged, and why"),
        pytest.param(said("CMD-DAMAGED-CRUSHED", asked="CRUSHED", reason=CRUSHED), "accepted", "moved", id="damaged in one scan"),
        pytest.param(said("CMD-DAMAGED-NOPE", asked="NOPE"), "refused", "unexpected", id="no such reason"),
        pytest.param(said("CMD-DAMAGED-OLD", asked="OLD", reason=OLD), "refused", "unexpected", id="a reason of before"),
        pytest.param(
            said("CMD-REASON-CRUSHED", asked="CRUSHED", reason=CRUSHED, pending=Disposition.DAMAGED), "accepted", "moved",
            id="the reason after the grade",
        ),
        pytest.param(said("CMD-REASON-CRUSHED", asked="CRUSHED", reason=CRUSHED), "refused", "unexpected", id="why what?"),
        pytest.param(said("CMD-SCRAP", hand=()), "refused", "unexpected", id="a grade with an empty hand"),
        pytest.param(scan("CMD-SENT", hand=HELD, origins=frozenset({VENDOR})), "accepted", "moved", id="back to the vendor"),
        pytest.param(scan("CMD-SENT", hand=HELD, origins=frozenset({VENDOR, DOCK})), "refused", "unexpected", id="not all of it"),
        pytest.param(scan("CMD-SENT"), "refused", "unexpected", id="nothing to send"),
        pytest.param(over(THEIRS, stands=BOTH), "accepted", "taken", id="all"),
        pytest.param(over(THEIRS), "refused", "unexpected", id="all of nothing"),
        pytest.param(over(THEIRS, stands=HELD, times=2), "refused", "unexpected", id="all of it twice"),
        pytest.param(over(OWN, stands=HELD), "refused", "unexpected", id="one's own"),
        pytest.param(scan("CMD-TAKE-X", takes_over=True), "refused", "unexpected", id="nobody's cart"),
        pytest.param(sends(OTHER), "accepted", "moved", id="a program moves"),
        pytest.param(sends(SHELF), "refused", "unexpected", id="to where it is"),
        pytest.param(sends(None, wanted="NOPE"), "refused", "unexpected", id="to no place"),
        pytest.param(sends(PLACES["customer"]), "refused", "unexpected", id="to a virtual place"),
        pytest.param(sends(OTHER, here=QUARANTINE), "refused", "unexpected", id="a program, not graded"),
        pytest.param(sends(OTHER, here=QUARANTINE, as_=Disposition.RESTOCK), "accepted", "moved", id="a program, graded"),
        pytest.param(sends(None, as_=Disposition.RESTOCK), "refused", "unexpected", id="good to sell, and which shelf?"),
        pytest.param(sends(None, as_=Disposition.DAMAGED), "refused", "unexpected", id="a program, and why?"),
        pytest.param(sends(OTHER, as_=Disposition.DAMAGED), "refused", "unexpected", id="a place and a grade"),
        pytest.param(
            sends(None, as_=Disposition.DAMAGED, asked="CRUSHED", reason=CRUSHED), "accepted", "moved", id="a program, damaged"
        ),
        pytest.param(sends(None, as_=Disposition.DAMAGED, asked="OLD", reason=OLD), "refused", "unexpected", id="an old reason"),
        pytest.param(sends(THEIRS, to_holder=LEFT), "refused", "unexpected", id="a program, into a hand that moves nothing"),
    ],
)  # fmt: skip
def test_each_scan_has_its_outcome_and_its_reason(asked: MoveScan, outcome: str, reason: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.message and decision.here is not None
    assert bool(decision.moves) == (outcome == "accepted" and reason in ("taken", "moved"))


def test_the_words_say_how_many_are_in_hand_where_they_live_and_what_is_left() -> None:
    asked = scan(goods=(MUGS,), parts=(Part(MUG, "Mug", 2, 11, 0, OTHER),), hand=(InHand(MUG, "MUG", "Mug", 1),), told=True)
    assert decide(asked).message == "Mug: 3 in your hand. Its shelf is A-01-2. 9 still at DOCK."


def test_who_is_not_told_the_record_hears_only_where_it_lives() -> None:
    asked = scan(goods=(MUGS,), parts=(Part(MUG, "Mug", 2, 11, 0, OTHER),))
    assert decide(asked).message == "Mug: 2 in your hand, from DOCK. Its shelf is A-01-2."


def test_who_is_blind_is_not_told_that_goods_have_no_shelf() -> None:
    asked = scan(goods=(MUGS,), parts=(Part(MUG, "Mug", 2, 11),), blind=True)
    assert decide(asked).message == "Mug: 2 in your hand, from DOCK."


@pytest.mark.parametrize(("place", "there", "promised"), [(THEIRS, 1, 0), (PACKING, 1, 0), (PACKING, 4, 3)])
def test_a_refusal_tells_numbers_to_those_alone_who_may_know_them(place: Place, there: int, promised: int) -> None:
    told, untold = (decide(taken(there, promised, here=place, told=each)).message for each in (True, False))
    assert any(letter.isdigit() for letter in told) and not any(letter.isdigit() for letter in untold)


def test_a_kit_is_taken_as_its_parts() -> None:
    decision = decide(scan(goods=(SET,), parts=(Part(MUG, "Mug", 2, 0, 0, SHELF), Part(LAMP, "Lamp", 1, 0, 0, OTHER))))
    assert decision.moves == (Move(MUG, 2, DOCK.id, OWN.id), Move(LAMP, 1, DOCK.id, OWN.id))
    assert "Their shelves: Mug A-01-1; Lamp A-01-2." in decision.message


def test_all_that_is_in_hand_goes_to_the_place_by_one_movement_an_item() -> None:
    decision = decide(put(SHELF, hand=BOTH))
    assert decision.moves == (Move(MUG, 3, OWN.id, SHELF.id), Move(LAMP, 1, OWN.id, SHELF.id))
    assert (decision.units, decision.item_id, decision.here) == (4, None, DOCK)


def test_what_goes_where_it_came_from_is_put_back() -> None:
    assert "put back at DOCK" in decide(put(DOCK)).message
    assert "put at DOCK" in decide(put(DOCK, origins=frozenset({DOCK, SHELF}), agreed=True)).message


def test_a_grade_is_kept_with_its_reason() -> None:
    decision = decide(said("CMD-DAMAGED-CRUSHED", asked="CRUSHED", reason=CRUSHED))
    assert decision.effects == (GradedSo("damaged", 5),)
    assert "Crushed" in decision.message and decision.moves[0].target_id == PLACES["damaged"].id


class TestWhereGoodsCameFrom:
    def test_goes_back_until_the_hand_was_empty(self) -> None:
        trail = Trail(OWN.id, Counter({OWN.id: 3}))
        more = trail.follow(
            [
                Step(units=1, source=SHELF, target=OWN),
                Step(units=2, source=DOCK, target=OWN),
                Step(units=5, source=OWN, target=SHELF),
                Step(units=5, source=QUARANTINE, target=OWN),
            ]
        )
        assert (trail.found, more) == ({SHELF, DOCK}, False)

    def test_follows_goods_through_other_hands(self) -> None:
        trail = Trail(OWN.id, Counter({OWN.id: 2}))
        assert not trail.follow([Step(units=2, source=THEIRS, target=OWN), Step(units=2, source=QUARANTINE, target=THEIRS)])
        assert trail.found == {QUARANTINE}

    def test_skips_what_was_taken_back(self) -> None:
        trail = Trail(OWN.id, Counter({OWN.id: 2}))
        trail.follow(
            [
                Step(units=2, source=SHELF, target=OWN, stands=False),
                Step(units=2, source=OWN, target=SHELF, stands=False),
                Step(units=2, source=QUARANTINE, target=OWN),
            ]
        )
        assert trail.found == {QUARANTINE}

    def test_asks_for_more_where_the_hand_was_never_empty(self) -> None:
        assert Trail(OWN.id, Counter({OWN.id: 2})).follow([Step(units=1, source=SHELF, target=OWN)])


def earlier(code: str, outcome: str = "held", reason: str = "located") -> Earlier:
    return Earlier(outcome, reason, find_grade(code), seq=7)


def test_a_second_grade_holds_until_the_next_scan_that_counts() -> None:
    good = earlier("CMD-RESTOCK", "accepted", "graded")
    assert graded_good([earlier("NOPE", "refused", "unknown"), good])
    assert not graded_good([earlier("MUG", "accepted", "taken"), good])
    assert not graded_good([])


def test_a_grade_waits_for_its_reason_over_refused_ones() -> None:
    asked, wrong = earlier("CMD-DAMAGED"), earlier("CMD-REASON-NOPE", "refused", "unexpected")
    assert pending_grade([asked]) is Disposition.DAMAGED
    assert pending_grade([wrong, asked]) is Disposition.DAMAGED
    assert pending_grade([earlier("MUG", "accepted", "taken"), asked]) is None
    assert pending_grade([earlier("CMD-QUARANTINE", "refused", "unexpected")]) is None
    assert pending_grade([earlier("DAMAGED", "refused", "unexpected"), asked]) is Disposition.DAMAGED, "nothing was done since"


@pytest.mark.parametrize(("kind", "code"), [("damaged", "CMD-DAMAGED"), ("vendor", "CMD-VENDOR"), ("scrap", "CMD-SCRAP")])
def test_who_scans_the_label_of_such_a_place_is_told_which_grade_to_scan(kind: str, code: str) -> None:
    words = decide(put(PLACES[kind], reasons=("CRUSHED",))).message
    assert words == (
        f"3 Mug in your hand. To put them there, scan {code}, then why, such as CMD-REASON-CRUSHED. "
        f"To take from {kind.upper()}, first scan their shelf."
    )


@pytest.mark.parametrize(("kind", "code"), [("refurbish", "CMD-REFURBISH"), ("quarantine", "CMD-QUARANTINE")])
def test_who_meant_to_take_there_is_told_both_ways_out(kind: str, code: str) -> None:
    words = decide(put(PLACES[kind])).message
    assert words == (f"3 Mug in your hand. To put them there, scan {code}. To take from {kind.upper()}, first scan their shelf.")


def test_what_may_not_go_to_a_shelf_yet_is_put_back_first() -> None:
    words = decide(put(MENDED, origins=frozenset({QUARANTINE}), hand=(InHand(MUG, "MUG", "Mug", 1),))).message
    assert words == (
        "1 Mug in your hand. To put it there, scan CMD-REFURBISH. To take from REFURBISH, first put it back at QUARANTINE."
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(put(SHELF), "Mug: 3 put at A-01-1.", id="put on a shelf"),
        pytest.param(put(DOCK), "Mug: 3 put back at DOCK.", id="put back"),
        pytest.param(taken(hand=HELD), "Mug: 5 in your hand. It has no shelf yet. 7 still at DOCK.", id="more taken"),
    ],
)
def test_a_grade_whose_reason_nobody_gave_is_said_to_be_dropped(asked: MoveScan, words: str) -> None:
    decision = decide(replace(asked, pending=Disposition.DAMAGED, told=True))
    assert decision.message == f"{words} Not marked damaged: no reason was given."
    assert signal_of(decision) == "over" and signal_of(decide(replace(asked, told=True))) != "over"


class TestAnotherShelfThanTheirHome:
    def test_is_fine_and_the_home_is_said(self) -> None:
        assert (
            decide(put(SHELF, lives={MUG: Home(OTHER, 12)})).message
            == "Mug: 3 put at A-01-1. Its shelf is elsewhere: A-01-2 (12 there)."
        )

    def test_of_several_items_each_is_named(self) -> None:
        lives = {MUG: Home(OTHER, 12), LAMP: Home(THIRD, 2)}
        assert decide(put(SHELF, hand=BOTH, lives=lives)).message == (
            "4 units of 2 items put at A-01-1. Shelves elsewhere: Mug A-01-2; Lamp B-01-1. CMD-UNDO takes it back."
        )

    def test_of_many_items_three_are_named_and_the_others_counted(self) -> None:
        hand = tuple(InHand(each, f"SKU-{each}", f"A long name of item {each}", 1) for each in range(1, 9))
        decision = decide(put(SHELF, hand=hand, lives={each.item_id: Home(OTHER, 12) for each in hand[:7]}))
        assert decision.message.endswith("; A long name of item… A-01-2 and 4 more. CMD-UNDO takes it back.")
        assert decision.message.count("…") == 3 and len(decision.message) < 180

    @pytest.mark.parametrize(("hand", "home", "signal"), [
        (HELD, SHELF, "complete"), (HELD, OTHER, "over"), (BOTH, SHELF, "complete"), (BOTH, OTHER, "over"),
    ])  # fmt: skip
    def test_looks_and_sounds_like_what_somebody_overruled(self, hand: tuple[InHand, ...], home: Place, signal: str) -> None:
        decision = decide(put(SHELF, hand=hand, lives={MUG: Home(home, 12)}))
        assert signal_of(decision) == signal
        assert decision.reason == "moved", "who scripts against it knows one reason of a put"

    def test_is_said_without_a_number_to_who_is_not_told_it(self) -> None:
        assert decide(put(SHELF, lives={MUG: Home(OTHER)})).message == "Mug: 3 put at A-01-1. Its shelf is elsewhere: A-01-2."

    def test_nothing_is_said_at_home(self) -> None:
        assert decide(put(SHELF, lives={MUG: Home(SHELF, 12)})).message == "Mug: 3 put at A-01-1."


def test_a_second_grade_says_what_it_is_about() -> None:
    by_item = {MUG: frozenset({QUARANTINE}), LAMP: frozenset({SHELF})}
    decision = decide(said("CMD-RESTOCK", hand=BOTH, by_item=by_item))
    assert decision.message == "Good to sell: 3 Mug. 1 Lamp needed no grade. Scan their shelf."
    assert decision.units == 3
