"""The office of counting on a phone and at a desk: the plan, its limits, classes, results."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import expect

from scanner.data.imports import import_csv
from scanner.web.context import now
from tests.browser.conftest import MAKE
from tests.browser.test_look import CONTRAST, PHONES, SMALL_TARGETS
from tests.support.counted import add_count
from tests.support.warehouse import LAMP, NOW, Warehouse

PAGES = [
    "/plan", "/plan/policy", "/plan/classes", "/plan/sections/P-01", "/count-results", "/count-results/lines",
    "/count-results/adjustments", "/picking",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def counted(served) -> None:
    """Section P-01 with a long name on its shelf, counted today: 4 lamps are missing; and a shelf in no section."""
    warehouse: Warehouse = served[1]
    place = b"code,name,section\nP-01-1,The shelf behind the second door on the left,P-01\nLOOSE,LOOSE,\n"
    warehouse.database.transact(import_csv, "locations", BytesIO(place), None, NOW)
    warehouse.database.transact(import_csv, "stock", BytesIO(b"location,sku,units\nP-01-1,LAMP,10\n"), None, NOW)
    add_count(warehouse, "C-900001", {"P-01-1": {"LAMP": (6, 10), "MUG-B": (2, 2)}}, now())


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_no_page_is_wider_than_the_phone(handheld: MAKE, phone: dict[str, int]) -> None:
    sam = handheld("BADGE-SAM", viewport=phone)
    for path in PAGES:
        sam.open(path)
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= phone["width"], path
        assert sam.page.evaluate(SMALL_TARGETS) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_numbers_are_read_easily(handheld: MAKE, scheme: str) -> None:
    sam = handheld("BADGE-SAM", color_scheme=scheme)
    for path in PAGES:
        sam.open(path)
        assert sam.page.evaluate(CONTRAST, ".facts dd, .table td, .field__label, .button, .late") >= 4.5, path


def test_a_count_is_started_from_the_plan(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/plan/sections/A-01")
    sam.page.click("main button:has-text('Count')")
    sam.page.wait_for_url("**/counting/C-*")
    reference = sam.page.url.rsplit("/", 1)[1]
    sam.open("/plan")
    expect(sam.page.locator("tr", has_text="A-01").first).to_contain_text(reference)


def test_a_class_is_counted_more_often(handheld: MAKE) -> None:
    """Whichever class its goods are in: other tests share this warehouse."""
    sam = handheld("BADGE-SAM")
    sam.open("/plan/sections/P-01")
    facts = sam.page.locator(".facts")
    expect(facts).not_to_contain_text("every 1 day")
    letter = str(facts.get_by_text(", every").inner_text())[0]
    sam.open("/plan/policy")
    card = sam.page.locator("form.card", has_text=f"Class {letter}").first
    card.locator("[name=every_days]").fill("1")
    card.locator("button").click()
    expect(sam.page.locator(".notice--good")).to_have_text(f"Class {letter} is changed.")
    sam.open("/plan/sections/P-01")
    expect(facts).to_contain_text("every 1 day")


def test_a_shelf_without_a_section_is_put_in_one(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/plan")
    sam.page.fill("[name=section]:visible", "P-02")
    sam.page.click("text=Put it there")
    expect(sam.page.locator(".notice--good")).to_have_text("LOOSE is counted with P-02 now.")
    expect(sam.page.locator("tr", has_text="P-02")).to_contain_text("never counted")


def test_classes_are_seen_before_they_are_applied(handheld: MAKE, warehouse: Warehouse, receipt: str) -> None:
    warehouse.scan(LAMP, task=receipt, quantity=5)
    sam = handheld("BADGE-SAM")
    sam.open("/plan/classes?period_days=3000")
    expect(sam.page.locator("tr", has_text="Desk lamp")).to_contain_text("C → A")
    sam.page.click("button:has-text('Apply')")
    expect(sam.page.locator(".notice--good").first).to_contain_text("another class now")


def test_a_picture_opens_to_records_and_those_to_scans(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM", viewport={"width": 1100, "height": 800})
    sam.open("/count-results?weeks=4&section=P-01")
    expect(sam.page.locator(".facts")).to_contain_text("50.00 %")
    sam.page.locator(".chart__picture a").last.click()
    sam.page.wait_for_url("**/count-results/lines?*")
    expect(sam.page.locator("tbody tr")).to_have_count(1)
    expect(sam.page.locator("tbody tr")).to_contain_text("−4")
    sam.page.click("tbody a:has-text('scan')")
    sam.page.wait_for_url("**/scans/*")
