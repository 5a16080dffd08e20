"""What is scanned is recorded, once and in order, whatever the network does."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.serving import Server
from tests.support.warehouse import LAMP, MUG, TEE, Warehouse, task_scans


def codes_of(warehouse: Warehouse, reference: str) -> list[str]:
    with warehouse.database.read() as session:
        return [scan.code for scan in reversed(task_scans(session, reference, limit=200))]


def test_offline_in_mid_burst_everything_arrives_once_and_in_order(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    codes = [MUG, LAMP, MUG, TEE, MUG, MUG, LAMP, MUG, TEE, MUG]
    rosa.burst(codes[:4])
    rosa.offline()
    rosa.burst(codes[4:])
    rosa.expect_signal("kept")
    rosa.offline(False)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == codes


def test_no_answer_is_never_shown_as_a_refusal(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.scan(MUG)
    rosa.expect_signal("kept")
    rosa.expect_unsent(1)
    expect(rosa.result).to_contain_text("Kept on this device")
    expect(rosa.result).to_contain_text("of 24")
    rosa.offline(False)
    rosa.expect_signal("counted")


def test_unsent_scans_survive_a_reload(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.context.route("**/scans*", lambda route: route.abort())
    rosa.context.route("**/scans/batch", lambda route: route.abort())
    rosa.burst([MUG, LAMP, TEE])
    rosa.expect_unsent(3)
    rosa.page.reload()
    rosa.ready()
    rosa.expect_unsent(3)
    rosa.context.unroute_all()
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP, TEE]


def test_a_lost_answer_counts_once(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()
        return route.abort()

    rosa.context.route("**/scans", lose_the_first_answer)
    rosa.scan(MUG)
    rosa.expect_sent()
    assert lost and codes_of(warehouse, receipt) == [MUG]


@pytest.mark.parametrize("milliseconds", [300, 3000])
def test_a_slow_network_keeps_the_order(handheld: MAKE, receipt: str, warehouse: Warehouse, milliseconds: int) -> None:
    rosa = handheld("BADGE-ROSA", receipt)

    def slowly(route: Route) -> None:
        rosa.page.wait_for_timeout(milliseconds)
        route.continue_()

    rosa.context.route("**/scans", slowly)
    rosa.context.route("**/scans/batch", slowly)
    codes = [MUG, LAMP, TEE, MUG, LAMP]
    rosa.burst(codes)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == codes


def test_scans_stay_their_scanners_after_a_hand_over(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.context.route("**/scans", lambda route: route.abort())
    device.scan(MUG)
    device.expect_unsent(1)
    device.open("/sign-in")
    device.context.unroute_all()
    device.page.evaluate("indexedDB.databases && 0")
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    device.expect_sent()
    with warehouse.database.read() as session:
        assert [scan.operator for scan in task_scans(session, receipt)] == ["Rosa"]


def test_what_can_never_be_recorded_is_set_aside_with_the_reason(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan(MUG)
    rosa.paste("x" * 4_297)  # keys would take so long that a busy machine might part them
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")
    rosa.page.click("[data-outbox]")
    expect(rosa.page.locator("[data-aside-list]")).to_contain_text("at most 4,296 characters")
    rosa.page.click("text=Put away")
    expect(rosa.page.locator("[data-outbox]")).to_have_attribute("data-state", "idle")
    assert codes_of(warehouse, receipt) == [MUG, MUG]


def test_a_restarted_server_gets_what_waited(browser: Browser, own_server: tuple[Server, Warehouse]) -> None:
    server, warehouse = own_server
    rosa = Handheld(browser, server.url)
    rosa.sign_in("BADGE-ROSA")
    rosa.open("/receiving/PO-1001")
    server.stop()
    rosa.burst([MUG, LAMP])
    rosa.expect_unsent(2)
    server.start()
    rosa.expect_sent()
    rosa.close()
    assert codes_of(warehouse, "PO-1001") == [MUG, LAMP]


def test_what_a_restored_server_forgot_is_sent_again_once(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.burst([MUG, LAMP, TEE])
    rosa.expect_sent()
    sent: list[dict[str, Any]] = []

    def restored(route: Route) -> None:
        body = route.request.post_data_json
        sent.extend(body.get("scans", [body]))
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "scanner-restored": "2026-11-23T10:00:00Z"})

    rosa.context.route("**/scans", restored)
    rosa.context.route("**/scans/batch", restored)
    rosa.scan(MUG)
    rosa.wait_until(lambda: len(sent) >= 5)
    rosa.page.wait_for_timeout(500)  # for one too many
    rosa.expect_sent()
    assert [scan["code"] for scan in sent] == [MUG, MUG, LAMP, TEE, MUG]
    assert codes_of(warehouse, receipt) == [MUG, LAMP, TEE, MUG]


def test_two_devices_on_one_receipt_lose_no_count(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa, sam = handheld("BADGE-ROSA", receipt), handheld("BADGE-SAM", receipt)
    for _ in range(6):
        rosa.scan(MUG)
        sam.burst([MUG, MUG])
    rosa.expect_sent()
    sam.expect_sent()
    assert dict(warehouse.lines(receipt))["MUG-B"] == 18


def test_two_tabs_of_one_device_send_in_order(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    other = rosa.context.new_page()
    other.goto(rosa.page.url)
    other.wait_for_selector("[data-catcher]", state="attached")
    rosa.scan(MUG)
    other.keyboard.type(LAMP)
    other.keyboard.press("Enter")
    expect(other.locator("#result")).to_contain_text("Desk lamp")
    rosa.expect_sent()
    assert sorted(codes_of(warehouse, receipt)) == sorted([MUG, LAMP])


def test_a_captive_portal_is_no_answer(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    portal = "<html><body>Welcome to the guest Wi-Fi</body></html>"
    rosa.context.route("**/scans", lambda route: route.fulfill(status=200, content_type="text/html", body=portal))
    rosa.scan(MUG)
    rosa.expect_unsent(1)
    rosa.context.unroute_all()
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG]


def test_a_proxys_error_page_sets_nothing_aside(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.context.route("**/scans", lambda route: route.fulfill(status=404, content_type="text/html", body="no upstream"))
    rosa.scan(MUG)
    rosa.expect_unsent(1)
    rosa.context.unroute_all()
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG]


def test_signed_out_meanwhile_keeps_scans_until_somebody_signs_in(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.context.clear_cookies(name="scanner")
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-outbox]")).to_have_attribute("data-state", "signed-out")
    rosa.page.click("[data-outbox]")
    rosa.page.click("[data-outbox-sign-in]")
    expect(rosa.page.locator(".prompt__words")).to_have_text("Scan your badge")
    rosa.ready()
    rosa.scan("BADGE-ROSA")
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG]


def test_finishing_waits_for_what_is_not_sent(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.context.route("**/scans", lambda route: route.abort())
    rosa.scan(LAMP)
    rosa.expect_unsent(1)
    rosa.open(f"/receiving/{receipt}/finish")
    expect(rosa.page.locator("[data-unsent-warning]")).to_be_visible()
    expect(rosa.page.locator("[data-finish] button")).to_be_disabled()
    rosa.context.unroute_all()
    expect(rosa.page.locator("[data-finish] button")).to_be_enabled()
    expect(rosa.page.locator("tr:has-text('Desk lamp')")).to_contain_text("5")


def test_what_could_not_count_offline_is_named_when_it_is_sent(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.burst([MUG, "nobody-knows-this", LAMP])
    rosa.paste("x" * 4_297)
    rosa.expect_unsent(4)
    rosa.offline(False)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.page.locator("[data-hint]")).to_contain_text("nobody-knows-this")
    expect(rosa.page.locator("[data-outbox]")).to_have_attribute("data-state", "aside")


def test_a_scan_on_which_the_program_fails_holds_up_nobody_and_can_be_sent_again(
    handheld: MAKE, receipt: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    tries: list[str] = []

    def fail(route: Route) -> None:
        if LAMP not in (route.request.post_data or ""):
            route.continue_()
            return
        tries.append(route.request.url)
        words = "This is a fault of the program, number 12ab34cd: tell who looks after it."
        route.fulfill(status=500, json={"error": {"code": "fault", "message": words}})

    rosa.context.route("**/scans", fail)
    rosa.burst([LAMP, MUG])
    rosa.expect_signal("counted")
    assert (codes_of(warehouse, receipt), len(tries)) == ([MUG], 3)
    rosa.context.unroute_all()
    rosa.page.locator("[data-outbox]").click()
    expect(rosa.page.locator("[data-aside-list]")).to_contain_text("number 12ab34cd")
    rosa.page.get_by_role("button", name="Send again").click()
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP]
