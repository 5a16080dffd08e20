"""Fields that are sent: what each type takes, and what it says of the rest. A row for each way to be right or wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask

from scanner.errors import BadRequest
from scanner.web.contract import Answer, Body, query, taken
from scanner.web.field_types import (
    Between,
    Given,
    Id,
    Moment,
    Money,
    OneOf,
    Percent,
    Printable,
    Search,
    Several,
    Span,
    Ticked,
    TrueOrFalse,
    WholeNumber,
    WholeNumberOrNone,
    Words,
    YesNo,
)


class Each(Body):
    """A field of each type, all optional but for the tests."""

    whole: WholeNumber = 0
    maybe: WholeNumberOrNone = None
    between: Annotated[int, Between(1, 9_999)] = 1
    id: Id | None = None
    moment: Moment | None = None
    yes: YesNo = False
    strict: TrueOrFalse = False
    percent: Percent = 0
    money: Money = 0
    words: Words = ""
    name: Annotated[str, Printable(5)] = "x"
    blank: Annotated[str, Printable(5, least=0)] = ""
    search: Search = ""
    span: Span = 90
    given: Given = False
    ticked: Ticked = False
    letter: Annotated[str, OneOf(("A", "B"))] = "A"
    state: Annotated[str, OneOf(("open", "all"), "open")] = "open"
    few: Annotated[list[int], Several(2, "1 to 2 numbers")] = [1]  # noqa: RUF012


class Nested(Body):
    """Fields in a list."""

    lines: list[Each]
    needed: WholeNumber


TAKEN: list[tuple[str, Any, Any]] = [
    ("whole", "12", 12),
    ("whole", 3.0, 3),
    ("maybe", "", None),
    ("maybe", "7", 7),
    ("between", "9999", 9_999),
    ("id", "{12345678-1234-5678-1234-567812345678}", UUID("12345678123456781234567812345678")),
    ("moment", "2026-11-27T10:00:00", datetime(2026, 11, 27, 10, tzinfo=UTC)),
    ("yes", "1", True),
    ("yes", "", False),
    ("yes", True, True),
    ("strict", None, False),
    ("percent", "2,5", 250),
    ("percent", 2.5, 250),
    ("money", "12.50", 125_000),
    ("money", "1,234.50", 12_345_000),
    ("money", 1.234, 12_340),  # a number of JSON has a point for its decimal sign
    ("words", None, ""),
    ("name", "  ab ", "ab"),
    ("blank", " ", ""),
    ("search", "a\x00b" + "c" * 100, "ab" + "c" * 97),
    ("search", None, ""),
    ("span", "365", 365),
    ("span", "31", 90),
    ("span", "", 90),
    ("given", "", True),
    ("ticked", "1", True),
    ("ticked", "yes", False),
    ("letter", "B", "B"),
    ("state", "all", "all"),
    ("state", "gone", "open"),
    ("few", [1, 2], [1, 2]),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("whole", "1.5", "Expected a whole number, got '1.5'."),
    ("whole", True, "Expected a whole number, got 'True'."),
    ("whole", None, "Expected a whole number, got nothing."),
    ("whole", "٣", "Expected a whole number, got '٣'."),
    ("whole", 10**9, "Expected a whole number, got '1000000000'."),
    ("between", 0, "Expected a whole number from 1 to 9,999, got 0."),
    ("id", "x", "Expected a UUID, got 'x'."),
    ("moment", "soon", "Expected an ISO 8601 time, got 'soon'."),
    ("moment", "0001-01-01", "Expected a time of this age, got '0001-01-01'."),
    ("yes", "maybe", "Expected true or false, got 'maybe'."),
    ("strict", "true", "Expected true or false, got a text."),
    ("percent", "2.555", "Expected a percentage such as 2.5, with at most two decimals, got '2.555'."),
    ("percent", [], "Expected a number in percent."),
    (
        "money",
        "1,234",  # a form has no other amounts that would tell
        "Expected an amount such as 12.50, with at most four decimals; this may be 1234 or 1.234: "
        "write it with two or four decimals, got '1,234'.",
    ),
    ("whole", "1,000", "Expected a whole number, got '1,000'."),
    ("words", 7, "Expected a text, got '7'."),
    ("name", " ", "Expected 1 to 5 printable characters, got nothing."),
    ("name", "abcdef", "Expected 1 to 5 printable characters, got 6 of them."),
    ("name", "a\nb", "Expected 1 to 5 printable characters, got one that cannot be printed."),
    ("name", "\ud800", "Expected 1 to 5 printable characters, got one that cannot be printed."),
    ("letter", "C", "Expected 'A' or 'B', got something else."),
    ("few", [], "Expected 1 to 2 numbers."),
    ("few", [1, 2, 3], "Expected 1 to 2 numbers."),
    ("few", "12", "Expected 1 to 2 numbers."),
    ("blank", 5, "Expected 0 to 5 printable characters, got a number."),
]


@pytest.mark.parametrize(("field", "value", "expected"), TAKEN)
def test_a_value_is_taken(field: str, value: Any, expected: Any) -> None:
    assert getattr(taken(Each, {field: value}), field) == expected


@pytest.mark.parametrize(("field", "value", "words"), REFUSED)
def test_a_value_is_refused_in_words(field: str, value: Any, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        taken(Each, {field: value})
    assert (refused.value.message, refused.value.field) == (words, field)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"lines": []}, "needed", "Expected a whole number, got nothing."),
        ({"lines": "x", "needed": 1}, "lines", "Expected a list, got a text."),
        ({"lines": [{}, 7], "needed": 1}, "lines[1]", "Expected a JSON object, got a number."),
        ({"lines": [{"whole": "x"}], "needed": 1}, "lines[0].whole", "Expected a whole number, got 'x'."),
        ([], None, "Expected a JSON object, got a list."),
    ],
)
def test_a_mistake_is_named_where_it_is(said: Any, field: str | None, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        taken(Nested, said)
    assert (refused.value.field, refused.value.message) == (field, words)


def test_a_field_that_is_not_known_is_left_alone() -> None:
    assert taken(Each, {"colour": "blue"}) == Each()


def test_an_answer_leaves_out_what_has_its_default_and_keeps_what_may_be_null() -> None:
    class Told(Answer):
        always: int | None
        sometimes: int | None = None

    assert Told(always=None).fields() == {"always": None}
    assert Told(always=1, sometimes=2).fields() == {"always": 1, "sometimes": 2}


class Chosen(Body):
    """A field that a form may have many times, and one that it has once."""

    pick: list[str] = []  # noqa: RUF012
    name: Words = ""


@pytest.mark.parametrize(
    ("address", "pick", "name"),
    [("/?pick=a&name=x&pick=b&name=y", ["a", "b"], "x"), ("/?pick=a", ["a"], "of old"), ("/", [], "of old")],
)
def test_an_address_brings_all_values_of_a_list_and_the_first_of_others(address: str, pick: list[str], name: str) -> None:
    with Flask(__name__).test_request_context(address):
        said = query(Chosen, name="of old")
    assert (said.pick, said.name) == (pick, name)
