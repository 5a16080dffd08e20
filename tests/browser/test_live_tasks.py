"""What others do on a return and on an order shows on its page without a touch, and takes nothing out of anybody's hands."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import update

from scanner.scans.tables import Task
from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.orders import add_order, add_shelves, cancel, stock_up
from tests.support.warehouse import LAMP, MUG, Warehouse

JAR, PAN = "JAR", "PAN"
"""Items that no other module of tests knows."""
_numbers = count(1)


@pytest.fixture(scope="module")
def stocked(served: tuple[object, Warehouse]) -> Warehouse:
    """Jars on Q-01-1, pans on Q-01-2, as many as all these tests pick."""
    warehouse = served[1]
    add_shelves(warehouse, ["Q-01-1", "Q-01-2"], section="Q-01")
    warehouse.add_items([JAR, PAN])
    stock_up(warehouse, "Q-01-1", JAR, 99)
    stock_up(warehouse, "Q-01-2", PAN, 99)
    return warehouse


@pytest.fixture
def order(stocked: Warehouse) -> str:
    """2 jars and a pan."""
    reference = f"LIVE-T{next(_numbers)}"
    add_order(stocked, reference, [(JAR, 2), (PAN, 1)])
    return reference


@pytest.fixture
def rma(warehouse: Warehouse) -> str:
    """Two mugs and a lamp are to come back."""
    reference = f"RMA-L{next(_numbers)}"
    warehouse.add_return(reference, [("MUG-B", 2), ("LAMP", 1)], f"SO-{reference}")
    return reference


def on(device: Handheld, path: str) -> Handheld:
    device.open(path)
    return device


def by_other(warehouse: Warehouse, task: str, *codes: str, **more: object) -> None:
    for code in codes:
        assert warehouse.scan(code, "Sam", task, "another-device", **more).outcome == "accepted", code


def progress(device: Handheld) -> Locator:
    return device.page.locator("#progress span")


def hint(device: Handheld) -> Locator:
    return device.page.locator("[data-hint]")


def test_what_another_takes_in_and_grades_shows_on_the_bench_and_the_goods_in_hand_stay(
    handheld: MAKE, rma: str, warehouse: Warehouse
) -> None:
    theo = on(handheld("BADGE-THEO"), f"/returns/{rma}")
    theo.scan(LAMP)
    expect(theo.page.locator("[data-hand-words]")).to_contain_text("Desk lamp")
    hand = theo.page.locator("[data-hand-words]").inner_text()
    by_other(warehouse, rma, MUG)
    expect(theo.line("MUG-B")).to_have_text("1 / 2")
    expect(progress(theo)).to_contain_text("2 of 3 came, 2 to grade")
    by_other(warehouse, rma, "CMD-REFURBISH")
    grades = theo.page.locator("[data-sku='MUG-B'] .line__grades")
    expect(grades).to_contain_text("1 × refurbish")
    by_other(warehouse, rma, "CMD-UNDO")
    expect(grades).not_to_contain_text("refurbish")
    by_other(warehouse, rma, "CMD-UNDO")
    expect(theo.line("MUG-B")).to_have_text("0 / 2")
    assert theo.page.locator("[data-hand-words]").inner_text() == hand
    expect(theo.result).to_contain_text("Desk lamp")


def test_a_line_whose_button_has_the_focus_changes_once_the_focus_leaves(handheld: MAKE, rma: str, warehouse: Warehouse) -> None:
    theo = on(handheld("BADGE-THEO"), f"/returns/{rma}")
    theo.scan(MUG)
    button = theo.page.locator("[data-sku='MUG-B'] .grade--waiting")
    button.focus()
    by_other(warehouse, rma, MUG)
    expect(progress(theo)).to_contain_text("2 of 3 came")
    expect(theo.line("MUG-B")).to_have_text("1 / 2")
    expect(button).to_be_focused()
    button.blur()
    expect(theo.line("MUG-B")).to_have_text("2 / 2")


def test_what_another_picks_takes_the_line_off_the_walk_and_an_undo_brings_it_back(
    handheld: MAKE, order: str, stocked: Warehouse
) -> None:
    pia = on(handheld("BADGE-PIA"), f"/orders/{order}")
    shelf = pia.page.locator("#next .next__shelf")
    expect(shelf).to_have_text("Q-01-1")
    by_other(stocked, order, "Q-01-1", JAR, JAR)
    expect(pia.line(JAR)).to_have_text("2 / 2")
    expect(progress(pia)).to_have_text("2 of 3 picked")
    expect(shelf).to_have_text("Q-01-2")
    by_other(stocked, order, "CMD-UNDO")
    expect(pia.line(JAR)).to_have_text("1 / 2")
    expect(shelf).to_have_text("Q-01-1")
    pia.burst(["Q-01-1", JAR, "Q-01-2", PAN])
    pia.expect_signal("complete")
    assert stocked.lines(order) == [(JAR, 2), (PAN, 1)]


def test_what_another_packs_and_ships_shows_where_the_parcel_is_packed(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    by_other(stocked, order, "Q-01-1", JAR, JAR, "Q-01-2", PAN)
    pia = on(handheld("BADGE-PIA"), f"/orders/{order}/pack")
    by_other(stocked, order, "PACKING", JAR)
    expect(pia.line(JAR)).to_have_text("1 / 2")
    expect(progress(pia)).to_have_text("1 of 3 packed")
    by_other(stocked, order, JAR, PAN, "CMD-SHIP")
    expect(pia.page.locator("#next .next__shelf")).to_have_text("Shipped")
    expect(hint(pia)).to_have_text(f"{order} is closed: nothing more counts on it.")


def test_an_order_that_its_shop_cancels_says_so(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    """That is no scan."""
    pia = on(handheld("BADGE-PIA"), f"/orders/{order}")
    cancel(stocked, order)
    expect(pia.page.locator("#next .next__shelf")).to_have_text("Cancelled")
    expect(hint(pia)).to_contain_text(f"{order} is closed")


def test_what_is_opened_again_is_said_and_a_page_that_was_closed_from_the_start_says_nothing(
    handheld: MAKE, rma: str, warehouse: Warehouse
) -> None:
    def state(now: str) -> None:
        task = Task.__table__
        change = update(task).where(task.c.reference == rma).values(state=now)
        warehouse.database.transact(lambda session: session.execute(change))

    by_other(warehouse, rma, MUG)
    state("finished")
    theo = on(handheld("BADGE-THEO"), f"/returns/{rma}?again=1")
    with theo.page.expect_response("**/changes?*"):
        theo.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(hint(theo)).to_be_hidden()
    state("open")
    expect(hint(theo)).to_have_text(f"{rma} is open again.")


def test_what_waits_on_the_device_stays_on_top_of_what_others_did(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    pia = on(handheld("BADGE-PIA"), f"/orders/{order}")
    pia.context.route("**/scans", lambda route: route.abort())
    pia.burst(["Q-01-1", JAR])
    pia.expect_unsent(2)
    expect(pia.line(JAR)).to_have_text("1 / 2")
    by_other(stocked, order, "Q-01-2", PAN)
    expect(pia.line(PAN)).to_have_text("1 / 1")
    expect(pia.line(JAR)).to_have_text("1 / 2")
    pia.expect_unsent(2)
    pia.context.unroute_all()
    pia.page.evaluate("window.dispatchEvent(new Event('online'))")
    pia.expect_sent()
    assert stocked.lines(order) == [(JAR, 1), (PAN, 1)]
