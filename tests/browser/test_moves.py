"""Moves by wedge: put away, damage on a shelf, a hand-over, no Wi-Fi in the middle. No touch unless a test says so."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from scanner.data.imports import import_csv
from scanner.scans import tasks
from scanner.scans.evidence import store as evidence
from scanner.scans.history import store as history
from tests.browser.conftest import MAKE
from tests.browser.test_look import CONTRAST, PHONES
from tests.browser.test_returns import take_photo
from tests.support.orders import add_shelves, stock_up
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

SKUS = [f"AWAY-{number:02}" for number in range(20)]
STOCK = "location,sku,units\nDOCK,MUG-B,20\nDOCK,LAMP,4\nA-01-1,MUG-B,30\nA-01-1,LAMP,9\nA-01-2,MUG-B,0\nA-01-2,LAMP,0\n"


@pytest.fixture(autouse=True)
def dock(warehouse: Warehouse) -> None:
    """Mugs and lamps at the dock and on A-01-1, nothing in any hand, whatever tests before moved."""

    def empty_hands(session: Session) -> None:
        import_csv(session, "stock", BytesIO(STOCK.encode()), None, NOW)

    for name in ("Rosa", "Theo"):
        if hand(warehouse, name):
            warehouse.scan("CMD-QUARANTINE", by=name, task="MOVES", device="tidy")
    warehouse.database.transact(empty_hands)


def at(warehouse: Warehouse, place: str) -> dict[str, int]:
    return {sku: units for (code, sku), units in warehouse.stock().items() if code == place}


def hand(warehouse: Warehouse, name: str) -> dict[str, int]:
    return at(warehouse, f"CART-{warehouse.operators[name].id}")


def recorded(warehouse: Warehouse) -> int:
    """How many scans of moves there are."""
    with warehouse.database.read() as session:
        return len(history.scans(session, task="MOVES", limit=1_000))


def test_twenty_items_are_put_on_one_shelf_by_twenty_two_scans_and_no_touch(handheld: MAKE, warehouse: Warehouse) -> None:
    warehouse.add_items(SKUS)
    rows = "".join(f"DOCK,{sku},1\n" for sku in SKUS)
    warehouse.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\n{rows}".encode()), None, NOW)
    rosa = handheld("BADGE-ROSA")
    rosa.open("/")
    rosa.scan("MOVES")
    rosa.page.wait_for_url("**/moves/MOVES")
    rosa.ready()
    before = recorded(warehouse)
    rosa.burst(["DOCK", *SKUS])
    rosa.expect_sent()
    expect(rosa.page.locator("#in-hand")).to_have_text("20 in your hand")
    rosa.scan("A-01-2")
    rosa.expect_signal("complete")
    expect(rosa.result.locator(".result__number")).to_have_text("A-01-2")
    expect(rosa.page.locator("#in-hand")).to_have_text("Nothing in your hand")
    assert recorded(warehouse) - before == 22
    assert {sku: units for sku, units in at(warehouse, "A-01-2").items() if sku in SKUS} == dict.fromkeys(SKUS, 1)


def test_damage_is_taken_off_a_shelf_with_a_photo(handheld: MAKE, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    damaged = at(warehouse, "DAMAGED").get("LAMP", 0)
    rosa.burst(["A-01-1", LAMP, "CMD-DAMAGED"])
    rosa.expect_sent()
    rosa.expect_signal("held")
    expect(rosa.page.locator("#after button[value='CMD-REASON-DOA']")).to_be_visible()
    rosa.scan("CMD-REASON-DOA")
    rosa.expect_signal("complete")
    expect(rosa.result.locator(".result__number")).to_have_text("DAMAGED")
    take_photo(rosa.page)
    expect(rosa.page.locator("#photo-of .evidence img")).to_have_count(1)
    assert (at(warehouse, "A-01-1")["LAMP"], at(warehouse, "DAMAGED")["LAMP"]) == (8, damaged + 1)
    with warehouse.database.read() as session:
        task = tasks.get_task(session, "MOVES")
        assert task is not None and evidence.of_task(session, task.id)


def test_a_cart_is_handed_over_with_all_that_is_on_it(handheld: MAKE, warehouse: Warehouse) -> None:
    rosa, theo = handheld("BADGE-ROSA"), handheld("BADGE-THEO")
    rosa.open("/moves/MOVES")
    rosa.burst(["DOCK", MUG, LAMP])
    rosa.expect_sent()
    theo.open("/moves")
    expect(theo.page.locator(".card", has_text="Rosa")).to_contain_text("Desk lamp, Mug, blue")
    theo.page.get_by_role("button", name="Take all of it over").click()
    theo.page.wait_for_url("**/moves/MOVES")
    theo.ready()
    expect(theo.page.locator("#in-hand")).to_have_text("2 in your hand")
    theo.scan("A-01-2")
    theo.expect_signal("over")  # it lives elsewhere
    assert (at(warehouse, "A-01-2"), hand(warehouse, "Rosa")) == (at(warehouse, "A-01-2") | {"MUG-B": 1, "LAMP": 1}, {})
    rosa.scan("CMD-UNDO")
    rosa.expect_signal("refused")
    expect(rosa.result).to_contain_text("not in your hand any more")


def test_out_of_wifi_in_the_middle_nothing_is_lost_and_nothing_doubled(handheld: MAKE, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.burst(["DOCK", MUG])
    rosa.expect_sent()
    rosa.offline()
    rosa.burst(["CMD-QTY-3", MUG, LAMP, "A-01-2"])
    rosa.expect_unsent(3)
    rosa.expect_signal("kept")
    assert hand(warehouse, "Rosa") == {"MUG-B": 1}
    rosa.offline(False)
    rosa.expect_sent()
    rosa.expect_signal("over")  # it lives elsewhere
    expect(rosa.page.locator("#in-hand")).to_have_text("Nothing in your hand")
    there = at(warehouse, "A-01-2")
    assert (there["MUG-B"], there["LAMP"], at(warehouse, "DOCK")["MUG-B"]) == (4, 1, 16)


def test_out_of_wifi_the_page_says_nothing_untrue_of_the_hand(handheld: MAKE) -> None:
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.offline()
    rosa.burst(["A-01-1", MUG])
    rosa.expect_unsent(2)
    rosa.expect_signal("kept")
    expect(rosa.page.locator("#taking strong")).to_have_text("A-01-1")
    expect(rosa.page.locator("#taking")).not_to_contain_text("when last sent")
    expect(rosa.page.locator("#in-hand")).to_have_text("1 in your hand. Not sent yet: 2 scans")
    expect(rosa.page.locator("#lines")).to_have_text("Mug, blue1")
    rosa.scan("CMD-DAMAGED")
    expect(rosa.page.locator("#in-hand")).to_have_text("Not sent yet: 3 scans")
    rosa.offline(False)
    rosa.expect_sent()
    expect(rosa.page.locator("#in-hand")).to_have_text("1 in your hand")


def test_what_is_in_hand_is_there_after_a_reload_and_on_another_device(handheld: MAKE) -> None:
    rosa, spare = handheld("BADGE-ROSA"), handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.burst(["DOCK", MUG, MUG])
    rosa.expect_sent()
    rosa.page.reload()
    expect(rosa.page.locator("#in-hand")).to_have_text("2 in your hand")
    spare.open("/")
    expect(spare.page.locator(".card", has_text="Moves")).to_contain_text("2 in your hand")


@pytest.fixture
def own_shelf(warehouse: Warehouse) -> Callable[[str], str]:
    """Makes a shelf of the test's own, with five units of an item of its own, which scans by its SKU."""

    def make(sku: str) -> str:
        shelf = f"M-{sku}"
        warehouse.add_items([sku])
        add_shelves(warehouse, [shelf], section=f"M-{sku}")
        stock_up(warehouse, shelf, sku, 5)
        return shelf

    return make


