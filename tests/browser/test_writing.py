"""What somebody writes stays: no scan leads away from a form that is not saved; a field that takes a code is filled by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MAKE
from tests.browser.test_every_page import demo_file
from tests.browser.tours.walk import demo_server, told, walk
from tests.support.keyboard import Keyboard
from tests.support.warehouse import LAMP, MUG, Warehouse

__all__ = ["demo_file"]
CODES = ("PO-1002", "5012345678900", "NO-SUCH-CODE")
"""The label of a task, an item, and what nobody knows."""

DESK = {"width": 1280, "height": 800}

FIELDS = """const fields = () => Array.from(document.querySelectorAll("main form :is(input, textarea, select)"))
  .filter((field) => field.offsetParent && !field.readOnly && !field.disabled
    && !field.matches("[type=hidden], [type=search], [type=file], [data-code], [data-pin] *, [hx-push-url] *"));
"""
WRITE = f"""() => {{
  {FIELDS}
  document.querySelectorAll("details").forEach((part) => part.setAttribute("open", ""));
  for (const field of fields()) {{
    if (field.type === "checkbox" || field.type === "radio") field.checked = true;
    else if (field.matches("select")) field.selectedIndex = field.options.length - 1;
    else field.value = field.type === "date" ? "2026-01-02" : "71";
    field.dispatchEvent(new Event("input", {{ bubbles: true }}));
  }}
  if (document.activeElement) document.activeElement.blur();
  return fields().some((field) => field.matches("input:not([type=checkbox], [type=radio]), textarea"));
}}"""
READ = f"""() => {{
  {FIELDS}
  return [location.href, ...fields().map((field) => `${{field.name}}: ${{field.value}} ${{field.checked || ""}}`)].join("\\n");
}}"""
NOTE = "main form textarea, main form input[name=name], main form input[name=customer], main form input[name=owner]"


def lost_by_a_scan(page: Page) -> list[str]:
    """Scan with the focus nowhere and in a field for words, and say what that changed in the forms, which are filled in."""
    before = page.evaluate(READ)
    words = page.locator(NOTE).locator("visible=true")
    for focused in (False, True):
        if focused and not words.count():
            break
        for code in CODES:
            if focused:
                words.first.focus()
            Keyboard(page).scan(code)
            try:
                expect(page.locator("[data-trouble]")).to_contain_text(f"{code} was not taken", timeout=5000)
            except AssertionError:
                return [f"{code} was taken: {page.url} {page.locator('[data-trouble]').inner_text()}"]
            if page.evaluate(READ) != before:
                return [f"{code} changed what was written"]
            page.evaluate("() => { document.querySelector('[data-trouble]').hidden = true; document.activeElement.blur(); }")
    return []


@pytest.mark.parametrize("tour", ["service", "pages", "forms"])
def test_no_scan_throws_away_what_is_written_on_any_page(browser: Browser, demo_file: Path, tmp_path: Path, tour: str) -> None:
    filled: list[str] = []

    def look(page: Page) -> list[str]:
        if not page.evaluate(WRITE) or page.locator("[data-panel]").count():
            return []  # a scan page: what it has to fill in is tested below
        filled.append(page.url)
        return lost_by_a_scan(page)

    with demo_server(demo_file, tmp_path / "demo") as server:
        faults = walk(browser, server, tour, {"writing": look}, viewport=DESK)["writing"]
    assert filled and not faults, told(faults)


def test_a_form_that_came_back_refused_is_not_left_either(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/service/announce")
    sam.page.fill("[name=customer]", "Amber Lane")
    sam.page.fill("[name=sku] >> nth=0", "NOTHING-SUCH")
    sam.page.click("text=Announce it")
    expect(sam.page.locator("main .prompt--bad")).to_be_visible()
    sam.ready()
    sam.page.evaluate("() => document.activeElement.blur()")
    sam.scan(MUG)
    expect(sam.page.locator("[data-trouble]")).to_contain_text("You are writing here")
    expect(sam.page.locator("[name=customer]")).to_have_value("Amber Lane")


def test_a_scan_fills_the_field_that_takes_a_code_whatever_stood_there_and_the_next_row(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/service/announce")
    sam.page.fill("[name=customer]", "Amber Lane")
    skus = sam.page.locator("[name=sku]")
    skus.first.fill("typed before")
    Keyboard(sam.page).scan(MUG)
    expect(skus.nth(0)).to_have_value(MUG)
    Keyboard(sam.page).scan(LAMP)
    expect(skus.nth(0)).to_have_value(MUG)
    expect(skus.nth(1)).to_have_value(LAMP)
    expect(skus.nth(1)).to_be_focused()
    expect(sam.page.locator("[name=customer]")).to_have_value("Amber Lane")
    assert sam.page.url.endswith("/service/announce")


def test_a_yes_takes_the_scan_all_the_same(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/service/announce")
    sam.page.fill("[name=customer]", "Amber Lane")
    sam.page.evaluate("() => document.activeElement.blur()")
    sam.scan(MUG)
    expect(sam.page.locator("[data-trouble]")).to_contain_text(f"{MUG} was not taken")
    sam.page.get_by_role("button", name="Take it, and lose what is written").click()
    sam.page.wait_for_url(f"**/where?code={MUG}")


def test_what_is_chosen_on_the_page_that_finishes_is_kept_from_a_scan(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}/finish")
    rosa.page.check("[name=back_order]")
    rosa.page.evaluate("() => document.activeElement.blur()")
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"{MUG} was not taken")
    assert rosa.page.is_checked("[name=back_order]") and rosa.page.url.endswith("/finish")


def test_a_typed_code_keeps_a_scan_page_from_going_to_another_order(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    warehouse.add_receipt(f"{receipt}-B", [("MUG-B", 2)])
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.click("[data-open-sheet=type]")
    rosa.page.fill("[data-typed] [name=code]", "half a co")
    Keyboard(rosa.page).scan(f"{receipt}-B")
    rosa.expect_sent()
    expect(rosa.page.locator("[data-trouble]")).to_contain_text("this page stays")
    expect(rosa.page.locator("[data-typed] [name=code]")).to_have_value("half a co")
    rosa.page.fill("[data-typed] [name=code]", "")
    Keyboard(rosa.page).scan(MUG)
    rosa.page.wait_for_url(f"**/{receipt}-B")
    expect(rosa.line("MUG-B")).to_have_text("1 / 2")


@pytest.mark.parametrize("pause_ms", [0, 300, 1500])
def test_where_an_unknown_code_gets_its_item_a_scan_finds_the_item(handheld: MAKE, receipt: str, pause_ms: int) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.ask_for_item(f"NEW-{receipt}")
    find = rosa.page.locator("main input[name=q]")
    keyboard = Keyboard(rosa.page)
    with keyboard.together():
        keyboard.scan("bowl", every=120, ends=())
        keyboard.clock += 0.12 + pause_ms / 1000
        keyboard.scan(LAMP, at_once=True)
    expect(find).to_have_value(LAMP)
    expect(rosa.page.locator("#found button")).to_have_text(["Desk lamp LAMP"])
    rosa.page.evaluate("() => document.activeElement.blur()")
    keyboard.scan(MUG)
    expect(find).to_have_value(MUG)
    rosa.page.click("button:has-text('Mug, blue')")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.line("LAMP")).to_have_text("0 / 6")
