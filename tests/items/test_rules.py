"""Why items cannot be merged or retired now: a row for each reason. No database."""

from __future__ import annotations

import pytest

from scanner.items.rules import MergeFacts, Standing, what_moved, why_no_sku, why_not_merge, why_not_retire

SHELVES = [Standing(1, "A-01-1", 12), Standing(2, "DOCK", 3)]


def facts(**more) -> MergeFacts:
    return MergeFacts(sku="OLD", into="NEW", **more)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(facts(), "", id="two plain items"),
        pytest.param(facts(parts=frozenset({(1, 2)}), parts_of_into=frozenset({(1, 2)})), "", id="the same kit twice"),
        pytest.param(facts(parts=frozenset({(1, 2)})), "not the same kit", id="stock is kept of the parts of one alone"),
        pytest.param(facts(one_in_the_other=True), "not the same kit", id="a kit would be in itself"),
        pytest.param(facts(into_is_retired=True), "NEW is retired: bring it back first.", id="what is sold would be retired"),
        pytest.param(
            facts(scanned_on=("PO-1",)), "scanned on PO-1, still open: finish it first", id="undo would take back another item"
        ),
        pytest.param(facts(scanned_on=("PO-1", "RMA-2")), "on PO-1, RMA-2, still open: finish them first", id="each is named"),
        pytest.param(
            facts(waits_on=("PICKS",)), "wait for an answer on PICKS: say yes or no", id="the answer would be of another"
        ),
        pytest.param(facts(barred=("C-1 counts it.",)), "OLD: C-1 counts it.", id="what another room has against it"),
    ],
)
def test_two_items_are_made_one_only_where_nothing_of_the_first_is_in_work(said, words) -> None:
    assert words in why_not_merge(said) and bool(words) == bool(why_not_merge(said))


def test_an_item_that_is_on_hand_is_not_retired() -> None:
    assert why_not_retire("OLD", []) == ""
    assert "12 at A-01-1, 3 at DOCK" in why_not_retire("OLD", SHELVES)


def test_what_goes_over_is_said() -> None:
    assert what_moved(2, 1, SHELVES) == "2 barcodes, 1 open line, 12 at A-01-1, 3 at DOCK"
    assert what_moved(0, 0, []) == "nothing but its SKU"


def test_a_command_is_no_sku() -> None:
    assert why_no_sku("cmd-undo") and not why_no_sku("MUG")
