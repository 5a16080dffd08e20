"""The pages of the sample warehouse: its banner, and the buttons that fill it and empty it."""

from __future__ import annotations

import pytest
from flask import render_template

from scanner.beginning.sample import service
from scanner.db.engine import Database
from scanner.house import store as house
from scanner.house.chosen import ChosenSettings
from tests.beginning.test_sample import SMALL, rows
from tests.people.test_pages import Device, token_of


def confirmed(sam) -> Device:
    sam.post("/confirm", badge="BADGE-SAM", next="/set-up/sample")
    return sam


class TestThePages:
    def test_every_page_says_that_it_is_a_sample(self, sample, sam, client):
        for page in ("/", "/items", "/labels", "/receiving/PO-1001"):
            assert "A sample: nothing here is real." in sam.get(page).text
        assert "A sample:" in client.get("/sign-in").text and "Empty it" not in client.get("/sign-in").text

    def test_no_page_asks_the_database_for_that(self, app, sample, monkeypatch):
        monkeypatch.setattr(Database, "read", None)
        with app.test_request_context():
            assert "A sample:" in render_template("beginning/_sample.html", may=lambda _right: False, locked=False)

    def test_another_server_sees_it_too(self, app, sample):
        other = ChosenSettings(sample.database, app.extensions["chosen"].started)
        assert other.fact(service.MARK) == "0"
        sample.database.transact(house.drop, service.MARK)
        other.read_again()
        assert other.fact(service.MARK) is None

    def test_no_page_of_a_real_one_does(self, app, sam):
        assert "A sample: nothing" not in sam.get("/").text
        assert "This one has some" in sam.get("/set-up/sample").text
        assert sam.post("/set-up/sample").status_code == 409

    @pytest.mark.parametrize("how", ["form", "htmx", "json"])
    def test_emptying_wants_the_pin_again(self, sample, sam, how):
        headers = {"X-CSRFToken": token_of(sam.get("/set-up/sample"))}
        if how == "json":
            answer = sam.client.post("/set-up/sample/empty", json={}, headers=headers)
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "confirm_first")
        elif how == "htmx":
            answer = sam.client.post("/set-up/sample/empty", headers=headers | {"HX-Request": "true"})
            assert "/confirm" in answer.headers["HX-Redirect"]
        else:
            assert "/confirm" in sam.post("/set-up/sample/empty").location
        assert service.MARK in facts(sample.database)

    @pytest.mark.parametrize("how", ["form", "htmx", "json"])
    def test_emptying_keeps_who_asks_signed_in(self, sample, sam, how):
        headers = {"X-CSRFToken": token_of(confirmed(sam).get("/set-up/sample"))}
        if how == "json":
            answer = sam.client.post("/set-up/sample/empty", json={}, headers=headers)
            assert answer.json == {"message": "The sample is gone. The warehouse is empty, and yours."}
        elif how == "htmx":
            answer = sam.client.post("/set-up/sample/empty", headers=headers | {"HX-Request": "true"})
            assert answer.headers["HX-Redirect"] == "/set-up/steps"
        else:
            assert sam.post("/set-up/sample/empty").location == "/set-up/steps"
        assert "What you sell" in sam.get("/set-up/steps").text and "A sample:" not in sam.get("/").text
        assert rows(sample.database)["operator"] == 1 and "item" not in rows(sample.database)

    @pytest.mark.parametrize("how", ["form", "htmx", "json"])
    def test_an_empty_one_is_filled_by_a_button(self, app, sample, sam, how):
        confirmed(sam).post("/set-up/sample/empty")
        app.extensions["sample"] = SMALL
        headers = {"X-CSRFToken": token_of(sam.get("/set-up/sample"))}
        if how == "json":
            assert "The sample is here" in sam.client.post("/set-up/sample", json={}, headers=headers).json["message"]
        elif how == "htmx":
            answer = sam.client.post("/set-up/sample", headers=headers | {"HX-Request": "true"})
            assert answer.headers["HX-Redirect"] == "/"
        else:
            assert sam.post("/set-up/sample").location == "/"
        assert "Empty the warehouse" in sam.get("/set-up/sample").text

    def test_who_is_no_supervisor_may_do_neither(self, app, sample):
        rosa = Device(app)
        rosa.post("/sign-in", badge="BADGE-ROSA")
        assert rosa.get("/set-up/sample").status_code == 403
        assert "Empty it" not in rosa.get("/").text
        assert rosa.post("/set-up/sample").status_code == 403
        assert rosa.post("/set-up/sample/empty").status_code == 403


def facts(database) -> dict[str, str]:
    with database.read() as session:
        return house.facts(session)


def test_a_standing_task_is_no_work_of_the_shops_own(app, sample, sam):
    confirmed(sam).post("/set-up/sample/empty")
    for task in ("MOVES", "PICKS"):
        assert sample.scan("4006381333931", by="Sam", task=task).outcome == "refused"
    assert "Fill it with the sample" in sam.get("/set-up/sample").text
