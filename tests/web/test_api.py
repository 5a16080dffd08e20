from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from scanner.services import programs, scanning, tokens
from scanner.store import bulk

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MUG, LAMP = "9501101530003", "9501101530010"


class Program:
    """A program with one operator's token."""

    def __init__(self, app, name):
        token = app.extensions["database"].transact(tokens.create_token, name, NOON)
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path, body=None, **more):
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers, **more)

    def scan(self, code=MUG, **more):
        return self.post("/scans", scan(code, **more))


def scan(code=MUG, **more):
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "api", "scanned_at": "2026-11-23T10:00:00Z", **more}


@pytest.fixture
def program(app):
    return lambda name: Program(app, name)


@pytest.fixture
def rosa(program):
    return program("Rosa")


@pytest.fixture
def sam(program):
    return program("Sam")


class TestATokenIsNeeded:
    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic dTpw", "Bearer \x80\xff", "bearer\t" + "0" * 48]
    )
    def test_and_must_be_known(self, app, header):
        headers = {} if header is None else {"Authorization": header}
        answer = app.test_client().get("/api/v1/tasks", headers=headers)
        assert answer.status_code == 401 and answer.json["error"]["code"] == "not_signed_in"
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_but_not_to_read_what_there_is(self, app):
        assert app.test_client().get("/api/v1/openapi.json").json["openapi"] == "3.1.0"

    def test_and_a_page_session_is_none(self, app):
        from tests.web.test_auth import Device

        device = Device(app)
        device.post("/sign-in", badge="BADGE-SAM")
        assert device.get("/api/v1/tasks").status_code == 401

    def test_and_tells_nobody_what_address_there_is(self, app):
        assert app.test_client().get("/api/v1/nothing").status_code == 404


