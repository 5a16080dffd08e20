"""However long answers take, a burst arrives whole, once and in order."""

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import MAKE
from tests.browser.test_outbox import codes_of
from tests.support.warehouse import LAMP, MUG, TEE, Warehouse


@pytest.mark.parametrize("milliseconds", [0, 300, 3000])
def test_a_burst_of_twenty_arrives_once_and_in_order(
    handheld: MAKE, receipt: str, warehouse: Warehouse, milliseconds: int
) -> None:
    rosa = handheld("BADGE-ROSA", receipt)

    def late(route: Route) -> None:
        rosa.page.wait_for_timeout(milliseconds)
        route.continue_()

    rosa.context.route("**/scans", late)
    rosa.context.route("**/scans/batch", late)
    codes = [MUG, LAMP, MUG, TEE, MUG] * 4
    rosa.burst(codes)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == codes


NETWORK_BACK_AS_A_TRY_ENDS = """
() => {
  const real = window.fetch;
  window.fetch = () => Promise.reject(new TypeError("no network"));
  let failed = false;
  const watch = new MutationObserver((records) => {
    if (!failed) { failed = records.some((record) => record.attributeName === "data-state"); return; }
    watch.disconnect();
    window.fetch = real;
    window.dispatchEvent(new Event("online"));
  });
  const status = document.querySelector("[data-outbox]");
  watch.observe(status, { attributes: true, attributeFilter: ["data-state"], childList: true, subtree: true });
}
"""


def test_a_network_that_is_back_just_as_a_try_ends_is_not_missed(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.page.evaluate(NETWORK_BACK_AS_A_TRY_ENDS)
    rosa.scan(MUG)
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG]
