"""Returns by the API: announced by a shop's program, and read by it once they are graded."""

import pytest

from tests.support import returned
from tests.support.warehouse import LAMP, MUG

LINES = [{"sku": "LAMP", "expected": 2, "reason": "flickers"}, {"sku": "MUG-B"}]


@pytest.fixture
def vera(program):
    return program("Vera")


@pytest.fixture
def goods(app):
    return app.extensions["warehouse"]


class TestAnnouncing:
    def test_makes_a_return_and_gives_its_number(self, vera):
        answer = vera.post("/tasks", {"kind": "return", "order": "SO-1", "customer": "Jo Ng", "lines": LINES})
        assert answer.status_code == 201
        made = answer.json
        assert (made["reference"], made["kind"], made["order"], made["partner"]) == ("RMA-000001", "return", "SO-1", "Jo Ng")
        assert [(line["sku"], line["expected"]) for line in made["lines"]] == [("LAMP", 2), ("MUG-B", 1)]

    def test_of_the_same_again_is_the_same_return(self, vera):
        body = {"kind": "return", "reference": "R-1", "order": "SO-1", "lines": LINES}
        assert [vera.post("/tasks", body).status_code for _ in range(2)] == [201, 200]
        assert vera.post("/tasks", {**body, "order": "SO-2"}).status_code == 409

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"lines": []}, "lines"),
            ({"lines": "LAMP"}, "lines"),
            ({"lines": [{"sku": "LAMP", "expected": True}]}, "lines[0].expected"),
            ({"lines": [{"sku": "LAMP", "expected": 0}]}, "lines[0].expected"),
            ({"lines": [{"sku": "NOTHING"}]}, "lines[0].sku"),
            ({"lines": [1]}, "lines[0]"),
            ({"order": 7}, "order"),
            ({"order": "x" * 65}, "order"),
            ({"reference": "a\nb"}, "reference"),
        ],
    )
    def test_names_what_is_wrong(self, vera, change, field):
        answer = vera.post("/tasks", {"kind": "return", "order": "SO-1", "lines": LINES} | change)
        assert (answer.status_code, answer.json["error"]["field"]) == (400, field)

    def test_is_not_the_clerks(self, program):
        assert program("Theo").post("/tasks", {"kind": "return", "lines": LINES}).status_code == 403

    def test_of_nothing_starts_one_for_goods_that_came_without_a_word(self, program, vera):
        answer = program("Theo").post("/tasks", {"kind": "return"})
        assert answer.status_code == 201 and answer.json["lines"] == []
        assert vera.get(f"/returns/{answer.json['reference']}").json["flags"] == ["unannounced"]
        assert vera.post("/tasks", {"kind": "return"}).status_code == 403


class TestGradedLines:
    def test_say_what_the_webhook_says(self, vera, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 1)])
        arrival = returned.come(goods, "RMA-1", "LAMP")
        assert vera.get("/returns").json == []
        returned.grade(goods, "RMA-1", "LAMP", "damaged", arrival=arrival, reason="BROKEN")
        (line,) = vera.get("/returns").json
        assert (line["return"], line["sku"], line["refund"]) == ("RMA-1", "LAMP", "needs a decision")
        assert [(grade["disposition"], grade["reason_name"]) for grade in line["grades"]] == [("damaged", "Broken")]
        assert vera.get("/returns", after=line["line"]).json == []

    def test_are_of_those_who_have_to_do_with_returns(self, program):
        assert program("Rosa").get("/returns").status_code == 403
        assert program("Theo").get("/returns").status_code == 200


class TestOneReturn:
    def test_is_announced_against_came(self, vera, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 2)])
        returned.come(goods, "RMA-1", "LAMP")
        seen = vera.get("/returns/RMA-1").json
        assert seen["compared"] == [
            {"sku": "LAMP", "name": "Desk lamp", "announced": 2, "arrived": 1, "differs": "missing", "by": 1}
        ]
        assert (seen["at_bench"], seen["flags"], seen["owner"]) == (1, ["arrived"], "customer service")

    @pytest.mark.parametrize("reference", ["RMA-9", "PO-1001", "%00"])
    def test_that_is_none_is_404(self, vera, reference):
        assert vera.get(f"/returns/{reference}").status_code == 404


class TestAScan:
    def test_counts_grades_and_says_why_at_once(self, program, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 1)])
        theo = program("Theo")
        answer = theo.scan(LAMP, task="RMA-1", disposition="damaged", reason="DOA")
        assert (answer.status_code, answer.json["location"]) == (200, "DAMAGED")
        (line,) = theo.get("/returns").json
        assert [(grade["disposition"], grade["reason"]) for grade in line["grades"]] == [("damaged", "DOA")]
        assert theo.post("/tasks/RMA-1/finish", {}).status_code == 200

    def test_goes_to_where_goods_of_its_disposition_go(self, program, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 1)])
        told = program("Theo").scan(LAMP, task="RMA-1", disposition="return to vendor")
        assert (told.status_code, told.json["outcome"], told.json["location"]) == (200, "accepted", "VENDOR")

    def test_with_an_unknown_disposition_is_a_bad_request(self, program, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 1)])
        told = program("Theo").scan(LAMP, task="RMA-1", disposition="sell")
        assert (told.status_code, told.json["error"]["field"]) == (400, "disposition")

    def test_for_a_reason_that_there_is_not_names_the_field(self, program, goods):
        returned.announce(goods, "RMA-1", [("LAMP", 1)])
        answer = program("Theo").scan(LAMP, task="RMA-1", disposition="damaged", reason="NOPE")
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "reason")

    def test_is_described_with_the_words_of_its_grades(self, program):
        scan = program("Theo").get("/openapi.json").json["components"]["schemas"]["Scan"]["properties"]
        assert "restock, refurbish, quarantine, damaged, return to vendor, scrap" in scan["disposition"]["description"]
        assert "reason" in scan


class TestFinishing:
    def test_asks_first_then_finishes(self, program, goods):
        returned.announce(goods, "RMA-1", [("MUG-B", 2)])
        theo = program("Theo")
        asked = theo.post("/tasks/RMA-1/finish")
        assert (asked.status_code, asked.json["error"]["code"]) == (409, "needs_confirmation")
        assert theo.post("/tasks/RMA-1/finish", {"confirm": True}).json["state"] == "finished"

    def test_waits_for_grades(self, program, goods):
        returned.announce(goods, "RMA-1", [("MUG-B", 2)])
        theo = program("Theo")
        theo.scan(MUG, task="RMA-1")
        told = theo.post("/tasks/RMA-1/finish", {"confirm": True})
        assert (told.status_code, told.json["error"]["code"]) == (409, "conflict")
        assert "waits for a grade" in told.json["error"]["message"]
