"""The shop's own records over the API: one by its key, lists with a mark, rights, what is on record."""

from __future__ import annotations

import threading
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from scanner.api.records import OVER_API
from scanner.audit.tables import Audit
from scanner.catalogue.tables import Location
from scanner.data import imports
from scanner.data.records import service
from scanner.db.sql import run
from scanner.people.tables import Operator
from scanner.workflows import IMPORTS
from tests.support.warehouse import NOW

NEW = {
    "items": ("CUP", {"name": "Cup, red", "unit_cost": 4.5, "reorder_point": 3, "critical": True, "lead_days": 0}),
    "barcodes": ("4006381333931", {"sku": "LAMP", "units": 2}),
    "kits": ("TEE-M/LAMP", {"units": 2}),
    "locations": ("B-01-1", {"name": "By the door", "position": 7}),
    "suppliers": ("Acme & Sons", {"email": "orders@acme.example"}),
    "receipts": ("PO-7/LAMP", {"supplier": "Acme", "expected": 6, "due_on": "2026-12-24"}),
    "operators": ("BADGE-IVO", {"name": "Ivo", "roles": "receiver;picker", "pin": "4711"}),
}


def put(program, kind, key, body, **query):
    return program.client.put(
        f"/api/v1/{kind}/{quote(key)}", json=body, headers=program.headers, query_string=query
    )  # fmt: skip


def get(program, kind, key, **query):
    return program.get(f"/{kind}/{quote(key)}", **query)


def audited(app):
    with app.extensions["database"].read() as session:
        return [dict(row._mapping) for row in run(session, select(Audit.__table__))]


def test_every_kind_that_can_be_added_to_is_tried_here():
    assert {name for name, kind in OVER_API.items() if kind.can_add} == set(NEW)


@pytest.mark.parametrize("kind", NEW)
def test_a_record_is_added_read_and_the_same_again_changes_nothing(app, sam, kind):
    key, said = NEW[kind]
    assert get(sam, kind, key).status_code == 404
    added = put(sam, kind, key, said)
    assert added.status_code == 201, added.text
    before = audited(app)
    assert before[-1]["who"] == "Sam" and before[-1]["via"].startswith("API token")
    again = put(sam, kind, key, said)
    assert again.status_code == 200 and audited(app) == before
    kept = get(sam, kind, key).json
    columns = {field.name for field in OVER_API[kind].fields if not field.only_sent}
    assert columns - {"cover_days"} <= set(kept) and added.json == {name: kept[name] for name in added.json}
    assert {name: kept[name] for name in said if name not in ("pin", "unit_cost")} == {
        name: value for name, value in said.items() if name not in ("pin", "unit_cost")
    }
    assert key.rpartition("/")[2] in kept.values()


def test_what_is_left_out_or_empty_stays(sam):
    put(sam, "items", "CUP", NEW["items"][1])
    answer = put(sam, "items", "CUP", {"name": "Cup", "unit_cost": ""})
    assert answer.json == {
        "sku": "CUP", "name": "Cup", "unit_cost": "4.50", "abc_class": "C", "reorder_point": 3, "critical": True,
        "abc_pinned": False, "supplier": "", "lead_days": 0, "order_multiple": 1,
    }  # fmt: skip


def test_what_an_item_is_ordered_by_is_told_changed_and_emptied(sam):
    said = {"supplier": "Acme", "lead_days": 14, "order_multiple": 12, "cover_days": 30}
    assert put(sam, "items", "CUP", said).json.items() >= said.items()
    assert get(sam, "items", "CUP").json.items() >= said.items()
    assert put(sam, "items", "CUP", {"order_multiple": 6}).json.items() >= (said | {"order_multiple": 6}).items()
    emptied = put(sam, "items", "CUP", {"supplier": None, "lead_days": None, "cover_days": None}).json
    assert emptied["supplier"] == "" and not {"lead_days", "cover_days"} & set(emptied)
    assert not {"lead_days", "cover_days"} & set(get(sam, "items", "CUP").json)


def test_a_change_is_noted_from_what_to_what(app, sam):
    put(sam, "locations", "A-01-1", {"name": "By the door"})
    last = audited(app)[-1]
    assert (last["subject"], last["before"], last["after"]) == ("A-01-1", '{"name": "Shelf A-01-1"}', '{"name": "By the door"}')


@pytest.mark.parametrize("key", ["K/1", "50%", "a b", "/SO", "x/y/z", "Ö-1"])
def test_a_key_may_hold_a_slash(sam, key):
    assert put(sam, "suppliers", key, {"note": "first"}).status_code == 201
    assert get(sam, "suppliers", key).json["name"] == key


def test_a_part_before_the_last_one_is_encoded_twice_where_it_has_a_slash(sam):
    put(sam, "items", "SET/2", {})
    address = f"{quote('SET/2', safe='')}/LAMP"
    assert put(sam, "kits", address, {"units": 3}).status_code == 201
    assert get(sam, "kits", address).json == {"kit_sku": "SET/2", "sku": "LAMP", "units": 3}