def test_damage_on_a_shelf_with_its_photo_out_of_wifi_is_there_once_it_is_back(
    handheld: MAKE, warehouse: Warehouse, own_shelf: Callable[[str], str]
) -> None:
    shelf = own_shelf("CRACKED")
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.offline()
    rosa.burst([shelf, "CRACKED", "CMD-DAMAGED-DOA"])
    rosa.expect_unsent(3)
    rosa.expect_signal("kept")
    expect(rosa.page.locator("#taking strong")).to_have_text(shelf)
    take_photo(rosa.page)
    rosa.offline(False)
    rosa.expect_sent()
    rosa.expect_signal("complete")
    expect(rosa.page.locator("#photo-of")).to_contain_text("1 photo kept with it")
    assert (at(warehouse, shelf)["CRACKED"], at(warehouse, "DAMAGED")["CRACKED"]) == (4, 1)
    expect(rosa.page.locator("#taking strong")).to_have_text(shelf)
    expect(rosa.page.locator("[data-while-unsent]")).to_be_hidden()


def test_a_hand_over_with_one_device_out_of_wifi_in_the_middle_moves_each_unit_once(
    handheld: MAKE, warehouse: Warehouse, own_shelf: Callable[[str], str]
) -> None:
    shelf = own_shelf("PASSED")
    rosa, theo = handheld("BADGE-ROSA"), handheld("BADGE-THEO")
    rosa.open("/moves/MOVES")
    theo.open("/moves/MOVES")
    rosa.burst([shelf, "PASSED", "PASSED"])
    rosa.expect_sent()
    cart = f"CART-{warehouse.operators['Rosa'].id}"
    expect(rosa.page.locator(".hand-over")).to_contain_text(cart)
    rosa.offline()
    rosa.burst(["PASSED", "A-01-2"])  # a third one, and then she thinks that all is put
    rosa.expect_unsent(2)
    theo.scan(f"CMD-TAKE-{cart}")
    theo.expect_signal("counted")
    expect(theo.page.locator("#in-hand")).to_have_text("2 in your hand")
    theo.scan(shelf)
    theo.expect_signal("complete")
    rosa.offline(False)
    rosa.expect_sent()
    rosa.expect_signal("over")  # it lives elsewhere
    assert (at(warehouse, shelf)["PASSED"], at(warehouse, "A-01-2")["PASSED"]) == (4, 1)
    assert "PASSED" not in hand(warehouse, "Rosa") and "PASSED" not in hand(warehouse, "Theo")


