"""From one order to the next by its label: what is scanned belongs to the order whose label was scanned last."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MAKE
from tests.browser.test_outbox import codes_of
from tests.warehouse import LAMP, MUG, TEE, Warehouse


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
