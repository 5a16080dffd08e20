"""A large file on its page: how far it is, that it can be cancelled, and what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from scanner.data.imports import jobs
from scanner.data.imports.large import IMPORTING
from scanner.db.alone import alone
from tests.browser.conftest import MAKE
from tests.support.warehouse import NOW, Warehouse

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of a size that another process brings in."""
    path = tmp_path / "things.csv"
    path.write_text("sku,name\n" + "".join(f"THING-{at:06},Thing {at}\n" for at in range(8_000)))
    return path


def choose(sam, path: Path) -> None:
    sam.open("/data")
    sam.page.set_input_files("form[action='/data/items'] input[type=file]", str(path))
    sam.page.click("form[action='/data/items'] button")


def test_a_large_file_shows_how_far_it_is_and_then_what_it_changed(handheld: MAKE, large: Path) -> None:
    sam = handheld("BADGE-SAM", viewport=DESK)
    choose(sam, large)
    expect(sam.page.locator("#import progress")).to_be_visible()
    expect(sam.page.locator(".notice--good")).to_contain_text("8,000 rows: 8,000 new", timeout=120_000)
    sam.open("/data")
    sam.page.click("text=the last file that was brought in")
    expect(sam.page.locator("#import")).to_contain_text("things.csv")


def test_a_large_file_with_a_bad_row_names_it_on_its_page(handheld: MAKE, large: Path) -> None:
    sam = handheld("BADGE-SAM", viewport=PHONE)
    large.write_text(large.read_text().replace("THING-000007", "CMD-UNDO"))
    choose(sam, large)
    expect(sam.page.locator(".prompt--bad")).to_contain_text("1 problem in things.csv", timeout=120_000)
    expect(sam.page.locator("table")).to_contain_text("9")
    assert sam.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_an_import_is_cancelled_on_its_page(handheld: MAKE, warehouse: Warehouse, viewport: dict[str, int], scheme: str) -> None:
    """This process says that it works on the import, and does nothing: what it says stays until somebody cancels."""
    with alone(warehouse.database, IMPORTING):
        sam = handheld("BADGE-SAM", viewport=viewport, color_scheme=scheme)
        number = warehouse.database.transact(
            jobs.add, kind="barcodes", name="codes.csv", operator_id=None, now=NOW, stage="checking", total=100_000, done=40_000
        )
        sam.open(f"/data/imports/{number}")
        expect(sam.page.locator("#import")).to_contain_text("Checking every row")
        expect(sam.page.locator("#import")).to_contain_text("40,000 of 100,000 rows")
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert sam.page.evaluate("document.querySelector('#import button').getBoundingClientRect().height") >= 55.5
        warehouse.database.transact(jobs.step, number, ("checking",), done=60_000)
        expect(sam.page.locator("#import")).to_contain_text("60,000 of 100,000 rows")  # without a reload
        sam.page.click("#import >> text=Cancel")
        expect(sam.page.locator("#import")).to_contain_text("it is being cancelled")
        warehouse.database.transact(jobs.step, number, ("checking",), stage="cancelled", outcome='{"words": "Cancelled."}')
        expect(sam.page.locator(".prompt--bad")).to_contain_text("Nothing was brought in")
