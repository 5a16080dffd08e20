"""Items with their barcodes in one row: whole or not at all for both."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlmodel import select

from scanner.catalogue.tables import Barcode, Item
from scanner.data.imports import ImportRefused, all_kinds, service
from scanner.data.imports.report import ImportReport
from scanner.data.imports.small import Upload
from scanner.db.engine import Database
from scanner.workflows import IMPORTS
from tests.support.warehouse import Warehouse

KINDS = all_kinds(IMPORTS)


def bring_in(database: Database, text: str) -> ImportReport:
    upload = Upload(kind="products", stream=BytesIO(text.encode()), name="products.csv", operator_id=None)
    return service.bring_in_here(database, upload, KINDS)


def refused(database: Database, text: str) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        bring_in(database, text)
    return list(map(str, caught.value.problems))


def codes(database: Database) -> dict[str, tuple[str, int]]:
    with database.read() as session:
        found = session.exec(select(Barcode.code, Item.sku, Barcode.units).where(Barcode.item_id == Item.id)).all()
    return {code: (sku, units) for code, sku, units in found}


def skus(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.exec(select(Item.sku)).all())


def test_a_row_brings_an_item_and_each_of_its_barcodes(database: Database) -> None:
    text = "sku,name,barcode,barcode_2,case_barcode,case_units\nCUP,Cup,4006381333931,CUP-OLD,14006381333938,12\n"
    report = bring_in(database, text)
    assert (report.rows, report.added) == (1, 4)
    found = codes(database)
    assert found["04006381333931"] == found["CUP-OLD"] == ("CUP", 1) and found["14006381333938"] == ("CUP", 12)
    again = bring_in(database, text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)


def test_an_item_may_have_several_rows_each_with_another_barcode(database: Database) -> None:
    bring_in(database, "sku,name,barcode\nCUP,Cup,4006381333931\nCUP,Cup,CUP-2\nCUP,,CUP-3\n")
    assert {sku for sku, _ in codes(database).values()} == {"CUP"} and len(codes(database)) == 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("CUP,Cup,4006381333930\n", "line 2, column barcode: expected a GTIN whose check digit fits"),
        ("CUP,Cup,X-1\nCUP,Mug,X-2\n", "line 3, column sku: expected each item once, or the same of it each time"),
        (
            "CUP,Cup,MUG\nMUG,Mug,\n",
            "line 2, column barcode: expected a code that means nothing else yet, got 'MUG', the item on line 3",
        ),
        (
            "MUG,Mug,\nCUP,Cup,MUG\n",
            "line 3, column barcode: expected a code that means nothing else yet, got 'MUG', the item on line 2",
        ),
        ("CUP,Cup,X-1\nMUG,Mug,X-1\n", "line 3, column barcode: expected it once in the file"),
        (",Cup,X-1\n", "line 2, column sku: expected something"),
    ],
)
def test_one_wrong_barcode_keeps_all_items_out(database: Database, rows: str, expected: str) -> None:
    before = skus(database)
    problems = refused(database, "sku,name,barcode\n" + rows)
    assert any(each.startswith(expected) for each in problems), problems
    assert skus(database) == before and not codes(database)


def test_the_units_of_a_case_have_to_be_said(database: Database) -> None:
    assert refused(database, "sku,case_barcode\nCUP,14006381333938\n") == [
        "line 2, column case_units: expected how many units are in the case, got nothing"
    ]


def test_a_barcode_of_another_item_that_is_here_moves_as_the_file_of_barcodes_does(warehouse: Warehouse) -> None:
    code = next(code for code, (sku, _) in codes(warehouse.database).items() if sku == "LAMP")
    bring_in(warehouse.database, f"sku,barcode\nCUP,{code}\n")
    assert codes(warehouse.database)[code][0] == "CUP"


@pytest.mark.slow
def test_a_large_file_is_tried_whole_before_any_of_it_comes_in(database: Database) -> None:
    rows = [f"S{n:05d},Thing {n},B-{n:05d}-X" for n in range(3_000)]
    wrong = "sku,name,barcode\n" + "\n".join([*rows, "LAST,Last,S00000"]) + "\n"
    assert refused(database, wrong)[0].startswith("line 3002, column barcode: expected a code that means nothing else yet")
    assert "S00000" not in skus(database)
    report = bring_in(database, "sku,name,barcode\n" + "\n".join(rows) + "\n")
    assert report.added == 6_000 and len(codes(database)) == 3_000
