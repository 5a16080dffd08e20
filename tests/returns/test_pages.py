"""The returns bench over HTTP: each address as a fragment, as a plain form and as JSON, who may, and bad input in words."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from tests.support.warehouse import LAMP, MUG, Warehouse

SCAN = {"task": "RMA-1", "source": "wedge", "scanned_at": "2026-11-23T09:30:00+01:00"}
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


class Person:
    """Somebody signed in on a device of their own."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client = app.test_client()
        self.post("/sign-in", badge=f"BADGE-{name.upper()}")

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        return self.client.post(path, data=fields, headers={"X-CSRFToken": self._token()} | (headers or {}))

    def scan(self, code: str, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        return self.post("/scans", headers, id=str(uuid4()), code=code, **SCAN | fields)

    def result(self, code: str, **fields: Any) -> dict[str, Any]:
        return json.loads(self.scan(code, HTMX, **fields).headers["HX-Trigger"])["scan"]

    def _token(self) -> str:
        return re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/sign-in").text)[1]


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    app.extensions["warehouse"].add_return("RMA-1", [("MUG-B", 2), ("LAMP", 1), ("SET", 1)], "SO-1")
    return app.extensions["warehouse"]


@pytest.fixture
def theo(app: Flask, goods: Warehouse) -> Person:
    return Person(app, "Theo")


@pytest.fixture
def sam(app: Flask, goods: Warehouse) -> Person:
    return Person(app, "Sam")


def photo() -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", (800, 600), "firebrick").save(file, "JPEG")
    file.seek(0)
    return file, "damage.jpg"


class TestPages:
    @pytest.mark.parametrize("path", ["/returns", "/returns/RMA-1"])
    def test_pages_are_for_who_grades_returns(self, app, theo, path):
        assert theo.get(path).status_code == 200
        assert Person(app, "Rosa").get(path).status_code == 403
        assert app.test_client().get(path).status_code == 302

    def test_a_return_that_nobody_has_is_not_found(self, theo):
        assert theo.get("/returns/RMA-404").status_code == 404
        assert theo.get("/returns/PO-1001").status_code == 404

    def test_the_page_shows_what_waits_for_a_grade(self, theo):
        theo.scan(MUG)
        assert "1 to grade" in theo.get("/returns/RMA-1").text
        assert "1 to grade" in theo.get("/returns").text

    def test_the_page_says_what_the_customer_gave_as_the_reason(self, theo, goods):
        goods.database.transact(
            goods._add_receipt, "RMA-7", [("LAMP", 1)], {"kind": "return", "order_ref": "SO<7>", "partner": "<b>"}
        )
        assert "&lt;b&gt;" in theo.get("/returns/RMA-7").text

    def test_a_finished_return_shows_what_came_of_it_and_can_be_graded_anew(self, theo):
        for code in (MUG, "CMD-REFURBISH", "CMD-DONE", "CMD-CONFIRM"):
            theo.scan(code)
        assert "Next return" in theo.get("/returns/RMA-1").text
        assert 'id="hand"' in theo.get("/returns/RMA-1?again=1").text

    def test_the_home_page_leads_to_returns(self, app, theo):
        assert 'href="/returns"' in theo.get("/").text
        assert 'href="/returns"' not in Person(app, "Rosa").get("/").text


class TestDresses:
    def test_a_grade_is_answered_as_a_fragment(self, theo):
        theo.scan(MUG, HTMX)
        answer = theo.scan("CMD-DAMAGED", HTMX)
        assert answer.status_code == 200
        for part in ('id="result"', 'id="line-', 'id="progress"', 'id="hand"', 'data-hand="why"'):
            assert part in answer.text
        assert "<html" not in answer.text

    def test_as_a_form_it_leads_back_to_the_return(self, theo):
        theo.scan(MUG)
        answer = theo.scan("CMD-DAMAGED-DOA")
        assert (answer.status_code, answer.location) == (303, "/returns/RMA-1")
        assert "Does not work" in theo.get("/returns/RMA-1").text

    def test_and_as_json(self, theo):
        token = {"X-CSRFToken": theo._token()}
        told = theo.client.post("/scans", json={"id": str(uuid4()), "code": LAMP, "disposition": "scrap", **SCAN}, headers=token)
        assert (told.json["outcome"], told.json["location"]) == ("accepted", "SCRAP")

    def test_a_batch_shows_what_all_of_it_changed(self, theo):
        scans = [{"id": str(uuid4()), "code": code, **SCAN} for code in (MUG, "CMD-REFURBISH", LAMP, "CMD-SCRAP")]
        token = {"X-CSRFToken": theo._token()}
        told = theo.client.post("/scans/batch", json={"scans": scans, "page": "RMA-1"}, headers=token).json
        assert [each["reason"] for each in told["results"]] == ["counted", "graded", "complete", "graded"]
        assert told["html"].count('id="line-') == 2
        assert told["html"].count('id="hand"') == 1

    def test_a_return_without_paper_begins_in_every_dress(self, theo):
        assert theo.post("/returns/unannounced").location == "/returns/UN-000001"
        assert theo.post("/returns/unannounced", HTMX).headers["HX-Redirect"] == "/returns/UN-000002"
        told = theo.post("/returns/unannounced", JSON)
        assert (told.status_code, told.json) == (201, {"reference": "UN-000003"})
        assert theo.post("/open", code="CMD-NOPAPER").location == "/returns/UN-000004"
        assert "Nobody announced this return" in theo.get("/returns/UN-000004").text

    def test_once_something_came_the_reply_takes_back_what_to_do_before(self, theo):
        theo.post("/returns/unannounced")
        token = {"X-CSRFToken": theo._token(), **HTMX}
        scan = {"id": str(uuid4()), "code": MUG, **SCAN, "task": "UN-000001"}
        told = theo.client.post("/scans", json=scan, headers=token).text
        for shown in (told, theo.get("/returns/UN-000001").text):
            assert 'id="unannounced"' in shown and "Nobody announced" not in shown

    def test_who_grades_no_returns_begins_none(self, app, theo):
        rosa = Person(app, "Rosa")
        assert rosa.post("/returns/unannounced").status_code == 403
        assert rosa.post("/open", code="CMD-NOPAPER").location == "/where?code=CMD-NOPAPER"  # she is told where it is said

    def test_finishing_by_a_form_leads_back(self, theo):
        theo.scan(MUG)
        assert theo.post("/returns/RMA-1/finish", confirm="1").status_code == 409
        theo.scan("CMD-REFURBISH")
        assert theo.post("/returns/RMA-1/finish", confirm="1").location == "/returns/RMA-1"
        assert "Finished" in theo.get("/returns/RMA-1").text


class TestBadInput:
    def test_a_grade_with_no_item_says_what_to_scan(self, theo):
        told = theo.result("CMD-SCRAP")
        assert (told["outcome"], told["signal"]) == ("refused", "refused")
        assert told["message"] == "Nothing is in hand to grade: scan the item first, then its grade."

    def test_an_item_on_two_open_returns_asks_which(self, theo, goods):
        goods.add_return("RMA-2", [("LAMP", 1)], "SO-2")
        text = theo.post("/open?kind=return", code=LAMP).text
        assert "RMA-1" in text and "RMA-2" in text and "Which one?" in text

    def test_a_reason_deleted_while_its_label_is_in_use_loses_nothing(self, theo, sam):
        theo.scan(MUG)
        sam.post("/return-reasons/DOA/delete")
        assert "There is no reason DOA" in theo.result("CMD-DAMAGED-DOA")["message"]
        assert theo.result("CMD-DAMAGED-BROKEN")["outcome"] == "accepted"

    @pytest.mark.parametrize(
        "code", ["CMD-LINE-999999999999999", "CMD-ARRIVAL-0", "CMD-REASON-" + "A" * 24, "CMD-DAMAGED-'; DROP"]
    )
    def test_strange_commands_are_refused_in_words(self, theo, code):
        theo.scan(MUG)
        told = theo.result(code)
        assert told["outcome"] == "refused" and told["message"]


class TestPhotos:
    @pytest.fixture
    def grade(self, theo: Person) -> str:
        theo.scan(MUG)
        return theo.result("CMD-DAMAGED-DOA")["id"]

    def send(self, person: Person, grade: str, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        return person.post("/evidence", headers, **{"id": str(uuid4()), "scan": grade, "photo": photo()} | fields)

    def test_a_photo_is_answered_as_a_fragment_with_its_line(self, theo, grade):
        answer = self.send(theo, grade, HTMX)
        assert answer.status_code == 200
        assert 'id="line-' in answer.text and "/thumbnail" in answer.text
        assert json.loads(answer.headers["HX-Trigger"])["photo"]["task"] == "RMA-1"
        assert 'id="result"' not in answer.text

    def test_as_a_form_it_leads_back_to_the_return(self, theo, grade):
        assert self.send(theo, grade).location == "/returns/RMA-1"
        assert "/thumbnail" in theo.get("/returns/RMA-1").text

    def test_as_json_it_says_whether_it_was_there_before(self, theo, grade):
        one = str(uuid4())
        answers = [self.send(theo, grade, JSON, id=one) for _ in range(2)]
        assert [(each.status_code, each.json["replayed"]) for each in answers] == [(201, False), (200, True)]

    def test_photo_and_thumbnail_are_shown_to_who_sees_stock(self, app, theo, grade):
        one = str(uuid4())
        self.send(theo, grade, id=one)
        vera = Person(app, "Vera")
        for path, width in ((f"/evidence/{one}", 800), (f"/evidence/{one}/thumbnail", 240)):
            answer = vera.get(path)
            assert answer.mimetype == "image/jpeg"
            assert Image.open(BytesIO(answer.data)).width == width
            assert Person(app, "Carla").get(path).status_code == 403

    def test_the_scans_page_shows_its_photos(self, theo, grade):
        self.send(theo, grade)
        seq = theo.result("CMD-UNDO")["seq"] - 1
        assert "/thumbnail" in theo.get(f"/scans/{seq}").text

    @pytest.mark.parametrize(
        ("fields", "status", "words"),
        [
            ({"photo": (BytesIO(b"no photo"), "x.jpg")}, 400, "Expected a photo"),
            ({"photo": ""}, 400, "got nothing"),
            ({"id": "x"}, 400, "Expected a UUID"),
            ({"scan": "x"}, 400, "Expected a UUID"),
            ({"scan": str(uuid4())}, 404, "not recorded yet"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_in_words(self, theo, grade, fields, status, words):
        answer = self.send(theo, grade, JSON, **fields)
        assert answer.status_code == status
        assert words in answer.json["error"]["message"]

    def test_a_photo_that_nobody_has_is_not_found(self, theo):
        assert theo.get(f"/evidence/{uuid4()}").status_code == 404
        assert theo.get("/evidence/x").status_code == 404

    def test_a_device_sends_what_was_taken_before_a_hand_over(self, theo, goods, grade):
        theo.post("/sign-in", badge="BADGE-ROSA")
        kept = self.send(theo, grade, JSON, operator=str(goods.operators["Theo"].id))
        assert (kept.status_code, self.send(theo, grade, JSON).status_code) == (201, 403)

    def test_photos_are_sent_by_who_grades_returns(self, app, theo, grade):
        assert self.send(Person(app, "Rosa"), grade, JSON).status_code == 403
        assert app.test_client().post("/evidence").status_code in (302, 401, 400)


class TestReasons:
    def test_the_list_is_a_supervisors(self, theo, sam):
        assert sam.get("/return-reasons").status_code == 200
        assert theo.get("/return-reasons").status_code == 403
        assert theo.post("/return-reasons", code="X", name="Y").status_code == 403

    def test_a_reason_is_added_renamed_switched_off_and_deleted(self, sam):
        assert sam.post("/return-reasons", code="moth", name="Eaten by moths").location == "/return-reasons"
        sam.post("/return-reasons/MOTH/name", name="Moths")
        assert 'value="Moths"' in sam.get("/return-reasons").text
        told = sam.post("/return-reasons/MOTH/active", JSON, active="0").json
        assert {"code": "MOTH", "name": "Moths", "active": False} in told
        assert "MOTH" not in json.dumps(sam.post("/return-reasons/MOTH/delete", JSON).json)

    @pytest.mark.parametrize(
        ("path", "fields", "status"),
        [
            ("/return-reasons", {"code": "DOA", "name": "Again"}, 409),
            ("/return-reasons", {"code": "A B", "name": "Spaces"}, 400),
            ("/return-reasons", {"code": "X"}, 400),
            ("/return-reasons/NOPE/name", {"name": "X"}, 404),
        ],
    )
    def test_what_cannot_be_is_said_in_the_dress_that_was_asked_for(self, sam, path, fields, status):
        assert sam.post(path, JSON, **fields).status_code == status
        assert sam.post(path, **fields).location == "/return-reasons"
        assert "notice--bad" in sam.get("/return-reasons").text

    def test_the_printed_sheet_has_every_grade_with_every_reason_in_use(self, sam):
        sam.post("/return-reasons/DOA/active", active="0")
        text = sam.get("/labels?group=grades").text
        for code in ("CMD-RESTOCK", "CMD-VENDOR-BROKEN", "CMD-REASON-USED", "CMD-MISSING", "CMD-NOPAPER"):
            assert f">{code}<" in text
        assert "-DOA" not in text
        assert sam.get("/labels.pdf?group=grades").data.startswith(b"%PDF")


class TestWords:
    def test_of_expired_goods_it_is_said_as_soon_as_they_arrive(self, theo: Person) -> None:
        plain, expired = theo.scan(LAMP, HTMX).text, theo.scan("]C1010950110153000317250101", HTMX).text
        assert '<p class="result__message">Now its grade.</p>' in plain
        assert '<p class="result__message">Expired on 1 Jan 2025: it cannot be restocked. Now its grade.</p>' in expired
