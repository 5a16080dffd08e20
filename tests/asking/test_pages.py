"""The page that answers a code, and how scans come to it."""

from __future__ import annotations

import re

import pytest
from flask import Flask, url_for

from scanner.asking import views
from scanner.scans import tasks
from tests.support.warehouse import LAMP, MUG, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    """Seven mugs on A-01-1."""
    warehouse: Warehouse = app.extensions["warehouse"]
    warehouse.scan("A-01-1")
    warehouse.scan(MUG, quantity=7)
    return warehouse


@pytest.fixture
def rosa(app: Flask, goods: Warehouse) -> Person:
    return Person(app, "Rosa")


@pytest.fixture
def carla(app: Flask, goods: Warehouse) -> Person:
    return Person(app, "Carla")


def where(person: Person, code: str) -> str:
    answer = person.get("/where", query_string={"code": code})
    assert answer.status_code == 200
    return answer.text


def by_htmx(person: Person, path: str, **fields: object):
    return person.client.post(path, data={"csrf_token": person._token(), **fields}, headers={"HX-Request": "true"})


def test_an_item_has_its_number_its_home_its_places_and_its_tasks(rosa: Person) -> None:
    page = where(rosa, MUG)
    assert '<p class="result__number">7</p>' in page and "can be sold" in page
    assert 'Its shelf is <span class="code">A-01-1</span>' in page
    assert 'href="/where?code=A-01-1"' in page and 'href="/receiving/PO-1001"' in page and "7 / 24" in page
    assert "Last moved" in page and "Rosa" in page


def test_a_place_says_what_is_on_it(rosa: Person) -> None:
    page = where(rosa, "A-01-1")
    assert "units of 1 item" in page and 'href="/where?code=MUG-B"' in page


def test_who_counts_is_told_why_there_is_no_number(carla: Person) -> None:
    page = where(carla, MUG)
    assert "You count here: numbers are hidden." in page and "Mug, blue" in page
    assert "result__number" not in page and "PO-1001" not in page and "Last moved" not in page


def test_from_a_shelf_its_section_is_counted_in_one_tap(carla: Person) -> None:
    page = where(carla, "A-01-1")
    assert 'action="/counting/start"' in page and 'name="section" value="A-01"' in page and "Count this shelf" in page
    assert carla.post("/counting/start", section="A-01").location == "/counting/C-000001"


def test_who_may_start_no_count_is_offered_none(rosa: Person) -> None:
    assert "Count this shelf" not in where(rosa, "A-01-1")


@pytest.mark.parametrize(("code", "label"), [(MUG, "group=items&amp;code=MUG-B"), ("A-01-1", "group=locations&amp;code=A-01-1")])
def test_its_label_is_printed_in_one_tap(rosa: Person, code: str, label: str) -> None:
    assert f'href="/labels?{label}"' in where(rosa, code)


def test_the_labels_of_one_item_are_all_its_barcodes_and_no_others(rosa: Person) -> None:
    page = rosa.get("/labels?group=items&code=MUG-B").text
    assert page.count('class="label"') == 2 and "Desk lamp" not in page
    assert "code=MUG-B" in page and rosa.get("/labels.pdf?group=items&code=MUG-B").data.startswith(b"%PDF")


def test_the_label_of_one_place_is_that_alone(rosa: Person) -> None:
    page = rosa.get("/labels?group=locations&code=A-01-2").text
    assert page.count('class="label"') == 1 and "Shelf A-01-2" in page


def test_customer_service_moves_nothing_and_prints_nothing(app: Flask, goods: Warehouse) -> None:
    page = where(Person(app, "Vera"), MUG)
    assert '<p class="result__number">7</p>' in page and "Move it" not in page and "Print its label" not in page


def test_what_is_unknown_is_said_in_words_and_sounds_so(rosa: Person) -> None:
    page = where(rosa, "NOPE")
    assert "Nothing here has the code NOPE." in page and 'data-signal="refused" data-unknown' in page
    assert "To link it to an item" in page


def test_without_a_code_the_page_waits_for_one(rosa: Person) -> None:
    assert "Scan anything" in rosa.get("/where").text


def test_what_is_no_code_is_400(rosa: Person) -> None:
    assert rosa.get("/where", query_string={"code": "x" * 10_000}).status_code == 400


