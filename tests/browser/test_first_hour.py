"""An empty database, and the code from the server's terminal: by wedge to the first items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.handheld import Handheld
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