def test_a_second_line_of_an_item_is_told_by_its_number(sam):
    put(sam, "receipts", "PO-7/LAMP", {"expected": 3})
    assert put(sam, "receipts", "PO-7/LAMP", {"expected": 5}, nth=1).status_code == 201
    assert put(sam, "receipts", "PO-7/LAMP", {"expected": 6}, nth=1).status_code == 200
    assert [get(sam, "receipts", "PO-7/LAMP", nth=nth).json["expected"] for nth in (0, 1)] == [3, 6]
    assert put(sam, "receipts", "PO-7/LAMP", {"expected": 6}, nth=5).status_code == 404


@pytest.mark.parametrize(
    ("kind", "key", "said", "status", "field"),
    [
        ("items", "CUP", {"unit_cost": "cheap"}, 400, "unit_cost"),
        ("items", "CUP", {"sku": "MUG"}, 400, "sku"),
        ("items", "CUP", {"lead_days": -1}, 400, "lead_days"),
        ("items", "CUP", {"order_multiple": 0}, 400, "order_multiple"),
        ("items", "CUP", {"name": {"en": "Cup"}}, 400, None),
        ("items", "CUP", {"name": "\ud800"}, 400, None),
        ("items", "CUP", {"name": "a\x00b"}, 400, "name"),
        ("items", "C\x01P", {}, 400, "sku"),
        ("items", "CMD-UNDO", {}, 400, "sku"),
        ("barcodes", "4006381333932", {"sku": "LAMP"}, 400, "code"),
        ("operators", "B-1", {"name": "Ivo", "pin": "12"}, 400, "pin"),
        ("operators", "B-1", {"name": "Ivo", "roles": "boss"}, 400, "roles"),
        ("sections", "Z-99", {"owner": "Vera"}, 409, None),
    ],
)
def test_what_a_file_would_refuse_is_refused_in_its_words(sam, kind, key, said, status, field):
    answer = put(sam, kind, key, said)
    assert answer.status_code == status and answer.json["error"].get("field") == field
    assert answer.json["error"]["message"].endswith(".")


def test_an_old_sku_is_not_made_anew(sam):
    sam.post("/items/LAMP/rename", {"sku": "LAMP-2"})
    answer = put(sam, "items", "LAMP", {"name": "Lamp"})
    assert answer.status_code == 409 and "has another SKU now" in answer.json["error"]["message"]


def test_codes_that_are_taken_are_counted_and_then_waited_for(sam):
    seen = {put(sam, "items", "BADGE-ROSA", {}).status_code for _ in range(40)}
    assert seen == {400, 429}


@pytest.mark.parametrize("kind", OVER_API)
def test_who_may_bring_in_no_data_sees_and_changes_none(rosa, kind):
    key, said = NEW.get(kind, ("A-01", {"owner": "Rosa"}))
    assert rosa.get(f"/{kind}").status_code == put(rosa, kind, key, said).status_code == 403
    if kind != "items":
        assert get(rosa, kind, key).status_code == 403


def test_an_item_is_told_with_its_cost_only_to_whoever_may_change_it(rosa, sam):
    assert "unit_cost" not in rosa.get("/items/LAMP").json
    assert {"unit_cost", "barcodes", "critical"} <= set(sam.get("/items/LAMP").json)


@pytest.mark.parametrize(
    ("kind", "key", "body"), [("operators", "badge-rosa", {"name": "Ina"}), ("items", "lamp", {"name": "A lamp"})]
)
def test_what_differs_by_capitals_alone_is_no_second_one(sam, kind, key, body):
    refused = put(sam, kind, key, body)
    assert refused.status_code == 400 and "by more than capitals and small letters" in refused.json["error"]["message"]
    assert get(sam, kind, key).status_code == 404


def test_a_pin_is_set_and_never_told(app, sam):
    put(sam, "operators", *NEW["operators"])
    with app.extensions["database"].read() as session:
        hashed = run(session, select(Operator.pin_hash).where(Operator.badge == "BADGE-IVO")).scalar_one()
    told = [get(sam, "operators", "BADGE-IVO").text, sam.get("/operators").text, str(audited(app))]
    assert hashed and not any("4711" in each or hashed in each or '"pin"' in each for each in told[:2])
    assert "4711" not in told[2] and hashed not in told[2]
    assert audited(app)[-1]["action"] == "person added"


def test_a_person_who_is_gone_has_no_token_any_more(app, sam, rosa):
    assert put(sam, "operators", "BADGE-ROSA", {"active": False}).json["active"] is False
    assert rosa.get("/tasks").status_code == 401


def everything(program, kind, limit):
    found, mark = [], ""
    while True:
        page = program.get(f"/{kind}", limit=limit, after=mark).json
        assert len(page["records"]) <= limit
        found += page["records"]
        if not (mark := page.get("next", "")):
            return found


