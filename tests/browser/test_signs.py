"""Each button of the page of signs is heard."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MAKE


def test_each_button_sounds_its_own_signal(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/signs")
    for button in rosa.page.locator("[data-try]").all():
        button.click()
        expect(rosa.page.locator("body")).to_have_attribute("data-heard", button.get_attribute("data-try") or "?")
