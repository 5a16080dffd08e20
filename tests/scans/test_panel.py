"""The panel of the last scan, for every kind of task: a row for each thing that it can say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, render_template

from scanner.counting import panel as counting
from scanner.moves import panel as moves
from scanner.moves.scanning import HandLine
from scanner.picking import panel as picking
from scanner.receiving import panel as receiving
from scanner.returns import panel as returns
from scanner.scans import panel as panels
from scanner.scans.panel import Panel
from scanner.scans.result import ItemName, LineCount, Outcome, Reason, ScanResult

MUG = ItemName("MUG-B", "Mug, blue")


def result(outcome: str, reason: str, **said: Any) -> ScanResult:
    """A result of the task T-1."""
    message = said.pop("message", "Said.")
    return ScanResult(
        id=UUID(int=7), seq=7, task="T-1", kind="", outcome=Outcome(outcome), reason=Reason(reason), message=message, **said
    )


def drawn(panel: Panel) -> dict[str, Any]:
    """What a person sees, without what is empty."""
    big, action = panel.big, panel.action
    seen = {
        "words": "" if panel.quiet else panel.words,
        "big": big.text if big else "",
        "of": big.of if big else "",
        "effect": " | ".join(panel.effect),
        "action": action.label if action else "",
    }
    return {name: value for name, value in seen.items() if value}


RECEIVING: list[tuple[str, ScanResult, dict[str, str]]] = [
    (
        "the next of its line",
        result("accepted", "counted", item=MUG, line=LineCount(24, 13), units=12, location="DOCK"),
        {"big": "13", "of": "of 24", "effect": "+12 → DOCK"},
    ),
    (
        "what nobody ordered goes to quarantine",
        result("accepted", "unexpected", item=MUG, units=1, location="QUARANTINE"),
        {"words": "Said.", "big": "+1", "effect": "→ quarantine"},
    ),
    (
        "too many wait for an answer",
        result("held", "over", item=MUG, line=LineCount(24, 24), units=12, waiting=36),
        {"words": "Said.", "big": "36", "of": "wait", "effect": "24 of 24"},
    ),
    ("a short finish waits for an answer", result("held", "short"), {"words": "Said.", "action": "Yes, finish"}),
    (
        "a label twice",
        result("refused", "duplicate", item=MUG, line=LineCount(24, 13)),
        {"words": "Said.", "effect": "Not counted | 13 of 24"},
    ),
    (
        "a code that no item has",
        result("refused", "unknown"),
        {"words": "Said.", "effect": "Not counted", "action": "Link it to an item"},
    ),
    ("a place", result("accepted", "located", location="A-01-1"), {"words": "Said.", "big": "A-01-1"}),
    ("another order", result("accepted", "located", location="DOCK", opens="PO-2"), {"words": "Said.", "big": "PO-2"}),
    (
        "an undo",
        result("accepted", "undone", item=MUG, line=LineCount(24, 12), units=-1),
        {"words": "Taken back", "big": "12", "of": "of 24", "effect": "−1"},
    ),
    ("an undo that could not be", result("refused", "undone", item=MUG), {"words": "Said.", "effect": "Not counted"}),
]

PICKING: list[tuple[str, ScanResult, dict[str, str]]] = [
    (
        "units taken",
        result("accepted", "picked", item=MUG, units=12, location="A-01-1"),
        {"words": "Said.", "big": "12", "of": "picked", "effect": "from A-01-1"},
    ),
    ("units given back", result("accepted", "undone", item=MUG, units=-12), {"words": "Said.", "big": "−12"}),
    (
        "many wait for an answer",
        result("held", "over", item=MUG, units=300, waiting=300),
        {"words": "Said.", "big": "300", "of": "wait"},
    ),
    ("refused", result("refused", "unexpected", item=MUG), {"words": "Said.", "effect": "Nothing was recorded"}),
]

MOVES: list[tuple[str, ScanResult, dict[str, str]]] = [
    (
        "units in hand, with those that were there before",
        result("accepted", "taken", item=MUG, units=2, location="DOCK"),
        {"words": "Said.", "big": "5", "of": "in your hand", "effect": "+2"},
    ),
    (
        "units of several items",
        result("accepted", "taken", units=8, location="DOCK"),
        {"words": "Said.", "big": "8", "of": "in your hand", "effect": "+8"},
    ),
    (
        "a put says where",
        result("accepted", "moved", item=MUG, units=5, location="DOCK"),
        {"words": "Said.", "big": "A-01-1", "of": "5 units"},
    ),
    ("a place to take from", result("accepted", "located", location="A-01-2"), {"words": "Said.", "big": "A-01-2"}),
    ("good to sell", result("accepted", "graded", item=MUG, units=5), {"words": "Said.", "big": "5", "of": "in your hand"}),
    ("why it is damaged is asked", result("held", "located"), {"words": "Said."}),
    (
        "many wait for an answer",
        result("held", "taken", item=MUG, units=1200, waiting=1200),
        {"words": "Said.", "big": "1,200", "of": "wait"},
    ),
    ("an undo", result("accepted", "undone", item=MUG, units=-5), {"words": "Said.", "big": "−5"}),
    ("refused", result("refused", "unexpected", item=MUG), {"words": "Said.", "effect": "Nothing was moved"}),
]

COUNTING: list[tuple[str, ScanResult, dict[str, str]]] = [
    (
        "a unit says where, and never of how many",
        result("accepted", "counted", item=MUG, line=LineCount(None, 3), units=1, location="A-01-1"),
        {"big": "3", "of": "at A-01-1", "effect": "+1"},
    ),
    (
        "nothing is there",
        result("accepted", "empty", location="A-01-1"),
        {"words": "Said.", "big": "Nothing", "of": "at A-01-1"},
    ),
    (
        "an undo",
        result("accepted", "undone", item=MUG, line=LineCount(None, 2), units=-1, location="A-01-1"),
        {"words": "Taken back", "big": "2", "of": "at A-01-1", "effect": "−1"},
    ),
    ("a shelf that is counted already", result("held", "located"), {"words": "Said.", "action": "Yes, count it again"}),
    ("goods that wait have buttons of their own", result("held", "counted", item=MUG, units=5_000), {"words": "Said."}),
    ("shelves are left", result("held", "short"), {"words": "Said.", "action": "Yes, finish"}),
    ("goods of no shelf", result("refused", "unexpected", item=MUG), {"words": "Said.", "effect": "Not counted"}),
]

RETURNS: list[tuple[str, ScanResult, dict[str, str]]] = [
    (
        "a unit came; how many stands in digits, and not again in words",
        result(
            "accepted",
            "counted",
            item=MUG,
            line=LineCount(2, 1),
            units=1,
            location="BENCH",
            message=f"{MUG.name}: 1 of 2. Grade.",
        ),
        {"words": "Grade.", "big": "1", "of": "of 2", "effect": "+1 → BENCH"},
    ),
    (
        "nobody announced it, so it is of no number",
        result("accepted", "unexpected", item=MUG, line=LineCount(0, 1), units=1, location="BENCH"),
        {"words": "Said.", "big": "1", "effect": "+1 → BENCH"},
    ),
    (
        "a grade shows where the goods go",
        result("accepted", "graded", item=MUG, units=2, location="QUARANTINE", line=LineCount(2, 2)),
        {"words": "Said.", "big": "QUARANTINE", "effect": "2 units graded"},
    ),
    (
        "more than announced wait for an answer",
        result("held", "over", item=MUG, units=1, line=LineCount(2, 2)),
        {"words": "Said.", "effect": "2 of 2", "action": "Take it in"},
    ),
    ("a grade that waits for its shelf is answered by the shelf", result("held", "located", item=MUG), {"words": "Said."}),
    ("missing goods", result("held", "short"), {"words": "Said.", "action": "Yes, finish"}),
    (
        "an undo",
        result("accepted", "undone", item=MUG, units=-2, location="BENCH"),
        {"words": "Said.", "big": "−2", "effect": "−2"},
    ),
    ("refused", result("refused", "graded", item=MUG), {"words": "Said.", "effect": "Nothing was done"}),
]


def rows(table: list[tuple[str, ScanResult, dict[str, str]]]) -> Any:
    """A table's rows for parametrize, each by the fact that it states."""
    return pytest.mark.parametrize(("scan", "seen"), [pytest.param(scan, seen, id=fact) for fact, scan, seen in table])


