import pytest

from scanner.data import store
from scanner.db import bulk
from tests.support.warehouse import NOW


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
        count = {"reference": "COUNT-1", "kind": "count", "created_at": NOW}
        database = app.extensions["database"]
        item = app.extensions["warehouse"].items["LAMP"]

        def start(session):
            task = store.insert_task(session, count)
            bulk.insert_all(session, store.line, [{"task_id": task, "position": 1, "item_id": item, "expected": 31}])

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
    def test_a_count_is_for_those_who_count(self, rosa):
        assert rosa.post("/tasks", {"kind": "count", "section": "A-01"}).status_code == 403

    def test_answers_with_the_task(self, sam):
        answer = sam.post("/tasks", {"kind": "count", "section": "A-01"})
        assert answer.status_code == 201 and answer.json["kind"] == "count"

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
