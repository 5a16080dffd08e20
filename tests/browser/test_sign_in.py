"""Who is holding the device."""

from playwright.sync_api import expect

from tests.browser.conftest import MAKE


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


def test_an_idle_device_locks_by_itself(handheld: MAKE, receipt: str) -> None:
    device = handheld("BADGE-ROSA")
    device.page.clock.install()
    device.open(f"/receiving/{receipt}")
    device.page.clock.fast_forward("11:00")
    expect(device.page.locator("h1")).to_have_text("Locked")
