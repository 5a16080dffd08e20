"""Whose pages open without the server, and what is scanned on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import MAKE
from tests.browser.test_outbox import codes_of
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG, TEE, Warehouse, task_scans


@pytest.fixture
def keeper(handheld: MAKE) -> Callable[..., Handheld]:
    """Makes handhelds whose worker has the pages of a receipt, the list and home."""

    def make(badge: str, reference: str) -> Handheld:
        device = handheld(badge, service_workers="allow")
        device.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        for path in ("/", "/receiving", f"/receiving/{reference}"):
            device.open(path)
        return device

    return make


def opened_offline(device: Handheld, path: str) -> str:
    device.offline()
    device.page.goto(device.url + path)
    return device.page.locator("body").inner_text()


def test_offline_scans_of_an_opened_page_arrive_in_order(keeper: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = keeper("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.page.reload()
    rosa.ready()
    rosa.burst([MUG, LAMP, TEE])
    rosa.expect_signal("kept")
    rosa.expect_unsent(3)
    rosa.offline(False)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP, TEE]


@pytest.mark.parametrize("path", ["/", "/receiving", "/receiving/{receipt}"])
def test_after_a_hand_over_the_person_before_is_not_shown(keeper: MAKE, receipt: str, path: str) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    assert "Rosa" not in opened_offline(device, path.format(receipt=receipt))


def test_a_scan_on_a_page_opened_after_a_hand_over_is_the_new_persons(keeper: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.open("/receiving")
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    device.offline()
    device.page.goto(f"{device.url}/receiving/{receipt}")
    if device.page.locator("[data-catcher]").count():
        device.scan(MUG)
        device.page.wait_for_timeout(500)
    device.offline(False)
    device.open(f"/receiving/{receipt}")
    device.expect_sent()
    with warehouse.database.read() as session:
        assert {scan.operator for scan in task_scans(session, receipt)} <= {"Sam"}


def test_a_locked_device_opens_nothing(keeper: MAKE, receipt: str) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.page.clock.install()
    device.open(f"/receiving/{receipt}")
    device.page.clock.fast_forward("11:00")
    expect(device.page.locator("h1")).to_have_text("Locked")
    device.page.wait_for_timeout(300)
    assert "Rosa" not in opened_offline(device, f"/receiving/{receipt}")


def test_a_stale_token_of_a_kept_page_is_renewed(keeper: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = keeper("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.page.reload()
    rosa.ready()
    rosa.page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'from-before'")
    rosa.burst([MUG, LAMP, TEE])
    rosa.expect_unsent(3)
    rosa.offline(False)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP, TEE]


@pytest.mark.parametrize("path", ["/receiving/{receipt}/finish", "/progress", "/data", "/items"])
def test_what_needs_the_server_says_so_and_how_much_waits(keeper: MAKE, receipt: str, path: str) -> None:
    device = keeper("BADGE-SAM", receipt)
    asked = path.format(receipt=receipt)
    device.page.goto(device.url + asked)
    device.open(f"/receiving/{receipt}")
    device.offline()
    device.burst([MUG, LAMP])
    device.expect_unsent(2)
    words = opened_offline(device, asked)
    assert "cannot be reached" in words
    assert "2 scans wait" in words
    assert receipt in words


def test_the_kept_page_has_its_content_policy(keeper: MAKE, receipt: str) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.open("/receiving")
    device.scan(receipt)
    expect(device.page.locator(".top__title")).to_contain_text(receipt)
    device.expect_kept()
    device.offline()
    answer = device.page.reload()
    assert answer is not None
    assert "default-src 'self'" in answer.headers.get("content-security-policy", "")


def test_a_proxys_error_page_does_not_hide_the_kept_one(keeper: MAKE, receipt: str) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.context.route(f"**/receiving/{receipt}", lambda route: route.fulfill(status=502, body="no upstream"))
    device.page.goto(f"{device.url}/receiving/{receipt}")
    expect(device.page.locator(".top__title")).to_contain_text(receipt)


def test_a_task_that_was_only_ever_scanned_open_opens_again(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", service_workers="allow")
    rosa.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    rosa.scan(receipt)
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)
    rosa.offline()
    rosa.page.reload()
    rosa.ready()
    rosa.burst([MUG, LAMP, TEE])
    rosa.expect_unsent(3)
    rosa.offline(False)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP, TEE]


def test_the_new_persons_own_page_opens_after_a_hand_over(keeper: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = keeper("BADGE-ROSA", receipt)
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    device.offline()
    device.page.reload()
    device.ready()
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    device.scan(MUG)
    device.expect_unsent(1)
    device.offline(False)
    device.expect_sent()
    with warehouse.database.read() as session:
        assert [scan.operator for scan in task_scans(session, receipt)] == ["Sam"]


def test_a_page_that_a_scan_leads_to_comes_from_the_device(keeper: MAKE, receipt: str) -> None:
    rosa = keeper("BADGE-ROSA", receipt)
    rosa.offline()
    status = rosa.page.evaluate("fetch('/receiving', {headers: {Accept: 'text/html'}}).then((answer) => answer.status)")
    assert status == 200
    with pytest.raises(Error):
        rosa.page.evaluate("fetch('/receiving').then((answer) => answer.status)")  # a token is asked of the server alone


def names_of(warehouse: Warehouse, reference: str) -> list[tuple[str, str]]:
    with warehouse.database.read() as session:
        return [(scan.code, scan.operator) for scan in reversed(list(task_scans(session, reference)))]


def kept(device: Handheld, *codes: str) -> None:
    """Scan out of the Wi-Fi."""
    device.offline()
    device.burst(codes)
    device.expect_unsent(len(codes))


def test_a_badge_without_the_network_says_that_nobody_took_over(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    kept(device, MUG, "BADGE-SAM")
    expect(device.result).to_contain_text("No network: you are still Rosa")
    expect(device.result).to_contain_text("Scan your badge again once the network is back")
    device.scan(LAMP)
    expect(device.result).to_contain_text("counts only if it was your own")


def test_what_is_scanned_after_it_is_nobodys_until_a_person_says_so(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    kept(device, MUG, "BADGE-SAM", LAMP, TEE)
    device.offline(False)
    expect(device.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")
    expect(device.page.locator("[data-trouble]")).to_contain_text("Rosa is still signed in")
    expect(device.page.locator("[data-hint]")).to_contain_text(f"Not recorded: {LAMP}, {TEE}. It came after another")
    expect(device.page.locator(".top__person")).to_have_text("Rosa")
    assert names_of(warehouse, receipt) == [(MUG, "Rosa")]
    device.page.click("[data-outbox]")
    device.page.click("[data-aside-list] button:has-text('Send again') >> nth=0")
    expect(device.line("LAMP")).to_have_text("1 / 6")
    device.wait_until(lambda: names_of(warehouse, receipt) == [(MUG, "Rosa"), (LAMP, "Rosa")])


def test_one_scan_after_a_badge_is_nobodys_too(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    kept(device, "BADGE-SAM", LAMP)
    device.offline(False)
    expect(device.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")
    assert names_of(warehouse, receipt) == []


def test_the_last_badge_wins(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    kept(device, "BADGE-PIA", TEE, "BADGE-ROSA", MUG)
    device.offline(False)
    expect(device.line("MUG-B")).to_have_text("1 / 24")
    expect(device.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")
    expect(device.page.locator(".top__person")).to_have_text("Rosa")
    assert names_of(warehouse, receipt) == [(MUG, "Rosa")]


def test_a_badge_that_was_sent_is_not_kept_on_the_device(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.burst([MUG, "BADGE-SAM"])
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    stored = device.page.evaluate("""() => new Promise((resolve) => {
      const opened = indexedDB.open("scanner");
      opened.onsuccess = () => {
        const found = opened.result.transaction("sent").objectStore("sent").getAll();
        found.onsuccess = () => resolve(found.result.map(({ scan }) => scan.code));
      };
    })""")
    assert stored == [MUG]
