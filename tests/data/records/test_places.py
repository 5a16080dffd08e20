"""Making many places: which codes, and the page."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from scanner.data.records.places import rules
from scanner.data.records.places.rules import Layout, Span
from scanner.errors import BadRequest
from tests.staff.test_pages import Desk

USUAL = Layout(Span("A", "D"), Span("01", "08"), Span("1", "3"))
LONG = replace(USUAL, bay=Span("1", "11"), level=Span("1", "11"))
FORM = {
    "aisle_first": "A", "aisle_last": "B", "bay_first": "01", "bay_last": "02", "level_first": "1", "level_last": "3",
}  # fmt: skip


def codes(layout: Layout) -> list[str]:
    return [each.code for each in rules.places(layout)]


def test_aisles_bays_and_levels_make_codes_in_the_order_of_the_walk() -> None:
    made = codes(USUAL)
    assert len(made) == 96 and made[:4] == ["A-01-1", "A-01-2", "A-01-3", "A-02-1"] and made[-1] == "D-08-3"
    assert rules.summary(rules.places(USUAL), 3) == "96 places, A-01-1 to D-08-3, 3 are there already"


def test_a_number_is_as_long_as_its_first_is_written() -> None:
    assert codes(replace(USUAL, aisle=Span("A", "A"), bay=Span("8", "11"), level=Span("1", "1"))) == [
        "A-8-1", "A-9-1", "A-10-1", "A-11-1",
    ]  # fmt: skip
    assert codes(replace(USUAL, aisle=Span("A", "A"), bay=Span("008", "009"), level=Span("1", "1"))) == ["A-008-1", "A-009-1"]


def test_letters_go_on_after_z_and_may_be_small_and_levels_too() -> None:
    made = codes(replace(USUAL, aisle=Span("y", "ab"), bay=Span("1", "1"), level=Span("A", "A")))
    assert made == ["Y-1-A", "Z-1-A", "AA-1-A", "AB-1-A"]


@pytest.mark.parametrize(
    ("section", "pattern", "expected"),
    [
        ("bay", "{aisle}-{bay}-{level}", "A-01"),
        ("aisle", "{aisle}-{bay}-{level}", "A"),
        ("bay", "W1.{aisle}{bay}{level}", "W1.A01"),
    ],
)
def test_a_section_is_an_aisle_or_a_bay(section: str, pattern: str, expected: str) -> None:
    assert rules.places(replace(USUAL, section=section, pattern=pattern))[0].section == expected


@pytest.mark.parametrize(
    ("layout", "field", "words"),
    [
        (replace(USUAL, aisle=Span("D", "A")), "aisle_last", "got D to A: swap them"),
        (replace(USUAL, bay=Span("A", "9")), "bay_first", "as letters (A to D) or as numbers (01 to 12)"),
        (replace(USUAL, bay=Span("", "")), "bay_first", "as letters"),
        (replace(USUAL, bay=Span("1", "999")), "aisle_last", "Expected at most 5,000 places at once, got 11,988."),
        (replace(USUAL, pattern="{aisle}-{bay}"), "pattern", "{aisle}, {bay} and {level} once each"),
        (replace(USUAL, pattern="{aisle}/{bay}/{level}"), "pattern", "letters, digits, - . or _"),
        (
            replace(USUAL, bay=Span("1", "11"), level=Span("1", "11"), pattern="{aisle}{bay}{level}"),
            "pattern",
            "tells each place",
        ),
        (replace(USUAL, section="level"), "section", "by aisle or by bay"),
    ],
)
def test_what_makes_no_places_is_said_in_words(layout: Layout, field: str, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        rules.places(layout)
    assert words in refused.value.message and refused.value.field == field


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_the_page_shows_what_would_be_made_and_htmx_gets_that_alone(desk: Desk) -> None:
    page = desk.get("/records/locations/generate").text
    assert "96 places, A-01-1 to D-08-3" in page and "are there already" in page
    part = desk.client.get("/records/locations/generate", query_string=FORM, headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<div id="preview"') and "12 places, A-01-1 to B-02-3" in part
    wrong = desk.client.get("/records/locations/generate", query_string=FORM | {"bay_last": "x"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200 and "as letters" in wrong.text
    told = desk.client.get("/records/locations/generate", query_string=FORM, headers={"Accept": "application/json"}).json
    assert told["places"] == 12 and told["there"] > 0


def test_places_are_made_and_lead_to_their_labels(desk: Desk) -> None:
    answer = desk.post("/records/locations/generate", **FORM | {"aisle_first": "X", "aisle_last": "Y"})
    assert answer.location == "/labels?group=locations&first=X-01-1&last=Y-02-3"
    page = desk.get(answer.location).text
    assert "12 new places, X-01-1 to Y-02-3." in page and "X-02-3" in page
    assert desk.client.get(
        "/records/locations/edit?code=X-02-3", headers={"Accept": "application/json"}
    ).json["record"]["section"] == "X-02"  # fmt: skip


def test_what_is_there_stays_as_it_is(desk: Desk) -> None:
    desk.post("/records/locations/edit", code="A-01-1", name="By the door")
    again = desk.by_json("/records/locations/generate", **FORM)
    assert again.status_code == 200 and (again.json["first"], again.json["last"]) == ("A-01-1", "B-02-3")
    assert "By the door" in desk.get("/records/locations/edit?code=A-01-1").text
    assert desk.by_htmx("/records/locations/generate", **FORM).headers["HX-Redirect"].startswith("/labels?")
    assert desk.by_json("/records/locations/generate", **FORM).json["message"].startswith("0 new places")


@pytest.mark.slow
def test_places_that_come_in_the_background_have_a_way_to_their_labels_too(desk: Desk) -> None:
    many = FORM | {"aisle_last": "Z", "bay_last": "07", "level_last": "3"}
    made = desk.post("/records/locations/generate", **many)
    assert "/data/imports/" in made.location
    end = time.monotonic() + 60
    while "Print their labels" not in (page := desk.get(made.location).text):
        assert "Nothing was brought in" not in page and time.monotonic() < end
        time.sleep(0.2)
    [link] = re.findall(r'href="(/labels[^"]+)"', page)
    labels = desk.get(unescape(link)).text
    assert "A-01-1" in labels and desk.get(unescape(link)).status_code == 200 and "Z-07-3" in unescape(link)


def test_a_file_of_places_that_somebody_brought_has_no_range() -> None:
    assert rules.range_of(rules.named("A-01-1", "Z-99-9")) == ("A-01-1", "Z-99-9")
    assert rules.range_of("places.csv") is None and rules.range_of("places of Rosa to keep.csv") is None


def test_a_code_that_means_something_makes_none(desk: Desk) -> None:
    desk.post("/records/items/new", sku="X-01-2")
    answer = desk.post("/records/locations/generate", **FORM | {"aisle_first": "X", "aisle_last": "X"})
    assert answer.status_code == 400 and "means something else already" in answer.text
    assert desk.get("/records/locations/edit?code=X-01-1").status_code == 404
    assert desk.post("/records/locations/generate", **FORM | {"bay_last": ""}).status_code == 400
    assert desk.by_json("/records/locations/generate", **FORM | {"bay_last": ""}).json["error"]["field"] == "bay_first"