@rows(RECEIVING)
def test_a_panel_of_receiving_says_how_far_the_line_is_and_where_goods_went(scan: ScanResult, seen: dict[str, str]) -> None:
    assert drawn(receiving.panel_of(scan)) == seen


@rows(PICKING)
def test_a_panel_of_picking_says_what_was_taken_from_which_shelf(scan: ScanResult, seen: dict[str, str]) -> None:
    assert drawn(picking.panel_of(scan, "PICKS")) == seen


@rows(COUNTING)
def test_a_panel_of_counting_says_what_is_counted_at_the_shelf_and_not_what_should_be(
    scan: ScanResult, seen: dict[str, str]
) -> None:
    assert drawn(counting.panel_of(scan)) == seen


@rows(RETURNS)
def test_a_panel_of_returns_says_what_came_and_where_its_grade_sends_it(scan: ScanResult, seen: dict[str, str]) -> None:
    assert drawn(returns.panel_of(scan, "open")) == seen


def test_a_short_pick_says_that_it_is_not_there() -> None:
    scan = result("accepted", "short", item=MUG, units=1, location="A-01-1")
    assert drawn(picking.panel_of(scan, "SHORT-PICKS")) == {"words": "Said.", "big": "1", "of": "not here", "effect": "A-01-1"}