@pytest.mark.parametrize("kind", OVER_API)
@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_who_follows_the_marks_sees_each_record_once(sam, kind, limit):
    put(sam, "receipts", "PO-1001/LAMP", {"expected": 5}, nth=1)
    every = everything(sam, kind, 1000)
    assert everything(sam, kind, limit) == every
    keys = [tuple(row[name] for name in OVER_API[kind].key) for row in every]
    assert (keys == sorted(keys) or kind == "barcodes") and (kind == "receipts" or len(set(keys)) == len(keys))


@pytest.mark.parametrize("mark", ["x", "W10", "WzFd", "bnVsbA", "WyJcdTAwMDAiXQ", "é"])
def test_a_mark_that_no_page_gave_is_refused(sam, mark):
    answer = sam.get("/items", after=mark)
    assert answer.status_code == 400 and answer.json["error"]["field"] == "after"


CODES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), min_size=1, max_size=4)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(names=st.sets(CODES, min_size=1, max_size=12), limit=st.integers(1, 5))
def test_no_page_loses_or_doubles_a_row_whatever_the_keys(database, names, limit):
    rows = [{"code": name, "name": name, "kind": "shelf", "section": "", "position": 0} for name in sorted(names)]
    database.transact(lambda session: (run(session, Location.__table__.delete()), run(session, insert(Location.__table__), rows)))
    kind, mark, found = OVER_API["locations"], "", []
    while True:
        with database.read() as session:
            page = service.page(session, kind, mark, limit, SAM)
        found += [row["code"] for row in page.records]
        if not (mark := page.next):
            break
    assert len(found) == len(names) and set(found) == names


class _Sam:
    def demand(self, *_rights):
        """Sam may."""


SAM = _Sam()


@pytest.mark.parametrize("kind", NEW)
def test_two_at_once_are_one_after_the_other(warehouse, kind):
    key, said = NEW[kind]
    about, importer, by = OVER_API[kind], imports.all_kinds(IMPORTS)[kind], warehouse.operators["Sam"]
    cells = {name: str(value) for name, value in said.items() if name not in ("critical",)}
    parts = dict(zip(about.key, key.split("/") if len(about.key) > 1 else [key], strict=True))
    start, done, failed = threading.Barrier(4), [], []

    def send():
        start.wait()
        try:
            sent = service.check(warehouse.database, about, importer, parts | cells, by)
            done.append(warehouse.database.transact(service.put, about, importer, sent, 0, by, NOW))
        except Exception as error:
            failed.append(error)

    all_of_them = [threading.Thread(target=send) for _ in range(4)]
    for each in all_of_them:
        each.start()
    for each in all_of_them:
        each.join()
    assert not failed and sorted(each.is_new for each in done) == [False, False, False, True]
    with warehouse.database.read() as session:
        noted = run(session, select(Audit.action).where(Audit.action.in_(["record added", "person added"]))).all()
    assert len(noted) == 1


@pytest.mark.parametrize("kind", NEW)
def test_what_is_left_out_of_a_record_that_is_there_stays(sam, kind):
    key, said = NEW[kind]
    put(sam, kind, key, said)
    before = get(sam, kind, key).get_json()
    changed = put(sam, kind, key, {})
    assert changed.status_code == 200, changed.text
    assert get(sam, kind, key).get_json() == before


def test_one_field_is_changed_by_itself(sam):
    put(sam, *("receipts", *NEW["receipts"]))
    changed = put(sam, "receipts", "PO-7/LAMP", {"due_on": "2026-12-25"}).get_json()
    assert (changed["due_on"], changed["expected"], changed["supplier"]) == ("2026-12-25", 6, "Acme")


@pytest.mark.parametrize(
    ("kind", "key", "lacks"), [("barcodes", "4006381333931", "sku"), ("receipts", "PO-8/LAMP", "expected")]
)  # fmt: skip
def test_a_new_record_says_what_it_lacks_in_no_words_of_files(sam, kind, key, lacks):
    problem = put(sam, kind, key, {})
    assert (problem.status_code, problem.get_json()["error"]["field"]) == (400, lacks)
    assert "header" not in problem.text and "column" not in problem.text


@pytest.mark.parametrize(
    ("kind", "field", "other"),
    [("receipts", "due_on", "supplier"), ("receipts", "asn", "due_on"), ("suppliers", "email", "name")],
)
def test_null_empties_what_may_be_empty_and_an_empty_text_leaves_it(app, sam, kind, field, other):
    key, said = NEW[kind]
    put(sam, kind, key, said | ({"asn": "ASN-9"} if kind == "receipts" else {}))
    before = get(sam, kind, key).get_json()
    assert put(sam, kind, key, {field: ""}).get_json()[field] == before[field] != ""
    assert put(sam, kind, key, {field: None}).status_code == 200
    after = get(sam, kind, key).get_json()
    assert after == before | {field: ""} and after[other] == before[other]
    assert audited(app)[-1]["action"] == "record changed"
