"""What the pages of an order say of each result. No database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from scanner.orders.panel import panel_of
from scanner.scans.result import NOT_ON_ORDER, WRONG_SHELF, ItemName, LineCount, Outcome, Reason, ScanResult

MUG = ItemName("MUG", "Mug")


def result(reason: Reason = Reason.COUNTED, words: str = "Mug: 1 of 3.", outcome: str = "accepted", **more: Any) -> ScanResult:
    row = {
        "id": UUID(int=1), "seq": 1, "task": "SHOP-1", "kind": "order", "outcome": Outcome(outcome), "reason": reason,
        "message": words, "units": 1, "item": MUG, "location": "A-01-1",
    }  # fmt: skip
    return ScanResult(**row | more)


def shown(said: ScanResult) -> tuple[Any, ...]:
    panel = panel_of(said, "PACKING")
    big = (panel.big.text, panel.big.of) if panel.big else None
    return panel.signal, panel.sign, panel.words, big, panel.effect


ONE_OF_THREE = LineCount(3, 1)
PANELS = [
    ("a pick", result(line=ONE_OF_THREE), ("counted", "check", "1 of 3.", ("1", "of 3"), ("+1 from A-01-1",))),
    (
        "a line is full", result(Reason.COMPLETE, "Mug: all 3 are picked.", line=LineCount(3, 3)),
        ("complete", "checks", "All 3 are picked.", ("3", "of 3"), ("+1 from A-01-1",)),
    ),
    (
        "packed", result(words="Mug: 1 of 3 packed.", line=ONE_OF_THREE, location="PACKING"),
        ("counted", "check", "1 of 3 packed.", ("1", "of 3"), ("+1 in the parcel",)),
    ),
    (
        "too many", result(Reason.OVER, "Too many: 3 of 3 are picked.", "refused", line=LineCount(3, 3)),
        ("too-many", "toomany", "Too many: 3 of 3 are picked.", None, ("Not counted", "3 of 3")),
    ),
    (
        "not on the order", result(Reason.UNEXPECTED, f"{NOT_ON_ORDER}. Put it back.", "refused"),
        ("not-on-order", "nobox", "Not on this order. Put it back.", None, ("Not counted",)),
    ),
    (
        "goods that live elsewhere", result(Reason.UNEXPECTED, f"{WRONG_SHELF}: 1 waits.", "held", waiting=1, line=ONE_OF_THREE),
        ("wrong-shelf", "elsewhere", "Wrong shelf: 1 waits.", None, ("1 of 3",)),
    ),
    (
        "the label of a shelf that nothing is taken from",
        result(Reason.UNEXPECTED, f"{WRONG_SHELF}. Next: B-02-1.", "refused", units=0, item=None),
        ("wrong-shelf", "elsewhere", "Wrong shelf. Next: B-02-1.", None, ()),
    ),
    (
        "a command that is refused", result(Reason.SHORT, "Nothing is picked.", "refused", units=0, item=None),
        ("refused", "cross", "Nothing is picked.", None, ()),
    ),
    (
        "past its date", result(Reason.EXPIRED, "Mug expired on 2024-01-31: 2 wait.", "held", waiting=2),
        ("held", "bang", "Expired on 2024-01-31: 2 wait.", ("2", "wait"), ()),
    ),
    (
        "a short pick", result(Reason.SHORT_PICK, "Noted. 2 more at B-02-1.", units=2),
        ("over", "over", "Noted. 2 more at B-02-1.", ("2", "not there"), ()),
    ),
    *(
        (
            f"a short pick of what is {why}", result(Reason.SHORT_PICK, f"Noted: Mug is {why}. The order waits.", units=2),
            ("over", "over", f"Noted: Mug is {why}. The order waits.", ("2", why), ()),
        )
        for why in ("not there", "damaged", "in the wrong place")
    ),
    (
        "a shelf", result(Reason.LOCATED, "Take 2 Mug.", units=0, item=None),
        ("located", "pin", "Take 2 Mug.", ("A-01-1", ""), ()),
    ),
    (
        "undone", result(Reason.UNDONE, "Taken back: Mug, 1 fewer.", units=-1, line=LineCount(3, 0)),
        ("undone", "undo", "Taken back: Mug, 1 fewer.", ("0", "of 3"), ("−1",)),
    ),
    (
        "shipped", result(Reason.SHIPPED, "SHOP-1 is shipped: 3 units.", units=0, item=None),
        ("finished", "flag", "SHOP-1 is shipped: 3 units.", None, ()),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "panel"), [row[1:] for row in PANELS], ids=[row[0] for row in PANELS])
def test_each_result_has_its_panel(said: ScanResult, panel: tuple[Any, ...]) -> None:
    assert shown(said) == panel


def test_a_right_pick_says_its_count_in_digits_alone() -> None:
    assert panel_of(result(line=ONE_OF_THREE), "PACKING").quiet
    assert not panel_of(result(words="Mug: 1 of 3. More than the record has there: noted.", line=ONE_OF_THREE), "PACKING").quiet


def test_what_is_asked_about_shipping_has_its_button() -> None:
    action = panel_of(result(Reason.SHORT, "Ship SHOP-1 short?", "held", units=0, item=None), "PACKING").action
    assert action is not None and (action.label, action.code) == ("Yes, ship it", "CMD-CONFIRM")


def test_before_any_scan_the_page_says_what_to_do() -> None:
    assert (panel_of(None, "PACKING").title, panel_of(None, "PACKING", packs=True).title) == ("Pick", "Pack")
    big = panel_of(None, "PACKING", first="A-01-1").big
    assert big is not None and big.text == "A-01-1"


@pytest.mark.parametrize(
    ("words", "code"),
    [("Ship SHOP-1 short? CMD-CONFIRM says yes, CMD-BACKORDER keeps the rest.", "CMD-BACKORDER"), ("Ship SHOP-1?", None)],
)
def test_the_rest_has_its_button_where_it_may_be_kept(words: str, code: str | None) -> None:
    other = panel_of(result(Reason.SHORT, words, "held", units=0, item=None), "PACKING").other
    assert (other.code if other else None) == code
