"""What others do on a receipt shows without a touch: by a stream, and where that does not get through, by asking."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import update

from scanner.people.tables import DeviceSession
from tests.browser.conftest import MAKE
from tests.support.handheld import Handheld
from tests.support.orders import add_shelves
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

COUNT_MESSAGES = """
window.heard = 0;
window.EventSource = class extends EventSource {
  constructor(url) {
    super(url);
    this.addEventListener("message", () => { window.heard += 1; });
  }
};
"""


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


def test_a_count_tells_nobody_what_others_found(handheld: MAKE, warehouse: Warehouse) -> None:
    add_shelves(warehouse, ["R-01-1"], section="R-01")
    carla = handheld("BADGE-CARLA")
    carla.open("/counting")
    carla.scan("R-01-1")
    carla.page.wait_for_url("**/counting/C-*")
    reference = carla.page.url.rsplit("/", 1)[1]
    assert carla.page.locator("[data-task]").count() and not carla.page.locator("[data-live]").count()
    for what in ("events", "changes"):
        assert carla.page.request.get(f"{carla.url}/tasks/{reference}/{what}").status == 404


def test_what_another_holds_and_that_another_finished_is_told(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    rosa = handheld("BADGE-ROSA", receipt)
    assert warehouse.scan(LAMP, "Sam", receipt, "another-device", quantity=9).outcome == "held"
    expect(rosa.page.locator("#waiting")).to_contain_text("Sam")
    assert warehouse.scan("CMD-LEAVE", "Sam", receipt, "another-device").outcome == "accepted"
    expect(rosa.page.locator("#waiting")).to_have_text("")
    assert warehouse.scan("CMD-DONE", "Sam", receipt, "another-device", confirm=True).outcome == "accepted"
    expect(rosa.page.locator("[data-hint]")).to_have_text(f"{receipt} is closed: nothing more counts on it.")


def test_nothing_changes_under_a_finger(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    """The page asks as soon as the finger is gone: the clock of the page stands still until then."""
    rosa = handheld("BADGE-ROSA")
    asked = asked_of(rosa, receipt)
    rosa.page.add_init_script(COUNT_MESSAGES)
    rosa.page.clock.install()
    rosa.open(f"/receiving/{receipt}")
    rosa.page.clock.run_for(1)
    rosa.wait_until(lambda: asked == ["events", "changes"])
    rosa.page.clock.pause_at(rosa.page.evaluate("Date.now()") / 1000 + 3)
    rosa.page.locator("[data-lines]").dispatch_event("pointerdown")
    warehouse.scan(MUG, "Sam", receipt, "another-device")
    heard = rosa.page.evaluate("window.heard")
    rosa.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    rosa.wait_until(lambda: rosa.page.evaluate("window.heard") > heard)
    rosa.page.clock.run_for(1000)
    assert asked == ["events", "changes", "events"]
    rosa.page.clock.resume()
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


@pytest.mark.parametrize("way", ["stream", "a proxy that holds it"])
def test_a_page_whose_device_was_locked_meanwhile_asks_for_a_badge(
    handheld: MAKE, receipt: str, warehouse: Warehouse, way: str
) -> None:
    rosa = handheld("BADGE-ROSA")
    if way != "stream":
        rosa.context.route("**/events", lambda _route: None)
    rosa.open(f"/receiving/{receipt}")
    asked = asked_of(rosa, receipt)
    lock(warehouse, "Rosa")
    warehouse.scan(MUG, "Sam", receipt, "another-device")
    expect(rosa.page.locator("h1")).to_have_text("Locked")
    before = len(asked)
    assert 1 <= before <= 3
    rosa.scan("BADGE-ROSA")
    rosa.page.wait_for_url(f"**/receiving/{receipt}")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


def asked_of(device: Handheld, receipt: str) -> list[str]:
    """What a page asks of what others do, as it asks it: "events" or "changes"."""
    asked: list[str] = []
    about = f"/tasks/{receipt}/"
    device.page.on("request", lambda sent: asked.append(sent.url.split(about)[1].split("?")[0]) if about in sent.url else None)
    return asked


def lock(warehouse: Warehouse, name: str) -> None:
    """As when nobody touched the devices of a person for too long, though their pages still listen."""
    table = DeviceSession.__table__
    change = update(table).where(table.c.operator_id == warehouse.operators[name].id).values(locked_at=NOW)
    warehouse.database.transact(lambda session: session.execute(change))


def test_a_server_that_refuses_the_stream_is_asked_for_it_once_a_minute(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    tried: list[str] = []

    def refuse(route: Route) -> None:
        tried.append(route.request.url)
        route.fulfill(status=502)

    rosa.context.route("**/events", refuse)
    rosa.page.clock.install()
    rosa.open(f"/receiving/{receipt}")
    rosa.wait_until(lambda: bool(tried))
    with rosa.page.expect_response("**/changes?*"):
        rosa.page.clock.run_for(58_000)
    assert len(tried) == 1
    rosa.page.clock.run_for(4_000)
    rosa.wait_until(lambda: len(tried) == 2)


def test_a_stream_that_was_cut_without_a_word_is_opened_anew(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA")
    asked = asked_of(rosa, receipt)
    rosa.page.clock.install()
    rosa.open(f"/receiving/{receipt}")
    rosa.page.clock.run_for(1)
    rosa.wait_until(lambda: asked == ["events", "changes"])
    rosa.page.clock.fast_forward(45_000)
    rosa.wait_until(lambda: asked[2:3] == ["events"])


def test_who_may_not_receive_hears_nothing_and_an_unknown_task_is_not_found(handheld: MAKE, receipt: str) -> None:
    def status(device: Handheld, path: str) -> int:
        return device.page.request.get(device.url + path, headers={"Accept": "application/json"}).status

    carla, rosa = handheld("BADGE-CARLA"), handheld("BADGE-ROSA")
    for what in ("events", "changes"):
        assert status(carla, f"/tasks/{receipt}/{what}") == 403
        assert status(rosa, f"/tasks/PO-NONE/{what}") == 404
    told = json.loads(rosa.page.request.get(f"{rosa.url}/tasks/{receipt}/changes?after=0").text())
    again = json.loads(
        rosa.page.request.get(f"{rosa.url}/tasks/{receipt}/changes?after={told['seq']}&mark={told['mark']}").text()
    )
    assert "0 of 33" in told["html"] and again == told | {"html": ""}
