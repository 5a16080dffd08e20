"""A badge, and what is scanned before its owner has taken over: none of it is another person's, and none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import MAKE
from tests.browser.test_offline_people import names_of
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG, Warehouse


@contextmanager
def held_up(device: Handheld, waiting: int) -> Iterator[list[Request]]:
    """No scan reaches the server before so many wait. Gives the requests of signing in, also those that come later."""
    hanging: list[Route] | None = []
    asked: list[Request] = []

    def hold(route: Route) -> None:
        if hanging is None:
            route.continue_()
        else:
            hanging.append(route)

    device.page.on("request", lambda sent: asked.append(sent) if sent.url.endswith("/sign-in") else None)
    device.page.route(re.compile("/scans(/batch)?$"), hold)
    yield asked
    expect(device.page.locator("[data-outbox-count]")).to_have_text(str(waiting))
    device.wait_until(lambda: bool(hanging))
    waits, hanging = hanging, None
    for route in waits or ():
        route.continue_()


def scan_at_once(device: Handheld, codes: Sequence[str]) -> list[Request]:
    """Scan all before the server has answered to the first."""
    with held_up(device, len(codes)) as asked:
        device.burst(codes)
    return asked


def test_of_two_badges_in_one_moment_the_last_one_wins(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA", receipt)
    asked = scan_at_once(device, ["BADGE-SAM", "BADGE-ROSA", MUG])
    expect(device.line("MUG-B")).to_have_text("1 / 24")
    device.expect_sent()
    expect(device.page.locator(".top__person")).to_have_text("Rosa")
    assert ["BADGE-ROSA" in (each.post_data or "") for each in asked] == [True]


NOBODYS = "Not recorded: {}. It came after another person's badge."


def expect_set_aside(device: Handheld, *codes: str) -> None:
    """Wait until these are set aside, and nothing else."""
    expect(device.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")
    device.page.click("[data-outbox]")
    expect(device.page.locator("[data-aside-list] li")).to_contain_text(list(codes))
    device.page.keyboard.press("Escape")
    expect(device.page.locator("[data-aside-list]")).to_be_hidden()


@pytest.mark.parametrize("codes", [(LAMP,), (LAMP, MUG)])
def test_what_follows_a_badge_at_once_is_nobodys_and_the_next_page_says_so(
    handheld: MAKE, receipt: str, warehouse: Warehouse, codes: tuple[str, ...]
) -> None:  # fmt: skip
    device = handheld("BADGE-ROSA", receipt)
    scan_at_once(device, [MUG, "BADGE-SAM", *codes])
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    expect(device.page.locator("[data-trouble]")).to_contain_text(NOBODYS.format(", ".join(codes)))
    expect_set_aside(device, *codes)
    assert names_of(warehouse, receipt) == [(MUG, "Rosa")]
    device.scan(LAMP)
    device.wait_until(lambda: names_of(warehouse, receipt) == [(MUG, "Rosa"), (LAMP, "Sam")])
    expect(device.page.locator("[data-trouble]")).to_be_hidden()  # the scans are set aside still, and the top says so
    expect(device.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")


SCAN_AS_NOTHING_WAITS = """
(code) => {
  const real = IDBObjectStore.prototype.getAll;
  const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  IDBObjectStore.prototype.getAll = function (...asked) {
    const request = real.apply(this, asked);
    if (this.name === "waiting") request.addEventListener("success", () => {
      if (request.result.length) return;
      IDBObjectStore.prototype.getAll = real;
      [...code, "Enter"].forEach(press);
    });
    return request;
  };
}
"""


def test_in_the_very_moment_of_the_answer_it_is_nobodys_too(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.page.evaluate(SCAN_AS_NOTHING_WAITS, MUG)
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    expect_set_aside(device, MUG)
    assert names_of(warehouse, receipt) == []


@pytest.mark.parametrize("first", [(), (LAMP,)])
def test_what_is_typed_while_the_owner_signs_in_is_nobodys(
    handheld: MAKE, receipt: str, warehouse: Warehouse, first: tuple[str, ...]
) -> None:  # fmt: skip
    device = handheld("BADGE-ROSA", receipt)
    hanging: list[Route] = []
    device.page.route("**/sign-in", lambda route: hanging.append(route))
    device.scan("BADGE-SAM")
    device.wait_until(lambda: bool(hanging))
    device.page.click("[data-open-sheet=type]")
    for code in (*first, MUG):
        device.page.fill("[data-typed] input[name=code]", code)
        device.page.click("[data-typed] button")
    hanging[0].continue_()
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    expect_set_aside(device, *first, MUG)
    device.scan(LAMP)
    device.wait_until(lambda: names_of(warehouse, receipt) == [(LAMP, "Sam")])


def test_without_an_answer_to_the_badge_nothing_goes_on_record(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    hanging: list[Route] = []
    device.page.route("**/sign-in", lambda route: hanging.append(route))
    scan_at_once(device, ["BADGE-SAM", LAMP])
    device.wait_until(lambda: bool(hanging))
    device.burst([MUG, LAMP])
    hanging[0].abort()
    expect(device.page.locator("[data-trouble]")).to_contain_text("Rosa is still signed in. Scan the badge again.")
    expect(device.page.locator("[data-hint]")).to_contain_text(NOBODYS.format(f"{LAMP}, {MUG}, {LAMP}"))
    expect_set_aside(device, LAMP, MUG, LAMP)
    assert names_of(warehouse, receipt) == []
    device.scan(MUG)
    device.wait_until(lambda: names_of(warehouse, receipt) == [(MUG, "Rosa")])


@pytest.mark.parametrize("again", [True, False])
def test_what_is_written_goes_before(handheld: MAKE, receipt: str, warehouse: Warehouse, again: bool) -> None:
    device = handheld("BADGE-ROSA", receipt)
    with held_up(device, 2):
        device.burst(["BADGE-SAM", MUG])
        device.page.click("[data-open-sheet=type]")
        device.page.fill("[data-typed] input[name=code]", LAMP)
    expect(device.page.locator("[data-trouble]")).to_contain_text("the badge was not taken")
    expect(device.page.locator("[data-hint]")).to_contain_text(NOBODYS.format(MUG))
    if again:
        device.page.click("[data-trouble] button")
        expect(device.page.locator(".top__person")).to_have_text("Sam")
    else:
        device.page.click("[data-typed] button")
    device.wait_until(lambda: names_of(warehouse, receipt) == ([] if again else [(LAMP, "Rosa")]))
    expect_set_aside(device, MUG)
