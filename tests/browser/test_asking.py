"""Asking by wedge: whatever is scanned outside a task is answered, and the last scan is the one that shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.keyboard import Keyboard
from tests.support.orders import add_shelves
from tests.support.warehouse import LAMP, MUG, Warehouse


def expect_answer(device: Handheld, words: str) -> None:
    expect(device.page.locator("#answer .result__item")).to_have_text(words)


def test_a_scan_on_the_home_page_is_answered_and_the_next_scan_after_it(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/")
    rosa.scan(MUG)
    expect_answer(rosa, "Mug, blue")
    expect(rosa.page.locator(f"a[href='/receiving/{receipt}']")).to_be_visible()
    rosa.scan("A-01-1")
    expect_answer(rosa, "A-01-1")
    rosa.scan(receipt)
    rosa.page.wait_for_url(f"**/receiving/{receipt}")


def test_of_several_scans_in_a_row_the_last_one_is_answered(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/where")
    rosa.burst([MUG, "A-01-1", "A-01-2", LAMP])
    expect_answer(rosa, "Desk lamp")
    rosa.page.locator("[data-open-form] input[name=code]").click()
    scanner = Keyboard(rosa.page)  # at a scanner's speed on any machine
    for code in (LAMP, MUG):  # into the field: neither stays there
        scanner.scan(code)
    expect_answer(rosa, "Mug, blue")
    expect(rosa.page.locator("[data-open-form] input[name=code]")).to_have_value("")


def test_a_scan_into_the_search_of_items_is_answered(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/items")
    rosa.page.click("main input[name=q]")
    rosa.scan(MUG)
    expect_answer(rosa, "Mug, blue")


def test_out_of_wifi_there_is_no_answer_and_the_code_stays_in_the_field(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/where")
    rosa.offline()
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-trouble]")).to_contain_text("No answer: the server could not be reached.")
    field = rosa.page.locator("[data-open-form] input[name=code]")
    expect(field).to_have_value(MUG)
    rosa.offline(False)
    rosa.page.click("[data-open-form] button")
    expect_answer(rosa, "Mug, blue")


@pytest.mark.parametrize("page", ["/", "/where"])
def test_back_in_wifi_the_page_says_so_and_sends_nothing_by_itself(handheld: MAKE, page: str) -> None:
    rosa = handheld("BADGE-ROSA", viewport={"width": 360, "height": 640})
    rosa.open(page)
    rosa.offline()
    rosa.scan("MOVES")
    trouble = rosa.page.locator("[data-trouble]")
    expect(trouble).to_contain_text("No answer: the server could not be reached.")
    rosa.offline(False)
    expect(trouble).to_have_text("The server answers again: scan on. The code in the field was not sent.")
    assert rosa.page.url == rosa.url + page
    rosa.scan(MUG)
    expect_answer(rosa, "Mug, blue")
    expect(trouble).to_be_hidden()


def test_back_in_wifi_a_task_that_could_not_be_left_takes_scans_without_a_warning(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}/finish")
    rosa.offline()
    rosa.scan(MUG)
    trouble = rosa.page.locator("[data-trouble]")
    expect(trouble).to_contain_text("What you scan is kept on this device")
    rosa.offline(False)
    expect(trouble).to_be_hidden()


def test_from_an_answer_the_next_thing_is_one_tap_away_on_the_smallest_phone(handheld: MAKE, warehouse: Warehouse) -> None:
    add_shelves(warehouse, ["E-01-1"], section="E-01")  # other tests count A-01
    sam = handheld("BADGE-SAM", viewport={"width": 360, "height": 640})
    sam.open("/where?code=E-01-1")
    assert sam.page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = sam.page.eval_on_selector_all("main .actions .button", "all => all.map(each => each.offsetHeight)")
    assert len(heights) >= 2 and min(heights) >= 56
    sam.page.click("text=Count this shelf")
    sam.page.wait_for_url("**/counting/C-*")
