"""A device whose storage is full or fails says so, and loses nothing that it has."""

from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.browser.handheld import Handheld
from tests.browser.test_outbox import codes_of
from tests.warehouse import LAMP, MUG, Warehouse


def fail(device: Handheld, method: str) -> None:
    """Have the store's `add` or `put` fail, as on a full disk."""
    device.page.evaluate(
        """(method) => {
          window.working = IDBObjectStore.prototype[method];
          IDBObjectStore.prototype[method] = () => { throw new DOMException("full", "QuotaExceededError"); };
        }""",
        method,
    )


def mend(device: Handheld, method: str) -> None:
    device.page.evaluate("(method) => { IDBObjectStore.prototype[method] = window.working; }", method)


def test_a_scan_that_cannot_be_put_away_is_sent_again_once_it_can(
    handheld: MAKE, receipt: str, warehouse: Warehouse
) -> None:
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


def test_a_scan_beside_the_tasks_page_that_cannot_be_kept_is_named_and_the_next_is_taken(
    handheld: MAKE, receipt: str, warehouse: Warehouse
) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}/finish")
    fail(rosa, "add")
    rosa.scan(MUG)
    expect(rosa.page.locator("[data-trouble]")).to_contain_text(f"{MUG} was not kept")
    mend(rosa, "add")
    rosa.scan(LAMP)
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    assert codes_of(warehouse, receipt) == [LAMP]
