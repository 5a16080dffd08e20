"""One record at a time, by the rules of its file, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import update

from scanner.data import imports
from scanner.data.records import rules, service
from scanner.data.records.kinds import KINDS
from scanner.data.records.rules import NotTaken
from scanner.data.store import item, task
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.workflows import IMPORTS, RECORDS
from tests.support.warehouse import MUG, NOW, Warehouse


class Office:
    """Sam, who keeps the records."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.sam = warehouse, warehouse.operators["Sam"]

    def about(self, kind: str) -> Any:
        return (KINDS | RECORDS)[kind], imports.all_kinds(IMPORTS)[kind]

    def add(self, of: str, cells: dict[str, str] | None = None, **said: str) -> Any:
        return self.warehouse.database.transact(service.add, *self.about(of), (cells or {}) | said, self.sam, NOW)

    def change(self, kind: str, nth: int = 0, version: str = "", **said: str) -> Any:
        return self.warehouse.database.transact(service.change, *self.about(kind), said, nth, version, self.sam, NOW)

    def one(self, kind: str, nth: int = 0, **key: str) -> Any:
        with self.warehouse.database.read() as session:
            return service.one(session, self.about(kind)[0], key, nth, self.sam)

    def cells(self, kind: str, *names: str, nth: int = 0, **key: str) -> tuple[str, ...]:
        record = self.one(kind, nth, **key).cells
        return tuple(record[name] for name in names)

    def listed(self, kind: str, words: str = "", most: int = 100) -> Any:
        with self.warehouse.database.read() as session:
            return service.listed(session, self.about(kind)[0], words, most, self.sam)


@pytest.fixture
def office(warehouse: Warehouse) -> Office:
    return Office(warehouse)


def test_an_item_is_added_and_changed_as_a_file_would(office: Office) -> None:
    office.add("items", sku="CUP", name="Cup, red", unit_cost="4,5", abc_class="B", critical="yes")
    assert office.cells("items", "name", "unit_cost", "abc_class", "critical", sku="CUP") == ("Cup, red", "4.50", "B", "yes")
    office.change("items", sku="CUP", name="Cup", unit_cost="")
    assert office.cells("items", "name", "unit_cost", sku="CUP") == ("Cup", "4.50")


def test_each_kind_takes_a_new_record_and_a_change(office: Office) -> None:
    office.add("barcodes", code="4006381333931", sku="LAMP", units="2")
    office.change("barcodes", code="4006381333931", sku="LAMP", units="3")
    assert office.cells("barcodes", "sku", "units", code="4006381333931") == ("LAMP", "3")
    office.add("items", sku="BOX")
    office.add("kits", kit_sku="BOX", sku="LAMP", units="2")
    office.change("kits", kit_sku="BOX", sku="LAMP", units="4")
    assert office.cells("kits", "units", kit_sku="BOX", sku="LAMP") == ("4",)
    office.add("locations", code="B-01-1")
    office.change("locations", code="B-01-1", name="By the door")
    assert office.cells("locations", "name", "kind", "section", code="B-01-1") == ("By the door", "shelf", "B-01")
    office.change("sections", code="B-01", owner="Olga")
    assert office.cells("sections", "owner", code="B-01") == ("Olga",)
    office.change("sections", code="B-01", owner="")
    assert office.cells("sections", "owner", code="B-01") == ("",)
    office.add("suppliers", name="Acme", address="1 Mill Lane, Leeds")
    office.change("suppliers", name="Acme", email="orders@acme.example")
    assert office.cells("suppliers", "address", "email", name="Acme") == ("1 Mill Lane, Leeds", "orders@acme.example")
    office.add("receipts", reference="PO-7", supplier="Acme", due_on="2026-12-24", sku="LAMP", expected="6")
    office.change("receipts", reference="PO-7", sku="LAMP", expected="8", supplier="Acme Ltd")
    assert office.cells("receipts", "supplier", "due_on", "expected", reference="PO-7", sku="LAMP") == (
        "Acme Ltd", "2026-12-24", "8",
    )  # fmt: skip


