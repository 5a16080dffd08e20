"""A file of any shape on its way in, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from scanner.catalogue.tables import Barcode, Item
from scanner.data.imports import ImportRefused, all_kinds
from scanner.data.mapping import service
from scanner.data.mapping.rules import Plan, Source
from scanner.data.mapping.tables import DraftFile
from scanner.errors import BadRequest, NotFound
from scanner.workflows import IMPORTS
from tests.support.exports import SHOPIFY, SHOPIFY_ROWS, WOO, WOO_ROWS, export
from tests.support.files import export_csv
from tests.support.warehouse import NOW, Warehouse

KINDS = all_kinds(IMPORTS)
GERMAN = "Artikelnummer;Bezeichnung;EK-Preis;EAN\nTASSE;Tasse, groß;3,50;4006381333931\n\nKANNE;Kanne;12;\n".encode("cp1252")


class Office:
    """Sam, who brings files in."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.database, self.operators = warehouse.database, warehouse.operators
        self.sam = warehouse.operators["Sam"]

    def keep(self, data: bytes, name: str = "file.csv", now: Any = NOW) -> str:
        return service.keep(self.database, name, data, self.sam, now)

    def draft(self, key: str, now: Any = NOW, by: Any = None) -> service.Draft:
        with self.database.read() as session:
            return service.draft(session, key, by or self.sam, now)

    def propose(self, data: bytes, kind: str = "", name: str = "file.csv") -> Any:
        with self.database.read() as session:
            return service.propose(session, service.Draft(name, data), KINDS, kind)

    def look(self, data: bytes, plan: Plan | None = None) -> service.Look:
        theirs, proposed, _ = self.propose(data)
        return service.look(self.database, theirs, plan or proposed, KINDS, self.sam, NOW)

    def bring_in(self, data: bytes, plan: Plan | None = None) -> Any:
        key = self.keep(data)
        theirs, proposed, _ = self.propose(data)
        return service.bring_in(self.database, key, self.draft(key), theirs, plan or proposed, KINDS, self.sam, NOW)

    def cells(self, kind: str) -> str:
        with self.database.read() as session:
            return "".join(export_csv(session, kind))

    def drafts(self) -> list[DraftFile]:
        with self.database.read() as session:
            return list(session.exec(select(DraftFile)).all())

    def codes(self) -> set[tuple[str, str]]:
        with self.database.read() as session:
            return set(session.exec(select(Item.sku, Barcode.code).where(Barcode.item_id == Item.id)).all())


@pytest.fixture
def office(warehouse: Warehouse) -> Office:
    return Office(warehouse)


def test_a_german_file_of_articles_becomes_items_and_barcodes(office: Office) -> None:
    looked = office.look(GERMAN)
    assert (looked.plan.kind, looked.columns, looked.bad) == ("products", ("sku", "name", "unit_cost", "barcode"), 0)
    assert looked.rows[0] == ("TASSE", "Tasse, groß", "3.50", "4006381333931")
    report = office.bring_in(GERMAN)
    assert (report.kind, report.rows, report.added) == ("products", 2, 3)
    assert 'TASSE,"Tasse, groß",3.50,' in office.cells("items") and ("TASSE", "04006381333931") in office.codes()


def test_one_value_stands_for_a_column_that_the_file_has_not(office: Office) -> None:
    data = b"sku,Menge\nLAMP,3\n\nMUG-B,4\n"
    plan = Plan("stock", {"sku": Source(0), "units": Source(1), "location": Source(fixed="A-01-2")})
    office.bring_in(data, plan)
    assert "A-01-2,LAMP,3" in office.cells("stock") and "A-01-2,MUG-B,4" in office.cells("stock")


def test_what_is_wrong_is_named_by_the_line_of_their_file_before_and_at_the_end(office: Office) -> None:
    data = b'Artikelnummer;Bezeichnung;EK\nA;"Zwei\nZeilen";1\n\nB;Gut;billig\n'
    told = ["line 2, column name: expected printable text in one line (use a row for each), got 'Zwei\\nZeilen'"]
    told += ["line 5, column unit_cost: expected an amount such as 12.50, got 'billig'"]
    found = [str(each) for each in office.look(data).problems]
    assert found[0] == told[0] and found[1].startswith("line 5, column unit_cost: expected ") and "'billig'" in found[1]
    with pytest.raises(ImportRefused) as caught:
        office.bring_in(data)
    assert list(map(str, caught.value.problems)) == found and len(office.drafts()) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"sku,name\nA,One,and more\n",
            "line 2, column (all): expected 2 cells, got 3: quote a cell that has the separator in it",
        ),
        (b"sku,name,other\nA,One,x\n,,total\n", "line 3, column sku: expected something, got nothing"),
        (b'sku,name\nA,One\n"B,Two\n', "line 3, column (all): expected cells in matching quotes, got unexpected end of data"),
    ],
)
def test_a_row_that_ours_would_misread_is_named(office: Office, data: bytes, expected: str) -> None:
    assert [str(each) for each in office.look(data).problems] == [expected]
    with pytest.raises(ImportRefused):
        office.bring_in(data)
    assert "A,One" not in office.cells("items")


def test_a_column_that_is_needed_has_to_be_chosen(office: Office) -> None:
    assert office.look(b"sku,qty\nLAMP,3\n", Plan("stock", {"sku": Source(0), "units": Source(1)})).missing == ("location",)
    with pytest.raises(BadRequest, match=r"Choose what says location\."):
        office.bring_in(b"sku,qty\nLAMP,3\n", Plan("stock", {"sku": Source(0), "units": Source(1)}))