class TestAScan:
    def test_is_recorded_and_answered(self, rosa):
        sent = scan(MUG, quantity=2)
        answer = rosa.post("/scans", sent)
        assert answer.status_code == 200
        assert answer.json == {
            "id": sent["id"], "outcome": "accepted", "reason": "counted", "message": answer.json["message"],
            "item": {"sku": "MUG-B", "name": "Mug, blue"}, "units": 2, "line": {"expected": 24, "scanned": 2},
            "replayed": False, "task": "PO-1001", "sequence": 1, "location": "DOCK",
        }  # fmt: skip

    def test_sent_again_gets_the_same_answer_marked_replayed(self, rosa):
        sent = scan()
        first, again = rosa.post("/scans", sent).json, rosa.post("/scans", sent).json
        assert again == first | {"replayed": True}

    def test_with_the_id_of_another_is_a_conflict(self, rosa):
        sent = scan()
        rosa.post("/scans", sent)
        answer = rosa.post("/scans", sent | {"code": LAMP})
        assert answer.status_code == 409 and answer.json["error"] == {
            "code": "conflict", "message": answer.json["error"]["message"], "field": "id",
        }  # fmt: skip

    def test_of_a_task_that_there_is_not_is_404(self, rosa):
        assert rosa.scan(task="PO-9999").status_code == 404

    def test_that_is_refused_is_recorded_all_the_same(self, rosa):
        answer = rosa.scan("NOBODY-KNOWS")
        assert (answer.status_code, answer.json["outcome"], answer.json["reason"]) == (200, "refused", "unknown")
        assert "item" not in answer.json and "line" not in answer.json

    def test_over_what_was_ordered_is_held_until_confirmed(self, rosa):
        held = rosa.scan(quantity=25)
        assert (held.json["outcome"], held.json["reason"]) == ("held", "over")
        assert rosa.scan(quantity=25, confirm=True).json["outcome"] == "accepted"

    def test_of_a_badge_is_no_scan(self, rosa):
        answer = rosa.scan("BADGE-SAM")
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "badge")

    @pytest.mark.parametrize("name", ["Theo", "Carla", "Vera"])
    def test_of_a_receipt_is_a_receivers(self, program, name):
        answer = program(name).scan()
        assert answer.status_code == 403 and answer.json["error"]["message"] == f"{name} may not scan receipts."

    def test_of_a_task_whose_workflow_is_not_there_yet_is_400(self, app, sam, monkeypatch):
        monkeypatch.setattr(scanning, "WORKFLOWS", {})
        assert sam.scan().status_code == 400

    @pytest.mark.parametrize("value", ["2026-11-23T10:00:00", "2026-11-23T10:00:00+05:30", "1970-01-01T00:00:00Z", "2026-11-23"])
    def test_takes_any_time_that_a_clock_may_say(self, rosa, value):
        assert rosa.scan(scanned_at=value).status_code == 200

    def test_leaves_fields_alone_that_it_does_not_know(self, rosa):
        assert rosa.scan(colour="blue").status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("id", "1"), ("id", None), ("id", 7), ("id", ["a"]), ("id", "\x00"),
            ("task", ""), ("task", None), ("task", 5), ("task", "PO\x00"), ("task", "\ud800"), ("task", {"a": 1}),
            ("code", ""), ("code", "  "), ("code", None), ("code", "x" * 10_000), ("code", "a\x00b"), ("code", "a\nb"),
            ("code", "\ud800"), ("code", 4006381333931),
            ("source", "mind"), ("source", "linked"), ("source", None), ("source", []), ("source", {}),
            ("scanned_at", "yesterday"), ("scanned_at", None), ("scanned_at", 1_700_000_000),
            ("scanned_at", "0001-01-01T00:00:00+14:00"),
            ("scanned_at", "9999-12-31T23:59:59-14:00"), ("scanned_at", ""),
            ("quantity", 0), ("quantity", -1), ("quantity", 1.5), ("quantity", "many"), ("quantity", True), ("quantity", 10**30),
            ("quantity", 100_001), ("quantity", []),
            ("location", "NOWHERE"), ("location", 5), ("location", "\x00"), ("location", "\ud800"), ("location", ["A-01-1"]),
            ("disposition", 5), ("disposition", "\x00"),
            ("confirm", "perhaps"), ("confirm", 2), ("confirm", []), ("confirm", {}),
        ],
    )  # fmt: skip
    def test_with_a_field_that_cannot_be_is_400_and_changes_nothing(self, rosa, sam, field, value):
        answer = rosa.post("/scans", scan() | {field: value})
        assert answer.status_code == 400 and answer.json["error"]["message"].startswith("Expected")
        assert sam.get("/movements").json == []

    @pytest.mark.parametrize("field", ["id", "task", "code", "source", "scanned_at"])
    def test_without_a_field_that_it_needs_is_400(self, rosa, field):
        sent = scan()
        del sent[field]
        answer = rosa.post("/scans", sent)
        assert answer.status_code == 400 and answer.json["error"]["field"] == field

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"scan"',
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"id":' * 20_000,
            b'{"quantity": ' + b"9" * 5_000 + b"}",
        ],
        ids=["empty", "cut off", "a list", "null", "a text", "not UTF-8", "deep lists", "deep objects", "an endless number"],
    )
    def test_that_is_no_json_object_is_400(self, rosa, body):
        answer = rosa.client.post("/api/v1/scans", data=body, headers=rosa.headers, content_type="application/json")
        assert answer.status_code == 400 and answer.json["error"]["code"] == "bad_request"

    def test_larger_than_256_kb_is_413(self, rosa):
        answer = rosa.scan("x" * 300_000)
        assert answer.status_code == 413 and answer.json["error"]["code"]

    def test_race_for_the_last_unit_counts_it_once(self, app, program):
        devices = [program("Rosa") for _ in range(8)]
        devices[0].scan(LAMP, quantity=5)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda device: device.scan(LAMP).json, devices))
        assert sorted(answer["reason"] for answer in answers) == ["complete"] + ["over"] * 7


