"""A device in somebody's hand: a browser of its own, with a scanner that types like a keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.support.keyboard import Keyboard

PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000
"""Longest wait for what must come; a busy machine is slow, and no test measures time."""

NO_FAULT = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")

expect.set_options(timeout=PATIENCE_MS)


class Handheld:
    """One browser context: cookies and stored scans are the device's own."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        # A service worker would answer some requests past the faults that tests put in; one test has it.
        usual = {"viewport": PHONE, "has_touch": True, "service_workers": "block"}
        self.context = browser.new_context(**usual | options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.scanner = Keyboard(self.page)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        """A script that fails, or that the content policy blocks, is a fault; a request that fails may be the test's wish.

        htmx calls it an error, too, where a newer request takes the place of one that is on its way, as `hx-sync` asks.
        """
        if message.type == "error" and not message.text.startswith(NO_FAULT):
            self.complaints.append(message.text)

    def sign_in(self, badge: str) -> None:
        """Scan a badge on the sign-in page."""
        self.open("/sign-in")
        self.scan(badge)
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def open(self, path: str) -> None:
        """Go to a page and wait until its scripts listen."""
        self.page.goto(self.url + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page catches keys."""
        self.page.wait_for_selector("[data-catcher]", state="attached")

    def scan(self, code: str, end: str = "Enter") -> None:
        """Pull the trigger: the code's keys, one each millisecond, then the end key."""
        self.scanner.scan(code, every=1, ends=(end,))

    def burst(self, codes: Sequence[str], end: str = "Enter") -> None:
        """Scan one after the other without looking at any answer."""
        for code in codes:
            self.scan(code, end)

    def paste(self, text: str) -> None:
        """Have the text come from the clipboard, as some scanners send it."""
        self.page.evaluate(
            """(text) => {
              const data = new DataTransfer();
              data.setData("text", text);
              document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }""",
            text,
        )

    def ask_for_item(self, code: str) -> None:
        """Scan a code that nobody knows on a task's page, and go to the page where it gets its item."""
        self.scan(code)
        self.expect_signal("refused")
        self.page.click("text=Link it to an item")
        self.page.wait_for_url("**/link?*")
        self.ready()

    def offline(self, yes: bool = True) -> None:
        """Walk out of Wi-Fi, or back in."""
        self.context.set_offline(yes)

    @property
    def result(self) -> Locator:
        """The panel with the last result."""
        return self.page.locator("#result")

    def line(self, sku: str) -> Locator:
        """The count of an item's line."""
        return self.page.locator(f"[data-sku='{sku}'] .line__count")

    def expect_signal(self, signal: str) -> None:
        """Wait for the panel to say this."""
        expect(self.result).to_have_attribute("data-signal", signal)

    def expect_sent(self) -> None:
        """Wait until nothing waits on the device."""
        expect(self.page.locator("[data-outbox]")).to_have_attribute("data-state", "idle")
        expect(self.page.locator("[data-outbox-count]")).to_have_text("0")

    def expect_unsent(self, number: int) -> None:
        """Wait until so many scans are said to wait."""
        expect(self.page.locator("[data-outbox]")).to_have_attribute("data-state", "waiting")
        expect(self.page.locator("[data-outbox-count]")).to_have_text(str(number))

    def boxes(self, selector: str) -> list[dict[str, float]]:
        """Where all that matches is, in one look: a page that draws a part anew between two looks has neither."""
        rectangles = "all => all.map((each) => each.getBoundingClientRect().toJSON())"
        found: list[dict[str, float]] = self.page.eval_on_selector_all(selector, rectangles)
        return found

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what no element of the page shows; requests are seen meanwhile."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while not is_so():
            assert time.monotonic() < until, "it did not come"
            self.page.wait_for_timeout(50)

    def expect_kept(self) -> None:
        """Wait until this page opens without the server. (`wait_for_function` takes a promise for a yes.)"""
        self.wait_until(lambda: bool(self.page.evaluate("caches.match(location.href).then(Boolean)")))

    def close(self) -> None:
        """Put it away; whatever a script complained of fails the test."""
        self.context.close()
        assert not self.complaints, self.complaints
