"""The pages and the API on which items are renamed, merged and retired."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.program import Program
from tests.support.warehouse import LAMP, NOW, Warehouse
from tests.web.test_pages import Person


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app, "Sam")


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


class TestPages:
    def test_the_item_leads_to_it_for_who_may(self, app, sam):
        assert "/items/LAMP/change" in sam.get("/items/LAMP").text
        assert "/items/LAMP/change" not in Person(app, "Rosa").get("/items/LAMP").text
        assert Person(app, "Rosa").get("/items/LAMP/change").status_code == 403

    def test_a_renamed_item_is_found_by_its_old_address_and_says_so(self, sam):
        answer = sam.post("/items/LAMP/rename", sku="LAMP-2", name="Lamp for a desk")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/items/LAMP-2/change")
        page = sam.get("/items/LAMP").text
        assert "Lamp for a desk <span>LAMP-2</span>" in page and "Found by LAMP, too." in page
        told = sam.get("/items/LAMP/change").text
        assert "renamed by Sam" in told and "LAMP · Desk lamp → LAMP-2 · Lamp for a desk" in told

    def test_a_sku_that_is_taken_is_refused_in_words_on_the_page(self, sam):
        answer = sam.post("/items/LAMP/rename", sku="MUG-B", name="Lamp")
        assert "MUG-B means something else already" in sam.client.get(answer.headers["Location"]).text

    @pytest.mark.parametrize("words", ["MUG-B", "9501101530003", "mug"])
    def test_merging_is_shown_first_whatever_names_the_other(self, sam, words):
        page = sam.get(f"/items/LAMP/merge?into={words}").text
        assert "not the same kit" in page or "LAMP becomes MUG-B" in page

    def test_merging_is_done_once_it_is_confirmed(self, sam, goods):
        goods.add_items(["TWIN"])
        page = sam.get("/items/TWIN/merge?into=LAMP").text
        assert "TWIN becomes LAMP" in page and "It cannot be taken back." in page
        assert sam.post("/items/TWIN/merge", into="LAMP").headers["Location"] == "/items/LAMP/change"
        assert "TWIN is LAMP now" in sam.get("/items/TWIN/change").text

    def test_why_it_cannot_be_now_is_said_before_anybody_confirms(self, sam, goods):
        goods.scan(LAMP)
        page = sam.get("/items/LAMP/merge?into=TEE-M").text
        assert "Goods of LAMP were scanned on PO-1001, still open" in page and "Make them one" not in page

    def test_several_that_could_be_meant_are_listed(self, sam, goods):
        goods.add_items(["CUP-1", "CUP-2"])
        page = sam.get("/items/LAMP/merge?into=cup").text
        assert "Which one stays?" in page and "/items/LAMP/merge?into=CUP-2" in page

    def test_the_same_item_is_no_other_one(self, sam):
        answer = sam.client.get("/items/LAMP/merge?into=LAMP")
        assert answer.headers["Location"] == "/items/LAMP/change"
        assert "which is the same one" in sam.client.get(answer.headers["Location"]).text

    def test_retired_and_brought_back(self, sam):
        sam.post("/items/LAMP/retire")
        assert "Retired" in sam.get("/items/LAMP").text and "Desk lamp" not in sam.get("/items?q=desk").text
        assert "Bring it back" in sam.get("/items/LAMP/change").text
        sam.post("/items/LAMP/bring-back")
        assert "Desk lamp" in sam.get("/items?q=desk").text


class TestTheApi:
    def test_an_item_is_answered_by_any_of_its_skus(self, program):
        program.post("/items/LAMP/rename", {"sku": "LAMP-2"})
        answers = [program.get(f"/items/{sku}").json for sku in ("LAMP", "LAMP-2")]
        assert answers[0] == answers[1]
        assert (answers[0]["sku"], answers[0]["old_skus"], answers[0]["retired"]) == ("LAMP-2", ["LAMP"], False)
        assert answers[0]["barcodes"] == [{"code": "09501101530010", "units": 1}]
        assert answers[0]["changes"][0]["operator"] == "Sam"

    def test_merging_leaves_one(self, program, goods):
        goods.add_items(["TWIN"])
        assert program.post("/items/TWIN/merge", {"into": "LAMP"}).json["sku"] == "LAMP"
        assert program.scan("TWIN").json["item"]["sku"] == "LAMP"
        assert program.get("/stock", sku="TWIN").json == program.get("/stock", sku="LAMP").json

    def test_what_cannot_be_is_409_in_words(self, program, goods):
        goods.scan(LAMP, now=NOW)
        merged = program.post("/items/LAMP/merge", {"into": "TEE-M"})
        retired = program.post("/items/LAMP/retire")
        assert (merged.status_code, retired.status_code) == (409, 409)
        assert "PO-1001" in merged.json["error"]["message"] and "1 at DOCK" in retired.json["error"]["message"]

    def test_retired_and_sold_again(self, program):
        assert program.post("/items/LAMP/retire").json["retired"] is True
        assert program.post("/items/LAMP/retire", {"retired": False}).json["retired"] is False

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("/items/NOTHING/rename", {"sku": "X"}, 404),
            ("/items/LAMP/merge", {"into": "NOTHING"}, 404),
            ("/items/LAMP/merge", {}, 400),
            ("/items/LAMP/rename", {"sku": "x" * 65}, 400),
            ("/items/LAMP/rename", {"sku": "MUG-B"}, 409),
        ],
    )
    def test_what_is_wrong_is_said(self, program, path, body, status):
        assert program.post(path, body).status_code == status
