"""The products exports of shops as they are: what is told of them, and which items and barcodes they bring."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from scanner.data.mapping.shops import FromShop, shop_of
from scanner.data.mapping.theirs import open_theirs
from tests.support.exports import (
    SHOPIFY,
    SHOPIFY_OLD,
    SHOPIFY_OLD_ROWS,
    SHOPIFY_ROWS,
    WOO,
    WOO_GERMAN,
    WOO_ROWS,
    export,
)


def of_shop(data: bytes) -> tuple[str, FromShop]:
    theirs = open_theirs(data)
    shop = shop_of(theirs)
    assert shop is not None
    return shop.key, shop.read(theirs, None)


def rows(found: FromShop) -> list[list[str]]:
    return [row for row in csv.reader(StringIO(found.content.decode(), newline="")) if row][1:]


TEES = [
    ["TEE-S", "Tee & more, S / Blue", "4.20", "4006381333931"],
    ["TEE-M", "Tee & more, M / Blue", "", "036000291452"],
    ["0815", "Mug", "", ""],
]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (export(SHOPIFY, *SHOPIFY_ROWS), "as Shopify writes it now"),
        (export(SHOPIFY_OLD, *SHOPIFY_OLD_ROWS), "as it wrote it before"),
        (export(tuple(reversed(SHOPIFY)), *SHOPIFY_ROWS), "never by position"),
        (export(SHOPIFY, *SHOPIFY_ROWS, mark="\ufeff"), "saved again by a spreadsheet"),
        (export(SHOPIFY, *SHOPIFY_ROWS).replace(b"URL handle", b"Handle", 1), "both spellings in one file"),
        (export(SHOPIFY, *SHOPIFY_ROWS).upper().replace(b"TEE &AMP; <B>MORE</B>", b"Tee &amp; <b>more</b>")
         .replace(b"DEFAULT TITLE", b"Default Title").replace(b"BLUE", b"Blue").replace(b"MUG", b"Mug"), "whatever the case"),
    ],
)  # fmt: skip
def test_a_shopify_export_gives_its_variants(data: bytes, why: str) -> None:
    key, found = of_shop(data)
    assert (key, rows(found)) == ("shopify", TEES), why
    assert (found.rows, found.barcodes, found.images, found.left_out, found.bad) == (3, 2, 1, 2, 0)


def test_what_is_left_out_of_a_shopify_export_is_named_by_its_line() -> None:
    _, found = of_shop(export(SHOPIFY, *SHOPIFY_ROWS))
    assert list(map(str, found.left)) == ["line 6: Tee & more, L, Blue has no SKU", "line 9: Voucher is a gift card"]
    assert list(map(str, found.changed)) == [
        "line 5: its barcode 36000291452 is 036000291452: the zero in front was lost",
        "line 8: its barcode is left out: 'N/A' is none",
    ]


def test_each_product_stands_on_its_line_though_cells_have_line_breaks() -> None:
    _, found = of_shop(export(SHOPIFY, *SHOPIFY_ROWS))
    lines = found.content.decode().split("\n")
    assert lines[1].startswith("TEE-S") and lines[4].startswith("TEE-M") and lines[7].startswith("0815")


def test_a_sku_twice_is_a_problem_in_a_sentence() -> None:
    twice = {**SHOPIFY_ROWS[1], "SKU": "tee-s"}
    _, found = of_shop(export(SHOPIFY, *SHOPIFY_ROWS, twice))
    assert list(map(str, found.problems)) == [
        "line 10, column sku: expected a SKU of its own for each product and variant, got tee-s again, first on line 2"
    ]


def test_a_woocommerce_export_gives_what_can_be_on_a_shelf() -> None:
    key, found = of_shop(export(WOO, *WOO_ROWS))
    assert key == "woocommerce"
    assert rows(found) == [
        ["HOOD-B", "Hoodie - Blue", "12.5", "4006381333931"],
        ["HOOD-G", "Hoodie, Green", "", ""],
        ["CAP", "Cap – wool", "", ""],
    ]
    assert [each.words for each in found.left] == [
        "Hoodie is the product that its variations belong to",
        "Album is nothing that can be on a shelf",
        "Pennant is a product that another shop sells",
        "Sticker has no SKU",
    ]
    assert [str(each) for each in found.changed] == [
        "line 6: its barcode '4006381333930' is left out: expected a GTIN whose check digit fits: 1 for the last digit"
    ]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (WOO_GERMAN, "its header is in the language of the shop"),
        (WOO_GERMAN[:3] + WOO_GERMAN[4:], "a shop of before the GTIN was there"),
        (WOO[:3] + WOO[4:], "the same in English"),
        ((*WOO, "Meta: _wp_page_template", "Meta: seo"), "with columns of plugins"),
    ],
)
def test_a_woocommerce_export_is_known_in_any_language(header: tuple[str, ...], why: str) -> None:
    at = {name: header[n] for n, name in enumerate(("ID", "Type", "SKU"))}
    named = header[4] if "GTIN" in header[3] else header[3]
    row = {at["ID"]: "1", at["Type"]: "simple", at["SKU"]: "CAP", named: "Mütze"}
    key, found = of_shop(export(header, row))
    assert (key, rows(found)) == ("woocommerce", [["CAP", "Mütze", "", ""]]), why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"sku,name,barcode\nA,B,C\n", "columns of ours"),
        (b"Title,SKU,Barcode,Handle\nTee,T-1,,tee\n", "no options: some other program's"),
        (export(("ID", "Typ", *map(str, range(40))), {"ID": "1", "Typ": "Regal"}), "ID and many columns, but no type of theirs"),
    ],
)
def test_another_file_is_no_export(data: bytes, why: str) -> None:
    assert shop_of(open_theirs(data)) is None, why


def test_a_file_that_ends_in_a_quote_says_so() -> None:
    data = export(SHOPIFY, *SHOPIFY_ROWS) + b'"tee,\n'
    _, found = of_shop(data)
    assert found.bad == 1 and found.problems[0].expected == "cells in matching quotes"
