"""The results of counting as pages: every number leads on, and nonsense is answered."""

from io import BytesIO

import pytest

from scanner.data.imports import import_csv
from scanner.web.context import now
from tests.people.test_pages import Device
from tests.support.counted import add_count
from tests.support.warehouse import NOW

HUGE = "9" * 30


@pytest.fixture
def sam(app):
    warehouse = app.extensions["warehouse"]
    warehouse.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-1,MUG-B,10\n"), None, NOW)
    add_count(warehouse, "C-000001", {"A-01-1": {"MUG-B": (6, 10), "LAMP": (2, 2)}}, now())
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    return device


def test_results_are_shown_with_pictures(sam):
    page = sam.get("/count-results").text
    assert "50.00 %" in page and "4 units, 17.00" in page and page.count("<svg") > 3


def test_a_number_leads_to_its_records_and_those_to_their_scans(app, sam):
    page = sam.get("/count-results?section=A-01").text
    assert "/count-results/lines?section=A-01" in page
    records = sam.get("/count-results/lines?section=A-01&differing=1").text
    assert "−4" in records and "C-000001" in records and 'href="/scans/' in records
    assert "Desk lamp" not in records


def test_nothing_counted_is_said(app):
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    assert "Nothing was counted in these weeks" in device.get("/count-results").text
    assert "No such record" in device.get("/count-results/lines").text
    assert "Nothing was adjusted" in device.get("/count-results/adjustments").text


@pytest.mark.parametrize("path", ["/count-results", "/count-results/lines", "/count-results/adjustments"])
@pytest.mark.parametrize("badge", ["BADGE-CARLA", "BADGE-ROSA", "BADGE-THEO"])
def test_who_counts_sees_no_results(app, path, badge):
    device = Device(app)
    device.post("/sign-in", badge=badge)
    assert device.get(path).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "weeks=0",
        "weeks=54",
        f"weeks={HUGE}",
        "weeks=-1",
        "weeks=x",
        "abc_class=D",
        "section=%00",
        f"counter={HUGE}",
        "counter=-1",
    ],
)
@pytest.mark.parametrize("path", ["/count-results", "/count-results/lines"])
def test_a_strange_question_is_refused(sam, path, query):
    assert sam.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["week=x", "week=9999-99-99", f"before={HUGE}", "week=%00", "week=0001-01-01", "week=9999-12-31"]
)
def test_a_strange_page_of_records_is_answered(sam, query):
    assert sam.get(f"/count-results/lines?{query}").status_code < 500


def test_a_section_of_any_name_can_be_asked_for(sam):
    assert sam.get("/count-results?section=%3Cscript%3E").status_code == 200
    assert "<script>" + "alert" not in sam.get("/count-results?section=<script>alert(1)").text
