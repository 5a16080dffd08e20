"""An empty database, and the code from the server's terminal: by wedge to the first items."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.handheld import Handheld
from tests.support.keyboard import Keyboard
from tests.support.serving import Server

PEN = "4006381333931"


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Server]:
    server = Server(f"sqlite:///{tmp_path / 'shop.db'}", tmp_path)
    server.start()
    yield server
    server.stop()


def test_from_nothing_to_the_first_item(browser: Browser, new_shop: Server) -> None:
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
    expect(page.locator("[name=name]")).to_have_value("Ada")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("h1")).to_have_text("First steps")
    page.get_by_role("link", name="Scan each item").click()
    expect(page.locator("h1")).to_have_text("What you sell")
    device.scan(PEN)
    expect(page.locator(".prompt__words")).to_have_text("Name these goods")
    page.locator("[name=name]").fill("Pen")
    page.get_by_role("button", name="Save, then the next").click()
    expect(page.locator(".notice")).to_contain_text(f"Pen is item {PEN}.")
    device.scan(PEN)
    expect(page.locator(".prompt--bad")).to_contain_text("is Pen already")
    device.close()


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
    keyboard = Keyboard(page)
    first, at = "CARD-4711"[0], time.time()
    keyboard.press(keyboard._key(first), at)
    keyboard.clock = at + stall / 1000
    keyboard.scan("CARD-4711"[1:])
    expect(fields["badge"]).to_have_value("CARD-4711")
    for name, said in {"code": "ABCD", "name": "Ada", "pin": "2468"}.items():
        expect(fields[name]).to_have_value(said)
    expect(fields["badge"]).to_be_focused()
    device.close()
