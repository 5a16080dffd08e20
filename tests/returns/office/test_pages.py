"""Customer service's pages over HTTP: who may, each dress of a form, and what a customer or a clerk typed is only text."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scanner.counting.plan.store import set_owner
from scanner.discrepancies.rules import DiscrepancyKind
from tests.returns.office.test_service import differ, unannounced
from tests.support import returned
from tests.support.warehouse import Warehouse
from tests.web.test_pages import Person

EVIL = "<script>alert('x')</script>"


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


@pytest.fixture
def vera(app: Flask) -> Person:
    return Person(app, "Vera")


@pytest.fixture
def rma(goods: Warehouse) -> str:
    returned.announce(goods, "RMA-1", [("MUG-B", 2)])
    return "RMA-1"


PAGES = ["/service", "/service?flag=overdue", "/service?q=%25", "/service/announce", "/service/RMA-1", "/service/graded.csv"]


@pytest.mark.parametrize("path", PAGES)
def test_it_is_customer_services(app: Flask, vera: Person, rma: str, path: str) -> None:
    assert vera.get(path).status_code == 200
    assert Person(app, "Sam").get(path).status_code == 200
    assert Person(app, "Rosa").get(path).status_code == 403
    assert app.test_client().get(path).status_code == 302


FORM = {"note": "x", "owner": "x", "order": "x", "discrepancy": "1"}


@pytest.mark.parametrize("action", ["note", "assign", "match", "settle", "handle", "take-up", "unmatch"])
def test_a_clerk_changes_nothing_here(app: Flask, rma: str, action: str) -> None:
    assert Person(app, "Theo").post(f"/service/{rma}/{action}", **FORM).status_code == 403


class TestAnnouncing:
    def test_leads_to_the_return(self, vera: Person) -> None:
        rows = {"sku": ["LAMP", "", "MUG-B"], "expected": ["2", "1", ""], "reason": ["flickers", "", ""]}
        answer = vera.post("/service/announce", order="SO-1", customer="Jo Ng", **rows)
        assert (answer.status_code, answer.location) == (303, "/service/RMA-000001")
        page = vera.get(answer.location).text
        assert "Desk lamp" in page and "flickers" in page and "RMA-000001 is announced." in page

    def test_shows_what_is_wrong_beside_what_was_typed(self, vera: Person) -> None:
        answer = vera.post("/service/announce", order="SO-1", customer=EVIL, sku=["NOTHING"], expected=["2"], reason=["why"])
        assert answer.status_code == 400 and "there is no item" in answer.text
        assert 'value="SO-1"' in answer.text and 'value="NOTHING"' in answer.text and EVIL not in answer.text

    @pytest.mark.parametrize("expected", ["many", "-1", "0", "1.5", "9" * 20])
    def test_takes_no_number_that_is_none(self, vera: Person, expected: str) -> None:
        assert vera.post("/service/announce", order="SO-1", sku=["LAMP"], expected=[expected], reason=[""]).status_code == 400

    def test_takes_json(self, vera: Person) -> None:
        answer = vera.post_json("/service/announce", {"order": "SO-1", "lines": [{"sku": "LAMP"}]})
        assert answer.status_code == 201 and answer.json["reference"] == "RMA-000001"
        assert vera.post_json("/service/announce", {"order": "SO-1", "lines": "LAMP"}).status_code == 400
        assert vera.post_json("/service/announce", []).status_code == 400

    @pytest.mark.parametrize("rows", ["0", "-1", "x", "99999", "²"])
    def test_has_a_form_of_any_length_within_reason(self, vera: Person, rows: str) -> None:
        assert 1 <= vera.get(f"/service/announce?rows={rows}").text.count('name="sku"') <= 51


class TestAFile:
    HEAD = "reference,order,customer,sku,expected,reason\n"

    def sent(self, person: Person, text: str) -> TestResponse:
        return person.post("/service/announce/file", file=(BytesIO(text.encode()), "returns.csv"))

    def test_announces_all_of_it(self, vera: Person) -> None:
        answer = self.sent(vera, self.HEAD + "R-1,SO-1,Jo,LAMP,1,flickers\nR-2,SO-2,Ada,MUG-B,2,\n")
        assert (answer.status_code, answer.location) == (303, "/service")
        page = vera.get("/service").text
        assert "R-1" in page and "R-2" in page and "2 rows: 2 new" in page

    def test_announces_none_of_it_where_a_row_is_wrong(self, vera: Person) -> None:
        answer = self.sent(vera, self.HEAD + "R-1,SO-1,Jo,LAMP,1,\nR-2,SO-2,Ada,NOTHING,2,\n")
        assert answer.status_code == 400 and "Nothing was announced" in answer.text and "NOTHING" in answer.text
        assert "R-1" not in vera.get("/service").text

    def test_is_the_offices(self, app: Flask) -> None:
        assert self.sent(Person(app, "Theo"), self.HEAD).status_code == 403

    def test_must_be_there(self, vera: Person) -> None:
        assert vera.post("/service/announce/file").status_code == 400


class TestWorkingDown:
    def test_notes_hands_on_and_is_done(self, vera: Person, rma: str) -> None:
        assert vera.post(f"/service/{rma}/note", note="She\nwill call").status_code == 303
        vera.post(f"/service/{rma}/assign", owner="")
        page = vera.get(f"/service/{rma}").text
        assert "She\nwill call" in page and "from customer service to Vera" in page
        vera.post(f"/service/{rma}/handle", note="refunded")
        vera.get("/service")  # which says that it is done
        assert rma not in vera.get("/service").text and rma in vera.get("/service?flag=handled").text
        vera.post(f"/service/{rma}/take-up")
        assert rma in vera.get("/service").text

    def test_answers_programs_with_the_return(self, vera: Person, rma: str) -> None:
        assert vera.post_json(f"/service/{rma}/assign", {"owner": "Vera"}).json["owner"] == "Vera"
        assert vera.post_json(f"/service/{rma}/note", {"note": 7}).status_code == 400

    def test_is_matched_to_nothing_that_is_no_text(self, vera: Person, goods: Warehouse) -> None:
        unannounced(goods)
        assert vera.post_json("/service/UN-000001/match", {"announced": "\ud800"}).status_code == 404
        assert vera.post_json("/service/UN-000001/match", {"order": "\ud800"}).status_code == 400
        assert vera.post_json("/service/UN-000001/assign", {"owner": "\ud800"}).status_code == 400

    def test_settles_what_differs(self, vera: Person, goods: Warehouse, rma: str) -> None:
        differ(goods, rma, DiscrepancyKind.MISSING, "MUG-B", 1)
        assert "What went wrong" in vera.get(f"/service/{rma}").text
        assert vera.post(f"/service/{rma}/settle", discrepancy="1", cause="unknown").status_code == 303
        assert "What went wrong" not in vera.get(f"/service/{rma}").text
        assert vera.post(f"/service/{rma}/settle", discrepancy="x", cause="unknown").status_code == 400

    def test_matches_what_came_without_a_word(self, vera: Person, goods: Warehouse, rma: str) -> None:
        unannounced(goods)
        assert "It is RMA-1" in vera.get("/service/UN-000001").text
        assert vera.post("/service/UN-000001/match", announced=rma).status_code == 303
        page = vera.get("/service/UN-000001").text
        assert "Refund may go" in page and "Was announced as" in page
        assert vera.post("/service/UN-000001/match", order="SO-1").status_code == 409
        vera.post("/service/UN-000001/unmatch")
        assert "Whose was it?" in vera.get("/service/UN-000001").text

    @pytest.mark.parametrize("reference", ["RMA-9", "PO-1001", "a/b"])
    def test_knows_no_other_task(self, vera: Person, reference: str) -> None:
        assert vera.get(f"/service/{reference}").status_code == 404
        assert vera.post(f"/service/{reference}/note", note="x").status_code == 404

    def test_a_reference_may_have_a_slash(self, vera: Person, goods: Warehouse) -> None:
        returned.announce(goods, "R/2026/1", [("LAMP", 1)])
        assert vera.post("/service/R/2026/1/note", note="hello").status_code == 303
        assert "hello" in vera.get("/service/R/2026/1").text

    def test_shows_grades_and_words(self, vera: Person, goods: Warehouse, rma: str) -> None:
        arrival = returned.come(goods, rma, "MUG-B", 2)
        assert "Waits for its grade" in vera.get(f"/service/{rma}").text
        returned.grade(goods, rma, "MUG-B", "damaged", 2, arrival=arrival, reason="BROKEN")
        page = vera.get(f"/service/{rma}").text
        assert "Needs a decision" in page and "2 × damaged" in page and "Broken" in page


DESK_CODES = [("RMA-1", "RMA-1"), (" SO-7 ", "RMA-1"), ("SO-8", None), ("a\x00", None), ("", None)]


@pytest.mark.parametrize(("code", "leads"), DESK_CODES)
def test_a_number_scanned_at_the_desk_opens_the_return(vera: Person, goods: Warehouse, rma: str, code: str, leads: str) -> None:
    for reference in ("RMA-2", "RMA-3"):
        returned.announce(goods, reference, [("LAMP", 1)], order_ref="SO-8")
    answer = vera.post("/open", code=code)
    assert (answer.status_code, answer.location) == ((303, f"/service/{leads}") if leads else (200, None))


def test_a_link_to_a_return_leads_each_to_their_own_page(app: Flask, vera: Person, rma: str) -> None:
    assert vera.get(f"/tasks/{rma}").location == f"/service/{rma}"
    assert Person(app, "Theo").get(f"/tasks/{rma}").location == f"/returns/{rma}"


def test_whatever_was_typed_is_only_text(vera: Person, goods: Warehouse) -> None:
    returned.announce(goods, "RMA-2", [("LAMP", 1)], partner=EVIL, order_ref='"><b>')
    vera.post("/service/RMA-2/note", note=EVIL)
    goods.database.transact(lambda session: set_owner(session, "A-01", EVIL))
    assert vera.post("/service/RMA-2/assign", owner=EVIL).status_code == 303
    for path in ("/service", "/service/RMA-2", f"/service?q={EVIL}", f"/service?owner={EVIL}"):
        assert "<script>alert" not in vera.get(path).text and '"><b>' not in vera.get(path).text


def test_the_file_has_a_row_a_grade_and_no_formula(vera: Person, goods: Warehouse) -> None:
    returned.announce(goods, "RMA-3", [("LAMP", 2)], partner="=HYPERLINK(1)", order_ref="+1")
    arrival = returned.come(goods, "RMA-3", "LAMP", 2)
    returned.grade(goods, "RMA-3", "LAMP", "restock", 1, arrival=arrival)
    returned.grade(goods, "RMA-3", "LAMP", "damaged", 1, arrival=arrival, reason="BROKEN")
    answer = vera.get("/service/graded.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert answer.mimetype == "text/csv" and "graded.csv" in answer.headers["Content-Disposition"]
    assert [(row["disposition"], row["reason"], row["refund"]) for row in rows] == [
        ("restock", "", "needs a decision"), ("damaged", "Broken", "needs a decision"),
    ]  # fmt: skip
    assert {(row["customer"], row["order"]) for row in rows} == {("'=HYPERLINK(1)", "'+1")}
