"""Which rooms somebody can go to, and in which one a page is."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from scanner.people.rules import OperatorView, Right
from scanner.scans.rooms import Entry, Group, grouped, present
from tests.web.test_pages import Person

FLOOR = Entry(endpoint="receiving.index", title="Receiving", words="", right=Right.RECEIVE, group=Group.FLOOR)
OFF = Entry(endpoint="discrepancies.index", title="Discrepancies", words="", right=Right.SEE_DISCREPANCIES, group=Group.OFF)
LABELS = Entry(endpoint="labels.index", title="Labels", words="", right=Right.PRINT_LABELS, also=("labels.printers",))
SET_UP = Entry(endpoint="labels.set_up", title="Set up", words="")
ALL = [SET_UP, OFF, FLOOR, LABELS]


def person(*roles: str) -> OperatorView:
    return OperatorView(1, "Rosa", frozenset(roles))


def headings(*roles: str) -> list[tuple[str, list[str]]]:
    return [(each.heading, [entry.title for entry in each.entries]) for each in grouped(ALL, person(*roles))]


def test_rooms_come_by_group_and_a_group_keeps_its_order():
    assert headings("receiver") == [
        ("The floor", ["Receiving"]), ("What is off", ["Discrepancies"]), ("The warehouse", ["Set up", "Labels"]),
    ]  # fmt: skip


def test_what_a_person_may_not_is_left_out_and_so_is_a_group_of_nothing_else():
    assert headings("service") == [("What is off", ["Discrepancies"]), ("This device", ["Set up"])]


@pytest.mark.parametrize(
    ("endpoint", "blueprint", "room"),
    [
        ("labels.set_up", "labels", SET_UP),  # its own page, though the blueprint is another room's
        ("labels.sheet", "labels", SET_UP),  # by blueprint: the first one
        ("labels.printers.index", "labels.printers", LABELS),  # a blueprint of its own in the same room
        ("receiving.task", "receiving", FLOOR),
        ("auth.sign_in", "auth", None),
        (None, None, None),  # no such page
    ],
)
def test_the_present_room_is_the_one_of_the_page(endpoint, blueprint, room):
    assert present(ALL, endpoint, blueprint) == room


def nav(page: str) -> str:
    return page.partition('<nav class="rooms"')[2].partition("</nav>")[0]


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', nav(page))


@pytest.mark.parametrize("name", ["Rosa", "Carla", "Theo", "Vera", "Pia", "Sam"])
def test_every_room_beside_a_page_opens_for_that_person_and_is_a_card_of_the_home_page(app: Flask, name: str) -> None:
    who = Person(app, name)
    home = who.get("/").text
    found = links(home)
    assert "/" in found and len(found) > 3
    assert {path: who.get(path).status_code for path in found} == dict.fromkeys(found, 200)
    cards = re.findall(r'class="card" href="([^"]+)"', home)
    assert [path for path in found if path != "/"] == [path for path in cards if path in found]


def test_the_room_of_a_page_is_marked(app: Flask) -> None:
    sam = Person(app, "Sam")
    assert 'href="/discrepancies" aria-current="page"' in nav(sam.get("/discrepancies").text)
    assert 'href="/items" aria-current="true"' in nav(sam.get("/items/MUG-B").text)
    assert 'href="/people" aria-current="true"' in nav(sam.confirm().get("/people/new").text)


def test_a_scan_page_keeps_its_whole_frame(app: Flask) -> None:
    rosa = Person(app, "Rosa")
    assert links(rosa.get("/receiving").text)
    assert not nav(rosa.get("/receiving/PO-1001").text)
    assert links(rosa.get("/receiving/PO-1001/finish").text)


def test_nobody_signed_in_and_a_locked_device_see_no_rooms(app: Flask) -> None:
    assert not nav(app.test_client().get("/sign-in").text)
    rosa = Person(app, "Rosa")
    rosa.post("/lock")
    assert not nav(rosa.get("/lock").text)
