"""What a file seems to be: by the names of its columns, by what its cells look like, and by its own name."""

from __future__ import annotations

import pytest

from scanner.data.imports import all_kinds
from scanner.data.mapping import rules
from scanner.data.mapping.rules import Plan, Source
from scanner.data.mapping.theirs import open_theirs
from scanner.data.mapping.words import plain
from scanner.errors import BadRequest
from scanner.workflows import IMPORTS

KINDS = {kind: importer.columns for kind, importer in all_kinds(IMPORTS).items()}


def guess(text: str, name: str = "file.csv") -> tuple[str, dict[str, str]]:
    theirs = open_theirs(text.encode(), lambda header: rules.is_known(header, KINDS))
    plan = rules.best_guess(KINDS, theirs.header, [cells for _, cells in theirs.first], name)
    return plan.kind, {ours: theirs.names[each.at] for ours, each in plan.sources.items() if each.at is not None}


@pytest.mark.parametrize(
    ("text", "kind", "sources", "why"),
    [
        ("sku,name,unit_cost\nA-1,Mug,3\n", "items", {"sku": "sku", "name": "name", "unit_cost": "unit_cost"}, "ours"),
        (
            "Artikelnummer;Bezeichnung;EK-Preis (EUR);Mindestbestand\nA-1;Becher;3,50;4\n",
            "items",
            {"sku": "Artikelnummer", "name": "Bezeichnung", "unit_cost": "EK-Preis (EUR)", "reorder_point": "Mindestbestand"},
            "German, with the currency in the name",
        ),
        (
            "Artikelnummer;Lieferant;Lieferzeit (Tage);Gebinde;Reichweite;Mindestbestand\nA-1;Acme;14;12;30;4\n",
            "items",
            {
                "sku": "Artikelnummer",
                "supplier": "Lieferant",
                "lead_days": "Lieferzeit (Tage)",
                "order_multiple": "Gebinde",
                "cover_days": "Reichweite",
                "reorder_point": "Mindestbestand",
            },
            "what it is ordered by",
        ),
        (
            "Réf. article;Désignation;Prix d'achat HT;Code-barres\nA-1;Tasse;3,50;4006381333931\n",
            "products",
            {"sku": "Réf. article", "name": "Désignation", "unit_cost": "Prix d'achat HT", "barcode": "Code-barres"},
            "French",
        ),
        (
            "Código de artículo;Descripción;Coste;Código de barras\nA-1;Taza;3,50;4006381333931\n",
            "products",
            {"sku": "Código de artículo", "name": "Descripción", "unit_cost": "Coste", "barcode": "Código de barras"},
            "Spanish",
        ),
        (
            "Artikelcode;Omschrijving;Inkoopprijs;Streepjescode\nA-1;Mok;3,50;4006381333931\n",
            "products",
            {"sku": "Artikelcode", "name": "Omschrijving", "unit_cost": "Inkoopprijs", "barcode": "Streepjescode"},
            "Dutch",
        ),
        ("EAN,SKU\n4006381333931,A-1\n", "barcodes", {"code": "EAN", "sku": "SKU"}, "codes alone are no products"),
        (
            "Lagerplatz;Artikel-Nr.;Bestand\nA-01-1;A-1;12\n",
            "stock",
            {"location": "Lagerplatz", "sku": "Artikel-Nr.", "units": "Bestand"},
            "what is where",
        ),
        (
            "Emplacement;Référence;Quantité\nA-01-1;A-1;3\n",
            "stock",
            {"location": "Emplacement", "sku": "Référence", "units": "Quantité"},
            "a reference is an item where there is no task",
        ),
        ("Bin,Zone\nA-01-1,A\n", "locations", {"code": "Bin", "section": "Zone"}, "places without goods"),
        (
            "PO number,Vendor,Delivery date,Item number,Quantity\nPO-1,Acme,2026-11-30,A-1,6\n",
            "receipts",
            {
                "reference": "PO number",
                "supplier": "Vendor",
                "due_on": "Delivery date",
                "sku": "Item number",
                "expected": "Quantity",
            },
            "a purchase order",
        ),
        (
            "Ausweis;Mitarbeiter;Rolle\nB-1;Nina;picker\n",
            "operators",
            {"badge": "Ausweis", "name": "Mitarbeiter", "roles": "Rolle"},
            "people",
        ),
        (
            "Lieferant;E-Mail-Adresse;Telefon\nAcme;a@b.example;1\n",
            "suppliers",
            {"name": "Lieferant", "email": "E-Mail-Adresse", "phone": "Telefon"},
            "suppliers",
        ),
        (
            "RMA number,Order number,SKU,Quantity,Return reason\nR-1,S-1,A-1,1,too small\n",
            "returns",
            {"reference": "RMA number", "order": "Order number", "sku": "SKU", "expected": "Quantity", "reason": "Return reason"},
            "returns",
        ),
        (
            "Bundle SKU,Component SKU,Qty\nSET,A-1,2\n",
            "kits",
            {"kit_sku": "Bundle SKU", "sku": "Component SKU", "units": "Qty"},
            "kits",
        ),
        (
            "SKU,Name,Ref 17\nA-1,Mug,4006381333931\nA-2,Cup,96385074\n",
            "products",
            {"sku": "SKU", "barcode": "Ref 17"},
            "no name says barcode; its cells do",
        ),
        ("x,y,z\nA-01-1,M-1,12\nA-01-2,M-2,3\n", "stock", {"location": "x", "sku": "y", "units": "z"}, "no name says anything"),
    ],
)
def test_a_file_is_known_by_its_columns(text: str, kind: str, sources: dict[str, str], why: str) -> None:
    found, fed = guess(text)
    assert (found, {ours: fed.get(ours) for ours in sources}) == (kind, sources), why


