"""The plan as pages: who may, what each form answers in every dress, and what is said of nonsense."""

from io import BytesIO

import pytest

from scanner.counting.plan import policy as plan_policy
from scanner.data.imports import import_csv
from tests.people.test_pages import Device, token_of
from tests.support.counted import add_count
from tests.support.warehouse import LAMP, NOW

HUGE = "9" * 30
FORMS = {
    "/plan/owner": {"section": "A-01", "owner": "Olga"},
    "/plan/places": {"location": "LOOSE", "section": "A-09"},
    "/plan/policy/A": {"every_days": "5", "tolerance_units": "1", "tolerance_percent": "0.5", "tolerance_value": "12,50"},
    "/plan/policy": {"approval": "250", "seconds_a_line": "15"},
    "/plan/classes": {"period_days": "36500", "cut_a": "70", "cut_b": "90"} | {"period_days": "3000"},
    "/plan/pin": {"sku": "LAMP", "abc_class": "A"},
}


@pytest.fixture
def warehouse(app):
    found = app.extensions["warehouse"]
    found.database.transact(import_csv, "locations", BytesIO(b"code\nLOOSE\n"), None, NOW)
    found.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nA-01-1,LAMP,2\n"), None, NOW)
    found.scan(LAMP)
    return found


@pytest.fixture
def sam(app, warehouse):
    return signed_in(app, "BADGE-SAM")


def signed_in(app, badge):
    device = Device(app)
    device.post("/sign-in", badge=badge)
    return device


def policy(warehouse):
    with warehouse.database.read() as session:
        return plan_policy.policy(session)


def send(device, path, body):
    return device.client.post(path, json=body, headers={"X-CSRFToken": token_of(device.get("/sign-in"))})


def test_the_plan_says_what_is_due_and_for_how_long(sam):
    page = sam.get("/plan").text
    assert "1 section" in page and "1 minute" in page and "never counted" in page
    assert "1 shelf is" in page and "LOOSE" in page


def test_what_pulled_a_section_forward_leads_to_its_scan(sam, warehouse):
    seq = warehouse.scan(LAMP, by="Carla", task="SHORT-PICKS", location="A-01-1").seq
    assert f'href="/scans/{seq}">Short pick</a> A-01-1, Desk lamp' in sam.get("/plan").text


def test_a_section_has_its_page(sam, warehouse):
    add_count(warehouse, "C-000007", {"A-01-1": {"LAMP": (2, 2)}})
    page = sam.get("/plan/sections/A-01").text
    assert "C-000007" in page and "A-01-2" in page and "never counted" in page
    assert sam.get("/plan/sections/Z-01").status_code == 404


@pytest.mark.parametrize("path", ["/plan", "/plan/policy", "/plan/classes", "/plan/sections/A-01"])
@pytest.mark.parametrize("badge", ["BADGE-CARLA", "BADGE-ROSA"])
def test_who_counts_does_not_see_the_plan(app, warehouse, path, badge):
    assert signed_in(app, badge).get(path).status_code == 403


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_answered_with_a_page_to_get(sam, path):
    answer = sam.post(path, **FORMS[path])
    assert answer.status_code == 303
    assert "notice--good" in sam.get(answer.location).text


@pytest.mark.parametrize("path", FORMS)
def test_htmx_is_told_where_to_go(sam, path):
    token = token_of(sam.get("/sign-in"))
    answer = sam.client.post(path, data=FORMS[path], headers={"X-CSRFToken": token, "HX-Request": "true"})
    assert answer.status_code == 200 and answer.headers["HX-Redirect"].startswith("/plan")


@pytest.mark.parametrize("path", FORMS)
def test_a_program_is_answered_in_json(sam, path):
    answer = send(sam, path, FORMS[path])
    assert answer.status_code == 200 and answer.json["message"]


@pytest.mark.parametrize("path", FORMS)
def test_who_does_not_plan_changes_nothing(app, warehouse, path):
    carla = signed_in(app, "BADGE-CARLA")
    assert carla.post(path, **FORMS[path]).status_code == 403
    assert send(carla, path, FORMS[path]).status_code == 403


def test_a_class_is_changed(sam, warehouse):
    sam.post("/plan/policy/A", **FORMS["/plan/policy/A"])
    rule = policy(warehouse).of("A")
    assert (rule.every_days, rule.tolerance_units, str(rule.tolerance_percent), str(rule.tolerance_value)) == (
        5,
        1,
        "0.5",
        "12.50",
    )


