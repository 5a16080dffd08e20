"""The pages of records: as a form, for htmx, and for programs."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from scanner.data.records.kinds import KINDS
from scanner.workflows import RECORDS
from tests.staff.test_pages import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.mark.parametrize("kind", KINDS | RECORDS)
def test_each_kind_has_its_list_its_forms_and_its_file(desk: Desk, kind: str) -> None:
    assert f"/records/{kind}" in desk.get("/records").text
    if kind == "suppliers":
        assert "None yet" in desk.get("/records/suppliers").text
        desk.post("/records/suppliers/new", name="Acme")
    page = desk.get(f"/records/{kind}").text
    assert f"/data/{kind}.csv" in page
    assert desk.get(f"/records/{kind}/new").status_code == 200
    first = re.search(rf'class="card" href="(/records/{kind}/edit\?[^"]+)"', page)
    assert first and desk.get(first[1].replace("&amp;", "&")).status_code == 200


def test_a_field_of_a_code_says_that_a_scan_fills_it(desk: Desk) -> None:
    assert re.search(r'name="code"[^>]*data-takes-code', desk.get("/records/barcodes/new").text)


def test_a_record_is_added_and_changed_by_a_form_by_htmx_and_by_a_program(desk: Desk) -> None:
    assert desk.post("/records/items/new", sku="CUP", name="Cup").location == "/records/items"
    assert "CUP is added." in desk.get("/records/items").text
    assert desk.by_htmx("/records/items/new", sku="CAN").headers["HX-Redirect"] == "/records/items"
    made = desk.by_json("/records/items/new", sku="POT", unit_cost=2.5, critical=True)
    assert made.status_code == 201 and made.json["message"] == "POT is added."
    version = re.search(r'name="version" value="(\w+)"', desk.get("/records/items/edit?sku=CUP").text)
    assert version and desk.post("/records/items/edit", sku="CUP", name="Cup, red", version=version[1]).status_code == 303
    late = desk.post("/records/items/edit", sku="CUP", name="Cup, blue", version=version[1])
    assert late.status_code == 409 and "Somebody else changed CUP meanwhile" in late.text and "Cup, blue" in late.text
    assert desk.by_htmx("/records/items/edit", sku="CUP", name="Mug").status_code == 200
    asked = {"Accept": "application/json"}
    told = desk.client.get("/records/items/edit?sku=POT", headers=asked).json
    assert (told["record"]["unit_cost"], told["record"]["critical"]) == ("2.50", "yes")
    again = desk.by_json("/records/items/edit", sku="POT", name="Pot", version=told["version"])
    assert again.status_code == 200
    listed = desk.client.get("/records/items?q=pot", headers=asked).json
    assert listed["found"] == 1 and listed["records"][0]["name"] == "Pot"


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.post("/records/items/new", sku="CUP", name="Cup, red", unit_cost="cheap")
    assert answer.status_code == 400 and 'id="bad-unit_cost"' in answer.text and 'value="Cup, red"' in answer.text
    assert desk.by_json("/records/items/new", sku="CUP", unit_cost="cheap").json["error"]["field"] == "unit_cost"
    assert desk.by_htmx("/records/items/new", sku="CUP", unit_cost="cheap").status_code == 400
    assert desk.by_json("/records/items/new", sku=["CUP"]).status_code == 400
    assert desk.post("/records/items/new", sku="LAMP").status_code == 409


def test_too_many_taken_codes_have_to_wait(desk: Desk) -> None:
    answers = [desk.by_json("/records/items/new", sku="BADGE-ROSA").status_code for _ in range(40)]
    assert answers[0] == 400 and answers[-1] == 429


def test_an_unknown_kind_and_an_unknown_record_are_not_found(desk: Desk) -> None:
    assert desk.get("/records/stock").status_code == desk.get("/records/operators").status_code == 404
    assert desk.get("/records/items/edit?sku=NONE").status_code == 404


def test_a_search_without_a_hit_and_an_empty_list_say_so(desk: Desk) -> None:
    assert "None of 4 has these words" in desk.get("/records/items?q=zzz").text


def test_nobody_else_sees_them(app: Flask) -> None:
    assert Desk(app, "Rosa").get("/records/items").status_code == 403


def test_the_page_of_an_item_leads_to_its_records(desk: Desk) -> None:
    page = desk.get("/items/LAMP/change").text
    assert "/records/items/edit?sku=LAMP" in page and "/records/barcodes?q=LAMP" in page and "/records/kits?q=LAMP" in page


def test_a_receipt_offers_the_suppliers_that_are_kept(desk: Desk) -> None:
    desk.post("/records/suppliers/new", name="Bolt & Co")
    page = desk.get("/records/receipts/new").text
    assert '<option value="Bolt &amp; Co"></option>' in page and 'list="offered-supplier"' in page


def test_after_a_line_of_a_receipt_the_next_is_offered_with_what_they_share(desk: Desk) -> None:
    done = desk.post("/records/receipts/new", reference="PO-7", supplier="Acme", due_on="2026-12-24", sku="LAMP", expected="6")
    page = desk.get(done.location).text
    assert done.location == "/records/receipts?of=PO-7" and "Add another line to PO-7" in page
    found = re.search(r'href="(/records/receipts/new\?[^"]+)"', page)
    assert found
    form = desk.get(found[1].replace("&amp;", "&")).text
    assert all(f'value="{value}"' in form for value in ("PO-7", "Acme", "2026-12-24"))
    other = desk.post("/records/receipts/new", reference="PO-7", supplier="Bolt", sku="MUG-B", expected="6")
    assert other.status_code == 409 and 'id="bad-supplier">PO-7 is from Acme.' in other.text and 'value="Bolt"' in other.text
    assert "Add another line" not in desk.get("/records/receipts?of=PO-8").text


def test_a_finished_receipt_is_shown_and_cannot_be_edited(desk: Desk) -> None:
    desk.post("/records/receipts/new", reference="PO-7", sku="LAMP", expected="0")
    desk.post("/receiving/PO-7/finish", confirm="1")
    page = desk.get("/records/receipts/edit?reference=PO-7&sku=LAMP").text
    form = page.partition('action="/records/receipts/edit"')[2].partition("</form>")[0]
    assert "PO-7 is finished: nothing of it changes any more." in form and "<button" not in form
    assert form.count("readonly") == 7


def test_an_item_is_offered_by_its_name(desk: Desk) -> None:
    page = desk.get("/records/kits/new").text
    assert 'list="offered-kit_sku"' in page and re.search(r'<option value="LAMP">[^<]+</option>', page)