def test_the_name_of_the_file_settles_what_its_columns_leave_open() -> None:
    text = "code,name\nA-1,North\n"
    assert guess(text, "Lagerplätze 2026.csv")[0] == "locations"
    assert guess("SKU,Menge\nA-1,3\n", "Bestand-November.csv")[0] == "stock"


def test_every_kind_of_file_with_our_own_names_is_known() -> None:
    for kind, columns in KINDS.items():
        header = [column.name for column in columns]
        found = rules.best_guess(KINDS, header, [["" for _ in header]])
        assert (found.kind, [each.at for each in found.sources.values()]) == (kind, list(range(len(header)))), kind


def test_one_of_their_columns_feeds_one_of_ours() -> None:
    plan = rules.guess("receipts", KINDS["receipts"], ["Menge", "Menge bestellt", "Artikel", "Bestellung"], [])
    at = [each.at for each in plan.sources.values()]
    assert len(at) == len(set(at)) and plan.sources["expected"] == Source(0)


def test_what_is_left_unused_is_named() -> None:
    assert Plan("items", {"sku": Source(1), "name": Source(fixed="x")}).unused(("a", "b", "c")) == ("a", "c")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Référence (EUR)", "reference"),
        ("  Größe_2 ", "grosse 2"),
        ("Art.-Nr.", "art nr"),
        ("编号", ""),
        ("Prix d'achat €", "prix d achat"),
    ],
)
def test_names_are_compared_by_their_letters(name: str, expected: str) -> None:
    assert plain(name) == expected


@pytest.mark.parametrize(
    ("text", "separator", "header", "why"),
    [
        ("a;b;c\n1,5;2;3\n", ";", ("a", "b", "c"), "a decimal comma is no separator"),
        ("Preis, netto;Bestand\n1;2\n", ";", ("Preis, netto", "Bestand"), "nor is one in a name"),
        ("a\tb\n1\t2\n", "\t", ("a", "b"), "tabs"),
        ("a|b\n1|2\n", "|", ("a", "b"), "bars"),
        ("sep=;\na,x;b\n1;2\n", ";", ("a,x", "b"), "it says so"),
        ('"a\nb",c\n1,2\n', ",", ("a b", "c"), "a line break in a name"),
        ("\n\nEmpty lines,b\n1,2\n", ",", ("Empty lines", "b"), "blank lines above"),
        ("Stock list of November,,\na,b,c\n1,2,3\n", ",", ("a", "b", "c"), "a title above"),
        ("sku\nA-1\nA-2\n", ",", ("sku",), "one column"),
        ("a,b,,\n1,2,,\n", ",", ("a", "b"), "blank columns at the end"),
    ],
)
def test_the_header_is_found_in_any_dialect(text: str, separator: str, header: tuple[str, ...], why: str) -> None:
    found = open_theirs(text.encode())
    assert (found.separator, found.header) == (separator, header), why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_header_is_found_in_any_encoding(encoding: str) -> None:
    found = open_theirs("Größe;Menge\nblaß;3\n".encode(encoding))
    assert found.header == ("Größe", "Menge") and [cells for _, cells in found.first] == [["blaß", "3"]]


def test_columns_of_one_name_are_told_apart() -> None:
    assert open_theirs(b"a,,a\n1,2,3\n").names == ("a", "column 2", "a (2)")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04\x14\x00[Content_Types].xml", "got an Excel workbook"),
        (b"\n \n", "got one with nothing in it"),
        (b"sku,name\n", "Expected rows below the header"),
        (b",".join([b"x"] * 401) + b"\n" + b",".join([b"1"] * 401), "Expected at most 400 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        open_theirs(data)
