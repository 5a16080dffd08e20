"""Customer service at a desk and on a phone: announced by a form, matched, told by webhook, seen on every page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from itertools import count

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import MAKE
from tests.support import returned
from tests.support.handheld import Handheld
from tests.support.receivers import receiving, wait_for
from tests.support.serving import Server
from tests.support.warehouse import LAMP, MUG, Warehouse

DESK = {"width": 1280, "height": 800}
PHONES = [{"width": 360, "height": 640}, {"width": 390, "height": 844}]
LONG = "A customer with a name that is longer than anybody would believe, and-then-hyphenated-without-any-end-to-it-at-all"
_numbers = count(1)


def announced_by_form(vera: Handheld, order: str, *skus: str) -> str:
    """Announce a return on its page; gives its number."""
    vera.open("/service/announce")
    vera.page.fill("[name=order]", order)
    vera.page.fill("[name=customer]", "Jo Ng")
    for at, sku in enumerate(skus):
        vera.page.locator("[name=sku]").nth(at).fill(sku)
    vera.page.click("text=Announce it")
    vera.page.wait_for_url(re.compile(r"/service/RMA-\d+$"))
    return vera.page.url.rsplit("/", 1)[1]


def test_what_is_announced_by_form_is_found_by_its_order(handheld: MAKE) -> None:
    vera = handheld("BADGE-VERA", viewport=DESK)
    order = f"SO-F{next(_numbers)}"
    reference = announced_by_form(vera, order, LAMP, "TEE-M")
    expect(vera.page.locator(".verdict")).to_contain_text("Has not come yet")
    vera.open("/service")
    vera.page.fill("main [name=q]", order)
    vera.page.locator("main").get_by_role("button", name="Find").click()
    expect(vera.page.locator(".main-link")).to_have_text(reference)


def test_an_unannounced_return_is_matched_later(handheld: MAKE, warehouse: Warehouse) -> None:
    vera, theo = handheld("BADGE-VERA", viewport=DESK), handheld("BADGE-THEO")
    order = f"SO-M{next(_numbers)}"
    told = announced_by_form(vera, order, "SET")
    theo.open("/returns")
    theo.scan("CMD-NOPAPER")
    theo.page.wait_for_selector("#result")
    came = theo.page.url.rsplit("/", 1)[1]
    theo.burst(["SET", "CMD-VENDOR-DOA"])
    theo.expect_sent()
    vera.open(f"/service/{came}")
    expect(vera.page.locator(".verdict")).to_contain_text("Needs a decision")
    vera.page.click(f"text=It is {told}")
    expect(vera.page.locator(".verdict")).to_contain_text("Refund may go")
    vera.page.fill("[name=note] >> nth=0", "refunded")
    vera.page.click("text=Nothing more to do")
    expect(vera.page.locator("text=Take it up again")).to_be_visible()
    vera.open(f"/service/{told}")
    expect(vera.page.locator(".facts")).to_contain_text(came)
    expect(vera.page.locator("table >> nth=0")).to_contain_text("agrees")


def test_a_grade_is_told_though_the_receiver_was_down(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, warehouse = own_server
    returned.announce(warehouse, "RMA-W1", [("MUG-B", 1)])
    sam, theo = Handheld(browser, server.url, viewport=DESK), Handheld(browser, server.url)
    sam.sign_in("BADGE-SAM")
    theo.sign_in("BADGE-THEO")
    with receiving() as gone:
        port = gone.port
    sam.open("/webhooks")
    sam.page.click("text=Add an address")
    sam.page.wait_for_url("**/confirm?**")
    sam.ready()
    sam.scan("BADGE-SAM")  # a secret is handed out only to who shows the badge again
    sam.page.fill("[name=url]", f"http://127.0.0.1:{port}/hook")
    sam.page.click("text=Add it")
    secret = sam.page.locator(".secret__text").inner_text().strip()
    theo.open("/returns/RMA-W1")
    theo.burst([MUG, "CMD-DAMAGED-BROKEN"])
    theo.expect_sent()
    sam.open("/webhooks?state=waiting")
    expect(sam.page.locator(".messages")).to_contain_text("return.graded")
    with receiving(port) as receiver:
        wait_for(lambda: receiver.messages)
        message = receiver.messages[-1]
        signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert message.headers["webhook-signature"] == f"v1,{expected}"
        assert (message.data["return"], message.data["refund"]) == ("RMA-W1", "needs a decision")
        wait_for(lambda: sam.open("/webhooks") or sam.page.locator(".messages .tag--good").count())
        expect(sam.page.locator(".messages .tag--good").first).to_have_text("delivered")
        assert secret not in sam.page.content()
        came = len(receiver.messages)
        sam.page.locator("text=Send again").first.click()
        wait_for(lambda: len(receiver.messages) > came)
        assert receiver.messages[-1].id in {each.id for each in receiver.messages[:came]}
    sam.close()
    theo.close()


@pytest.mark.parametrize("phone", [*PHONES, DESK], ids=lambda phone: str(phone["width"]))
def test_no_page_is_wider_than_the_screen(handheld: MAKE, warehouse: Warehouse, phone: dict[str, int]) -> None:
    reference = f"RMA-L{next(_numbers)}"
    returned.announce(warehouse, reference, [("MUG-B", 2), ("LAMP", 1)], partner=LONG, order_ref="SO-" + "9" * 60)
    arrival = returned.come(warehouse, reference, "MUG-B", 3)
    returned.grade(warehouse, reference, "MUG-B", "damaged", 2, arrival=arrival, reason="BROKEN")
    sam = handheld("BADGE-SAM", viewport=phone)
    pages = [
        "/service", "/service?flag=overdue", f"/service/{reference}", "/service/announce", "/webhooks", "/reports/returns",
        "/reports/returns/scans?by=grade&key=damaged", "/items/MUG-B", "/items/SET",
    ]  # fmt: skip
    for path in pages:
        sam.open(path)
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= phone["width"], path


def test_what_a_finger_hits_is_56_pixels_high(handheld: MAKE, warehouse: Warehouse) -> None:
    reference = f"RMA-H{next(_numbers)}"
    returned.announce(warehouse, reference, [("MUG-B", 2)])
    sam = handheld("BADGE-SAM", viewport=PHONES[0])
    small = """() => Array.from(document.querySelectorAll("button, a.button, .input, .filter, a.bar, summary"))
      .filter((element) => element.offsetParent && !element.closest("dialog") && element.getBoundingClientRect().height < 55.5)
      .map((element) => element.outerHTML.slice(0, 80))"""
    for path in ("/service", f"/service/{reference}", "/service/announce", "/webhooks", "/reports/returns", "/items/MUG-B"):
        sam.open(path)
        assert sam.page.evaluate(small) == [], path


def test_a_bar_leads_to_the_scans_behind_it(handheld: MAKE, warehouse: Warehouse) -> None:
    reference, now = f"RMA-B{next(_numbers)}", datetime.now(UTC)
    returned.announce(warehouse, reference, [("TEE-M", 1)])
    arrival = returned.come(warehouse, reference, "TEE-M", 1, now=now)
    seq = returned.grade(warehouse, reference, "TEE-M", "scrap", arrival=arrival, reason="DIRTY", now=now)
    sam = handheld("BADGE-SAM", viewport=DESK)
    sam.open("/reports/returns?days=30")
    sam.page.click("a.bar:has-text('Dirty')")
    sam.page.click(f"text=scan {seq}")
    expect(sam.page.locator("main")).to_contain_text("TEE-M")
