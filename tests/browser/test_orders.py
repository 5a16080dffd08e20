"""From one order to the next by its label: what is scanned belongs to the order whose label was scanned last."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import MAKE
from tests.browser.test_outbox import codes_of
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG, MUG_CASE, TEE, Warehouse, task_scans


@pytest.fixture
def other(receipt: str, warehouse: Warehouse) -> str:
    """A second open receipt: 24 mugs, 6 lamps."""
    reference = f"{receipt}-B"
    warehouse.add_receipt(reference, [("MUG-B", 24), ("LAMP", 6)])
    return reference


def test_offline_one_may_go_to_another_order_and_come_back(
    handheld: MAKE, receipt: str, other: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.burst([MUG, other, LAMP, receipt, TEE, MUG])
    rosa.expect_unsent(6)
    rosa.offline(False)
    rosa.expect_sent()
    assert warehouse.lines(receipt) == [("MUG-B", 2), ("LAMP", 0), ("TEE-M", 1)]
    assert warehouse.lines(other) == [("MUG-B", 0), ("LAMP", 1)]
    assert codes_of(warehouse, receipt) == [MUG, other, TEE, MUG]
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")


def test_an_order_that_came_after_the_page_opens_by_its_label(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    warehouse.add_receipt(f"{receipt}-LATE", [("LAMP", 6)])
    rosa.scan(f"{receipt}-LATE")
    expect(rosa.page.locator(".top__title")).to_contain_text(f"{receipt}-LATE")
    rosa.scan(LAMP)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")


def test_the_label_of_a_task_of_another_kind_opens_it_and_the_way_back_too(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan("MOVES")
    expect(rosa.page).to_have_url(re.compile(r"/moves/MOVES$"))
    rosa.scan(receipt)
    expect(rosa.page).to_have_url(re.compile(rf"/receiving/{receipt}$"))


def halfway(device: Handheld, label: str) -> list[Route]:
    """Scan an order's label; returns the request for its page, which hangs."""
    hanging: list[Route] = []
    device.context.route("**/open*", lambda route: hanging.append(route))
    with device.page.expect_request("**/open*"):
        device.scan(label)
    return hanging


def test_what_is_scanned_while_the_next_order_does_not_open_is_kept_for_it(
    handheld: MAKE, receipt: str, other: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    hanging = halfway(rosa, other)
    rosa.burst([MUG, LAMP, MUG])
    rosa.offline()
    hanging[0].abort()
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"kept on this device for {other}")
    rosa.expect_unsent(3)
    rosa.context.unroute_all()
    rosa.offline(False)
    expect(rosa.page.locator(".top__title")).to_contain_text(other)
    rosa.expect_sent()
    assert codes_of(warehouse, other) == [MUG, LAMP, MUG]
    assert codes_of(warehouse, receipt) == [other]


def test_a_reload_while_the_next_order_opens_loses_no_scan(
    handheld: MAKE, receipt: str, other: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    halfway(rosa, other)
    rosa.burst([MUG, LAMP, MUG])
    expect(rosa.page.locator("[data-outbox-count]")).to_have_text("3")
    rosa.page.reload()
    rosa.ready()
    rosa.expect_sent()
    assert codes_of(warehouse, other) == [MUG, LAMP, MUG]


def test_a_page_whose_styles_never_come_opens_all_the_same(handheld: MAKE, receipt: str) -> None:
    """The network went after the page had come and before its styles had: no scan may wait for them."""
    rosa = handheld("BADGE-ROSA")
    rosa.open("/receiving")
    rosa.context.route("**/css/scans/*.css", lambda route: None)  # no answer at all
    rosa.burst([receipt, MUG])
    expect(rosa.page.locator(".top__title")).to_contain_text(receipt)
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


NEVER_STORED = """if (localStorage.getItem("never")) {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...wanted) {
    const request = open.apply(this, wanted);
    request.addEventListener("success", (event) => event.stopImmediatePropagation());
    return request;
  };
}"""
"""The device does not come to storing anything while it says so."""


def test_a_reload_before_the_scans_are_stored_loses_none(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.context.add_init_script(NEVER_STORED)
    rosa.page.evaluate("localStorage.setItem('never', '1')")
    rosa.page.reload()
    rosa.ready()
    rosa.burst([MUG, LAMP, MUG])
    expect(rosa.page.locator("[data-outbox-count]")).to_have_text("3")
    rosa.page.evaluate("localStorage.removeItem('never')")
    rosa.page.reload()
    rosa.ready()
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP, MUG]
    assert rosa.page.evaluate("sessionStorage.getItem('scanner.taken')") == "[]"


def test_what_is_scanned_while_the_next_order_opens_is_shown_on_its_page(
    handheld: MAKE, receipt: str, other: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    hanging = halfway(rosa, other)
    rosa.burst(["CMD-QTY-4", LAMP, MUG])
    hanging[0].continue_()
    expect(rosa.page.locator(".top__title")).to_contain_text(other)
    expect(rosa.line("LAMP")).to_have_text("4 / 6")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    rosa.expect_sent()
    assert codes_of(warehouse, other) == [LAMP, MUG]


def test_what_is_scanned_after_a_badge_is_the_new_persons(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    device = handheld("BADGE-ROSA", receipt)
    hanging: list[Route] = []
    device.context.route("**/sign-in", lambda route: hanging.append(route))
    with device.page.expect_request("**/sign-in"):
        device.scan("BADGE-SAM")
    device.burst([MUG, LAMP])
    hanging[0].continue_()
    expect(device.line("LAMP")).to_have_text("1 / 6")
    device.expect_sent()
    with warehouse.database.read() as session:
        assert [scan.operator for scan in task_scans(session, receipt)] == ["Sam", "Sam"]


def test_a_server_with_newer_scripts_costs_no_scan(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.page.evaluate("document.querySelector('script[type=module]').setAttribute('src', '/static/older/js/main.js')")
    hanging: list[Route] = []
    rosa.context.route(
        f"**/receiving/{receipt}",
        lambda route: hanging.append(route) if route.request.is_navigation_request() else route.continue_(),
    )
    with rosa.page.expect_request(lambda request: request.is_navigation_request() and request.url.endswith(receipt)):
        rosa.scan(receipt)
    rosa.burst([MUG, LAMP])
    hanging[0].continue_()
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP]


def finishing(device: Handheld, receipt: str) -> list[Route]:
    """Receive all of a receipt and finish it; returns the request for what the page then shows, which hangs."""
    device.burst([MUG_CASE, MUG_CASE] + [LAMP] * 6 + [TEE] * 3)
    device.expect_sent()
    hanging: list[Route] = []
    device.context.route(f"**/receiving/{receipt}", lambda route: hanging.append(route))
    with device.page.expect_request(f"**/receiving/{receipt}"):
        device.scan("CMD-DONE")
    return hanging


def test_the_next_order_may_be_scanned_while_the_last_one_is_being_finished(
    handheld: MAKE, receipt: str, other: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    hanging = finishing(rosa, receipt)
    rosa.burst([other, LAMP])
    hanging[0].continue_()
    expect(rosa.page.locator(".top__title")).to_contain_text(other)
    rosa.expect_sent()
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    assert codes_of(warehouse, other) == [LAMP]


def test_goods_scanned_while_an_order_is_being_finished_are_refused_aloud(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    hanging = finishing(rosa, receipt)
    rosa.scan(MUG)
    hanging[0].continue_()
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"{receipt} is finished")
    expect(rosa.page.locator("body")).to_have_attribute("data-heard", "refused")
