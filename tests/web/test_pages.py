"""The pages over HTTP: who sees what, each dress of a scan, and bad input of every kind."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scanner.people.guesses.rules import CODES
from tests.people.test_pages import an_hour_ago
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE, Warehouse

SCAN = {"task": "PO-1001", "source": "wedge", "scanned_at": "2026-11-23T09:30:00+01:00"}


class Person:
    """Somebody signed in on a device of their own."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client = app.test_client()
        self.badge = f"BADGE-{name.upper()}"
        self.post("/sign-in", badge=self.badge)

    def confirm(self) -> Person:
        """Show the badge again, for what hands out keys."""
        assert self.post("/confirm", badge=self.badge).status_code == 303
        return self

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self._token(), **fields})

    def post_json(self, path: str, body: object) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRFToken": self._token()})

    def scan(self, code: str, htmx: bool = True, **fields: Any) -> TestResponse:
        headers = {"X-CSRFToken": self._token()} | ({"HX-Request": "true"} if htmx else {})
        return self.client.post("/scans", json={"id": str(uuid4()), "code": code, **SCAN, **fields}, headers=headers)

    def batch(self, *scans: Any, page: str = "PO-1001", **about: Any) -> TestResponse:
        headers = {"X-CSRFToken": self._token()}
        return self.client.post("/scans/batch", json={"scans": list(scans), "page": page, **about}, headers=headers)

    def _token(self) -> str:
        return re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/sign-in").text)[1]


@pytest.fixture
def rosa(app: Flask) -> Person:
    return Person(app, "Rosa")


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "Sam")


@pytest.fixture
def goods(app: Flask) -> Warehouse:
    return app.extensions["warehouse"]


def result_of(answer: TestResponse) -> dict[str, Any]:
    return json.loads(answer.headers["HX-Trigger"])["scan"]


def scan_of(code: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "code": code, **SCAN, **fields}


def statuses(answer: TestResponse) -> list[int]:
    return [each["status"] for each in answer.get_json()["results"]]


