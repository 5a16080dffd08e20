"""No page grows with the warehouse: what is open or touched first is shown, the rest is found by typing or a page further on."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.crowded import FIRST, LARGE, crowd
from tests.web.test_pages import Person

pytestmark = pytest.mark.slow

NUMBER, MOST_BYTES = 1_500, 200_000
FILLED = {"sku": "MUG-B", "seq": str(FIRST), "discrepancy_id": "1", "signal_id": "1", "operator_id": str(FIRST), "code": "Y"}
REFERENCES = {"/service": "RMA-C1000", "/returns/": "RMA-C1000", "/counting": "C-C1000", "/picking": "PICKS", "/moves": "MOVES"}
FILES = (
    "static",
    "data.take_out",
    "service.graded_file",
    "labels.sheet",
    "labels.set_up_sheet",
    "pages.worker",
    "plan.file",
    "discrepancies.file",
    "signals.file",
)
PEOPLE = ("Sam", "Rosa", "Theo", "Carla", "Vera")


@pytest.fixture
def crowded(app: Flask) -> Flask:
    crowd(app.extensions["warehouse"], NUMBER)
    return app


def pages(app: Flask) -> list[str]:
    """The address of every page, about what there is most of."""
    found = []
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and rule.endpoint not in FILES and not rule.rule.startswith("/api/")
        if not is_page or "photo_id" in rule.arguments:
            continue
        reference = next((name for path, name in REFERENCES.items() if rule.rule.startswith(path)), LARGE)
        found.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda part, it=reference: FILLED.get(part[1], it), rule.rule))
    return sorted(found)


def test_no_page_is_larger_than_a_phone_likes(crowded):
    people = [Person(crowded, name) for name in PEOPLE]
    sizes = {path: max(len(person.get(path).data) for person in people) for path in pages(crowded)}
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}


def test_a_long_list_of_devices_is_cut_and_searched(crowded):
    sam = Person(crowded, "Sam")
    page = sam.get(f"/people/{FIRST}/sessions").text
    assert page.count("Sign this device out") == 100 and "100 of 1,500" in page and "Sign all of them out" in page
    assert "None of 1,500 has these words" in sam.get(f"/people/{FIRST}/sessions?q=iphone").text


class TestALargeReceipt:
    def test_shows_what_is_open_first_and_the_last_touched_on_top(self, crowded):
        rosa = Person(crowded, "Rosa")
        rosa.scan("CODE-2000", task=LARGE)
        lines = re.findall(r'data-sku="([^"]+)"', rosa.get(f"/receiving/{LARGE}").text.partition('id="lines"')[2])
        assert lines[:2] == ["CROWD-2000", "CROWD-1000"] and len(lines) == 100

    def test_finds_a_line_by_what_is_typed(self, crowded):
        page = Person(crowded, "Rosa").get(f"/receiving/{LARGE}?q=thing 2345").text
        assert re.findall(r'<li class="line[^>]*data-sku="([^"]+)"', page) == ["CROWD-2345"]

    def test_shows_more_and_says_how_many_there_are(self, crowded):
        rosa = Person(crowded, "Rosa")
        assert "100 of 1,500" in rosa.get(f"/receiving/{LARGE}").text
        longer = rosa.get(f"/receiving/{LARGE}?rows=200").text
        assert "200 of 1,500" in longer and "rows=300" in longer
        assert "type what the others are called" in rosa.get(f"/receiving/{LARGE}?rows=99999").text

    def test_has_the_progress_of_all_its_lines(self, crowded):
        assert "of 4,500" in Person(crowded, "Rosa").get(f"/receiving/{LARGE}").text

    def test_counts_all_that_is_short_where_it_is_finished(self, crowded):
        page = Person(crowded, "Rosa").get(f"/receiving/{LARGE}/finish").text
        assert "4,500 units did not come" in page and "1,500 items short" in page
