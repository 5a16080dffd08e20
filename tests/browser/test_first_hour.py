"""An empty database, and the code from the server's terminal: to a shop at work, in pages and by wedge alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.handheld import Handheld
from tests.support.keyboard import Keyboard
from tests.support.serving import Server

PEN, INK = "4006381333931", "5901234123457"


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Server]:
    server = Server(f"sqlite:///{tmp_path / 'shop.db'}", tmp_path)
    server.start()
    yield server
    server.stop()


def test_from_nothing_to_a_received_carton(browser: Browser, new_shop: Server) -> None:
    """The whole first hour, with no terminal but for the code."""
    told = re.search(r"/set-up  and type the code  (\S+)", new_shop.log.read_text())
    assert told
    device = Handheld(browser, new_shop.url)
    page = device.page
    device.open("/")
    expect(page.locator("h1")).to_have_text("Set up the warehouse")
    device.scan("CARD-4711")
    expect(page.locator("[name=badge]")).to_have_value("CARD-4711")
    page.locator("main [name=code]").fill(told[1])
    page.locator("[name=name]").fill("Ada")
    page.locator("[name=pin]").fill("2468")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("h1")).to_have_text("First steps")
    _names_two_items(device)
    _makes_shelves(page)
    _counts_a_shelf(device)
    _adds_somebody(device)
    _enters_a_receipt(page)
    device.open("/")
    expect(page.locator("h1")).to_have_text("Ada")
    expect(page.get_by_text("First steps:")).to_have_count(0)  # all is done
    device.open("/set-up/steps")
    expect(page.locator(".card__number", has_text="done")).to_have_count(5)
    device.open("/")
    device.scan("PO-1")
    expect(page).to_have_url(re.compile("/receiving/PO-1$"))
    for _ in range(2):
        device.scan(PEN)
    expect(device.result).to_contain_text("Pen")
    expect(page.locator("body")).to_contain_text("2")
    with_stock = device.page.request.get(f"{new_shop.url}/items/{PEN}").text()
    assert "DOCK" in with_stock and "A-01-1" in with_stock
    device.close()


def _names_two_items(device: Handheld) -> None:
    page = device.page
    page.get_by_role("link", name="Scan each item").click()
    expect(page.locator("h1")).to_have_text("What you sell")
    for code, name in ((PEN, "Pen"), (INK, "Ink")):
        device.scan(code)
        expect(page.locator(".prompt__words")).to_have_text("Name these goods")
        page.locator("[name=name]").fill(name)
        page.get_by_role("button", name="Save, then the next").click()
        expect(page.locator(".notice")).to_contain_text(f"{name} is item {code}.")
    device.scan(PEN)
    expect(page.locator(".prompt--bad")).to_contain_text("is Pen already")


def _makes_shelves(page: Page) -> None:
    page.get_by_role("link", name="First steps").click()
    page.get_by_role("link", name="Make shelves").click()
    for part, (first, last) in {"aisle": ("A", "A"), "bay": ("01", "02"), "level": ("1", "2")}.items():
        page.locator(f"[name={part}_first]").fill(first)
        page.locator(f"[name={part}_last]").fill(last)
    page.get_by_role("button", name=re.compile("^Make")).click()
    expect(page.locator(".notice")).to_contain_text("A-01-1")


def _counts_a_shelf(device: Handheld) -> None:
    page = device.page
    device.open("/set-up/steps")
    page.get_by_role("link", name="Count").click()
    expect(page.locator("h1")).to_have_text("Counting")
    device.scan("A-01-1")
    expect(page).to_have_url(re.compile("/counting/C-"))
    for _ in range(3):
        device.scan(PEN)
    device.scan("A-01-2")
    device.scan("CMD-EMPTY")
    device.scan("CMD-DONE")
    expect(device.result).to_contain_text("finished", ignore_case=True)


def _adds_somebody(device: Handheld) -> None:
    page = device.page
    device.open("/set-up/steps")
    page.get_by_role("link", name="Add a person").click()
    page.locator("main [name=name]").fill("Bo")
    page.get_by_label(re.compile("^Receiver")).check()
    device.scan("CARD-4712")
    expect(page.locator("main [name=badge]")).to_have_value("CARD-4712")
    page.get_by_role("button", name="Add this person").click()
    expect(page.locator(".notice")).to_contain_text("Bo is added.")


def _enters_a_receipt(page: Page) -> None:
    page.goto(page.url.split("/people")[0] + "/set-up/steps")
    page.get_by_role("link", name="Enter a receipt").click()
    page.get_by_role("link", name=re.compile("New|Add", re.IGNORECASE)).first.click()
    for name, said in {"reference": "PO-1", "sku": PEN, "expected": "2"}.items():
        page.locator(f"main [name={name}]").fill(said)
    page.locator("main form button").last.click()
    expect(page.locator(".notice").first).to_contain_text("is added")


@pytest.mark.parametrize("held", ["pin", "name", "code", "badge"])
@pytest.mark.parametrize("stall", [0, 90], ids=["at once", "with a stall after its first key"])
def test_a_scan_goes_to_the_badge_field_and_leaves_the_others_as_they_were(
    browser: Browser, new_shop: Server, held: str, stall: int
) -> None:
    device = Handheld(browser, new_shop.url)
    page = device.page
    device.open("/")
    fields = {name: page.locator(f"main [name={name}]") for name in ("code", "name", "pin", "badge")}
    for name, said in {"code": "ABCD", "name": "Ada", "pin": "2468"}.items():
        fields[name].fill(said)
    fields[held].focus()
    Keyboard(page).stall("CARD-4711", after=1, ms=stall)
    expect(fields["badge"]).to_have_value("CARD-4711")
    for name, said in {"code": "ABCD", "name": "Ada", "pin": "2468"}.items():
        expect(fields[name]).to_have_value(said)
    expect(fields["badge"]).to_be_focused()
    device.close()


def test_a_sample_comes_and_goes_by_a_button(browser: Browser, new_shop: Server) -> None:
    told = re.search(r"/set-up  and type the code  (\S+)", new_shop.log.read_text())
    assert told
    device = Handheld(browser, new_shop.url)
    page = device.page
    device.open("/set-up")
    for name, said in {"code": told[1], "name": "Ada", "pin": "2468", "badge": "CARD-4711"}.items():
        page.locator(f"main [name={name}]").fill(said)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Play in a sample warehouse first").click()
    page.get_by_role("button", name="Fill it with the sample").click()
    expect(page.locator(".sample")).to_contain_text("A sample: nothing here is real.")
    device.open("/receiving/PO-1001")
    expect(page.locator(".sample")).to_be_visible()
    page.get_by_role("link", name="Empty it").click()
    page.get_by_role("button", name="Empty the warehouse").click()
    expect(page.locator("h1")).to_have_text("First steps")
    expect(page.locator(".sample")).to_have_count(0)
    expect(page.locator(".card__number", has_text="to do")).to_have_count(5)
    device.close()
