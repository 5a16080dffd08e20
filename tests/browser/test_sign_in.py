"""Who is holding the device."""

from playwright.sync_api import expect

from tests.browser.conftest import GIVE_PIN, MAKE
from tests.support.warehouse import MUG, Warehouse, task_scans


def test_a_badge_signs_in_without_touching_the_screen(handheld: MAKE) -> None:
    rosa = handheld()
    rosa.open("/")
    rosa.scan("BADGE-ROSA")
    expect(rosa.page.locator(".top__person")).to_have_text("Rosa")


def test_an_unknown_badge_gets_nothing(handheld: MAKE) -> None:
    stranger = handheld()
    stranger.open("/sign-in")
    stranger.scan("BADGE-NOBODY")
    expect(stranger.page.locator(".prompt--bad")).to_contain_text("not known")
    expect(stranger.page.locator(".top__person")).to_have_count(0)


def test_a_badge_on_a_task_hands_over_in_one_scan(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.scan("BADGE-SAM")
    expect(device.page.locator(".top__person")).to_have_text("Sam")
    expect(device.page.locator(".top__title")).to_contain_text(receipt)


def test_a_badge_hands_over_on_any_page(handheld: MAKE) -> None:
    device = handheld("BADGE-SAM")
    device.open("/progress")
    device.scan("BADGE-ROSA")
    expect(device.page.locator(".top__person")).to_have_text("Rosa")


def test_a_locked_device_opens_with_a_badge(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.page.evaluate(
        """fetch(document.body.dataset.lock, {
          method: "POST", headers: {"X-CSRFToken": document.querySelector("meta[name=csrf-token]").content},
        })"""
    )
    device.page.wait_for_timeout(300)
    device.open(f"/receiving/{receipt}")
    expect(device.page.locator("h1")).to_have_text("Locked")
    device.scan("BADGE-ROSA")
    expect(device.page.locator(".top__title")).to_contain_text(receipt)


def test_a_page_that_was_locked_meanwhile_asks_for_a_badge_and_then_learns_of_its_scan(
    handheld: MAKE, receipt: str, warehouse: Warehouse
) -> None:
    device = handheld("BADGE-ROSA", receipt)
    device.page.evaluate(
        """fetch(document.body.dataset.lock, {
          method: "POST", headers: {"X-CSRFToken": document.querySelector("meta[name=csrf-token]").content},
        }).then(() => 1)"""
    )
    device.scan(MUG)
    expect(device.page.locator("h1")).to_have_text("Locked")
    device.scan("BADGE-ROSA")
    expect(device.page.locator(".top__title")).to_contain_text(receipt)
    device.expect_sent()
    with warehouse.database.read() as session:
        assert [scan.code for scan in task_scans(session, receipt)] == [MUG]


def test_an_idle_device_locks_by_itself(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA")
    device.page.clock.install()
    device.open(f"/receiving/{receipt}")
    device.page.clock.fast_forward("11:00")
    expect(device.page.locator("h1")).to_have_text("Locked")


def test_a_badge_is_shown_again_by_one_scan_and_leads_on(handheld: MAKE) -> None:
    sam = handheld("BADGE-SAM")
    sam.open("/labels?group=badges")
    expect(sam.page.locator(".prompt__words")).to_have_text("Scan your badge again")
    sam.scan("BADGE-ROSA")
    expect(sam.page.locator(".prompt--bad")).to_contain_text("not the badge of Sam")
    sam.scan("BADGE-SAM")
    expect(sam.page.locator(".labels")).to_contain_text("BADGE-ROSA")
    expect(sam.page.locator(".top__person")).to_have_text("Sam")


def test_a_pin_is_given_again_as_fast_as_a_scanner_types(handheld: MAKE, pin_of: GIVE_PIN) -> None:
    pin, carla = pin_of("Carla"), handheld()
    carla.open("/sign-in")
    carla.scan("BADGE-CARLA")
    expect(carla.page.locator("[data-pin]")).to_be_visible()
    carla.scan(pin)
    expect(carla.page.locator(".top__person")).to_have_text("Carla")
    carla.open("/confirm?next=/sessions")
    expect(carla.page.locator("[data-pin]")).to_be_visible()
    carla.scan(pin)
    expect(carla.page.locator("main h2")).to_have_text("Signed in on")
    expect(carla.page.locator(".notice")).to_contain_text("five minutes")


def test_a_device_that_was_signed_out_from_the_list_keeps_its_scans(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    lost = handheld("BADGE-ROSA", receipt)
    lost.offline()
    lost.scan(MUG)
    lost.expect_unsent(1)
    sam = handheld("BADGE-SAM")
    rosa = warehouse.operators["Rosa"]
    sam.open(f"/people/{rosa.id}/sessions")
    while (button := sam.page.get_by_role("button", name="Sign this device out").first).count():
        button.click()
    lost.offline(False)
    lost.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(lost.page.locator("[data-outbox-words]")).to_have_text("sign in to send")
    lost.open(f"/receiving/{receipt}")
    lost.scan("BADGE-ROSA")
    lost.expect_sent()
    assert warehouse.lines(receipt)[0] == ("MUG-B", 1)