def test_the_place_that_goods_are_taken_from_is_shown_and_ends_on_the_page_too(
    handheld: MAKE, own_shelf: Callable[[str], str]
) -> None:
    shelf = own_shelf("SOURCE")
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.scan(shelf)
    rosa.expect_signal("located")
    taking = rosa.page.locator("#taking strong")
    expect(taking).to_have_text(shelf)
    rosa.page.eval_on_selector("#taking strong", "each => { each.dataset.endsIn = 0; }")
    expect(taking).to_have_text("the dock")


def test_the_label_of_the_dock_asks_and_a_yes_is_taken_also_out_of_wifi(
    handheld: MAKE, warehouse: Warehouse, own_shelf: Callable[[str], str]
) -> None:
    shelf = own_shelf("DOCKED")
    rosa = handheld("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.burst([shelf, "DOCKED", "DOCK"])
    rosa.expect_sent()
    rosa.expect_signal("held")
    expect(rosa.page.get_by_role("button", name="Yes, all of it to DOCK")).to_be_visible()
    rosa.offline()
    rosa.scan("CMD-CONFIRM")
    rosa.expect_unsent(1)
    rosa.offline(False)
    rosa.expect_sent()
    rosa.expect_signal("complete")
    assert at(warehouse, "DOCK")["DOCKED"] == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_it_is_read_at_arms_length_on_every_phone(handheld: MAKE, phone: dict[str, int], scheme: str) -> None:
    rosa = handheld("BADGE-ROSA", viewport=phone, color_scheme=scheme)
    rosa.open("/moves/MOVES")
    rosa.burst(["DOCK", MUG])
    rosa.expect_sent()
    rosa.expect_signal("counted")
    expect(rosa.result.locator(".result__of")).to_have_text("in your hand")
    for path in ("/moves/MOVES", "/moves", "/moves/papers", "/labels?group=hands"):
        rosa.open(path)
        assert rosa.page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    rosa.open("/moves/MOVES")
    assert rosa.page.evaluate(CONTRAST, "#result p, .line__item, .line__count, .top__title, #in-hand, #taking, .hand-over") >= 7


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_no_number_covers_the_words_however_long_they_are(handheld: MAKE, phone: dict[str, int]) -> None:
    rosa = handheld("BADGE-ROSA", viewport=phone)
    rosa.open("/moves/MOVES")
    for codes in (["A-01-2", LAMP], ["CMD-UNDO"], ["DOCK", MUG, LAMP], ["A-01-2"]):
        rosa.burst(codes)
        rosa.expect_sent()
        assert rosa.page.evaluate(COVERED) == [], codes


COVERED = """() => {
  const words = document.querySelector("#result .result__head"), box = document.querySelector("#result").getBoundingClientRect();
  const low = words.getBoundingClientRect().bottom;
  const wrong = Array.from(document.querySelectorAll("#result .result__count > *, #result .result__effect > *"))
    .filter((each) => each.getBoundingClientRect().top < low - 1 || each.getBoundingClientRect().bottom > box.bottom + 1)
    .map((each) => each.textContent);
  return words.scrollHeight > words.clientHeight + 1 ? [...wrong, words.textContent] : wrong;
}"""