class TestABatch:
    def test_answers_each_scan_in_order_with_its_own_status(self, rosa):
        first = scan()
        bad = [scan(quantity=0), scan(task="PO-9999"), first | {"code": LAMP}, "scan", None]
        answer = rosa.post("/scans/batch", {"scans": [first, *bad, scan(LAMP), first]})
        assert [result["status"] for result in answer.json["results"]] == [200, 400, 404, 409, 400, 400, 200, 200]
        assert answer.json["results"][6]["line"] == {"expected": 6, "scanned": 1}
        assert answer.json["results"][7]["replayed"] is True

    def test_refuses_each_scan_that_the_caller_may_not_make(self, program):
        answer = program("Carla").post("/scans/batch", {"scans": [scan(), scan()]})
        assert [result["status"] for result in answer.json["results"]] == [403, 403]

    @pytest.mark.parametrize("scans", [None, [], {}, "all", [scan()] * 501])
    def test_of_none_or_of_too_many_is_400(self, rosa, scans):
        assert rosa.post("/scans/batch", {"scans": scans}).status_code == 400

    def test_of_500_is_taken(self, rosa):
        answer = rosa.post("/scans/batch", {"scans": [scan("TEE-M", confirm=True) for _ in range(500)]})
        assert {result["status"] for result in answer.json["results"]} == {200}


class TestTasks:
    def test_are_listed_with_their_lines(self, rosa):
        (task,) = rosa.get("/tasks", kind="receiving").json
        assert (task["reference"], task["kind"], task["state"], task["asn"]) == ("PO-1001", "receiving", "open", "ASN-77")
        assert task["lines"][0] == {"sku": "MUG-B", "name": "Mug, blue", "expected": 24, "scanned": 0}

    def test_are_listed_by_kind_and_state(self, rosa):
        assert rosa.get("/tasks", kind="return").json == []
        assert rosa.get("/tasks", state="finished").json == []
        assert len(rosa.get("/tasks", state="open").json) == 1

    def test_are_listed_in_pages(self, app, rosa):
        for number in range(4):
            app.extensions["warehouse"].add_receipt(f"PO-2{number}", [("LAMP", 1)])
        pages = [rosa.get("/tasks", limit=2, offset=offset).json for offset in (0, 2, 4)]
        assert [[task["reference"] for task in page] for page in pages] == [["PO-23", "PO-22"], ["PO-21", "PO-20"], ["PO-1001"]]

    def test_are_shown_one_by_one(self, rosa):
        rosa.scan(quantity=3)
        assert rosa.get("/tasks/PO-1001").json["lines"][0]["scanned"] == 3

    def test_may_have_a_slash_in_their_reference(self, app, rosa):
        app.extensions["warehouse"].add_receipt("PO/2026/7", [("LAMP", 1)])
        assert rosa.get("/tasks/PO/2026/7").json["reference"] == "PO/2026/7"
        assert rosa.post("/tasks/PO/2026/7/finish", {"confirm": True}).json["state"] == "finished"

    def test_of_a_blind_count_show_no_expected_number(self, app, sam):
        count = {"reference": "COUNT-1", "kind": "count", "created_at": NOON}
        database = app.extensions["database"]
        item = app.extensions["warehouse"].items["LAMP"]

        def start(session):
            task = bulk.insert_task(session, count)
            bulk.insert_all(session, bulk.line, [{"task_id": task, "position": 1, "item_id": item, "expected": 31}])

        database.transact(start)
        assert sam.get("/tasks/COUNT-1").json["lines"] == [{"sku": "LAMP", "name": "Desk lamp", "scanned": 0}]
        assert "31" not in sam.get("/tasks", kind="count").text

    @pytest.mark.parametrize(
        "query", [{"kind": "orders"}, {"state": "lost"}, {"limit": "-1"}, {"limit": "many"}, {"limit": "1001"}]
    )
    def test_are_not_listed_by_what_there_is_not(self, rosa, query):
        assert rosa.get("/tasks", **query).status_code == 400

    @pytest.mark.parametrize("reference", ["PO-9999", "%00", "%ff", "a%0ab", "..%2f..", "'--", "x" * 5_000])
    def test_that_are_not_there_are_404(self, rosa, reference):
        answer = rosa.get(f"/tasks/{reference}")
        assert answer.status_code == 404 and answer.json["error"]["code"] == "not_found"