PAGES = [
    "/", "/receiving", "/receiving/PO-1001", "/receiving/PO-1001/finish", "/tasks/PO-1001/photo",
    "/tasks/PO-1001/scans", "/discrepancies", "/items", "/items?q=mug", "/items/MUG-B", "/labels",
    "/labels?group=items&page=2", "/where", f"/where?code={MUG}",
    "/labels.pdf?group=items",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_receiver_sees_it(rosa: Person, path: str) -> None:
    assert rosa.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/progress", "/data", "/labels?group=badges", "/people", "/people/1/sessions"])
def test_only_a_supervisor_sees_it(app: Flask, sam: Person, path: str) -> None:
    assert Person(app, "Theo").get(path).status_code == 403
    assert sam.confirm().get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/progress", "/scans/1", "/discrepancies/1"])
def test_a_stranger_is_sent_to_sign_in(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 302 and answer.location.startswith("/sign-in")


def test_labels_need_a_sign_in_but_for_the_demo(app: Flask) -> None:
    assert app.test_client().get("/labels").status_code == 302


class TestAScan:
    def test_is_answered_with_what_it_changed(self, rosa: Person) -> None:
        answer = rosa.scan(MUG_CASE)
        assert result_of(answer)["line"] == {"expected": 24, "scanned": 12}
        assert 'id="result"' in answer.text and 'id="line-1" ' in answer.text and 'id="progress"' in answer.text
        assert 'id="line-2"' not in answer.text

    def test_is_answered_in_json_where_htmx_does_not_ask(self, rosa: Person) -> None:
        assert rosa.scan(MUG, htmx=False).get_json()["signal"] == "counted"

    def test_of_a_plain_form_leads_back_to_the_task(self, rosa: Person) -> None:
        answer = rosa.post("/scans", id=str(uuid4()), code=MUG, quantity="2", **SCAN)
        assert (answer.status_code, answer.location) == (303, "/receiving/PO-1001")
        assert "2 / 24" in rosa.get("/receiving/PO-1001").text

    def test_sent_twice_counts_once(self, rosa: Person, goods: Warehouse) -> None:
        first, again = (rosa.scan(MUG, id="7f8d1f64-0001-4000-8000-000000000001") for _ in range(2))
        assert result_of(again) == result_of(first) | {"replayed": True}
        assert dict(goods.lines())["MUG-B"] == 1

    def test_under_a_used_id_is_a_conflict(self, rosa: Person, goods: Warehouse) -> None:
        rosa.scan(MUG, id="7f8d1f64-0001-4000-8000-000000000002")
        assert rosa.scan(LAMP, id="7f8d1f64-0001-4000-8000-000000000002").status_code == 409
        assert dict(goods.lines())["LAMP"] == 0

    def test_of_a_badge_is_a_hand_over(self, rosa: Person) -> None:
        answer = rosa.scan("BADGE-SAM")
        assert json.loads(answer.headers["HX-Trigger"]) == {"handover": {"code": "BADGE-SAM", "own": False}}

    def test_in_a_strangers_name_is_not_allowed(self, rosa: Person, goods: Warehouse) -> None:
        assert rosa.scan(MUG, operator=goods.operators["Sam"].id).status_code == 403

    def test_in_the_name_of_who_had_the_device_before_is_taken_where_it_waited(
        self, app: Flask, rosa: Person, goods: Warehouse
    ) -> None:
        an_hour_ago(app)
        rosa.post("/sign-in", badge="BADGE-SAM")
        times = {"scanned_at": "2026-03-02T09:00:00Z", "sent_at": "2026-03-02T09:10:00Z"}
        assert rosa.scan(MUG, operator=goods.operators["Rosa"].id, **times).status_code == 200
        assert rosa.scan(MUG, operator=goods.operators["Rosa"].id).status_code == 403

    def test_by_who_may_not_receive_is_not_allowed(self, app: Flask) -> None:
        assert Person(app, "Vera").scan(MUG).status_code == 403

    @pytest.mark.parametrize(
        ("code", "signal"),
        [
            (MUG, "counted"),
            (TEE, "counted"),
            ("nothing", "refused"),
            ("A-01-1", "located"),
            ("SET", "held"),
            ("CMD-UNDO", "refused"),
        ],
    )
    def test_signals_what_came_of_it(self, rosa: Person, code: str, signal: str) -> None:
        assert result_of(rosa.scan(code))["signal"] == signal

    def test_of_another_tasks_label_leads_to_its_page_without_scripts(self, rosa: Person) -> None:
        form = {"id": str(uuid4()), "code": "MOVES"} | SCAN
        assert rosa.post("/scans", **form).headers["Location"] == "/moves/MOVES"

    def test_that_finishes_leads_on_to_the_next_receipt(self, rosa: Person) -> None:
        assert "Next receipt" not in rosa.scan("CMD-DONE").text
        done = rosa.scan("CMD-CONFIRM").text
        assert 'id="onward" hx-swap-oob="true"' in done and 'href="/receiving">' in done and "Next receipt" in done

    def test_that_completes_undoes_and_finishes_signals_so(self, rosa: Person) -> None:
        assert [result_of(rosa.scan(code))["signal"] for code in (TEE, TEE, TEE, TEE, "CMD-UNDO")] == [
            "counted", "counted", "complete", "held", "undone",
        ]  # fmt: skip
        assert [result_of(rosa.scan(code))["signal"] for code in ("CMD-DONE", "CMD-CONFIRM")] == ["held", "finished"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"code": ""}, {"code": "x" * 10_000}, {"code": 7}, {"code": None}, {"id": "no uuid"}, {"id": 5},
            {"source": "magic"}, {"source": ["wedge"]}, {"scanned_at": "yesterday"}, {"scanned_at": 12}, {"quantity": 0},
            {"quantity": -1}, {"quantity": 1.5}, {"quantity": "many"}, {"quantity": 10**30}, {"quantity": True},
            {"operator": "x"}, {"confirm": "perhaps"}, {"location": "NOWHERE"}, {"location": 3}, {"task": 9},
        ],
        ids=str,
    )  # fmt: skip
    def test_that_cannot_be_is_refused_in_words(self, rosa: Person, goods: Warehouse, wrong: dict[str, Any]) -> None:
        answer = rosa.scan(**{"code": MUG} | wrong)
        assert answer.status_code == 400 and answer.get_json()["error"]["message"]
        assert dict(goods.lines())["MUG-B"] == 0

    @pytest.mark.parametrize("label", ["PO-1001", "ASN-77"])
    def test_of_the_orders_own_label_says_so(self, rosa: Person, label: str) -> None:
        result = result_of(rosa.scan(label))
        assert (result["signal"], result["opens"]) == ("located", None) and "This is PO-1001" in result["message"]

    def test_on_no_task_is_not_found(self, rosa: Person) -> None:
        assert rosa.scan(MUG, task="PO-9").status_code == 404

    @pytest.mark.parametrize("code", ["<script>alert(1)</script>", "'; DROP TABLE scan; --", "{{ 7 * 7 }}", "ÄÖÜ-ß-漢字"])
    def test_of_something_strange_is_kept_and_shown_as_text(self, rosa: Person, code: str) -> None:
        answer = rosa.scan(code)
        assert result_of(answer)["reason"] == "unknown"
        assert "<script>alert" not in answer.text + rosa.get("/tasks/PO-1001/scans").text

    def test_that_is_no_object_is_refused(self, rosa: Person) -> None:
        headers = {"X-CSRFToken": rosa._token()}
        for body in ("[]", "7", '"x"', "null", "{", ""):
            assert rosa.client.post("/scans", data=body, content_type="application/json", headers=headers).status_code == 400