def test_a_second_line_of_a_receipt_changes_nothing_of_the_first(office: Office) -> None:
    office.add("receipts", reference="PO-7", supplier="Acme", due_on="2026-12-24", sku="LAMP", expected="6")
    for said, words in (({"supplier": "Bolt"}, "PO-7 is from Acme."), ({"due_on": "2026-12-25"}, "PO-7 is due 24 Dec 2026.")):
        with pytest.raises(Conflict, match=words) as refused:
            office.add("receipts", reference="PO-7", sku="MUG-B", expected="1", **said)
        assert refused.value.field == next(iter(said))
    office.add("receipts", reference="PO-7", sku="MUG-B", expected="1", supplier="Acme")
    office.add("receipts", reference="PO-7", sku="TEE-M", expected="1")
    assert office.cells("receipts", "supplier", "due_on", reference="PO-7", sku="LAMP") == ("Acme", "2026-12-24")


def test_what_may_be_empty_is_emptied_and_all_else_stays(office: Office) -> None:
    office.add("receipts", reference="PO-7", supplier="Acme", due_on="2026-12-24", sku="LAMP", expected="6", asn="ASN-7")
    office.change("receipts", reference="PO-7", sku="LAMP", expected="6", due_on="", supplier="", asn="")
    assert office.cells("receipts", "supplier", "due_on", "expected", "asn", reference="PO-7", sku="LAMP") == ("", "", "6", "")
    office.add("suppliers", name="Acme", email="orders@acme.example", note="Ring twice")
    office.change("suppliers", name="Acme", email="", note="Ring twice")
    assert office.cells("suppliers", "email", "note", name="Acme") == ("", "Ring twice")


def test_a_finished_receipt_says_so_before_anything_else(office: Office) -> None:
    office.add("receipts", reference="PO-7", sku="LAMP", expected="6")
    finished = update(task).where(task.c.reference == "PO-7").values(state="finished")
    office.warehouse.database.transact(lambda session: session.execute(finished))
    with pytest.raises(Conflict, match=r"PO-7 is finished: nothing of it changes any more\."):
        office.change("receipts", reference="PO-7", sku="LAMP", expected="6", due_on="")


@pytest.mark.parametrize("said", ["lamp", "desk lamp", " LAMP ", "4012345678901"])
def test_an_item_is_found_by_what_people_call_it(office: Office, said: str) -> None:
    rename = update(item).where(item.c.sku == "LAMP").values(name="Desk lamp")
    office.warehouse.database.transact(lambda session: session.execute(rename))
    office.add("barcodes", code="4012345678901", sku="LAMP")
    office.add("receipts", reference="PO-7", sku=said, expected="6")
    assert office.cells("receipts", "expected", reference="PO-7", sku="LAMP") == ("6",)


def test_a_name_that_two_items_have_finds_none(office: Office) -> None:
    for sku in ("CUP-1", "CUP-2"):
        office.add("items", sku=sku, name="Cup")
    with pytest.raises(BadRequest) as refused:
        office.add("receipts", reference="PO-7", sku="Cup", expected="6")
    assert refused.value.field == "sku"


def test_the_second_line_of_an_item_on_a_receipt_is_changed_by_itself(office: Office) -> None:
    office.warehouse.add_receipt("PO-8", [("LAMP", 3), ("MUG-B", 1), ("LAMP", 5)])
    office.change("receipts", nth=1, reference="PO-8", sku="LAMP", expected="9")
    assert [office.cells("receipts", "expected", nth=n, reference="PO-8", sku="LAMP") for n in (0, 1)] == [("3",), ("9",)]


