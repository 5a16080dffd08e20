"""What labels are printed onto, how many, and what lies in a range."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scanner.errors import BadRequest
from scanner.labels.rules import (
    ONTO,
    RESOLUTIONS,
    ROLLS,
    SHEETS,
    Chosen,
    amount,
    check_amount,
    check_free,
    check_range,
    has_words,
    in_order,
    lies_in,
    pages,
)


@pytest.mark.parametrize("name", SHEETS)
def test_the_labels_of_a_sheet_lie_on_its_paper_and_not_on_each_other(name):
    sheet = SHEETS[name]
    spots = [sheet.spot(place) for place in range(sheet.places)]
    assert all(each.left >= 0 and each.left + each.width <= sheet.paper.width + 1e-6 for each in spots)
    assert all(each.top >= 0 and each.top + each.height <= sheet.paper.height + 1e-6 for each in spots)
    assert len({(each.left, each.top) for each in spots}) == sheet.places
    for one, other in pairwise(spots):
        assert other.top >= one.top + one.height - 1e-6 or other.left >= one.left + one.width - 1e-6


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_beside_the_labels_is_the_same_on_both_sides(name):
    sheet = SHEETS[name]
    last = sheet.spot(sheet.places - 1)
    assert sheet.paper.width - last.left - last.width == pytest.approx(sheet.left, abs=0.11)
    assert sheet.paper.height - last.top - last.height == pytest.approx(sheet.top, abs=0.11)


@pytest.mark.parametrize(
    ("name", "places", "size", "pitch"),
    [
        ("a4-24", 24, (70, 37.125), (70, 37.125)),
        ("a4-21", 21, (63.5, 38.1), (66, 38.1)),
        ("a4-14", 14, (99.1, 38.1), (101.6, 38.1)),
        ("a4-65", 65, (38.1, 21.2), (40.6, 21.2)),
        ("letter-30", 30, (66.675, 25.4), (69.85, 25.4)),  # 2 5/8 x 1 in, 2 3/4 in apart
    ],
)
def test_bought_sheets_measure_what_their_makers_publish(name, places, size, pitch):
    sheet = SHEETS[name]
    first, beside, below = sheet.spot(0), sheet.spot(1), sheet.spot(sheet.columns)
    assert (sheet.places, first.width, first.height) == (places, *size)
    assert (beside.left - first.left, below.top - first.top) == pytest.approx(pitch)


@pytest.mark.parametrize(("dpi", "dots"), [(203, 813), (300, 1200)])
def test_a_roll_of_four_inches_is_as_many_dots_as_its_printer_has(dpi, dots):
    assert round(ROLLS["roll-102x152"].width * RESOLUTIONS[dpi].per_mm) == dots


@pytest.mark.parametrize(
    ("labels", "onto", "free", "said"),
    [
        (72, "a4-24", 1, "72 labels, 3 sheets"),
        (1, "a4-24", 1, "1 label, 1 sheet"),
        (24, "a4-24", 2, "24 labels, 2 sheets"),  # the first place is used already
        (66, "a4-65", 1, "66 labels, 2 sheets"),
        (1200, "roll-57x32", 1, "1,200 labels"),
        (0, "a4-24", 5, "0 labels, 0 sheets"),
    ],
)
def test_what_will_be_printed_is_said_as_a_number(labels, onto, free, said):
    assert amount(labels, ONTO[onto], free) == said


def test_pages_begin_at_the_first_free_label():
    sheet = SHEETS["a4-21"]
    assert [pages(21, sheet, free) for free in (1, 2, 21)] == [1, 2, 2]


@pytest.mark.parametrize("free", [0, 25])
def test_a_first_free_label_that_a_sheet_does_not_have_is_refused(free):
    with pytest.raises(BadRequest, match=f"from 1 to 24 on this sheet, got {free}"):
        check_free(free, SHEETS["a4-24"])


def test_more_than_is_printed_at_once_is_refused_in_words():
    check_amount(4, 500)
    with pytest.raises(BadRequest, match="at most 2,000 labels at once, got 2,001"):
        check_amount(2001, 1)


@pytest.mark.parametrize(
    "codes",
    [
        ["A-1-9", "A-1-10", "A-2-1", "A-10-1", "B-1"],
        ["a-1", "A-2", "a-3"],
        ["1", "2", "10", "A"],
        ["PO-9", "PO-10"],
        ["A", "A-1"],
    ],
)
def test_codes_sort_as_people_do(codes):
    assert sorted(sorted(codes, reverse=True), key=in_order) == codes


@pytest.mark.parametrize(
    ("code", "lies"),
    [("A-01-1", True), ("A-01-10", True), ("A-02-7", True), ("A-03-4", True), ("a-02-1", True), ("A-03-5", False),
     ("A-00-9", False), ("B-01-1", False)],
)  # fmt: skip
def test_a_range_has_both_its_ends(code, lies):
    assert lies_in(Chosen(first="A-01-1", last="A-03-4"), code) is lies


def test_an_end_that_is_not_named_is_no_limit():
    assert lies_in(Chosen(first="B"), "C-1") and not lies_in(Chosen(first="B"), "A-1")
    assert lies_in(Chosen(last="B"), "A-1") and not lies_in(Chosen(last="B"), "C-1")


def test_a_range_that_runs_backwards_is_refused_and_says_how_to_mend_it():
    with pytest.raises(BadRequest, match="got A-03-4 to A-01-1: swap them"):
        check_range(Chosen(first="A-03-4", last="A-01-1"))
    check_range(Chosen(first="A-01-1", last="A-01-1"))


def test_every_word_is_looked_for_in_code_and_name():
    assert has_words(Chosen("mug blue"), "MUG-1", "Blue one")
    assert not has_words(Chosen("mug red"), "MUG-1", "Blue one")
