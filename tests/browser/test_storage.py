"""What the device keeps, and for how long; a device whose storage is full or fails says so, and loses nothing that it has."""

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import MAKE
from tests.browser.test_outbox import codes_of
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG, TEE, Warehouse


def fail(device: Handheld, method: str, shelf: str = "") -> None:
    """Have the store's `add` or `put` fail, as on a full disk; on one shelf alone, or on all."""
    device.page.evaluate(
        """([method, shelf]) => {
          const working = IDBObjectStore.prototype[method];
          window.working = working;
          IDBObjectStore.prototype[method] = function (...given) {
            if (!shelf || this.name === shelf) {
              window.failed = true;
              throw new DOMException("full", "QuotaExceededError");
            }
            return working.apply(this, given);
          };
        }""",
        [method, shelf],
    )


def mend(device: Handheld, method: str) -> None:
    device.page.evaluate("(method) => { IDBObjectStore.prototype[method] = window.working; }", method)


def test_a_scan_that_cannot_be_put_away_is_sent_again_once_it_can(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    fail(rosa, "put")
    rosa.scan(MUG)
    rosa.expect_unsent(1)
    rosa.page.reload()
    rosa.ready()
    rosa.expect_sent()
    fail(rosa, "put")
    rosa.scan(LAMP)
    rosa.expect_unsent(1)
    mend(rosa, "put")
    rosa.expect_sent()
    assert codes_of(warehouse, receipt) == [MUG, LAMP]


def test_a_scan_that_cannot_be_kept_is_shown_as_refused(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    fail(rosa, "add")
    rosa.scan(MUG)
    rosa.expect_signal("refused")
    rosa.page.wait_for_timeout(1000)
    rosa.expect_signal("refused")
    expect(rosa.result).to_contain_text("Not kept")
    expect(rosa.page.locator("[data-hint]")).to_contain_text(MUG)
    expect(rosa.line("MUG-B")).to_have_text("0 / 24")
    expect(rosa.page.locator("[data-outbox-count]")).to_have_text("0")
    mend(rosa, "add")
    rosa.scan(LAMP)
    rosa.expect_signal("counted")
    assert codes_of(warehouse, receipt) == [LAMP]


def test_a_scan_beside_the_tasks_page_that_cannot_be_kept_is_named_and_the_next_is_taken(
    handheld: MAKE, receipt: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}/finish")
    fail(rosa, "add")
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"{MUG} was not kept")
    rosa.page.wait_for_timeout(1000)
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"{MUG} was not kept")
    mend(rosa, "add")
    rosa.scan(LAMP)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    assert codes_of(warehouse, receipt) == [LAMP]


def restored_once(device: Handheld, mark: str) -> list[str]:
    """Have the server say with each answer that it was restored; returns the codes sent, filled as they come."""
    sent: list[str] = []

    def answer(route: Route) -> None:
        body = route.request.post_data_json
        sent.extend(scan["code"] for scan in body.get("scans", [body]))
        fetched = route.fetch()
        route.fulfill(response=fetched, headers={**fetched.headers, "scanner-restored": mark})

    device.context.route(re.compile(r"/scans(/batch)?$"), answer)
    return sent


def test_a_scan_that_waited_for_days_is_still_kept_for_a_day_once_it_is_sent(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.offline()
    rosa.page.evaluate("window.now = Date.now; Date.now = () => window.now() - 3 * 24 * 3600 * 1000; 0")
    rosa.scan(MUG)
    rosa.expect_unsent(1)
    rosa.page.evaluate("Date.now = window.now; 0")
    rosa.offline(False)
    rosa.expect_sent()
    rosa.page.reload()
    rosa.ready()
    rosa.page.wait_for_timeout(1000)
    sent = restored_once(rosa, "2026-11-23T10:00:00Z")
    rosa.scan(LAMP)
    rosa.wait_until(lambda: len(sent) >= 3)
    rosa.page.wait_for_timeout(500)  # for one too many
    rosa.expect_sent()
    assert sent == [LAMP, MUG, LAMP]


def test_sending_again_after_a_restore_that_was_cut_short_starts_again(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    rosa.scan(MUG)
    rosa.expect_sent()
    sent = restored_once(rosa, "2026-11-23T11:00:00Z")
    fail(rosa, "put", "waiting")
    rosa.scan(LAMP)
    rosa.expect_signal("counted")
    rosa.wait_until(lambda: bool(rosa.page.evaluate("window.failed")))
    mend(rosa, "put")
    rosa.scan(TEE)
    rosa.wait_until(lambda: len(sent) >= 5)
    rosa.page.wait_for_timeout(500)  # for one too many
    rosa.expect_sent()
    assert sent == [LAMP, TEE, MUG, LAMP, TEE]