class TestFinishing:
    def test_what_is_short_wants_to_be_confirmed(self, rosa):
        rosa.scan(quantity=24)
        answer = rosa.post("/tasks/PO-1001/finish", {"confirm": False})
        assert answer.status_code == 409 and answer.json["error"]["code"] == "needs_confirmation"
        assert [(line["sku"], line["missing"], line["untouched"]) for line in answer.json["short"]] == [
            ("LAMP", 6, True),
            ("TEE-M", 3, True),
        ]
        assert rosa.get("/tasks/PO-1001").json["state"] == "open"

    def test_confirmed_is_finished(self, rosa, sam):
        answer = rosa.post("/tasks/PO-1001/finish", {"confirm": True})
        assert answer.status_code == 200 and answer.json["state"] == "finished"
        found = sam.get("/discrepancies", state="open").json
        first = found[0]
        assert (first["task"], first["sku"], first["kind"], first["units"]) == ("PO-1001", "MUG-B", "short", 24)
        assert first["value"] == 102.0 and first["owner"] == "purchasing"

    def test_leaves_a_back_order_where_wanted(self, rosa):
        answer = rosa.post("/tasks/PO-1001/finish", {"confirm": True, "back_order": True})
        assert rosa.get(f"/tasks/{answer.json['back_order']}").json["state"] == "open"

    def test_without_a_body_confirms_nothing(self, rosa):
        assert rosa.post("/tasks/PO-1001/finish").status_code == 409

    @pytest.mark.parametrize("confirm", ["true", 1, [], {}])
    def test_is_confirmed_by_true_alone(self, rosa, confirm):
        assert rosa.post("/tasks/PO-1001/finish", {"confirm": confirm}).status_code == 400

    def test_a_receipt_is_a_receivers(self, program):
        assert program("Carla").post("/tasks/PO-1001/finish", {"confirm": True}).status_code == 403

    def test_a_task_that_there_is_not_is_404(self, rosa):
        assert rosa.post("/tasks/PO-9999/finish", {"confirm": True}).status_code == 404


class TestStarting:
    def test_a_count_waits_for_its_workflow(self, sam, monkeypatch):
        monkeypatch.setattr(programs, "STARTERS", {})
        answer = sam.post("/tasks", {"kind": "count", "section": "A-01"})
        assert answer.status_code == 400 and "not available" in answer.json["error"]["message"]

    def test_a_count_is_for_those_who_count(self, rosa):
        assert rosa.post("/tasks", {"kind": "count", "section": "A-01"}).status_code == 403

    def test_answers_with_the_task(self, sam, monkeypatch):
        monkeypatch.setattr(programs, "STARTERS", {"count": lambda session, section, operator, now: "PO-1001"})
        answer = sam.post("/tasks", {"kind": "count", "section": "A-01"})
        assert answer.status_code == 201 and answer.json["reference"] == "PO-1001"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"kind": "count"},
            {"kind": "receiving", "section": "A"},
            {"kind": 1, "section": "A"},
            {"kind": "count", "section": ""},
        ],
    )
    def test_anything_else_is_400(self, sam, body):
        assert sam.post("/tasks", body).status_code == 400


class TestStockAndMovements:
    def test_show_what_a_scan_did(self, rosa):
        rosa.scan(quantity=3)
        assert rosa.get("/stock", sku="MUG-B").json == [
            {"location": "DOCK", "sku": "MUG-B", "name": "Mug, blue", "units": 3, "sellable": False}
        ]
        (movement,) = rosa.get("/movements").json
        assert (movement["from"], movement["to"], movement["units"]) == ("SUPPLIER", "DOCK", 3)
        assert (movement["operator"], movement["task"], movement["scan"], movement["sequence"]) == ("Rosa", "PO-1001", 1, 1)

    def test_on_a_shelf_can_be_sold(self, rosa):
        rosa.scan(location="A-01-1")
        assert rosa.get("/stock", location="A-01-1").json[0]["sellable"] is True

    def test_come_in_pages(self, rosa):
        for _ in range(3):
            rosa.scan()
        assert [row["sequence"] for row in rosa.get("/movements", after=1, limit=1).json] == [2]
        assert rosa.get("/movements", after=3).json == []

    def test_of_an_unknown_item_are_none(self, rosa):
        assert rosa.get("/stock", sku="NOTHING").json == []

    @pytest.mark.parametrize("path", ["/stock", "/movements", "/discrepancies"])
    def test_are_hidden_from_who_counts_blind(self, program, path):
        assert program("Carla").get(path).status_code == 403

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/movements", {"after": "-1"}), ("/movements", {"after": "x"}), ("/movements", {"after": "9" * 30}),
            ("/movements", {"limit": "0x10"}), ("/stock", {"sku": "\x00"}), ("/stock", {"limit": "5000"}),
            ("/discrepancies", {"state": "gone"}), ("/discrepancies", {"kind": "\x00"}), ("/discrepancies", {"after": ""}),
        ],
    )  # fmt: skip
    def test_are_not_asked_for_in_ways_that_cannot_be(self, sam, path, query):
        assert sam.get(path, **query).status_code == 400


