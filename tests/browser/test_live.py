"""What others do on a receipt shows without a touch: by a stream, and where that does not get through, by asking."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.warehouse import LAMP, MUG


def blocked(route: Route) -> None:
    route.abort()


def without_wait(route: Route) -> None:
    route.fulfill(status=204)


@pytest.mark.parametrize("way", ["stream", "a proxy in between", "a server that cannot wait"])
def test_what_another_scans_shows_on_this_page_and_moves_nothing(handheld: MAKE, receipt: str, way: str) -> None:
    rosa = handheld("BADGE-ROSA")
    if way != "stream":
        rosa.context.route("**/events", blocked if way.startswith("a proxy") else without_wait)
    rosa.open(f"/receiving/{receipt}")
    sam = handheld("BADGE-SAM", receipt)
    rosa.scan(LAMP)
    rosa.expect_signal("counted")
    order = rosa.page.locator("#lines .line").evaluate_all("(lines) => lines.map((line) => line.id)")
    sam.burst([MUG, MUG])
    sam.expect_sent()
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")
    expect(rosa.page.locator("#progress span")).to_have_text("3 of 33")
    expect(rosa.result).not_to_contain_text("Mug")
    assert rosa.page.locator("#lines .line").evaluate_all("(lines) => lines.map((line) => line.id)") == order
    sam.scan("CMD-UNDO")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


def test_what_happened_before_the_stream_opened_shows_too(handheld: MAKE, receipt: str) -> None:
    rosa, sam = handheld("BADGE-ROSA"), handheld("BADGE-SAM", receipt)
    held: list[Route] = []
    rosa.context.route("**/events", lambda route: held.append(route))
    rosa.open(f"/receiving/{receipt}")
    rosa.wait_until(lambda: bool(held))
    sam.scan(MUG)
    sam.expect_sent()
    held[0].continue_()
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


def test_a_count_tells_nobody_what_others_found(handheld: MAKE) -> None:
    rosa = handheld("BADGE-SAM")
    rosa.open("/counting")
    assert not rosa.page.locator("[data-live]").count()


def test_who_may_not_receive_hears_nothing_and_an_unknown_task_is_not_found(handheld: MAKE, receipt: str) -> None:
    def status(device: Handheld, path: str) -> int:
        return device.page.request.get(device.url + path, headers={"Accept": "application/json"}).status

    carla, rosa = handheld("BADGE-CARLA"), handheld("BADGE-ROSA")
    for what in ("events", "changes"):
        assert status(carla, f"/tasks/{receipt}/{what}") == 403
        assert status(rosa, f"/tasks/PO-NONE/{what}") == 404
    told = rosa.page.request.get(f"{rosa.url}/tasks/{receipt}/changes?after=0")
    assert json.loads(told.text()) | {"seq": 0} == {"seq": 0, "html": "", "over": False}