def test_numbers_of_json_are_numbers(sam, warehouse):
    body = {"every_days": 5, "tolerance_units": 1, "tolerance_percent": 0.5, "tolerance_value": 12}
    assert send(sam, "/plan/policy/B", body).status_code == 200
    assert policy(warehouse).of("B").every_days == 5


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/plan/policy/A", "every_days", "0"), ("/plan/policy/A", "every_days", "-7"), ("/plan/policy/A", "every_days", HUGE),
        ("/plan/policy/A", "every_days", ""), ("/plan/policy/A", "every_days", "1e9"), ("/plan/policy/A", "every_days", "٣"),
        ("/plan/policy/A", "tolerance_units", "-1"), ("/plan/policy/A", "tolerance_percent", "100.01"),
        ("/plan/policy/A", "tolerance_percent", "-1"), ("/plan/policy/A", "tolerance_percent", "\x00"),
        ("/plan/policy/A", "tolerance_value", HUGE), ("/plan/policy/A", "tolerance_value", "NaN"),
        ("/plan/policy/D", "every_days", "7"), ("/plan/policy/%00", "every_days", "7"),
        ("/plan/policy", "approval", "-1"), ("/plan/policy", "approval", HUGE), ("/plan/policy", "seconds_a_line", "0"),
        ("/plan/policy", "seconds_a_line", HUGE),
        ("/plan/classes", "cut_a", "101"), ("/plan/classes", "cut_a", "95"), ("/plan/classes", "cut_b", "100.5"),
        ("/plan/classes", "cut_a", "0"), ("/plan/classes", "period_days", "0"), ("/plan/classes", "period_days", HUGE),
        ("/plan/pin", "sku", "\x00"), ("/plan/pin", "abc_class", "D"), ("/plan/pin", "abc_class", "AA"),
        ("/plan/owner", "owner", "x" * 121), ("/plan/owner", "owner", "a\x00b"), ("/plan/owner", "section", "\x00"),
        ("/plan/places", "section", ""), ("/plan/places", "section", "x" * 65), ("/plan/places", "location", "\x00"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words_and_changes_nothing(sam, warehouse, path, field, value):
    before = policy(warehouse)
    good = next(FORMS[known] for known in (path, "/plan/policy/A") if known in FORMS)
    answer = sam.post(path, **(good | {field: value}))
    assert answer.status_code in (400, 404) and "notice--good" not in answer.text
    assert send(sam, path, good | {field: value}).status_code in (400, 404)
    assert policy(warehouse) == before


@pytest.mark.parametrize("body", [[], {"every_days": []}, {"every_days": True}, {"every_days": {}}, {"tolerance_value": None}])
def test_json_that_is_none_of_it_is_refused(sam, body):
    whole = FORMS["/plan/policy/A"] | body if isinstance(body, dict) else body
    assert send(sam, "/plan/policy/A", whole).status_code == 400


def test_what_there_is_not_is_not_found(sam):
    assert sam.post("/plan/owner", section="Z-99", owner="Olga").status_code == 404
    assert sam.post("/plan/places", location="NOWHERE", section="A-01").status_code == 404
    assert sam.post("/plan/pin", sku="NOBODY", abc_class="A").status_code == 404


def test_classes_are_shown_before_they_are_applied(sam):
    page = sam.get("/plan/classes?period_days=3000").text
    assert "Apply: 1 item changes" in page and "C → A" in page
    assert "C → A" in sam.get("/plan/classes?period_days=3000").text
    sam.post("/plan/classes", **FORMS["/plan/classes"])
    assert "Every item has that class already" in sam.get("/plan/classes").text


def test_classes_that_are_not_those_shown_are_not_applied(sam):
    answer = sam.post("/plan/classes", **FORMS["/plan/classes"], shown="2")
    assert answer.status_code == 409 and "Look again" in answer.text
    assert sam.post("/plan/classes", **FORMS["/plan/classes"], shown="x").status_code == 400


def test_nothing_moved_is_said(sam, warehouse):
    warehouse.scan("CMD-UNDO")
    assert "Nothing moved in these days" in sam.get("/plan/classes?period_days=3000").text


@pytest.mark.parametrize(
    "query", ["period_days=0", "period_days=x", f"period_days={HUGE}", "cut_a=101", "cut_a=96&cut_b=95", "cut_a=%00", "cut_b="]
)
def test_a_strange_period_is_answered(sam, query):
    assert sam.get(f"/plan/classes?{query}").status_code == 400


def test_a_pinned_item_is_let_go(sam):
    sam.post("/plan/pin", sku="LAMP", abc_class="B")
    assert "stays B" in sam.get("/plan/classes").text
    sam.post("/plan/pin", sku="LAMP", abc_class="")
    assert "stays B" not in sam.get("/plan/classes").text


def test_names_are_shown_as_text(sam):
    sam.post("/plan/owner", section="A-01", owner="<script>alert(1)</script>")
    page = sam.get("/plan").text
    assert "&lt;script&gt;" in page and "<script>alert" not in page


def test_the_owner_of_a_section_is_offered_out_of_who_is_known(app):
    sam = Device(app)
    sam.post("/sign-in", badge="BADGE-SAM")
    page = sam.get("/plan/sections/A-01").text
    offered = page.partition('<datalist id="owners">')[2].partition("</datalist>")[0]
    assert all(f'<option value="{name}">' in offered for name in ("purchasing", "Rosa"))
