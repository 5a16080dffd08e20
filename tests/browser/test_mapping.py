"""A file of any shape in a browser: chosen, mapped by its selects, and in; on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.exports import SHOPIFY, SHOPIFY_ROWS, export
from tests.support.warehouse import Warehouse

SMALLEST = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
GERMAN = (
    "Artikelnummer;Bezeichnung;Farbe;EK-Preis;EAN\n"
    "TASSE-GROSS-BLAU;Tasse, groß und blau mit einem sehr langen Namen;blau;3,50;4006381333931\n"
    "KANNE;Kanne;rot;12;\n"
).encode()


def send(page: Page, data: bytes, name: str) -> None:
    page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": data}])
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#mapping")).to_be_visible()


def fits(page: Page) -> bool:
    """Whether the page moves in one direction only."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [SMALLEST, DESK])
def test_a_file_is_mapped_by_choosing_and_comes_in(handheld, warehouse: Warehouse, size: dict[str, int], tmp_path: Path) -> None:
    device = handheld("BADGE-SAM", viewport=size, has_touch=size is SMALLEST)
    page = device.page
    device.open("/data/bring")
    assert fits(page)
    send(page, GERMAN, f"Artikel mit einem sehr langen Namen {size['width']}.csv")
    assert fits(page)
    expect(page.locator("#feed-barcode")).to_have_value("4")
    page.locator("#feed-name").focus()
    page.locator("#feed-name").select_option("2")
    expect(page.locator(".grid td", has_text="rot")).to_be_visible()
    expect(page.locator("#feed-name")).to_be_focused()
    page.locator("#kind").select_option("stock")
    expect(page.get_by_text("Until then nothing can come in.")).to_be_visible()
    assert fits(page)
    page.locator("#feed-location").select_option("=")
    page.locator("#fixed-location").fill("A-01-2")
    page.locator("#feed-units").select_option("2")
    expect(page.get_by_text("This cannot come in yet")).to_be_visible()
    assert fits(page)
    page.locator("#kind").select_option("products")
    expect(page.get_by_text("This cannot come in yet")).to_have_count(0)  # the page has answered
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Items with their barcodes:")).to_be_visible()
    assert not device.complaints


def test_a_shops_export_comes_in_with_one_button(handheld, warehouse: Warehouse) -> None:
    device = handheld("BADGE-SAM", viewport=SMALLEST)
    device.open("/data/bring")
    of_its_own = export(SHOPIFY, *SHOPIFY_ROWS).replace(b"TEE-", b"SHIRT-")  # the warehouse is shared with other tests
    send(device.page, of_its_own, "products_export_1.csv")
    expect(device.page.get_by_text("This is a products export of Shopify.")).to_be_visible()
    assert fits(device.page)
    device.page.get_by_role("button", name="Bring it in").click()
    expect(device.page.get_by_text("Items with their barcodes:")).to_be_visible()


def test_without_scripts_it_is_looked_at_again_by_a_button(handheld, warehouse: Warehouse) -> None:
    device = handheld(viewport=SMALLEST, java_script_enabled=False)
    page = device.page
    page.goto(device.url + "/sign-in?next=/data/bring")
    page.locator("input[name=badge]").fill("BADGE-SAM")
    page.locator("input[name=badge]").press("Enter")
    page.goto(device.url + "/data/bring")
    send(page, GERMAN, "Artikel.csv")
    page.locator("#feed-name").select_option("2")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".grid td", has_text="rot")).to_be_visible()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Items with their barcodes:")).to_be_visible()


@pytest.mark.parametrize("size", [SMALLEST, DESK])
def test_a_date_that_can_be_two_days_is_asked_about(handheld, size: dict[str, int], tmp_path: Path) -> None:
    device = handheld("BADGE-SAM", viewport=size, has_touch=size is SMALLEST)
    page = device.page
    device.open("/data/bring")
    reference = f"PO-{size['width']}"
    header = f"Receipt;Item number;Expected;Due date;{reference}"  # a header is remembered, with what was chosen
    send(page, f"{header}\n{reference};LAMP;3;1/12/2026\n".encode(), "receipts of December.csv")
    expect(page.get_by_text("Choose what stands first in 1/12/2026")).to_be_visible()
    assert fits(page) and page.get_by_role("button", name="Bring it in").count() == 0
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
    page.locator("#order-due_on").focus()
    page.locator("#order-due_on").select_option("day")
    expect(page.locator(".grid td", has_text="2026-12-01")).to_be_visible()
    expect(page.locator("#order-due_on")).to_be_focused()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("1 new")).to_be_visible()
