"""The desk: rooms beside every page from 900 px on, and none where a phone or a scan page needs the width."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MAKE

DESK = {"width": 1280, "height": 800}
SMALLEST_DESK = {"width": 900, "height": 700}
PHONE = {"width": 390, "height": 844}
TWICE = "document.documentElement.style.fontSize = '200%'"


def width(device: object) -> int:
    return device.page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("desk", [DESK, SMALLEST_DESK], ids=lambda size: str(size["width"]))
def test_on_a_desk_the_rooms_are_beside_the_page_and_lead_on(handheld: MAKE, desk: dict[str, int]) -> None:
    sam = handheld("BADGE-SAM", viewport=desk)
    sam.open("/discrepancies")
    rooms = sam.page.locator("nav.rooms")
    expect(rooms).to_be_visible()
    beside, main = rooms.bounding_box(), sam.page.locator("main").bounding_box()
    assert beside and main and beside["x"] + beside["width"] <= main["x"] and beside["y"] == 0
    rooms.get_by_role("link", name="Counting plan").click()
    sam.page.wait_for_url("**/plan")
    expect(sam.page.locator("nav.rooms [aria-current=page]")).to_have_text("Counting plan")
    assert width(sam) <= desk["width"]


def test_on_a_phone_they_are_the_cards_of_the_home_page(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM", viewport=PHONE)
    sam.open("/")
    expect(sam.page.locator("nav.rooms")).to_be_hidden()
    sam.page.locator("main a.card", has_text="Discrepancies").click()
    sam.page.wait_for_url("**/discrepancies")
    expect(sam.page.locator("nav.rooms")).to_be_hidden()


def test_a_scan_page_has_its_whole_width_on_a_desk(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt, viewport=DESK)
    box = rosa.page.locator("main").bounding_box()
    assert box and (box["x"], box["width"]) == (0, DESK["width"])


def test_without_scripts_the_rooms_are_there_and_lead_on(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM", viewport=DESK)
    plain = sam.context.browser.new_context(storage_state=sam.context.storage_state(), java_script_enabled=False, viewport=DESK)
    page = plain.new_page()
    page.goto(f"{sam.url}/items")
    page.locator("nav.rooms").get_by_role("link", name="Labels").click()
    expect(page).to_have_url(f"{sam.url}/labels")
    plain.close()


@pytest.mark.parametrize(
    "size", [{"width": 360, "height": 640}, {"width": 320, "height": 640}, DESK], ids=lambda it: str(it["width"])
)
def test_at_twice_the_letters_nothing_runs_over(handheld: MAKE, size: dict[str, int]) -> None:
    sam = handheld("BADGE-SAM", viewport=size)
    sam.open("/")
    sam.page.evaluate("""() => {
      document.querySelector('.top__title').textContent = 'Maximiliane-Annegret Schmidt-Rottluff';
      document.querySelector('.top__person span').textContent = 'Maximiliane-Annegret';
    }""")
    sam.page.evaluate(TWICE)
    row = sam.page.locator(".top__row")
    assert row.evaluate("(row) => row.scrollWidth <= row.clientWidth") and width(sam) <= size["width"]
    unsent = sam.page.locator("[data-outbox]").bounding_box()
    assert unsent and unsent["x"] + unsent["width"] <= size["width"]
