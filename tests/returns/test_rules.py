"""The rules of the returns bench by themselves: one fact a test, and one for each reason that a scan can end in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scanner.catalogue.locations import PLACES, SELLABLE, Place
from scanner.codes.commands import GradeSaid, find_goods, find_grade, grade_code, reason_code
from scanner.codes.dispositions import NEED_REASON, Disposition, parse_disposition
from scanner.codes.reading import parse_code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.errors import BadRequest
from scanner.returns.grading import Bench, Graded, Grades, GradesOnArrival, Hand, Portion, ReasonFact
from scanner.returns.rules import ReturnScan, Unfinished, decide, returned, unannounced
from scanner.scans.decision import Decision, Mark, Opened
from scanner.scans.goods import Goods, LineFact, ShortFact
from scanner.scans.result import LineCount, Outcome, Reason

TODAY = date(2026, 11, 23)
PLACES_BY_KIND = {
    kind: Place(number, kind.upper(), kind)
    for number, kind in enumerate(("bench", "customer", "refurbish", "quarantine", "damaged", "vendor", "scrap"), 1)
}
SHELF, OTHER_SHELF, DOCK = Place(50, "A-01-1", "shelf"), Place(51, "A-01-2", "shelf"), Place(52, "DOCK", "dock")
MUG, LAMP, SET = 1, 2, 3
BENCH = Bench(PLACES_BY_KIND, {MUG: SHELF}, TODAY)
TORN, OLD = ReasonFact(7, "TORN", "Torn", True), ReasonFact(8, "OLD", "Not used any more", False)


def mugs(units: int = 1, expected: int = 2, scanned: int = 0) -> Goods:
    return Goods(item_id=MUG, sku="", name="Mug", units=units, lines=(LineFact(10, expected, scanned),))


def facts(code: str = "MUG", **more: Any) -> ReturnScan:
    given = {"task": "RMA-1", "number": 4, "is_open": True, "announced": True, "code": parse_code(code), "bench": BENCH}
    goods = more.pop("goods", None)
    return ReturnScan(**given | {"said": find_grade(code), "goods": (goods,) if goods else ()} | more)


def graded_by(decision: Decision) -> tuple[Graded, ...]:
    return tuple(row for each in decision.effects if isinstance(each, Grades) for row in each.graded)


def opened_by(decision: Decision) -> tuple[Opened, ...]:
    return tuple(each for each in decision.effects if isinstance(each, Opened))


def in_hand(*portions: Portion, **more: Any) -> Hand:
    return Hand(arrival_seq=90, item_id=MUG, name="Mug", portions=portions or (waiting(),), **more)


def waiting(units: int = 1, item: int = MUG, name: str = "Mug", line: int = 10) -> Portion:
    return Portion(line_id=line, item_id=item, name=name, units=units, place=PLACES_BY_KIND["bench"])


def graded(as_: str, place: Place, units: int = 1, seq: int = 91, reason: int | None = None) -> Portion:
    return Portion(
        line_id=10, item_id=MUG, name="Mug", units=units, place=place, disposition=as_, grade_seq=seq, reason_id=reason
    )


def kit(**more: Any) -> Hand:
    """A set of two mugs and a lamp, ungraded."""
    return Hand(arrival_seq=90, item_id=SET, name="Gift set", portions=(waiting(2), waiting(1, LAMP, "Lamp")), **more)


class TestArriving:
    def test_an_announced_item_goes_from_the_customer_to_the_bench(self):
        decision = decide(facts(goods=mugs()))
        assert (decision.outcome, decision.reason, decision.line) == (Outcome.ACCEPTED, Reason.COUNTED, LineCount(2, 1))
        (move,) = decision.moves
        assert (move.source_id, move.target_id) == (PLACES_BY_KIND["customer"].id, PLACES_BY_KIND["bench"].id)

    def test_the_last_one_completes_the_line(self):
        assert decide(facts(goods=mugs(scanned=1))).reason is Reason.COMPLETE

    @pytest.mark.parametrize(
        ("goods", "reason"),
        [
            (mugs(scanned=2), Reason.OVER),
            (Goods(item_id=MUG, sku="", name="Mug", units=1, lines=()), Reason.UNEXPECTED),
            (mugs(expected=0), Reason.UNEXPECTED),
        ],
        ids=["more than announced", "not on the return", "not on it, and one was taken in before"],
    )
    def test_what_was_not_announced_is_held_until_confirmed(self, goods, reason):
        held = decide(facts(goods=goods))
        assert (held.outcome, held.reason, held.counts, held.moves) == (Outcome.HELD, reason, (), ())
        taken = decide(facts(goods=goods, confirmed=True))
        assert (taken.outcome, taken.reason) == (Outcome.ACCEPTED, reason)
        assert taken.moves

    def test_a_part_of_an_announced_kit_says_what_it_is_and_what_to_do(self):
        held = decide(facts(goods=Goods(item_id=MUG, sku="", name="Mug", units=1, lines=()), kit="Gift set"))
        assert (held.outcome, held.reason) == (Outcome.HELD, Reason.UNEXPECTED)
        assert held.message == (
            "Mug: a part of Gift set, which was announced, 1 waits. Undo, and scan Gift set: it is graded part by part. "
            "Yes takes this part in by itself."
        )

    def test_an_item_of_no_line_brings_its_line_with_it(self):
        taken = decide(facts(goods=Goods(item_id=MUG, sku="", name="Mug", units=2, lines=()), confirmed=True))
        assert [(line.item_id, line.units) for line in taken.new_lines] == [(MUG, 2)]

    def test_without_paper_everything_is_taken_in(self):
        taken = decide(facts(goods=Goods(item_id=MUG, sku="", name="Mug", units=1, lines=()), announced=False))
        assert (taken.outcome, taken.reason, taken.line) == (Outcome.ACCEPTED, Reason.COUNTED, LineCount(None, 1))

    def test_a_serial_is_taken_in_once(self):
        code = "]C1010950110153001021SN7"
        marks = (returned(Mark("serial", "09501101530010+SN7"), 4),)
        first = decide(facts(code, goods=mugs(), marks=marks))
        assert [mark.value for mark in first.marks] == ["4+09501101530010+SN7"]
        again = decide(facts(code, goods=mugs(), marks=marks, seen=True))
        assert (again.outcome, again.reason) == (Outcome.REFUSED, Reason.DUPLICATE)
        many = decide(facts(code, goods=mugs(2), marks=marks, times=2, bench=replace(BENCH, quantity=2)))
        assert many.reason is Reason.DUPLICATE

    def test_an_unknown_code_is_refused_and_empties_the_hand(self):
        decision = decide(facts("WHAT", hand=in_hand()))
        assert (decision.outcome, decision.reason, decision.handles) == (Outcome.REFUSED, Reason.UNKNOWN, None)

    def test_after_an_unknown_code_the_way_back_to_what_was_in_hand_is_said(self):
        words = decide(facts("NOPE", hand=in_hand())).message
        assert words.endswith("Mug is not in hand any more: to grade it, tap “to grade” on its line.")
        assert "in hand" not in decide(facts("NOPE", hand=in_hand(graded("scrap", DOCK)))).message

    @pytest.mark.parametrize(
        ("ungraded", "words"),
        [
            ((("Mug", 1),), "1 Mug waits: to grade it, tap “to grade” on its line."),
            ((("Mug", 1), ("Lamp", 2)), "3 of what came wait: to grade it, tap “to grade” on its line."),
            ((), "Nothing is in hand to"),
        ],
        ids=["one item waits for its grade", "several", "nothing came"],
    )
    @pytest.mark.parametrize("asked", [facts("CMD-SCRAP"), facts("A-01-1", label=SHELF)])
    def test_a_grade_with_nothing_in_hand_says_where_what_came_is_graded(self, asked, ungraded, words):
        decision = decide(replace(asked, unfinished=Unfinished(ungraded)))
        assert decision.outcome is Outcome.REFUSED and words in decision.message

    def test_a_finished_return_takes_no_more_goods(self):
        assert "finished" in decide(facts(goods=mugs(), is_open=False)).message

    def test_goods_past_their_date_say_so(self):
        old = "(01)09501101530010(17)200101"
        words = "xpired on 1 Jan 2020: it cannot be restocked."
        assert words in decide(facts(old, goods=mugs())).message
        assert words in decide(facts(old, goods=mugs(scanned=2))).message  # held, one too many
        taken_up = decide(facts("CMD-LINE-10", takes_up=True, found=in_hand(expiry=date(2020, 1, 1))))
        assert taken_up.message == "Mug: in hand, 1 waits for a grade. It expired on 1 Jan 2020, it cannot be restocked."


class TestGrading:
    @pytest.mark.parametrize("as_", Disposition)
    def test_each_grade_goes_to_a_place_of_its_kind(self, as_):
        decision = decide(facts(grade_code(as_), hand=in_hand()))
        (move,) = decision.moves
        (row,) = graded_by(decision)
        assert (decision.reason, row.disposition, row.location_id) == (Reason.GRADED, as_, move.target_id)
        assert decision.here.kind == PLACES[as_]
        assert (decision.here.kind in SELLABLE) is (as_ is Disposition.RESTOCK)
        assert ("Why?" in decision.message) is (as_ in NEED_REASON)

    @pytest.mark.parametrize("code", ["CMD-SCRAP", "cmd-scrap", "CMD-REASON-TORN", "CMD-MISSING"])
    def test_nothing_in_hand_nothing_is_graded(self, code):
        decision = decide(facts(code, reason=TORN if "TORN" in code else None))
        assert (decision.outcome, graded_by(decision)) == (Outcome.REFUSED, ())
        assert "in hand" in decision.message

    def test_grade_and_reason_in_one_label(self):
        decision = decide(facts("CMD-DAMAGED-TORN", hand=in_hand(), reason=TORN))
        assert [(row.disposition, row.reason_id) for row in graded_by(decision)] == [("damaged", TORN.id)]

    @pytest.mark.parametrize(("reason", "words"), [(None, "There is no reason"), (OLD, "not used as a reason any more")])
    @pytest.mark.parametrize("code", ["CMD-DAMAGED-OLD", "CMD-REASON-OLD"])
    def test_a_reason_that_may_not_be_given_grades_nothing_and_keeps_the_hand(self, code, reason, words):
        decision = decide(facts(code, hand=in_hand(), reason=reason))
        assert (decision.outcome, graded_by(decision), decision.handles) == (Outcome.REFUSED, (), 90)
        assert words in decision.message

    def test_a_reason_given_later_replaces_the_grade_without_one_and_moves_nothing(self):
        hand = in_hand(graded("scrap", PLACES_BY_KIND["scrap"]))
        decision = decide(facts("CMD-REASON-TORN", hand=hand, reason=TORN))
        (row,) = graded_by(decision)
        assert (row.disposition, row.reason_id, row.replaces, decision.moves) == ("scrap", TORN.id, 91, ())

    def test_a_grade_that_needs_no_reason_takes_none(self):
        hand = in_hand(graded("refurbish", PLACES_BY_KIND["refurbish"]))
        assert "needs no reason" in decide(facts("CMD-REASON-TORN", hand=hand, reason=TORN)).message

    def test_a_second_grade_moves_from_where_the_first_put_it(self):
        hand = in_hand(graded("damaged", PLACES_BY_KIND["damaged"], reason=TORN.id))
        decision = decide(facts("CMD-SCRAP", hand=hand))
        (move,), (row,) = decision.moves, graded_by(decision)
        assert (move.source_id, move.target_id) == (PLACES_BY_KIND["damaged"].id, PLACES_BY_KIND["scrap"].id)
        assert (row.replaces, row.reason_id) == (91, None)
        assert "was damaged" in decision.message

    def test_the_same_grade_twice_changes_nothing(self):
        hand = in_hand(graded("refurbish", PLACES_BY_KIND["refurbish"]))
        decision = decide(facts("CMD-REFURBISH", hand=hand))
        assert (decision.outcome, decision.reason) == (Outcome.REFUSED, Reason.DUPLICATE)

    def test_a_number_grades_so_many_and_the_rest_waits(self):
        bench = replace(BENCH, quantity=2)
        (row,) = graded_by(decide(facts("CMD-SCRAP", hand=in_hand(waiting(5)), bench=bench)))
        assert row.units == 2

    def test_more_than_there_are_cannot_be_graded(self):
        decision = decide(facts("CMD-SCRAP", hand=in_hand(waiting(2)), bench=replace(BENCH, quantity=3)))
        assert decision.message == "Mug: 2 wait for a grade, not 3."

    def test_an_arrival_over_two_lines_is_graded_on_both(self):
        decision = decide(facts("CMD-SCRAP", hand=in_hand(waiting(1), waiting(2, line=11)), bench=BENCH))
        assert [(row.line_id, row.units) for row in graded_by(decision)] == [(10, 1), (11, 2)]


class TestShelves:
    def test_restock_goes_to_where_the_item_lives(self):
        assert decide(facts("CMD-RESTOCK", hand=in_hand())).here == SHELF

    def test_an_item_that_lives_nowhere_asks_for_its_shelf(self):
        decision = decide(facts("CMD-RESTOCK", hand=in_hand(), bench=replace(BENCH, homes={})))
        assert (decision.outcome, graded_by(decision), decision.handles) == (Outcome.HELD, (), 90)

    def test_a_shelf_right_after_the_item_means_restock_there(self):
        decision = decide(facts("A-01-2", hand=in_hand(), label=OTHER_SHELF))
        assert [(row.disposition, row.location_id) for row in graded_by(decision)] == [("restock", OTHER_SHELF.id)]

    def test_a_shelf_after_the_restock_mends_where_it_went(self):
        decision = decide(facts("A-01-2", hand=in_hand(graded("restock", SHELF)), label=OTHER_SHELF))
        (row,), (move,) = graded_by(decision), decision.moves
        assert (row.replaces, row.disposition, move.source_id, move.target_id) == (91, "restock", SHELF.id, OTHER_SHELF.id)

    def test_a_shelf_never_makes_damaged_goods_sellable(self):
        hand = in_hand(graded("damaged", PLACES_BY_KIND["damaged"]))
        decision = decide(facts("A-01-2", hand=hand, label=OTHER_SHELF))
        assert (decision.outcome, decision.moves) == (Outcome.REFUSED, ())

        assert decision.message == "Mug: graded damaged. To sell it, scan the grade restock first, then A-01-2."

    @pytest.mark.parametrize("kind", ["damaged", "quarantine", "scrap"])
    @pytest.mark.parametrize("portion", [graded("restock", SHELF), graded("refurbish", PLACES_BY_KIND["refurbish"]), waiting()])
    def test_the_label_of_where_graded_goods_are_kept_is_that_grade(self, kind, portion):
        decision = decide(facts(kind.upper(), hand=in_hand(portion), label=PLACES_BY_KIND[kind]))
        assert ([row.disposition for row in graded_by(decision)], decision.here) == ([kind], PLACES_BY_KIND[kind])

    def test_the_shelf_that_a_second_grade_restock_asked_for_is_taken(self):
        hand = in_hand(graded("damaged", PLACES_BY_KIND["damaged"]), asks_shelf=True)
        assert decide(facts("A-01-2", hand=hand, label=OTHER_SHELF)).here == OTHER_SHELF

    @pytest.mark.parametrize("label", [DOCK, PLACES_BY_KIND["bench"], PLACES_BY_KIND["customer"]])
    def test_a_place_for_no_grade_is_refused(self, label):
        assert decide(facts(label.code, hand=in_hand(), label=label)).outcome is Outcome.REFUSED

    def test_goods_past_their_date_are_not_restocked(self):
        hand = in_hand(expiry=date(2026, 11, 22))
        for asked in (facts("CMD-RESTOCK", hand=hand), facts("A-01-1", hand=hand, label=SHELF)):
            decision = decide(asked)
            assert (decision.outcome, decision.reason) == (Outcome.REFUSED, Reason.EXPIRED)


class TestKits:
    def test_a_grade_right_after_the_kit_is_for_all_its_parts(self):
        decision = decide(facts("CMD-QUARANTINE", hand=kit()))
        assert [(row.item_id, row.units) for row in graded_by(decision)] == [(MUG, 2), (LAMP, 1)]

    def test_a_parts_barcode_picks_it_and_counts_nothing(self):
        decision = decide(facts(goods=mugs(), hand=kit()))
        assert (decision.reason, decision.item_id, decision.handles) == (Reason.LOCATED, MUG, 90)
        assert not decision.counts

    def test_the_grade_after_it_is_for_that_part_alone(self):
        decision = decide(facts("CMD-SCRAP", hand=kit(part=LAMP)))
        assert [(row.item_id, row.units) for row in graded_by(decision)] == [(LAMP, 1)]

    def test_a_part_that_waits_for_nothing_is_an_item_of_its_own(self):
        hand = Hand(
            arrival_seq=90,
            item_id=SET,
            name="Gift set",
            portions=(replace(waiting(), disposition="scrap", grade_seq=91), waiting(1, LAMP, "Lamp")),
        )
        assert decide(facts(goods=mugs(), hand=hand)).reason is Reason.COUNTED

    @pytest.mark.parametrize("asked", [facts("CMD-MISSING", hand=kit(part=MUG)), facts(goods=mugs(), hand=kit(asks_part=True))])
    def test_a_missing_part_goes_back_to_the_customer_and_is_a_discrepancy_of_it(self, asked):
        decision = decide(asked)
        (opened,), (move,) = opened_by(decision), decision.moves
        assert (opened.kind, opened.item_id, opened.units) == (DiscrepancyKind.MISSING_PART, MUG, 1)
        assert move.target_id == PLACES_BY_KIND["customer"].id

    def test_missing_asks_which_part(self):
        decision = decide(facts("CMD-MISSING", hand=kit()))
        assert (decision.reason, decision.moves) == (Reason.LOCATED, ())

    def test_only_a_part_can_be_missing(self):
        assert decide(facts("CMD-MISSING", hand=in_hand())).outcome is Outcome.REFUSED

    def test_parts_are_numbered_one_by_one(self):
        decision = decide(facts("CMD-SCRAP", hand=kit(), bench=replace(BENCH, quantity=2)))
        assert "scan the part first" in decision.message


class TestAtOnce:
    def test_an_item_with_its_disposition_is_counted_and_graded_in_one_scan(self):
        decision = decide(facts(goods=mugs(), as_=Disposition.REFURBISH))
        assert [move.target_id for move in decision.moves] == [
            PLACES_BY_KIND["bench"].id, PLACES_BY_KIND["refurbish"].id,
        ]  # fmt: skip
        assert [each.disposition for each in decision.effects if isinstance(each, GradesOnArrival)] == [Disposition.REFURBISH]

    def test_restock_without_a_shelf_is_refused_and_counts_nothing(self):
        decision = decide(facts(goods=mugs(), as_=Disposition.RESTOCK, bench=replace(BENCH, homes={})))
        assert (decision.outcome, decision.counts) == (Outcome.REFUSED, ())

    def test_a_place_of_another_kind_is_a_bad_request(self):
        with pytest.raises(BadRequest):
            decide(facts(goods=mugs(), as_=Disposition.DAMAGED, place=SHELF))

    def test_goods_past_their_date_are_refused_whole(self):
        decision = decide(facts("(01)09501101530010(17)200101", goods=mugs(), as_=Disposition.RESTOCK))
        assert (decision.outcome, decision.reason) == (Outcome.REFUSED, Reason.EXPIRED)

    @pytest.mark.parametrize("word", ["return to vendor", "vendor", " Vendor "])
    def test_the_vendor_has_two_spellings(self, word):
        assert parse_disposition(word) is Disposition.VENDOR

    def test_any_other_word_is_a_bad_request(self):
        with pytest.raises(BadRequest, match="Expected one of restock"):
            parse_disposition("sell")


class TestFinishing:
    def test_goods_without_a_grade_are_named_and_nothing_is_finished(self):
        decision = decide(facts("CMD-DONE", unfinished=Unfinished((("Mug", 2), ("Lamp", 1)), arrived=3)))
        assert (decision.outcome, decision.finishes) == (Outcome.REFUSED, False)
        assert decision.message == "3 units wait for a grade: Mug, Lamp. Tap it in the list and grade it, then finish."

    @pytest.mark.parametrize(
        ("left", "hand", "words"),
        [
            pytest.param(
                [("Mug", 2)], in_hand(waiting(2)), "It is in your hand: scan its grade, or tap one. Then finish.", id="it alone"
            ),
            pytest.param(
                [("Mug", 2), ("Lamp", 1)],
                in_hand(waiting(2)),
                "Mug is in your hand: scan its grade, or tap one. Tap the others in the list, then finish.",
                id="it and others",
            ),
            pytest.param(
                [("Lamp", 1)], in_hand(graded("restock", SHELF)), "Tap it in the list and grade it, then finish.", id="others"
            ),
        ],
    )
    def test_what_is_in_hand_is_graded_and_not_sought_in_the_list(self, left, hand, words):
        decision = decide(facts("CMD-DONE", hand=hand, unfinished=Unfinished(tuple(left), arrived=3)))
        assert decision.outcome is Outcome.REFUSED and decision.message.endswith(words)

    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (Unfinished(short=(ShortFact(MUG, "Mug", 2, 1),)), "Finish RMA-1 anyway? Missing: 1 Mug."),
            (Unfinished(unreasoned=("Mug",)), "No reason given for Mug"),
            (Unfinished(unlinked=2), "2 unknown codes not linked"),
        ],
    )
    def test_what_is_lacking_is_held_once(self, left, words):
        held = decide(facts("CMD-DONE", unfinished=left))
        assert (held.outcome, held.finishes) == (Outcome.HELD, False)
        assert words in held.message
        done = decide(facts("CMD-DONE", unfinished=left, confirmed=True))
        assert (done.outcome, done.finishes) == (Outcome.ACCEPTED, True)
        assert [(o.kind, o.units) for o in opened_by(done)] == ([(DiscrepancyKind.MISSING, 1)] if left.short else [])

    def test_a_whole_return_is_finished(self):
        decision = decide(facts("CMD-DONE", unfinished=Unfinished(arrived=2)))
        assert (decision.reason, decision.finishes) == (Reason.COMPLETE, True)

    def test_a_return_has_no_back_order(self):
        assert decide(facts("CMD-BACKORDER")).outcome is Outcome.REFUSED

    @pytest.mark.parametrize(
        ("left", "finishes"),
        [(Unfinished(arrived=2), True), (Unfinished(), False), (Unfinished((("Mug", 1),), arrived=1), False)],
        ids=["all is graded", "nothing came", "one waits"],
    )
    def test_another_returns_label_finishes_this_one_only_when_it_is_done(self, left, finishes):
        decision = decide(facts("RMA-2", labelled=("RMA-2",), unfinished=left))
        assert (decision.opens, decision.finishes) == ("RMA-2", finishes)

    def test_its_own_label_keeps_what_is_in_hand(self):
        decision = decide(facts("RMA-1", labelled=("RMA-1",), hand=in_hand()))
        assert (decision.opens, decision.handles) == (None, 90)

    def test_an_order_with_two_returns_asks_which(self):
        decision = decide(facts("SO-1", labelled=("RMA-2", "RMA-3")))
        assert (decision.outcome, decision.opens) == (Outcome.REFUSED, None)
        assert "RMA-2 or RMA-3" in decision.message


class TestTakingUp:
    def test_goods_of_a_finished_return_can_be_graded_anew(self):
        hand = in_hand(graded("refurbish", PLACES_BY_KIND["refurbish"]))
        decision = decide(facts("CMD-LINE-10", is_open=False, takes_up=True, found=hand))
        assert (decision.outcome, decision.handles) == (Outcome.ACCEPTED, 90)
        assert decide(facts("CMD-SCRAP", is_open=False, hand=hand)).outcome is Outcome.ACCEPTED

    def test_a_line_of_which_nothing_came_has_nothing_to_take_up(self):
        assert decide(facts("CMD-LINE-10", takes_up=True)).outcome is Outcome.REFUSED

    @pytest.mark.parametrize("code", ["CMD-NONSENSE", "CMD-NOPAPER"])
    def test_other_commands_do_nothing_and_keep_the_hand(self, code):
        decision = decide(facts(code, hand=in_hand()))
        assert (decision.outcome, decision.reason, decision.handles) == (Outcome.REFUSED, Reason.UNEXPECTED, 90)


class TestStanding:
    def test_what_nobody_told_of_follows_from_what_is_counted(self):
        opened = unannounced((LineFact(1, 0, 2), LineFact(2, 0, 1)), MUG)
        assert (opened.kind, opened.units) == (DiscrepancyKind.UNANNOUNCED, 3)


class TestCommands:
    @pytest.mark.parametrize("as_", Disposition)
    def test_every_grade_reads_back(self, as_):
        assert find_grade(grade_code(as_)) == GradeSaid(as_, None)
        assert find_grade(grade_code(as_, "TORN").lower()) == GradeSaid(as_, "TORN")

    def test_every_reason_reads_back(self):
        assert find_grade(reason_code("DOA")) == GradeSaid(None, "DOA")

    @pytest.mark.parametrize("text", ["CMD-DAMAGED-", "CMD-DAMAGED-A B", "DAMAGED", "CMD-REASON-", "CMD-UNDO", "CMD-LINE-x"])
    def test_other_texts_are_no_grade(self, text):
        assert find_grade(text) is None and find_goods(text) is None
