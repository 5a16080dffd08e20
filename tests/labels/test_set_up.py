"""The label that a scanner is set up by, and the page that shows it."""

from __future__ import annotations

import re
import string
from html import unescape

from flask import Flask

from scanner.codes.typed import GS
from scanner.labels.set_up import TEST_CODE, TEST_LABEL, TEST_SHEET
from scanner.labels.sheet import label_sheet
from scanner.labels.symbols import Symbology, draw
from tests.labels.test_sheet import codes


def test_the_label_has_all_that_keyboards_type_differently() -> None:
    assert set(TEST_CODE) >= {*string.digits, *string.ascii_uppercase, *"aqwzym", "-", GS}
    assert TEST_CODE.count(GS) == 1


def test_it_fits_into_bars_that_every_scanner_reads() -> None:
    assert draw(TEST_CODE).symbology is Symbology.GS1_128
    assert draw(TEST_CODE, Symbology.GS1_DATA_MATRIX).columns <= 32


def test_it_reads_back_from_paper() -> None:
    assert codes(label_sheet([TEST_LABEL], TEST_SHEET)) == [TEST_CODE]


def test_page_and_paper_are_there_before_anybody_signed_in(app: Flask) -> None:
    stranger = app.test_client()
    page = stranger.get("/set-up-scanner")
    assert page.status_code == 200
    assert unescape(re.search(r'data-code="([^"]*)"', page.text)[1]) == TEST_CODE
    assert stranger.get("/set-up-scanner.pdf").data.startswith(b"%PDF")


def test_whoever_signs_in_or_is_signed_in_finds_the_page(app: Flask) -> None:
    device = app.test_client()
    page = device.get("/sign-in").text
    assert 'href="/set-up-scanner"' in page
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]
    device.post("/sign-in", data={"csrf_token": token, "badge": "BADGE-THEO"})
    assert 'class="card" href="/set-up-scanner"' in device.get("/").text
