"""The desk: rooms beside every page from 900 px on, and none where a phone or a scan page needs the width."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.support.differing import differ
from tests.support.keyboard import Keyboard
from tests.support.warehouse import MUG, Warehouse

DESK = {"width": 1280, "height": 800}
SMALLEST_DESK = {"width": 900, "height": 700}
PHONE = {"width": 390, "height": 844}
_made = count(1)
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


@pytest.fixture
def differing(warehouse: Warehouse) -> list[int]:
    kinds = ["short", "over", "missing"]
    skus = [f"DIFF-{next(_made)}" for _ in kinds]
    warehouse.add_items(skus)
    return differ(warehouse, *({"kind": kind, "sku": sku} for kind, sku in zip(kinds, skus, strict=True)))


def test_a_note_being_written_is_lost_by_no_scan_and_by_no_failure(handheld: MAKE, differing: list[int]) -> None:
    sam = handheld("BADGE-SAM", viewport=DESK)
    path = f"/discrepancies/{differing[0]}?state=open&sort=value"
    sam.open(path)
    note = sam.page.locator("textarea[name=note]")
    note.fill("The carton was open when it came.")
    Keyboard(sam.page).scan(MUG)  # with the focus in the note
    expect(sam.page.locator("[data-trouble]")).to_contain_text("You are writing here")
    expect(note).to_have_value("The carton was open when it came.")
    sam.open("/items")
    sam.open(path)
    expect(note).to_have_value("The carton was open when it came.")
    sam.page.select_option("select[name=cause]", "theft")
    sam.offline()
    sam.page.click("text=Settle >> nth=-1")
    sam.offline(False)
    sam.open(path)
    expect(note).to_have_value("The carton was open when it came.")
    sam.page.select_option("select[name=cause]", "theft")
    sam.page.get_by_role("button", name="Settle", exact=True).click()
    expect(sam.page.locator(".notice--good")).to_have_text("Settled.")
    expect(sam.page.locator("textarea[name=note]")).to_have_value("")  # of the next one


def test_many_are_ticked_and_settled_with_one_note(handheld: MAKE, differing: list[int]) -> None:
    sam = handheld("BADGE-SAM", viewport=PHONE)
    sam.open("/discrepancies?state=open&sort=age")
    for number in differing[:2]:
        sam.page.check(f"input[name=chosen][value='{number}']")
    sam.page.click("text=Settle what is ticked")
    expect(sam.page.locator(".sum")).to_contain_text("2 discrepancies worth 2.00")
    sam.page.select_option("select[name=cause]", "unknown")
    sam.page.fill("textarea[name=note]", "Looked, and found nothing.")
    sam.page.get_by_role("button", name="Settle 2").click()
    expect(sam.page.locator(".notice--good")).to_have_text("2 settled.")
    expect(sam.page.locator(f"input[name=chosen][value='{differing[2]}']")).to_have_count(1)
    expect(sam.page.locator(f"input[name=chosen][value='{differing[0]}']")).to_have_count(0)
    assert width(sam) <= PHONE["width"]


def test_the_search_over_a_desk_page_finds_by_name_and_a_scan_into_it_opens_what_was_scanned(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM", viewport=DESK)
    sam.open("/settings")
    field = sam.page.locator(".find--top input")
    field.fill("mug")
    field.press("Enter")
    sam.page.wait_for_url("**/search?q=mug")
    expect(sam.page.locator("main .to-do a").first).to_contain_text("Mug, blue")
    sam.open("/settings")
    field.click()
    Keyboard(sam.page).scan(MUG)
    sam.page.wait_for_url(f"**/where?code={MUG}")
