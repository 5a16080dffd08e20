"""The rules of receiving by themselves: a row for each reason that a scan can end in. No database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.reading import parse_code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.receiving.rules import ReceiptScan, decide
from scanner.scans.decision import CameOtherwise, Opened
from scanner.scans.goods import Goods, LineFact, ShortFact, marks_of

DOCK, SHELF, SUPPLIER = Place(1, "DOCK", "dock"), Place(2, "A-01-1", "shelf"), Place(3, "SUPPLIER", "supplier")
QUARANTINE = Place(4, "QUARANTINE", "quarantine")
MUG = 7
OLD = "(01)09501101530003(17)200101"
SERIAL = "(01)09501101530003(21)S1"
CARTON = "395011015300000011"


def mugs(units: int = 1, *, expected: int = 3, scanned: int = 0, **more: Any) -> Goods:
    return Goods(item_id=MUG, sku="MUG", name="Mug", units=units, lines=(LineFact(10, expected, scanned),), **more)


STRANGE = Goods(item_id=9, sku="TOY", name="Toy", units=1)
SHORT = (ShortFact(MUG, "Mug", 3, 1), ShortFact(9, "Toy", 2, 0))


def scan(code: str = "MUG", **more: Any) -> ReceiptScan:
    given: dict[str, Any] = {
        "task": "PO-1", "is_open": True, "code": parse_code(code), "here": DOCK, "supplier": SUPPLIER,
        "quarantine": QUARANTINE, "marks": marks_of(parse_code(code)),
    }  # fmt: skip
    return ReceiptScan(**given | more)


@pytest.mark.parametrize(
    ("asked", "outcome", "reason"),
    [
        pytest.param(scan(goods=(mugs(),)), "accepted", "counted", id="expected"),
        pytest.param(scan(goods=(mugs(expected=1),)), "accepted", "complete", id="the last one of its line"),
        pytest.param(scan(goods=(mugs(expected=1, scanned=1),)), "held", "over", id="more than ordered waits for an answer"),
        pytest.param(scan(goods=(mugs(expected=1, scanned=1),), confirmed=True), "accepted", "over", id="a yes takes it in"),
        pytest.param(scan(goods=(STRANGE,)), "held", "unexpected", id="not on this receipt"),
        pytest.param(scan(goods=(STRANGE,), confirmed=True), "accepted", "unexpected", id="a yes takes that in, too"),
        pytest.param(scan(OLD, goods=(mugs(expired=1),)), "held", "expired", id="its date is past"),
        pytest.param(scan(OLD, goods=(mugs(expired=1),), confirmed=True), "accepted", "expired", id="expired, and taken in"),
        pytest.param(scan("WHAT"), "refused", "unknown", id="no item has the code"),
        pytest.param(scan("CMD-DANCE"), "refused", "unexpected", id="a command of another page is no goods"),
        pytest.param(scan(SERIAL, goods=(mugs(),), seen=True), "refused", "duplicate", id="this very serial is in already"),
        pytest.param(scan(CARTON, goods=(mugs(),), seen=True), "refused", "duplicate", id="this very carton is in already"),
        pytest.param(scan(SERIAL, goods=(mugs(2),), times=2), "refused", "duplicate", id="one serial cannot count twice"),
        pytest.param(scan("A-01-1", label=SHELF), "accepted", "located", id="a shelf's label"),
        pytest.param(scan("SUPPLIER", label=SUPPLIER), "refused", "unexpected", id="goods cannot be put at the supplier"),
        pytest.param(scan("PO-1", labelled=("PO-1",)), "accepted", "located", id="its own label"),
        pytest.param(scan("ASN-1", labelled=("PO-2", "PO-1")), "accepted", "located", id="a label that it shares"),
        pytest.param(scan("PO-2", labelled=("PO-2",)), "accepted", "located", id="another receipt's label"),
        pytest.param(scan("ASN-1", labelled=("PO-2", "PO-3")), "refused", "unexpected", id="a label of two other receipts"),
        pytest.param(scan(goods=(mugs(),), is_open=False), "refused", "unexpected", id="finished"),
        pytest.param(scan("CMD-DONE"), "accepted", "complete", id="done, and all of it came"),
        pytest.param(scan("CMD-DONE", short=SHORT), "held", "short", id="done, and some is missing"),
        pytest.param(scan("CMD-DONE", unlinked=1), "held", "short", id="done, with a code that has no item"),
        pytest.param(scan("CMD-DONE", short=SHORT, confirmed=True), "accepted", "short", id="done anyway"),
        pytest.param(scan("CMD-DONE", waiting="1 waits"), "held", "short", id="done, and something waits for an answer"),
        pytest.param(
            scan("CMD-DONE", waiting="1 waits", confirmed=True), "held", "short", id="a yes to finishing is none to what waits"
        ),
    ],
)
def test_each_scan_has_its_outcome_and_its_reason(asked: ReceiptScan, outcome: str, reason: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.message


def test_what_is_held_or_refused_counts_and_moves_nothing() -> None:
    for asked in (scan(goods=(mugs(expected=0),)), scan("WHAT"), scan(SERIAL, goods=(mugs(),), seen=True)):
        decision = decide(asked)
        assert (decision.counts, decision.moves, decision.marks, decision.effects) == ((), (), (), ())


def test_goods_go_from_the_supplier_to_where_the_receiver_is() -> None:
    (move,) = decide(scan(goods=(mugs(2),), here=SHELF)).moves
    assert (move.item_id, move.units, move.source_id, move.target_id) == (MUG, 2, SUPPLIER.id, SHELF.id)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [(scan(goods=(STRANGE,), confirmed=True), "unexpected"), (scan(OLD, goods=(mugs(expired=1),), confirmed=True), "expired")],
)
def test_what_should_not_be_sold_goes_to_quarantine_with_a_discrepancy(asked: ReceiptScan, kind: str) -> None:
    decision = decide(asked)
    assert decision.moves[0].target_id == QUARANTINE.id
    assert [each.kind for each in decision.effects if isinstance(each, Opened)] == [kind]


def test_a_shelfs_label_says_where_goods_go_from_now_on() -> None:
    assert decide(scan("A-01-1", label=SHELF)).here == SHELF
    assert decide(scan(goods=(mugs(),))).here == DOCK


def test_finishing_short_opens_what_is_missing_and_has_its_shelves_looked_at() -> None:
    decision = decide(scan("CMD-BACKORDER", short=SHORT, confirmed=True))
    opened = [(each.kind, each.item_id, each.units) for each in decision.effects if isinstance(each, Opened)]
    assert opened == [(DiscrepancyKind.SHORT, MUG, 2), (DiscrepancyKind.SHORT, 9, 2)]
    assert CameOtherwise((MUG, 9)) in decision.effects
    assert decision.finishes and decision.back_order


@pytest.mark.parametrize(
    ("goods", "words"),
    [
        pytest.param((mugs(scanned=3),), "Mug: 1 more than ordered waits.", id="the first one too many"),
        pytest.param((mugs(scanned=3, waiting=(("over", 3),)),), "Mug: 4 more than ordered wait.", id="they add up"),
        pytest.param((mugs(12, scanned=1),), "Mug: 12 wait, 10 more than ordered.", id="two of the case were ordered"),
        pytest.param(
            (mugs(scanned=3, waiting=(("expired", 2),)),), "Mug: 1 more than ordered waits.", id="what waits for another yes"
        ),
        pytest.param((replace(STRANGE, waiting=(("unexpected", 2),)),), "Toy is not on PO-1: 3 wait.", id="not ordered"),
    ],
)
def test_what_waits_adds_up_and_is_said(goods: tuple[Goods, ...], words: str) -> None:
    assert decide(scan(goods=goods)).message.startswith(words)


def test_a_yes_to_several_labels_puts_aside_only_what_is_past_its_date() -> None:
    decision = decide(scan(OLD, goods=(mugs(5, expired=2),), confirmed=True))
    assert [(move.units, move.target_id) for move in decision.moves] == [(2, QUARANTINE.id), (3, DOCK.id)]
    assert [(each.kind, each.units) for each in decision.effects if isinstance(each, Opened)] == [("expired", 2)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("CMD-DAMAGED", "CMD-DAMAGED does nothing here. Take the goods in, then scan it on MOVES."),
        ("CMD-SHIP", "CMD-SHIP works on an order, not here. Nothing was done."),
        ("CMD-EMPTY", "CMD-EMPTY works on a count, not here. Nothing was done."),
        ("CMD-MISSING", "CMD-MISSING works on a return, not here. Nothing was done."),
        ("CMD-DANCE", "CMD-DANCE is not a command here. Nothing was done."),
    ],
)
def test_a_command_of_another_task_says_where_it_works(said: str, words: str) -> None:
    decision = decide(scan(said))
    assert (decision.reason, decision.message) == ("unexpected", words)