class TestABatch:
    def test_is_answered_scan_by_scan_in_order(self, rosa: Person, goods: Warehouse) -> None:
        answer = rosa.batch(scan_of(MUG), scan_of(LAMP), scan_of("nothing"), scan_of(MUG, quantity=0), 7).get_json()
        assert [each["status"] for each in answer["results"]] == [200, 200, 200, 400, 400]
        assert dict(goods.lines())["LAMP"] == 1

    def test_after_anothers_badge_records_nothing_in_the_name_before_until_the_own_badge(
        self, rosa: Person, goods: Warehouse
    ) -> None:
        codes = (MUG, "BADGE-SAM", LAMP, "BADGE-ROSA", TEE)
        results = rosa.batch(*map(scan_of, codes)).get_json()["results"]
        assert [each.get("own", each["status"]) for each in results] == [200, False, 409, True, 200]
        assert results[2]["error"]["code"] == "after_badge" and "Rosa's" in results[2]["error"]["message"]
        assert dict(goods.lines()) == {"MUG-B": 1, "LAMP": 0, "TEE-M": 1}

    def test_after_anothers_badge_in_an_earlier_request_records_nothing_either(self, rosa: Person, goods: Warehouse) -> None:
        doubted = goods.operators["Rosa"].id
        assert statuses(rosa.batch(scan_of(MUG), doubted=doubted)) == [409]
        assert statuses(rosa.batch(scan_of("BADGE-ROSA"), scan_of(MUG), doubted=doubted)) == [200, 200]
        assert dict(goods.lines())["MUG-B"] == 1

    @pytest.mark.slow
    def test_after_a_badge_tells_no_guesser_whether_codes_are_badges(self, rosa: Person, goods: Warehouse) -> None:
        doubted = goods.operators["Rosa"].id
        tried = [f"GUESS-{number}" for number in range(CODES.free + 1)]
        for at in range(0, len(tried), 50):
            guessed = statuses(rosa.batch(*map(scan_of, tried[at : at + 50]), doubted=doubted))
        assert guessed == [429]
        assert statuses(rosa.batch(scan_of("BADGE-SAM"), doubted=doubted)) == [429]

    def test_brings_every_line_that_it_touched(self, rosa: Person) -> None:
        html = rosa.batch(scan_of(MUG), scan_of(LAMP), scan_of(MUG)).get_json()["html"]
        assert html.count('class="line') >= 2 and html.index('id="line-2"') < html.index('id="line-1"')

    @pytest.mark.parametrize("scans", [[], None, "x", [{}] * 51])
    def test_of_none_or_too_many_is_refused(self, rosa: Person, scans: Any) -> None:
        headers = {"X-CSRFToken": rosa._token()}
        assert rosa.client.post("/scans/batch", json={"scans": scans}, headers=headers).status_code == 400


class TestOpening:
    @pytest.mark.parametrize("code", ["PO-1001", "ASN-77"])
    def test_leads_to_the_receipt_with_that_label(self, rosa: Person, code: str) -> None:
        assert rosa.post("/open", code=code).location == "/receiving/PO-1001"

    @pytest.mark.parametrize("code", ["PO-1001", "ASN-77", MUG, TEE])
    def test_on_the_page_of_receipts_leads_to_the_one_that_has_it(self, rosa: Person, code: str) -> None:
        assert rosa.post("/open?kind=receiving", code=code).location == "/receiving/PO-1001"

    @pytest.mark.parametrize("code", [MUG, TEE, "A-01-1"])
    def test_of_an_item_or_a_place_is_answered(self, rosa: Person, code: str) -> None:
        assert rosa.post("/open", code=code).location == f"/where?code={code}"

    def test_of_an_item_on_two_receipts_offers_both(self, rosa: Person, goods: Warehouse) -> None:
        goods.add_receipt("PO-2", [("MUG-B", 1)])
        page = rosa.post("/open?kind=receiving", code=MUG).text
        assert "PO-1001" in page and "PO-2" in page and "Which one?" in page

    @pytest.mark.parametrize("code", ["", "nothing", "x" * 600, "a\x00b", "<b>"])
    def test_of_anything_else_says_why_not(self, rosa: Person, code: str) -> None:
        answer = rosa.post("/open", code=code)
        assert answer.status_code == 200 and "Not opened" in answer.text

    def test_loaded_again_leads_to_the_list(self, rosa: Person) -> None:
        assert rosa.get("/open").location == "/"

    def test_with_a_badge_hands_over(self, rosa: Person) -> None:
        answer = rosa.post("/open", code="BADGE-SAM", badge="BADGE-SAM")
        assert answer.status_code == 307 and answer.location.startswith("/sign-in")


