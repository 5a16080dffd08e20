"""One search over all that a person may see."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from scanner.asking.search import service
from scanner.asking.search.service import Group
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import MUG, Warehouse
from tests.web.test_pages import Person


def found(warehouse: Warehouse, text: str, by: str = "Sam", only: Group | None = None):
    with warehouse.database.read() as session:
        results = service.search(session, text, WORKFLOWS, warehouse.operators[by], kinds={"receiving", "count"}, only=only)
    return {each.group.value: [row.key for row in each.rows] for each in results}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("mug", {"items": ["MUG-B"]}),
        ("BLUE mug", {"items": ["MUG-B"]}),
        ("mug lamp", {}),
        ("acme", {"tasks": ["PO-1001"]}),
        ("asn-7", {"tasks": ["PO-1001"]}),
        ("a-01", {"places": ["A-01-1", "A-01-2"]}),
        ("%", {}),
        ("_", {}),
        ("  ", {}),
    ],
)
def test_every_word_is_somewhere_in_a_name_or_a_code(warehouse, text, groups):
    assert found(warehouse, text) == groups


def test_people_are_found_by_name_and_only_by_who_keeps_them_and_never_by_badge(warehouse):
    assert list(found(warehouse, "carl")) == ["people"]
    assert found(warehouse, "carl", by="Rosa") == {} == found(warehouse, "BADGE-CARL")


def test_a_few_of_each_are_shown_and_all_of_one_group(warehouse):
    warehouse.add_items([f"MANY-{number}" for number in range(9)])
    assert len(found(warehouse, "many")["items"]) == 5
    assert len(found(warehouse, "many", only=Group.ITEMS)["items"]) == 9


@pytest.mark.parametrize(
    ("q", "path"), [(MUG, f"/where?code={MUG}"), ("a-01-1", "/where?code=a-01-1"), ("PO-1001", "/tasks/PO-1001")]
)
def test_a_whole_code_leads_to_its_page(app: Flask, q: str, path: str) -> None:
    answer = Person(app, "Rosa").get(f"/search?q={q}")
    assert (answer.status_code, answer.location) == (303, path)


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Carla", "Vera", "Pia", "Sam"])
def test_whatever_is_found_opens_for_who_found_it(app: Flask, name: str) -> None:
    app.extensions["warehouse"].add_return("RMA-77", [("MUG-B", 1)], "SO-1")
    who = Person(app, name).confirm()
    paths = set()
    for q in ("mug", "acme", "rma-7", "a-01", "rosa", ""):
        page = who.get(f"/search?q={q}")
        assert page.status_code == 200
        for part in page.text.split('<ul class="next">')[1:]:
            paths |= set(re.findall(r'href="([^"]+)"', part.partition("</ul>")[0]))
    assert {path: who.client.get(path, follow_redirects=True).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_badge_is_told_nothing_of(app: Flask) -> None:
    page = Person(app, "Sam").get("/search?q=BADGE-CARLA")
    assert page.status_code == 200 and "Nothing has these words" in page.text


@pytest.mark.parametrize("q", ["%00", "'", "x" * 500, "%F0%9F%98%80", "CMD-DONE", "a%1Db"])
def test_it_opens_whatever_is_looked_for(app: Flask, q: str) -> None:
    assert Person(app, "Sam").get(f"/search?q={q}").status_code in (200, 303)
