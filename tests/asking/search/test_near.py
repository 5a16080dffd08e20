"""What is found where nothing is called as it was typed."""

from __future__ import annotations

import pytest
from flask import Flask

from scanner.asking.search import service
from scanner.asking.search.rules import is_close, near
from tests.support.warehouse import Warehouse
from tests.web.test_pages import Person

NAMED = [
    ("K-1", "Kerze rot"), ("T-9", "T-Shirt red M"), ("MUG-B", "Mug, blue"), ("C-1", "Crème brûlée"), ("H-1", "Candle holder"),
    ("O-1", "Odd\nname"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("kreze", ["K-1"]),
        ("krze", ["K-1"]),
        ("tshirt", ["T-9"]),
        ("t shirts", ["T-9"]),
        ("mugs", ["MUG-B"]),
        ("mugb", ["MUG-B"]),
        ("blue mugs", ["MUG-B"]),
        ("CREME", ["C-1"]),
        ("candel holdr", ["H-1"]),
        ("candel mug", []),
        ("mub", []),
        ("odd names", ["O-1"]),
        ("zzzz", []),
        ("--", []),
    ],
)
def test_a_slip_of_the_keys_finds_what_was_meant(typed: str, keys: list[str]) -> None:
    assert near(typed, NAMED, 5) == keys


def test_no_more_are_named_than_asked_for() -> None:
    assert near("kreze", [(f"K-{at}", "Kerze") for at in range(9)], 3) == ["K-0", "K-1", "K-2"]


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [("kerze", "kreze", True), ("lamp", "lamps", True), ("lamp", "ramps", False), ("mug", "mag", False),
     ("headphone", "haedphones", True), ("headphone", "telephone", False)],
)  # fmt: skip
def test_long_words_may_have_two_errors_and_short_ones_none(one: str, other: str, close: bool) -> None:
    assert is_close(one, other) is close


def test_the_page_says_that_they_are_only_close(app: Flask) -> None:
    rosa = Person(app, "Rosa")
    page = rosa.get("/search?q=mgu").text + rosa.get("/search?q=Desk-lmap").text
    assert "Nothing has these words" in page and "Nothing is called that. Close to it:" in page and 'href="/items/LAMP"' in page
    assert "Close to it" not in rosa.get("/search?q=desk").text and "Close to it" not in rosa.get("/search").text


def test_a_very_large_catalogue_is_not_looked_through(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa = warehouse.operators["Rosa"]
    with warehouse.database.read() as session:
        assert [each.key for each in service.near(session, "lmap", rosa)] == ["LAMP"]
        monkeypatch.setattr(service, "MOST_NAMES", 1)
        assert service.near(session, "lmap", rosa) == []
