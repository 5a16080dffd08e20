"""What speaks for which cause, and what outweighs what."""

import pytest

from scanner.counting.causes.rules import Differed, History, Opposite, RecentMove, propose
from scanner.discrepancies.rules import Cause

RECEIPT = RecentMove(24, source="supplier", target="shelf", task="PO-1", here=True)
PICK = RecentMove(3, source="shelf", target="customer", task="PICKS", here=True)


def causes_of(history):
    return [proposal.cause for proposal in propose(history)]


def test_nothing_known_is_unknown():
    assert causes_of(History(-4)) == [Cause.UNKNOWN]


@pytest.mark.parametrize(("variance", "words"), [(4, "move 4 from A-03"), (-4, "move 4 to A-03")])
def test_a_neighbour_with_the_opposite_variance_has_it(variance, words):
    proposal = propose(History(variance, opposites=(Opposite(7, "A-03", -variance),)))[0]
    assert (proposal.cause, proposal.other, proposal.units) == (Cause.MISPLACED, 7, 4)
    assert words in proposal.why


def test_the_neighbour_that_takes_all_of_it_away_comes_first():
    others = (Opposite(1, "A-01", -9), Opposite(2, "A-02", -4), Opposite(3, "A-03", -1))
    assert propose(History(4, opposites=others))[0].other == 2


def test_no_more_is_moved_than_lacks():
    assert propose(History(9, opposites=(Opposite(1, "A-01", -4),)))[0].units == 4


def test_what_the_record_has_at_the_dock_was_put_away_without_a_scan():
    assert causes_of(History(24, at_dock=24)) == [Cause.MISPLACED]
    assert causes_of(History(-24, at_dock=24)) == [Cause.UNKNOWN]


@pytest.mark.parametrize("variance", [1, -1])
def test_a_receipt_on_which_nothing_differed_was_miscounted(variance):
    assert causes_of(History(variance, moved=(RECEIPT,))) == [Cause.RECEIVING_MISCOUNT]


def test_a_receipt_whose_difference_was_noted_is_no_miscount():
    assert causes_of(History(-1, moved=(RECEIPT,), differed=(Differed("short", 1, "PO-1"),))) == [Cause.UNKNOWN]


def test_a_receipt_that_was_taken_back_never_was():
    undone = RecentMove(24, source="shelf", target="supplier", task="PO-1", here=True)
    assert causes_of(History(-1, moved=(undone, RECEIPT))) == [Cause.UNKNOWN]


def test_goods_that_were_damaged_lately_speak_for_more_damage():
    assert causes_of(History(-1, moved=(RecentMove(2, source="bench", target="damaged", task="RMA-1"),))) == [
        Cause.DAMAGE_NOT_LOGGED
    ]


def test_parts_of_a_kit():
    assert causes_of(History(-1, moved=(RecentMove(2, source="bench", target="shelf", task="RMA-1", in_kit=True),))) == [
        Cause.KIT_PARTS
    ]
    assert causes_of(History(1, differed=(Differed("missing part", 1, "RMA-1"),))) == [Cause.KIT_PARTS]


def test_what_could_not_be_picked_here_before_went_out_unrecorded():
    assert causes_of(History(-1, differed=(Differed("short pick", 1, "SHORT-PICKS", here=True),))) == [
        Cause.OUTBOUND_NOT_RECORDED
    ]
    assert causes_of(History(-1, moved=(PICK,))) == [Cause.OUTBOUND_NOT_RECORDED]


def test_what_is_too_much_was_not_picked_too_often():
    assert causes_of(History(1, moved=(PICK,))) == [Cause.UNKNOWN]


@pytest.mark.parametrize("kind", ["unannounced", "missing", "extra", "other item"])
def test_a_return_that_differed_was_not_logged(kind):
    assert causes_of(History(1, differed=(Differed(kind, 1, "RMA-1"),))) == [Cause.RETURN_NOT_LOGGED]


def test_a_return_that_was_graded_elsewhere_is_here_after_all():
    assert causes_of(History(1, moved=(RecentMove(1, source="bench", target="quarantine", task="RMA-1"),))) == [
        Cause.RETURN_NOT_LOGGED
    ]


def test_expired_goods_of_a_receipt_are_no_return():
    expired = RecentMove(1, source="supplier", target="quarantine", task="PO-1")
    assert Cause.RETURN_NOT_LOGGED not in causes_of(History(1, moved=(expired,)))


def test_a_return_that_nobody_logged_explains_what_is_too_much_alone():
    assert causes_of(History(1, awaited=("RMA-1",))) == [Cause.RETURN_NOT_LOGGED]
    assert causes_of(History(-1, awaited=("RMA-1",))) == [Cause.UNKNOWN]


def test_causes_come_the_likeliest_first_and_each_once():
    history = History(
        -4,
        moved=(RECEIPT, PICK),
        differed=(Differed("short pick", 1, "SHORT-PICKS", here=True),),
        opposites=(Opposite(1, "A-03", 4),),
    )
    assert causes_of(history) == [Cause.MISPLACED, Cause.RECEIVING_MISCOUNT, Cause.OUTBOUND_NOT_RECORDED]
