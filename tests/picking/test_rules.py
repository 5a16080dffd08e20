"""The rules of picking by themselves: a row for each reason that a scan can end in. No database."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.reading import parse_code
from scanner.picking.rules import MOST_UNASKED, PickScan, decide
from scanner.scans.decision import MissedAt, Opened
from scanner.scans.goods import Goods

SHELF, DOCK, CUSTOMER = Place(2, "A-01-1", "shelf"), Place(1, "DOCK", "dock"), Place(3, "CUSTOMER", "customer")
MUG, LAMP = 7, 8
MUGS = Goods(item_id=MUG, sku="MUG", name="Mug", units=2)
SET = Goods(item_id=9, sku="SET", name="Set", units=1, parts=((MUG, 2), (LAMP, 1)))
MANY = MOST_UNASKED + 1


def scan(code: str = "MUG", **more: Any) -> PickScan:
    return PickScan(**{"task": "PICKS", "code": parse_code(code), "customer": CUSTOMER, "here": SHELF} | more)


@pytest.mark.parametrize(
    ("asked", "outcome", "reason"),
    [
        pytest.param(scan(goods=(MUGS,)), "accepted", "picked", id="taken from the shelf"),
        pytest.param(scan(goods=(MUGS,), task="SHORT-PICKS"), "accepted", "short", id="not on the shelf"),
        pytest.param(scan(goods=(MUGS,), here=None), "refused", "unexpected", id="nobody knows from where"),
        pytest.param(scan(goods=(MUGS,), here=DOCK), "refused", "unexpected", id="goods at the dock are not for sale"),
        pytest.param(scan("A-01-1", label=SHELF), "accepted", "located", id="a shelf's label"),
        pytest.param(scan("DOCK", label=DOCK), "refused", "unexpected", id="the label of no shelf"),
        pytest.param(scan("SHORT-PICKS", labelled="SHORT-PICKS"), "accepted", "located", id="on to the other task"),
        pytest.param(scan("WHAT"), "refused", "unknown", id="no item has the code"),
        pytest.param(scan("CMD-DANCE"), "refused", "unexpected", id="a command of another page"),
        pytest.param(scan("CMD-DONE"), "refused", "unexpected", id="it never ends"),
        pytest.param(scan(goods=(MUGS, SET)), "refused", "unexpected", id="a carton of several items is picked item by item"),
        pytest.param(scan(goods=(MUGS,), typed=MANY), "held", "over", id="so many looks mistyped"),
        pytest.param(scan(goods=(MUGS,), typed=MANY, confirmed=True), "accepted", "picked", id="so many, and meant"),
    ],
)
def test_each_scan_has_its_outcome_and_its_reason(asked: PickScan, outcome: str, reason: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.message


def test_a_kit_is_taken_as_its_parts() -> None:
    moves = decide(scan(goods=(SET,))).moves
    assert [(move.item_id, move.units, move.target_id) for move in moves] == [(MUG, 2, CUSTOMER.id), (LAMP, 1, CUSTOMER.id)]


def test_only_what_the_record_calls_available_is_a_short_pick_and_the_shelf_is_looked_at_anyway() -> None:
    none = decide(scan(goods=(MUGS,), task="SHORT-PICKS", available=((MUG, 0),)))
    one = decide(scan(goods=(MUGS,), task="SHORT-PICKS", available=((MUG, 1),), owner="Ann"))
    assert none.effects == (MissedAt(MUG, SHELF.id),)
    assert one.effects == (
        Opened(kind="short pick", item_id=MUG, units=1, location_id=SHELF.id, owner="Ann"), MissedAt(MUG, SHELF.id),
    )  # fmt: skip
    assert none.message == one.message, "the picker may be counting there next"
