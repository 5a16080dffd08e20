"""An order by wedge: picked, packed and shipped, and nobody touches the screen."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from itertools import count

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from scanner.catalogue.tables import Item
from scanner.data.imports import import_csv
from scanner.db.sql import run, table_of
from scanner.discrepancies.tables import Discrepancy
from tests.browser.conftest import MAKE
from tests.browser.test_look import CONTRAST, PHONES, SMALL_TARGETS
from tests.support.carts import begin
from tests.support.handheld import Handheld
from tests.support.orders import add_order, add_shelves, order_row, stock_up
from tests.support.warehouse import NOW, Warehouse

CUT_OFF = """() => {
  const panel = document.querySelector('#result').getBoundingClientRect();
  return [...document.querySelectorAll('.result__action button, .result__message')]
    .filter((each) => each.getBoundingClientRect().bottom > panel.bottom)
    .map((each) => each.textContent);
}"""
"""What the panel is too small for."""
_numbers = count(1)
ITEMS = [f"PART-{number:02}" for number in range(10)]
CUP, LIGHT = "CUP", "LIGHT"
"""Items that no other module of tests knows: what stands elsewhere in the warehouse changes nothing here."""
SHELVES = ["P-01-1", "P-01-2", "P-01-3"]
STOCK = {("P-01-1", CUP): 30, ("P-01-2", CUP): 60, ("P-01-3", LIGHT): 50}


@pytest.fixture(scope="module")
def stocked(served: tuple[object, Warehouse]) -> Warehouse:
    """Ten items on three shelves, cups on two and lights on one; Pia picks."""
    warehouse = served[1]
    add_shelves(warehouse, SHELVES, section="P-01")
    warehouse.add_items([*ITEMS, CUP, LIGHT])
    for number, sku in enumerate(ITEMS):
        stock_up(warehouse, SHELVES[number % 3], sku, 99)
    return warehouse


@pytest.fixture(autouse=True)
def as_stocked(stocked: Warehouse) -> None:
    """Each test finds the shelves full, and nobody has missed any, whatever tests before did."""
    missed = table_of(Discrepancy)
    own = missed.c.item_id.in_([stocked.items[CUP], stocked.items[LIGHT]])
    found = update(missed).where(missed.c.kind == "short pick", own).values(state="withdrawn")
    stocked.database.transact(lambda session: run(session, found))
    content = "location,sku,units\n" + "\n".join(f"{place},{sku},{units}" for (place, sku), units in STOCK.items()) + "\n"
    stocked.database.transact(import_csv, "stock", BytesIO(content.encode()), None, NOW)


def new_order(warehouse: Warehouse, lines: list[tuple[str, int]]) -> str:
    reference = f"SHOP-T{next(_numbers)}"
    add_order(warehouse, reference, lines)
    return reference


@pytest.fixture
def order(stocked: Warehouse) -> str:
    """3 cups and 2 lights."""
    return new_order(stocked, [(CUP, 3), (LIGHT, 2)])


def at(handheld: MAKE, reference: str, page: str = "", **options: object) -> Handheld:
    pia = handheld("BADGE-PIA", **options)
    pia.open(f"/orders/{reference}{page}")
    return pia


def next_shelf(device: Handheld) -> object:
    return device.page.locator("#next .next__shelf")


def test_ten_lines_are_picked_packed_and_shipped_without_a_touch(handheld: MAKE, stocked: Warehouse) -> None:
    """Ten scans and three shelves, then the place of picked goods, ten scans, and one to ship."""
    reference = new_order(stocked, [(sku, 1) for sku in ITEMS])
    pia = handheld("BADGE-PIA")
    pia.open("/orders")
    pia.scan(reference)
    pia.page.wait_for_url(f"**/orders/{reference}")
    pia.ready()
    for shelf in SHELVES:
        expect(next_shelf(pia)).to_have_text(shelf)
        pia.burst([shelf, *(sku for number, sku in enumerate(ITEMS) if SHELVES[number % 3] == shelf)])
        pia.expect_sent()
    assert stocked.lines(reference) == [(sku, 1) for sku in ITEMS]
    pia.expect_signal("complete")
    expect(next_shelf(pia)).to_have_text("PACKING")
    pia.scan("PACKING")
    expect(pia.line(ITEMS[0])).to_have_text("0 / 1")
    pia.burst(ITEMS)
    expect(pia.page.locator("#progress")).to_contain_text("10 of 10 packed")
    pia.scan("CMD-SHIP")
    pia.expect_signal("finished")
    expect(pia.page.locator(".prompt__words")).to_have_text("Shipped")
    assert order_row(stocked, reference).shipped_at is not None


def test_what_is_not_there_sends_the_picker_to_the_other_shelf(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    pia = at(handheld, order)
    expect(next_shelf(pia)).to_have_text("P-01-1")
    pia.burst(["P-01-1", CUP, "CMD-SHORT"])
    expect(pia.result).to_contain_text("is not there. 2 more at P-01-2.")
    expect(next_shelf(pia)).to_have_text("P-01-2")
    pia.burst(["P-01-2", CUP, CUP])
    expect(pia.line(CUP)).to_have_text("3 / 3")
    sam = handheld("BADGE-SAM")
    sam.open("/plan")
    expect(sam.page.locator("tr", has_text="P-01").first).to_contain_text("Short pick P-01-1, CUP")


def test_one_touch_says_it_of_a_line(handheld: MAKE, order: str) -> None:
    pia = at(handheld, order)
    pia.page.click("[data-sku=LIGHT] button:has-text('Not there')")
    expect(pia.result).to_contain_text("is not there. No other shelf has it.")
    expect(pia.page.locator("[data-sku=LIGHT]")).to_contain_text("2 on no shelf")


def test_each_wrong_scan_sounds_and_looks_in_its_own_way(handheld: MAKE, order: str) -> None:
    pia = at(handheld, order)
    heard = []
    for code, signal in (
        ("P-01-3", "located"), (CUP, "wrong-shelf"), (ITEMS[0], "not-on-order"), (LIGHT, "counted"), (LIGHT, "complete"),
        (LIGHT, "too-many"),
    ):  # fmt: skip
        pia.scan(code)
        pia.expect_signal(signal)
        expect(pia.page.locator("body")).to_have_attribute("data-heard", signal)
        heard.append(signal)
        pia.page.wait_for_timeout(900)  # until the sound is over: a graver one would drown the next
    assert len(set(heard)) == 6


def test_out_of_wifi_the_picks_are_kept_and_arrive_once_and_in_order(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    pia = at(handheld, order)
    pia.burst(["P-01-1", CUP])
    pia.expect_sent()
    pia.offline()
    pia.burst([CUP, CUP, "P-01-3", LIGHT])
    pia.expect_unsent(4)
    expect(pia.line(CUP)).to_have_text("3 / 3")
    expect(pia.line(LIGHT)).to_have_text("1 / 2")
    pia.scan(CUP)
    expect(pia.result).to_contain_text("Too many: not counted")
    expect(pia.page.locator("body")).to_have_attribute("data-heard", "too-many")
    pia.offline(False)
    pia.expect_sent()
    expect(pia.line(LIGHT)).to_have_text("1 / 2")
    assert stocked.lines(order) == [(CUP, 3), (LIGHT, 1)]


def test_out_of_wifi_the_parcel_is_packed_too(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    stocked.scan(CUP, by="Pia", task=order, location="P-01-1", quantity=3)
    pia = at(handheld, order, "/pack")
    pia.offline()
    pia.burst([CUP, CUP])
    pia.expect_unsent(2)
    expect(pia.line(CUP)).to_have_text("2 / 3")
    pia.offline(False)
    pia.expect_sent()
    pia.scan(CUP)
    pia.expect_signal("complete")
    assert stocked.lines(order)[0] == (CUP, 3)


def test_a_page_to_pack_on_leads_back_to_the_shelf_after_an_undo_of_the_only_pick(handheld: MAKE, stocked: Warehouse) -> None:
    """And a short order has both answers side by side."""
    reference = new_order(stocked, [(CUP, 1), (LIGHT, 1)])
    pia = at(handheld, reference, viewport=PHONES[0])
    pia.burst(["P-01-1", CUP, "P-01-3", LIGHT])
    pia.expect_sent()
    pia.open(f"/orders/{reference}/pack")
    pia.burst(["CMD-UNDO", "CMD-UNDO"])
    pia.expect_sent()
    expect(next_shelf(pia)).to_have_text("P-01-1")
    pia.burst(["P-01-1", CUP])
    pia.expect_sent()
    expect(pia.line(CUP)).to_have_text("1 / 1")
    assert stocked.lines(reference) == [(CUP, 1), (LIGHT, 0)]
    pia.scan("CMD-SHIP")
    expect(pia.page.locator(".result__action button")).to_have_count(2)
    first, second = pia.boxes(".result__action button")
    assert first["y"] == second["y"] and first["height"] == second["height"] >= 56


def test_out_of_wifi_the_label_of_packing_turns_the_list_and_the_end_asks(
    handheld: MAKE, order: str, stocked: Warehouse
) -> None:  # fmt: skip
    stocked.scan(LIGHT, by="Pia", task=order, location="P-01-3")
    pia = at(handheld, order)
    pia.offline()
    pia.burst(["P-01-1", CUP, CUP, CUP, "CMD-DONE"])
    expect(pia.result).to_contain_text("1 not picked")
    expect(pia.result).to_contain_text("Scan the label PACKING")
    pia.burst(["PACKING", CUP, CUP])
    expect(pia.line(CUP)).to_have_text("2 / 3")
    expect(pia.line(LIGHT)).to_have_text("0 / 1")
    expect(pia.page.locator("#next")).to_contain_text("Scan each unit into the parcel")
    expect(pia.page.locator("#progress")).to_contain_text("2 of 4 packed")
    pia.scan("CMD-DONE")
    expect(pia.result).to_contain_text("2 not in the parcel yet")
    pia.burst([CUP, LIGHT, LIGHT])
    expect(pia.result).to_contain_text("Too many: not counted")
    pia.scan("CMD-DONE")
    expect(pia.result).to_contain_text("1 not picked: ship it short?")
    pia.scan("CMD-CONFIRM")
    expect(pia.result).to_contain_text("Ship: waits for the network")
    pia.offline(False)
    pia.expect_sent()
    assert order_row(stocked, order).shipped_at is not None


SMALL = {"width": 360, "height": 640}


def first_rows(device: Handheld) -> list[str]:
    """The items of the list from above, and "done" after those that are."""
    rows = "all => all.map(each => each.dataset.sku + (each.classList.contains('line--done') ? ' done' : ''))"
    found: list[str] = device.page.eval_on_selector_all("#lines .line[data-sku]", rows)
    return found


def expect_in_sight(device: Handheld, selector: str) -> None:
    """Wait until all of this is to be seen: the list scrolls to it after it is drawn."""

    def is_in_sight() -> bool:
        (box,), (around,) = device.boxes(selector), device.boxes("[data-lines]")
        return box["top"] >= around["top"] and box["bottom"] <= around["bottom"]

    device.wait_until(is_in_sight)


def test_out_of_wifi_the_panel_leads_from_shelf_to_shelf(handheld: MAKE, order: str) -> None:
    pia = at(handheld, order, viewport=SMALL)
    pia.offline()
    pia.burst(["P-01-1", CUP, CUP])
    pia.expect_unsent(3)
    expect(next_shelf(pia)).to_have_text("P-01-1")
    expect(pia.page.locator("#next .next__words")).to_contain_text("1 CUP")
    pia.scan(CUP)
    expect(next_shelf(pia)).to_have_text("P-01-3")
    expect(pia.page.locator("#next .next__words")).to_contain_text("2 LIGHT")
    assert first_rows(pia) == [LIGHT, f"{CUP} done"]
    expect_in_sight(pia, "#next .next__shelf")
    expect(pia.page.locator("#progress")).to_contain_text("3 of 5 picked")
    pia.burst(["P-01-3", LIGHT, LIGHT])
    expect(next_shelf(pia)).to_have_text("PACKING")
    pia.scan("CMD-UNDO")
    expect(next_shelf(pia)).to_have_text("P-01-3")
    pia.offline(False)
    pia.expect_sent()
    expect(next_shelf(pia)).to_have_text("P-01-3")
    assert first_rows(pia) == [LIGHT, f"{CUP} done"]


def test_out_of_wifi_the_panel_leads_on_after_a_reload(handheld: MAKE, order: str) -> None:
    pia = handheld("BADGE-PIA", service_workers="allow")
    pia.page.evaluate("navigator.serviceWorker.ready")
    pia.open(f"/orders/{order}")
    pia.offline()
    pia.burst(["P-01-1", CUP, CUP, CUP])
    pia.expect_unsent(4)
    pia.page.reload()
    pia.ready()
    expect(next_shelf(pia)).to_have_text("P-01-3")
    assert first_rows(pia) == [LIGHT, f"{CUP} done"]


def test_out_of_wifi_what_is_not_there_leads_on_and_the_buttons_speak_of_the_next(
    handheld: MAKE, order: str, stocked: Warehouse
) -> None:
    pia = at(handheld, order)
    pia.offline()
    pia.burst(["P-01-1", "CMD-SHORT"])
    expect(next_shelf(pia)).to_have_text("P-01-3")
    pia.page.click("#next button:has-text('Damaged')")
    expect(pia.page.locator("#next")).to_contain_text("Where the rest is, is said once these scans are sent.")
    pia.offline(False)
    pia.expect_sent()
    expect(next_shelf(pia)).to_have_text("P-01-2")
    expect(pia.page.locator(f"[data-sku={LIGHT}]")).to_contain_text("2 on no shelf")


def test_out_of_wifi_the_shelf_that_a_short_pick_led_to_is_known(handheld: MAKE, order: str) -> None:
    pia = at(handheld, order)
    pia.burst(["P-01-1", "CMD-SHORT"])
    pia.expect_sent()
    expect(next_shelf(pia)).to_have_text("P-01-2")
    pia.offline()
    pia.scan("P-01-2")
    expect(pia.result).to_contain_text("Take what is on the list")
    pia.burst([CUP, CUP, CUP])
    expect(next_shelf(pia)).to_have_text("P-01-3")


def test_out_of_wifi_the_parcel_says_what_is_in_it(handheld: MAKE, order: str, stocked: Warehouse) -> None:
    stocked.scan(CUP, by="Pia", task=order, location="P-01-1", quantity=3)
    stocked.scan(LIGHT, by="Pia", task=order, location="P-01-3")
    pia = at(handheld, order, "/pack")
    pia.offline()
    pia.burst([CUP, CUP, CUP])
    expect(pia.page.locator("#progress")).to_contain_text("3 of 4 packed")
    assert first_rows(pia) == [LIGHT, f"{CUP} done"]
    pia.scan(LIGHT)
    expect(pia.page.locator("#next")).to_contain_text("All that is picked is in the parcel")


def test_out_of_wifi_a_cart_shows_the_next_stop_first(handheld: MAKE, stocked: Warehouse) -> None:
    long_due = datetime(2019, 1, 1, tzinfo=UTC)  # before whatever other tests left open
    first, second = f"SHOP-T{next(_numbers)}", f"SHOP-T{next(_numbers)}"
    add_order(stocked, first, [(CUP, 1), (LIGHT, 2)], due_at=long_due)
    add_order(stocked, second, [(CUP, 1)], due_at=long_due)
    pia = handheld("BADGE-PIA", viewport=SMALL)
    pia.open(f"/carts/{begin(stocked, 2)}")
    assert first_rows(pia) == [CUP, LIGHT]
    pia.offline()
    pia.burst(["P-01-1", CUP])
    pia.expect_unsent(2)
    expect(pia.line(CUP)).to_have_text("1")
    pia.scan(CUP)
    expect(pia.line(CUP)).to_have_text("done")
    expect(pia.page.locator("#in-hand")).to_contain_text(f"in your hand: 2 CUP for {first} or {second}.")
    assert first_rows(pia) == [LIGHT, f"{CUP} done"]
    expect(pia.page.locator(".walk__stop--next .walk__place")).to_have_text("P-01-3")
    expect_in_sight(pia, ".walk__stop--next .walk__place")
    pia.burst(["P-01-3", LIGHT, LIGHT])
    expect(pia.page.locator("#lines")).to_contain_text("Nothing is left to take.")
    pia.scan(first)
    expect(pia.page.locator("#in-hand")).to_contain_text("What is in your hand now is said once these scans are sent.")
    pia.offline(False)
    pia.expect_sent()


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_every_page_fits_a_phone(handheld: MAKE, order: str, stocked: Warehouse, phone: dict[str, int]) -> None:
    stocked.scan(CUP, by="Pia", task=order, location="P-01-1", quantity=2)
    pia = at(handheld, order, viewport=phone)
    for path in ("/orders", f"/orders/{order}", f"/orders/{order}/pack", f"/orders/{order}/finish"):
        pia.open(path)
        assert pia.page.evaluate("document.documentElement.scrollWidth") <= phone["width"], path
        assert pia.page.evaluate(SMALL_TARGETS) == [], path


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_the_button_that_answers_a_question_is_whole(
    handheld: MAKE, order: str, receipt: str, stocked: Warehouse, phone: dict[str, int]
) -> None:  # fmt: skip
    """On a receipt, too, where several goods wait and others are short."""
    pia, rosa = at(handheld, order, viewport=phone), handheld("BADGE-ROSA", receipt, viewport=phone)
    pia.burst(["P-01-1", CUP, "CMD-SHIP"])
    rosa.burst(["TEE-M", "TEE-M", "TEE-M", "TEE-M", "LAMP", "CMD-DONE"])
    for device in (pia, rosa):
        expect(device.page.locator(".result__action button").first).to_be_visible()
        assert device.page.evaluate(CUT_OFF) == []


COVERED = """() => {
  const box = (what) => document.querySelector(what).getBoundingClientRect();
  const meet = (a, b) => a.width && b.width && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const pairs = [['.sound-hint', '.result__words'], ['.result__number', '.result__effect']];
  return pairs.filter((pair) => pair.every((each) => document.querySelector(each)) && meet(...pair.map(box)));
}"""
"""What stands on something else in the panel."""
LONG = "Garden hose reinforced, 25 metres, with brass couplings and wall bracket, anthracite, and a Schlauchaufrollvorrichtung"


def test_a_long_name_covers_nothing_on_a_short_phone(handheld: MAKE, stocked: Warehouse) -> None:
    """The buttons of what is not there stay in sight; no words of the panel are under the number or the hint."""
    stocked.add_items(["HOSE"])
    items = table_of(Item)
    stocked.database.transact(lambda session: run(session, update(items).where(items.c.sku == "HOSE").values(name=LONG)))
    stock_up(stocked, "P-01-1", "HOSE", 9)
    pia = at(handheld, new_order(stocked, [("HOSE", 1)]), viewport={"width": 360, "height": 640})
    expect_in_sight(pia, "#next .next__short")
    pia.burst(["P-01-1", "HOSE"])
    pia.expect_signal("complete")
    pia.expect_sent()
    assert pia.page.evaluate(COVERED) == []
    pia.scan("CMD-DONE")
    pia.expect_signal("refused")
    pia.page.reload()
    expect(pia.page.locator(".sound-hint")).to_be_visible()
    assert pia.page.evaluate(COVERED) == []
    pia.burst(["PACKING", "HOSE"])
    pia.expect_signal("complete")
    expect(pia.page.locator("#parcel")).to_be_visible()
    assert pia.page.evaluate(COVERED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_wrong_scans_are_readable_at_arms_length(handheld: MAKE, order: str, scheme: str) -> None:
    pia = at(handheld, order, color_scheme=scheme)
    pia.scan("P-01-3")
    for code, signal in ((CUP, "wrong-shelf"), (ITEMS[0], "not-on-order")):
        pia.scan(code)
        pia.expect_signal(signal)
        assert pia.page.evaluate(CONTRAST, "#result .result__message") >= 7
