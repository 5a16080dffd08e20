"""The pages of signals: the list, its file, each one with its evidence, and closing it, in each dress."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from flask import Flask

from scanner.drift.signals import told
from scanner.drift.signals.rules import STREAKS, SignalKind
from tests.support.patterns import SEEN, days_before, open_signal
from tests.support.program import Program
from tests.support.warehouse import NOW, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    found: Warehouse = app.extensions["warehouse"]
    return found


@pytest.fixture
def number(goods: Warehouse) -> int:
    return open_signal(goods)


def token(person: Person) -> dict[str, str]:
    return {"X-CSRFToken": person._token()}


def of_kind(goods: Warehouse, kind: SignalKind) -> int:
    about = kind in (*STREAKS, SignalKind.SHORT_ITEM)
    section = "" if kind is SignalKind.SLOWER else "A-01"
    more = {"subject": "MUG-B"} if about else {"subject": section, "item_id": None}
    return open_signal(goods, kind=kind.value, section=section, evidence=json.dumps(SEEN[kind]), **more)


class TestTheList:
    def test_has_the_open_ones_first_and_filters_by_state_and_kind(self, goods, sam, number):
        open_signal(goods, "LAMP", state="closed", closed_at=NOW, has_found=True)
        page = sam.get("/signals").text
        assert page.index("MUG-B is often not there") < page.index("LAMP is often not there")
        assert "LAMP is" not in sam.get("/signals?state=open").text and "MUG-B is" not in sam.get("/signals?state=closed").text
        assert "No signal is open" in sam.get("/signals?state=open&kind=no+sale").text
        assert "Of the last 1 of this kind, 1 found something." in page

    @pytest.mark.parametrize("odd", ["state=lost", "kind=%00", "after=0", "after=99"])
    def test_opens_whatever_its_address_says(self, sam, number, odd):
        assert sam.get(f"/signals?{odd}").status_code == 200

    def test_comes_as_a_file(self, sam, number):
        answer = sam.get("/signals/signals.csv?state=open")
        (row,) = csv.DictReader(StringIO(answer.text))
        assert (row["kind"], row["subject"], row["owner"]) == ("short picks of an item", "MUG-B", "supervisor")
        assert "was not there 6 of these" in row["words"]

    def test_is_the_supervisors(self, app, number):
        for name in ("Rosa", "Carla", "Fay", "Vera", "Pia", "Theo"):
            paths = ("/signals", "/signals/signals.csv", f"/signals/{number}")
            assert {Person(app, name).get(path).status_code for path in paths} == {403}
            assert "MUG-B is often" not in Person(app, name).get("/").text


class TestHome:
    def test_says_how_many_are_open_and_names_the_most_important(self, goods, sam):
        assert "signals" not in sam.get("/").text.split("<main")[1].split("cards")[0]
        for kind in set(SignalKind) - {SignalKind.SHORT_ITEM}:
            of_kind(goods, kind)
        for sku in ("MUG-B", "LAMP"):
            open_signal(goods, sku)
        page = sam.get("/").text
        assert ">5 signals</a>" in page, "three kinds that alarm, and two items"
        named = ("Short picks rise in A-01", "Variance rises in A-01", "MUG-B is often not there")
        first = [page.index(words) for words in named]
        assert first == sorted(first) and "sells no more" not in page and "LAMP is often" not in page

    def test_says_in_short_what_was_seen(self, goods, sam):
        said = {
            SignalKind.SHORT_ITEM: "MUG-B is often not there: 6 of 80 times since 28 Sep 2026 (supervisor)",
            SignalKind.SHORT_RATE: "Short picks rise in A-01: 9 in the week from 16 Nov 2026, usually about 1 (supervisor)",
            SignalKind.RISING: "Variance rises in A-01: 2.25 a day of each 1,000.00, 1.50 before (supervisor)",
            SignalKind.SLOWER: "Orders that met a short pick go later: 30.2 hours, others 10.1 (supervisor)",
        }
        for kind, words in said.items():
            number = of_kind(goods, kind)
            assert words in sam.get("/").text
            assert sam.post_json(f"/signals/{number}/close", {"found": False}).status_code == 200


class TestOne:
    @pytest.mark.parametrize("kind", list(SignalKind))
    def test_of_each_kind_shows_its_evidence_in_words_as_a_picture_and_what_to_do(self, goods, sam, kind):
        page = sam.get(f"/signals/{of_kind(goods, kind)}").text
        assert '<figure class="chart">' in page and "<h2>What to do</h2>" in page
        assert "None of this kind was closed yet." in page

    def test_says_what_came_of_the_last_ones(self, goods, sam, number):
        open_signal(goods, "LAMP", state="closed", closed_at=NOW, has_found=True, note="On the next shelf.")
        open_signal(goods, "TEE-M", state="closed", closed_at=NOW, has_found=False)
        page = sam.get(f"/signals/{number}").text
        assert "Of the last 2 of this kind, 1 found something." in page and "Found something: On the next shelf." in page

    def test_that_is_not_there_is_said(self, sam):
        assert sam.get("/signals/99").status_code == 404

    def test_leads_to_where_something_is_done(self, sam, number):
        page = sam.get(f"/signals/{number}").text
        for href in ("/plan/sections/A-01", "/items/MUG-B", "/discrepancies?state=all&amp;kind=short+pick&amp;section=A-01"):
            assert f'href="{href}"' in page
            assert sam.get(href.replace("&amp;", "&")).status_code == 200


class TestClosing:
    def test_says_what_was_found(self, sam, number):
        answer = sam.post(f"/signals/{number}/close", found="1", note="Two boxes on the next shelf.")
        assert (answer.status_code, answer.location) == (303, f"/signals/{number}")
        page = sam.get(f"/signals/{number}").text
        assert "Closed: something was found." in page and "Two boxes on the next shelf." in page and "by Sam" in page

    def test_is_answered_as_htmx_and_in_json(self, goods, sam, number):
        answer = sam.client.post(f"/signals/{number}/close", data={"found": "0"}, headers=token(sam) | {"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == f"/signals/{number}"
        other = open_signal(goods, "LAMP")
        assert sam.post_json(f"/signals/{other}/close", {"found": False}).json == {
            "message": "Closed: nothing was found.", "id": other,
        }  # fmt: skip

    def test_needs_a_yes_or_a_no_and_keeps_what_was_typed(self, sam, number):
        answer = sam.post(f"/signals/{number}/close", note="Half a page of words.")
        assert answer.status_code == 400 and "yes or no" in answer.text and "Half a page of words." in answer.text
        refused = sam.post_json(f"/signals/{number}/close", {"note": "x"})
        assert refused.status_code == 400 and refused.json["error"]["field"] == "found"
        assert sam.post_json(f"/signals/{number}/close", {"found": "perhaps"}).status_code == 400
        assert sam.post(f"/signals/{number}/close", found="1", note="x" * 401).status_code == 400

    def test_after_somebody_else_closed_it_is_said(self, app, goods, sam, number):
        boss = goods.operators["Fay"].id
        open_signal(goods, "LAMP")
        done = open_signal(goods, "TEE-M", state="closed", closed_at=NOW, has_found=True, closed_by=boss)
        late = sam.post(f"/signals/{done}/close", found="0", note="Words.")
        assert late.status_code == 409 and "This signal was closed by Fay: something was found." in late.text
        itself = open_signal(goods, "SET", state="closed", closed_at=NOW, has_found=False)
        assert "closed by itself: nothing" in sam.post_json(f"/signals/{itself}/close", {"found": True}).json["error"]["message"]

    def test_of_the_same_twice_changes_nothing(self, sam, number):
        for _ in range(2):
            assert sam.post_json(f"/signals/{number}/close", {"found": True, "note": "Gone."}).status_code == 200

    def test_is_refused_to_others(self, app, number):
        assert Person(app, "Rosa").post_json(f"/signals/{number}/close", {"found": True}).status_code == 403


class TestHandingOn:
    def test_goes_to_somebody_who_works_here(self, sam, number):
        answer = sam.post(f"/signals/{number}/assign", owner="Purchasing")
        assert answer.status_code == 303
        page = sam.get(f"/signals/{number}").text
        assert "Handed to purchasing." in page and "<dd>purchasing</dd>" in page

    def test_goes_to_nobody_who_may_not_see_it(self, sam, number):
        page = sam.get(f"/signals/{number}").text
        assert "<option>Sam</option>" in page and "<option>Rosa</option>" not in page and "<option>Vera</option>" not in page
        refused = sam.post_json(f"/signals/{number}/assign", {"owner": "rosa"})
        assert refused.status_code == 400 and "rosa may not see signals" in refused.json["error"]["message"]

    def test_is_answered_as_htmx_and_in_json(self, sam, number):
        answer = sam.client.post(
            f"/signals/{number}/assign", data={"owner": "purchasing"}, headers=token(sam) | {"HX-Request": "true"}
        )
        assert answer.headers["HX-Redirect"] == f"/signals/{number}"
        assert sam.post_json(f"/signals/{number}/assign", {"owner": "Sam"}).json == {"message": "Handed to Sam."}

    def test_to_nobody_that_is_known_is_refused(self, sam, number):
        assert sam.post_json(f"/signals/{number}/assign", {"owner": "Nobody"}).status_code == 400

    def test_of_a_closed_one_is_refused(self, goods, sam):
        done = open_signal(goods, state="closed", closed_at=NOW, has_found=True)
        assert sam.post_json(f"/signals/{done}/assign", {"owner": "Sam"}).status_code == 409


class TestPrograms:
    def test_read_signals_by_number_with_words_in_the_evidence(self, app, goods, number):
        done = open_signal(goods, "LAMP", state="closed", closed_at=NOW, has_found=False, opened_at=days_before(3))
        program = Program(app, "Sam")
        rows = program.client.get("/api/v1/signals", headers=program.headers).json
        assert [row["id"] for row in rows] == [number, done]
        assert rows[0] == {
            "id": number, "kind": "short picks of an item", "subject": "MUG-B", "opened_at": "2026-11-23T09:30:00+00:00",
            "owner": "supervisor", "state": "open", "evidence": rows[0]["evidence"], "closed_at": None, "has_found": None,
            "note": "",
        }  # fmt: skip
        assert rows[0]["evidence"]["shorts"] == 6 and "was not there 6" in rows[0]["evidence"]["words"]
        asked = {"state=open": number, "state=closed": done, f"after={number}": done, "limit=1": number}
        for query, wanted in asked.items():
            found = program.client.get(f"/api/v1/signals?{query}", headers=program.headers).json
            assert [row["id"] for row in found] == [wanted]
        assert program.client.get("/api/v1/signals?state=lost", headers=program.headers).status_code == 400

    def test_close_one(self, app, number):
        program = Program(app, "Sam")
        body = {"found": True, "note": "Seen."}
        closed = program.client.post(f"/api/v1/signals/{number}/close", json=body, headers=program.headers).json
        assert (closed["state"], closed["has_found"], closed["note"]) == ("closed", True, "Seen.")

    def test_of_who_may_not_are_refused(self, app, number):
        program = Program(app, "Rosa")
        assert program.client.get("/api/v1/signals", headers=program.headers).status_code == 403


@pytest.mark.parametrize(("lines", "words"), [(2, "0.03"), (40, "0.60"), (1, "0.01"), (160, "2.4"), (0.5, "less than 0.01")])
def test_what_was_to_be_expected_is_never_told_as_nothing(lines: float, words: str) -> None:
    evidence = SEEN[SignalKind.SHORT_ITEM] | {"lines": lines, "rate": 0.0149}
    assert f"By the rate of the house {words} were to be expected." in told.words(SignalKind.SHORT_ITEM, evidence)
