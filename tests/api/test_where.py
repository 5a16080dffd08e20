"""A program asks what a code is, and where that is."""

from __future__ import annotations

import pytest

from tests.support.warehouse import MUG, MUG_CASE

TASK = {"reference": "PO-1001", "kind": "receiving", "state": "open"}


class TestWhere:
    def test_an_item_is_told_with_its_places_and_its_home(self, rosa):
        rosa.scan(quantity=3, location="A-01-1")
        rosa.scan(location="DOCK")
        answer = rosa.get("/where", code=MUG_CASE).json
        assert answer["kind"] == "item" and answer["item"] == {"sku": "MUG-B", "name": "Mug, blue", "units": 12}
        assert [(row["location"], row["units"], row["sellable"]) for row in answer["stock"]] == [
            ("A-01-1", 3, True), ("DOCK", 1, False)
        ]  # fmt: skip
        assert (answer["home"], answer["sellable"]) == ("A-01-1", 3)
        (task,) = answer["tasks"]
        assert task == {**TASK, "came": 4, "expected": 24, "address": "/receiving/PO-1001"}
        moved = answer["last_moved"]
        assert (moved["from"], moved["to"], moved["units"], moved["operator"]) == ("SUPPLIER", "DOCK", 1, "Rosa")
        assert "last_counted" not in answer and "hidden" not in answer

    def test_a_place_is_told_with_what_is_on_it(self, rosa):
        rosa.scan(location="A-01-1")
        answer = rosa.get("/where", code="A-01-1").json
        assert (answer["kind"], answer["location"]["section"]) == ("location", "A-01")
        assert answer["stock"] == [{"location": "A-01-1", "sku": "MUG-B", "name": "Mug, blue", "units": 1, "sellable": True}]

    def test_a_task_is_told_with_the_address_of_its_page(self, rosa, program):
        assert rosa.get("/where", code="ASN-77").json["task"] == {**TASK, "address": "/receiving/PO-1001"}
        assert program("Vera").get("/where", code="PO-1001").json["task"] == TASK

    def test_of_a_person_only_the_name_is_told(self, rosa):
        answer = rosa.get("/where", code="BADGE-VERA").json
        assert answer == {"kind": "person", "code": "", "person": {"name": "Vera"}, "stock": []}

    def test_who_is_blind_gets_no_number_and_is_told_why(self, rosa, program):
        rosa.scan(location="A-01-1")
        answer = program("Carla").get("/where", code=MUG).json
        assert answer == {
            "kind": "item", "code": MUG, "item": {"sku": "MUG-B", "name": "Mug, blue", "units": 1}, "stock": [],
            "home": "A-01-1", "hidden": "You count here: numbers are hidden.",
        }  # fmt: skip

    def test_an_unknown_code_is_no_error(self, rosa):
        answer = rosa.get("/where", code="NOPE")
        assert (answer.status_code, answer.json["kind"], answer.json["stock"]) == (200, "unknown", [])

    @pytest.mark.parametrize("query", [{}, {"code": ""}, {"code": " "}, {"code": "x" * 10_000}])
    def test_no_code_is_400(self, rosa, query):
        assert rosa.get("/where", **query).status_code == 400

    def test_without_a_token_nothing_is_told(self, rosa):
        assert rosa.client.get(f"/api/v1/where?code={MUG}").status_code == 401
