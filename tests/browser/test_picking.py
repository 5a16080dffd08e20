"""Picking by wedge: nobody touches the screen unless it says so."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import expect

from scanner.data.imports import import_csv
from tests.browser.conftest import MAKE
from tests.browser.test_look import CONTRAST, PHONES
from tests.support.warehouse import LAMP, MUG, MUG_CASE, NOW, Warehouse


@pytest.fixture(autouse=True)
def shelf(warehouse: Warehouse) -> None:
    """A-01-1 has 40 mugs and 5 lamps, whatever tests before picked."""
    stock = b"location,sku,units\nA-01-1,MUG-B,40\nA-01-1,LAMP,5\n"
    warehouse.database.transact(import_csv, "stock", BytesIO(stock), None, NOW)


def on_shelf(warehouse: Warehouse, sku: str) -> int:
    return warehouse.stock().get(("A-01-1", sku), 0)


def test_a_label_opens_it_and_scans_pick(handheld: MAKE, warehouse: Warehouse) -> None:
    carla = handheld("BADGE-CARLA")
    carla.open("/")
    carla.scan("PICKS")
    carla.page.wait_for_url("**/picking/PICKS")
    carla.ready()
    carla.burst(["A-01-1", MUG, "CMD-QTY-3", LAMP, MUG_CASE])
    carla.expect_sent()
    expect(carla.result.locator(".result__number")).to_have_text("12")
    expect(carla.page.locator("#lines .line").first).to_contain_text("Mug, blue")
    assert (on_shelf(warehouse, "MUG-B"), on_shelf(warehouse, "LAMP")) == (27, 2)
    carla.scan("CMD-UNDO")
    carla.expect_signal("undone")
    carla.expect_sent()
    assert on_shelf(warehouse, "MUG-B") == 39


def test_what_is_not_there_is_told_without_a_touch_and_counted_next(handheld: MAKE, warehouse: Warehouse) -> None:
    carla = handheld("BADGE-CARLA")
    carla.open("/picking/PICKS")
    carla.burst(["A-01-1", MUG, "SHORT-PICKS", "A-01-1", LAMP])
    carla.page.wait_for_url("**/picking/SHORT-PICKS")
    carla.expect_sent()
    expect(carla.result).to_contain_text("Noted as not at A-01-1")
    assert (on_shelf(warehouse, "MUG-B"), on_shelf(warehouse, "LAMP")) == (39, 5)
    sam = handheld("BADGE-SAM")
    sam.open("/plan")
    expect(sam.page.locator("tr", has_text="A-01").first).to_contain_text("Short pick A-01-1, Desk lamp")
    carla.open("/counting")
    expect(carla.page.locator("button[value='A-01']")).to_contain_text("a picker did not find goods")


def test_picks_out_of_wifi_are_kept_and_sent(handheld: MAKE, warehouse: Warehouse) -> None:
    carla = handheld("BADGE-CARLA")
    carla.open("/picking/PICKS")
    carla.scan("A-01-1")
    carla.expect_signal("located")
    carla.offline()
    carla.burst([MUG, LAMP])
    carla.expect_unsent(2)
    carla.expect_signal("kept")
    carla.offline(False)
    carla.expect_sent()
    assert (on_shelf(warehouse, "MUG-B"), on_shelf(warehouse, "LAMP")) == (39, 4)


def test_goods_before_their_shelf_are_refused_aloud(handheld: MAKE) -> None:
    carla = handheld("BADGE-CARLA")
    carla.open("/picking/PICKS")
    carla.scan("QUARANTINE")
    carla.expect_signal("refused")
    expect(carla.result).to_contain_text("not a shelf to pick from")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_it_is_read_at_arms_length_on_every_phone(handheld: MAKE, phone: dict[str, int], scheme: str) -> None:
    carla = handheld("BADGE-CARLA", viewport=phone, color_scheme=scheme)
    for path, code in (("/picking/PICKS", MUG), ("/picking/SHORT-PICKS", "SET")):
        carla.open(path)
        carla.burst(["A-01-1", code])
        carla.expect_sent()
        carla.expect_signal("counted")
        assert carla.page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
        assert carla.page.evaluate(CONTRAST, "#result p, .line__item, .line__count, .top__title") >= 7


def test_an_answer_stays_small(handheld: MAKE) -> None:
    carla = handheld("BADGE-CARLA")
    carla.open("/picking/PICKS")
    carla.burst(["A-01-1", *[MUG] * 8])
    carla.expect_sent()
    with carla.page.expect_response("**/scans") as answered:
        carla.scan(MUG)
    assert len(answered.value.body()) < 4_000
