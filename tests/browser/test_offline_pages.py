"""Pages open while the server is away, and what is scanned on them arrives once it is back."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.test_outbox import codes_of
from tests.support.handheld import Handheld
from tests.support.serving import Server
from tests.support.warehouse import LAMP, MUG, Warehouse


def keeping(browser: Browser, server: Server) -> Handheld:
    """Rosa's handheld with the worker in charge of its pages."""
    rosa = Handheld(browser, server.url, service_workers="allow")
    rosa.sign_in("BADGE-ROSA")
    rosa.page.evaluate("navigator.serviceWorker.ready")
    rosa.open("/receiving/PO-1001")
    return rosa


def test_a_task_opens_again_and_takes_scans(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, warehouse = own_server
    rosa = keeping(browser, server)
    server.stop()
    rosa.page.reload()
    rosa.ready()
    rosa.burst([MUG, LAMP])
    rosa.expect_unsent(2)
    expect(rosa.result).to_contain_text("Desk lamp")
    server.start()
    rosa.expect_sent()
    assert codes_of(warehouse, "PO-1001") == [MUG, LAMP]
    rosa.close()


def test_the_first_page_opens_again_also_where_it_was_opened_by_its_address(
    browser: Browser, own_server: tuple[Server, Warehouse]
) -> None:
    server, warehouse = own_server
    rosa = Handheld(browser, server.url, service_workers="allow")
    signed_in = rosa.page.context.request
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', signed_in.get(f"{server.url}/sign-in").text())
    assert token
    signed_in.post(f"{server.url}/sign-in", form={"badge": "BADGE-ROSA", "csrf_token": token[1]}, headers={"Referer": server.url})
    rosa.open("/receiving/PO-1001")
    rosa.expect_kept()
    server.stop()
    rosa.page.reload()
    rosa.ready()
    rosa.scan(MUG)
    expect(rosa.line("MUG-B")).to_contain_text("1 / 24")
    server.start()
    rosa.expect_sent()
    assert codes_of(warehouse, "PO-1001") == [MUG]
    rosa.close()


def test_a_page_that_was_reached_by_a_scan_opens_again(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, _ = own_server
    rosa = keeping(browser, server)
    rosa.open("/receiving")
    rosa.scan("PO-1001")
    expect(rosa.page.locator(".top__title")).to_contain_text("PO-1001")
    server.stop()
    rosa.page.reload()
    expect(rosa.page.locator(".top__title")).to_contain_text("PO-1001")
    rosa.close()


def test_what_was_never_seen_says_so_in_words(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, _ = own_server
    rosa = keeping(browser, server)
    server.stop()
    rosa.page.goto(server.url + "/items")
    expect(rosa.page.locator("h1")).to_have_text("The server cannot be reached")
    rosa.close()


def test_signing_out_leaves_no_pages_behind(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, _ = own_server
    rosa = keeping(browser, server)
    rosa.open("/sign-in")
    rosa.page.click("text=Sign Rosa out")
    expect(rosa.page.locator(".prompt__words")).to_have_text("Scan your badge")
    server.stop()
    rosa.page.goto(server.url + "/receiving/PO-1001")
    expect(rosa.page.locator("h1")).to_have_text("The server cannot be reached")
    rosa.close()


def test_what_is_scanned_where_no_page_is_open_is_refused_aloud(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, _ = own_server
    rosa = keeping(browser, server)
    server.stop()
    rosa.page.goto(server.url + "/items")
    rosa.burst([MUG, LAMP])
    expect(rosa.page.locator("[data-lost]")).to_contain_text(f"{LAMP} is not taken")
    expect(rosa.page.locator("[data-lost]")).to_contain_text("2 scans were not taken")
    expect(rosa.page.locator("body")).to_have_attribute("data-heard", "refused")
    rosa.close()


def test_that_page_leaves_by_itself_and_the_next_one_tells_what_was_lost(
    browser: Browser, own_server: tuple[Server, Warehouse]
) -> None:
    server, _ = own_server
    rosa = keeping(browser, server)
    server.stop()
    rosa.page.goto(server.url + "/labels")
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-lost]")).to_be_visible()
    server.start()
    expect(rosa.page.locator("[data-outbox]")).to_be_visible()
    expect(rosa.page.locator("[data-trouble]")).to_contain_text("1 scan was not taken while the server could not be reached")
    rosa.close()
