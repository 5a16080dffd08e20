"""Scanners differ in how they type; all of them are understood."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import GIVE_PIN, MAKE
from tests.support.warehouse import LAMP, MUG, Warehouse, task_scans

LOT, SERIAL = "0109501101530003" + "10LOT7", "21S-"


def codes_of(warehouse: Warehouse, reference: str) -> list[str]:
    with warehouse.database.read() as session:
        return [scan.code for scan in reversed(task_scans(session, reference, limit=200))]


@pytest.mark.parametrize("key, text", [("F8", ""), ("", "\x1d")], ids=["F8", "Control+]"])
def test_the_gs_of_a_scanner_ends_a_lot_number(handheld: MAKE, receipt: str, warehouse: Warehouse, key: str, text: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    with rosa.scanner.together():
        rosa.scanner.scan(LOT + text, ends=(key,) if key else ())
        rosa.scanner.scan(f"{SERIAL}{receipt}X{key}")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    assert codes_of(warehouse, receipt) == [f"{LOT}\x1d{SERIAL}{receipt}X{key}"]


def test_the_character_that_is_set_for_gs_is_one(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA")
    given = {"body": None}

    def set_character(route) -> None:
        answer = route.fetch()
        given["body"] = answer.text().replace('data-gs=""', 'data-gs="~"')
        route.fulfill(response=answer, body=given["body"])

    rosa.context.route(f"**/receiving/{receipt}", set_character)
    rosa.open(f"/receiving/{receipt}")
    rosa.scan(f"{LOT}~{SERIAL}{receipt}X")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    assert codes_of(warehouse, receipt) == [f"{LOT}\x1d{SERIAL}{receipt}X"]


def test_a_keyboard_that_names_no_keys_is_understood(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.keyboard.insert_text(MUG)
    rosa.page.keyboard.press("Enter")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


def test_a_pasted_list_is_as_many_scans(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.paste(f"{MUG}\n{LAMP}\n")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP]


def test_a_trigger_on_a_focused_button_scans_and_does_not_press_it(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.focus("button:has-text('Undo')")
    rosa.scan(MUG)
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    rosa.expect_signal("counted")


def test_a_second_end_key_presses_nothing(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan(MUG)
    rosa.page.click("button:has-text('Undo')")
    rosa.expect_signal("undone")
    rosa.page.focus("button:has-text('Undo')")
    rosa.scan(LAMP)
    rosa.page.keyboard.press("Enter")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, "CMD-UNDO", LAMP]


def test_a_tapped_button_does_not_keep_the_focus(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("button:has-text('Undo')")
    expect(rosa.page.locator("[data-catcher]")).to_be_focused()


def test_a_scan_on_the_finish_page_still_counts(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.open(f"/receiving/{receipt}/finish")
    rosa.scan(LAMP)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_a_scanned_order_number_goes_on_with_that_order(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    warehouse.add_receipt(f"{receipt}-B", [("LAMP", 2)])
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([MUG, f"{receipt}-B", LAMP])
    expect(rosa.page.locator(".top__title")).to_contain_text(f"{receipt}-B")
    expect(rosa.line("LAMP")).to_have_text("1 / 2")
    assert codes_of(warehouse, receipt) == [MUG, f"{receipt}-B"]


def test_a_pin_typed_as_fast_as_a_scanner_is_the_pin(handheld: MAKE, pin_of: GIVE_PIN) -> None:
    pin, theo = pin_of("Theo"), handheld()
    theo.open("/sign-in")
    theo.scan("BADGE-THEO")
    expect(theo.page.locator(".prompt__words")).to_have_text("Enter your PIN")
    theo.scan(pin)
    expect(theo.page.locator(".top__person")).to_have_text(re.compile("Theo"))


def test_a_pin_is_tapped_on_the_pad(handheld: MAKE, pin_of: GIVE_PIN) -> None:
    pin, theo = pin_of("Theo"), handheld()
    theo.open("/sign-in")
    theo.scan("BADGE-THEO")
    expect(theo.page.locator(".prompt__words")).to_have_text("Enter your PIN")
    for digit in pin:
        theo.page.click(f"[data-digit='{digit}']")
    theo.page.click("text=OK")
    expect(theo.page.locator(".top__person")).to_have_text(re.compile("Theo"))