class TestFinishing:
    def test_short_wants_a_confirmation(self, rosa: Person) -> None:
        assert rosa.post("/receiving/PO-1001/finish").location == "/receiving/PO-1001/finish"
        assert "data-known" in rosa.get("/receiving/PO-1001").text

    def test_short_and_confirmed_opens_discrepancies_and_a_back_order(self, rosa: Person) -> None:
        rosa.scan(MUG_CASE)
        rosa.post("/receiving/PO-1001/finish", confirm="1", back_order="1")
        page = rosa.get("/receiving/PO-1001").text
        assert "Finished" in page and "on order" in page
        assert "Desk lamp" in rosa.get("/discrepancies").text


class TestDiscrepancies:
    @pytest.fixture
    def short(self, rosa: Person) -> str:
        rosa.post("/receiving/PO-1001/finish", confirm="1")
        return re.search(r"/discrepancies/\d+", rosa.get("/discrepancies").text)[0]

    def test_are_settled_by_a_supervisor(self, sam: Person, short: str) -> None:
        assert sam.post(f"{short}/settle", cause="supplier shipped otherwise", note="Called Acme.", sure="1").status_code == 303
        page = sam.get(short).text
        assert "Called Acme." in page and "settled" in page

    def test_are_not_settled_by_a_receiver(self, rosa: Person, short: str) -> None:
        assert rosa.post(f"{short}/settle", cause="unknown", note="x").status_code == 403
        assert "Settle it" not in rosa.get(short).text

    def test_are_handed_on(self, sam: Person, short: str) -> None:
        sam.post(f"{short}/assign", owner="Vera", note="Yours.")
        assert "Vera" in sam.get("/discrepancies").text

    def test_settled_without_a_real_cause_stay_open(self, sam: Person, short: str) -> None:
        assert sam.post(f"{short}/settle", cause="bad luck", note="").status_code == 400

    def test_show_the_scans_and_movements_behind(self, rosa: Person, sam: Person) -> None:
        for code in (TEE, TEE, TEE, TEE, "CMD-CONFIRM"):
            rosa.scan(code)
        page = sam.get("/discrepancies/1").text
        assert "DOCK" in page and "BADGE" not in page and "Rosa" in page


class TestPhotos:
    @pytest.mark.parametrize("photo", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut"])
    def test_that_are_none_get_a_clear_message(self, rosa: Person, photo: bytes) -> None:
        answer = rosa.post("/photos", task="PO-1001", photo=(BytesIO(photo), "photo.jpg"))
        assert answer.status_code in (200, 400) and "prompt--bad" in answer.text

    def test_picked_labels_are_recorded_once(self, rosa: Person, goods: Warehouse) -> None:
        picks = [f"{uuid4()}|{MUG}", f"{uuid4()}|{LAMP}"]
        for _ in range(2):
            rosa.post("/tasks/PO-1001/photo", pick=picks, scanned_at=SCAN["scanned_at"])
        assert goods.lines()[:2] == [("MUG-B", 1), ("LAMP", 1)]


@pytest.mark.parametrize(
    "path",
    ["/receiving/PO-9", "/receiving/PO-9/finish", "/tasks/PO-9/scans", "/items/none", "/scans/99", "/discrepancies/99",
     "/tasks/PO-1001/link?seq=99", "/nothing"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(sam: Person, path: str) -> None:
    assert sam.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/tasks/PO-1001/scans?before=x", "/discrepancies?after=x", "/labels?page=x", "/tasks/PO-1001/link?seq=x",
     "/barcode.svg", "/barcode.svg?code=x&symbology=none", f"/barcode.svg?code={'9' * 90}"],
)  # fmt: skip
def test_a_bad_address_is_refused_in_words(sam: Person, path: str) -> None:
    assert sam.get(path).status_code == 400


def test_no_page_has_inline_script_or_style(sam: Person) -> None:
    sam.confirm()
    for path in [*PAGES[:-1], "/progress", "/data", "/labels?group=badges", "/sessions", "/people", "/confirm"]:
        page = sam.get(path).text
        assert " style=" not in page and " onclick=" not in page and "<style" not in page, path
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page), path


def test_a_device_keeps_scripts_for_good_and_pages_not_at_all(rosa: Person) -> None:
    page = rosa.get("/")
    script = re.search(r'src="(/static/[^"]+/main.js)"', page.text)[1]
    with rosa.get(script) as kept:
        assert "immutable" in kept.headers["Cache-Control"]
    with rosa.get("/worker.js") as worker:
        assert "script-src 'self'" in worker.headers["Content-Security-Policy"], "a worker goes by it"
    assert page.headers["Cache-Control"] == "no-store"
    assert "immutable" not in rosa.get("/static/none/none.js").headers["Cache-Control"]
