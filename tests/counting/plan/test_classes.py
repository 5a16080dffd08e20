"""ABC classes from what moved, on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from scanner.catalogue import store as catalogue
from scanner.counting.plan import classes as abc_classes
from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from tests.support.warehouse import LAMP, MUG, NOW, TEE

CUTS = (8000, 9500)


@pytest.fixture
def moved(warehouse):
    """10 lamps at 18.00, 4 mugs at 4.25, 1 T-shirt at 6.50 came: 180.00, 17.00 and 6.50."""
    warehouse.scan(LAMP, quantity=10, confirm=True)
    warehouse.scan(MUG, quantity=4)
    warehouse.scan(TEE)
    return warehouse


def preview(warehouse, days=90, cuts=CUTS, now=NOW):
    with warehouse.database.read() as session:
        return abc_classes.preview(session, now, period_days=days, cut_a_bp=cuts[0], cut_b_bp=cuts[1])


def apply(warehouse, days=90, cuts=CUTS, by="Sam", now=NOW, shown=None):
    return warehouse.database.transact(
        lambda session: abc_classes.apply(
            session, warehouse.operators[by], now, period_days=days, cut_a_bp=cuts[0], cut_b_bp=cuts[1], shown=shown
        )
    )


def class_of(warehouse, sku):
    with warehouse.database.read() as session:
        return catalogue.find_item(session, sku).abc_class


def test_classes_are_shown_and_nothing_is_changed(moved):
    found = preview(moved)
    assert [(change.sku, change.before, change.after) for change in found.changes] == [("LAMP", "C", "A"), ("MUG-B", "C", "B")]
    assert [(share.abc_class, share.items, share.value) for share in found.shares] == [
        ("A", 1, Decimal("180.00")), ("B", 1, Decimal("17.00")), ("C", 1, Decimal("6.50")),
    ]  # fmt: skip
    assert class_of(moved, "LAMP") == "C"


def test_applying_does_what_was_shown(moved):
    assert apply(moved) == 2
    assert [class_of(moved, sku) for sku in ("LAMP", "MUG-B", "TEE-M")] == ["A", "B", "C"]
    assert apply(moved) == 0


def test_what_was_not_shown_is_not_applied(moved):
    with pytest.raises(Conflict):
        apply(moved, shown=3)
    assert class_of(moved, "LAMP") == "C"
    assert apply(moved, shown=2) == 2


def test_the_cuts_and_the_period_are_kept(moved):
    apply(moved, days=30, cuts=(5000, 9900))
    assert (preview(moved).shares[0].items_now, class_of(moved, "MUG-B")) == (1, "B")


def test_what_moved_before_the_period_does_not_count(moved):
    assert not preview(moved, days=7, now=NOW + timedelta(days=8)).moved


def test_what_was_taken_back_did_not_move(moved):
    moved.scan("CMD-UNDO")
    assert preview(moved).shares[2].value == 0


def test_picks_count_as_what_comes_does(moved):
    moved.scan(MUG, by="Carla", task="PICKS", location="A-01-1", quantity=100)
    assert preview(moved).shares[0].value == Decimal("622.00")


def test_nothing_moved_is_no_reason_to_call_everything_c(warehouse):
    assert not preview(warehouse).moved
    with pytest.raises(BadRequest):
        apply(warehouse)


def test_a_pinned_item_stays_what_it_is(moved):
    sam = moved.operators["Sam"]
    moved.database.transact(abc_classes.pin, "TEE-M", "A", sam)
    assert [(pinned.sku, pinned.abc_class, pinned.computed) for pinned in preview(moved).pinned] == [("TEE-M", "A", "C")]
    apply(moved)
    assert class_of(moved, "TEE-M") == "A"
    moved.database.transact(abc_classes.pin, "TEE-M", "", sam)
    apply(moved)
    assert class_of(moved, "TEE-M") == "C"


def test_a_kit_has_no_class_of_its_own(moved):
    assert sum(share.items for share in preview(moved).shares) == 3


@pytest.mark.parametrize(("sku", "abc_class", "problem"), [("TEE-M", "D", BadRequest), ("NOBODY", "A", NotFound)])
def test_what_cannot_be_pinned(moved, sku, abc_class, problem):
    with pytest.raises(problem):
        moved.database.transact(abc_classes.pin, sku, abc_class, moved.operators["Sam"])


@pytest.mark.parametrize(("days", "cuts"), [(0, CUTS), (10**9, CUTS), (90, (9500, 8000)), (90, (8000, 10_001)), (90, (0, 1))])
def test_periods_and_cuts_that_are_none(moved, days, cuts):
    with pytest.raises(BadRequest):
        preview(moved, days, cuts)


def test_only_who_plans_applies(moved):
    with pytest.raises(NotAllowed):
        apply(moved, by="Carla")