def test_a_key_is_never_the_same_for_all(office: Office) -> None:
    plan = Plan("operators", {"badge": Source(0), "name": Source(1), "pin": Source(fixed="1234")})
    with pytest.raises(BadRequest, match="what is a key"):
        office.bring_in(b"badge,name\nB-9,Nina\n", plan)


def test_keys_are_not_shown(office: Office) -> None:
    looked = office.look(b"badge,name,pin\nB-9,Nina,4711\n")
    assert looked.plan.kind == "operators" and looked.rows == (("•••", "Nina", "•••"),)


def test_a_look_tells_nobody_which_codes_are_badges(office: Office) -> None:
    assert office.look(b"sku,name\nBADGE-ROSA,Rose\n").bad == 0
    with pytest.raises(ImportRefused, match="1 problem"):
        office.bring_in(b"sku,name\nBADGE-ROSA,Rose\n")


def test_a_date_with_dots_is_read_and_one_with_slashes_is_asked_about(office: Office) -> None:
    office.bring_in(b"Bestellnummer;Artikelnummer;Menge;Liefertermin\nPO-77;LAMP;3;1.12.2026\n", None)
    assert "PO-77,,2026-12-01,LAMP,3" in office.cells("receipts")
    looked = office.look(b"PO number,SKU,Quantity,Due date\nPO-78,LAMP,3,1/12/2026\n")
    assert looked.unclear == {"due_on": "1/12/2026"} and looked.rows == (("PO-78", "1/12/2026", "LAMP", "3"),)


@pytest.mark.parametrize(("data", "skus"), [
    (export(SHOPIFY, *SHOPIFY_ROWS), {"TEE-S", "TEE-M", "0815"}),
    (export(WOO, *WOO_ROWS), {"HOOD-B", "HOOD-G", "CAP"}),
])  # fmt: skip
def test_a_shops_export_comes_in_as_it_is(office: Office, data: bytes, skus: set[str]) -> None:
    looked = office.look(data)
    assert looked.shop is not None and looked.bad == 0 and looked.found is not None and looked.found.left_out
    report = office.bring_in(data)
    assert (report.kind, report.rows) == ("products", 3)
    there = {line.partition(",")[0] for line in office.cells("items").splitlines()}
    assert skus <= there and not there & {"HOOD", "ALBUM", "WP", "GIFT-25"}
    assert office.bring_in(data).unchanged == report.added + report.changed


def test_a_sku_twice_in_a_shops_export_keeps_all_of_it_out(office: Office) -> None:
    data = export(SHOPIFY, *SHOPIFY_ROWS, {**SHOPIFY_ROWS[1], "SKU": "TEE-S"})
    assert office.look(data).bad == 1
    with pytest.raises(ImportRefused):
        office.bring_in(data)
    assert "TEE-S" not in office.cells("items")


def test_what_a_header_was_taken_for_is_proposed_the_next_time(office: Office) -> None:
    plan = Plan("items", {"sku": Source(1), "name": Source(0), "abc_class": Source(fixed="B")})
    office.bring_in(b"First,Second\nCup,CUP\n", plan)
    assert office.propose(b"First,Second\nPot,POT\n")[1:] == (plan, True)
    assert office.propose(b"First,Second\nPot,POT\n", "locations")[2] is False
    other = replace(plan, sources={"sku": Source(1)})
    office.bring_in(b"First,Second\nCan,CAN\n", other)
    assert office.propose(b"First,Second\nPot,POT\n")[1:] == (other, True)


def test_a_file_is_gone_once_it_is_in_and_after_a_day_and_is_nobody_elses(office: Office) -> None:
    key = office.keep(GERMAN)
    assert office.draft(key).data == GERMAN
    for gone in (
        lambda: office.draft(key, NOW + timedelta(days=1, seconds=1)),
        lambda: office.draft(key, by=replace(office.sam, id=office.operators["Rosa"].id)),
        lambda: office.draft("another"),
    ):
        with pytest.raises(NotFound, match=r"This file is gone: .* Choose it again\."):
            gone()
    office.bring_in(GERMAN)
    assert len(office.drafts()) == 1
    office.database.transact(service.drop, key, office.sam, NOW)
    assert not office.drafts()


def test_what_is_kept_is_sealed_and_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [office.keep(b"badge,name,pin\nB-9,Nina,4711\n", now=NOW + timedelta(minutes=n)) for n in range(5)]
    kept = office.drafts()
    assert len(kept) == service.OWN and not any(b"Nina" in each.content or each.mark in keys for each in kept)
    assert office.draft(keys[-1])
    with pytest.raises(NotFound):
        office.draft(keys[0])
    office.keep(GERMAN, now=NOW + timedelta(days=3))
    assert len(office.drafts()) == 1
    monkeypatch.setattr(service, "MOST_BYTES", 10)
    with pytest.raises(BadRequest, match="Expected at most"):
        office.keep(GERMAN)


def test_of_a_large_file_the_first_rows_are_tried(office: Office) -> None:
    rows = "".join(f"S{n:05d};{'x' * 40}\n" for n in range(3_000))
    looked = office.look(f"Artikelnummer;Bezeichnung\n{rows}".encode())
    assert (looked.whole, looked.looked_at, looked.bad) == (False, service.LOOKED_AT, 0)
