"""The counting pages over HTTP: who may, each dress of each request, and what is told in error."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from tests.support.program import Program
from tests.support.warehouse import LAMP, MUG, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def carla(app: Flask) -> Person:
    return Person(app, "Carla")


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


@pytest.fixture
def count(carla: Person, goods: Warehouse) -> str:
    """An open count, with Carla at its first shelf. A lamp came before, so that none is counted as opening stock."""
    goods.scan(LAMP)
    carla.post("/open?kind=count", code="A-01-1")
    return "C-000001"


def scanned(carla: Person, count: str, *codes: str) -> None:
    for code in codes:
        assert carla.scan(code, task=count).status_code == 200


def send(person: Person, path: str, **body: object):
    return person.client.post(path, json=body, headers={"X-CSRFToken": person._token()})


def by_htmx(person: Person, path: str, **fields: object):
    return person.client.post(path, data={"csrf_token": person._token(), **fields}, headers={"HX-Request": "true"})


class TestChoosing:
    def test_a_shelf_on_the_counting_page_starts_its_count_and_puts_one_there(self, carla):
        answer = carla.post("/open?kind=count", code="A-01-1")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/counting/C-000001")
        assert "you are here" in carla.get("/counting/C-000001").text

    def test_a_recount_with_nothing_counted_yet_sends_nobody_to_the_end(self, app, carla, count, goods):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        sam = Person(app, "Sam")
        sam.post("/open?kind=count", code="A-01-1")
        page = sam.get(f"/counting/{count}-R1").text
        assert 'next__words">Last</span><strong class="next__code">A-01-1<' in page and "Every shelf is counted" not in page
        assert "tap “None of it”" in page and ">None of it</button>" in page
        scanned(sam, f"{count}-R1", LAMP)
        assert "Every shelf is counted: scan CMD-DONE or tap Finish" in sam.get(f"/counting/{count}-R1").text

    def test_a_shelf_that_is_to_be_counted_again_leads_there_whoever_did_not_count_it(self, app, carla, count, goods):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        sam = Person(app, "Sam")
        for code in ("A-01-1", f"{count}-R1"):
            assert sam.post("/open?kind=count", code=code).headers["Location"] == f"/counting/{count}-R1"
        assert carla.post("/open?kind=count", code=f"{count}-R1").status_code == 200
        assert carla.post("/open?kind=count", code="A-01-1").headers["Location"] == "/counting/C-000002"

    def test_a_shelf_beside_it_opens_no_second_count_in_silence(self, app, carla, count):
        """A-01-2 matched: the recount asks for nothing there. It is named, and who did not count may choose it."""
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        told = Person(app, "Sam").post("/open?kind=count", code="A-01-2").text
        assert f"A-01 is being counted again, as {count}-R1. It asks for nothing at A-01-2." in told
        assert f'href="/counting/{count}-R1"' in told

    @pytest.mark.parametrize("door", ["/counting/start", "/plan/start"])
    def test_who_starts_a_section_that_is_counted_again_comes_to_that_and_is_told(self, app, carla, count, door):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        answer = send(Person(app, "Sam"), door, section="A-01")
        assert answer.json["reference"] == f"{count}-R1"
        assert answer.json["message"] == f"A-01 is being counted again, as {count}-R1. Go on with that."

    def test_nor_is_it_offered_to_be_started(self, app, carla, count):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        sam = Person(app, "Sam")
        assert "Start a section" not in sam.get("/counting").text and f"{count}-R1</a>" in sam.get("/plan").text

    def test_a_program_that_starts_it_is_refused_and_told_which_recount_is_open(self, app, carla, count):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        answer = Program(app, "Sam").post("/tasks", {"kind": "count", "section": "A-01"})
        assert answer.status_code == 409 and f"counted again, as {count}-R1" in answer.json["error"]["message"]

    def test_who_counted_it_is_told_nothing_of_the_recount_but_that_it_was_counted_today(self, carla, count):
        """Whatever differed: the words are the same where all matched."""
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        answer = send(carla, "/counting/start", section="A-01")
        assert answer.json["message"] == f"A-01 is counted as C-000002. It was counted today already, as {count}."

    def test_so_does_its_number_on_the_home_page_and_its_shelf_is_one_tap_away(self, app, carla, count):
        scanned(carla, count, *[LAMP] * 4)
        send(carla, f"/counting/{count}/finish", confirm=True)
        sam = Person(app, "Sam")
        assert sam.post("/open", code=f"{count}-R1").headers["Location"] == f"/counting/{count}-R1"
        assert f'href="/counting/{count}-R1"' in sam.get("/where?code=A-01-1").text
        assert carla.post("/open", code=f"{count}-R1").status_code == 200
        assert f"{count}-R1" not in carla.get("/where?code=A-01-1").text

    def test_what_no_scanner_sends_is_refused_in_words(self, carla):
        assert carla.post("/open?kind=count", code="x" * 600).status_code == 200

    def test_on_the_home_page_it_starts_nothing_and_offers_to(self, carla):
        page = carla.client.post("/open", data={"csrf_token": carla._token(), "code": "A-01-1"}, follow_redirects=True).text
        assert 'name="section" value="A-01"' in page and "C-000001" not in page

    def test_and_offers_the_count_that_is_open(self, carla, count):
        assert f'href="/counting/{count}"' in carla.get("/where?code=A-01-2").text

    def test_what_is_no_shelf_is_said_to_be_none(self, carla):
        assert "not a shelf that can be counted" in carla.post("/open?kind=count", code="PO-1001").text

    def test_a_count_is_started_in_each_dress(self, carla):
        form = carla.post("/counting/start", section="A-01")
        assert (form.status_code, form.headers["Location"]) == (303, "/counting/C-000001")
        assert by_htmx(carla, "/counting/start", section="A-01").headers["HX-Redirect"] == "/counting/C-000001"
        assert send(carla, "/counting/start", section="A-01").json["reference"] == "C-000001"

    def test_a_section_that_is_none_is_404(self, carla):
        assert carla.post("/counting/start", section="Z-99").status_code == 404

    def test_a_receiver_counts_nothing(self, app):
        rosa = Person(app, "Rosa")
        assert rosa.get("/counting").status_code == 403
        assert rosa.post("/counting/start", section="A-01").status_code == 403


class TestThePage:
    def test_nobody_is_said_to_be_where_what_they_scan_does_not_count(self, carla, count, goods):
        told = carla.scan("DOCK", task=count).text
        assert "Nothing that you scan counts until you scan one of its shelves" in told
        page = carla.get(f"/counting/{count}").text
        assert "you are here" not in page and "started" in page

    def test_it_says_where_to_walk_next(self, carla, count):
        assert '<strong class="next__code">A-01-2</strong>' in carla.get(f"/counting/{count}").text

    def test_each_dress_of_a_scan_says_how_many_are_counted(self, carla, count):
        fragment = carla.scan(MUG, task=count).text
        assert 'result__number">1<' in fragment
        assert "of 1" not in fragment
        assert carla.scan(MUG, htmx=False, task=count).json["line"] == {"expected": None, "scanned": 2}

    def test_the_shelves_are_asked_for_by_themselves(self, carla, count):
        assert carla.get(f"/counting/{count}/places").text.lstrip().startswith("<section")

    def test_what_a_device_knows_offline_names_shelves_and_no_goods(self, carla, count):
        page = carla.get(f"/counting/{count}").text
        known = json.loads(page.split("data-known>")[1].split("</script>")[0])
        assert known.pop("elsewhere") and known == {"lines": [], "places": ["A-01-1", "A-01-2"], "task": "C-000001"}

    def test_who_links_codes_sees_which_wait(self, app, carla, count):
        scanned(carla, count, "NO-SUCH")
        assert "1 unknown code" in Person(app, "Sam").get(f"/counting/{count}").text
        assert "to link to an item" not in carla.get(f"/counting/{count}").text

    def test_a_counters_own_scans_lead_nowhere_that_is_not_allowed(self, app, carla, count):
        scanned(carla, count, MUG)
        assert 'href="/scans/' not in carla.get(f"/tasks/{count}/scans").text
        assert 'href="/scans/' in Person(app, "Sam").get(f"/tasks/{count}/scans").text

    def test_a_count_that_is_none_is_404(self, carla):
        assert carla.get("/counting/C-999999").status_code == 404
        assert carla.get("/counting/PO-1001").status_code == 404


class TestFinishing:
    def test_the_page_names_what_is_not_counted(self, carla, count):
        scanned(carla, count, MUG)
        assert "Not counted: A-01-2" in carla.get(f"/counting/{count}/finish").text

    def test_without_a_yes_nothing_is_finished_in_any_dress(self, carla, count):
        scanned(carla, count, MUG)
        assert carla.post(f"/counting/{count}/finish").headers["Location"] == f"/counting/{count}/finish"
        assert send(carla, f"/counting/{count}/finish").json["state"] == "open"
        assert by_htmx(carla, f"/counting/{count}/finish").headers["HX-Redirect"] == f"/counting/{count}/finish"

    @pytest.mark.parametrize("dress", ["form", "htmx", "json"])
    def test_with_a_yes_it_is(self, carla, count, dress):
        scanned(carla, count, MUG)
        path = f"/counting/{count}/finish"
        {"form": carla.post, "htmx": lambda *a, **f: by_htmx(carla, *a, **f), "json": lambda *a, **f: send(carla, *a, **f)}[
            dress
        ](path, confirm="1")
        assert "Finished" in carla.get(f"/counting/{count}").text

    def test_there_is_nothing_to_finish_twice(self, carla, count):
        send(carla, f"/counting/{count}/finish", confirm=True)
        answer = carla.get(f"/counting/{count}/finish")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/counting/{count}")

    def test_a_scan_after_the_end_leads_to_the_next_count_and_offers_no_tools(self, carla, count):
        send(carla, f"/counting/{count}/finish", confirm=True)
        told = carla.scan(MUG, task=count).text
        assert "Next count" in told
        assert '<nav class="thumb" id="tools" hx-swap-oob="true" hidden></nav>' in told
        assert "CMD-EMPTY" not in told
        assert "next__code" not in told

    def test_an_unknown_code_is_linked_after_the_end_and_its_shelf_counted_again(self, app, carla, count):
        scanned(carla, count, MUG, "NEW-CODE")
        send(carla, f"/counting/{count}/finish", confirm=True)
        assert "NEW-CODE" not in carla.get(f"/counting/{count}").text
        sam = Person(app, "Sam")
        assert "NEW-CODE" in sam.get(f"/counting/{count}").text
        seq = re.search(rf"/tasks/{count}/link\?seq=(\d+)", sam.get(f"/counting/{count}").text)[1]
        sam.post(f"/tasks/{count}/link", seq=seq, sku="LAMP", units="1")
        page = sam.get(f"/counting/{count}").text
        assert "A-01-1 is due to be counted again." in page and "NEW-CODE" not in page
        assert "Code linked late" in sam.get("/plan").text

    def test_a_recount_that_lacks_something_is_409(self, app, carla, count, goods):
        scanned(carla, count, LAMP, LAMP, LAMP, LAMP)
        carla.post(f"/counting/{count}/finish", confirm="1")
        sam = Person(app, "Sam")
        assert sam.post(f"/counting/{count}-R1/finish", confirm="1").status_code == 409
        assert "count again" in sam.get("/counting").text

    def test_a_program_is_told_what_is_not_counted(self, app, carla, count):
        program = Program(app, "Carla")
        answer = program.post(f"/tasks/{count}/finish", {"confirm": False})
        assert (answer.status_code, answer.json["uncounted"]) == (409, ["A-01-2", "A-01-1"])
        done = program.post(f"/tasks/{count}/finish", {"confirm": True})
        assert (done.status_code, done.json["state"]) == (200, "finished")