@pytest.mark.parametrize(("scan", "seen"), [pytest.param(scan, seen, id=name) for name, scan, seen in MOVES])
def test_a_panel_of_moves_says_what_is_in_hand_and_where_it_went(scan: ScanResult, seen: dict[str, str]) -> None:
    hand = [HandLine(sku=MUG.sku, name=MUG.name, units=5, home="A-01-1", at_dock=None)]
    assert drawn(moves.panel_of(scan, hand, "A-01-1")) == seen


@pytest.mark.parametrize(
    ("panel", "seen"),
    [
        (receiving.panel_of(None, "DOCK"), {"words": "Scan an item, a carton or a shelf. Goods go to DOCK."}),
        (picking.panel_of(None, "SHORT-PICKS"), {"words": "Scan the label of the shelf, then the item."}),
        (counting.panel_of(None, "A-01-1"), {"words": "Then everything that is on it.", "big": "A-01-1"}),
        (returns.panel_of(None, "open"), {"words": "Scan an item, then its grade."}),
        (returns.panel_of(None, "finished"), {"words": "Tap a line to grade its goods again."}),
    ],
)
def test_before_any_scan_the_panel_says_what_to_do(panel: Panel, seen: dict[str, str]) -> None:
    assert drawn(panel) == seen and panel.seq is None


@pytest.mark.parametrize("of_kind", [receiving.panel_of, counting.panel_of])
def test_a_name_is_not_said_twice(of_kind: Callable[[ScanResult], Panel]) -> None:
    panel = of_kind(result("refused", "unexpected", item=MUG, message="Mug, blue: not on this order."))
    assert (panel.title, panel.words, panel.sign) == ("Mug, blue", "Not on this order.", "cross")


def test_five_digits_are_set_smaller() -> None:
    assert not panels.number(9_999).long and panels.number(10_000).long and panels.place("DOCK").long


def test_a_long_name_takes_room_of_the_words():
    name, words = "Storage box with lid, stackable, 45 litres, transparent", "Is not on PO-1: 1 waits. Yes puts it in QUARANTINE."
    short = Panel(signal="held", sign="bang", title="Bowl, white", words=words)
    assert (short.wordy, replace(short, title=name).wordy, replace(short, title=name * 2).wordy) == ("", "long", "many")


@pytest.mark.parametrize(
    ("words", "number", "look"),
    [
        ("Mug: 3 in your hand.", True, False),
        ("3 in your hand, from REFURBISH. Its shelf is A-01-2. More than the record has there: noted.", True, True),
        ("3 units of 3 items put at A-01-2. Shelves elsewhere: Mug, blue B-01-1; T-shirt M A-03-3; Lamp A-01-1. "
         "CMD-UNDO takes it back.",
         False, True),
    ],
)  # fmt: skip
def test_long_words_make_the_number_small_and_very_long_ones_have_the_panel_to_themselves(
    app: Flask, words: str, number: bool, look: bool
) -> None:
    panel = Panel(signal="over", sign="over", title="", words=words, big=panels.number(3, "in your hand"))
    with app.test_request_context():
        html = render_template("scans/_panel.html", panel=panel)
    assert ("result__number" in html, "result--wordy" in html) == (number, look)
