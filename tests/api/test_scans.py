from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.program import LAMP, MUG, scan


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
            ("code", ""), ("code", "  "), ("code", None), ("code", "x" * 10_000), ("code", 4006381333931),
            ("source", "mind"), ("source", "linked"), ("source", None), ("source", []), ("source", {}),
            ("scanned_at", "yesterday"), ("scanned_at", None), ("scanned_at", 1_700_000_000),
            ("scanned_at", "0001-01-01T00:00:00+14:00"),
            ("scanned_at", "9999-12-31T23:59:59-14:00"), ("scanned_at", ""),
            ("quantity", 0), ("quantity", -1), ("quantity", 1.5), ("quantity", "many"), ("quantity", True), ("quantity", 10**30),
            ("quantity", 100_001), ("quantity", []),
            ("location", "NOWHERE"), ("location", 5), ("location", "\x00"), ("location", "\ud800"), ("location", ["A-01-1"]),
            ("disposition", 5), ("disposition", "\x00"), ("reason", 5), ("reason", "\x00"), ("reason", ["DOA"]),
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

    @pytest.mark.slow
    def test_of_500_is_taken(self, rosa):
        answer = rosa.post("/scans/batch", {"scans": [scan("TEE-M", confirm=True) for _ in range(500)]})
        assert {result["status"] for result in answer.json["results"]} == {200}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(sorted(scan(quantity=1, location="", disposition="", reason="", confirm=False))), ANYTHING, max_size=4
    )
)
def test_no_scan_whatever_is_a_server_error(rosa, fields):
    assert rosa.post("/scans", scan() | fields).status_code in (200, 400, 404, 409)