@pytest.mark.parametrize(
    ("kind", "said", "field", "words"),
    [
        ("items", {"sku": "CUP", "unit_cost": "cheap"}, "unit_cost", "an amount such as 12.50"),
        ("items", {"sku": "", "name": "Cup"}, "sku", "Fill this in."),
        ("items", {"sku": "CMD-UNDO"}, "sku", "a code that is not a command"),
        ("barcodes", {"code": "4006381333932", "sku": "LAMP"}, "code", "a GTIN whose check digit fits: 1"),
        (
            "barcodes",
            {"code": "4006381333931", "sku": "LAMPE"},
            "sku",
            "Expected an item that is here: there is none with this SKU, got 'LAMPE'.",
        ),
        ("kits", {"kit_sku": "LAMP", "sku": "SET"}, "sku", "a part that is not a kit itself"),
        ("locations", {"code": "B-1", "kind": "cupboard"}, "kind", "shelf"),
        ("suppliers", {"name": "Acme", "email": "at acme"}, "email", "an e-mail address such as"),
        ("receipts", {"reference": "PO-9", "sku": "LAMP", "expected": "-1"}, "expected", "a whole number"),
    ],
)
def test_what_a_file_would_refuse_is_refused_in_its_words(
    office: Office, kind: str, said: dict[str, str], field: str, words: str
) -> None:
    if kind == "kits":
        assert office.listed("kits", "SET")[1]
    with pytest.raises(BadRequest) as refused:
        office.add(kind, **said)
    assert (
        isinstance(refused.value, NotTaken) and words in refused.value.wrong[field] and "line" not in refused.value.wrong[field]
    )


def test_a_code_that_means_something_is_told_as_that_and_counted(office: Office) -> None:
    with pytest.raises(NotTaken) as refused:
        office.add("items", sku="BADGE-ROSA")
    assert refused.value.told_taken == 1 and "which means something else already" in refused.value.wrong["sku"]


def test_what_is_there_is_not_added_again(office: Office) -> None:
    with pytest.raises(Conflict, match=r"^There is an item LAMP already\. Change that one\.$"):
        office.add("items", sku="LAMP")
    with pytest.raises(Conflict, match=r"^There is a barcode"):
        office.add("barcodes", code=MUG, sku="LAMP")


def test_what_is_not_there_is_not_changed(office: Office) -> None:
    with pytest.raises(NotFound, match="NONE"):
        office.change("items", sku="NONE", name="X")


def test_the_second_of_two_editors_hears_of_the_first(office: Office) -> None:
    shown = office.one("items", sku="LAMP").version
    office.change("items", sku="LAMP", name="Lamp", version=shown)
    with pytest.raises(Conflict, match="Somebody else changed LAMP meanwhile"):
        office.change("items", sku="LAMP", name="Lantern", version=shown)
    assert office.cells("items", "name", sku="LAMP") == ("Lamp",)


def test_of_two_editors_at_once_one_is_refused(office: Office) -> None:
    shown, start, refused = office.one("items", sku="LAMP").version, threading.Barrier(2), []

    def change(name: str) -> None:
        start.wait()
        try:
            office.change("items", sku="LAMP", name=name, version=shown)
        except Conflict as problem:
            refused.append(problem.message)

    both = [threading.Thread(target=change, args=(name,)) for name in ("Lamp", "Lantern")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1


def test_a_list_is_searched_and_cut_and_signs_of_patterns_are_letters(office: Office) -> None:
    rows, found, total = office.listed("items", most=2)
    assert (len(rows), found, total) == (2, 4, 4)
    assert [row["sku"] for row in office.listed("items", "desk LAMP")[0]] == ["LAMP"]
    assert office.listed("items", "%")[1:] == (0, 4) and office.listed("items", "_")[1] == 0


def test_places_that_are_made_here_are_no_records(office: Office) -> None:
    assert not {"cart", "packing"} & {row["kind"] for row in office.listed("locations")[0]}


def test_a_cell_keeps_what_a_file_would_part(office: Office) -> None:
    office.add("items", sku="CUP", name='Cup; "red", big')
    assert office.cells("items", "name", sku="CUP") == ('Cup; "red", big',)


def test_versions_and_cells_are_plain_values() -> None:
    assert rules.version_of({"a": "1", "b": "2"}) == rules.version_of({"b": "2", "a": "1"}) != rules.version_of({"a": "1"})
    assert [rules.cell(each) for each in (True, False, None, 3, "x")] == ["yes", "no", "", "3", "x"]
    with pytest.raises(BadRequest):
        rules.cell(["x"])