class TestAScanOutsideATask:
    @pytest.mark.parametrize("code", [MUG, "A-01-1", "MUG-B"])
    def test_of_an_item_or_a_place_is_answered(self, rosa: Person, code: str) -> None:
        answer = rosa.post("/open", code=code)
        assert (answer.status_code, answer.location) == (303, f"/where?code={code}")

    def test_is_answered_to_htmx_too(self, rosa: Person) -> None:
        assert by_htmx(rosa, "/open", code=MUG).location == f"/where?code={MUG}"

    @pytest.mark.parametrize("code", ["PO-1001", "ASN-77"])
    def test_of_a_task_s_own_label_opens_it(self, rosa: Person, code: str) -> None:
        assert rosa.post("/open", code=code).location == "/receiving/PO-1001"

    def test_of_a_badge_signs_in(self, rosa: Person) -> None:
        answer = rosa.post("/open", code="BADGE-SAM", badge="BADGE-SAM")
        assert answer.status_code == 307 and answer.location.startswith("/sign-in")

    def test_on_the_page_of_receipts_opens_the_receipt_of_an_item(self, rosa: Person) -> None:
        assert rosa.post("/open?kind=receiving", code=LAMP).location == "/receiving/PO-1001"

    def test_is_answered_to_who_scans_no_kind_of_task(self, app: Flask, goods: Warehouse) -> None:
        assert Person(app, "Vera").post("/open", code=MUG).location == f"/where?code={MUG}"


class TestTheSearchOfItems:
    @pytest.mark.parametrize("words", [MUG, "MUG-B", " mug-b "])
    def test_leads_to_the_answer_where_a_whole_code_was_sent(self, rosa: Person, words: str) -> None:
        answer = rosa.get("/items", query_string={"q": words})
        assert answer.status_code == 303 and answer.location.startswith("/where?code=")

    def test_lists_while_somebody_types(self, rosa: Person) -> None:
        answer = rosa.get("/items?q=MUG-B", headers={"HX-Request": "true"})
        assert answer.status_code == 200 and "Mug, blue" in answer.text

    @pytest.mark.parametrize("words", ["", "mug", "blue mug", "CMD-DONE"])
    def test_lists_what_has_the_words(self, rosa: Person, words: str) -> None:
        assert rosa.get("/items", query_string={"q": words}).status_code == 200


@pytest.fixture
def with_moves(app: Flask, goods: Warehouse, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address where goods are moved; that of another task where the app has no such page."""
    if views.MOVE not in app.view_functions:
        monkeypatch.setattr(views, "MOVE", "receiving.task")
    with app.test_request_context():
        return url_for(views.MOVE, reference="MOVES")


@pytest.mark.parametrize("code", [MUG, "A-01-1"])
def test_goods_are_moved_in_one_tap_by_who_may(app: Flask, with_moves: str, code: str) -> None:
    assert f'href="{with_moves}">Move it<' in where(Person(app, "Pia"), code)
    assert "Move it" not in where(Person(app, "Vera"), code)


@pytest.mark.usefixtures("with_moves")
def test_a_task_is_not_moved(app: Flask) -> None:
    page = where(Person(app, "Pia"), "PO-1001")
    assert "Move it" not in page and "Open it" not in page


@pytest.mark.parametrize("name", ["Rosa", "Theo", "Carla", "Sam", "Pia"])
def test_an_unknown_code_on_the_home_page_is_called_so_whatever_a_person_may_scan(app, name):
    page = Person(app, name).post("/open", code="4006381333931").text
    assert "Unknown code 4006381333931. To link it to an item" in page and "not a label of picking" not in page


def test_home_says_that_any_code_may_be_scanned(rosa: Person) -> None:
    assert "Anything else says what it is and where." in rosa.get("/").text


def said_at_home(person: Person, code: str) -> str:
    """The words of the page, without the marks that keep codes on one line."""
    return re.sub("<[^>]*>", "", person.post("/open", code=code).text)


def test_counting_is_the_main_button_of_who_counts_blind(carla: Person, app: Flask) -> None:
    page = where(carla, "A-01-1")
    assert page.index("Count this shelf") < page.index(">Move it<")
    assert 'button button--go" name="section"' in page and 'class="button" href="/moves/MOVES">Move it' in page
    sam = where(Person(app, "Sam"), "A-01-1")
    assert 'button button--go" href="/moves/MOVES">Move it' in sam and 'class="button" name="section"' in sam


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("A-01", "Nobody counts A-01 now. Start its count on the page Counting."),
        ("C-000009-R1", "C-000009-R1 is a recount: another person than who counted makes it."),
        ("BADGE-NOBODY", "Nobody has this badge: ask a supervisor for a new one."),
    ],
)
def test_what_a_counter_scans_at_home_is_answered_in_words(carla: Person, code: str, words: str) -> None:
    page = said_at_home(carla, code)
    assert words in page and "Unknown code" not in page and "To link it" not in page


def test_a_recount_of_ones_own_count_is_answered_like_one_that_is_not_there(carla: Person, goods: Warehouse) -> None:
    carla.post("/open?kind=count", code="A-01-1")
    goods.scan(MUG, task="C-000001", by="Carla", device="d")
    carla.scan(LAMP, task="C-000001")
    answer = carla.client.post("/counting/C-000001/finish", json={"confirm": True}, headers={"X-CSRFToken": carla._token()})
    assert answer.status_code == 200
    with goods.database.read() as session:
        assert tasks.get_task(session, "C-000001-R1") is not None, "there is one"
    there, none = (said_at_home(carla, f"C-000001-R{number}") for number in (1, 7))
    assert "C-000001-R1 is a recount" in there and "C-000001-R7 is a recount" in none
