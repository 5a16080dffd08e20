"""What a receiver in gloves needs of every page, measured."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.conftest import MAKE
from tests.support.serving import Server
from tests.support.warehouse import MUG, TEE, Warehouse

PHONES = [{"width": 360, "height": 640}, {"width": 390, "height": 844}, {"width": 430, "height": 932}]
PAGES = [
    "/",
    "/receiving",
    "/progress",
    "/discrepancies",
    "/items",
    "/items/MUG-B",
    "/labels",
    "/data",
    "/webhooks",
    "/audit",
    "/nothing-here",
]

CONTRAST = """(selector) => {
  const luminance = (color) => color.match(/\\d+(\\.\\d+)?/g).slice(0, 3).map(Number).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return color === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : color;
  };
  return Math.min(...Array.from(document.querySelectorAll(selector), (element) => {
    const [low, high] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }));
}"""

SMALL_TARGETS = """() => Array.from(document.querySelectorAll("button, a.button, .input, .card[href], .top a"))
  .filter((element) => element.offsetParent && !element.closest("dialog") && element.getBoundingClientRect().height < 55.5)
  .map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_no_page_is_wider_than_the_phone(handheld: MAKE, receipt: str, phone: dict[str, int]) -> None:
    sam = handheld("BADGE-SAM", viewport=phone)
    for path in [*PAGES, f"/receiving/{receipt}", f"/receiving/{receipt}/finish", f"/tasks/{receipt}/scans"]:
        sam.open(path)
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= phone["width"], path


def test_what_a_finger_hits_is_56_pixels_high(handheld: MAKE, receipt: str) -> None:
    sam = handheld("BADGE-SAM", viewport=PHONES[0])
    for path in ["/", "/receiving", f"/receiving/{receipt}", f"/receiving/{receipt}/finish", "/sign-in"]:
        sam.open(path)
        assert sam.page.evaluate(SMALL_TARGETS) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_read_at_arms_length_has_a_contrast_of_seven(handheld: MAKE, receipt: str, scheme: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt, color_scheme=scheme)
    for code, signal in (
        (MUG, "counted"),
        ("nothing", "refused"),
        ("A-01-1", "located"),
        ("CMD-UNDO", "undone"),
        ("TEE-M", "counted"),
    ):
        rosa.scan(code)
        rosa.expect_signal(signal)
        assert rosa.page.evaluate(CONTRAST, "#result p, .line__item, .line__count, .top__title, #progress span") >= 7, signal
    rosa.burst([TEE, TEE])
    rosa.expect_signal("complete")
    assert rosa.page.evaluate(CONTRAST, "#result p") >= 7
    rosa.scan(TEE)
    rosa.expect_signal("held")
    assert rosa.page.evaluate(CONTRAST, "#result p, #result button") >= 7


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_nothing_moves_while_a_scan_lands(handheld: MAKE, receipt: str, phone: dict[str, int]) -> None:
    rosa = handheld("BADGE-ROSA", receipt, viewport=phone)
    places = """() => Array.from(document.querySelectorAll(".thumb > *, .scan__panel, .scan__lines"),
      (element) => JSON.stringify(element.getBoundingClientRect()))"""
    before = rosa.page.evaluate(places)
    for code in (MUG, "nothing", TEE, TEE, TEE, TEE):
        rosa.scan(code)
        rosa.expect_sent()
        assert rosa.page.evaluate(places) == before


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: str(phone["width"]))
def test_no_page_of_a_task_slides_away_under_a_finger(handheld: MAKE, warehouse: Warehouse, phone: dict[str, int]) -> None:
    task = f"PO-30-{phone['width']}"
    warehouse.add_receipt(task, [("MUG-B", 1)] * 30)
    rosa = handheld("BADGE-ROSA", task, viewport=phone)
    rosa.burst(["CMD-QTY-30", MUG])
    rosa.expect_signal("complete")
    assert rosa.page.locator(".line__sign .visually-hidden").count() == 30
    beyond = "[document.body, document.documentElement].map((part) => part.scrollHeight - part.clientHeight)"
    assert rosa.page.evaluate(beyond) == [0, 0]


def test_words_and_number_never_cover_each_other(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt, viewport=PHONES[0])
    inside = """() => {
      const panel = document.getElementById("result").getBoundingClientRect();
      const boxes = Array.from(document.querySelectorAll(".result__head, .result__number, .result__effect, .result__action"),
        (element) => element.getBoundingClientRect()).filter((box) => box.height);
      return boxes.every((box) => box.top >= panel.top - 1 && box.bottom <= panel.bottom + 1)
        && boxes.every((box, at) => boxes.slice(at + 1).every((other) => other.top >= box.bottom - 12));
    }"""
    for code, signal in ((MUG, "counted"), ("nothing", "refused"), ("A-01-1", "located"), (TEE, "counted"), ("SET", "held")):
        rosa.scan(code)
        rosa.expect_signal(signal)
        assert rosa.page.evaluate(inside), signal


def test_an_order_of_400_lines_loads_in_150_kb(browser: Browser, server: Server, warehouse: Warehouse, handheld: MAKE) -> None:
    warehouse.add_receipt("PO-400", [("MUG-B" if line % 2 else "LAMP", line + 1) for line in range(400)])
    rosa = handheld("BADGE-ROSA")
    loaded: list[Response] = []
    # What its worker fetches once more afterwards, to keep it, is the page alone: its files are in the browser already.
    fresh = browser.new_context(storage_state=rosa.context.storage_state(), service_workers="block")
    page = fresh.new_page()
    page.on("response", lambda response: response.url.endswith("/events") or loaded.append(response))  # a stream has no end
    page.goto(f"{server.url}/receiving/PO-400")
    page.wait_for_selector("[data-catcher]", state="attached")
    weighed = [(response.url, response.request.sizes()) for response in loaded]
    sizes = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in weighed}
    fresh.close()
    assert page.url.endswith("PO-400") and sum(sizes.values()) < 150_000, sizes


def test_on_its_side_a_device_shows_result_and_lines(handheld: MAKE, receipt: str) -> None:
    rosa = handheld("BADGE-ROSA", receipt, viewport={"width": 640, "height": 360})
    rosa.scan(MUG)
    rosa.expect_signal("counted")
    boxes = [rosa.boxes(part)[0] for part in ("#result", "#lines .line", ".thumb")]
    assert all(box["height"] >= 56 and box["bottom"] <= 361 for box in boxes), boxes


def test_the_answer_to_a_scan_is_under_4_kb_and_does_not_grow(handheld: MAKE, receipt: str, warehouse: Warehouse) -> None:
    warehouse.add_receipt("PO-401", [("MUG-B" if line % 2 else "LAMP", line + 1) for line in range(400)])
    sizes = []
    for reference in (receipt, "PO-401"):
        rosa = handheld("BADGE-ROSA", reference)
        with rosa.page.expect_response("**/scans") as answered:
            rosa.scan(MUG)
        sizes.append(len(answered.value.body()))
    assert max(sizes) < 4_000 and abs(sizes[0] - sizes[1]) < 100, sizes