def picture(text):
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    out = BytesIO()
    Image.fromarray(image).convert("L").save(out, "PNG")
    return BytesIO(out.getvalue())


class TestDecoding:
    def decode(self, program, photo, **fields):
        return program.client.post("/api/v1/decode", data={"photo": (photo, "photo.png"), **fields}, headers=program.headers)

    def test_reads_a_photo_and_names_the_item(self, rosa):
        answer = self.decode(rosa, picture(MUG), task="PO-1001")
        assert answer.status_code == 200
        (seen,) = answer.json["readings"]
        assert (seen["text"], seen["symbology"], seen["item"]) == (MUG, "EAN-13", {"sku": "MUG-B", "name": "Mug, blue"})
        assert len(seen["corners"]) in (0, 4)

    def test_of_a_picture_without_a_barcode_reads_nothing(self, rosa):
        out = BytesIO()
        Image.new("L", (300, 200), 200).save(out, "PNG")
        assert self.decode(rosa, BytesIO(out.getvalue())).json == {"readings": []}

    @pytest.mark.parametrize("photo", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n", picture(MUG).getvalue()[:60]])
    def test_of_no_picture_is_400(self, rosa, photo):
        answer = self.decode(rosa, BytesIO(photo))
        assert answer.status_code == 400 and answer.json["error"]["field"] == "photo"

    def test_of_no_photo_is_400(self, rosa):
        assert rosa.client.post("/api/v1/decode", data={"task": "PO-1001"}, headers=rosa.headers).status_code == 400
        assert rosa.post("/decode", {"photo": "x"}).status_code == 400

    def test_of_more_than_15_mb_is_413(self, rosa):
        body, kind = bytes(16 * 1024 * 1024), "multipart/form-data; boundary=x"
        assert rosa.client.post("/api/v1/decode", data=body, content_type=kind, headers=rosa.headers).status_code == 413

    def test_for_a_task_that_cannot_be_still_reads(self, rosa):
        assert self.decode(rosa, picture(MUG), task="\x00").json["readings"][0]["text"] == MUG

    def test_is_for_the_floor(self, program):
        assert self.decode(program("Vera"), picture(MUG)).status_code == 403


def test_every_address_is_described_and_only_those(app):
    described = {
        (method, "/api/v1" + path)
        for path, methods in app.test_client().get("/api/v1/openapi.json").json["paths"].items()
        for method in methods
    }
    served = {
        (method.lower(), str(rule).replace("<path:", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert described == served - {("get", "/api/v1/openapi.json")}


@pytest.mark.parametrize(("method", "path"), [("get", "/scans"), ("delete", "/tasks"), ("put", "/tasks/PO-1001")])
def test_a_method_that_is_not_taken_is_405_in_json(rosa, method, path):
    answer = getattr(rosa.client, method)(f"/api/v1{path}", headers=rosa.headers)
    assert answer.status_code == 405 and answer.json["error"]["code"] == "method_not_allowed"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(sorted(scan(quantity=1, location="", disposition="", confirm=False))), ANYTHING, max_size=4
    )
)
def test_no_scan_whatever_is_a_server_error(rosa, fields):
    assert rosa.post("/scans", scan() | fields).status_code in (200, 400, 404, 409)
